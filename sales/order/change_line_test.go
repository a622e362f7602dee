package order_test

import (
	"fmt"
	"slices"
	"testing"

	"ordo/base/money"
	"ordo/engine/auth"
	"ordo/sales/order"
	"ordo/sales/order/ordertest"
	"ordo/trade/catalog"
	"ordo/trade/tradetest"
)

// edited changes a line of a draft and checks that the answer is what is stored
// and what drafting the same at once would have cost.
func edited(t *testing.T, s *ordertest.Shop, name string, in any, whole order.Agreement) *order.Order {
	t.Helper()
	o := s.Do(name, in)
	if got, want := text(t, s.Order(o.ID)), text(t, o); got != want {
		t.Errorf("the answer is\n%s\nand then\n%s", want, got)
	}
	wants(t, "amounts", fmt.Sprint(costs(o), sums(o)), fmt.Sprint(costs(s.Priced(whole)), sums(s.Priced(whole))))
	return o
}

func ids(o *order.Order) (all []string) {
	for _, l := range o.Lines {
		all = append(all, l.ID)
	}
	return all
}

// Spec: 1.3.4
func TestOneLineOfADraftIsChangedByItself(t *testing.T) {
	eachShop(t, func(t *testing.T, s *ordertest.Shop) {
		a := s.Agreement(line("TEA", 1), line("SET", 1), line("POT", 1), line("MUG", 2))
		price := money.UnitPrice(4_000_000)
		a.Lines[0].Discounts, a.Lines[1].Discounts = []order.DiscountIn{percent(100_000)}, []order.DiscountIn{percent(50_000), amount(3)}
		a.Lines[2].UnitPrice, a.Discounts = &price, []order.DiscountIn{percent(250_000), amount(700)}
		a.Deliveries[0].MethodID, a.Reference, a.Priority = s.Worth, "PO 7", 3
		draft := s.Do("order.draft", order.DraftIn{Agreement: a})

		a.Lines[0].Quantity = 12_000 // a lower price from 10 on
		o := edited(t, s, "order.change_line", order.ChangeLineIn{ID: draft.ID, LineID: draft.Lines[0].ID, IfMatch: draft.ETag(), Quantity: 12_000}, a)
		wants(t, "the same lines", ids(o), ids(draft))
		wants(t, "the rest", fmt.Sprint(o.Revision, o.Reference, o.Priority, o.Deliveries[0].AddressID == draft.Deliveries[0].AddressID, o.BillingID == draft.BillingID, o.Lines[4].PriceSource), "2PO 73 true truemanual")
		a.Lines[1].Quantity = 3_000
		o = edited(t, s, "order.change_line", order.ChangeLineIn{ID: o.ID, LineID: o.Lines[1].ID, Quantity: 3_000}, a)
		wants(t, "parts of the set", fmt.Sprint(o.Lines[2].Quantity, " ", o.Lines[3].Quantity), "6 3")
		a.Lines = slices.Delete(a.Lines, 1, 2)
		o = edited(t, s, "order.remove_line", order.RemoveLineIn{ID: o.ID, LineID: o.Lines[1].ID, IfMatch: o.ETag()}, a)
		wants(t, "what is left", ids(o), []string{draft.Lines[0].ID, draft.Lines[4].ID, draft.Lines[5].ID})
		a.Lines[2].Quantity = 5_000
		o = edited(t, s, "order.change_line", order.ChangeLineIn{ID: o.ID, LineID: o.Lines[2].ID, Quantity: 5_000}, a)
		s.Wrote(o.ID, []string{"1 order.drafted", `"asked_discounts"`}, []string{"2 order.revised", `"quantity":12000`}, []string{"3 order.revised"}, []string{"4 order.revised", `"` + draft.Lines[1].ID + `":null`}, []string{"5 order.revised", `"quantity":5000`})
		s.Do("order.place_draft", order.PlaceDraftIn{ID: o.ID, IfMatch: o.ETag()})
		s.Refused("order.change_line", order.ChangeLineIn{ID: o.ID, LineID: o.Lines[0].ID, Quantity: 1_000}, "transition_not_allowed")
		s.Refused("order.remove_line", order.RemoveLineIn{ID: o.ID, LineID: o.Lines[0].ID}, "transition_not_allowed")
	})
}

// Spec: 1.3.4
func TestALineGoesWithItsDelivery(t *testing.T) {
	eachShop(t, func(t *testing.T, s *ordertest.Shop) {
		a := s.Agreement(line("TEA", 1), line("MUG", 1))
		a.Deliveries = append(a.Deliveries, order.DeliveryIn{Address: ordertest.Home("DE"), MethodID: s.Parcel})
		a.CustomerID, a.Contact = "", &ordertest.Home("GB").Contact
		a.Lines[0].Delivery = 1
		a.Lines[1].Delivery = 0
		draft := s.Do("order.draft", order.DraftIn{Agreement: a})
		a.Lines, a.Deliveries = []order.LineIn{line("MUG", 1)}, a.Deliveries[:1]
		o := edited(t, s, "order.remove_line", order.RemoveLineIn{ID: draft.ID, LineID: draft.Lines[0].ID}, a)
		wants(t, "the line and the guest", fmt.Sprint(o.Lines[0].ID == draft.Lines[1].ID, len(o.Deliveries), o.Contact.Name), "true 1Ada Byron")
		wants(t, "addresses", s.Count(`SELECT count(*) FROM addresses`), 2)
		o = s.Do("order.remove_line", order.RemoveLineIn{ID: o.ID, LineID: o.Lines[0].ID})
		wants(t, "a draft without lines", fmt.Sprint(len(o.Lines), len(o.Deliveries), o.Total.Amount, text(t, s.Order(o.ID)) == text(t, o)), "0 1 0 true")
	})
}

// Spec: 1.3.4
func TestAChangeOfALineIsRefusedWhereItLeads(t *testing.T) {
	eachShop(t, func(t *testing.T, s *ordertest.Shop) {
		price := s.Order(s.Place(line("TEA", 1)).ID).Lines[0].UnitPrice
		a := s.Agreement(line("SET", 1), line("BOX", 6), line("BOX", 6), line("TEA", 1), line("FREE", 1))
		a.Lines[4].UnitPrice = &price
		o := s.Do("order.draft", order.DraftIn{Agreement: a}) // lines 0 to 2 are the set
		in := func(line int, units int) order.ChangeLineIn {
			return order.ChangeLineIn{ID: o.ID, LineID: o.Lines[line].ID, Quantity: ordertest.Units("", units).Quantity}
		}
		s.Refused("order.change_line", in(3, 7), "/quantity quantity_multiple", "/lines/4/quantity quantity_multiple")
		s.Refused("order.change_line", in(5, 0), "/quantity amount_out_of_range")
		s.Refused("order.change_line", in(1, 2), "value_invalid")
		s.Refused("order.change_line", order.ChangeLineIn{ID: o.ID, LineID: "oli_none", Quantity: 1}, "not_found")
		s.Refused("order.change_line", order.ChangeLineIn{ID: "ord_none", LineID: "oli_none", Quantity: 1}, "not_found")
		unit := in(5, 1)
		unit.Unit = "box"
		s.Refused("order.change_line", unit, "/unit unit_unknown")
		stale := in(5, 2)
		stale.IfMatch = `"9-9"`
		s.Refused("order.change_line", stale, "revision_stale")
		s.Write(`UPDATE variants SET active = FALSE WHERE sku IN ('TEA', 'POT')`)
		s.Refused("order.change_line", in(5, 2), "/variant_id variant_inactive")
		s.Do("order.change_line", in(3, 12)) // the others' matter is told when the draft is placed
		s.Actor.Permissions = auth.Permit("order.draft", "order.place")
		s.Do("order.change_line", in(6, 2)) // the price by hand was agreed
		s.Refused("order.place_draft", order.PlaceDraftIn{ID: o.ID}, "/lines/2/quantity variant_inactive", "/lines/5/quantity variant_inactive", "/lines/6/quantity stock_insufficient")
	})
}

// Spec: 1.3.4
func TestLinesKeepPlacesOfTheirOwnWhenABundleChanged(t *testing.T) {
	for name, c := range map[string]struct {
		change string
		lines  int
	}{
		"a part less":  {`DELETE FROM bundle_parts WHERE position = (SELECT MAX(position) FROM bundle_parts)`, 4},
		"another part": {`UPDATE bundle_parts SET part_id = (SELECT id FROM variants WHERE sku = 'TEA') WHERE position = (SELECT MAX(position) FROM bundle_parts)`, 5},
	} {
		t.Run(name, func(t *testing.T) {
			eachShop(t, func(t *testing.T, s *ordertest.Shop) {
				o := s.Do("order.draft", order.DraftIn{Agreement: s.Agreement(line("TEA", 1), line("MUG", 1), line("POT", 1), line("SET", 1))})
				o = s.Do("order.remove_line", order.RemoveLineIn{ID: o.ID, LineID: o.Lines[1].ID})
				s.Write(c.change)
				o = s.Do("order.change_line", order.ChangeLineIn{ID: o.ID, LineID: o.Lines[0].ID, Quantity: 2_000})
				var places []int64
				for _, l := range s.Order(o.ID).Lines {
					places = append(places, l.Position)
					if parent := s.Order(o.ID).Line(l.ParentID); parent != nil && (parent.Item != l.Item || parent.Position >= l.Position) {
						t.Errorf("the part at %d is of item %d, its bundle at %d of %d", l.Position, l.Item, parent.Position, parent.Item)
					}
				}
				wants(t, "places", len(slices.Compact(places)), c.lines)
			})
		})
	}
}

// Spec: 1.3.4, 13.1.4
func TestAChangeInAThousandLinesTakesFewStatements(t *testing.T) {
	eachShop(t, func(t *testing.T, s *ordertest.Shop) {
		var variants []catalog.VariantFacts
		var prices []catalog.PriceRow
		var lines []order.LineIn
		for i := range 1000 {
			sku := fmt.Sprintf("S-%03d", i)
			variants = append(variants, catalog.VariantFacts{SKU: sku, Title: sku, Kind: "digital", Active: true})
			prices, lines = append(prices, catalog.PriceRow{SKU: sku, UnitPrice: 1_000_000}), append(lines, line(sku, 1))
		}
		for _, some := range slices.Collect(slices.Chunk(variants, 250)) {
			tradetest.Do[*catalog.Product](s.Shop, "product.create", catalog.CreateIn{ProductFacts: catalog.ProductFacts{Title: "Many"}, Variants: some})
		}
		tradetest.Do[*catalog.PriceList](s.Shop, "price.set", catalog.SetPricesIn{ID: s.List, Prices: prices})
		statements := func(name string, in any) int64 {
			before := s.DB.Statements.Load()
			s.Do(name, in)
			return s.DB.Statements.Load() - before
		}
		short, long := s.Do("order.draft", order.DraftIn{Agreement: s.Agreement(lines[:2]...)}), s.Do("order.draft", order.DraftIn{Agreement: s.Agreement(lines...)})
		change := func(o *order.Order) order.ChangeLineIn {
			return order.ChangeLineIn{ID: o.ID, LineID: o.Lines[1].ID, Quantity: s.Order(o.ID).Lines[1].Quantity + 1_000}
		}
		statements("order.change_line", change(long)) // its variants are remembered from here on
		wants(t, "a change", statements("order.change_line", change(long)), statements("order.change_line", change(short)))
		wants(t, "a line less", statements("order.remove_line", order.RemoveLineIn{ID: long.ID, LineID: long.Lines[1].ID}), statements("order.remove_line", order.RemoveLineIn{ID: short.ID, LineID: short.Lines[1].ID}))
		wants(t, "lines", len(s.Order(long.ID).Lines), 999)
		a := s.Agreement(lines...)
		a.Discounts = []order.DiscountIn{amount(55_555)}
		discounted := s.Do("order.draft", order.DraftIn{Agreement: a})
		in := change(discounted)
		in.Quantity = 900_000 // what is taken off every line changes
		if n := statements("order.change_line", in); n > 300 {
			t.Errorf("a change of all lines took %d statements", n)
		}
	})
}
