package returns_test

import (
	"net/http"
	"testing"

	"ordo/base/money"
	"ordo/base/problem"
	"ordo/engine/command"
	"ordo/engine/db"
	"ordo/engine/event"
	"ordo/engine/invariant/invarianttest"
	"ordo/engine/number"
	"ordo/execution/returns"
	"ordo/resource/inventory"
	"ordo/sales/order"
	"ordo/trade/catalog"
	"ordo/trade/channel"
	"ordo/trade/customer"
	"ordo/trade/location"
	"ordo/trade/tax"
	"ordo/trade/tradetest"
)

// shop is a workspace that sells mugs, teapots, sets of both, lotted tea and
// advice. A mug costs 10.00, a teapot 33.33, tea 5.00, advice 50.00, with tax.
type shop struct {
	*tradetest.Shop
	t                        *testing.T
	channel, main, other     string
	customer, stranger, list string
}

func open(t *testing.T, d *db.DB) *shop {
	numbers := number.NewSource()
	s := &shop{t: t, Shop: tradetest.Open(t, d, location.Operations, channel.Operations(numbers), customer.Operations(numbers), catalog.Operations, tax.Operations,
		inventory.Operations, order.Operations(numbers), returns.Operations(numbers), []command.Operation{shipOperation, payOperation})}
	s.Anchors = []command.AnchorKind{order.Anchor}
	s.Reactions = []event.Reaction{{On: inventory.Returned.Name, Name: "promise stock to backorders", Do: order.OnStock}}
	place := location.Facts{Code: "main", Name: "Main", Kind: "warehouse", Country: "GB", TimeZone: "Europe/London", Active: true}
	s.main = tradetest.Do[*location.Location](s.Shop, "location.create", location.CreateIn{Facts: place}).ID
	place.Code = "other"
	s.other = tradetest.Do[*location.Location](s.Shop, "location.create", location.CreateIn{Facts: place}).ID
	s.list = tradetest.Do[*catalog.PriceList](s.Shop, "price_list.create", catalog.CreatePriceListIn{PriceListFacts: catalog.PriceListFacts{Code: "list", Name: "List"}, Currency: "GBP", TaxInclusive: true}).ID
	s.channel = tradetest.Do[*channel.Channel](s.Shop, "channel.create", channel.CreateIn{Facts: channel.Facts{
		Code: "web", Name: "Web", Kind: "online_store", Currency: "GBP", PriceListID: s.list, NumberPattern: "SO-{seq}", TimeZone: "Europe/London", TaxCountry: "GB",
		PaymentMethods: []string{"on_account"}, Assortment: "all", Active: true, Locations: []channel.Place{{LocationID: s.main, Rank: 1}},
	}}).ID
	s.goods()
	for _, to := range []*string{&s.customer, &s.stranger} {
		*to = tradetest.Do[*customer.Customer](s.Shop, "customer.create", customer.CreateIn{Facts: customer.Facts{
			Terms: customer.Terms{Type: "retail", Active: true, OnAccount: true}, Contact: customer.Contact{Name: "Ada Byron", Email: "ada@example.com"}}}).ID
	}
	return s
}

// goods adds variants, prices and stock.
func (s *shop) goods() {
	facts := func(sku, kind string) catalog.VariantFacts {
		return catalog.VariantFacts{SKU: sku, Title: sku, Kind: kind, Unit: "each", TaxClass: "standard", Active: true}
	}
	tea := facts("TEA", "stock")
	tea.LotTracked = true
	set := facts("SET", "stock")
	set.Parts = []catalog.Part{{SKU: "MUG", Quantity: 2_000}, {SKU: "POT", Quantity: 1_000}}
	tradetest.Do[*catalog.Product](s.Shop, "product.create", catalog.CreateIn{ProductFacts: catalog.ProductFacts{Title: "Goods"},
		Variants: []catalog.VariantFacts{facts("MUG", "stock"), facts("POT", "stock"), tea, facts("ADVICE", "service"), set}})
	tradetest.Do[*catalog.PriceList](s.Shop, "price.set", catalog.SetPricesIn{ID: s.list, Prices: []catalog.PriceRow{
		{SKU: "MUG", UnitPrice: 10_000_000}, {SKU: "POT", UnitPrice: 33_330_000}, {SKU: "TEA", UnitPrice: 5_000_000}, {SKU: "ADVICE", UnitPrice: 50_000_000}, {SKU: "SET", UnitPrice: 49_990_000}}})
	tradetest.Do[*inventory.Document](s.Shop, "stock.receive", inventory.ReceiveIn{LocationID: s.main, Lines: []inventory.ReceiveLine{
		{SKU: "MUG", Quantity: 100_000}, {SKU: "POT", Quantity: 100_000}, {SKU: "TEA", Quantity: 3_000, Lot: "A", ExpiresAt: 4e15}, {SKU: "TEA", Quantity: 3_000, Lot: "B", ExpiresAt: 5e15}}})
}

// item is a quantity of a SKU.
type item struct {
	sku      string
	quantity money.Quantity
}

// sold places an order, pays it, ships and delivers everything.
func (s *shop) sold(items ...item) *order.Order {
	s.t.Helper()
	o := s.placed(items...)
	s.pay(o)
	return s.ship(shipIn{ID: o.ID})
}

func (s *shop) placed(items ...item) *order.Order {
	s.t.Helper()
	var in order.PlaceIn
	in.ChannelID, in.CustomerID = s.channel, s.customer
	for _, i := range items {
		in.Lines = append(in.Lines, order.LineIn{SKU: i.sku, Quantity: i.quantity})
	}
	return tradetest.Do[*order.Order](s.Shop, "order.place", in)
}

// line returns the order's line of a SKU.
func line(o *order.Order, sku string) *order.Line {
	for _, l := range o.Lines {
		if l.SKU == sku {
			return l
		}
	}
	return &order.Line{}
}

func (s *shop) order(id string) *order.Order {
	s.t.Helper()
	return tradetest.Do[*order.Order](s.Shop, "order.get", order.GetIn{ID: id})
}

func (s *shop) ret(id string) *returns.Return {
	s.t.Helper()
	return tradetest.Do[*returns.Return](s.Shop, "return.get", returns.GetIn{ID: id})
}

// do runs a command of a return.
func (s *shop) do(name string, in any) *returns.Return {
	s.t.Helper()
	return tradetest.Do[*returns.Return](s.Shop, "return."+name, in)
}

// request asks for a quantity of each SKU to come back for a refund.
func (s *shop) request(o *order.Order, items ...item) *returns.Return {
	s.t.Helper()
	return s.do("request", asked(o, items...))
}

func asked(o *order.Order, items ...item) returns.RequestIn {
	in := returns.RequestIn{ID: o.ID, Outcome: returns.Refund}
	for _, i := range items {
		in.Lines = append(in.Lines, returns.RequestLine{LineID: line(o, i.sku).ID, Quantity: i.quantity, Reason: "damaged"})
	}
	return in
}

// approved requests and approves.
func (s *shop) approved(o *order.Order, items ...item) *returns.Return {
	s.t.Helper()
	return s.do("approve", returns.ActIn{ID: s.request(o, items...).ID})
}

// inspected brings everything of a return back and restocks it.
func (s *shop) inspected(o *order.Order, items ...item) *returns.Return {
	s.t.Helper()
	r := s.approved(o, items...)
	receive, inspect := returns.ReceiveIn{ID: r.ID}, returns.InspectIn{ID: r.ID}
	for _, l := range r.Lines {
		receive.Lines = append(receive.Lines, returns.ReceiveLine{LineID: l.LineID, Quantity: l.Quantity})
		inspect.Lines = append(inspect.Lines, returns.InspectLine{LineID: l.LineID, Restock: l.Quantity})
	}
	s.do("receive", receive)
	return s.do("inspect", inspect)
}

// code is the code of a refusal; empty if there is none.
func code(err error) string {
	if p := problem.As(err); p != nil {
		return p.Faults[0].Code.Name
	}
	return ""
}

// sound checks the invariants of stock, quantities and returns, and that every
// event is the next of its subject.
func (s *shop) sound() {
	s.t.Helper()
	for name, text := range map[string]string{
		"Q1: 0 <= reserved <= on_hand": `SELECT count(*) FROM stock WHERE reserved < 0 OR reserved > on_hand`,
		"Q2: reserved is the sum of active reservations": `SELECT count(*) FROM stock s WHERE s.reserved <>
			COALESCE((SELECT sum(r.quantity) FROM reservations r WHERE r.state = 'active' AND r.variant_id = s.variant_id AND r.location_id = s.location_id AND r.lot_id = s.lot_id), 0)`,
		"Q2: reserved is the sum of the lines": `SELECT count(*) FROM (SELECT l.variant_id, sum(l.reserved + l.picked) AS q FROM order_lines l WHERE l.kind = 'stock' GROUP BY l.variant_id) x
			WHERE x.q <> (SELECT sum(s.reserved) FROM stock s WHERE s.variant_id = x.variant_id)`,
		"Q2: on_hand is the sum of the movements": `SELECT count(*) FROM stock s WHERE s.on_hand <>
			COALESCE((SELECT sum(m.quantity) FROM stock_movements m WHERE m.variant_id = s.variant_id AND m.location_id = s.location_id AND m.lot_id = s.lot_id), 0)`,
		"Q3: the ledger of each line adds up":         `SELECT count(*) FROM order_lines WHERE quantity <> canceled + open + backordered + reserved + picked + shipped OR returned > shipped - lost`,
		"M5: refunds of a line are at most its gross": `SELECT count(*) FROM order_lines WHERE granted > gross OR granted < 0`,
		"sequences have no gaps":                      `SELECT count(*) FROM (SELECT subject FROM events GROUP BY subject HAVING count(*) <> max(sequence)) x`,
	} {
		if n := s.Count(text); n != 0 {
			s.t.Errorf("%s: %d rows differ", name, n)
		}
	}
	for _, r := range invarianttest.Results(s.t, s.DB, returns.Invariants) {
		if r.Faults > 0 {
			s.t.Errorf("%s of %s has %d faults: %+v", r.ID, r.Subject, r.Faults, r.Findings)
		}
	}
}

// shipIn ships everything that is reserved; Delivered and Lost are of the
// first line, everything arrives if both are zero.
type shipIn struct {
	ID              string         `path:"id" json:"id"`
	Delivered, Lost money.Quantity `json:"-"`
}

var shipped = event.Declare("test.shipped", 1, "Goods left and arrived.", struct{}{})

func get(tx *db.Tx, id string) (*order.Order, error) { return order.Get(tx, id) }

func version(o *order.Order) (string, int64) { return o.ID, o.Version }

func onOrder[In any](id func(In) string) func(In) []command.Anchor {
	return func(in In) []command.Anchor { return []command.Anchor{{Kind: "order", ID: id(in)}} }
}

// shipOperation stands for fulfillment.
var shipOperation = command.Def[shipIn, *order.Order]{
	Name: "test.ship", Summary: "Ship", Method: http.MethodPost, Path: "/test/ship/{id}", Anchors: onOrder(func(in shipIn) string { return in.ID }),
	Result: version, Repeat: get, Example: shipIn{ID: "ord_01"},
	Run: func(tx *db.Tx, in shipIn) (*order.Order, error) {
		o, err := order.Get(tx, in.ID)
		if err != nil {
			return nil, err
		}
		var reservations []*inventory.Reservation
		if err := tx.Load(inventory.OfOrder(o.ID, &reservations)); err != nil {
			return nil, err
		}
		inventory.Claim(tx, reservations, o.ID)
		var faults problem.List
		for i, l := range o.Lines {
			if !l.Leaf() {
				continue
			}
			if !l.Stocked() {
				o.Perform(l, l.Quantity, true, "", &faults)
				continue
			}
			q := l.Reserved
			o.Pick(l, q, "", &faults)
			o.Ship(l, q, "", &faults)
			arrived := q
			if i == 0 && in.Delivered+in.Lost > 0 {
				arrived = in.Delivered
				if in.Lost > 0 {
					o.Meet(l, in.Lost, order.UnderWay, order.GoneLost, "", &faults)
				}
			}
			if arrived > 0 {
				o.Meet(l, arrived, order.UnderWay, order.Arrived, "", &faults)
			}
		}
		if err := faults.Err(); err != nil {
			return nil, err
		}
		return o, o.Save(tx, shipped, nil)
	},
}

func (s *shop) ship(in shipIn) *order.Order {
	s.t.Helper()
	return tradetest.Do[*order.Order](s.Shop, "test.ship", in)
}

type payIn struct {
	ID     string `path:"id" json:"id"`
	Amount int64  `json:"amount"`
}

var paid = event.Declare("test.paid", 1, "Money was taken.", struct{}{})

// payOperation stands for payments.
var payOperation = command.Def[payIn, *order.Order]{
	Name: "test.pay", Summary: "Pay", Method: http.MethodPost, Path: "/test/pay/{id}", Anchors: onOrder(func(in payIn) string { return in.ID }),
	Result: version, Repeat: get, Example: payIn{ID: "ord_01"},
	Run: func(tx *db.Tx, in payIn) (*order.Order, error) {
		o, err := order.Get(tx, in.ID)
		if err != nil {
			return nil, err
		}
		o.Authorized.Amount, o.Captured.Amount = in.Amount, in.Amount
		return o, o.Save(tx, paid, nil)
	},
}

// pay takes the order's total.
func (s *shop) pay(o *order.Order) {
	s.t.Helper()
	tradetest.Do[*order.Order](s.Shop, "test.pay", payIn{ID: o.ID, Amount: o.Total.Amount})
}
