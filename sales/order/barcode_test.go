package order_test

import (
	"fmt"
	"testing"

	"ordo/base/clock"
	"ordo/base/money"
	"ordo/base/problem"
	"ordo/resource/inventory"
	"ordo/sales/order"
	"ordo/sales/order/ordertest"
	"ordo/trade/catalog"
)

func scanned(code string, units int) order.LineIn {
	l := line("", units)
	l.Barcode = code
	return l
}

// Spec: 1.3.1
func TestAGTINIsFoundInAllItsForms(t *testing.T) {
	eachShop(t, func(t *testing.T, s *ordertest.Shop) {
		mug := variant(s, "MUG")
		change(s, mug, func(f *catalog.VariantFacts) { f.Barcodes = []string{"036000291452", "10012345678902"} })
		for code, sku := range map[string]string{
			"96385074": "TEA", "00000096385074": "TEA", "(01)00000096385074": "TEA", // EAN-8
			"036000291452": "MUG", "0036000291452": "MUG", "00036000291452": "MUG", "0100036000291452": "MUG", // UPC-A
			"10012345678902": "MUG", "]C10110012345678902": "MUG",
		} { // order-free: each is asked for by itself
			wants(t, code, s.Priced(s.Agreement(scanned(code, 1))).Lines[0].SKU, sku)
		}
		s.Refused("order.price", order.PriceIn{Agreement: s.Agreement(scanned("(01)00000096385075", 1), scanned("(01)04006381333931", 1))}, "/lines/0/barcode barcode_invalid", "/lines/1/barcode sku_unknown")
	})
}

// Spec: 1.3.1
func TestABarcodeOfSeveralVariantsOffersAChoice(t *testing.T) {
	eachShop(t, func(t *testing.T, s *ordertest.Shop) {
		for sku, code := range map[string]string{"MUG": "96385074", "POT": "00000096385074"} { // order-free: each variant stands for itself
			change(s, variant(s, sku), func(f *catalog.VariantFacts) { f.Barcodes = []string{code} })
		}
		_, err := s.Try("order.place", order.PlaceIn{Agreement: s.Agreement(scanned("96385074", 1))})
		p := problem.As(err)
		if p == nil || p.Faults[0].Pointer != "/lines/0/barcode" || p.Faults[0].Code.Name != "barcode_ambiguous" {
			t.Fatalf("got %v", err)
		}
		wants(t, "the choice", p.Faults[0].Allowed, []string{"MUG", "POT", "TEA"})
		chosen := scanned("96385074", 1)
		chosen.SKU = "POT"
		wants(t, "chosen", s.Place(chosen).Lines[0].SKU, "POT")
		s.Write(`UPDATE variants SET active = FALSE WHERE sku IN ('POT', 'TEA')`)
		wants(t, "the only one that is sold", s.Priced(s.Agreement(scanned("96385074", 1))).Lines[0].SKU, "MUG")
	})
}

// Spec: 1.3.1
func TestALotThatWasScannedIsTheOneThatIsPromised(t *testing.T) {
	eachShop(t, func(t *testing.T, s *ordertest.Shop) {
		wine := variant(s, "WINE") // by lot: LATE 5, SOON 5, GONE 5 (expired)
		change(s, wine, func(f *catalog.VariantFacts) { f.Barcodes, f.Backorder = []string{"4006381333931"}, true })
		day := func(days int) string { return s.DB.Clock.Now().AddDate(0, 0, days).Format("060102") }
		code := func(rest string) string { return "(01)04006381333931" + rest }
		refused := func(l order.LineIn, want ...string) {
			t.Helper()
			s.Refused("order.price", order.PriceIn{Agreement: s.Agreement(l)}, want...)
		}
		refused(scanned(code("(10)NONE"), 1), "/lines/0/barcode lot_unknown")
		refused(scanned(code("(17)"+day(30)+"(10)LATE"), 1), "/lines/0/barcode lot_unknown")
		o := s.Place(scanned(code("(10)LATE"), 2), line("WINE", 4))
		if got, want := text(t, s.Order(o.ID)), text(t, o); got != want {
			t.Errorf("the answer is\n%s\nand then\n%s", want, got)
		}
		late := o.Lines[0].LotID
		in := func(lot string) int64 {
			return s.Count(`SELECT reserved FROM stock JOIN lots t ON t.id = stock.lot_id WHERE t.code = $1`, lot)
		}
		wants(t, "reserved", fmt.Sprint(in("LATE"), in("SOON"), late != "", o.Lines[1].LotID), "2000 4000 true")
		one := money.Quantity(1_000) // of SOON that is free
		s.Refused("order.move_stock", order.MoveStockIn{ID: o.ID, Lines: []order.MoveLine{{LineID: o.Lines[0].ID, LocationID: s.North, Lot: "SOON", Quantity: &one}}}, "/lines/0/location_id stock_insufficient")

		draft := s.Do("order.draft", order.DraftIn{Agreement: s.Agreement(scanned(code("(10)LATE"), 3), line("TEA", 1))})
		draft = s.Do("order.change_line", order.ChangeLineIn{ID: draft.ID, LineID: draft.Lines[0].ID, Quantity: 4_000})
		placed := s.Do("order.place_draft", order.PlaceDraftIn{ID: draft.ID})
		wants(t, "more than the lot has", fmt.Sprint(placed.Lines[0].LotID == late, " ", ledger(placed, "WINE"), in("SOON")), "true backordered 1, reserved 34000")
		arrived := func(lot string) inventory.ReceiveLine {
			l := ordertest.Units("WINE", 1)
			l.Lot, l.ExpiresAt = lot, clock.At(s.DB.Clock.Now().AddDate(0, 0, 99))
			return l
		}
		s.Receive(s.North, arrived("NEW"))
		wants(t, "another lot", ledger(s.Order(placed.ID), "WINE"), "backordered 1, reserved 3")
		s.Receive(s.North, arrived("LATE"))
		wants(t, "the same lot", ledger(s.Order(placed.ID), "WINE"), "reserved 4")
		change(s, wine, func(f *catalog.VariantFacts) { f.Backorder = false })
		s.Refused("order.place", order.PlaceIn{Agreement: s.Agreement(scanned(code("(10)LATE"), 1))}, "/lines/0/quantity stock_insufficient")
	})
}
