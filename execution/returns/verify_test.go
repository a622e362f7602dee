package returns_test

import (
	"fmt"
	"testing"

	"ordo/engine/db"
	"ordo/engine/db/dbtest"
	"ordo/engine/invariant/invarianttest"
	"ordo/execution/returns"
)

// Spec: 11.1.4
func TestEveryPlantedErrorOfAReturnIsFoundAndNamed(t *testing.T) {
	dbtest.Each(t, db.Options{}, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		o := s.sold(item{"MUG", 3_000}, item{"POT", 2_000})
		r := s.do("complete", returns.CompleteIn{ID: s.inspected(o, item{"MUG", 1_000}, item{"POT", 1_000}).ID, Fee: &returns.FeeIn{Amount: 7}})
		waiting := s.approved(o, item{"MUG", 1_000})
		mug := line(o, "MUG")

		plant := func(name, id, subject, detail, table, where, change, undo string) invarianttest.Plant {
			set := func(change string) []string {
				return []string{fmt.Sprintf(`UPDATE %s SET %s WHERE %s`, table, change, where)}
			}
			return invarianttest.Plant{Name: name, ID: id, SQL: set(change), Undo: set(undo), Subject: subject, Detail: detail}
		}
		head := func(name, id, detail, change, undo string) invarianttest.Plant {
			return plant(name, id, r.ID, detail, "returns", "id = '"+r.ID+"'", change, undo)
		}
		first := func(name, id, subject, detail, change, undo string) invarianttest.Plant {
			return plant(name, id, subject, detail, "return_lines", "return_id = '"+r.ID+"' AND position = 1", change, undo)
		}
		part := "refund_id = '" + r.RefundID + "' AND position = "
		invarianttest.Finds(t, d, append(returns.Invariants, returns.Projection.Check()), []invarianttest.Plant{
			first("more back than was asked for", "Q3", r.ID, "of 0.5 of line "+mug.ID+" that were asked for 1 came back", "quantity = 500", "quantity = 1000"),
			first("more decided than came back", "Q3", r.ID, "1 came back; 1 are restocked, 0.5 refurbished", "refurbished = 500", "refurbished = 0"),
			first("less than nothing", "Q3", r.ID, "1 are restocked, -0.5 refurbished, 0.5 scrapped", "refurbished = -500, scrapped = 500", "refurbished = 0, scrapped = 0"),
			first("units that the order did not take back", "Q3", mug.ID, "returned 1000, returns received 500", "received = 500", "received = 1000"),
			plant("units that no return received", "Q3", mug.ID, "returned 2000, returns received 1000", "order_lines", "id = '"+mug.ID+"'", "returned = 2000", "returned = 1000"),
			first("goods that never went to stock", "Q2", r.ID, "restocked 1500, went back to stock 2000", "restocked = 500", "restocked = 1000"),
			plant("a document of no return", "Q2", "zzz", "restocked 0, went back to stock 2000", "stock_documents", "kind = 'return'", "reference = 'zzz'", "reference = '"+r.ID+"'"),
			first("another worth", "M5", r.ID, "is worth 4333, its lines add up to 4334", "amount = amount + 1", "amount = amount - 1"),
			head("a refund of somebody else", "M5", `names refund "rfd_x"; refund `+r.RefundID+" names it", "refund_id = 'rfd_x'", "refund_id = '"+r.RefundID+"'"),
			plant("a refund that does not know it", "M5", r.ID, "names refund "+r.RefundID+", which does not name it", "refunds", "id = '"+r.RefundID+"'", "return_id = ''", "return_id = '"+r.ID+"'"),
			head("more back than it is worth", "M5", "is worth 4333 less 8, 4326 are promised back", "fee = 8", "fee = 7"),
			plant("a part of something else", "M5", r.ID, "4326 are promised back, 3328 of it for its lines", "refund_parts", part+"1", "line_id = 'oli_x'", "line_id = '"+mug.ID+"'"),
			plant("a share", "M3", r.ID, "the share of line "+mug.ID+" in 4326 is 998, not 997", "refund_parts", "refund_id = '"+r.RefundID+"'", "amount = amount + CASE position WHEN 1 THEN -1 ELSE 1 END", "amount = amount + CASE position WHEN 1 THEN 1 ELSE -1 END"),
			head("a status", "W1", "status is approved, the facts give completed", "status = 'approved'", "status = 'completed'"),
			plant("a return that nobody counted", "W1", o.ID, "counts 0 open returns, there are 1", "orders", "id = '"+o.ID+"'", "returns_open = 0", "returns_open = 1"),
			plant("a return that is open again", "W1", o.ID, "counts 1 open returns, there are 2", "returns", "id = '"+r.ID+"'", "closed_at = 0", fmt.Sprintf("closed_at = %d", int64(r.ClosedAt))),
			head("a row that no event tells of", "E2", `carrier of the return is "dhl"`, "carrier = 'dhl'", "carrier = ''"),
			first("a line that no event tells of", "E2", r.ID, `reason of line 1 is "late", the events say "damaged"`, "reason = 'late'", "reason = 'damaged'"),
			plant("a forgotten event", "E2", waiting.ID, "event 2 is missing", "events", "subject = '"+waiting.ID+"' AND type = 'return.approved'", "sequence = 9", "sequence = 2"),
			{Name: "events of nothing", ID: "E2", Subject: "ret_zz", Detail: "no row",
				SQL:  []string{`INSERT INTO events (id, subject, sequence, type, version, actor, command, at, body) VALUES ('evt_x', 'ret_zz', 1, 'return.requested', 1, '', '', 1, '{}')`},
				Undo: []string{`DELETE FROM events WHERE id = 'evt_x'`}},
		})
	})
}
