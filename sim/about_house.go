package sim

import (
	"maps"
	"slices"
	"time"
)

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// within is a time below so many hours.
func (w *world) within(hours int) time.Duration {
	return time.Duration(w.random.Int64N(int64(hours)*int64(time.Hour/time.Microsecond))) * time.Microsecond
}

// need is an input that names something of a kind; nil if none is known.
func need(kind string) func(*world, any) object {
	return func(w *world, _ any) object { return w.named(kind, object{}) }
}

// named adds the id of something of a kind to an input.
func (w *world) named(kind string, in object) object {
	id := w.any(kind)
	if id == "" {
		return nil
	}
	in["id"] = id
	return in
}

// fixed is always the same input.
func fixed(in object) func(*world, any) object {
	return func(*world, any) object { return maps.Clone(in) }
}

// aboutTrade generates the inputs of who sells what, where and at which price.
var aboutTrade = map[string]generator{
	"stock.receive": {"", 12, func(w *world, _ any) object {
		g := goods[w.random.IntN(len(goods))]
		if g.kind != "stock" || g.sku == "SET" {
			return nil
		}
		l := object{"sku": g.sku, "quantity": 5 + w.random.IntN(40)}
		if g.lots {
			l["lot"] = one(w, "L1", "L2", "L3")
		}
		return object{"location_id": w.shop.ids["location"][w.random.IntN(2)], "lines": []object{l}}
	}},
	"stock.adjust": {"", 3, func(w *world, _ any) object {
		g := goods[w.random.IntN(3)]
		quantity := 1 + w.random.IntN(5)
		reason := "found"
		if w.chance(2) {
			quantity, reason = -quantity, "damage"
		}
		return object{"location_id": w.shop.ids["location"][w.random.IntN(2)], "reason": reason, "lines": []object{{"sku": g.sku, "quantity": quantity}}}
	}},
	"location.create": {"", 1, func(w *world, _ any) object { return location(w.next("l")) }},
	"location.update": {"", 1, func(w *world, _ any) object { return w.named("location.create", location(w.next("l"))) }},
	"channel.create":  {"", 1, func(w *world, _ any) object { return w.channel(w.next("c"), w.shop.lists[0]) }},
	"channel.update": {"", 1, func(w *world, _ any) object {
		return w.named("channel.create", w.channel(w.next("c"), w.shop.lists[0]))
	}},
	"channel.publish":   {"", 1, func(w *world, _ any) object { return w.assortment() }},
	"channel.unpublish": {"", 1, func(w *world, _ any) object { return w.assortment() }},
	"customer.create":   {"", 1, func(w *world, _ any) object { return w.customer() }},
	"customer.update":   {"", 2, func(w *world, _ any) object { return w.named("customer", w.customer()) }},
	"customer.add_address": {"", 1, func(w *world, _ any) object {
		return w.named("customer", maps.Clone(address))
	}},
	"customer.remove_address": {"", 1, func(w *world, _ any) object {
		if len(w.shop.addresses) == 0 {
			return nil
		}
		return maps.Clone(w.shop.addresses[w.random.IntN(len(w.shop.addresses))])
	}},
	"customer_type.set": {"", 1, func(w *world, _ any) object {
		return object{"type": one(w, "vip", "corporate"), "payment_terms_days": w.random.IntN(60), "on_account": w.chance(2)}
	}},
	"product.create": {"", 1, func(w *world, _ any) object {
		return object{"title": w.next("Cups "), "variants": []object{variant(w.next("CUP-"))}}
	}},
	"product.update": {"", 1, func(w *world, _ any) object {
		return w.named("product.create", object{"title": w.next("Cups "), "variants": []object{variant(w.next("CUP-"))}})
	}},
	"variant.update": {"", 1, func(w *world, _ any) object { return w.named("variant.new", variant(w.next("MUG-"))) }},
	"variant.set_limits": {"", 1, func(w *world, _ any) object {
		return w.named("variant", object{"limits": []object{{"customer_id": w.any("customer"), "maximum": 50 + w.random.IntN(50)}}})
	}},
	"price_list.create": {"", 1, func(w *world, _ any) object {
		return object{"code": w.next("list"), "name": "Trade", "currency": "GBP", "tax_inclusive": false}
	}},
	"price_list.update": {"", 1, func(w *world, _ any) object {
		return w.named("price_list.create", object{"code": w.next("list"), "name": "Trade"})
	}},
	"price.set": {"", 2, func(w *world, _ any) object {
		g := goods[w.random.IntN(len(goods))]
		return object{"id": w.shop.lists[w.random.IntN(len(w.shop.lists))], "prices": []object{
			{"sku": g.sku, "minimum": 10 + w.random.IntN(10), "unit_price": one(w, "3.333", "7.005", "12.49")}}}
	}},
	"tax_rate.set": {"", 1, func(w *world, _ any) object {
		return object{"rates": []object{{"country": "GB", "class": one(w, "reduced", "zero"), "name": "VAT", "rate": one(w, "0.05", "0.07"), "valid_from": "2027-01-01"}}}
	}},
	"shipping_method.create": {"", 1, func(w *world, _ any) object { return method(w.next("post")) }},
	"shipping_method.update": {"", 1, func(w *world, _ any) object { return w.named("shipping_method.create", method(w.next("post"))) }},
}

// aboutHouse generates the inputs of accounts, jobs, payments from outside and
// the rest.
var aboutHouse = map[string]generator{
	"setting.update": {"", 1, func(w *world, _ any) object {
		return object{"company": w.next("Kettle "), "currency": "GBP", "tax_country": "GB", "time_zone": "Europe/London"}
	}},
	"account.setup": {"", 1, fixed(object{"token": "used", "company": "Other", "currency": "GBP", "tax_country": "GB", "time_zone": "UTC",
		"admin": object{"email": "a@example.com", "name": "A", "password": password}})},
	"user.invite": {"", 1, func(w *world, _ any) object {
		in := w.user()
		delete(in, "password")
		return in
	}},
	"user.invite_again":       {"", 1, need("user.invite")},
	"account.forgot_password": {"", 1, func(w *world, _ any) object { return w.slow(object{"email": one(w, adminMail, "nobody@example.com")}) }},
	"account.set_password": {"", 2, func(w *world, _ any) object {
		n, token := len(w.post.links), "none"
		switch {
		case n > 0:
			token = w.post.links[w.random.IntN(n)]
		case !w.polite: // a link will come; those of a served shop are sent to nobody
			return nil
		}
		return w.slow(object{"token": token, "password": password})
	}},
	"user.create": {"", 1, func(w *world, _ any) object { return w.slow(w.user()) }},
	"user.update": {"", 1, func(w *world, _ any) object {
		in := w.named("user.create", with(w.user(), "active", true))
		delete(in, "password") // has operations of its own
		return in
	}},
	"user.reset_password": {"", 6, func(w *world, _ any) object { return w.slow(w.named("user.create", object{"password": password})) }},
	"user.set_password": {"", 1, func(w *world, _ any) object {
		if !slices.ContainsFunc(w.actors, func(a *actor) bool { return a.name == signedIn }) {
			return nil
		}
		return w.slow(object{"current": password, "password": password})
	}},
	"session.create": {"", 1, func(w *world, _ any) object { return w.slow(object{"email": adminMail, "password": password}) }},
	"session.delete": {"", 1, need("session.create")},
	"role.create":    {"", 1, func(w *world, _ any) object { return w.role() }},
	"role.update":    {"", 1, func(w *world, _ any) object { return w.named("role.create", w.role()) }},
	"key.create":     {"", 1, func(w *world, _ any) object { return object{"name": "shop", "role_id": w.any("role")} }},
	"key.revoke":     {"", 1, need("key.create")},
	"import_mapping.set": {"", 1, func(w *world, _ any) object {
		return object{"name": one(w, "old", "older"), "format": "stock", "columns": object{"Artikel": one(w, "sku", "quantity")}}
	}},
	"view.save": {"", 3, func(w *world, _ any) object {
		return object{"list": "order.list", "name": w.next("view "), "filter": one(w, "status:approved", "total>50"), "sort": one(w, "", "-total")}
	}},
	"view.change": {"", 4, func(w *world, _ any) object { return w.named("view.save", object{"name": w.next("view ")}) }},
	"view.share":  {"", 1, need("view.save")},
	"view.remove": {"", 4, need("view.save")},
	"preference.set": {"", 1, func(w *world, _ any) object {
		return object{"name": one(w, "rows", "theme"), "value": one(w, "", "dense")}
	}},
	"job.replay": {"", 1, func(w *world, _ any) object {
		return w.named("job", object{})
	}},
	"payment.record_result": {"", 1, func(w *world, _ any) object {
		p, ok := w.known.payments.any(w)
		if !ok || len(p.Attempts) == 0 {
			return nil
		}
		a := p.Attempts[w.random.IntN(len(p.Attempts))]
		if a.State != "succeeded" && a.State != "failed" {
			return nil // only the gateway knows
		}
		return object{"id": p.ID, "order_id": p.OrderID, "attempt_id": a.ID, "state": a.State, "gateway_reference": a.GatewayReference, "error": a.Error}
	}},
	"test_gateway.complete": {"", 1, fixed(object{"key": "int_0", "approve": true})},
}

// slow lets what hashes a password through now and then: it takes as long as a
// hundred other steps.
func (w *world) slow(in object) object {
	if w.step/slowEvery < w.shop.slow {
		return nil
	}
	w.shop.slow++
	return in
}

// slowEvery is in how many steps one of the slow ones comes.
const slowEvery = 400

// lists generates the inputs of what only reads.
var lists = map[string]generator{
	"account.get": {"", 1, fixed(object{})},
	"setting.get": {"", 1, fixed(object{})},
	"user.list":   {"", 1, fixed(object{})},
	"user.get":    {"", 1, need("user.create")},
	"role.list":   {"", 1, fixed(object{})},
	"role.get":    {"", 1, need("role")},
	"key.list":    {"", 1, fixed(object{})},
	"key.get":     {"", 1, need("key.create")},
	"job.list": {"", 1, func(w *world, _ any) object {
		return object{"filter": one(w, "state:dead", "state:dead", "state:done", "")}
	}},
	"system.metrics":       {"", 1, func(*world, any) object { return nil }}, // it answers with what the machine does at the moment
	"system.history":       {"", 1, fixed(object{})},
	"system.responses":     {"", 1, fixed(object{})},
	"system.slowest":       {"", 1, fixed(object{"filter": "took>100"})},
	"system.trend":         {"", 1, fixed(object{"weeks": 4})},
	"job.get":              {"", 1, need("job")},
	"location.list":        {"", 1, fixed(object{})},
	"location.get":         {"", 1, need("location")},
	"channel.list":         {"", 1, fixed(object{})},
	"channel.get":          {"", 1, need("channel")},
	"channel.numbers":      {"", 1, need("channel")},
	"customer.list":        {"", 1, fixed(object{"filter": "ada"})},
	"customer.get":         {"", 1, need("customer")},
	"customer.addresses":   {"", 1, need("customer")},
	"customer.balance":     {"", 1, need("customer")},
	"customer_type.list":   {"", 1, fixed(object{})},
	"product.list":         {"", 1, fixed(object{"filter": "tea"})},
	"product.get":          {"", 1, need("product")},
	"variant.list":         {"", 1, fixed(object{"filter": "sku:TEA"})},
	"variant.get":          {"", 1, need("variant")},
	"variant.limits":       {"", 1, need("variant")},
	"price_list.list":      {"", 1, fixed(object{})},
	"price_list.get":       {"", 1, need("price_list")},
	"price.list":           {"", 1, need("price_list")},
	"tax_rate.list":        {"", 1, fixed(object{})},
	"shipping_method.list": {"", 1, fixed(object{})},
	"shipping_method.get":  {"", 1, need("shipping_method")},
	"stock.list":           {"", 1, fixed(object{"limit": 20})},
	"stock.movements":      {"", 1, fixed(object{"filter": "kind:dispatch", "limit": 10})},
	"stock.reservations":   {"", 1, need("variant")},
	"stock.get_document":   {"", 1, need("stock.receive")},
	"payment.list":         {"", 2, func(w *world, _ any) object { return object{"limit": 10} }},
	"payment.unclear":      {"", 1, fixed(object{"limit": 10})},
	"payment.get": {"", 3, func(w *world, _ any) object {
		o, ok := w.known.orders.any(w)
		if !ok || len(o.Payments) == 0 {
			return nil
		}
		return object{"id": o.Payments[0].ID}
	}},
	"order.list": {"", 3, func(w *world, _ any) object {
		return object{"filter": one(w, "status:approved", "payment_status:paid", "total>5000", "tag:vip -tag:gift", ""), "limit": 5 + w.random.IntN(20), "count": w.random.IntN(2) == 0}
	}},
	"order.get":         {"", 6, anOrder},
	"order.events":      {"", 2, anOrder},
	"order.differences": {"", 1, anOrder},
	"order.mergeable":   {"", 1, anOrder},
	"order.notes":       {"", 1, anOrder},
	"order.as_of": {"", 1, func(w *world, _ any) object {
		o, ok := w.known.orders.any(w)
		if !ok {
			return nil
		}
		return object{"id": o.ID, "version": 1 + w.random.Int64N(o.Version)}
	}},
	"order.compare": {"", 1, func(w *world, _ any) object {
		o, ok := w.known.orders.any(w)
		if !ok {
			return nil
		}
		return object{"id": o.ID, "from": 1, "to": o.Version}
	}},
	"order.people": {"", 1, anOrder},
	"order.timeline": {"", 2, func(w *world, _ any) object {
		in := anOrder(w, nil)
		if in != nil {
			in["kind"], in["limit"] = one(w, "state", "money", "stock", "notes"), 5
		}
		return in
	}},
	"note.list":           {"", 1, fixed(object{"filter": "visibility:staff", "limit": 10})},
	"tag.list":            {"", 1, fixed(object{"limit": 10})},
	"fulfillment.list":    {"", 2, fixed(object{"filter": "status:open", "limit": 10})},
	"fulfillment.queue":   {"", 1, func(w *world, _ any) object { return object{"id": w.any("location"), "limit": 10} }},
	"fulfillment.get":     {"", 1, func(w *world, _ any) object { return w.thing(w.known.fulfillments.ids) }},
	"shipment.list":       {"", 2, fixed(object{"filter": "status:in_transit", "limit": 10})},
	"shipment.get":        {"", 1, func(w *world, _ any) object { return w.thing(w.known.shipments.ids) }},
	"return.list":         {"", 2, fixed(object{"filter": "status:approved", "limit": 10})},
	"change.list":         {"", 1, fixed(object{"filter": "status:open", "limit": 10})},
	"change.get":          {"", 1, func(w *world, _ any) object { return w.thing(w.known.changes.ids) }},
	"return.get":          {"", 1, func(w *world, _ any) object { return w.thing(w.known.returns.ids) }},
	"template.list":       {"", 1, fixed(object{})},
	"template.get":        {"", 2, need("template.save")},
	"view.list":           {"", 1, fixed(object{})},
	"view.get":            {"", 4, need("view.save")},
	"preference.list":     {"", 1, fixed(object{})},
	"import_mapping.list": {"", 1, fixed(object{})},
	"import_mapping.get":  {"", 1, fixed(object{"name": "old"})},
	"event.verify":        {"", 1, fixed(object{"limit": 100})},
	"event.list": {"", 1, func(w *world, _ any) object {
		return object{"filter": one(w, "type:order.placed", "actor:job:forget", "time>-1h", ""), "limit": 5 + w.random.IntN(20)}
	}},
}

func anOrder(w *world, _ any) object { return w.thing(w.known.orders.ids) }

// thing names one of some ids.
func (w *world) thing(ids []string) object {
	if len(ids) == 0 {
		return nil
	}
	return object{"id": ids[w.random.IntN(len(ids))]}
}

// with returns the object with another value.
func with(o object, name string, value any) object {
	if o == nil {
		return nil
	}
	o = maps.Clone(o)
	o[name] = value
	return o
}
