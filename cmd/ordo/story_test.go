package main

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"ordo/base/clock"
	"ordo/engine/auth"
	"ordo/engine/command"
	"ordo/engine/db"
	"ordo/engine/job"
	"ordo/policy/account"
)

// story tells what happens in a small workspace, step by step. A step that
// fails ends the test.
type story struct {
	*testing.T
	*house
	actor auth.Actor
	count int // makes names unique

	token, user, role                 string // of the set-up: its link, the admin, their role
	location, list, channel, customer string
}

// newStory sets up a workspace that sells tea (zero tax, backorder), pots and
// advice (a service), to one customer.
func newStory(t *testing.T, h *house) *story {
	t.Helper()
	s := &story{T: t, house: h, actor: auth.Internal("test")}
	var err error
	if s.token, err = account.FirstAdminLink(t.Context(), h.db); err != nil {
		t.Fatal(err)
	}
	admin := s.do("account.setup", object{
		"token": s.token, "company": "Assam & Sons", "currency": "GBP", "tax_country": "GB", "time_zone": "Europe/London",
		"admin": object{"email": demoEmail, "name": "Demo", "password": demoPassword},
	})
	s.user, s.role = field(admin, "id"), field(admin, "role_id")
	s.location = s.id("location.create", s.place("main"))
	s.list = s.id("price_list.create", object{"code": "gbp", "name": "Retail", "currency": "GBP", "tax_inclusive": true})
	s.do("tax_rate.set", object{"rates": []object{rate("standard", "0.2"), rate("zero", "0")}})
	s.channel = s.id("channel.create", s.web("web"))
	s.do("product.create", object{"title": "Goods", "variants": []object{
		{"sku": "TEA", "kind": "stock", "tax_class": "zero", "weight_grams": 500, "backorder": true, "active": true},
		{"sku": "POT", "kind": "stock", "weight_grams": 1100, "active": true},
		{"sku": "ADVICE", "kind": "service", "active": true},
	}})
	s.do("price.set", object{"id": s.list, "prices": []object{
		{"sku": "TEA", "unit_price": "12.5"}, {"sku": "POT", "unit_price": "34"}, {"sku": "ADVICE", "unit_price": "80"}}})
	s.receive("POT", 1000)
	s.customer = s.id("customer.create", s.person("Ada Byron"))
	return s
}

func (s *story) place(code string) object {
	return object{"code": code, "name": "Warehouse", "kind": "warehouse", "country": "GB", "time_zone": "Europe/London", "active": true}
}

func (s *story) web(code string) object {
	return object{
		"code": code, "name": "Online store", "kind": "online_store", "currency": "GBP", "price_list_id": s.list, "number_pattern": code + "-{seq:6}",
		"time_zone": "Europe/London", "tax_country": "GB", "payment_methods": []string{"on_account", "cash", "transfer", "test"}, "assortment": "all",
		"active": true, "locations": []object{{"location_id": s.location, "rank": 1}},
	}
}

func (s *story) person(name string) object {
	return object{"type": "retail", "name": name, "active": true, "on_account": true, "payment_terms_days": 30}
}

func rate(class, rate string) object {
	return object{"country": "GB", "class": class, "name": "VAT", "rate": rate, "valid_from": "2011-01-04"}
}

var home = object{"name": "Ada Byron", "street": "12 St James's Square", "postcode": "SW1Y 4JH", "city": "London", "country": "GB"}

// next makes a name that no other has.
func (s *story) next(name string) string {
	s.count++
	return fmt.Sprint(name, s.count)
}

// try runs an operation; an empty key is made by the engine.
func (s *story) try(operation, key string, in object) (object, error) {
	answer, err := command.Call(s.Context(), s.engine, operation, command.Meta{Actor: s.actor, Key: key}, in)
	if err != nil {
		return nil, err
	}
	b, err := json.Marshal(answer)
	if err != nil {
		return nil, err
	}
	var out object
	return out, json.Unmarshal(b, &out)
}

// do runs an operation that succeeds.
func (s *story) do(operation string, in object) object {
	s.Helper()
	out, err := s.try(operation, "", in)
	if err != nil {
		s.Fatalf("%s: %v", operation, err)
	}
	return out
}

// id runs an operation and returns the id of its answer.
func (s *story) id(operation string, in object) string {
	s.Helper()
	return field(s.do(operation, in), "id")
}

// first runs an operation and returns the first row that the filter finds.
func (s *story) first(operation, filter string) object {
	s.Helper()
	rows := items(s.do(operation, object{"filter": filter}), "items")
	if len(rows) == 0 {
		s.Fatalf("%s: nothing is %s", operation, filter)
	}
	return rows[0]
}

// items are the objects of a list.
func items(o object, name string) (all []object) {
	list, _ := o[name].([]any)
	for _, item := range list {
		all = append(all, item.(object))
	}
	return all
}

// firstID is the id of the first object of a list.
func firstID(o object, name string) string { return field(items(o, name)[0], "id") }

// advance moves the clock of the workspace.
func (s *story) advance(d time.Duration) { s.db.Clock.(*clock.Manual).Advance(d) }

func (s *story) receive(sku string, quantity int) {
	s.Helper()
	s.do("stock.receive", object{"location_id": s.location, "lines": []object{{"sku": sku, "quantity": quantity}}})
}

func line(sku string, quantity int) object { return object{"sku": sku, "quantity": quantity} }

// agreement asks for lines, to the customer's home.
func (s *story) agreement(lines ...object) object {
	return object{"channel_id": s.channel, "customer_id": s.customer, "deliveries": []object{{"address": home}}, "lines": lines}
}

// order places an order and returns it.
func (s *story) order(lines ...object) object {
	s.Helper()
	return s.do("order.place", s.agreement(lines...))
}

// draft writes a draft and returns it.
func (s *story) draft(lines ...object) object {
	s.Helper()
	return s.do("order.draft", s.agreement(lines...))
}

// part names a quantity of the first line of an order.
func part(o object, quantity int) object {
	return object{"line_id": firstID(o, "lines"), "quantity": quantity}
}

// work places an order of two pots, releases it and returns what the location
// has to do for it.
func (s *story) work() (order, work object) {
	s.Helper()
	order = s.order(line("POT", 2))
	s.do("order.release", object{"id": order["id"]})
	return order, s.first("fulfillment.list", "order:"+field(order, "id"))
}

// picked goes on with the work until both pots are off the shelf.
func (s *story) picked() (order, work object) {
	s.Helper()
	order, work = s.work()
	s.do("fulfillment.pick", object{"id": work["id"], "lines": []object{part(order, 2)}})
	return order, work
}

// packed goes on until both pots are in a shipment.
func (s *story) packed() (shipment object) {
	s.Helper()
	order, work := s.picked()
	s.do("fulfillment.pack", object{"id": work["id"], "packages": []object{{"lines": []object{part(order, 2)}}}})
	return s.first("shipment.list", "order:"+field(order, "id"))
}

// labeled goes on until it is known who carries the shipment.
func (s *story) labeled() (shipment object) {
	s.Helper()
	shipment = s.packed()
	s.do("shipment.label", object{"id": shipment["id"], "carrier": "royal_mail", "tracking_number": s.next("RM")})
	return shipment
}

// shipped goes on until the shipment is under way.
func (s *story) shipped() (shipment object) {
	s.Helper()
	shipment = s.labeled()
	s.do("shipment.dispatch", object{"id": shipment["id"]})
	return shipment
}

// delivered is an order whose two pots arrived and were paid in cash.
func (s *story) delivered() (order object) {
	s.Helper()
	order = s.order(line("POT", 2))
	s.do("order.pay", object{"id": order["id"], "method": "cash"})
	s.do("order.ship", object{"id": order["id"]})
	s.do("shipment.deliver", object{"id": s.first("shipment.list", "order:"+field(order, "id"))["id"]})
	return order
}

// requested asks for one of two pots to come back.
func (s *story) requested() (order, ret object) {
	s.Helper()
	order = s.delivered()
	return order, s.do("return.request", s.back(order))
}

func (s *story) back(order object) object {
	asked := part(order, 1)
	asked["reason"] = "damaged"
	return object{"id": order["id"], "outcome": "refund", "lines": []object{asked}}
}

func (s *story) approved() (order, ret object) {
	s.Helper()
	order, ret = s.requested()
	return order, s.do("return.approve", object{"id": ret["id"]})
}

func (s *story) received() (order, ret object) {
	s.Helper()
	order, ret = s.approved()
	return order, s.do("return.receive", object{"id": ret["id"], "lines": []object{part(order, 1)}})
}

func (s *story) inspected() (ret object) {
	s.Helper()
	order, ret := s.received()
	return s.do("return.inspect", object{"id": ret["id"], "lines": []object{{"line_id": firstID(order, "lines"), "restock": 1}}})
}

// paid is an order that was paid at the test gateway, by a token.
func (s *story) paid(token string) (order, payment object) {
	s.Helper()
	order = s.order(line("POT", 1))
	s.do("order.pay", object{"id": order["id"], "method": "test", "token": token})
	found := s.first("payment.list", "order:"+field(order, "id"))
	return order, s.do("payment.get", object{"id": found["id"]})
}

// granted is an order with money promised back that can be moved.
func (s *story) granted() (order object) {
	s.Helper()
	order, _ = s.paid("tok_approve")
	s.do("order.capture", object{"id": order["id"]})
	return s.do("order.grant_refund", object{"id": order["id"], "reason": "goodwill", "amount": object{"amount": 100, "currency": "GBP"}})
}

// housed opens a workspace until the test ends; nothing runs by itself.
func housed(t *testing.T, url string, o db.Options) *house {
	t.Helper()
	h, err := open(t.Context(), url, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(h.close)
	return h
}

// deadJob enqueues a job whose tries are all used up.
func (s *story) deadJob() (id string) {
	s.Helper()
	kind := s.next("poison")
	if err := s.db.Tx(s.Context(), func(tx *db.Tx) error {
		if err := job.Enqueue(tx, kind, struct{}{}, job.Options{}); err != nil {
			return err
		}
		tx.Write(`UPDATE jobs SET state = 'dead', tries = max_tries, error = 'boom', ended_at = created_at WHERE kind = $1`, kind)
		return tx.Load(db.One(`SELECT id FROM jobs WHERE kind = $1`, []any{kind}, &id))
	}); err != nil {
		s.Fatal(err)
	}
	return id
}
