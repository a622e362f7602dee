// Package ordertest owns a small shop for tests of orders and of what carries
// them out: channels, two locations, prices, taxes, goods of every kind, stock
// and customers. It does not own any test.
package ordertest

import (
	"slices"
	"testing"

	"ordo/base/clock"
	"ordo/base/money"
	"ordo/engine/command"
	"ordo/engine/db"
	"ordo/engine/event"
	"ordo/engine/invariant"
	"ordo/engine/invariant/invarianttest"
	"ordo/engine/number"
	"ordo/resource/inventory"
	"ordo/sales/order"
	"ordo/trade/catalog"
	"ordo/trade/channel"
	"ordo/trade/customer"
	"ordo/trade/location"
	"ordo/trade/pricing"
	"ordo/trade/tax"
	"ordo/trade/tradetest"
)

// Shop is a workspace under test. It sells, in pounds without tax:
//
//	TEA    10.00, from 10 on 9.00, from 100 on 8.00   north 10, south 5
//	MUG     5.00, 300 g                               north 20, south 20
//	POT    33.33, reduced tax, 1,000 g                south 10
//	SET    40.00, a bundle of 2 MUG and 1 POT
//	WINE    7.77, kept by lot                         north: LATE 5, SOON 5, GONE 5 (expired)
//	LAMP   50.00, may be backordered                  nothing
//	BOX     1.00, 6 to 24 in multiples of 6           north 100
//	GUIDE   4.99, digital
//	SOFA  500.00, from the supplier
//	OLD     1.00, not sold any more
//	HIDDEN  1.00, not listed in Listed
//	FREE   without a price
type Shop struct {
	*tradetest.Shop
	DB *db.DB

	Channel, Listed, Till             string // Listed sells TEA only; Till is over the counter
	North, South                      string // locations; north is asked first
	List, Trade                       string // price lists; Trade has TEA for 6.00
	Customer, NoAccount, Exempt, Gone string // Gone is not active
	Trader                            string // has the list Trade
	Parcel, Heavy, Worth, Euro        string // shipping: flat 3.95, by weight, by amount, in euros

	t *testing.T
}

// Open returns the shop. More operations join those that it needs.
func Open(t *testing.T, d *db.DB, more ...[]command.Operation) *Shop {
	t.Helper()
	numbers := number.NewSource()
	operations := append([][]command.Operation{location.Operations, channel.Operations(numbers), customer.Operations(numbers), catalog.Operations, tax.Operations,
		pricing.Operations, inventory.Operations, order.Operations(numbers)}, more...)
	s := &Shop{t: t, DB: d, Shop: tradetest.Open(t, d, operations...)}
	s.Anchors = []command.AnchorKind{order.Anchor}
	for _, t := range []*event.Type{inventory.Received, inventory.Adjusted, inventory.Returned} {
		s.Reactions = append(s.Reactions, event.Reaction{On: t.Name, Name: "promise stock to backorders", Do: order.OnStock})
	}
	s.places()
	s.goods()
	s.customers()
	s.methods()
	return s
}

func (s *Shop) places() {
	location := func(code string) string {
		return tradetest.Do[*location.Location](s.Shop, "location.create", location.CreateIn{Facts: location.Facts{Code: code, Name: code, Kind: "warehouse", Country: "GB", TimeZone: "Europe/London", Active: true}}).ID
	}
	s.North, s.South = location("north"), location("south")
	s.List, s.Trade = s.PriceList("retail", "GBP", false), s.PriceList("trade", "GBP", false)
	s.Channel = s.Sell("web", "online_store", "GBP", s.List, "all")
	s.Listed = s.Sell("some", "marketplace", "GBP", s.List, "listed")
	s.Till = s.Sell("till", "point_of_sale", "GBP", s.List, "all")
	rate := func(country, class string, rate money.Rate) tax.Row {
		return tax.Row{Country: country, Class: class, ValidFrom: "2011-01-04", Name: "VAT", Rate: rate}
	}
	tradetest.Do[*tax.Rates](s.Shop, "tax_rate.set", tax.SetIn{Rates: []tax.Row{
		rate("GB", "standard", 200_000), rate("GB", "reduced", 50_000), rate("DE", "standard", 190_000), rate("DE", "reduced", 70_000), rate("IT", "standard", 220_000)}})
}

// PriceList adds a price list.
func (s *Shop) PriceList(code, currency string, inclusive bool) string {
	s.t.Helper()
	return tradetest.Do[*catalog.PriceList](s.Shop, "price_list.create", catalog.CreatePriceListIn{PriceListFacts: catalog.PriceListFacts{Code: code, Name: code}, Currency: currency, TaxInclusive: inclusive}).ID
}

// Sell adds a channel that sells from both locations.
func (s *Shop) Sell(code, kind, currency, list, assortment string) string {
	s.t.Helper()
	return tradetest.Do[*channel.Channel](s.Shop, "channel.create", channel.CreateIn{Facts: channel.Facts{
		Code: code, Name: code, Kind: kind, Currency: currency, PriceListID: list, NumberPattern: "SO-{seq:6}", TimeZone: "Europe/London", TaxCountry: "GB",
		PaymentMethods: []string{"on_account", "cash"}, Assortment: assortment, Active: true, Locations: []channel.Place{{LocationID: s.North, Rank: 1}, {LocationID: s.South, Rank: 2}},
	}}).ID
}

func (s *Shop) goods() {
	stock := func(sku string) catalog.VariantFacts {
		return catalog.VariantFacts{SKU: sku, Title: sku, Kind: "stock", Unit: "each", TaxClass: "standard", Active: true}
	}
	all := []catalog.VariantFacts{stock("TEA"), stock("MUG"), stock("POT"), stock("SET"), stock("WINE"), stock("LAMP"), stock("BOX"), stock("GUIDE"), stock("SOFA"), stock("OLD"), stock("HIDDEN"), stock("FREE")}
	all[0].Barcodes = []string{"96385074"}
	all[1].WeightGrams = 300
	all[2].WeightGrams, all[2].TaxClass = 1000, "reduced"
	all[3].Parts = []catalog.Part{{SKU: "MUG", Quantity: 2_000}, {SKU: "POT", Quantity: 1_000}}
	all[4].LotTracked = true
	all[5].Backorder = true
	all[6].Minimum, all[6].Maximum, all[6].Multiple = 6_000, 24_000, 6_000
	all[7].Kind, all[8].Kind, all[9].Active = "digital", "drop_ship", false
	p := tradetest.Do[*catalog.Product](s.Shop, "product.create", catalog.CreateIn{ProductFacts: catalog.ProductFacts{Title: "Goods"}, Variants: all})
	tea := slices.IndexFunc(p.Variants, func(v *catalog.Variant) bool { return v.SKU == "TEA" })
	tradetest.Do[*channel.Channel](s.Shop, "channel.publish", channel.PublishIn{ID: s.Listed, VariantIDs: []string{p.Variants[tea].ID}})
	s.Price(s.List, "TEA", 10_000_000)
	s.Break(s.List, "TEA", 10_000, 9_000_000)
	s.Break(s.List, "TEA", 100_000, 8_000_000)
	for sku, price := range map[string]money.UnitPrice{"MUG": 5_000_000, "POT": 33_330_000, "SET": 40_000_000, "WINE": 7_770_000, "LAMP": 50_000_000, "BOX": 1_000_000, "GUIDE": 4_990_000, "SOFA": 500_000_000, "OLD": 1_000_000, "HIDDEN": 1_000_000} { // order-free: each price stands for itself
		s.Price(s.List, sku, price)
	}
	s.Price(s.Trade, "TEA", 6_000_000)
	s.Receive(s.North, Units("TEA", 10), Units("MUG", 20), Units("BOX", 100))
	s.Receive(s.South, Units("TEA", 5), Units("MUG", 20), Units("POT", 10))
	now := s.DB.Clock.Now()
	wine := func(lot string, days int) inventory.ReceiveLine {
		l := Units("WINE", 5)
		l.Lot, l.ExpiresAt = lot, clock.At(now.AddDate(0, 0, days))
		return l
	}
	s.Receive(s.North, wine("LATE", 300), wine("SOON", 30), wine("GONE", -1))
}

// Price sets the price of a SKU from the first unit on.
func (s *Shop) Price(list, sku string, price money.UnitPrice) {
	s.t.Helper()
	s.Break(list, sku, 0, price)
}

// Break sets the price of a SKU from a quantity on.
func (s *Shop) Break(list, sku string, from money.Quantity, price money.UnitPrice) {
	s.t.Helper()
	tradetest.Do[*catalog.PriceList](s.Shop, "price.set", catalog.SetPricesIn{ID: list, Prices: []catalog.PriceRow{{SKU: sku, Minimum: from, UnitPrice: price}}})
}

func (s *Shop) customers() {
	customer := func(name string, change func(*customerFacts)) string {
		f := customer.Facts{Terms: customer.Terms{Type: "retail", Active: true}, Contact: customer.Contact{Name: name}}
		change(&f)
		return tradetest.Do[*customer.Customer](s.Shop, "customer.create", customer.CreateIn{Facts: f}).ID
	}
	s.Customer = customer("Ada Byron", func(f *customerFacts) { f.OnAccount, f.PaymentTermsDays = true, 30 })
	s.NoAccount = customer("Mary Somerville", func(*customerFacts) {})
	s.Exempt = customer("Caroline Herschel", func(f *customerFacts) { f.TaxExempt = true })
	s.Gone = customer("Emmy Noether", func(f *customerFacts) { f.Active = false })
	s.Trader = customer("Grace Hopper", func(f *customerFacts) { f.Type, f.PriceListID = "wholesale", s.Trade })
}

type customerFacts = customer.Facts

func (s *Shop) methods() {
	method := func(code, kind, currency string, table ...pricing.Step) string {
		return tradetest.Do[*pricing.Method](s.Shop, "shipping_method.create", pricing.CreateMethodIn{MethodFacts: pricing.MethodFacts{
			Code: code, Name: code, Kind: kind, Currency: currency, TaxClass: "standard", Active: true, Table: table}}).ID
	}
	s.Parcel = method("parcel", "flat", "GBP", pricing.Step{Country: "GB", Amount: 395}, pricing.Step{Country: "DE", Amount: 1295})
	s.Heavy = method("heavy", "by_weight", "GBP", pricing.Step{Amount: 300}, pricing.Step{Minimum: 1000, Amount: 600}, pricing.Step{Minimum: 2000, Amount: 900})
	s.Worth = method("worth", "by_amount", "GBP", pricing.Step{Amount: 500}, pricing.Step{Minimum: 5000, Amount: 0})
	s.Euro = method("euro", "flat", "EUR", pricing.Step{Amount: 100})
}

// Units is a receipt of whole units.
func Units(sku string, units int) inventory.ReceiveLine {
	return inventory.ReceiveLine{SKU: sku, Quantity: money.Quantity(units) * 1000}
}

// Receive takes goods into stock.
func (s *Shop) Receive(at string, lines ...inventory.ReceiveLine) *inventory.Document {
	s.t.Helper()
	return tradetest.Do[*inventory.Document](s.Shop, "stock.receive", inventory.ReceiveIn{LocationID: at, Lines: lines})
}

// Line asks for whole units of a SKU in the first delivery.
func Line(sku string, units int) order.LineIn {
	return order.LineIn{SKU: sku, Quantity: money.Quantity(units) * 1000}
}

// Home is an address in a country.
func Home(country string) *customer.Address {
	return &customer.Address{Contact: customer.Contact{Name: "Ada Byron"}, Street: "12 St James's Square", City: "London", Country: country}
}

// Agreement asks for lines in one delivery to a customer in Great Britain.
func (s *Shop) Agreement(lines ...order.LineIn) order.Agreement {
	return order.Agreement{ChannelID: s.Channel, CustomerID: s.Customer, Deliveries: []order.DeliveryIn{{Address: Home("GB")}}, Lines: lines}
}

// Do runs an operation that answers with an order.
func (s *Shop) Do(name string, in any) *order.Order {
	s.t.Helper()
	return tradetest.Do[*order.Order](s.Shop, name, in)
}

// Place places an agreement of these lines.
func (s *Shop) Place(lines ...order.LineIn) *order.Order {
	s.t.Helper()
	return s.Do("order.place", order.PlaceIn{Agreement: s.Agreement(lines...)})
}

// Priced prices an agreement.
func (s *Shop) Priced(a order.Agreement) *order.Order {
	s.t.Helper()
	return s.Do("order.price", order.PriceIn{Agreement: a})
}

// Order returns an order as it is.
func (s *Shop) Order(id string) *order.Order {
	s.t.Helper()
	return s.Do("order.get", order.GetIn{ID: id})
}

// Sound checks the invariants of stock and orders, and that events rebuild them.
func (s *Shop) Sound() {
	s.t.Helper()
	invarianttest.Clean(s.t, s.DB, inventory.Invariants)
	invarianttest.Clean(s.t, s.DB, order.Invariants)
	invarianttest.Clean(s.t, s.DB, []invariant.Check{order.Projection.Check()})
}
