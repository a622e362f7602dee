package payment_test

import (
	"testing"

	"ordo/engine/db"
	"ordo/engine/db/dbtest"
	"ordo/engine/invariant/invarianttest"
	"ordo/resource/payment"
)

func TestEveryPlantedErrorOfAPaymentIsFoundAndNamed(t *testing.T) {
	dbtest.Each(t, db.Options{}, func(t *testing.T, d *db.DB) {
		// 1,000 authorized and captured at the gateway; of a refund of 300, 100
		// went back and 200 are on their way.
		err := d.Tx(t.Context(), func(tx *db.Tx) error {
			for _, text := range []string{
				`INSERT INTO orders (id, channel_id, currency, tax_inclusive, price_list_id, status, payment_status, fulfillment_status, return_status, cancel_status,
					subtotal, discount, charges, net, tax, total, revision, version, event_sequence, created_at, updated_at) VALUES
					('ord_1', 'cha_1', 'EUR', FALSE, 'prl_1', 'draft', 'unpaid', 'unfulfilled', 'none', 'none', 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1)`,
				`INSERT INTO payments (id, order_id, method, currency, amount, authorized, captured, refunded, in_flight, status, created_at, version, event_sequence) VALUES
					('pay_1', 'ord_1', 'test', 'EUR', 1000, 1000, 1000, 100, 200, 'captured', 1, 1, 1), ('pay_2', 'ord_1', 'cash', 'EUR', 5, 5, 5, 0, 0, 'captured', 1, 1, 1)`,
				`INSERT INTO refunds (id, order_id, amount, moved, moving, currency, reason, status, created_at, version, event_sequence) VALUES ('rfd_1', 'ord_1', 300, 100, 200, 'EUR', 'other', 'moving', 1, 1, 1)`,
				`INSERT INTO refund_parts (refund_id, position, line_id, amount) VALUES ('rfd_1', 1, 'oli_1', 250), ('rfd_1', 2, 'oli_2', 50)`,
				`INSERT INTO payment_attempts (id, payment_id, kind, amount, state, refund_id, intent_id, created_at, ended_at) VALUES
					('att_1', 'pay_1', 'authorize', 1000, 'succeeded', '', 'int_1', 1, 2), ('att_2', 'pay_1', 'capture', 1000, 'succeeded', '', 'int_2', 1, 2),
					('att_3', 'pay_1', 'refund', 100, 'succeeded', 'rfd_1', 'int_3', 1, 2), ('att_4', 'pay_1', 'refund', 200, 'unknown', 'rfd_1', 'int_4', 1, 0),
					('att_5', 'pay_1', 'refund', 300, 'failed', 'rfd_1', 'int_5', 1, 2), ('att_6', 'pay_2', 'capture', 5, 'succeeded', '', '', 1, 1)`,
			} {
				tx.Write(text)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		plant := func(name, id, table, subject, change, undo, detail string) invarianttest.Plant {
			on := func(change string) []string {
				return []string{`UPDATE ` + table + ` SET ` + change + ` WHERE id = '` + subject + `'`}
			}
			return invarianttest.Plant{Name: name, ID: id, SQL: on(change), Undo: on(undo), Subject: subject, Detail: detail}
		}
		parts := plant("parts that are not the refund", "M5", "refunds", "rfd_1", "", "", "its parts add up to 301")
		parts.SQL, parts.Undo = []string{`UPDATE refund_parts SET amount = 51 WHERE position = 2`}, []string{`UPDATE refund_parts SET amount = 50 WHERE position = 2`}
		invarianttest.Finds(t, d, payment.Invariants, []invarianttest.Plant{
			plant("more back than taken", "M4", "payments", "pay_1", "refunded = 900", "refunded = 100", "refunded 900, disputed 0, in flight 200, captured 1000"),
			plant("more taken than promised", "M4", "payments", "pay_1", "authorized = 999", "authorized = 1000", "authorized 999"),
			plant("money that no attempt moved", "M4", "payments", "pay_1", "refunded = 101", "refunded = 100", "the attempts add up to"),
			plant("an attempt that nobody counted", "M4", "payments", "pay_1", "in_flight = 0", "in_flight = 200", "the attempts add up to"),
			plant("a status", "W1", "payments", "pay_1", "status = 'refunded'", "status = 'captured'", "status is refunded, the facts give captured"),
			plant("a status of a refund", "W1", "refunds", "rfd_1", "status = 'moved'", "status = 'moving'", "status is moved, the facts give moving"),
			parts,
			plant("a refund that moved more", "M5", "refunds", "rfd_1", "moved = 150", "moved = 100", "150 are moved and 200 moving"),
			plant("an end without outcome", "E3", "payment_attempts", "att_4", "ended_at = 3", "ended_at = 0", "is unknown, ended at 3"),
			plant("a gateway without key", "E3", "payment_attempts", "att_5", "intent_id = ''", "intent_id = 'int_5'", "has the key ''"),
		})
	})
}
