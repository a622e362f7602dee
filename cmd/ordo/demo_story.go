package main

import "encoding/base64"

// first places the shop's first orders, all paid on account.
func (f *filler) first() {
	for i := range 3 {
		f.order(i, payLater, wanted{demoProducts[i].sku, i + 1}, wanted{demoProducts[i+2].sku, 2})
	}
}

// story places orders that are in every state a visitor may want to see. Each
// got there by the commands that everybody has.
func (f *filler) story() {
	f.order(0, payLater, wanted{"TEA-500", 2}, wanted{"CUP-2", 1})                  // approved, on account
	f.order(1, object{"method": "test", "token": "tok_action"}, wanted{"POT-1", 1}) // waits for the payer
	f.order(2, object{"method": "test", "token": "tok_silent"}, wanted{"TIN-S", 4}) // outcome of the payment unknown
	f.order(3, object{"method": "transfer"}, wanted{"TEA-500", 1})                  // waits for the transfer
	f.order(4, payLater, wanted{"TEA-100", 30})                                     // part of it backordered
	f.held()
	f.partShipped()
	f.inReturn()
	f.refunded()
	f.canceled()
	f.toShip()
	f.draft()
}

var (
	payLater  = object{"method": "on_account"}
	payByCard = object{"method": "test", "token": "tok_approve"}
)

// wanted is a line of an order.
type wanted struct {
	sku      string
	quantity int
}

// agreement is what customer i wants.
func (f *filler) agreement(i int, items ...wanted) object {
	var lines []object
	for _, it := range items {
		lines = append(lines, object{"sku": it.sku, "quantity": it.quantity})
	}
	return object{
		"channel_id": f.id("channel.list", "code:web"), "customer_id": f.id("customer.list", `"`+demoCustomers[i]+`"`), "lines": lines,
		"deliveries": []object{{"shipping_method_id": f.id("shipping_method.list", "code:post"), "address": object{"name": demoCustomers[i], "street": "12 St James's Square", "postcode": "SW1Y 4JH", "city": "London", "country": "GB"}}},
	}
}

func (f *filler) order(i int, payment object, items ...wanted) object {
	in := f.agreement(i, items...)
	in["payment"] = payment
	return f.do("order.place", in)
}

// toShip are orders that the warehouse has to pick, pack and ship, one of them
// before the others.
func (f *filler) toShip() {
	f.release(f.order(3, payByCard, wanted{"TEA-500", 3}, wanted{"CUP-2", 2}, wanted{"TIN-S", 1}))
	rush := f.agreement(2, wanted{"POT-1", 1}, wanted{"TEA-500", 1})
	rush["priority"], rush["payment"] = 2, payByCard
	f.release(f.do("order.place", rush))
}

func (f *filler) release(o object) { f.do("order.release", object{"id": o["id"]}) }

func (f *filler) draft() {
	f.do("order.draft", f.agreement(2, wanted{"POT-1", 2}))
}

func (f *filler) held() {
	o := f.order(1, payByCard, wanted{"POT-1", 3})
	f.do("order.hold", object{"id": o["id"], "kind": "address", "reason": "address_unclear"})
}

func (f *filler) partShipped() {
	o := f.order(0, payByCard, wanted{"CUP-2", 4}, wanted{"TIN-S", 2})
	f.do("order.ship", object{"id": o["id"], "carrier": "royal_mail", "tracking_number": "RM100000001GB", "lines": []object{{"line_id": lineOf(o, 0), "quantity": 3}}})
	f.do("order.tag", object{"id": o["id"], "tags": []string{"gift wrap", "rush"}})
	f.do("order.note", object{"id": o["id"], "text": "The fourth cup comes on Thursday; @Demo rings her before.", "mentions": []string{f.id("user.list", "email:"+demoEmail)}})
	f.do("order.note", object{"id": o["id"], "text": "Three of your four cups are on their way.", "visibility": "customer"})
	f.attach(o, "four-cups.csv", "purchase_order", "sku,quantity\nCUP-2,4\nTIN-S,2\n")
}

// attach puts a file on an order.
func (f *filler) attach(o object, name, kind, text string) {
	sent := f.do("attachment.upload", object{"id": o["id"], "name": name, "size": len(text), "kind": kind, "visibility": "customer"})
	f.do("attachment.add_part", object{"id": sent["id"], "part": 1, "content": base64.StdEncoding.EncodeToString([]byte(text))})
}

// delivered is an order that was paid, left and arrived.
func (f *filler) delivered(i int, items ...wanted) object {
	o := f.order(i, payByCard, items...)
	f.do("order.ship", object{"id": o["id"], "carrier": "royal_mail"})
	f.do("order.capture", object{"id": o["id"]})
	for _, shipment := range objects(f.do("shipment.list", object{"filter": "order:" + field(o, "id")}), "items") {
		f.do("shipment.deliver", object{"id": shipment["id"]})
	}
	return o
}

func (f *filler) inReturn() {
	o := f.delivered(2, wanted{"POT-1", 1}, wanted{"CUP-2", 2})
	r := f.do("return.request", object{"id": o["id"], "outcome": "refund", "lines": []object{{"line_id": lineOf(o, 0), "quantity": 1, "reason": "damaged"}}})
	f.do("return.approve", object{"id": r["id"]})
}

func (f *filler) refunded() {
	o := f.delivered(3, wanted{"CUP-2", 1})
	f.do("order.grant_refund", object{"id": o["id"], "reason": "goodwill", "amount": o["total"]})
	for _, refund := range objects(f.do("order.get", object{"id": o["id"]}), "refunds") {
		f.do("order.move_refund", object{"id": o["id"], "refund_id": refund["id"]})
	}
}

func (f *filler) canceled() {
	o := f.order(4, payLater, wanted{"TEA-500", 1})
	f.do("order.cancel", object{"id": o["id"], "reason": "customer"})
}

// id returns the id of the first that a list finds.
func (f *filler) id(list, filter string) string {
	for _, o := range objects(f.do(list, object{"filter": filter}), "items") {
		return field(o, "id")
	}
	return ""
}

// objects returns the objects of a list within an object.
func objects(in object, name string) (all []object) {
	items, _ := in[name].([]any)
	for _, item := range items {
		if o, ok := item.(object); ok {
			all = append(all, o)
		}
	}
	return all
}

// lineOf returns the id of a line of an order.
func lineOf(order object, i int) string {
	if lines := objects(order, "lines"); i < len(lines) {
		return field(lines[i], "id")
	}
	return ""
}
