package order_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"ordo/base/money"
	"ordo/resource/inventory"
	"ordo/sales/order"
	"ordo/sales/order/ordertest"
	"ordo/trade/tradetest"
)

// remembered is what of an order its past tells.
func remembered(t *testing.T, o *order.Order) string {
	t.Helper()
	bare := *o
	bare.Agreement, bare.Actions, bare.Payments, bare.Refunds, bare.Warnings = nil, nil, nil, nil, nil
	bare.Lines = nil
	for _, l := range o.Lines {
		c := *l
		c.Sources = nil
		bare.Lines = append(bare.Lines, &c)
	}
	text, err := json.MarshalIndent(bare, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// Spec: 6.4.6, M.3
func TestAnOrderIsShownAsItWasAtEveryVersion(t *testing.T) {
	eachShop(t, func(t *testing.T, s *ordertest.Shop) {
		a := s.Agreement(line("TEA", 4), line("SET", 1), order.LineIn{Title: "Engraving", UnitPrice: ptr(4_990_000), TaxClass: "standard", Quantity: 1_000})
		a.Deliveries[0].MethodID = s.Parcel
		a.Discounts = []order.DiscountIn{{Kind: "percent", Rate: 100_000, Label: "ten"}}
		was := []*order.Order{s.Do("order.draft", order.DraftIn{Agreement: a})}
		id := was[0].ID
		look := func() { was = append(was, s.Order(id)) }
		s.Do("order.change_line", order.ChangeLineIn{ID: id, LineID: was[0].Lines[0].ID, Quantity: 12_000})
		look()
		s.Do("order.place_draft", order.PlaceDraftIn{ID: id})
		look()
		o := was[2]
		s.Do("order.hold", order.HoldIn{ID: id, Kind: "address", Reason: "unclear"})
		look()
		s.Do("order.release_hold", order.ReleaseHoldIn{ID: id, HoldID: was[3].Holds[0].ID})
		look()
		s.Do("order.amend", amends(o, quantity(o, 0, 2_000), order.Step{Kind: order.SetAddress, DeliveryID: o.Deliveries[0].ID, Address: ordertest.Home("DE")}))
		look()
		s.Do("order.cancel", cancels(o, 1_000))
		look()
		for i, o := range was {
			if o.Version != int64(i+1) {
				t.Fatalf("state %d has version %d", i, o.Version)
			}
			got := tradetest.Do[order.Past](s.Shop, "order.as_of", order.AsOfIn{ID: id, Version: o.Version}).Order
			if g, w := remembered(t, got), remembered(t, o); g != w {
				t.Fatalf("version %d is\n%s\nit was\n%s", o.Version, g, w)
			}
		}
		s.Refused("order.as_of", order.AsOfIn{ID: id, Version: 8}, "version_unknown")
		s.Refused("order.compare", order.CompareIn{ID: id, From: 0, To: 1}, "version_unknown")

		diff := tradetest.Do[order.Comparison](s.Shop, "order.compare", order.CompareIn{ID: id, From: 5, To: 6})
		told := map[string]string{}
		for _, c := range diff.Items {
			told[c.Pointer] = fmt.Sprintf("%s -> %s", c.Before, c.After)
		}
		for pointer, want := range map[string]string{
			"/lines/" + o.Lines[0].ID + "/quantity":                  "12 -> 2",
			"/lines/" + o.Lines[0].ID + "/unit_price":                `"9" -> "10"`,
			"/deliveries/" + o.Deliveries[0].ID + "/address/country": `"GB" -> "DE"`,
			"/revision": "2 -> 3",
		} {
			wants(t, pointer, told[pointer], want)
		}
		if _, there := told["/lines/"+o.Lines[1].ID+"/quantity"]; there {
			t.Errorf("an unchanged line is told: %v", told)
		}
	})
}

// Spec: 6.4.6
func TestAnOrderThatWasBackorderedIsShownAsItWas(t *testing.T) {
	eachShop(t, func(t *testing.T, s *ordertest.Shop) {
		first := s.Place(line("LAMP", 2))
		s.Receive(s.North, inventory.ReceiveLine{SKU: "LAMP", Quantity: 2_000})
		if now := s.Order(first.ID); now.Version != 2 {
			t.Fatalf("version %d", now.Version)
		}
		got := tradetest.Do[order.Past](s.Shop, "order.as_of", order.AsOfIn{ID: first.ID, Version: 1}).Order
		wants(t, "ledger", ledger(got, "LAMP"), "backordered 2")
		s.Shop.Actor.Scope.Customer = s.Customer
		s.Refused("order.as_of", order.AsOfIn{ID: first.ID, Version: 1}, "not_found")
	})
}

func ptr(price money.UnitPrice) *money.UnitPrice { return &price }
