package order_test

import (
	"fmt"
	"testing"
	"time"

	"ordo/base/clock"
	"ordo/base/problem"
	"ordo/engine/db"
	"ordo/engine/db/dbtest"
	"ordo/sales/order"
	"ordo/sales/order/ordertest"
	"ordo/trade/catalog"
	"ordo/trade/tradetest"
)

// Spec: 1.1.5
func TestAnOrderBelongsToTheDayOfItsChannelAlsoWhenTheClocksChange(t *testing.T) {
	now := clock.NewManual(time.Date(2026, 3, 28, 23, 59, 59, 999_999_000, time.UTC))
	dbtest.Each(t, db.Options{Clock: now}, func(t *testing.T, d *db.DB) {
		now.Advance(time.Date(2026, 3, 28, 23, 59, 59, 999_999_000, time.UTC).Sub(now.Now()))
		s := ordertest.Open(t, d) // sells in London
		for _, c := range []struct{ at, day string }{
			{"2026-03-28T23:59:59.999999Z", "2026-03-28"},
			{"2026-03-29T00:00:00.000000Z", "2026-03-29"},
			{"2026-03-29T22:59:59.999999Z", "2026-03-29"}, // the day has 23 hours
			{"2026-03-29T23:00:00.000000Z", "2026-03-30"},
			{"2026-10-24T22:59:59.999999Z", "2026-10-24"},
			{"2026-10-24T23:00:00.000000Z", "2026-10-25"},
			{"2026-10-25T00:30:00.000000Z", "2026-10-25"}, // half past one for the first time
			{"2026-10-25T01:30:00.000000Z", "2026-10-25"}, // and for the second
			{"2026-10-25T23:59:59.999999Z", "2026-10-25"}, // the day has 25 hours
			{"2026-10-26T00:00:00.000000Z", "2026-10-26"},
		} {
			at, err := time.Parse(time.RFC3339, c.at)
			if err != nil {
				t.Fatal(err)
			}
			now.Advance(at.Sub(now.Now()))
			o := s.Place(line("GUIDE", 1))
			placed, err := o.PlacedAt.MarshalJSON()
			wants(t, c.at, fmt.Sprint(o.BusinessDay, string(placed), err), fmt.Sprint(c.day, `"`+c.at+`"`, nil))
		}
	})
}

// Spec: 1.3.2
func TestALineKeepsItsTexts(t *testing.T) {
	eachShop(t, func(t *testing.T, s *ordertest.Shop) {
		o := s.Place(line("TEA", 1))
		tea := tradetest.Do[*catalog.Variant](s.Shop, "variant.get", catalog.GetIn{ID: o.Lines[0].VariantID})
		in := catalog.UpdateVariantIn{ID: tea.ID, VariantFacts: tea.VariantFacts}
		in.SKU, in.Title, in.Unit = "CHAI", "Chai", "box"
		tradetest.Do[*catalog.Variant](s.Shop, "variant.update", in)
		l := s.Order(o.ID).Lines[0]
		wants(t, "the line", fmt.Sprint(l.SKU, " ", l.Title, " ", l.Unit), "TEA TEA each")
		l = s.Place(line("CHAI", 1)).Lines[0]
		wants(t, "a line of later", fmt.Sprint(l.SKU, " ", l.Title, " ", l.Unit), "CHAI Chai box")
	})
}

// Spec: 1.3.4
func TestLinesOfOneVariantAreSummedForItsLimits(t *testing.T) {
	eachShop(t, func(t *testing.T, s *ordertest.Shop) {
		refused := func(want string, lines ...order.LineIn) {
			t.Helper()
			_, err := s.Try("order.price", order.PriceIn{Agreement: s.Agreement(lines...)})
			p := problem.As(err)
			if p == nil {
				t.Fatalf("%v is taken", lines)
			}
			wants(t, fmt.Sprint(lines), fmt.Sprint(p.Faults[0].Code.Name, p.Faults[0].Allowed), want)
		}
		refused("quantity_multiple[6 12]", line("BOX", 7))
		refused("quantity_multiple[6 12]", line("BOX", 3), line("box", 4))
		refused("quantity_out_of_limits[24]", line("BOX", 12), line("BOX", 18))
		wants(t, "two halves of a multiple", s.Priced(s.Agreement(line("BOX", 3), line("BOX", 3))).Subtotal.Amount, 600)
	})
}

// Spec: 1.3.1
func TestAWrongBarcodeIsNoUnknownOne(t *testing.T) {
	eachShop(t, func(t *testing.T, s *ordertest.Shop) {
		in := order.PriceIn{Agreement: s.Agreement(order.LineIn{Barcode: "96385075", Quantity: 1_000}, order.LineIn{Barcode: "4006381333931", Quantity: 1_000})}
		s.Refused("order.price", in, "/lines/0/barcode barcode_invalid", "/lines/1/barcode sku_unknown")
	})
}

// Spec: 1.1.9
func TestListsAreCutByChannel(t *testing.T) {
	eachShop(t, func(t *testing.T, s *ordertest.Shop) {
		in := order.PlaceIn{Agreement: order.Agreement{ChannelID: s.Till, Lines: []order.LineIn{line("TEA", 1)}}, Payment: &order.PaymentIn{Method: "cash"}}
		web, till := s.Place(line("TEA", 1)), s.Do("order.place", in)
		wants(t, "orders", listed(s, "channel:"+s.Till), till.ID)
		wants(t, "others", listed(s, "-channel:"+s.Till), web.ID)
	})
}
