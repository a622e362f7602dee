package main

import (
	"encoding/json"
	"errors"

	"ordo/engine/auth"
	"ordo/engine/db"
	"ordo/policy/account"
	"ordo/sales/bulk"
)

// changing are steps that change an order.
func changing(o object) []object {
	return []object{{"kind": "set_quantity", "line_id": firstID(o, "lines"), "quantity": 3}, {"kind": "add_line", "sku": "ADVICE", "quantity": 1},
		{"kind": "set_address", "delivery_id": firstID(o, "deliveries"), "address": home}}
}

// changing is a change of an order that is not committed.
func (s *story) changing() object {
	s.Helper()
	o := s.order(line("POT", 2), line("ADVICE", 1))
	return s.do("change.begin", object{"id": o["id"], "steps": changing(o)})
}

// hook is an endpoint of webhooks.
var hook = object{"name": "test", "url": "https://hooks.example.com/", "types": []string{"order.*"}}

// delivery is one that waits for an endpoint which is paused.
func (s *story) delivery() object {
	s.Helper()
	id := s.id("webhook.pause", object{"id": s.id("webhook.create", hook)})
	trial := s.do("webhook.try", object{"id": id})
	change := func(text string, args ...any) { // as if it were of an event
		if err := errors.Join(s.db.Tx(s.Context(), func(tx *db.Tx) error { tx.Write(text, args...); return nil }), s.house.seal(s.Context())); err != nil {
			s.Fatal(err)
		}
	}
	change(`DELETE FROM events WHERE subject = $1`, trial["id"])
	change(`UPDATE webhook_deliveries SET (type, message_id, position) = (SELECT e.type, e.id, l.position FROM events e JOIN log l ON l.event_id = e.id WHERE e.subject = $2 AND e.sequence = 1) WHERE id = $1`, trial["id"], id)
	change(`UPDATE cursors SET position = (SELECT MAX(position) FROM log) WHERE consumer = 'webhook:' || $1`, id)
	return object{"id": id, "delivery_id": trial["id"]}
}

// words are a template of mails.
func (s *story) words() object {
	return object{"template": "refund", "language": "en", "subject": s.next("Money for {number} "), "body": "Hello {name}, {amount} of {promised} went back."}
}

// mailed is a mail about a new order, which no server takes.
func (s *story) mailed() (id string) {
	s.Helper()
	o := s.order(line("POT", 1))
	s.writeMails()
	return field(s.first("mail.list", "order:"+field(o, "id")), "id")
}

// writeMails writes the mails of all that happened.
func (s *story) writeMails() {
	s.Helper()
	if err := s.house.seal(s.Context()); err != nil {
		s.Fatal(err)
	}
	for did := true; did; {
		var err error
		if did, err = s.mail.Step(s.Context()); err != nil {
			s.Fatal(err)
		}
	}
}

// with returns the object with other values.
func with(o object, pairs ...any) object {
	changed := object{}
	for name, value := range o { // order-free: it is copied
		changed[name] = value
	}
	for i := 0; i < len(pairs); i += 2 {
		changed[pairs[i].(string)] = pairs[i+1]
	}
	return changed
}

func (s *story) suspicion() object {
	s.Helper()
	return object{"id": s.order(line("POT", 1))["id"], "kind": "fraud", "reason": "x"}
}

// noted is a note that customers may read and that mentions a user.
func (s *story) noted() object {
	s.Helper()
	o, _ := s.paid("tok_approve")
	return s.do("order.note", object{"id": o["id"], "text": "x", "visibility": "customer", "mentions": []string{s.id("user.create", s.newUser())}})
}

// sending is a file on its way to an order, of the one part "%PDF-1.7\n1".
func (s *story) sending() object {
	s.Helper()
	o, _ := s.paid("tok_approve")
	return s.do("attachment.upload", object{"id": o["id"], "name": "x.pdf", "size": 10, "visibility": "customer"})
}

// onePDF is the content of what is sent.
const onePDF = "JVBERi0xLjcKMQ=="

// attached is a file on an order that customers may read.
func (s *story) attached() object {
	s.Helper()
	return s.do("attachment.add_part", object{"id": s.sending()["id"], "part": 1, "content": onePDF})
}

// tagged is an order with tags.
func (s *story) tagged(tags ...string) object {
	s.Helper()
	o, _ := s.paid("tok_approve")
	in := object{"id": o["id"], "tags": tags}
	s.do("order.tag", in)
	return in
}

// many holds some orders.
func (s *story) many() object {
	s.Helper()
	return object{"operation": "order.hold", "input": object{"kind": "fraud", "reason": "x"}, "order_ids": []any{s.order(line("POT", 1))["id"], s.order(line("POT", 1))["id"]}}
}

// tried is a bulk that is done.
func (s *story) tried() (id string) {
	s.Helper()
	id = s.id("bulk.begin", s.many())
	for range 2 { // parts
		s.tryPart(id)
	}
	return id
}

// tryPart does the next part of a bulk.
func (s *story) tryPart(id string) {
	s.Helper()
	if err := handlers(s.engine)[bulk.WorkJob].Do(s.Context(), json.RawMessage(`{"bulk_id":"`+id+`"}`)); err != nil {
		s.Fatal(err)
	}
}

// elsewhere is a location with some of a SKU that no channel sells from.
func (s *story) elsewhere(sku string) (location string) {
	s.Helper()
	location = s.id("location.create", s.place(s.next("l")))
	s.do("stock.receive", object{"location_id": location, "lines": []object{line(sku, 8)}})
	return location
}

func (s *story) number() int { s.count++; return s.count }

func (s *story) newUser() object {
	return object{"email": s.next("ann") + "@example.com", "name": "Ann Miller", "role_id": s.role, "password": demoPassword}
}

// guest is a user to be invited.
func (s *story) guest() object {
	in := s.newUser()
	delete(in, "password")
	return in
}

// linked is the token of a new invitation.
func (s *story) linked() string {
	s.Helper()
	before := s.actor
	s.actor = auth.Internal("test")
	defer func() { s.actor = before }()
	return account.Token(s.engine.Secret, s.id("user.invite", s.guest()), 1)
}

// signIn makes a user who acts from here on, and returns their session.
func (s *story) signIn() (session string) {
	s.Helper()
	s.actor = auth.Internal("test")
	in := s.newUser()
	user := s.id("user.create", in)
	session = s.id("session.create", object{"email": in["email"], "password": demoPassword})
	s.actor = auth.Actor{ID: user, Kind: auth.Staff, Permissions: auth.All}
	return session
}

func (s *story) newView() object {
	return object{"list": "order.list", "name": s.next("view "), "filter": "status:approved", "sort": "-total", "columns": []string{"number", "total"}}
}

func (s *story) newTemplate() object {
	s.Helper()
	return object{"name": s.next("template "), "order_id": s.order(line("POT", 1))["id"]}
}

// sharedTemplate is one that everybody sees who sees its order.
func (s *story) sharedTemplate() string {
	s.Helper()
	return s.id("template.share", object{"id": s.id("template.save", s.newTemplate())})
}

// sharedView is one that everybody sees.
func (s *story) sharedView() string {
	s.Helper()
	return s.id("view.share", object{"id": s.id("view.save", s.newView())})
}

func (s *story) newRole() object {
	return object{"name": s.next("role "), "permissions": []string{"order.*"}, "discount_limit": 0, "refund_limit": 0}
}

func (s *story) newVariant() object {
	return object{"sku": s.next("CUP-"), "title": "Cup", "kind": "stock", "unit": "each", "tax_class": "standard", "active": true}
}

// scarce is a new SKU that may be sold without stock.
func (s *story) scarce() (sku string) {
	s.Helper()
	variant := with(s.newVariant(), "backorder", true)
	s.do("product.create", object{"title": "Cups", "variants": []object{variant}})
	s.do("price.set", object{"id": s.list, "prices": []object{{"sku": variant["sku"], "unit_price": "8"}}})
	return field(variant, "sku")
}

// byLot is a new SKU whose stock is kept by lot.
func (s *story) byLot() (sku string) {
	s.Helper()
	variant := with(s.newVariant(), "lot_tracked", true)
	s.do("product.create", object{"title": "Wine", "variants": []object{variant}})
	return field(variant, "sku")
}

func (s *story) newProduct() object {
	return object{"title": s.next("Cups "), "variants": []object{s.newVariant()}}
}

func (s *story) newVariantID() string {
	s.Helper()
	return firstID(s.do("product.create", s.newProduct()), "variants")
}

func (s *story) newList() object {
	return object{"code": s.next("list"), "name": "Trade", "currency": "GBP", "tax_inclusive": false}
}

func (s *story) newMethod() object {
	return object{"code": s.next("parcel"), "name": "Parcel", "kind": "by_weight", "currency": "GBP", "tax_class": "standard", "active": true, "table": []object{{"amount": 395}}}
}

// assortment is a channel that chooses its variants, and a variant.
func (s *story) assortment() object {
	s.Helper()
	return object{"id": s.id("channel.create", with(s.web(s.next("c")), "assortment", "listed")), "variant_ids": []string{s.newVariantID()}}
}
