package order_test

import (
	"fmt"
	"strings"
	"testing"

	"ordo/base/money"
	"ordo/base/problem"
	"ordo/sales/order"
	"ordo/sales/order/ordertest"
	"ordo/trade/catalog"
	"ordo/trade/tradetest"
)

// variant is what the catalog says of a SKU of the shop.
func variant(s *ordertest.Shop, sku string) *catalog.Variant {
	o := s.Priced(s.Agreement(order.LineIn{SKU: sku, Quantity: 6_000}))
	return tradetest.Do[*catalog.Variant](s.Shop, "variant.get", catalog.GetIn{ID: o.Lines[0].VariantID})
}

// change changes what the catalog says of a variant.
func change(s *ordertest.Shop, v *catalog.Variant, fn func(f *catalog.VariantFacts)) {
	in := catalog.UpdateVariantIn{ID: v.ID, VariantFacts: v.VariantFacts}
	fn(&in.VariantFacts)
	*v = *tradetest.Do[*catalog.Variant](s.Shop, "variant.update", in)
}

// Spec: 1.3.4
func TestTheStrictestOfAllLimitsAppliesAndIsNamed(t *testing.T) {
	eachShop(t, func(t *testing.T, s *ordertest.Shop) {
		box := variant(s, "BOX") // 6 to 24 in multiples of 6
		set := func(limits ...catalog.Limit) {
			t.Helper()
			tradetest.Do[*catalog.Variant](s.Shop, "variant.set_limits", catalog.SetLimitsIn{ID: box.ID, Limits: limits})
		}
		price := func(customer, channel string, units int) string {
			t.Helper()
			a := s.Agreement(line("BOX", units))
			a.CustomerID, a.ChannelID = customer, channel
			_, err := s.Try("order.price", order.PriceIn{Agreement: a})
			p := problem.As(err)
			if p == nil {
				return "taken"
			}
			var all []string
			for _, f := range p.Faults {
				all = append(all, fmt.Sprint(f.Pointer, " ", f.Code.Name, f.Allowed, " ", f.Detail))
			}
			return strings.Join(all, "; ")
		}
		set(catalog.Limit{CustomerID: s.Customer, Multiple: 4_000, Minimum: 12_000}, catalog.Limit{ChannelID: s.Channel, Maximum: 18_000, Minimum: 7_000}, catalog.Limit{ChannelID: s.Till, CustomerID: s.Customer, Maximum: 1_000_000})
		wants(t, "what keeps all", price(s.Customer, s.Channel, 12), "taken")
		wants(t, "multiples for the customer", price(s.Customer, s.Channel, 18), "/lines/0/quantity quantity_multiple[12 24] BOX is sold to customer "+s.Customer+" in multiples of 4, not 18")
		wants(t, "multiples of its own", price(s.Customer, s.Till, 16), "/lines/0/quantity quantity_multiple[12 24] BOX is sold in multiples of 6, not 16")
		wants(t, "the maximum of the channel", price(s.Customer, s.Channel, 24), "/lines/0/quantity quantity_out_of_limits[18] BOX is sold in channel web up to 18, not 24")
		wants(t, "its own maximum, which is stricter", price(s.Customer, s.Till, 36), "/lines/0/quantity quantity_out_of_limits[24] BOX is sold up to 24, not 36")
		wants(t, "the minimum of the channel", price(s.NoAccount, s.Channel, 6), "/lines/0/quantity quantity_out_of_limits[7] BOX is sold in channel web from 7 on, not 6")
		wants(t, "somebody else somewhere else", price(s.NoAccount, s.Till, 6), "taken")
		set(catalog.Limit{ChannelID: s.Channel}, catalog.Limit{CustomerID: s.Customer})
		wants(t, "what was taken away", price(s.Customer, s.Channel, 24), "taken")
		wants(t, "what is left", s.Count(`SELECT count(*) FROM quantity_limits`), 1)
	})
}

// Spec: 1.3.4
func TestLimitsThatCameAfterADraftHoldWhenItIsPlaced(t *testing.T) {
	eachShop(t, func(t *testing.T, s *ordertest.Shop) {
		box := variant(s, "BOX")
		o := s.Do("order.draft", order.DraftIn{Agreement: s.Agreement(line("BOX", 12))})
		tradetest.Do[*catalog.Variant](s.Shop, "variant.set_limits", catalog.SetLimitsIn{ID: box.ID, Limits: []catalog.Limit{{CustomerID: s.Customer, Maximum: 6_000}}})
		s.Refused("order.place_draft", order.PlaceDraftIn{ID: o.ID}, "/lines/0/quantity quantity_out_of_limits")
		tradetest.Do[*catalog.Variant](s.Shop, "variant.set_limits", catalog.SetLimitsIn{ID: box.ID, Limits: []catalog.Limit{{CustomerID: s.Customer, Maximum: 12_000}}})
		s.Do("order.place_draft", order.PlaceDraftIn{ID: o.ID})
	})
}

// Spec: 1.3.4
func TestLimitsOfOthersCostAPlacementNothing(t *testing.T) {
	eachShop(t, func(t *testing.T, s *ordertest.Shop) {
		box := variant(s, "BOX")
		statements := func(sku string) int64 {
			before := s.DB.Statements.Load()
			s.Priced(s.Agreement(line(sku, 6)))
			return s.DB.Statements.Load() - before
		}
		statements("TEA") // remembered from here on
		plain := statements("TEA")
		tradetest.Do[*catalog.Variant](s.Shop, "variant.set_limits", catalog.SetLimitsIn{ID: box.ID, Limits: []catalog.Limit{{ChannelID: s.Channel, Minimum: 1_000}}})
		statements("TEA") // read again after a change
		wants(t, "without limits", statements("TEA"), plain)
		wants(t, "with limits, whose variants are not remembered", statements("BOX"), plain+4)
	})
}

// Spec: 1.3.4
func TestALineIsOrderedInAnyUnitOfItsVariant(t *testing.T) {
	eachShop(t, func(t *testing.T, s *ordertest.Shop) {
		mug := variant(s, "MUG")
		change(s, mug, func(f *catalog.VariantFacts) {
			f.Units = []catalog.SalesUnit{{Unit: "box", Quantity: 12_000}, {Unit: "dose", Quantity: 1}}
			f.Multiple = 3_000
		})
		boxes := func(q money.Quantity) order.LineIn { return order.LineIn{SKU: "MUG", Quantity: q, Unit: "box"} }
		o := s.Place(boxes(1_500), order.LineIn{SKU: "MUG", Quantity: 3_000, Unit: "each"})
		l := o.Lines[0]
		wants(t, "the line", fmt.Sprint(l.Quantity, " ", l.Unit, ", ", l.SalesQty, " ", l.SalesUnit, ", ", l.Extended.Amount, ", ", ledger(o, "MUG")), "18 each, 1.5 box, 9000, reserved 18, reserved 3")
		wants(t, "its own unit", fmt.Sprint(o.Lines[1].SalesQty, o.Lines[1].SalesUnit), "0")
		if got, want := text(t, s.Order(o.ID)), text(t, o); got != want {
			t.Errorf("the answer is\n%s\nand then\n%s", want, got)
		}
		s.Wrote(o.ID, []string{"1 order.placed", `"sales_quantity":1500,"sales_unit":"box"`})
		clone := s.Do("order.clone", order.CloneIn{ID: o.ID}).Lines[0]
		wants(t, "its clone", fmt.Sprint(clone.Quantity, clone.SalesQty, clone.SalesUnit), "18 1.5box")
		refused := func(l order.LineIn, want ...string) {
			t.Helper()
			s.Refused("order.price", order.PriceIn{Agreement: s.Agreement(l)}, want...)
		}
		refused(order.LineIn{SKU: "MUG", Quantity: 1_000, Unit: "crate"}, "/lines/0/unit unit_unknown")
		refused(boxes(500_000_000_000), "/lines/0/quantity amount_out_of_range")
		refused(order.LineIn{SKU: "MUG", Quantity: 1_500, Unit: "dose"}, "/lines/0/quantity value_invalid")
		refused(boxes(333), "/lines/0/quantity quantity_multiple")
		refused(boxes(0), "/lines/0/quantity amount_out_of_range")
		refused(boxes(-1_000), "/lines/0/quantity amount_out_of_range")
	})
}
