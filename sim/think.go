package sim

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"ordo/base/money"
	"ordo/engine/auth"
	"ordo/engine/command"
	"ordo/sales/order"
)

// generator makes inputs of an operation. share is how often it is chosen,
// among the others that are open on a resource, or that are about none.
type generator struct {
	about string // kind of the resource; empty if it is about none in particular
	share int
	make  func(w *world, v any) object // nil if nothing fits
}

// Generates tells whether actors can send requests for the operation.
func Generates(operation string) bool { return generators()[operation].make != nil }

// generators are those of all operations, by name.
func generators() map[string]generator {
	all := map[string]generator{}
	for _, some := range []map[string]generator{aboutOrders, aboutAttachments, aboutDelivery, aboutReturns, aboutTrade, aboutImports, aboutHouse, aboutWebhooks, aboutMail, lists} {
		maps.Copy(all, some)
	}
	return all
}

// think chooses what an actor does next; nil if nothing comes to mind.
func (w *world) think() *deed {
	for range 10 {
		if d := w.idea(); d != nil {
			return d
		}
	}
	return nil
}

// crowd is how many orders are in work at a time.
const crowd = 60

func (w *world) idea() *deed {
	k := w.known
	if len(k.asked) > 0 && w.chance(2) {
		q := k.asked[0]
		k.asked = k.asked[1:]
		return w.deed(q.operation, nil, q.in)
	}
	switch n := w.random.IntN(20); {
	case n < 2 || n < 6 && len(k.orders.ids) < crowd:
		return w.about(one(w, "order.place", "order.place", "order.place", "order.place", "order.draft"), nil)
	case n < 16:
		v, actions := k.resource(w)
		return w.about(w.choose(v, actions), v)
	}
	return w.about(w.seldom(), nil)
}

// seldom is the operation that has had the fewest turns, of some that need no
// resource: none is left out for long, and what has never worked comes sooner.
func (w *world) seldom() string {
	had := func(name string) int {
		if c := w.report.Operations[name]; c != nil && c.Done > 0 {
			return keen * w.turns[name]
		}
		return w.turns[name]
	}
	least := w.free[w.random.IntN(len(w.free))]
	for range 7 {
		if other := w.free[w.random.IntN(len(w.free))]; had(other) < had(least) {
			least = other
		}
	}
	w.turns[least]++
	return least
}

// choose picks an operation that is open on a resource, as far as the actors
// know, or now and then one that is not.
func (w *world) choose(v any, actions []command.Action) string {
	kind, _ := kindOf(v)
	var open []string
	nonsense := !w.polite && w.chance(25)
	for _, a := range actions {
		if g := w.generators[a.Name]; g.about == kind && (a.Allowed || nonsense) {
			for range g.share {
				open = append(open, a.Name)
			}
		}
	}
	if len(open) == 0 {
		return ""
	}
	return open[w.random.IntN(len(open))]
}

// about makes a request for the operation.
func (w *world) about(operation string, v any) *deed {
	g := w.generators[operation]
	if g.make == nil {
		return nil
	}
	in := g.make(w, v)
	if in == nil {
		return nil
	}
	if !w.polite && w.chance(30) {
		in = w.garble(in)
	}
	return w.deed(operation, v, in)
}

// deed gives a request an actor and a key.
func (w *world) deed(operation string, v any, in object) *deed {
	w.clients.deeds++
	d := &deed{operation: operation, actor: w.someone(operation, v), in: in, key: fmt.Sprint("k", w.clients.deeds)}
	if scope := d.actor.self.Scope; in["channel_id"] != nil && !w.chance(20) { // one buys for oneself, or sells in one's own shop
		if scope.Customer != "" {
			in["customer_id"] = scope.Customer
			delete(in, "contact")
		}
		if len(scope.Channels) > 0 {
			in["channel_id"] = scope.Channels[0]
		}
	}
	return d
}

// someone is an actor for the operation: mostly one who may.
func (w *world) someone(operation string, v any) *actor {
	var may []*actor
	permission := w.operations[operation].spec.Permission
	for _, a := range w.actors {
		if (permission == "" || a.self.Permissions.Has(permission)) && w.concerns(a, operation, v) {
			may = append(may, a)
		}
	}
	if len(may) == 0 || !w.polite && w.chance(40) {
		return w.actors[w.random.IntN(len(w.actors))]
	}
	return may[w.random.IntN(len(may))]
}

// concerns tells whether it is an actor's own affair.
func (w *world) concerns(a *actor, operation string, v any) bool {
	o, isOrder := v.(*order.Order)
	scope := a.self.Scope
	switch {
	case operation == "session.delete", operation == "user.set_password":
		return a.name == signedIn
	case isOrder:
		return (scope.Customer == "" || scope.Customer == o.CustomerID) && scope.SeesChannel(o.ChannelID)
	}
	return scope.Customer == "" && scope.Channels == nil || strings.HasPrefix(operation, "order.p") || operation == "order.draft"
}

// garble puts something wrong into an input: what a schema lets pass, and a
// command has to refuse, or cope with.
func (w *world) garble(in object) object {
	out := maps.Clone(in)
	names := slices.Sorted(maps.Keys(out))
	if len(names) == 0 {
		return out
	}
	name := names[w.random.IntN(len(names))]
	switch v := out[name].(type) {
	case string:
		if strings.Contains(v, "_") && strings.HasSuffix(name, "id") {
			out[name] = w.foreignID()
		}
	case []object:
		if len(v) > 0 {
			out[name] = append(slices.Clone(v[1:]), w.garble(v[0]))
		}
	case money.Quantity:
		out[name] = one(w, v, 1, 7_000, 999_999_999_000)
	case int:
		out[name] = one(w, v, 1, 7, 150)
	}
	return out
}

// foreignID is the id of something else, or of nothing.
func (w *world) foreignID() string {
	if o, ok := w.known.orders.any(w); ok && len(o.Lines) > 0 && w.chance(2) {
		return one(w, o.ID, o.ChannelID, o.Lines[0].ID)
	}
	return one(w, "ord_0", w.any("customer"), w.any("variant"), w.any("location"))
}

// any returns an id of a kind by chance; empty if none is known.
func (w *world) any(kind string) string {
	ids := w.shop.ids[kind]
	if len(ids) == 0 {
		return ""
	}
	return ids[w.random.IntN(len(ids))]
}

// next makes a name that no other has.
func (w *world) next(name string) string {
	w.shop.count++
	return fmt.Sprint(name, w.shop.count)
}

// part is a quantity of what there is: mostly all of it.
func (w *world) part(q money.Quantity) money.Quantity {
	if whole := int(q / 1000); whole > 1 && w.chance(4) {
		return money.Quantity(1000 * (1 + w.random.IntN(whole)))
	}
	return q
}

// thousandths is a quantity in an input.
func thousandths(v any) int64 {
	switch v := v.(type) {
	case money.Quantity:
		return int64(v)
	case int:
		return int64(v) * 1000
	}
	return 0
}

// customerActor is a customer who buys for themselves.
func customerActor(id string) *actor {
	return &actor{name: "customer", self: auth.Actor{ID: "usr_of_" + id, Kind: auth.Customer, Scope: auth.Scope{Customer: id}, Permissions: auth.Permit(
		"order.place", "order.draft", "order.get", "order.list", "order.price", "order.cancel", "order.pay", "return.request", "return.get", "shipment.get", "customer.get")}}
}
