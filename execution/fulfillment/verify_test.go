package fulfillment_test

import (
	"fmt"
	"testing"

	"ordo/engine/db"
	"ordo/engine/db/dbtest"
	"ordo/engine/invariant/invarianttest"
	"ordo/execution/fulfillment"
	"ordo/trade/tradetest"
)

// Spec: 1.2.6, 11.1.4
func TestEveryPlantedErrorOfFulfillmentIsFoundAndNamed(t *testing.T) {
	dbtest.Each(t, db.Options{}, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		o := s.release(s.place(line("TEA", 4), line("MUG", 8))) // the mugs from both locations
		f, south := s.owed(o, s.north), s.owed(o, s.south)
		planned := s.owed(s.place(line("WINE", 4)), s.north)
		arrived := s.dispatch(s.pack(s.pick(f, 3, 2), 1, 1))
		tradetest.Do[*fulfillment.Shipment](s.Shop, "shipment.track", fulfillment.TrackIn{ID: arrived.ID, Events: []fulfillment.TrackingIn{{ID: "1", Code: "in_transit", At: 1e15, Place: "Hull"}}})
		tradetest.Do[*fulfillment.Shipment](s.Shop, "shipment.deliver", fulfillment.DeliverIn{ID: arrived.ID})
		waiting := s.pack(f, 1, 1)
		tea, mug, box := f.Lines[0].LineID, f.Lines[1].LineID, arrived.Packages[0].ID

		set := func(table, change, where string, a ...any) string {
			return fmt.Sprintf(`UPDATE %s SET %s WHERE %s`, table, change, fmt.Sprintf(where, a...))
		}
		plant := func(name, id, subject, detail, table, change, undo, where string, a ...any) invarianttest.Plant {
			return invarianttest.Plant{Name: name, ID: id, Subject: subject, Detail: detail, SQL: []string{set(table, change, where, a...)}, Undo: []string{set(table, undo, where, a...)}}
		}
		lineOf := func(name, id, subject, detail, change, undo string) invarianttest.Plant {
			return plant(name, id, subject, detail, "fulfillment_lines", change, undo, "fulfillment_id = '%s' AND line_id = '%s'", f.ID, tea)
		}
		row := func(table, id string) func(name, invariant, detail, change, undo string) invarianttest.Plant {
			return func(name, invariant, detail, change, undo string) invarianttest.Plant {
				return plant(name, invariant, id, detail, table, change, undo, "id = '%s'", id)
			}
		}
		work, future, left, here := row("fulfillment_orders", f.ID), row("fulfillment_orders", planned.ID), row("shipments", arrived.ID), row("shipments", waiting.ID)
		invarianttest.Finds(t, d, append(fulfillment.Invariants, fulfillment.Projections[0].Check(), fulfillment.Projections[1].Check()), []invarianttest.Plant{
			lineOf("more packed than picked", "Q3", f.ID, "2 are picked, 3 packed", "packed = 3000, picked = 2000", "packed = 2000, picked = 3000"),
			lineOf("packed in no package", "Q3", f.ID, "3 are packed and 1 shipped; its shipments hold 2, those that left 1", "packed = 3000", "packed = 2000"),
			lineOf("shipped in nothing that left", "Q3", f.ID, "2 shipped; its shipments hold 2, those that left 1", "shipped = 2000", "shipped = 1000"),
			lineOf("owed without a promise", "Q2", tea, "owed 2000, picked 2000, shipped 1000; reservations keep 1000", "quantity = 5000", "quantity = 4000"),
			lineOf("a line that no event tells of", "E2", f.ID, "quantity of line "+tea+" is 5000, the events say 4000", "quantity = 5000", "quantity = 4000"),
			plant("a promise that nobody owes", "Q2", mug, "at "+s.south+" owed 3000, picked 0, shipped 0; reservations keep 2000, have picked 1000", "reservations", "picked = 1000", "picked = 0", "line_id = '%s' AND location_id = '%s' AND state = 'active'", mug, s.south),
			plant("a claim that was not shipped", "Q2", mug, "were claimed for 3000", "reservations", "state = 'claimed'", "state = 'active'", "line_id = '%s' AND location_id = '%s' AND state IN ('active', 'claimed')", mug, s.south),
			plant("a line that no shipment arrived for", "Q3", tea, "shipped 1000, delivered 0, lost 0, sent back 0; shipments say 1000, 1000, 0, 0", "order_lines", "delivered = 0", "delivered = 1000", "id = '%s'", tea),
			plant("goods that nobody shipped", "Q3", mug, "shipped 2000", "order_lines", "shipped = 2000", "shipped = 1000", "id = '%s'", mug),
			plant("a shipment that got lost unseen", "Q3", tea, "lost 1000", "order_lines", "lost = 1000", "lost = 0", "id = '%s'", tea),
			plant("a shipment that comes back unseen", "Q3", tea, "sent back 1000", "order_lines", "sent_back = 1000", "sent_back = 0", "id = '%s'", tea),
			work("a status", "W1", "status is closed, the facts give in_progress", "status = 'closed'", "status = 'in_progress'"),
			future("work that began before its delivery was released", "W1", "its delivery is released is false", "released_at = 5, status = 'open'", "released_at = 0, status = 'planned'"),
			work("work that no event tells of", "E2", "created_at of the fulfillment is 7", "created_at = 7", fmt.Sprintf("created_at = %d", f.CreatedAt)),
			future("events that a planned one never had", "E2", "event_sequence of the fulfillment is 2, the events say 1", "event_sequence = 2", "event_sequence = 1"),
			{Name: "two that owe the same", ID: "Q3", Subject: max(f.ID, south.ID), Detail: "is one of 2 that owe delivery " + o.Deliveries[0].ID,
				SQL:  []string{set("fulfillment_orders", "location_id = '"+s.north+"'", "id = '%s'", south.ID)},
				Undo: []string{set("fulfillment_orders", "location_id = '"+s.south+"'", "id = '%s'", south.ID)}},
			{Name: "a line that was forgotten", ID: "Q3", Subject: f.ID, Detail: "hold 2 of line x" + tea + ", which it does not have",
				SQL:  []string{set("shipment_lines", "line_id = 'x"+tea+"'", "line_id = '%s'", tea)},
				Undo: []string{set("shipment_lines", "line_id = '"+tea+"'", "line_id = 'x%s'", tea)}},
			left("a status of a shipment", "W1", "status is lost", "status = 'lost'", "status = 'delivered'"),
			left("another time of arrival", "W1", "delivered at 7; the facts give delivered", "delivered_at = 7", fmt.Sprintf("delivered_at = %d", s.arrival(arrived.ID))),
			here("a shipment that is labeled by nobody", "W1", "status is labeled, delivered at 0; the facts give packed and 0", "status = 'labeled'", "status = 'packed'"),
			here("a shipment of other work", "Q3", "is of order "+o.ID+" from "+s.north+", its fulfillment order is not", "fulfillment_id = '"+planned.ID+"'", "fulfillment_id = '"+f.ID+"'"),
			plant("contents of another's package", "Q3", waiting.ID, "in package "+box+", which is not its own", "shipment_lines", "package_id = '"+box+"'", "package_id = '"+waiting.Packages[0].ID+"'", "shipment_id = '%s'", waiting.ID),
			here("a carrier that no event tells of", "E2", `service of the shipment is "fast"`, "service = 'fast'", "service = ''"),
			plant("a package that weighs something else", "E2", arrived.ID, "weight_grams of package "+box+" is 9, the events say 500", "packages", "weight_grams = 9", "weight_grams = 500", "id = '%s'", box),
			plant("contents that no event tells of", "E2", arrived.ID, "quantity of shipment_line "+box+" "+tea+" is 2000, the events say 1000", "shipment_lines", "quantity = 2000", "quantity = 1000", "shipment_id = '%s' AND line_id = '%s'", arrived.ID, tea),
			plant("what the carrier never said", "E2", arrived.ID, `code of tracking_event 1 is "exception"`, "tracking_events", "code = 'exception'", "code = 'in_transit'", "shipment_id = '%s' AND id = '1'", arrived.ID),
			{Name: "events of no shipment", ID: "E2", Subject: "shp_zz", Detail: "no row",
				SQL:  []string{`INSERT INTO events (id, subject, sequence, type, version, actor, command, at, body) VALUES ('evt_x', 'shp_zz', 1, 'shipment.packed', 1, '', '', 1, '{}')`},
				Undo: []string{`DELETE FROM events WHERE id = 'evt_x'`}},
			{Name: "events of no work", ID: "E2", Subject: "ful_zz", Detail: "no row",
				SQL:  []string{`INSERT INTO events (id, subject, sequence, type, version, actor, command, at, body) VALUES ('evt_x', 'ful_zz', 1, 'fulfillment.opened', 1, '', '', 1, '{}')`},
				Undo: []string{`DELETE FROM events WHERE id = 'evt_x'`}},
		})
	})
}

// arrival is when a shipment arrived.
func (s *shop) arrival(shipment string) int64 {
	s.t.Helper()
	return s.Count(`SELECT delivered_at FROM shipments WHERE id = $1`, shipment)
}
