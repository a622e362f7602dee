package fulfillment_test

import (
	"fmt"
	"slices"
	"testing"

	"ordo/base/money"
	"ordo/engine/command"
	"ordo/engine/db"
	"ordo/engine/event"
	"ordo/engine/invariant/invarianttest"
	"ordo/engine/number"
	"ordo/engine/query"
	"ordo/execution/fulfillment"
	"ordo/resource/inventory"
	"ordo/sales/order"
	"ordo/trade/catalog"
	"ordo/trade/channel"
	"ordo/trade/location"
	"ordo/trade/tradetest"
)

// shop sells tea (north has 10), mugs (north has 5, south 20), wine by lot
// (north), a set of two mugs and one tea, a guide to download, a sofa from a
// supplier, and lamps that nobody has yet.
type shop struct {
	*tradetest.Shop
	t            *testing.T
	north, south string
	channel      string
}

func open(t *testing.T, d *db.DB) *shop {
	t.Helper()
	numbers := number.NewSource()
	s := &shop{t: t, Shop: tradetest.Open(t, d, location.Operations, catalog.Operations, channel.Operations(numbers), inventory.Operations, order.Operations(numbers), fulfillment.Operations(numbers))}
	s.Anchors = []command.AnchorKind{order.Anchor}
	s.Reactions = []event.Reaction{
		{On: "order.placed", Do: fulfillment.Plan},
		{On: "order.released", Do: fulfillment.Follow},
		{On: "order.allocated", Do: fulfillment.Follow},
		{On: "order.canceled", Do: fulfillment.Follow},
		{On: "order.backordered", Do: fulfillment.Follow},
		{On: "order.stock_moved", Do: fulfillment.Follow},
		{On: "stock.received", Do: order.OnStock},
		{On: "stock.adjusted", Do: order.OnStock},
	}
	place := func(code string) string {
		return tradetest.Do[*location.Location](s.Shop, "location.create", location.CreateIn{Facts: location.Facts{Code: code, Name: code, Kind: "warehouse", Country: "GB", TimeZone: "UTC", Active: true}}).ID
	}
	s.north, s.south = place("north"), place("south")
	list := tradetest.Do[*catalog.PriceList](s.Shop, "price_list.create", catalog.CreatePriceListIn{PriceListFacts: catalog.PriceListFacts{Code: "retail", Name: "Retail"}, Currency: "GBP", TaxInclusive: true})
	tradetest.Do[*catalog.Product](s.Shop, "product.create", catalog.CreateIn{ProductFacts: catalog.ProductFacts{Title: "Things"}, Variants: []catalog.VariantFacts{
		{SKU: "TEA", Kind: "stock", Active: true}, {SKU: "MUG", Kind: "stock", Active: true}, {SKU: "WINE", Kind: "stock", LotTracked: true, Active: true},
		{SKU: "LAMP", Kind: "stock", Backorder: true, Active: true}, {SKU: "GUIDE", Kind: "digital", Active: true}, {SKU: "SOFA", Kind: "drop_ship", Active: true},
		{SKU: "SET", Kind: "stock", Active: true, Parts: []catalog.Part{{SKU: "MUG", Quantity: 2_000}, {SKU: "TEA", Quantity: 1_000}}},
	}})
	var prices []catalog.PriceRow
	for _, sku := range []string{"TEA", "MUG", "WINE", "LAMP", "GUIDE", "SOFA", "SET"} {
		prices = append(prices, catalog.PriceRow{SKU: sku, UnitPrice: 10_000_000})
	}
	tradetest.Do[*catalog.PriceList](s.Shop, "price.set", catalog.SetPricesIn{ID: list.ID, Prices: prices})
	s.channel = tradetest.Do[*channel.Channel](s.Shop, "channel.create", channel.CreateIn{Facts: channel.Facts{
		Code: "till", Name: "Till", Kind: "point_of_sale", Currency: "GBP", PriceListID: list.ID, NumberPattern: "SO-{seq:6}", TimeZone: "UTC", TaxCountry: "GB",
		PaymentMethods: []string{"cash"}, Assortment: "all", Locations: []channel.Place{{LocationID: s.north, Rank: 1}, {LocationID: s.south, Rank: 2}}, Active: true,
	}}).ID
	s.receive(s.north, inventory.ReceiveLine{SKU: "TEA", Quantity: 10_000}, inventory.ReceiveLine{SKU: "MUG", Quantity: 5_000},
		inventory.ReceiveLine{SKU: "WINE", Quantity: 2_000, Lot: "L1"}, inventory.ReceiveLine{SKU: "WINE", Quantity: 3_000, Lot: "L2"})
	s.receive(s.south, inventory.ReceiveLine{SKU: "MUG", Quantity: 20_000})
	return s
}

func (s *shop) receive(at string, lines ...inventory.ReceiveLine) {
	s.t.Helper()
	tradetest.Do[*inventory.Document](s.Shop, "stock.receive", inventory.ReceiveIn{LocationID: at, Lines: lines})
}

// line asks for whole units of a SKU in the first delivery.
func line(sku string, units int) order.LineIn {
	return order.LineIn{SKU: sku, Quantity: money.Quantity(units) * 1000}
}

func (s *shop) place(lines ...order.LineIn) *order.Order {
	s.t.Helper()
	return tradetest.Do[*order.Order](s.Shop, "order.place", order.PlaceIn{Agreement: order.Agreement{ChannelID: s.channel, Lines: lines}})
}

func (s *shop) release(o *order.Order) *order.Order {
	s.t.Helper()
	return tradetest.Do[*order.Order](s.Shop, "order.release", order.ReleaseIn{ID: o.ID})
}

func (s *shop) order(id string) *order.Order {
	s.t.Helper()
	return tradetest.Do[*order.Order](s.Shop, "order.get", order.GetIn{ID: id})
}

// owed returns the order's fulfillment order at a location.
func (s *shop) owed(o *order.Order, at string) *fulfillment.Fulfillment {
	s.t.Helper()
	page := tradetest.Do[query.Rows[*fulfillment.Fulfillment]](s.Shop, "fulfillment.list", query.Input{Filter: "order:" + o.ID + " location:" + at})
	if len(page.Items) != 1 {
		s.t.Fatalf("%d fulfillment orders at %s, want 1", len(page.Items), at)
	}
	return tradetest.Do[*fulfillment.Fulfillment](s.Shop, "fulfillment.get", fulfillment.GetIn{ID: page.Items[0].ID})
}

func picks(f *fulfillment.Fulfillment, units ...int) (in fulfillment.PickIn) {
	in.ID = f.ID
	for i, u := range units {
		if u > 0 {
			in.Lines = append(in.Lines, fulfillment.PickLine{LineID: f.Lines[i].LineID, Quantity: money.Quantity(u) * 1000})
		}
	}
	return in
}

func (s *shop) pick(f *fulfillment.Fulfillment, units ...int) *fulfillment.Fulfillment {
	s.t.Helper()
	return tradetest.Do[*fulfillment.Fulfillment](s.Shop, "fulfillment.pick", picks(f, units...))
}

func packing(f *fulfillment.Fulfillment, units ...int) fulfillment.PackIn {
	box := fulfillment.PackageIn{WeightGrams: 500}
	for i, u := range units {
		if u > 0 {
			box.Lines = append(box.Lines, fulfillment.PackLine{LineID: f.Lines[i].LineID, Quantity: money.Quantity(u) * 1000})
		}
	}
	return fulfillment.PackIn{ID: f.ID, Packages: []fulfillment.PackageIn{box}}
}

// pack puts units of the lines into one package and returns the shipment.
func (s *shop) pack(f *fulfillment.Fulfillment, units ...int) *fulfillment.Shipment {
	s.t.Helper()
	packed := tradetest.Do[*fulfillment.Fulfillment](s.Shop, "fulfillment.pack", packing(f, units...))
	return packed.Shipments[len(packed.Shipments)-1]
}

func (s *shop) dispatch(p *fulfillment.Shipment) *fulfillment.Shipment {
	s.t.Helper()
	return tradetest.Do[*fulfillment.Shipment](s.Shop, "shipment.dispatch", fulfillment.DispatchIn{ID: p.ID})
}

func (s *shop) ship(o *order.Order, in fulfillment.ShipIn) *order.Order {
	s.t.Helper()
	in.ID, in.Carrier = o.ID, "van"
	return tradetest.Do[*order.Order](s.Shop, "order.ship", in)
}

// ledger is a line's quantities in units, in short.
func ledger(l *order.Line) string {
	text := ""
	for _, q := range []struct {
		name string
		q    money.Quantity
	}{
		{"canceled", l.Canceled}, {"open", l.Open}, {"backordered", l.Backordered}, {"reserved", l.Reserved}, {"picked", l.Picked}, {"shipped", l.Shipped},
		{"delivered", l.Delivered}, {"lost", l.Lost}, {"sent_back", l.SentBack},
	} {
		if q.q != 0 {
			text += fmt.Sprintf("%s %s ", q.name, q.q)
		}
	}
	return text
}

func (s *shop) ledgers(o *order.Order, want ...string) {
	s.t.Helper()
	o = s.order(o.ID)
	for i, l := range o.Lines {
		if got := ledger(l); got != want[i]+" " {
			s.t.Errorf("line %d %s: %s, want %s", i, l.SKU, got, want[i])
		}
	}
}

// sound checks the invariants of stock, orders and their fulfillment, and that
// events rebuild them.
func (s *shop) sound() {
	s.t.Helper()
	checks := slices.Concat(inventory.Invariants, order.Invariants, fulfillment.Invariants)
	for _, p := range slices.Concat(inventory.Projections, []event.Projection{order.Projection}, fulfillment.Projections) {
		checks = append(checks, p.Check())
	}
	for _, r := range invarianttest.Results(s.t, s.DB, checks) {
		if r.Faults > 0 {
			s.t.Errorf("%s of %s has %d faults: %+v", r.ID, r.Subject, r.Faults, r.Findings)
		}
	}
}

// types returns the types of a subject's events.
func (s *shop) types(subject string) (all []string) {
	s.t.Helper()
	s.Read(func(tx *db.Tx) error {
		all = nil
		return tx.Load(db.All(`SELECT type FROM events WHERE subject = $1 ORDER BY sequence`, []any{subject}, &all))
	})
	return all
}

func (s *shop) happened(subject string, want ...string) {
	s.t.Helper()
	if got := s.types(subject); !slices.Equal(got, want) {
		s.t.Errorf("events of %s are %q, want %q", subject, got, want)
	}
}
