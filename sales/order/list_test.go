package order_test

import (
	"strings"
	"testing"

	"ordo/base/money"
	"ordo/engine/query"
	"ordo/sales/order"
	"ordo/sales/order/ordertest"
	"ordo/trade/customer"
	"ordo/trade/tradetest"
)

// listed are the ids of the orders that a filter finds, in the list's order.
func listed(s *ordertest.Shop, filter string, sort ...string) string {
	page := tradetest.Do[query.Rows[*order.Summary]](s.Shop, "order.list", query.Input{Filter: filter, Sort: strings.Join(sort, ",")})
	var ids []string
	for _, o := range page.Items {
		ids = append(ids, o.ID)
	}
	return strings.Join(ids, " ")
}

// Spec: 1.1.1, 1.1.3, 1.1.7, 1.1.9, 1.1.12
func TestTheListFindsOrdersByEachField(t *testing.T) {
	eachShop(t, func(t *testing.T, s *ordertest.Shop) {
		in := order.PlaceIn{Agreement: s.Agreement(line("LAMP", 1), line("TEA", 1))}
		in.Reference, in.ExternalID = "PO_4711%Ü", "x-1"
		one := s.Do("order.place", in)
		s.Do("order.hold", order.HoldIn{ID: one.ID, Kind: "fraud", Reason: "odd"})
		two := s.Do("order.place", order.PlaceIn{Agreement: order.Agreement{ChannelID: s.Till, CustomerID: s.Trader, Lines: []order.LineIn{line("TEA", 2)}}})
		s.Do("order.cancel", order.CancelIn{ID: two.ID, Reason: "customer"})
		draft := s.Do("order.draft", order.DraftIn{Agreement: s.Agreement(line("MUG", 1))})
		s.Write(`INSERT INTO shipments (id, number, order_id, fulfillment_id, location_id, tracking_number, status, created_at, version, event_sequence) VALUES ('shp_1', 'S1', $1, 'ful_1', $2, 'JD01_5', 'in_transit', 0, 1, 1)`, one.ID, s.North)

		a, b, c := one.ID, two.ID, draft.ID
		for filter, want := range map[string]string{
			"id:" + a: a, "number:" + one.Number: a, "reference:po_4711%Ü": a, "reference:PO%": "", "external_id:x-1": a, "channel:" + s.Till: b, "customer:" + s.Trader: b,
			"customer_type:wholesale": b, "currency:EUR": "", "status:draft": c, "status:canceled": b, "payment:paid": "", "payment:unpaid status:pending": a, "fulfillment:delivered": "",
			"return:requested": "", "cancel:full": b, "hold:fraud": a, "-hold:fraud status:pending": "", "hold:manual": "", "sku:LAMP": a, "-sku:TEA": c, "backordered:true": a, "backordered:false status:draft": c,
			"tracking:JD01_5": a, "total>60": a, "total:72.00": a, "total<10": c, "placed<2000-01-01": c, "updated>2000-01-01 status:draft": c, "day:" + one.BusinessDay + " -status:canceled": a, "origin:imported": "",
			one.Number: a, strings.ToLower(one.Number): a, "po_4711": a, "PO%": "", "SO_": "", "jd01_": a, "hopp": b, "grace": b, "x-1": a, a: a, "nobody": "",
		} {
			if got := listed(s, filter); got != want {
				t.Errorf("%s finds %q, want %q", filter, got, want)
			}
		}
		for _, f := range order.Schema.Fields {
			if !f.Sortable {
				continue
			}
			up, down := strings.Fields(listed(s, "", f.Name)), strings.Fields(listed(s, "", "-"+f.Name))
			if len(up) != 3 || len(down) != 3 {
				t.Errorf("sorted by %s the list has %d and %d orders", f.Name, len(up), len(down))
			}
		}
		wants(t, "by total", listed(s, "", "total"), strings.Join([]string{c, b, a}, " "))
		wants(t, "by number", listed(s, "", "-number"), strings.Join([]string{b, a, c}, " "))
		wants(t, "without sort", listed(s, ""), strings.Join([]string{b, a, c}, " "))
	})
}

func TestTotalsAreFilteredInMajorUnitsOfAnyCurrency(t *testing.T) {
	eachShop(t, func(t *testing.T, s *ordertest.Shop) {
		var ids []string
		for _, currency := range []string{"JPY", "GBP", "KWD"} {
			list := s.PriceList("l"+currency, currency, true)
			s.Price(list, "TEA", 100_000_000)
			a := order.Agreement{ChannelID: s.Sell("c"+currency, "point_of_sale", currency, list, "all"), Lines: []order.LineIn{line("TEA", len(ids)+1)}}
			ids = append(ids, s.Do("order.place", order.PlaceIn{Agreement: a}).ID)
		}
		wants(t, "a hundred yen", listed(s, "total:100"), ids[0])
		wants(t, "from two hundred on", listed(s, "total>=200", "-total"), ids[2]+" "+ids[1])
	})
}

// Spec: 11.2.1
func TestStatementsDoNotGrowWithRowsOrLines(t *testing.T) {
	eachShop(t, func(t *testing.T, s *ordertest.Shop) {
		statements := func(do func()) int64 {
			before := s.DB.Statements.Load()
			do()
			return s.DB.Statements.Load() - before
		}
		var lines []order.LineIn
		for range 50 {
			lines = append(lines, order.LineIn{SKU: "SOFA", Quantity: money.Quantity(1_000)})
		}
		small, large := s.Place(line("GUIDE", 1)), s.Place(lines...)
		get := func(o *order.Order) int64 { return statements(func() { s.Order(o.ID) }) }
		list := func() int64 { return statements(func() { listed(s, "status:approved") }) }
		price := func(lines ...order.LineIn) int64 { return statements(func() { s.Priced(s.Agreement(lines...)) }) }
		wants(t, "statements of a large order", get(large), get(small))
		wants(t, "statements of a large price", price(lines...), price(lines[0]))
		few := list()
		for range 20 {
			s.Place(line("GUIDE", 1))
		}
		wants(t, "statements of a long list", list(), few)
	})
}

func TestTheListShowsWhoAnOrderIsFor(t *testing.T) {
	eachShop(t, func(t *testing.T, s *ordertest.Shop) {
		o := s.Place(line("TEA", 1))
		tradetest.Do[*customer.Customer](s.Shop, "customer.update", customer.UpdateIn{ID: s.Customer, Facts: customer.Facts{Terms: customer.Terms{Type: "retail", Active: true}, Contact: customer.Contact{Name: "Ada King", Company: "Engines"}}})
		page := tradetest.Do[query.Rows[*order.Summary]](s.Shop, "order.list", query.Input{Filter: "byron"})
		if len(page.Items) != 1 || page.Items[0].ID != o.ID || page.Items[0].CustomerName != "Ada Byron" || page.Items[0].Total.Currency != "GBP" {
			t.Errorf("the list shows %+v", page.Items)
		}
	})
}
