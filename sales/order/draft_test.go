package order_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"ordo/base/problem"
	"ordo/sales/order"
	"ordo/sales/order/ordertest"
	"ordo/trade/catalog"
	"ordo/trade/customer"
	"ordo/trade/tradetest"
)

func TestADraftPromisesNothingUntilItIsPlaced(t *testing.T) {
	eachShop(t, func(t *testing.T, s *ordertest.Shop) {
		draft := s.Do("order.draft", order.DraftIn{Agreement: s.Agreement(line("TEA", 20), line("SET", 1))}) // more than there is
		wants(t, "draft", fmt.Sprint(draft.Status, draft.Number, draft.PlacedAt, " ", ledger(draft, "TEA")), "draft0 open 20")
		wants(t, "reservations", s.Count(`SELECT count(*) FROM reservations`), 0)
		if got, want := text(t, s.Order(draft.ID)), text(t, draft); got != want {
			t.Errorf("the answer is\n%s\nand then\n%s", want, got)
		}
		s.Refused("order.place_draft", order.PlaceDraftIn{ID: draft.ID}, "/lines/0/quantity stock_insufficient")
		s.Receive(s.North, ordertest.Units("TEA", 5))
		placed := s.Do("order.place_draft", order.PlaceDraftIn{ID: draft.ID, IfMatch: draft.ETag(), ExpectedTotal: &draft.Total})
		wants(t, "placed", fmt.Sprint(placed.Status, " ", ledger(placed, "TEA"), " ", ledger(placed, "SET")), "approved reserved 20 reserved 1")
		s.Refused("order.place_draft", order.PlaceDraftIn{ID: draft.ID}, "transition_not_allowed")
		s.Refused("order.revise", order.ReviseIn{ID: draft.ID, Agreement: s.Agreement(line("TEA", 1))}, "transition_not_allowed")
		s.Wrote(draft.ID, []string{"1 order.drafted"}, []string{"2 order.placed", `"number":"SO-`, `"reserved":20000`})
	})
}

func TestADraftIsPlacedAtThePricesItShows(t *testing.T) {
	eachShop(t, func(t *testing.T, s *ordertest.Shop) {
		draft := s.Do("order.draft", order.DraftIn{Agreement: s.Agreement(line("TEA", 1))})
		s.Price(s.List, "TEA", 11_000_000)
		wants(t, "total", s.Do("order.place_draft", order.PlaceDraftIn{ID: draft.ID}).Total, draft.Total)
	})
}

func TestADraftIsNotPlacedWhenItCanNotBeSoldAnyMore(t *testing.T) {
	eachShop(t, func(t *testing.T, s *ordertest.Shop) {
		a := s.Agreement(line("SET", 1), line("TEA", 1))
		draft := s.Do("order.draft", order.DraftIn{Agreement: a})
		a.Lines, a.ChannelID = []order.LineIn{line("TEA", 1)}, s.Listed
		listed := s.Do("order.draft", order.DraftIn{Agreement: a})
		s.Write(`UPDATE variants SET active = FALSE WHERE sku IN ('SET', 'TEA')`)
		s.Write(`UPDATE channels SET active = FALSE WHERE id = $1`, s.Channel)
		s.Write(`UPDATE customers SET active = FALSE WHERE id = $1`, s.Customer)
		s.Refused("order.place_draft", order.PlaceDraftIn{ID: draft.ID, Payment: &order.PaymentIn{Method: "transfer"}}, "/payment/method payment_method_not_allowed", "channel_inactive", "customer_inactive",
			"/lines/0/quantity variant_inactive", "/lines/3/quantity variant_inactive")
		s.Write(`UPDATE variants SET active = TRUE`)
		s.Write(`UPDATE customers SET active = TRUE`)
		s.Write(`DELETE FROM channel_variants`)
		s.Refused("order.place_draft", order.PlaceDraftIn{ID: listed.ID}, "/lines/0/quantity variant_not_in_channel")
	})
}

// Spec: 11.2.1
func TestTheOtherSideOfAnEditIsToldWhatChanged(t *testing.T) {
	eachShop(t, func(t *testing.T, s *ordertest.Shop) {
		draft := s.Do("order.draft", order.DraftIn{Agreement: s.Agreement(line("TEA", 1), line("MUG", 2))})
		in := order.ReviseIn{ID: draft.ID, IfMatch: draft.ETag(), Agreement: s.Agreement(line("POT", 1))}
		in.Reference, in.Deliveries[0].MethodID = "PO 2", s.Parcel
		revised := s.Do("order.revise", in)
		wants(t, "tags", draft.ETag()+revised.ETag(), `"1-1""2-2"`)
		if got, want := text(t, s.Order(draft.ID)), text(t, revised); got != want {
			t.Errorf("the answer is\n%s\nand then\n%s", want, got)
		}
		_, err := s.Try("order.revise", in)
		p := problem.As(err)
		if p == nil || p.Kind() != problem.Stale || codes(err) != "revision_stale" {
			t.Fatalf("the second edit was told %v", err)
		}
		changed, _ := p.Extra["changed"].([]string)
		for _, field := range []string{"/lines", "/deliveries", "/reference", "/total", "/adjustments"} {
			if !slices.Contains(changed, field) {
				t.Errorf("%s changed and is not in %q", field, changed)
			}
		}
		if slices.Contains(changed, "/currency") || slices.Contains(changed, "/version") {
			t.Errorf("told of %q", changed)
		}
		s.Refused("order.place_draft", order.PlaceDraftIn{ID: draft.ID, IfMatch: draft.ETag()}, "revision_stale")
		in.IfMatch = `"x"`
		s.Refused("order.revise", in, "etag_invalid")
		for i, tag := range []string{"", "*", `"4-4"`, `"5-99"`, `"6"`} { // the version does not count
			in.IfMatch = tag
			wants(t, "revision", s.Do("order.revise", in).Revision, int64(i+3))
		}
	})
}

func TestARevisionLeavesNoTraceOfWhatItReplaced(t *testing.T) {
	eachShop(t, func(t *testing.T, s *ordertest.Shop) {
		a := s.Agreement(line("TEA", 1), line("SET", 1))
		a.CustomerID, a.Contact, a.ExternalID = "", &customer.Contact{Name: "Guest"}, "x-1"
		a.Deliveries = append(a.Deliveries, order.DeliveryIn{Address: ordertest.Home("DE"), MethodID: s.Parcel})
		a.Lines[1].Delivery, a.Discounts = 1, []order.DiscountIn{percent(333_333)}
		draft := s.Do("order.draft", order.DraftIn{Agreement: a})
		wants(t, "addresses: two ship-tos and the contact", s.Count(`SELECT count(*) FROM addresses`), 3)
		in := order.ReviseIn{ID: draft.ID, Agreement: s.Agreement(line("MUG", 1))}
		in.Discounts = []order.DiscountIn{amount(7)}
		revised := s.Do("order.revise", in)
		wants(t, "addresses", s.Count(`SELECT count(*) FROM addresses`), 1)
		wants(t, "rows", s.Count(`SELECT (SELECT count(*) FROM order_lines) + (SELECT count(*) FROM deliveries) + (SELECT count(*) FROM adjustments)`), 1+1+2)
		wants(t, "external id, contact", fmt.Sprint(revised.ExternalID, revised.Contact.Name), "Ada Byron")
		in.ExternalID = "x-2"
		s.Do("order.revise", in)
		s.Do("order.revise", in) // its own
		other := order.DraftIn{Agreement: a}
		other.ExternalID = "x-2"
		s.Refused("order.draft", other, "/external_id duplicate_external_id")
		other.ChannelID = s.Till
		taken := s.Do("order.draft", other)
		in.ChannelID = s.Till
		s.Refused("order.revise", in, "/external_id duplicate_external_id")
		wants(t, "an order of another channel", taken.ExternalID, "x-2")
	})
}

// Spec: 1.2.4
func TestACloneIsTheSameOrderAtFreshPrices(t *testing.T) {
	eachShop(t, func(t *testing.T, s *ordertest.Shop) {
		in := order.PlaceIn{Agreement: s.Agreement(line("TEA", 2), line("SET", 1)), Payment: &order.PaymentIn{Method: "on_account"}}
		in.ExternalID, in.Reference, in.Discounts = "x-1", "PO 1", []order.DiscountIn{amount(5)}
		in.Deliveries[0].MethodID = s.Parcel
		source := s.Do("order.place", in)
		s.Do("order.hold", order.HoldIn{ID: source.ID, Kind: "fraud", Reason: "odd"})
		s.Price(s.List, "TEA", 11_000_000)
		clone := s.Do("order.clone", order.CloneIn{ID: source.ID})
		wants(t, "clone", fmt.Sprint(clone.Status, clone.ClonedFrom == source.ID, clone.ExternalID, clone.Number, clone.PaymentMethod, len(clone.Holds), len(clone.Lines), clone.Deliveries[0].Address.City), "drafttrue0 4London")
		wants(t, "prices", sums(clone), "6200 0 395 6595 858 7453")
		wants(t, "differences", strings.Join(different(clone), ", "), "TEA unit_price 10 -> 11, TEA discount 0.02 GBP -> 0.00 GBP, TEA gross 23.98 GBP -> 26.40 GBP, SET discount 0.03 GBP -> 0.00 GBP, SET gross 43.35 GBP -> 43.39 GBP,  total 72.07 GBP -> 74.53 GBP")
		if clone.Deliveries[0].AddressID == source.Deliveries[0].AddressID {
			t.Error("the clone shares its source's address copy")
		}
		s.Wrote(clone.ID, []string{"1 order.drafted", `"cloned_from":"` + source.ID, `"lines"`, `"deliveries"`, `"adjustments"`})
		s.Do("order.place_draft", order.PlaceDraftIn{ID: clone.ID})
		s.Write(`UPDATE variants SET active = FALSE WHERE sku = 'TEA'`)
		less := s.Do("order.clone", order.CloneIn{ID: source.ID})
		wants(t, "a clone without what is not sold any more", fmt.Sprint(len(less.Lines), less.Lines[0].SKU, different(less)[0]), "3SETTEA quantity 2 -> 0 variant_inactive")
		s.Write(`UPDATE variants SET active = FALSE`)
		s.Refused("order.clone", order.CloneIn{ID: source.ID}, "/lines/0/variant_id variant_inactive", "/lines/1/variant_id variant_inactive", "/lines/1/variant_id variant_inactive", "/lines/1/variant_id variant_inactive")
		s.Write(`UPDATE order_lines SET variant_id = '', kind = 'service' WHERE order_id = $1`, source.ID) // as an import has them
		s.Refused("order.clone", order.CloneIn{ID: source.ID}, "variant_inactive")
		s.Write(`DELETE FROM events WHERE subject = $1`, source.ID)
		for _, table := range []string{"holds", "adjustments", "order_lines", "deliveries"} {
			s.Write(`DELETE FROM `+table+` WHERE order_id = $1`, source.ID)
		}
		s.Write(`DELETE FROM reservations WHERE order_id = $1`, source.ID)
		s.Write(`DELETE FROM orders WHERE id = $1`, source.ID)
		s.Write(`UPDATE stock SET reserved = COALESCE((SELECT sum(r.quantity) FROM reservations r WHERE r.state = 'active' AND r.variant_id = stock.variant_id AND r.location_id = stock.location_id AND r.lot_id = stock.lot_id), 0)`)
	})
}

// different lists what a clone does not have as its source, each "sku field was -> is code".
func different(o *order.Order) (all []string) {
	for _, d := range o.Differences {
		all = append(all, strings.TrimRight(fmt.Sprintf("%s %s %s -> %s %s", d.SKU, d.Field, d.Was, d.Is, d.Code), " "))
	}
	return all
}

// Spec: 1.2.4
func TestACloneSendsWhatIsLeftToTheSamePlaces(t *testing.T) {
	eachShop(t, func(t *testing.T, s *ordertest.Shop) {
		a := s.Agreement(line("TEA", 1), line("MUG", 1))
		a.Deliveries = append(a.Deliveries, order.DeliveryIn{Address: ordertest.Home("DE")})
		a.Lines[1].Delivery = 1
		source := s.Do("order.place", order.PlaceIn{Agreement: a})
		s.Write(`UPDATE variants SET active = FALSE WHERE sku = 'TEA'`)
		clone := s.Do("order.clone", order.CloneIn{ID: source.ID})
		wants(t, "deliveries", fmt.Sprint(len(clone.Deliveries), clone.Deliveries[0].Address.Country, clone.Lines[0].SKU), "1DEMUG")
	})
}

// Spec: 1.2.4
func TestAnOrderOfFiveHundredLinesIsClonedByFewStatements(t *testing.T) {
	eachShop(t, func(t *testing.T, s *ordertest.Shop) {
		var variants []catalog.VariantFacts
		var lines []order.LineIn
		for i := range 500 {
			sku := fmt.Sprintf("S-%03d", i)
			variants = append(variants, catalog.VariantFacts{SKU: sku, Title: strings.Repeat("long ", 10), Kind: "stock", Backorder: true, Active: true})
			lines = append(lines, line(sku, 1))
		}
		for _, some := range slices.Collect(slices.Chunk(variants, 100)) {
			tradetest.Do[*catalog.Product](s.Shop, "product.create", catalog.CreateIn{ProductFacts: catalog.ProductFacts{Title: "Many"}, Variants: some})
		}
		var prices []catalog.PriceRow
		for _, v := range variants {
			prices = append(prices, catalog.PriceRow{SKU: v.SKU, UnitPrice: 1_000_000})
		}
		tradetest.Do[*catalog.PriceList](s.Shop, "price.set", catalog.SetPricesIn{ID: s.List, Prices: prices})
		statements := func(do func()) int64 {
			before := s.DB.Statements.Load()
			do()
			return s.DB.Statements.Load() - before
		}
		small, large := s.Place(lines[:8]...), s.Place(lines...)
		var clone *order.Order
		few := statements(func() { clone = s.Do("order.clone", order.CloneIn{ID: small.ID}) })
		again := statements(func() { differences(s, clone.ID) })
		many := statements(func() { clone = s.Do("order.clone", order.CloneIn{ID: large.ID}) })
		if rows := int64(2 * 500 * 40 / 1000); many > few+rows { // an INSERT carries 1,000 values
			t.Errorf("8 lines take %d statements, 500 take %d", few, many)
		}
		wants(t, "statements of the differences", statements(func() { differences(s, clone.ID) }), again)
		wants(t, "lines", len(clone.Lines), 500)
	})
}
