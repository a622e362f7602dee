package db_test

import (
	"encoding/json"
	"path/filepath"
	"testing"

	"ordo/engine/db"
	"ordo/engine/db/dbtest"
)

// untold are rows of version 4, and what an upgrade has to tell of them. The
// order has three events, one fulfillment order is planned, the other had its
// own event.
const untold = `
	INSERT INTO products (id, title, description, category, created_at, version, event_sequence) VALUES ('prd_1', 'Wine', '', '', 1, 1, 1);
	INSERT INTO variants (id, product_id, sku, sku_folded, title, folded, kind, unit, tax_class, active, created_at, version, event_sequence)
		VALUES ('var_1', 'prd_1', 'W', 'w', 'Wine', 'wine', 'stock', 'each', 'standard', TRUE, 1, 1, 1);
	INSERT INTO lots (id, variant_id, code, expires_at) VALUES ('lot_a1', 'var_1', 'L"1', 77), ('lot_a2', 'var_1', 'L2', NULL);
	INSERT INTO orders (id, channel_id, currency, tax_inclusive, price_list_id, status, payment_status, fulfillment_status, return_status, cancel_status,
		subtotal, discount, charges, net, tax, total, revision, version, event_sequence, created_at, placed_at, updated_at)
		VALUES ('ord_1', 'chn_1', 'EUR', FALSE, 'prl_1', 'pending', 'unpaid', 'unfulfilled', 'none', 'none', 0, 0, 0, 0, 0, 0, 1, 3, 3, 1, 2, 3);
	INSERT INTO reservations (order_id, id, line_id, variant_id, location_id, lot_id, quantity, state, created_at, ended_at, reason)
		VALUES ('ord_1', 'res_b1', 'lin_1', 'var_1', 'loc_1', 'lot_a1', 2000, 'active', 2, 0, 'whole'), ('ord_1', 'res_b2', 'lin_1', 'var_1', 'loc_2', '', 1000, 'released', 2, 3, 'rest');
	INSERT INTO fulfillment_orders (id, order_id, delivery_id, location_id, status, created_at, version, event_sequence)
		VALUES ('ful_c1', 'ord_1', 'dlv_1', 'loc_1', 'planned', 2, 1, 0), ('ful_c2', 'ord_1', 'dlv_1', 'loc_2', 'open', 2, 2, 1);
	INSERT INTO fulfillment_lines (fulfillment_id, line_id, quantity) VALUES ('ful_c1', 'lin_1', 2000), ('ful_c1', 'lin_2', 5), ('ful_c2', 'lin_1', 1000)`

func TestAnUpgradeTellsWhatEventsDidNot(t *testing.T) {
	for name, url := range map[string]string{"sqlite": filepath.Join(t.TempDir(), "old.db"), "postgres": dbtest.PostgresEmpty(t)} {
		t.Run(name, func(t *testing.T) {
			if err := db.MigrateTo(t.Context(), url, 4, untold); err != nil {
				t.Fatal(err)
			}
			told := map[string]map[string]any{}
			var sequences [4]int64
			tx(t, dbtest.Open(t, url, db.Options{}), func(tx *db.Tx) error {
				return tx.Load(
					db.Many(`SELECT subject, sequence, type, body FROM events`, nil, func(scan db.Scan) error {
						var subject, kind, text string
						var sequence int64
						if err := scan(&subject, &sequence, &kind, &text); err != nil {
							return err
						}
						var body map[string]any
						if err := json.Unmarshal([]byte(text), &body); err != nil {
							t.Errorf("%s: %v", text, err)
						}
						told[subject+" "+string('0'+rune(sequence))+" "+kind] = body
						return nil
					}),
					db.One(`SELECT event_sequence FROM orders`, nil, &sequences[0]),
					db.One(`SELECT MIN(event_sequence) FROM lots`, nil, &sequences[1]),
					db.One(`SELECT event_sequence FROM fulfillment_orders WHERE id = 'ful_c1'`, nil, &sequences[2]),
					db.One(`SELECT event_sequence FROM fulfillment_orders WHERE id = 'ful_c2'`, nil, &sequences[3]))
			})
			if sequences != [4]int64{5, 1, 1, 1} || len(told) != 5 {
				t.Errorf("events so far are %v, told is %v", sequences, told)
			}
			first, second := told["ord_1 4 order.reservation_recorded"], told["ord_1 5 order.reservation_recorded"]
			for _, c := range []struct {
				body map[string]any
				path []string
				want any
			}{
				{told["lot_a1 1 lot.recorded"], []string{"code"}, `L"1`},
				{told["lot_a1 1 lot.recorded"], []string{"expires_at"}, 77.0},
				{told["lot_a2 1 lot.recorded"], []string{"expires_at"}, nil},
				{first, []string{"order", "event_sequence"}, 4.0},
				{first, []string{"reservations", "res_b1", "lot_id"}, "lot_a1"},
				{first, []string{"reservations", "res_b1", "quantity"}, 2000.0},
				{second, []string{"order", "event_sequence"}, 5.0},
				{second, []string{"reservations", "res_b2", "state"}, "released"},
				{second, []string{"reservations", "res_b2", "ended_at"}, 3.0},
				{told["ful_c1 1 fulfillment.planned"], []string{"fulfillment", "status"}, "planned"},
				{told["ful_c1 1 fulfillment.planned"], []string{"lines", "lin_2", "quantity"}, 5.0},
			} {
				if got := at(c.body, c.path); got != c.want {
					t.Errorf("%v is %v, want %v, in %v", c.path, got, c.want, c.body)
				}
			}
		})
	}
}

// at is what lies in an object under names, one within the other.
func at(value any, path []string) any {
	for _, name := range path {
		object, _ := value.(map[string]any)
		value = object[name]
	}
	return value
}
