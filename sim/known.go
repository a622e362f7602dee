package sim

import (
	"slices"
	"time"

	"ordo/base/clock"
	"ordo/connect/mail"
	"ordo/connect/webhook"
	"ordo/engine/command"
	"ordo/engine/query"
	"ordo/execution/change"
	"ordo/execution/fulfillment"
	"ordo/execution/returns"
	"ordo/policy/account"
	"ordo/policy/backlog"
	"ordo/resource/payment"
	"ordo/sales/attachment"
	"ordo/sales/order"
	"ordo/trade/catalog"
)

// known is what the actors have seen of the workspace: each resource as it was
// in the last answer that held it. They act on that, be it out of date.
type known struct {
	orders       shelf[*order.Order]
	fulfillments shelf[*fulfillment.Fulfillment]
	shipments    shelf[*fulfillment.Shipment]
	returns      shelf[*returns.Return]
	changes      shelf[*change.Change]
	payments     shelf[*payment.Payment]
	notes        shelf[*order.Note]
	files        shelf[*attachment.File]
	asked        []question
	left         map[string]bool // orders that nobody deals with any more
}

// question is a read that an actor means to send.
type question struct {
	operation string
	in        object
}

// shelf keeps resources by id, in the order in which they were first seen.
type shelf[T any] struct {
	ids  []string
	seen map[string]T
}

func newKnown() *known { return &known{left: map[string]bool{}} }

func (s *shelf[T]) put(id string, v T) {
	if s.seen == nil {
		s.seen = map[string]T{}
	}
	if _, there := s.seen[id]; !there {
		s.ids = append(s.ids, id)
	}
	s.seen[id] = v
}

func (s *shelf[T]) drop(id string) {
	if _, there := s.seen[id]; there {
		delete(s.seen, id)
		s.ids = slices.DeleteFunc(s.ids, func(i string) bool { return i == id })
	}
}

// any returns one by chance.
func (s *shelf[T]) any(w *world) (v T, ok bool) {
	if len(s.ids) == 0 {
		return v, false
	}
	return s.seen[s.ids[w.random.IntN(len(s.ids))]], true
}

// see takes in an answer.
func (k *known) see(w *world, v any) {
	switch v := v.(type) {
	case *order.Order:
		k.seeOrder(w, v)
	case *fulfillment.Fulfillment:
		k.seeFulfillment(v)
	case query.Rows[*fulfillment.Fulfillment]:
		for _, f := range v.Items {
			k.ask("fulfillment.get", f.ID)
		}
	case *fulfillment.Shipment:
		k.seeShipment(w, v)
	case query.Rows[*fulfillment.Shipment]:
		for _, s := range v.Items {
			k.ask("shipment.get", s.ID)
		}
	case *returns.Return:
		k.seeReturn(v)
	case query.Rows[*returns.Head]:
		for _, r := range v.Items {
			k.ask("return.get", r.ID)
		}
	case *change.Change:
		if k.changes.put(v.ID, v); v.EndedAt != 0 {
			k.changes.drop(v.ID)
			k.ask("order.get", v.OrderID)
		}
	case query.Rows[*change.Facts]:
		for _, c := range v.Items {
			k.ask("change.get", c.ID)
		}
	case *order.Note:
		if v.RemovedAt == 0 {
			k.notes.put(v.ID, v)
		} else {
			k.notes.drop(v.ID)
		}
	case *attachment.File:
		if k.files.put(v.ID, v); v.Name == "" {
			k.files.drop(v.ID)
		}
	case *attachment.Attachment:
		if v.RemovedAt != 0 {
			for _, f := range v.Files {
				k.files.drop(f.ID)
			}
		}
	case *payment.Payment:
		k.payments.put(v.ID, v)
	case query.Rows[*backlog.Job]:
		for _, j := range v.Items {
			w.shop.keep("job", j.ID)
			if j.State == "dead" {
				k.ask("job.replay", j.ID)
			}
		}
	case *webhook.Endpoint:
		w.receivers.hear(v)
	case query.Rows[*webhook.Delivery]:
		w.shop.deliveries = v.Items
	case query.Rows[*mail.Mail]:
		for _, m := range v.Items {
			w.shop.keep("mail", m.ID)
		}
	case *account.Session:
		w.signedIn(v)
	}
}

func (k *known) ask(operation, id string) {
	k.asked = append(k.asked, question{operation, object{"id": id}})
}

// seeOrder also tells where to look further.
func (k *known) seeOrder(w *world, o *order.Order) {
	if o.Version == 0 {
		return // a price was asked for: nothing was written
	}
	before := k.orders.seen[o.ID]
	k.orders.put(o.ID, o)
	was := ""
	if before != nil {
		was = before.Status
	}
	if before != nil && o.Status == "canceled" {
		k.servable(before)
	}
	switch {
	case k.left[o.ID] || over(o) && w.chance(5):
		k.orders.drop(o.ID)
		k.left[o.ID] = true
	case o.Status == was && !w.chance(8):
	case o.Status == "processing":
		k.asked = append(k.asked, question{"fulfillment.list", object{"filter": "order:" + o.ID}})
	case o.Status == "shipped":
		k.asked = append(k.asked, question{"shipment.list", object{"filter": "order:" + o.ID}})
	}
}

// servable asks for what a canceled order may have set free, for an order that
// waits for the same.
func (k *known) servable(canceled *order.Order) {
	free := map[string]bool{}
	for _, l := range canceled.Lines {
		free[l.SKU] = free[l.SKU] || l.Reserved > 0
	}
	for _, id := range k.orders.ids {
		for _, l := range k.orders.seen[id].Lines {
			if l.Backordered > 0 && free[l.SKU] {
				k.asked = slices.Insert(k.asked, 0, question{"order.allocate", object{"id": id}})
				return
			}
		}
	}
}

// patience is when the next of the changes and approved returns ends that nobody
// went on with; now if none is known.
func (k *known) patience(now clock.Stamp) time.Time {
	first := now
	wait := func(until clock.Stamp) {
		if until > now && (first == now || until < first) {
			first = until
		}
	}
	for _, id := range k.returns.ids {
		if r := k.returns.seen[id]; r.Status == "approved" {
			wait(r.ExpiresAt)
		}
	}
	for _, id := range k.changes.ids {
		wait(k.changes.seen[id].ExpiresAt)
	}
	return first.Time()
}

// overdue asks to close the returns whose goods did not come in time.
func (k *known) overdue(now clock.Stamp) {
	for _, id := range k.returns.ids {
		if r := k.returns.seen[id]; r.Status == "approved" && r.ExpiresAt != 0 && r.ExpiresAt <= now {
			k.asked = slices.Insert(k.asked, 0, question{"return.expire", object{"id": id}})
		}
	}
	for _, id := range k.changes.ids {
		if c := k.changes.seen[id]; c.ExpiresAt <= now {
			k.asked = slices.Insert(k.asked, 0, question{"change.expire", object{"id": id}})
		}
	}
}

// over tells whether an order is at its end.
func over(o *order.Order) bool {
	return o.Status == "canceled" || o.Status == "returned" || o.Status == "delivered" && o.ReturnsOpen == 0
}

func (k *known) seeFulfillment(f *fulfillment.Fulfillment) {
	k.fulfillments.put(f.ID, f)
	if f.Status == "closed" || f.Status == "canceled" {
		k.fulfillments.drop(f.ID)
	}
	for _, s := range f.Shipments {
		if seen := k.shipments.seen[s.ID]; seen == nil && s.Status != "delivered" && s.Status != "unpacked" {
			k.ask("shipment.get", s.ID)
		}
	}
}

func (k *known) seeShipment(w *world, s *fulfillment.Shipment) {
	k.shipments.put(s.ID, s)
	if s.Status == "unpacked" || s.Status == "delivered" && w.chance(3) {
		k.shipments.drop(s.ID)
		k.ask("order.get", s.OrderID)
	}
}

func (k *known) seeReturn(r *returns.Return) {
	k.returns.put(r.ID, r)
	if r.ClosedAt != 0 {
		k.returns.drop(r.ID)
		k.ask("order.get", r.OrderID)
	}
}

// resource is one by chance, with the operations that are open on it.
func (k *known) resource(w *world) (v any, actions []command.Action) {
	shares := []struct {
		kind string
		n    int
	}{{"order", 2 * len(k.orders.ids)}, {"fulfillment", len(k.fulfillments.ids)}, {"shipment", len(k.shipments.ids)}, {"return", 2 * len(k.returns.ids)}, {"change", 2 * len(k.changes.ids)}}
	sum := 0
	for _, s := range shares {
		sum += s.n
	}
	if sum == 0 {
		return nil, nil
	}
	at := w.random.IntN(sum)
	for _, s := range shares {
		if at -= s.n; at < 0 {
			return k.one(w, s.kind)
		}
	}
	return nil, nil
}

// one is a resource of a kind by chance, with the operations that are open on it;
// nil if none is known.
func (k *known) one(w *world, kind string) (v any, actions []command.Action) {
	switch kind {
	case "order":
		if o, ok := k.orders.any(w); ok {
			return o, o.Actions
		}
	case "fulfillment":
		if f, ok := k.fulfillments.any(w); ok {
			return f, f.Actions
		}
	case "shipment":
		if s, ok := k.shipments.any(w); ok {
			return s, s.Actions
		}
	case "return":
		if r, ok := k.returns.any(w); ok {
			return r, r.Actions
		}
	case "change":
		if c, ok := k.changes.any(w); ok {
			return c, c.Actions
		}
	}
	return nil, nil
}

// kindOf names the kind of a resource, and its id.
func kindOf(v any) (kind, id string) {
	switch v := v.(type) {
	case *order.Order:
		return "order", v.ID
	case *fulfillment.Fulfillment:
		return "fulfillment", v.ID
	case *fulfillment.Shipment:
		return "shipment", v.ID
	case *returns.Return:
		return "return", v.ID
	case *change.Change:
		return "change", v.ID
	}
	return "", ""
}

// customerOf is whose record an answer is.
func customerOf(v any) string {
	if o, ok := v.(*order.Order); ok {
		return o.CustomerID
	}
	return ""
}

// follow keeps what the actors remember of what they did.
func (w *world) follow(d *deed, answer any) {
	w.shop.keep(d.operation, d.result)
	switch d.operation {
	case "product.create":
		w.shop.keep("variant.new", answer.(*catalog.Product).Variants[0].ID)
	case "customer.add_address":
		w.shop.addresses = append(w.shop.addresses, object{"id": d.in["id"], "address_id": d.result})
	case "session.delete":
		w.actors = slices.DeleteFunc(w.actors, func(a *actor) bool { return a == d.actor })
	case "shipment.track":
		for _, e := range d.in["events"].([]object) {
			at, _ := e["at"].(clock.Stamp)
			w.carrier.say(d.in["id"].(string), e["id"].(string), e["code"].(string), at)
		}
	case "stock.receive", "stock.adjust":
		for _, l := range d.in["lines"].([]object) {
			w.shop.moved[l["sku"].(string)] += thousandths(l["quantity"])
		}
	}
}
