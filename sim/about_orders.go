package sim

import (
	"encoding/base64"
	"slices"

	"ordo/base/money"
	"ordo/sales/order"
)

// ofOrder is the id of the order, as most inputs have it.
func ofOrder(v any) object { return object{"id": v.(*order.Order).ID} }

// many runs a command on some of the orders that the actors know, or on those
// that a filter finds.
func (w *world) many() object {
	in := one(w, object{"operation": "order.hold", "input": object{"kind": "manual", "reason": "looked_at"}}, object{"operation": "order.release_holds", "input": object{"kind": "manual"}},
		object{"operation": "order.release_holds", "input": object{"kind": "fraud"}}, object{"operation": "order.release"}, object{"operation": "order.note", "input": object{"text": "seen"}})
	ids := w.known.orders.ids
	if w.chance(3) || len(ids) == 0 {
		return with(in, "filter", one(w, "status:approved", "hold:manual", "total>5000"))
	}
	from := w.random.IntN(len(ids))
	return with(in, "order_ids", slices.Clone(ids[from:min(len(ids), from+1+w.random.IntN(8))]))
}

// aboutOrders generates the inputs of what is done to an order itself.
var aboutOrders = map[string]generator{
	"order.place": {"", 0, func(w *world, _ any) object {
		in := w.agreement()
		if !w.chance(3) {
			in["payment"] = w.payment()
		}
		return in
	}},
	"order.draft": {"", 0, func(w *world, _ any) object { return w.agreement() }},
	"order.price": {"", 3, func(w *world, _ any) object { return w.agreement() }},
	"order.revise": {"order", 1, func(w *world, v any) object {
		in := w.agreement()
		in["id"], in["channel_id"] = v.(*order.Order).ID, v.(*order.Order).ChannelID
		delete(in, "external_id")
		return in
	}},
	"order.change_line": {"order", 1, func(w *world, v any) object {
		o := v.(*order.Order)
		return object{"id": o.ID, "line_id": w.line(o).ID, "quantity": 1 + w.random.IntN(4)}
	}},
	"order.remove_line": {"order", 1, func(w *world, v any) object {
		o := v.(*order.Order)
		return object{"id": o.ID, "line_id": w.line(o).ID}
	}},
	"order.place_draft": {"order", 16, func(w *world, v any) object {
		in := ofOrder(v)
		if w.chance(2) {
			in["payment"] = w.payment()
		}
		if w.chance(4) {
			in["expected_total"] = v.(*order.Order).Total
		}
		return in
	}},
	"order.clone": {"", 1, func(w *world, _ any) object {
		in := w.thing(w.known.orders.ids)
		if w.chance(3) {
			in = with(in, "customer_id", w.any("customer"))
		}
		return in
	}},
	"template.save":   {"", 2, func(w *world, _ any) object { return w.template() }},
	"template.change": {"", 2, func(w *world, _ any) object { return with(w.template(), "id", w.any("template.save")) }},
	"template.share":  {"", 1, need("template.save")},
	"template.remove": {"", 2, need("template.save")},
	"order.hold": {"order", 1, func(w *world, v any) object {
		return object{"id": v.(*order.Order).ID, "kind": one(w, "fraud", "address", "manual", "payment", "compliance"), "reason": "looked_at"}
	}},
	"order.release_hold": {"order", 16, func(w *world, v any) object {
		o := v.(*order.Order)
		for _, h := range o.Holds {
			if h.Active() {
				return object{"id": o.ID, "hold_id": h.ID}
			}
		}
		return nil
	}},
	"order.release_holds": {"order", 4, func(w *world, v any) object {
		if held := v.(*order.Order).Held(); len(held) > 0 {
			return object{"id": v.(*order.Order).ID, "kind": held[w.random.IntN(len(held))]}
		}
		return nil
	}},
	"bulk.begin":  {"", 4, func(w *world, _ any) object { return w.many() }},
	"bulk.stop":   {"", 8, need("bulk.begin")},
	"bulk.resume": {"", 16, need("bulk.begin")},
	"bulk.retry":  {"", 1, need("bulk.begin")},
	"bulk.undo":   {"", 8, need("bulk.begin")},
	"bulk.list":   {"", 1, fixed(object{})},
	"bulk.get":    {"", 1, need("bulk.begin")},
	"bulk.rows":   {"", 1, need("bulk.begin")},
	"order.cancel": {"order", 1, func(w *world, v any) object {
		o := v.(*order.Order)
		in := object{"id": o.ID, "reason": one(w, "customer", "stock", "price", "other")}
		if l := w.line(o); w.chance(2) && l.Left() > 0 {
			in["lines"] = []object{{"line_id": l.ID, "quantity": w.part(l.Left())}}
		}
		return in
	}},
	"order.allocate": {"order", 4, func(_ *world, v any) object { return ofOrder(v) }},
	"order.release":  {"order", 20, func(_ *world, v any) object { return ofOrder(v) }},
	"order.move_stock": {"order", 3, func(w *world, v any) object {
		o := v.(*order.Order)
		l := w.line(o)
		if l.Reserved == 0 || l.Kind != "stock" {
			return nil
		}
		return object{"id": o.ID, "lines": []object{{"line_id": l.ID, "quantity": w.part(l.Reserved), "location_id": w.any("location")}}}
	}},
	"order.perform": {"order", 4, func(w *world, v any) object {
		o := v.(*order.Order)
		if l := w.line(o); l.Open > 0 && l.Leaf() && w.chance(2) {
			return object{"id": o.ID, "lines": []object{{"line_id": l.ID, "quantity": w.part(l.Open)}}}
		}
		return ofOrder(v)
	}},
	"order.pay": {"order", 12, func(w *world, v any) object {
		o := v.(*order.Order)
		if o.Captured.Amount+o.Authorized.Amount >= o.Total.Amount && !w.chance(20) {
			return nil
		}
		in := object{"id": o.ID, "method": one(w, "cash", "transfer", "test", "test")}
		if in["method"] == "test" {
			in["token"] = w.token()
		}
		if left := o.Total.Amount - o.Captured.Amount; w.chance(4) && left > 1 {
			in["amount"] = money.Amount{Amount: 1 + w.random.Int64N(left), Currency: o.Currency}
		}
		return in
	}},
	"order.capture": {"order", 16, func(w *world, v any) object {
		o := v.(*order.Order)
		in := ofOrder(v)
		if left := o.Authorized.Amount - o.Captured.Amount; w.chance(3) && left > 1 {
			in["amount"] = money.Amount{Amount: 1 + w.random.Int64N(left), Currency: o.Currency}
		}
		return in
	}},
	"order.void_payment": {"order", 1, func(w *world, v any) object {
		o := v.(*order.Order)
		if len(o.Payments) == 0 {
			return nil
		}
		return object{"id": o.ID, "payment_id": o.Payments[w.random.IntN(len(o.Payments))].ID}
	}},
	"order.grant_refund": {"order", 2, func(w *world, v any) object {
		o := v.(*order.Order)
		in := object{"id": o.ID, "reason": one(w, "damaged", "late", "goodwill", "price")}
		if l := w.line(o); w.chance(2) {
			in["parts"] = []object{{"line_id": l.ID, "quantity": w.part(l.Quantity)}}
		} else {
			in["amount"] = money.Amount{Amount: 1 + w.random.Int64N(max(1, o.Total.Amount)), Currency: o.Currency}
		}
		return in
	}},
	"order.move_refund": {"order", 20, func(w *world, v any) object {
		o := v.(*order.Order)
		if len(o.Refunds) == 0 {
			return nil // nothing was promised back
		}
		return object{"id": o.ID, "refund_id": o.Refunds[w.random.IntN(len(o.Refunds))].ID}
	}},
	"order.ship": {"order", 6, func(w *world, v any) object {
		in := ofOrder(v)
		if w.chance(3) {
			in["carrier"], in["tracking_number"] = "royal_mail", w.next("RM")
		}
		return in
	}},
	"order.amend": {"order", 4, func(w *world, v any) object {
		return object{"id": v.(*order.Order).ID, "steps": w.steps(v.(*order.Order))}
	}},
	"order.split": {"order", 4, func(w *world, v any) object {
		o := v.(*order.Order)
		l := w.line(o)
		return object{"id": o.ID, "lines": []object{{"line_id": l.ID, "quantity": w.part(max(1000, l.Left()))}}}
	}},
	"order.merge": {"order", 3, func(w *world, v any) object {
		o := v.(*order.Order)
		other, ok := w.sibling(o)
		if !ok {
			return nil
		}
		return object{"id": o.ID, "order_ids": []string{other}}
	}},
	"change.begin": {"", 10, func(w *world, _ any) object {
		o, ok := w.known.orders.any(w)
		if !ok || o.PlacedAt == 0 && !w.chance(10) {
			return nil
		}
		return object{"id": o.ID, "steps": w.steps(o)}
	}},
	"return.request": {"", 25, func(w *world, _ any) object {
		o, ok := w.known.orders.any(w)
		if !ok {
			return nil
		}
		l := w.line(o)
		if l.Shipped == l.Returned && !w.chance(20) {
			return nil
		}
		return object{"id": o.ID, "outcome": one(w, "refund", "refund", "refund", "keep_it"), "lines": []object{
			{"line_id": l.ID, "quantity": w.part(max(1000, l.Shipped-l.Returned)), "reason": one(w, "damaged", "no_longer_needed", "late")}}}
	}},
	"order.note": {"", 2, func(w *world, _ any) object {
		o, ok := w.known.orders.any(w)
		if !ok {
			return nil
		}
		return object{"id": o.ID, "text": "call back", "visibility": one(w, "staff", "customer")}
	}},
	"order.edit_note":   {"", 1, func(w *world, _ any) object { return w.note(object{"text": "called back", "visibility": "staff"}) }},
	"order.remove_note": {"", 1, func(w *world, _ any) object { return w.note(object{}) }},
	"order.tag":         {"", 2, func(w *world, _ any) object { return w.retag() }},
	"order.untag":       {"", 1, func(w *world, _ any) object { return w.tags() }},
}

// aboutAttachments generates the inputs of files on orders: CSVs of one part.
var aboutAttachments = map[string]generator{
	"attachment.upload": {"", 6, func(w *world, _ any) object {
		in := anOrder(w, nil)
		if in == nil {
			return nil
		}
		if f, ok := w.known.files.any(w); ok && f.Revision > 0 && w.chance(3) {
			in["id"], in["attachment_id"] = f.OrderID, f.AttachmentID
		} else {
			in["kind"], in["visibility"] = one(w, "photo", "contract"), one(w, "staff", "customer")
		}
		in["name"], in["size"] = w.next("list ")+".csv", len(rowsOfFile)
		return in
	}},
	"attachment.add_part": {"", 16, func(w *world, _ any) object {
		return w.sent(false, object{"part": 1, "content": base64.StdEncoding.EncodeToString([]byte(rowsOfFile))})
	}},
	"attachment.cancel": {"", 1, func(w *world, _ any) object { return w.sent(false, object{}) }},
	"attachment.change": {"", 2, func(w *world, _ any) object {
		return w.sent(true, object{"kind": one(w, "photo", "other"), "visibility": one(w, "staff", "customer")})
	}},
	"attachment.remove": {"", 2, func(w *world, _ any) object { return w.sent(true, object{}) }},
	"attachment.get":    {"", 1, func(w *world, _ any) object { return w.sent(true, object{}) }},
	"attachment.file":   {"", 1, func(w *world, _ any) object { return w.sent(false, object{}) }},
	"attachment.list":   {"", 1, anOrder},
}

const rowsOfFile = "sku,quantity\nTEA,1\n"

// sent names a file on its way, or the attachment of one that is whole.
func (w *world) sent(whole bool, in object) object {
	f, ok := w.known.files.any(w)
	if !ok || (f.Revision > 0) != whole {
		return nil
	}
	if in["id"] = f.ID; whole {
		in["id"] = f.AttachmentID
	}
	return in
}

// note names a note that somebody wrote.
func (w *world) note(in object) object {
	n, ok := w.known.notes.any(w)
	if !ok {
		return nil
	}
	in["id"], in["note_id"] = n.OrderID, n.ID
	return in
}

// tags are some for an order.
func (w *world) tags() object {
	in := anOrder(w, nil)
	if in != nil {
		in["tags"] = []string{one(w, "vip", "Gift", "test"), one(w, "vip", "rush")}
	}
	return in
}

// retag are tags to put on an order, or instead of one.
func (w *world) retag() object {
	in := w.tags()
	if in != nil && w.chance(4) {
		in["tags"], in["instead_of"] = []string{"renamed"}, []string{one(w, "vip", "gift", "test", "rush")}
	}
	return in
}

// steps are what somebody wants to be another in a placed order.
func (w *world) steps(o *order.Order) (all []object) {
	if w.chance(6) {
		l := w.line(o)
		return []object{{"kind": "split", "line_id": l.ID, "quantity": w.part(max(1000, l.Left()))}}
	}
	if other, ok := w.sibling(o); ok && w.chance(8) {
		return []object{{"kind": "merge", "order_id": other}}
	}
	for range 1 + w.random.IntN(3) {
		all = append(all, w.aStep(o))
	}
	return all
}

func (w *world) aStep(o *order.Order) object {
	l := w.line(o)
	switch w.random.IntN(8) {
	case 0, 1, 2:
		return object{"kind": "set_quantity", "line_id": l.ID, "quantity": 1 + w.random.IntN(4)}
	case 3:
		return object{"kind": "set_price", "line_id": l.ID, "unit_price": one(w, "3.99", "10", "0")}
	case 4:
		return object{"kind": "cancel", "line_id": l.ID, "quantity": w.part(max(1000, l.Left())), "reason": "customer"}
	case 5:
		if len(o.Deliveries) > 0 {
			return object{"kind": "set_address", "delivery_id": o.Deliveries[0].ID, "address": address}
		}
	}
	return object{"kind": "add_line", "sku": goods[w.random.IntN(len(goods))].sku, "quantity": 1 + w.random.IntN(2)}
}

// sibling is another order, of the same customer if one is known.
func (w *world) sibling(o *order.Order) (id string, ok bool) {
	for range 10 {
		other, ok := w.known.orders.any(w)
		if !ok {
			return "", false
		}
		if id = other.ID; id != o.ID && other.CustomerID == o.CustomerID && other.ChannelID == o.ChannelID {
			break
		}
	}
	return id, true
}

// line is one of the order's lines.
func (w *world) line(o *order.Order) *order.Line {
	if len(o.Lines) == 0 {
		return &order.Line{ID: "oli_0"}
	}
	return o.Lines[w.random.IntN(len(o.Lines))]
}

// agreement is what somebody wants to buy.
func (w *world) agreement() object {
	in := object{"channel_id": w.shop.channels[w.random.IntN(len(w.shop.channels))], "deliveries": []object{{"address": address}}, "external_id": w.next("x")}
	if w.chance(5) {
		in["contact"] = object{"name": "Somebody", "email": "somebody@example.com"}
	} else {
		in["customer_id"] = w.any("customer")
	}
	var lines []object
	for range 1 + w.random.IntN(3) {
		lines = append(lines, w.wish())
	}
	in["lines"] = lines
	if w.chance(3) {
		in["deliveries"] = []object{{"address": address, "shipping_method_id": w.shop.method}}
	}
	if w.chance(6) {
		in["discounts"] = []object{{"kind": "percent", "rate": "0.1", "label": "spring"}}
	}
	if w.chance(8) {
		in["priority"] = 1 + w.random.IntN(3)
	}
	return in
}

// wish is a line that somebody wants.
func (w *world) wish() object {
	if w.chance(25) {
		return object{"title": "Engraving", "kind": "service", "unit_price": "4.99", "tax_class": "standard", "quantity": 1}
	}
	l := object{"sku": goods[w.random.IntN(len(goods))].sku, "quantity": 1 + w.random.IntN(3)}
	if w.chance(8) {
		l["discounts"] = []object{{"kind": "amount", "amount": 1 + w.random.IntN(200), "label": "scratch"}}
	}
	return l
}

func (w *world) payment() object {
	method := one(w, "on_account", "cash", "transfer", "test", "test", "test")
	if method == "test" {
		return object{"method": method, "token": w.token()}
	}
	return object{"method": method}
}

// token is a payer, as the test gateway knows them.
func (w *world) token() string {
	return one(w, "tok_approve", "tok_approve", "tok_approve", "tok_approve", "tok_approve", "tok_decline", "tok_action", "tok_timeout", "tok_lost", "tok_late", "tok_twice", "tok_silent")
}

// template names an order that somebody saw.
func (w *world) template() object {
	o := w.thing(w.known.orders.ids)
	if o == nil {
		return nil
	}
	return object{"name": w.next("template "), "order_id": o["id"]}
}
