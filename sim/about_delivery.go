package sim

import (
	"ordo/base/clock"
	"ordo/base/money"
	"ordo/execution/change"
	"ordo/execution/fulfillment"
	"ordo/execution/returns"
)

// aboutDelivery generates the inputs of what is done in the warehouse and by
// carriers.
var aboutDelivery = map[string]generator{
	"fulfillment.pick": {"fulfillment", 8, func(w *world, v any) object {
		return w.shelfWork(v, func(l *fulfillment.Line) money.Quantity { return l.Quantity - l.Canceled - l.Picked })
	}},
	"fulfillment.unpick": {"fulfillment", 1, func(w *world, v any) object {
		return w.shelfWork(v, func(l *fulfillment.Line) money.Quantity { return l.Picked - l.Packed })
	}},
	"fulfillment.reassign": {"fulfillment", 4, func(w *world, v any) object {
		return object{"id": v.(*fulfillment.Fulfillment).ID, "location_id": w.any("location")}
	}},
	"fulfillment.pack": {"fulfillment", 8, func(w *world, v any) object {
		in := w.shelfWork(v, func(l *fulfillment.Line) money.Quantity { return l.Picked - l.Packed })
		if in == nil {
			return nil
		}
		lines := in["lines"].([]object)
		for _, l := range lines {
			delete(l, "lot")
		}
		return object{"id": in["id"], "packages": []object{{"lines": lines}}}
	}},
	"shipment.label": {"shipment", 3, func(w *world, v any) object {
		return object{"id": v.(*fulfillment.Shipment).ID, "carrier": "royal_mail", "tracking_number": w.next("RM")}
	}},
	"shipment.unpack": {"shipment", 1, func(_ *world, v any) object { return object{"id": v.(*fulfillment.Shipment).ID} }},
	"shipment.dispatch": {"shipment", 8, func(_ *world, v any) object {
		return object{"id": v.(*fulfillment.Shipment).ID}
	}},
	"shipment.deliver": {"shipment", 2, func(w *world, v any) object {
		return object{"id": v.(*fulfillment.Shipment).ID}
	}},
	"shipment.track": {"", 25, func(w *world, _ any) object {
		s, ok := w.known.shipments.any(w)
		if !ok || s.ShippedAt == 0 && !w.chance(20) {
			return nil
		}
		var events []object
		for range 1 + w.random.IntN(3) {
			events = append(events, w.tracking(s.ID))
		}
		return object{"id": s.ID, "events": events}
	}},
}

// shelfWork is a quantity of some lines of a fulfillment order.
func (w *world) shelfWork(v any, of func(*fulfillment.Line) money.Quantity) object {
	f := v.(*fulfillment.Fulfillment)
	var lines []object
	for _, l := range f.Lines {
		q := of(l)
		if q <= 0 {
			continue
		}
		line := object{"line_id": l.LineID, "quantity": w.part(q)}
		if len(l.Lots) > 0 {
			lot := l.Lots[w.random.IntN(len(l.Lots))]
			line["lot"], line["quantity"] = lot.Lot, min(q, max(lot.Quantity, 1))
		}
		lines = append(lines, line)
	}
	if lines == nil {
		return nil
	}
	return object{"id": f.ID, "lines": lines}
}

// tracking is something that a carrier says: new, or what was said before, in
// no order of time.
func (w *world) tracking(shipment string) object {
	if told := w.carrier.said[shipment]; len(told) > 0 && w.chance(4) {
		id := one(w, sortedKeys(told)...)
		return object{"id": id, "code": told[id].code, "at": told[id].at}
	}
	at := clock.At(w.clock.Now().Add(-1 * w.within(48)))
	code := one(w, "in_transit", "in_transit", "out_for_delivery", "out_for_delivery", "delivered", "delivered", "delivered", "exception", "lost", "returned_to_sender")
	return object{"id": w.next("e"), "code": code, "at": at}
}

// aboutReturns generates the inputs of what is done with goods that come back.
var aboutReturns = map[string]generator{
	"return.approve": {"return", 6, ofReturn},
	"return.reject": {"return", 1, func(w *world, v any) object {
		return object{"id": v.(*returns.Return).ID, "reason": one(w, "too_late", "used", "other")}
	}},
	"return.cancel":    {"return", 1, ofReturn},
	"return.mark_sent": {"return", 3, ofReturn},
	"return.receive": {"return", 6, func(w *world, v any) object {
		return w.comeBack(v, func(l *returns.Line, q object) bool {
			q["quantity"] = w.part(l.Quantity - l.Received)
			return l.Quantity > l.Received
		})
	}},
	"return.inspect": {"return", 6, func(w *world, v any) object {
		return w.comeBack(v, func(l *returns.Line, q object) bool {
			left := l.Received - l.Restocked - l.Refurbished - l.Scrapped - l.SentOn
			q[one(w, "restock", "restock", "restock", "refurbish", "scrap", "send_back")] = w.part(left)
			return left > 0
		})
	}},
	"return.complete": {"return", 8, func(w *world, v any) object {
		in := ofReturn(w, v)
		if w.chance(4) {
			in["restocking_fee"] = object{"rate": "0.1"}
		}
		return in
	}},
	"return.expire": {"return", 1, ofReturn},

	"change.stage": {"change", 4, func(w *world, v any) object {
		c := v.(*change.Change)
		o, ok := w.known.orders.seen[c.OrderID]
		if !ok {
			return nil
		}
		in := w.aStep(o)
		in["id"] = c.ID
		return in
	}},
	"change.unstage": {"change", 1, func(w *world, v any) object {
		c := v.(*change.Change)
		if len(c.Steps) == 0 {
			return nil
		}
		return object{"id": c.ID, "step_id": c.Steps[w.random.IntN(len(c.Steps))].ID}
	}},
	"change.commit": {"change", 2, func(_ *world, v any) object { return object{"id": v.(*change.Change).ID} }},
	"change.drop":   {"change", 1, func(_ *world, v any) object { return object{"id": v.(*change.Change).ID} }},
	"change.expire": {"change", 8, func(_ *world, v any) object { return object{"id": v.(*change.Change).ID} }},
}

func ofReturn(_ *world, v any) object { return object{"id": v.(*returns.Return).ID} }

// comeBack says something of each line of a return that it can be said of.
func (w *world) comeBack(v any, say func(l *returns.Line, q object) bool) object {
	r := v.(*returns.Return)
	var lines []object
	for _, l := range r.Lines {
		if q := (object{"line_id": l.LineID}); say(l, q) {
			lines = append(lines, q)
		}
	}
	if lines == nil {
		return nil
	}
	return object{"id": r.ID, "lines": lines}
}
