package order_test

import (
	"fmt"
	"strings"
	"testing"

	"ordo/base/money"
	"ordo/engine/auth"
	"ordo/sales/order"
	"ordo/sales/order/ordertest"
	"ordo/trade/catalog"
	"ordo/trade/tradetest"
)

// free asks for something that is no variant, at 12.34 with standard tax.
func free(title string, units int) order.LineIn {
	price := money.UnitPrice(12_340_000)
	l := line("", units)
	l.Title, l.UnitPrice, l.TaxClass = title, &price, "standard"
	return l
}

// Spec: 1.3.2
func TestALineWithoutAVariantGoesAllTheWay(t *testing.T) {
	eachShop(t, func(t *testing.T, s *ordertest.Shop) {
		download := free("Drawings for Grace Hopper", 1)
		download.Kind, download.Unit, download.TaxClass, download.Discounts = "digital", "set", "reduced", []order.DiscountIn{percent(500_000)}
		o := s.Do("order.place", order.PlaceIn{Agreement: s.Agreement(free("Assembly", 3), line("TEA", 1), download), Payment: &order.PaymentIn{Method: "on_account"}})
		if got, want := text(t, s.Order(o.ID)), text(t, o); got != want {
			t.Errorf("the answer is\n%s\nand then\n%s", want, got)
		}
		first, third := o.Lines[0], o.Lines[2]
		wants(t, "the first", fmt.Sprintf("%s%s %s %s %s %s", first.SKU, first.VariantID, first.Title, first.Kind, first.Unit, first.PriceSource), " Assembly service each manual")
		wants(t, "the third", fmt.Sprint(third.Title, third.Kind, third.Unit), "Drawings for Grace Hopperdigitalset")
		wants(t, "amounts", fmt.Sprint(costs(o)), "[ 3702 - 0 = 3702 + 740 = 4442 TEA 1000 - 0 = 1000 + 200 = 1200  1234 - 617 = 617 + 31 = 648]")
		for _, e := range s.Events(o.ID) {
			if strings.Contains(e, "Grace Hopper") || strings.Contains(e, "Assembly") {
				t.Errorf("an event tells a free text: %s", e)
			}
		}
		clone := s.Do("order.clone", order.CloneIn{ID: o.ID})
		wants(t, "the clone", fmt.Sprint(len(clone.Lines), clone.Lines[0].Title, clone.Lines[0].Gross.Amount, clone.Lines[2].Unit), "3Assembly4442set")
		for _, d := range clone.Differences {
			if d.SKU == "Assembly" {
				t.Errorf("a line that was copied as it is differs: %+v", d)
			}
		}
		done := s.Do("order.perform", order.PerformIn{ID: o.ID})
		wants(t, "done", fmt.Sprint(done.Lines[0].Delivered, done.Lines[1].Delivered, done.Lines[2].Delivered), "3 0 1")
		s.Refused("order.perform", order.PerformIn{ID: o.ID, Lines: []order.PerformLine{{LineID: first.ID, Quantity: 1_000}}}, "transition_not_allowed")
		s.Do("order.cancel", order.CancelIn{ID: o.ID, Reason: "other"})
	})
}

// Spec: 1.3.2
func TestALineWithoutAVariantNeedsAPermissionAPriceAndATaxClass(t *testing.T) {
	eachShop(t, func(t *testing.T, s *ordertest.Shop) {
		bare, strange, mixed := free("Assembly", 1), free("Assembly", 1), line("TEA", 1)
		bare.UnitPrice, bare.TaxClass = nil, ""
		strange.TaxClass, mixed.Kind = "luxury", "service"
		in := order.PriceIn{Agreement: s.Agreement(bare, strange, mixed)}
		s.Refused("order.price", in, "/lines/0/unit_price field_required", "/lines/0/tax_class tax_code_missing", "/lines/2/title value_invalid", "/lines/1 tax_code_missing")
		only := order.DraftIn{Agreement: s.Agreement(free("Assembly", 1))}
		s.Actor.Permissions = auth.Permit("order.draft", "order.place", "order.set_price")
		s.Refused("order.draft", only, "/lines/0/title free_line_forbidden")
		s.Actor.Permissions = auth.Permit("order.draft", "order.place", "order.add_free_line")
		o := s.Do("order.draft", only)
		wants(t, "texts", s.Count(`SELECT count(*) FROM line_texts`), 1)
		s.Actor.Permissions = auth.Permit("order.draft", "order.place")
		o = s.Do("order.change_line", order.ChangeLineIn{ID: o.ID, LineID: o.Lines[0].ID, Quantity: 2_000}) // it was agreed
		s.Refused("order.clone", order.CloneIn{ID: o.ID}, "/lines/0/title free_line_forbidden")
		o = s.Do("order.place_draft", order.PlaceDraftIn{ID: o.ID})
		wants(t, "placed", fmt.Sprint(o.Status, o.Lines[0].Title, o.Total.Amount), "approvedAssembly2962")
	})
}

func TestFreeTextsOfADraftGoWithTheirLines(t *testing.T) {
	eachShop(t, func(t *testing.T, s *ordertest.Shop) {
		o := s.Do("order.draft", order.DraftIn{Agreement: s.Agreement(free("One", 1), free("Two", 1), line("TEA", 1))})
		texts := func() int64 { return s.Count(`SELECT count(*) FROM line_texts`) }
		wants(t, "texts", texts(), 2)
		o = s.Do("order.remove_line", order.RemoveLineIn{ID: o.ID, LineID: o.Lines[0].ID})
		wants(t, "left", fmt.Sprint(texts(), o.Lines[0].Title, s.Order(o.ID).Lines[0].Title), "1TwoTwo")
		s.Do("order.revise", order.ReviseIn{ID: o.ID, Agreement: s.Agreement(line("TEA", 1))})
		wants(t, "texts after a revision", texts(), 0)
	})
}

// Spec: 1.3.2
// Spec: 1.3.3
func TestALineKeepsDescriptionCategoryAndOptions(t *testing.T) {
	eachShop(t, func(t *testing.T, s *ordertest.Shop) {
		shirt := catalog.VariantFacts{SKU: "SHIRT-L", Kind: "digital", Options: map[string]string{"size": "L"}, Active: true}
		in := catalog.CreateIn{ProductFacts: catalog.ProductFacts{Title: "Shirt", Description: "Of linen.", Category: "clothes/shirts"}, Variants: []catalog.VariantFacts{shirt}}
		p := tradetest.Do[*catalog.Product](s.Shop, "product.create", in)
		s.Price(s.List, "SHIRT-L", 1_000_000)
		says := func(l *order.Line) string {
			if l.Texts == nil {
				return "nothing"
			}
			return fmt.Sprint(l.Description, l.Category, l.Options)
		}
		draft := s.Do("order.draft", order.DraftIn{Agreement: s.Agreement(line("SHIRT-L", 1), line("TEA", 1))})
		if got, want := text(t, s.Order(draft.ID)), text(t, draft); got != want {
			t.Errorf("the answer is\n%s\nand then\n%s", want, got)
		}
		if body := text(t, draft); !strings.Contains(body, `"description": "Of linen."`) || !strings.Contains(body, `"size": "L"`) {
			t.Errorf("the answer has no texts: %s", body)
		}
		shirt.Options = map[string]string{"size": "L", "color": "red"}
		tradetest.Do[*catalog.Product](s.Shop, "product.update", catalog.UpdateIn{ID: p.ID, ProductFacts: catalog.ProductFacts{Title: "Shirt", Description: "Of cotton."},
			Variants: []catalog.VariantIn{{ID: p.Variants[0].ID, VariantFacts: shirt}}})
		placed := s.Do("order.place_draft", order.PlaceDraftIn{ID: draft.ID})
		wants(t, "the order", says(s.Order(placed.ID).Lines[0])+", "+says(placed.Lines[1]), "Of linen.clothes/shirtsmap[size:L], nothing")
		wants(t, "an order of later", says(s.Place(line("SHIRT-L", 1)).Lines[0]), "Of cotton.map[color:red size:L]")
		tradetest.Do[*catalog.Product](s.Shop, "product.update", catalog.UpdateIn{ID: p.ID, ProductFacts: catalog.ProductFacts{Title: "Shirt"},
			Variants: []catalog.VariantIn{{VariantFacts: catalog.VariantFacts{SKU: "SHIRT-M", Kind: "digital", Active: true}}}})
		s.Price(s.List, "SHIRT-M", 1_000_000)
		wants(t, "without texts", says(s.Place(line("SHIRT-M", 1)).Lines[0]), "nothing")
	})
}
