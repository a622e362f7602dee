package order_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"ordo/base/money"
	"ordo/engine/auth"
	"ordo/sales/order"
	"ordo/sales/order/ordertest"
	"ordo/trade/catalog"
	"ordo/trade/customer"
	"ordo/trade/pricing"
	"ordo/trade/tradetest"
)

func quantity(o *order.Order, line int, q money.Quantity) order.Step {
	return order.Step{Kind: order.SetQuantity, LineID: o.Lines[line].ID, Quantity: q}
}

func more(sku string, units int) order.Step {
	return order.Step{Kind: order.AddLine, SKU: sku, Quantity: money.Quantity(units) * 1000}
}

func priced(o *order.Order, line int, price money.UnitPrice) order.Step {
	return order.Step{Kind: order.SetPrice, LineID: o.Lines[line].ID, UnitPrice: &price}
}

func amends(o *order.Order, steps ...order.Step) order.AmendIn {
	return order.AmendIn{ID: o.ID, Steps: steps}
}

// amounts are those of an order's lines and charges, and its totals.
func amounts(o *order.Order) (all []string) {
	for _, l := range o.Lines {
		all = append(all, fmt.Sprint(l.SKU, " ", l.Quantity, " at ", l.UnitPrice, ": ", l.Extended.Amount, " - ", l.Discount.Amount, ", net ", l.Net.Amount, ", tax ", l.Tax.Amount))
	}
	for _, a := range o.Adjustments {
		all = append(all, fmt.Sprint(a.Kind, " ", a.Label, " ", a.Amount.Amount, " ", a.Net.Amount, " ", a.Tax.Amount))
	}
	slices.Sort(all)
	return append(all, fmt.Sprint("subtotal ", o.Subtotal.Amount, ", charges ", o.Charges.Amount, ", tax ", o.Tax.Amount, ", total ", o.Total.Amount))
}

func TestAPlacedOrderChanges(t *testing.T) {
	eachShop(t, func(t *testing.T, s *ordertest.Shop) {
		o := s.Place(line("TEA", 4), line("MUG", 2), line("GUIDE", 1))
		got := s.Do("order.amend", amends(o, quantity(o, 0, 12_000), quantity(o, 1, 1_000), more("POT", 1), priced(o, 2, 3_000_000)))
		wants(t, "ledgers", ledger(got, "TEA")+"; "+ledger(got, "MUG")+"; "+ledger(got, "POT")+"; "+ledger(got, "GUIDE"), "reserved 12; reserved 1; reserved 1; open 1")
		wants(t, "promised", promised(s, o), "MUG 1 north, POT 1 south, TEA 4 north, TEA 6 north, TEA 2 south")
		wants(t, "what a break makes of the price", fmt.Sprint(got.Lines[0].UnitPrice, " ", got.Lines[0].PriceSource, ", ", got.Lines[2].UnitPrice, " ", got.Lines[2].PriceSource), "9 list, 3 manual")
		wants(t, "revision", got.Revision, o.Revision+1)
		guide := line("GUIDE", 1)
		three := money.UnitPrice(3_000_000)
		guide.UnitPrice = &three
		again := s.Priced(s.Agreement(line("TEA", 12), line("MUG", 1), guide, line("POT", 1)))
		wants(t, "amounts, and those of an order that was agreed like this", fmt.Sprint(amounts(got)), fmt.Sprint(amounts(again)))
		s.Refused("order.amend", order.AmendIn{ID: o.ID, IfMatch: o.ETag(), Steps: []order.Step{quantity(o, 0, 1_000)}}, "revision_stale")
	})
}

func TestFaultsOfAChangeAreToldAtItsSteps(t *testing.T) {
	eachShop(t, func(t *testing.T, s *ordertest.Shop) {
		o := s.Place(line("TEA", 4), line("SET", 2), line("BOX", 6))
		draft := s.Do("order.draft", order.DraftIn{Agreement: s.Agreement(line("TEA", 1))})
		s.Refused("order.amend", amends(draft, quantity(draft, 0, 2_000)), "transition_not_allowed")
		s.Refused("order.amend", amends(o,
			order.Step{Kind: order.SetQuantity}, order.Step{Kind: order.AddLine, SKU: "TEA", LineID: o.Lines[0].ID, Quantity: 1_000},
			quantity(o, 0, -1), more("OLD", 1), more("POT", 11), quantity(o, 4, 7_000), quantity(o, 1, 1_500), quantity(o, 2, 1_000),
			order.Step{Kind: order.SetAddress, DeliveryID: "dlv_none", Address: ordertest.Home("GB")}, order.Step{Kind: order.SetAddress, DeliveryID: o.Deliveries[0].ID, Address: &customer.Address{Street: "1", City: "2", Country: "GB"}},
			order.Step{Kind: order.CancelUnits, LineID: "oli_none", Quantity: 1}),
			"/steps/0/line_id field_required", "/steps/0/quantity field_required", "/steps/1/line_id value_invalid", "/steps/2/quantity amount_out_of_range",
			"/steps/7/line_id value_invalid", "/steps/8/delivery_id not_found", "/steps/9/address/name field_required", "/steps/10/line_id not_found",
			"/steps/6/quantity quantity_multiple", "/steps/3/sku variant_inactive", "/steps/5/quantity quantity_multiple")
		s.Refused("order.amend", amends(o, more("POT", 9)), "/steps/0/quantity stock_insufficient")
		s.Refused("order.amend", amends(o, quantity(o, 1, 11_000)), "/steps/0/quantity stock_insufficient")
		wants(t, "version of an order that nothing changed", s.Order(o.ID).Version, o.Version)
	})
}

func TestWhatIsPickedStaysOrdered(t *testing.T) {
	eachShop(t, func(t *testing.T, s *ordertest.Shop) {
		o := s.Place(line("TEA", 12))
		pick(t, s, o, 4_000)
		s.Do("order.cancel", cancels(o, 1_000))
		s.Refused("order.amend", amends(o, quantity(o, 0, 4_999)), "/steps/0/quantity quantity_committed")
		got := s.Do("order.amend", amends(o, quantity(o, 0, 5_000)))
		wants(t, "ledger", ledger(got, "TEA")+" "+promised(s, o), "canceled 1, picked 4 TEA 4 north")
		s.Refused("order.amend", amends(o, order.Step{Kind: order.SetAddress, DeliveryID: o.Deliveries[0].ID, Address: ordertest.Home("DE")}), "/steps/0/delivery_id delivery_begun")
	})
}

func TestABundleChangesWhole(t *testing.T) {
	eachShop(t, func(t *testing.T, s *ordertest.Shop) {
		o := s.Place(line("SET", 2), line("TEA", 1))
		got := s.Do("order.amend", amends(o, quantity(o, 0, 3_000)))
		wants(t, "ledgers", ledger(got, "SET")+"; "+ledger(got, "MUG")+"; "+ledger(got, "POT"), "reserved 3; reserved 6; reserved 3")
		wants(t, "amounts", fmt.Sprint(amounts(got)), fmt.Sprint(amounts(s.Priced(s.Agreement(line("SET", 3), line("TEA", 1))))))
		got = s.Do("order.amend", amends(o, quantity(o, 0, 1_000), order.Step{Kind: order.CancelUnits, LineID: o.Lines[3].ID, Quantity: 1_000, Reason: "customer"}))
		wants(t, "ledgers then", ledger(got, "SET")+"; "+ledger(got, "MUG")+"; "+ledger(got, "TEA"), "reserved 1; reserved 2; canceled 1")
		wants(t, "promised", promised(s, o), "MUG 2 south, POT 1 south")
	})
}

func TestMoneyFollowsAChange(t *testing.T) {
	eachTill(t, func(s *till) {
		o := s.repaired() // 30.00 + 66.66 + 3.95
		s.cash(o.ID, 10_061)
		s.is(o.ID, "paid", 10_061, 10_061, 0)
		s.do("amend", amends(o, quantity(o, 0, 4_000)))
		s.is(o.ID, "partially_paid", 10_061, 10_061, 0)
		s.do("amend", amends(o, quantity(o, 0, 2_000)))
		s.is(o.ID, "overpaid", 10_061, 10_061, 0)
		s.grant(o.ID, 1_000+6_666) // what is beyond the total, then of the lines
		s.Refused("order.amend", amends(o, quantity(o, 1, 1_000)), "/steps/0 amount_below_granted")
		got := s.do("amend", amends(o, more("REPAIR", 1)))
		if got.Total.Amount != 2_000+6_666+3_333+395 {
			s.t.Errorf("the total is %s", got.Total.Format())
		}
	})
}

func TestWhatNoStepIsAboutStaysAsAgreed(t *testing.T) {
	eachShop(t, func(t *testing.T, s *ordertest.Shop) {
		a := s.Agreement(line("TEA", 2), line("MUG", 2), line("SET", 1))
		a.Deliveries[0].MethodID = s.Parcel
		o := s.Do("order.place", order.PlaceIn{Agreement: a})
		s.Price(s.List, "MUG", 6_000_000)
		s.Price(s.List, "POT", 99_000_000)
		variant := tradetest.Do[*catalog.Variant](s.Shop, "variant.get", catalog.GetIn{ID: o.Lines[1].VariantID})
		facts := variant.VariantFacts
		facts.Active, facts.Title, facts.TaxClass = false, "New mug", "reduced"
		tradetest.Do[*catalog.Variant](s.Shop, "variant.update", catalog.UpdateVariantIn{ID: variant.ID, VariantFacts: facts})
		got := s.Do("order.amend", amends(o, quantity(o, 0, 3_000)))
		for i := 1; i < len(o.Lines); i++ {
			wants(t, "line "+o.Lines[i].SKU, fmt.Sprintf("%+v", *lineFacts(got.Lines[i])), fmt.Sprintf("%+v", *lineFacts(o.Lines[i])))
		}
		wants(t, "charges", got.Charges, o.Charges)
		s.Refused("order.amend", amends(o, quantity(o, 1, 3_000), more("MUG", 1)), "/steps/1/sku variant_inactive")
	})
}

func lineFacts(l *order.Line) *order.Line {
	c := *l
	c.Texts, c.Sources = nil, nil
	return &c
}

// An order that was changed by random steps costs what one costs that was agreed
// like this at once, and a dry run tells what comes.
func TestAChangeIsAsIfItWasAgreedAtOnce(t *testing.T) {
	eachShop(t, func(t *testing.T, s *ordertest.Shop) {
		r := rand.New(rand.NewPCG(7, 0))
		skus := []string{"TEA", "MUG", "POT", "SET", "GUIDE", "LAMP", "SOFA"}
		for range 40 {
			a := s.Agreement()
			a.Deliveries = append(a.Deliveries, order.DeliveryIn{Address: ordertest.Home("DE"), MethodID: s.Parcel})
			a.Deliveries[0].MethodID = s.Worth
			a.Lines = []order.LineIn{line("GUIDE", 1), line("LAMP", 1)}
			a.Lines[1].Delivery = 1
			if r.IntN(2) == 0 {
				a.Discounts = []order.DiscountIn{{Kind: "percent", Rate: 70_000, Label: "seven"}, {Kind: "amount", Amount: 3, Label: "three"}}
			}
			for range r.IntN(3) {
				l := line(skus[r.IntN(len(skus))], 1+r.IntN(2))
				l.Delivery = r.IntN(2)
				a.Lines = append(a.Lines, l)
			}
			o := s.Do("order.place", order.PlaceIn{Agreement: a})
			tops := slices.DeleteFunc(slices.Clone(o.Lines), func(l *order.Line) bool { return l.ParentID != "" })
			var steps []order.Step
			for i, l := range tops {
				if r.IntN(2) == 0 {
					a.Lines[i].Quantity = money.Quantity(1+r.IntN(3)) * 1000
					steps = append(steps, order.Step{Kind: order.SetQuantity, LineID: l.ID, Quantity: a.Lines[i].Quantity})
				} else if r.IntN(3) == 0 {
					price := money.UnitPrice(1 + r.IntN(9_000_000))
					a.Lines[i].UnitPrice = &price
					steps = append(steps, order.Step{Kind: order.SetPrice, LineID: l.ID, UnitPrice: &price})
				}
			}
			for range r.IntN(3) {
				l := line(skus[r.IntN(len(skus))], 1)
				l.Delivery = r.IntN(2)
				a.Lines = append(a.Lines, l)
				steps = append(steps, order.Step{Kind: order.AddLine, SKU: l.SKU, Quantity: l.Quantity, DeliveryID: o.Deliveries[l.Delivery].ID})
			}
			if r.IntN(3) == 0 {
				a.Deliveries[0].Address = ordertest.Home("DE")
				steps = append(steps, order.Step{Kind: order.SetAddress, DeliveryID: o.Deliveries[0].ID, Address: ordertest.Home("DE")})
			}
			if len(steps) == 0 {
				continue
			}
			got := s.Do("order.amend", amends(o, steps...))
			if g, w := fmt.Sprint(amounts(got)), fmt.Sprint(amounts(s.Priced(a))); g != w {
				t.Fatalf("%+v\ngot  %s\nwant %s", steps, g, w)
			}
			wants(t, "answer", fmt.Sprint(amounts(s.Order(o.ID))), fmt.Sprint(amounts(got)))
			s.Do("order.cancel", order.CancelIn{ID: o.ID, Reason: "customer"})
		}
	})
}

func TestUnitsAreGivenUpAndCanceledInOneChange(t *testing.T) {
	eachShop(t, func(t *testing.T, s *ordertest.Shop) {
		o := s.Place(line("TEA", 10))
		cancel := order.Step{Kind: order.CancelUnits, LineID: o.Lines[0].ID, Quantity: 1_000}
		got := s.Do("order.amend", amends(o, quantity(o, 0, 8_000), cancel, cancel))
		wants(t, "ledger", ledger(got, "TEA")+" "+promised(s, o), "canceled 2, reserved 6 TEA 6 north")
	})
}

func TestTheTaxOfWhatNoStepIsAboutStays(t *testing.T) {
	eachShop(t, func(t *testing.T, s *ordertest.Shop) {
		o := s.Place(line("TEA", 4), line("MUG", 2), line("SET", 1))
		tradetest.Do[*customer.Customer](s.Shop, "customer.update", customer.UpdateIn{ID: s.Customer, Facts: customer.Facts{
			Terms: customer.Terms{Type: "retail", Active: true, OnAccount: true, TaxExempt: true}, Contact: customer.Contact{Name: "Ada Byron"}}})
		got := s.Do("order.amend", amends(o, quantity(o, 1, 3_000)))
		wants(t, "tea", got.Lines[0].Gross.Amount, o.Lines[0].Gross.Amount)
		wants(t, "set", got.Lines[2].Gross.Amount, o.Lines[2].Gross.Amount)
		wants(t, "mugs", got.Lines[1].Tax.Amount, 300)
	})
}

func TestAChangeKeepsToTheLimitsAndRightsOfWhoMakesIt(t *testing.T) {
	eachShop(t, func(t *testing.T, s *ordertest.Shop) {
		a := s.Agreement(line("TEA", 1), order.LineIn{Title: "Engraving", UnitPrice: ptr(4_990_000), TaxClass: "standard", Quantity: 1_000})
		a.Discounts = []order.DiscountIn{{Kind: "percent", Rate: 900_000, Label: "opening"}}
		o := s.Do("order.place", order.PlaceIn{Agreement: a})
		s.Shop.Actor = auth.Actor{ID: "usr_x", Permissions: auth.Permissions{"order.amend": true, "order.get": true, "order.set_price": true}, Limits: auth.Limits{DiscountRate: 100_000}}
		s.Refused("order.amend", amends(o, more("POT", 5)), "limit_exceeded")
		s.Refused("order.amend", amends(o, order.Step{Kind: order.CancelUnits, LineID: o.Lines[0].ID, Quantity: 1_000}), "/steps/0/kind permission_missing")
		s.Do("order.amend", amends(o, priced(o, 1, 3_990_000))) // of a free line, and less than it was
		s.Shop.Actor.Permissions = auth.Permissions{"order.amend": true, "order.get": true, "order.add_free_line": true}
		s.Refused("order.amend", amends(o, priced(o, 1, 2_990_000)), "/steps/0/unit_price price_override_forbidden")
	})
}

func TestTwoStepsDoNotSetTheSame(t *testing.T) {
	eachShop(t, func(t *testing.T, s *ordertest.Shop) {
		o := s.Place(line("TEA", 1))
		there := func(country string) order.Step {
			return order.Step{Kind: order.SetAddress, DeliveryID: o.Deliveries[0].ID, Address: ordertest.Home(country)}
		}
		s.Refused("order.amend", amends(o, there("GB"), there("DE"), quantity(o, 0, 2_000), quantity(o, 0, 3_000)), "/steps/1/kind value_invalid", "/steps/3/kind value_invalid")
	})
}

func TestAFlatShippingChargeStaysAsAgreed(t *testing.T) {
	eachShop(t, func(t *testing.T, s *ordertest.Shop) {
		a := s.Agreement(line("TEA", 1))
		a.Deliveries[0].MethodID = s.Parcel
		o := s.Do("order.place", order.PlaceIn{Agreement: a})
		m := tradetest.Do[*pricing.Method](s.Shop, "shipping_method.get", pricing.GetMethodIn{ID: s.Parcel})
		facts := m.MethodFacts
		facts.Table = []pricing.Step{{Country: "GB", Amount: 9_999}, {Country: "DE", Amount: 1_295}}
		tradetest.Do[*pricing.Method](s.Shop, "shipping_method.update", pricing.UpdateMethodIn{ID: s.Parcel, MethodFacts: facts})
		got := s.Do("order.amend", amends(o, quantity(o, 0, 2_000)))
		wants(t, "charges", got.Charges.Amount, o.Charges.Amount)
		facts.Active = false
		tradetest.Do[*pricing.Method](s.Shop, "shipping_method.update", pricing.UpdateMethodIn{ID: s.Parcel, MethodFacts: facts})
		s.Refused("order.amend", amends(o, order.Step{Kind: order.SetAddress, DeliveryID: o.Deliveries[0].ID, Address: ordertest.Home("DE")}), "/steps/0/delivery_id shipping_not_possible")
	})
}

func TestWhatAChangeCancelsIsToldAsCanceled(t *testing.T) {
	eachShop(t, func(t *testing.T, s *ordertest.Shop) {
		o := s.Place(line("TEA", 2))
		got := s.Do("order.amend", amends(o, order.Step{Kind: order.CancelUnits, LineID: o.Lines[0].ID, Quantity: 2_000, Reason: "customer"}))
		wants(t, "status", got.Status, "canceled")
		s.Wrote(o.ID, []string{"1 order.placed"}, []string{"2 order.amended"}, []string{"3 order.canceled", `"reason":"customer"`})
	})
}
