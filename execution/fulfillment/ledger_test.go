package fulfillment_test

import (
	"fmt"
	"testing"

	"ordo/engine/auth"
	"ordo/engine/db"
	"ordo/engine/db/dbtest"
	"ordo/engine/query"
	"ordo/execution/fulfillment"
	"ordo/resource/inventory"
	"ordo/trade/tradetest"
)

// moved lists the ledger in short, each "kind quantity sku reason order".
func (s *shop) moved(filter string) (all []string) {
	s.t.Helper()
	in := query.Input{Filter: filter, Limit: 3}
	for {
		page := tradetest.Do[query.Rows[*inventory.Entry]](s.Shop, "stock.movements", in)
		for _, e := range page.Items {
			all = append(all, fmt.Sprintf("%s %s %s %s %s", e.Kind, e.Quantity, e.SKU, e.Reason, e.OrderNumber))
		}
		if in.After = page.Next; in.After == "" {
			return all
		}
	}
}

func TestTheLedgerTellsWhatMovedStockAndForWhom(t *testing.T) {
	dbtest.Each(t, db.Options{}, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		tradetest.Do[*inventory.Document](s.Shop, "stock.adjust", inventory.AdjustIn{LocationID: s.north, Reason: "damage", Reference: "shelf 4", Lines: []inventory.AdjustLine{{SKU: "tea", Quantity: -1_000}}})
		o := s.place(line("TEA", 2), line("MUG", 1))
		s.ship(o, fulfillment.ShipIn{})

		want := []string{"dispatch -2 TEA  " + o.Number, "adjustment -1 TEA damage ", "receipt 10 TEA  "}
		if got := s.moved("sku:tea"); fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("tea moved %q, want %q", got, want)
		}
		variant := o.Lines[0].VariantID
		if got := s.moved("variant:" + variant); fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("the variant moved %q, want %q", got, want)
		}
		if got := s.moved(""); len(got) != 8 { // four received at one place, one at the other, one corrected, two gone
			t.Errorf("all moved %q", got)
		}
		for filter, n := range map[string]int{"kind:dispatch": 2, "reason:damage": 1, `reference:"shelf 4"`: 1, "location:" + s.south: 1, "lot:L1": 1, "quantity<0": 3, "order:" + o.ID: 2, "at>2020-01-01 kind:receipt": 5} {
			if got := s.moved(filter); len(got) != n {
				t.Errorf("%s: %q, want %d", filter, got, n)
			}
		}

		s.Actor.Scope = auth.Scope{Locations: []string{s.south}}
		if got := s.moved(""); fmt.Sprint(got) != "[receipt 20 MUG  ]" {
			t.Errorf("whoever sees the south sees %q", got)
		}
		s.Actor.Scope = auth.Scope{Channels: []string{"cha_other"}}
		if got := s.moved("kind:dispatch"); fmt.Sprint(got) != "[dispatch -1 MUG   dispatch -2 TEA  ]" && fmt.Sprint(got) != "[dispatch -2 TEA   dispatch -1 MUG  ]" {
			t.Errorf("whoever sees another channel sees %q", got)
		}
		for _, e := range tradetest.Do[query.Rows[*inventory.Entry]](s.Shop, "stock.movements", query.Input{Filter: "kind:dispatch"}).Items {
			if e.Reference+e.OrderID+e.Actor != "" {
				t.Errorf("whoever sees another channel sees %+v", e)
			}
		}
		if got := s.moved("order:" + o.ID); len(got) != 0 {
			t.Errorf("whoever sees another channel finds %q by the order", got)
		}
	})
}

func TestTheOrdersThatStockIsPromisedToAreToldTheOldestFirst(t *testing.T) {
	dbtest.Each(t, db.Options{}, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		first, second := s.place(line("MUG", 3)), s.release(s.place(line("MUG", 4)))
		variant := first.Lines[0].VariantID
		s.pick(s.owed(second, s.south), 4)
		holdings := func(filter string) string {
			page := tradetest.Do[query.Rows[*inventory.Holding]](s.Shop, "stock.reservations", inventory.HoldingsIn{ID: variant, Input: query.Input{Filter: filter}})
			text := ""
			for _, h := range page.Items {
				text += fmt.Sprintf("%s %s picked %s, ", h.OrderNumber, h.Quantity, h.Picked)
			}
			return text
		}
		promised := fmt.Sprintf("%s 3 picked 0, ", first.Number)
		if got := holdings("location:" + s.north); got != promised {
			t.Errorf("in the north %q, want %q", got, promised)
		}
		if got, want := holdings(""), promised+fmt.Sprintf("%s 4 picked 4, ", second.Number); got != want {
			t.Errorf("all are %q, want %q", got, want)
		}
		s.ship(first, fulfillment.ShipIn{})
		if got := holdings("number:" + first.Number); got != "" {
			t.Errorf("what has left is still promised: %q", got)
		}
		s.Refused("stock.reservations", inventory.HoldingsIn{ID: "var_none"}, "not_found")
		s.Actor.Scope = auth.Scope{Channels: []string{"cha_other"}}
		if got := holdings(""); got != "" {
			t.Errorf("whoever sees another channel sees %q", got)
		}
	})
}
