package bench

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strconv"
	"sync"

	"ordo/engine/auth"
	"ordo/engine/command"
)

const (
	customers    = 1_000
	variants     = 10_000
	slice        = 250  // variants per product, as many as one may have
	numberPrefix = "B-" // of order numbers
	usualLines   = 3    // of an order
)

var actor = auth.Internal("bench")

// shop is the data that every profile starts from: two locations, a channel
// that sells from both, customers who pay later, variants with price and stock.
type shop struct {
	key       string // API key that may do everything
	channel   string
	priceList string
	locations []string
	customers []string
	payment   payment // of the orders to come
	lines     int     // of each
}

// payment is the payment of an order as it is asked for, and the order's
// payment status that follows.
type payment struct{ body, status string }

var (
	onAccount = payment{`{"method":"on_account"}`, "unpaid"}
	byCard    = payment{`{"method":"test","token":"tok_approve"}`, "authorized"}
)

// object is a JSON object.
type object map[string]any

// seeder runs operations by name. The first failure stays.
type seeder struct {
	ctx    context.Context
	engine *command.Engine
	err    error
}

// openShop makes a shop with the operations that everybody uses.
func openShop(ctx context.Context, e *command.Engine) (*shop, error) {
	s := &seeder{ctx: ctx, engine: e}
	shop := &shop{payment: onAccount, lines: usualLines}
	role := s.id("role.create", object{"name": "bench", "permissions": []string{"*"}, "discount_limit": 0, "refund_limit": -1})
	shop.key, _ = s.do("key.create", object{"name": "bench", "role_id": role})["secret"].(string)
	for _, code := range []string{"north", "south"} {
		shop.locations = append(shop.locations, s.id("location.create", object{
			"code": code, "name": code, "kind": "warehouse", "country": "GB", "time_zone": "Europe/London", "active": true}))
	}
	shop.priceList = s.id("price_list.create", object{"code": "list", "name": "List", "currency": "GBP", "tax_inclusive": false})
	s.do("tax_rate.set", object{"rates": []object{{"country": "GB", "class": "standard", "valid_from": "2020-01-01", "name": "VAT", "rate": "0.2"}}})
	shop.channel = s.id("channel.create", object{
		"code": "bench", "name": "Bench", "kind": "online_store", "currency": "GBP", "price_list_id": shop.priceList, "number_pattern": numberPrefix + "{seq}",
		"time_zone": "Europe/London", "tax_country": "GB", "payment_methods": []string{"on_account", "test"}, "assortment": "all", "active": true,
		"locations": []object{{"location_id": shop.locations[0], "rank": 1}, {"location_id": shop.locations[1], "rank": 2}},
	})
	for first := 0; first < variants; first += slice {
		s.addVariants(shop, first, slice, 1_000_000)
	}
	s.addCustomers(shop)
	return shop, s.err
}

// sku is the SKU of the variant with a number.
func sku(n int) string { return fmt.Sprintf("SKU-%05d", n) }

// addVariants adds a product with n variants, with prices and stock at each location.
func (s *seeder) addVariants(shop *shop, first, n, stock int) {
	var facts, prices, lines []object
	for i := first; i < first+n; i++ {
		facts = append(facts, object{"sku": sku(i), "title": "Variant " + strconv.Itoa(i), "kind": "stock", "tax_class": "standard", "active": true})
		prices = append(prices, object{"sku": sku(i), "unit_price": fmt.Sprintf("%d.%02d", 1+i%90, i%100)})
		lines = append(lines, object{"sku": sku(i), "quantity": stock})
	}
	s.do("product.create", object{"title": "Product " + strconv.Itoa(first), "variants": facts})
	s.do("price.set", object{"id": shop.priceList, "prices": prices})
	for _, l := range shop.locations {
		s.do("stock.receive", object{"location_id": l, "lines": lines})
	}
}

// addCustomers adds customers side by side, so that they share commits.
func (s *seeder) addCustomers(shop *shop) {
	shop.customers = make([]string, customers)
	var mu sync.Mutex
	var all sync.WaitGroup
	const parallel = 32
	for w := range parallel {
		all.Go(func() {
			own := &seeder{ctx: s.ctx, engine: s.engine, err: s.err}
			for i := w; i < customers; i += parallel {
				shop.customers[i] = own.id("customer.create", object{"type": "corporate", "active": true, "on_account": true, "payment_terms_days": 30,
					"name": "Buyer " + strconv.Itoa(i), "company": "Company " + strconv.Itoa(i), "email": fmt.Sprintf("buyer%d@example.com", i)})
			}
			mu.Lock()
			defer mu.Unlock()
			s.fail(own.err)
		})
	}
	all.Wait()
}

func (s *seeder) fail(err error) {
	if s.err == nil {
		s.err = err
	}
}

// id runs an operation and returns the id of what it made.
func (s *seeder) id(name string, in object) string {
	id, _ := s.do(name, in)["id"].(string)
	return id
}

// do runs an operation and returns its answer as a client sees it.
func (s *seeder) do(name string, in object) (out object) {
	if s.err != nil {
		return nil
	}
	o, err := operation(s.engine, name)
	if err == nil {
		out, err = invoke(s.ctx, s.engine, o, in)
	}
	if err != nil {
		s.fail(fmt.Errorf("%s: %w", name, err))
	}
	return out
}

func operation(e *command.Engine, name string) (command.Operation, error) {
	i := slices.IndexFunc(e.Operations, func(o command.Operation) bool { return o.Spec().Name == name })
	if i < 0 {
		return nil, fmt.Errorf("there is no operation %s", name)
	}
	return e.Operations[i], nil
}

func invoke(ctx context.Context, e *command.Engine, o command.Operation, in object) (out object, err error) {
	text, err := json.Marshal(in)
	if err != nil {
		return nil, err
	}
	place, err := decode(o, text)
	if err != nil {
		return nil, err
	}
	answer, err := o.Invoke(ctx, e, command.Meta{Actor: actor}, place)
	if err != nil {
		return nil, err
	}
	if text, err = json.Marshal(answer.Value); err != nil {
		return nil, err
	}
	return out, json.Unmarshal(text, &out)
}

// decode returns a pointer to the operation's input. As at the edge, a field
// that the operation does not know is an error.
func decode(o command.Operation, text []byte) (any, error) {
	in := reflect.New(o.Spec().In)
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	return in.Interface(), d.Decode(in.Interface())
}

// order appends the body of an order of different variants, named by number,
// one unit each.
func (s *shop) order(b []byte, customer int, skus ...int) []byte {
	b = fmt.Appendf(b, `{"channel_id":%q,"customer_id":%q,"lines":[`, s.channel, s.customers[customer])
	for i, n := range skus {
		if i > 0 {
			b = append(b, ',')
		}
		b = fmt.Appendf(b, `{"sku":%q,"quantity":1}`, sku(n))
	}
	b = append(b, `],"deliveries":[{"address":{"name":"Ada Byron","street":"12 St James's Square","postcode":"SW1Y 4JH","city":"London","country":"GB"}}],"payment":`...)
	return append(append(b, s.payment.body...), '}')
}

// randomOrder appends the body of an order of random variants.
func (s *shop) randomOrder(b []byte, r *rand.Rand) []byte {
	skus := make([]int, 0, 16)
	for len(skus) < s.lines {
		if n := r.IntN(variants); !slices.Contains(skus, n) {
			skus = append(skus, n)
		}
	}
	return s.order(b, r.IntN(customers), skus...)
}
