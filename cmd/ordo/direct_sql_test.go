package main

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"ordo/base/clock"
	"ordo/engine/db"
	"ordo/engine/db/dbtest"
)

// breaches are statements that break an invariant in a workspace where all
// kinds of rows are there, and what refuses them: the kind of the constraint,
// and what it is about.
var breaches = []struct{ name, statement, kind, about string }{
	{"stock below zero", `UPDATE stock SET on_hand = -1`, "CHECK", "on_hand"},
	{"more reserved than is on hand", `UPDATE stock SET reserved = on_hand + 1`, "CHECK", "reserved on_hand"},
	{"less than nothing reserved", `UPDATE stock SET reserved = -1`, "CHECK", "reserved"},
	{"safety stock below zero", `UPDATE stock SET safety = -1`, "CHECK", "safety"},
	{"two balances of one place", `INSERT INTO stock (variant_id, location_id, lot_id, on_hand) SELECT variant_id, location_id, lot_id, 5 FROM stock`, "UNIQUE", "variant_id location_id lot_id"},
	{"a movement in the place of another", `INSERT INTO stock_movements SELECT * FROM stock_movements`, "UNIQUE", "document_id position"},
	{"a reservation of nothing", `UPDATE reservations SET quantity = 0, picked = 0 WHERE state = 'active'`, "CHECK", "quantity"},
	{"more picked than reserved", `UPDATE reservations SET picked = quantity + 1 WHERE state = 'active'`, "CHECK", "picked quantity"},
	{"a reservation that ends at no time", `UPDATE reservations SET state = 'released' WHERE state = 'active'`, "CHECK", "state ended_at"},
	{"a reservation that is active at its end", `UPDATE reservations SET ended_at = 1 WHERE state = 'active'`, "CHECK", "state ended_at"},
	{"an end that does not exist", `UPDATE reservations SET state = 'consumed', ended_at = 1 WHERE state = 'active'`, "CHECK", "state"},
	{"a second end of a reservation", `UPDATE reservations SET state = 'released' WHERE state = 'claimed'`, "TRIGGER", "reservations ended"},
	{"the same end once more", `UPDATE reservations SET state = 'claimed', ended_at = ended_at + 1 WHERE state = 'claimed'`, "TRIGGER", "reservations ended"},
	{"a second end by another reservation's row", `INSERT INTO reservations (order_id, id, line_id, variant_id, location_id, quantity, state, created_at, ended_at)
		SELECT order_id, id, line_id, variant_id, location_id, quantity, 'released', created_at, ended_at FROM reservations WHERE state = 'claimed'
		ON CONFLICT (order_id, id) DO UPDATE SET state = excluded.state`, "TRIGGER", "reservations ended"},
	{"a reservation that is active again", `UPDATE reservations SET state = 'active', ended_at = 0 WHERE state = 'claimed'`, "TRIGGER", "reservations ended"},
	{"an end at another time", `UPDATE reservations SET ended_at = ended_at + 1 WHERE state = 'claimed'`, "TRIGGER", "reservations ended"},
	{"another quantity that ended", `UPDATE reservations SET quantity = quantity + 1 WHERE state <> 'active'`, "TRIGGER", "reservations ended"},

	{"a quantity from nowhere", `UPDATE order_lines SET open = open + 1`, "CHECK", "quantity open backordered reserved picked shipped"},
	{"a quantity below zero", `UPDATE order_lines SET open = open - quantity - 1, canceled = canceled + quantity + 1`, "CHECK", "canceled open"},
	{"more delivered than shipped", `UPDATE order_lines SET delivered = shipped + 1`, "CHECK", "delivered shipped"},
	{"more returned than shipped", `UPDATE order_lines SET returned = shipped + 1`, "CHECK", "returned shipped"},
	{"a line of too much", `UPDATE order_lines SET quantity = quantity + 1000000000000, open = open + 1000000000000`, "CHECK", "quantity"},
	{"a price below zero", `UPDATE order_lines SET unit_price = -1`, "CHECK", "unit_price"},
	{"a line that does not add up", `UPDATE order_lines SET gross = gross + 1`, "CHECK", "gross net tax"},
	{"a discount beyond the price", `UPDATE order_lines SET discount = extended + 1`, "CHECK", "discount extended"},
	{"two lines of one id", `UPDATE order_lines SET id = (SELECT MIN(l.id) FROM order_lines l WHERE l.order_id = order_lines.order_id)`, "UNIQUE", "order_id id"},
	{"a line of no order", `UPDATE order_lines SET order_id = 'ord_none' WHERE id = (SELECT MIN(id) FROM order_lines)`, "FOREIGN KEY", "order_id"},
	{"an order that does not add up", `UPDATE orders SET total = total + 1`, "CHECK", "total net tax rounding"},
	{"a status that does not exist", `UPDATE orders SET status = 'finished'`, "CHECK", "status"},
	{"a payment status that does not exist", `UPDATE orders SET payment_status = 'due'`, "CHECK", "payment_status"},
	{"a draft that was placed", `UPDATE orders SET status = 'draft'`, "CHECK", "status placed_at"},
	{"an order with the number of another", `UPDATE orders SET number = 'web-000001'`, "UNIQUE", "number"},
	{"a number that differs in case only", `UPDATE orders SET number = CASE WHEN id = (SELECT MIN(id) FROM orders) THEN 'Web-1' ELSE 'wEB-1' END`, "UNIQUE", "number"},
	{"an order that came twice", `UPDATE orders SET external_id = 'x'`, "UNIQUE", "external_id"},

	{"a refund beyond what was captured", `UPDATE payments SET refunded = captured + 1`, "CHECK", "refunded captured"},
	{"a refund on its way beyond what was captured", `UPDATE payments SET in_flight = captured - refunded + 1`, "CHECK", "in_flight captured"},
	{"a capture beyond what was authorized", `UPDATE payments SET captured = authorized + 1`, "CHECK", "captured authorized"},
	{"captures on their way beyond what was authorized", `UPDATE payments SET capturing = authorized + 1`, "CHECK", "capturing authorized"},
	{"an order that gave back more than it got", `UPDATE orders SET refunded = captured + 1`, "CHECK", "refunded captured"},
	{"a payment of nothing", `UPDATE payments SET amount = 0`, "CHECK", "amount"},
	{"a payment of no order", `UPDATE payments SET order_id = 'ord_none'`, "FOREIGN KEY", "order_id"},
	{"a refund that moved more than was granted", `UPDATE refunds SET moved = amount + 1`, "CHECK", "moved amount"},
	{"a refund of nothing", `UPDATE refunds SET amount = 0`, "CHECK", "amount"},
	{"two parts of a refund in one place", `INSERT INTO refund_parts SELECT * FROM refund_parts`, "UNIQUE", "refund_id position"},

	{"more packed than picked", `UPDATE fulfillment_lines SET packed = picked + 1`, "CHECK", "packed picked"},
	{"more shipped than packed", `UPDATE fulfillment_lines SET shipped = packed + 1`, "CHECK", "shipped packed"},
	{"more picked than owed", `UPDATE fulfillment_lines SET picked = quantity - canceled + 1`, "CHECK", "picked canceled quantity"},
	{"two shipments of one number", `UPDATE shipments SET number = 'S1'`, "UNIQUE", "number"},
	{"a weight below zero", `UPDATE packages SET weight_grams = -1`, "CHECK", "weight_grams"},
	{"more received than was asked back", `UPDATE return_lines SET received = quantity + 1`, "CHECK", "received quantity"},
	{"more back on the shelf than was received", `UPDATE return_lines SET restocked = received + 1`, "CHECK", "restocked received"},
	{"a return that is over in no way", `UPDATE returns SET closed_at = 1 WHERE closed_as = ''`, "CHECK", "closed_at closed_as"},

	{"an event in the place of another", `UPDATE events SET sequence = 1`, "UNIQUE", "sequence"},
	{"two events at one position of the log", `INSERT INTO log (position, event_id, hash) SELECT MAX(position), 'evt_x', '' FROM log`, "UNIQUE", "position"},
	{"an event twice in the log", `INSERT INTO log (position, event_id, hash) SELECT position + 1000000, event_id, hash FROM log`, "UNIQUE", "event_id"},
	{"a key of idempotency twice", `INSERT INTO commands SELECT * FROM commands`, "UNIQUE", "account key"},
	{"a series of negative numbers", `UPDATE counters SET next = -1`, "CHECK", "next"},
	{"a dead job without an end", `UPDATE jobs SET state = 'dead' WHERE state = 'waiting'`, "CHECK", "state ended_at"},
	{"more tries than there are", `UPDATE jobs SET tries = max_tries + 1`, "CHECK", "tries max_tries"},

	{"an endpoint that is paused for no reason", `UPDATE webhook_endpoints SET state = 'paused'`, "CHECK", "state paused_for"},
	{"an endpoint that fails since never", `UPDATE webhook_endpoints SET failures = 1`, "CHECK", "failures failing_since"},
	{"an endpoint that is sent nothing at once", `UPDATE webhook_endpoints SET parallel = 0`, "CHECK", "parallel"},
	{"a delivery that waits and has ended", `UPDATE webhook_deliveries SET ended_at = 1`, "CHECK", "state ended_at"},
	{"two deliveries of an event to an endpoint", `UPDATE webhook_deliveries SET message_id = 'evt_x'`, "UNIQUE", "endpoint_id message_id"},
	{"more tries than requests", `UPDATE webhook_deliveries SET tries = attempts + 1`, "CHECK", "attempts tries"},

	{"an SKU that differs in case only", `UPDATE variants SET sku_folded = 'POT'`, "UNIQUE", "sku_folded"},
	{"a greatest quantity below the least", `UPDATE variants SET minimum = 2000, maximum = 1000`, "CHECK", "minimum maximum"},
	{"a bundle of itself", `INSERT INTO bundle_parts (bundle_id, part_id, quantity, position) SELECT id, id, 1000, 1 FROM variants`, "CHECK", "bundle_id part_id"},
	{"a tax above the price", `UPDATE tax_rates SET rate = 1000001`, "CHECK", "rate"},
	{"two prices of one quantity", `INSERT INTO prices SELECT * FROM prices`, "UNIQUE", "price_list_id variant_id minimum"},
	{"a term of days below zero", `UPDATE customers SET payment_terms_days = -1`, "CHECK", "payment_terms_days"},
	{"a discount limit above all", `UPDATE roles SET discount_limit = 1000001`, "CHECK", "discount_limit"},
	{"a channel without a price list", `UPDATE channels SET price_list_id = 'prl_none'`, "FOREIGN KEY", "price_list_id"},
	{"an order of no currency", `UPDATE orders SET currency = NULL`, "NOT NULL", "currency"},
}

// Spec: 11.3.1
func TestDirectSQLThatBreaksAnInvariantIsRefused(t *testing.T) {
	now := clock.NewManual(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC))
	each(t, db.Options{Clock: now}, func(t *testing.T, h *house) {
		s := newStory(t, h)
		s.order(line("POT", 1)) // reserved
		s.order(line("TEA", 1), line("POT", 2))
		s.packed()
		s.granted()
		s.inspected()
		o := s.delivered()
		s.do("order.grant_refund", object{"id": o["id"], "reason": "damaged", "parts": []object{part(o, 1)}})
		s.requested()
		s.paid("tok_late") // leaves a job
		endpoint := s.id("webhook.create", hook)
		for range 2 {
			s.do("webhook.try", object{"id": endpoint})
		}
		for n := 1; n > 0; {
			var err error
			if n, err = h.engine.Sealer.Seal(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		before := dbtest.Rows(t, h.db)
		for _, b := range breaches {
			kind, about := h.refusal(t, b.statement)
			if kind != b.kind {
				t.Errorf("%s: refused by %q of %q, want %s of %s", b.name, kind, about, b.kind, b.about)
			}
			for _, word := range strings.Fields(b.about) {
				if !strings.Contains(about, word) && about != "" {
					t.Errorf("%s: refused by %s of %q, which is not about %s", b.name, kind, about, word)
				}
			}
		}
		for table, n := range dbtest.Rows(t, h.db) { // order-free: each is told
			if n != before[table] {
				t.Errorf("%s has %d rows, had %d", table, n, before[table])
			}
		}
		sound(t, h)
	})
}

// refusal runs a statement and returns the kind of constraint that refused it
// and what that is about: SQLite does not tell for foreign keys.
func (h *house) refusal(t *testing.T, statement string) (kind, about string) {
	t.Helper()
	err := h.db.Tx(t.Context(), func(tx *db.Tx) error { tx.Write(statement); return nil })
	if err == nil {
		return "nothing", ""
	}
	p, ok := errors.AsType[*pgconn.PgError](err)
	if !ok {
		_, text, _ := strings.Cut(err.Error(), "constraint failed: ")
		if strings.HasSuffix(text, "(1811)") { // SQLITE_CONSTRAINT_TRIGGER
			return "TRIGGER", text
		}
		for _, kind := range []string{"CHECK", "UNIQUE", "FOREIGN KEY", "NOT NULL"} {
			if name, detail, ok := strings.Cut(text, " constraint failed"); ok && name == kind {
				if about, told := strings.CutPrefix(detail, ": "); told { // else it is the number of the error
					return kind, about
				}
				return kind, ""
			}
		}
		return err.Error(), ""
	}
	if p.Code == "23000" {
		return "TRIGGER", p.Message
	}
	kind = map[string]string{"23514": "CHECK", "23505": "UNIQUE", "23503": "FOREIGN KEY", "23502": "NOT NULL"}[p.Code]
	if kind == "NOT NULL" {
		return kind, p.ColumnName
	}
	if err := h.db.Read(t.Context(), func(tx *db.Tx) error {
		return tx.Load(db.One(`SELECT pg_get_constraintdef(c.oid) FROM pg_constraint c JOIN pg_namespace n ON n.oid = c.connamespace WHERE n.nspname = current_schema() AND c.conname = $1`, []any{p.ConstraintName}, &about),
			db.One(`SELECT pg_get_indexdef(i.indexrelid) FROM pg_index i WHERE i.indexrelid = to_regclass($1)`, []any{p.ConstraintName}, &about))
	}); err != nil {
		t.Fatal(err)
	}
	return kind, about
}
