package sim

import (
	"context"
	"fmt"
	"maps"
	"strings"

	"ordo/connect/webhook"
	"ordo/engine/auth"
	"ordo/engine/command"
	"ordo/engine/query"
	"ordo/policy/account"
	"ordo/trade/catalog"
)

// shop is what the workspace is about, and the ids that all actors know.
type shop struct {
	ids             map[string][]string // by kind, or by the operation that made them
	lists, channels []string
	method          string
	deliveries      []*webhook.Delivery // of the last list of them that was seen
	addresses       []object            // of address books, as customer.remove_address takes them
	skus            map[string]string   // under which the goods are known, by the ids of their variants
	moved           map[string]int64    // by SKU: thousandths that came in or were corrected
	count           int
	slow            int // requests that hashed a password
}

const (
	adminMail = "admin@example.com"
	password  = "correct horse"
)

var address = object{"name": "Ada Byron", "street": "12 St James's Square", "postcode": "SW1Y 4JH", "city": "London", "country": "GB"}

// goods are what the shop sells.
var goods = []struct {
	sku, kind, tax, price string
	stock                 int
	backorder, lots       bool
}{
	{"TEA", "stock", "zero", "12.5", 400, true, false},
	{"POT", "stock", "standard", "34", 300, false, false},
	{"CUP", "stock", "standard", "7.99", 12, true, false},
	{"CHEESE", "stock", "zero", "19.005", 16, true, true},
	{"ADVICE", "service", "standard", "80", 0, false, false},
	{"BOOK", "digital", "reduced", "9.33", 0, false, false},
	{"CHEST", "drop_ship", "standard", "249", 0, false, false},
	{"SET", "stock", "standard", "49.99", 0, false, false},
}

func location(code string) object {
	return object{"code": code, "name": "Warehouse", "kind": "warehouse", "country": "GB", "time_zone": "Europe/London", "active": true}
}

func (w *world) channel(code, list string) object {
	return object{
		"code": code, "name": "Store", "kind": "online_store", "currency": "GBP", "price_list_id": list, "number_pattern": code + "-{seq:6}",
		"time_zone": "Europe/London", "tax_country": "GB", "payment_methods": []string{"on_account", "cash", "transfer", "test"}, "assortment": "all",
		"active": true, "locations": []object{{"location_id": w.shop.ids["location"][0], "rank": 1}, {"location_id": w.shop.ids["location"][1], "rank": 2}},
	}
}

func (w *world) customer() object {
	name := w.next("Ada ")
	return object{"type": one(w, "retail", "corporate", "vip"), "name": name, "email": strings.ReplaceAll(name, " ", ".") + "@example.com", "language": one(w, "en", "de-AT"), "active": true, "on_account": true, "payment_terms_days": 30}
}

func variant(sku string) object {
	return object{"sku": sku, "title": "Cup", "kind": "stock", "unit": "each", "tax_class": "standard", "active": true}
}

func method(code string) object {
	return object{"code": code, "name": "Parcel", "kind": "by_weight", "currency": "GBP", "tax_class": "standard", "active": true, "table": []object{{"amount": 395}, {"minimum": 2000, "amount": 615}}}
}

func (w *world) user() object {
	return object{"email": w.next("ann") + "@example.com", "name": "Ann Miller", "role_id": w.any("role"), "password": password}
}

func (w *world) role() object {
	return object{"name": w.next("role "), "permissions": []string{"order.*"}, "discount_limit": 0, "refund_limit": 0}
}

func (w *world) assortment() object {
	return w.named("channel.create", object{"variant_ids": []string{w.any("variant")}})
}

// stockUp writes what the shop begins with, and gives its people keys.
func (w *world) stockUp(ctx context.Context) error {
	w.shop = shop{ids: map[string][]string{}, moved: map[string]int64{}, skus: map[string]string{}}
	s := &founder{w: w, ctx: ctx}
	link, err := account.FirstAdminLink(ctx, w.house.Engine.DB)
	if err != nil {
		return err
	}
	s.do("account.setup", object{"token": link, "company": "Assam & Sons", "currency": "GBP", "tax_country": "GB", "time_zone": "Europe/London",
		"admin": object{"email": adminMail, "name": "Admin", "password": password}})
	s.add("location", "location.create", location("main"))
	s.add("location", "location.create", location("soho"))
	w.shop.lists = []string{
		s.add("price_list", "price_list.create", object{"code": "retail", "name": "Retail", "currency": "GBP", "tax_inclusive": true}),
		s.add("price_list", "price_list.create", object{"code": "trade", "name": "Trade", "currency": "GBP", "tax_inclusive": false}),
	}
	var rates []object
	for _, r := range [][2]string{{"standard", "0.2"}, {"reduced", "0.05"}, {"zero", "0"}} {
		rates = append(rates, object{"country": "GB", "class": r[0], "name": "VAT", "rate": r[1], "valid_from": "2011-01-04"})
	}
	s.do("tax_rate.set", object{"rates": rates})
	w.shop.channels = []string{s.add("channel", "channel.create", w.channel("web", w.shop.lists[0])), s.add("channel", "channel.create", w.channel("b2b", w.shop.lists[1]))}
	w.shop.method = s.add("shipping_method", "shipping_method.create", method("post"))
	s.products()
	for range 8 {
		s.add("customer", "customer.create", w.customer())
	}
	s.people()
	if w.polite {
		return s.err // receivers of a simulation are within it
	}
	for range 2 {
		if e, ok := s.do("webhook.create", w.newcomer()).(*webhook.Endpoint); ok {
			w.receivers.hear(e)
		}
	}
	return s.err
}

// founder does what the first day asks for; the first failure stays.
type founder struct {
	w   *world
	ctx context.Context
	err error
}

func (s *founder) do(operation string, in object) any {
	if s.err != nil {
		return nil
	}
	v, err := command.Call(s.ctx, s.w.house.Engine, operation, command.Meta{Actor: auth.Internal("founder")}, in)
	if err != nil {
		s.err = fmt.Errorf("%s: %w", operation, err)
	}
	s.w.count(operation).Done++
	return v
}

// add does it and keeps the id of what was made.
func (s *founder) add(kind, operation string, in object) string {
	v := s.do(operation, in)
	if s.err != nil {
		return ""
	}
	id := resultOf(v)
	s.w.shop.ids[kind] = append(s.w.shop.ids[kind], id)
	return id
}

func (s *founder) products() {
	var prices, stock []object
	for _, g := range goods {
		v := object{"sku": g.sku, "title": g.sku, "kind": g.kind, "unit": "each", "tax_class": g.tax, "weight_grams": 500, "backorder": g.backorder, "lot_tracked": g.lots, "active": true}
		if g.sku == "SET" {
			v["parts"] = []object{{"sku": "POT", "quantity": 1}, {"sku": "TEA", "quantity": 2}}
		}
		p, _ := s.do("product.create", object{"title": g.sku, "variants": []object{v}}).(*catalog.Product)
		if s.err != nil {
			return
		}
		s.w.shop.ids["product"] = append(s.w.shop.ids["product"], p.ID)
		s.w.shop.ids["variant"] = append(s.w.shop.ids["variant"], p.Variants[0].ID)
		s.w.shop.skus[p.Variants[0].ID] = g.sku
		prices = append(prices, object{"sku": g.sku, "unit_price": g.price})
		if g.stock > 0 {
			l := object{"sku": g.sku, "quantity": g.stock}
			if g.lots {
				l["lot"] = "L1"
			}
			stock = append(stock, l)
			s.w.shop.moved[g.sku] += int64(g.stock) * 1000
		}
	}
	s.do("price.set", object{"id": s.w.shop.lists[0], "prices": prices})
	s.do("price.set", object{"id": s.w.shop.lists[1], "prices": prices})
	s.do("stock.receive", object{"location_id": s.w.shop.ids["location"][0], "lines": stock})
}

// people are one key per built-in role, one that sees a channel, one that sees
// a location, and customers.
func (s *founder) people() {
	roles := map[string]string{}
	all, _ := s.do("role.list", object{}).(query.Rows[*account.Role])
	for _, r := range all.Items {
		roles[r.Name] = r.ID
		s.w.shop.ids["role"] = append(s.w.shop.ids["role"], r.ID)
	}
	s.hire("admin", object{"role_id": roles["admin"]})
	s.hire("admin", object{"role_id": roles["admin"]})
	for _, r := range account.BuiltIn {
		s.hire(r.Name, object{"role_id": roles[r.Name]})
	}
	s.hire("sales of a channel", object{"role_id": roles["sales"], "channels": []string{s.w.shop.channels[0]}})
	s.hire("warehouse of a location", object{"role_id": roles["warehouse"], "locations": []string{s.w.shop.ids["location"][0]}})
	for _, id := range s.w.shop.ids["customer"][:min(3, len(s.w.shop.ids["customer"]))] {
		s.w.actors = append(s.w.actors, customerActor(id))
	}
}

func (s *founder) hire(name string, in object) {
	in = maps.Clone(in)
	in["name"] = name
	k, _ := s.do("key.create", in).(*account.Key)
	if s.err != nil {
		return
	}
	a := &actor{name: name, bearer: k.Secret}
	if a.self, s.err = s.w.admit(s.ctx, a); s.err == nil {
		s.w.actors = append(s.w.actors, a)
		s.w.shop.ids["key"] = append(s.w.shop.ids["key"], k.ID)
	}
}

// keep remembers an id, of the last fifty of its kind.
func (s *shop) keep(kind, id string) {
	if s.ids[kind] = append(s.ids[kind], id); len(s.ids[kind]) > 50 && kind != "customer" {
		s.ids[kind] = s.ids[kind][1:]
	}
}

// signedIn names actors who signed in with a password.
const signedIn = "signed in"

// signedIn lets a user act beside the keys.
func (w *world) signedIn(s *account.Session) {
	a := &actor{name: signedIn, bearer: s.Token, self: auth.Actor{ID: s.UserID, Kind: auth.Staff, Permissions: auth.All}}
	w.actors = append(w.actors, a)
	w.shop.ids["session.create"] = []string{s.ID}
}
