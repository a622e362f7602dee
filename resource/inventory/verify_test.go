package inventory_test

import (
	"testing"

	"ordo/engine/db"
	"ordo/engine/db/dbtest"
	"ordo/engine/invariant/invarianttest"
	"ordo/resource/inventory"
)

func TestEveryPlantedErrorOfTheStockLedgerIsFoundAndNamed(t *testing.T) {
	dbtest.Each(t, db.Options{}, func(t *testing.T, d *db.DB) {
		// Two variants at a place, one of them by lot: 10 and 4 came, 3 were
		// dispatched, 2 are promised, 1 was given back.
		err := d.Tx(t.Context(), func(tx *db.Tx) error {
			for _, text := range []string{
				`INSERT INTO orders (id, channel_id, currency, tax_inclusive, price_list_id, status, payment_status, fulfillment_status, return_status, cancel_status,
					subtotal, discount, charges, net, tax, total, revision, version, event_sequence, created_at, updated_at) VALUES
					('ord_1', 'cha_1', 'EUR', FALSE, 'prl_1', 'draft', 'unpaid', 'unfulfilled', 'none', 'none', 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1)`,
				`INSERT INTO stock_documents (id, kind, location_id, at, version, event_sequence) VALUES ('sdo_1', 'receipt', 'loc_1', 1, 1, 1), ('sdo_2', 'dispatch', 'loc_1', 2, 1, 1)`,
				`INSERT INTO stock_movements (document_id, position, variant_id, location_id, lot_id, quantity) VALUES
					('sdo_1', 1, 'var_1', 'loc_1', '', 10), ('sdo_1', 2, 'var_2', 'loc_1', 'lot_1', 4), ('sdo_2', 1, 'var_1', 'loc_1', '', -3)`,
				`INSERT INTO stock (variant_id, location_id, lot_id, on_hand, reserved) VALUES ('var_1', 'loc_1', '', 7, 2), ('var_2', 'loc_1', 'lot_1', 4, 0)`,
				`INSERT INTO reservations (id, order_id, line_id, variant_id, location_id, lot_id, quantity, state, created_at, ended_at) VALUES
					('res_1', 'ord_1', 'oli_1', 'var_1', 'loc_1', '', 3, 'claimed', 1, 2), ('res_2', 'ord_1', 'oli_1', 'var_1', 'loc_1', '', 2, 'active', 1, 0),
					('res_3', 'ord_1', 'oli_2', 'var_2', 'loc_1', 'lot_1', 1, 'released', 1, 2)`,
			} {
				tx.Write(text)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		plant := func(name, id, sql, undo, subject, detail string) invarianttest.Plant {
			return invarianttest.Plant{Name: name, ID: id, SQL: []string{sql}, Undo: []string{undo}, Subject: subject, Detail: detail}
		}
		invarianttest.Finds(t, d, inventory.Invariants, []invarianttest.Plant{
			plant("more promised than there is", "Q1", `UPDATE stock SET reserved = 8 WHERE variant_id = 'var_1'`, `UPDATE stock SET reserved = 2 WHERE variant_id = 'var_1'`, "var_1", "reserved 8, on hand 7 at loc_1"),
			plant("less than nothing promised", "Q1", `UPDATE stock SET reserved = -1 WHERE variant_id = 'var_2'`, `UPDATE stock SET reserved = 0 WHERE variant_id = 'var_2'`, "var_2", "reserved -1"),
			plant("stock that never moved in", "Q2", `UPDATE stock SET on_hand = 8 WHERE variant_id = 'var_1'`, `UPDATE stock SET on_hand = 7 WHERE variant_id = 'var_1'`, "var_1", "on hand 8, movements 7"),
			plant("a promise without reservation", "Q2", `UPDATE stock SET reserved = 1 WHERE variant_id = 'var_2'`, `UPDATE stock SET reserved = 0 WHERE variant_id = 'var_2'`, "var_2", "reserved 1, reservations 0 at loc_1 lot_1"),
			plant("a reservation without stock", "Q2", `UPDATE reservations SET lot_id = 'lot_9' WHERE id = 'res_2'`, `UPDATE reservations SET lot_id = '' WHERE id = 'res_2'`, "var_1", "reserved 0, reservations 2 at loc_1 lot_9"),
			plant("a movement of what is in no stock", "Q2", `INSERT INTO stock_movements (document_id, position, variant_id, location_id, quantity) VALUES ('sdo_1', 9, 'zzz', 'loc_1', 5)`, `DELETE FROM stock_movements WHERE position = 9`, "zzz", "on hand 0, movements 5"),
			plant("a row that nothing moved into", "Q2", `INSERT INTO stock (variant_id, location_id, lot_id, on_hand) VALUES ('var_1', 'loc_1', 'lot_9', 0)`, `DELETE FROM stock WHERE lot_id = 'lot_9'`, "var_1", "reservations 0 at loc_1 lot_9, moved 0 times"),
			plant("a claim that never left", "Q4", `UPDATE reservations SET state = 'claimed' WHERE id = 'res_3'`, `UPDATE reservations SET state = 'released' WHERE id = 'res_3'`, "var_2", "claimed 1, dispatched 0"),
			plant("a dispatch that claimed nothing", "Q4", `UPDATE reservations SET state = 'expired' WHERE id = 'res_1'`, `UPDATE reservations SET state = 'claimed' WHERE id = 'res_1'`, "var_1", "claimed 0, dispatched 3"),
			plant("an end of what is active", "Q4", `UPDATE reservations SET ended_at = 5 WHERE id = 'res_2'`, `UPDATE reservations SET ended_at = 0 WHERE id = 'res_2'`, "res_2", "is active"),
			plant("an end before the beginning", "Q4", `UPDATE reservations SET created_at = 9 WHERE id = 'res_3'`, `UPDATE reservations SET created_at = 1 WHERE id = 'res_3'`, "res_3", "began at 9"),
		})
	})
}
