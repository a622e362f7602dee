package main

import "time"

// scene is a state of a workspace in which commands meet: on one order, its
// stock and its payments.
type scene struct {
	name string
	// build makes the state and returns the input of each command. Behind the
	// operation a word may tell which of several inputs it is.
	build func(s *story) map[string]object
	only  string // if set: only pairs with this operation
}

// pairs tells whether two commands are to meet in the scene.
func (sc *scene) pairs(one, other *contender) bool {
	return sc.only == "" || one.operation == sc.only || other.operation == sc.only
}

// scenes are where commands meet. Each of them could succeed there if it came
// alone.
var scenes = []scene{
	{name: "draft", build: drafted},
	{name: "placed", build: placed},
	{name: "under way", build: underWay},
	{name: "held", build: heldUnderWay, only: "order.release_hold"},
	{name: "held by a kind", build: heldByKind, only: "order.release_holds"},
}

// remark writes a note on an order, and gives it a tag.
func (s *story) remark(order any) (note any) {
	s.Helper()
	s.do("order.tag", object{"id": order, "tags": []string{"old"}})
	return s.do("order.note", object{"id": order, "text": "x"})["id"]
}

// drafted is a draft that wants most of what there is.
func drafted(s *story) map[string]object {
	s.Helper()
	sku := s.few(3)
	o := s.draft(line(sku, 2), line("POT", 1))
	id := o["id"]
	note := s.remark(id)
	return map[string]object{
		"order.revise":      with(s.agreement(line(sku, 1)), "id", id),
		"order.change_line": {"id": id, "line_id": firstID(o, "lines"), "quantity": 3},
		"order.remove_line": {"id": id, "line_id": firstID(o, "lines")},
		"order.place_draft": {"id": id},
		"order.note":        {"id": id, "text": "x"},
		"attachment.upload": {"id": id, "name": "x.pdf", "size": 10},
		"order.tag":         {"id": id, "tags": []string{"vip", "gift"}},
		"order.untag":       {"id": id, "tags": []string{"old"}},
		"order.edit_note":   {"id": id, "note_id": note, "text": "y"},
		"order.remove_note": {"id": id, "note_id": note},
		"order.clone":       {"id": id},
		"order.place":       s.agreement(line(sku, 2)),
		"stock.receive":     s.document(line(sku, 1), with(line(s.byLot(), 1), "lot", "L1")),
		"stock.adjust":      with(s.document(line(sku, -2)), "reason", "loss"),
	}
}

// placed is an order that can be released, some of which waits for stock that
// is free, and some of whose money came or is promised.
func placed(s *story) map[string]object {
	s.Helper()
	sku, cup := s.few(6), s.scarce()
	first := s.order(line(cup, 1))
	s.advance(time.Second)
	o := s.order(line(sku, 2), line(cup, 1), line("ADVICE", 1))
	s.receive(cup, 1) // for the first
	s.do("order.cancel", object{"id": first["id"], "reason": "customer"})
	id := o["id"]
	other, third := s.order(line("ADVICE", 2)), s.order(line("ADVICE", 1))
	note := s.remark(id)
	all := s.money(o)
	for name, in := range map[string]object{ // order-free: each has its own place
		"order.allocate":     {"id": id},
		"order.release":      {"id": id},
		"order.ship":         {"id": id},
		"order.move_stock":   {"id": id, "lines": []object{{"line_id": firstID(o, "lines"), "location_id": s.elsewhere(sku)}}},
		"order.perform":      {"id": id},
		"order.cancel":       {"id": id, "reason": "customer"},
		"order.cancel part":  {"id": id, "reason": "stock", "lines": []object{part(o, 1)}},
		"order.hold":         {"id": id, "kind": "fraud", "reason": "x"},
		"order.note":         {"id": id, "text": "x"},
		"attachment.upload":  {"id": id, "name": "x.pdf", "size": 10},
		"order.tag":          {"id": id, "tags": []string{"vip", "gift"}},
		"order.untag":        {"id": id, "tags": []string{"old"}},
		"order.edit_note":    {"id": id, "note_id": note, "text": "y"},
		"order.remove_note":  {"id": id, "note_id": note},
		"order.clone":        {"id": id},
		"order.split":        {"id": id, "lines": []object{part(o, 1)}},
		"order.merge":        {"id": id, "order_ids": []any{other["id"]}},
		"order.merge third":  {"id": third["id"], "order_ids": []any{other["id"]}},
		"order.merge back":   {"id": other["id"], "order_ids": []any{third["id"]}},
		"change.commit join": {"id": s.do("change.begin", object{"id": third["id"], "steps": []object{{"kind": "merge", "order_id": other["id"]}}})["id"]},
		"change.commit away": {"id": s.do("change.begin", object{"id": other["id"], "steps": []object{{"kind": "split", "line_id": firstID(other, "lines"), "quantity": 1}}})["id"]},
		"order.cancel other": {"id": other["id"], "reason": "customer"},
		"order.amend":        {"id": id, "steps": []object{{"kind": "set_quantity", "line_id": firstID(o, "lines"), "quantity": 4}, {"kind": "add_line", "sku": cup, "quantity": 1}}},
		"order.amend less":   {"id": id, "steps": []object{{"kind": "set_quantity", "line_id": firstID(o, "lines"), "quantity": 1}, {"kind": "set_price", "line_id": firstID(o, "lines"), "unit_price": "7"}}},
		"change.begin":       {"id": id},
		"change.commit":      {"id": s.do("change.begin", object{"id": id, "steps": []object{{"kind": "set_quantity", "line_id": firstID(o, "lines"), "quantity": 5}}})["id"]},
		"order.place":        s.agreement(line(sku, 4), line(cup, 1)),
		"order.place_draft":  {"id": s.draft(line(sku, 3))["id"]},
		"order.place by web": with(s.agreement(line("POT", 1)), "external_id", "x-1"),
		"stock.receive":      s.document(line(cup, 1), line(sku, 1)),
		"stock.adjust":       with(s.document(line(sku, -5)), "reason", "loss"),
	} {
		all[name] = in
	}
	return all
}

// underWay is an order that is carried out in all its stages at once.
func underWay(s *story) map[string]object {
	s.Helper()
	sku, cup := s.few(40), s.scarce()
	first := s.order(line(cup, 1))
	s.advance(time.Second)
	o := s.do("order.place", with(s.agreement(line(sku, 20), line(cup, 1), line("ADVICE", 1), with(line("POT", 2), "delivery", 1)),
		"deliveries", []object{{"address": home}, {"address": home}}))
	s.receive(cup, 1) // for the first
	s.do("order.cancel", object{"id": first["id"], "reason": "customer"})
	delivery := firstID(o, "deliveries")
	id, lines := o["id"], firstID(o, "lines")
	note := s.remark(id)
	all := s.money(o)
	granted := s.do("order.grant_refund", object{"id": id, "reason": "goodwill", "amount": pounds(300)})
	s.do("order.release", object{"id": id, "delivery_ids": []string{delivery}})
	work := s.first("fulfillment.list", "order:"+field(o, "id")+" status:open")["id"]
	back := func(steps ...string) any { return s.sendBack(o, steps...)["id"] }

	s.do("shipment.deliver", object{"id": s.send(o, work, 6)["id"]})
	overdue := back("approve")
	late := s.do("change.begin", object{"id": id})
	s.advance(40 * 24 * time.Hour)
	changed := s.do("change.begin", object{"id": id, "steps": []object{{"kind": "set_quantity", "line_id": lines, "quantity": 24}}})
	step := with(object{"id": changed["id"]}, "kind", "add_line", "sku", cup, "quantity", 1)
	requested, approved, received, inspected := back(), back("approve"), back("approve", "receive"), back("approve", "receive", "inspect")
	shipped, labeled := s.send(o, work, 2)["id"], s.pack(o, work, 2)["id"]
	s.do("shipment.label", object{"id": labeled, "carrier": "royal_mail"})
	s.do("fulfillment.pick", object{"id": work, "lines": []object{part(o, 2)}})
	elsewhere := s.elsewhere(sku)

	for name, in := range map[string]object{ // order-free: each has its own place
		"order.move_refund": {"id": id, "refund_id": firstID(granted, "refunds")},
		"order.allocate":    {"id": id},
		"order.release":     {"id": id},
		"order.perform":     {"id": id},
		"order.hold":        {"id": id, "kind": "fraud", "reason": "x"},
		"order.note":        {"id": id, "text": "x"},
		"attachment.upload": {"id": id, "name": "x.pdf", "size": 10},
		"order.tag":         {"id": id, "tags": []string{"vip", "gift"}},
		"order.untag":       {"id": id, "tags": []string{"old"}},
		"order.edit_note":   {"id": id, "note_id": note, "text": "y"},
		"order.remove_note": {"id": id, "note_id": note},
		"order.clone":       {"id": id},
		"order.cancel":      {"id": id, "reason": "customer"},
		"order.ship":        {"id": id, "delivery_id": delivery},
		"order.split":       {"id": id, "lines": []object{{"line_id": items(o, "lines")[3]["id"], "quantity": 1}}},
		"order.merge":       {"id": id, "order_ids": []any{s.order(line("ADVICE", 1))["id"]}},
		"order.amend":       {"id": id, "steps": []object{{"kind": "set_quantity", "line_id": lines, "quantity": 19}, {"kind": "cancel", "line_id": lines, "quantity": 1}}},
		"change.begin":      {"id": id},
		"change.stage":      step,
		"change.unstage":    {"id": changed["id"], "step_id": firstID(changed, "steps")},
		"change.commit":     {"id": changed["id"]},
		"change.drop":       {"id": changed["id"]},
		"change.expire":     {"id": late["id"]},
		"order.move_stock":  {"id": id, "lines": []object{{"line_id": lines, "quantity": 5, "location_id": elsewhere}}},
		"order.place":       s.agreement(line(sku, 20), line(cup, 1)),
		"order.place_draft": {"id": s.draft(line(sku, 20))["id"]},
		"stock.receive":     s.document(line(sku, 1)),
		"stock.adjust":      with(s.document(line(sku, -22)), "reason", "loss"),

		"fulfillment.pick":     {"id": work, "lines": []object{part(o, 5)}},
		"fulfillment.unpick":   {"id": work, "lines": []object{part(o, 1)}},
		"fulfillment.pack":     {"id": work, "packages": []object{{"lines": []object{part(o, 2)}}}},
		"fulfillment.reassign": {"id": work, "location_id": elsewhere},
		"shipment.label":       {"id": labeled, "carrier": "dhl", "tracking_number": "D1"},
		"shipment.unpack":      {"id": labeled},
		"shipment.dispatch":    {"id": labeled},
		"shipment.track":       {"id": shipped, "events": []object{{"id": "e", "code": "lost", "at": "2026-03-02T14:00:00Z"}}},
		"shipment.deliver":     {"id": shipped},

		"return.request":        s.back(o),
		"return.approve":        {"id": requested},
		"return.reject":         {"id": requested, "reason": "used"},
		"return.cancel":         {"id": approved},
		"return.cancel overdue": {"id": overdue},
		"return.mark_sent":      {"id": approved, "carrier": "royal_mail"},
		"return.receive":        {"id": approved, "lines": []object{part(o, 1)}},
		"return.inspect":        {"id": received, "lines": []object{{"line_id": lines, "restock": 1}}},
		"return.complete":       {"id": inspected},
		"return.expire":         {"id": overdue},
	} {
		all[name] = in
	}
	return all
}

// heldUnderWay is the same with a hold.
func heldUnderWay(s *story) map[string]object {
	s.Helper()
	all := underWay(s)
	held := s.do("order.hold", object{"id": all["order.hold"]["id"], "kind": "stock", "reason": "x"})
	delete(all, "order.release") // the hold blocks these
	delete(all, "order.perform")
	all["order.release_hold"] = object{"id": held["id"], "hold_id": firstID(held, "holds")}
	return all
}

// heldByKind is the same for those who release all holds of a kind.
func heldByKind(s *story) map[string]object {
	s.Helper()
	all := heldUnderWay(s)
	all["order.release_holds"] = object{"id": all["order.release_hold"]["id"], "kind": "stock"}
	return all
}

// money lets some of an order's money come, be promised and be asked for, and
// returns what can be done about it.
func (s *story) money(o object) map[string]object {
	s.Helper()
	id := o["id"]
	s.do("order.pay", object{"id": id, "method": "cash", "amount": pounds(1000)})
	s.do("order.pay", object{"id": id, "method": "test", "token": "tok_approve", "amount": pounds(2000)})
	promised := s.do("order.pay", object{"id": id, "method": "test", "token": "tok_action", "amount": pounds(1000)})
	payments := items(promised, "payments")
	waiting := s.do("payment.get", object{"id": payments[2]["id"]})
	attempt := items(waiting, "attempts")[0]
	return map[string]object{
		"order.pay":             {"id": id, "method": "test", "token": "tok_approve", "amount": pounds(3000)},
		"order.pay cash":        {"id": id, "method": "cash", "amount": pounds(2000)},
		"order.capture":         {"id": id},
		"order.void_payment":    {"id": id, "payment_id": payments[1]["id"]},
		"order.grant_refund":    {"id": id, "reason": "goodwill", "amount": pounds(600)},
		"payment.record_result": {"id": waiting["id"], "order_id": id, "attempt_id": attempt["id"], "state": "succeeded", "gateway_reference": "ch_1"},
		"test_gateway.complete": {"key": attempt["key"], "approve": true},
	}
}

func pounds(amount int) object { return object{"amount": amount, "currency": "GBP"} }

// few is a new SKU of which there are so many and no more.
func (s *story) few(quantity int) (sku string) {
	s.Helper()
	variant := s.newVariant()
	s.do("product.create", object{"title": "Cups", "variants": []object{variant}})
	sku = field(variant, "sku")
	s.do("price.set", object{"id": s.list, "prices": []object{{"sku": sku, "unit_price": "8"}}})
	s.receive(sku, quantity)
	return sku
}

func (s *story) document(lines ...object) object {
	return object{"location_id": s.location, "lines": lines}
}

// pack picks and packs a quantity of the first line, and returns the shipment.
func (s *story) pack(o object, work any, quantity int) (shipment object) {
	s.Helper()
	lines := []object{part(o, quantity)}
	s.do("fulfillment.pick", object{"id": work, "lines": lines})
	s.do("fulfillment.pack", object{"id": work, "packages": []object{{"lines": lines}}})
	return s.first("shipment.list", "order:"+field(o, "id")+" status:packed")
}

// send lets a quantity of the first line leave.
func (s *story) send(o object, work any, quantity int) (shipment object) {
	s.Helper()
	shipment = s.pack(o, work, quantity)
	s.do("shipment.label", object{"id": shipment["id"], "carrier": "royal_mail"})
	s.do("shipment.dispatch", object{"id": shipment["id"]})
	return shipment
}

// sendBack requests the return of one unit, and takes it some steps further.
func (s *story) sendBack(o object, steps ...string) (ret object) {
	s.Helper()
	ret = s.do("return.request", s.back(o))
	for _, step := range steps {
		in := object{"id": ret["id"]}
		switch step {
		case "receive":
			in["lines"] = []object{part(o, 1)}
		case "inspect":
			in["lines"] = []object{{"line_id": firstID(o, "lines"), "restock": 1}}
		}
		s.do("return."+step, in)
	}
	return ret
}
