package order_test

import (
	"fmt"
	"slices"
	"testing"

	"ordo/base/problem"
	"ordo/sales/order"
	"ordo/sales/order/ordertest"
	"ordo/trade/customer"
	"ordo/trade/tradetest"
)

// typed adds a customer of a type who has nothing of their own.
func typed(s *ordertest.Shop, kind string, change ...func(*customer.Facts)) string {
	f := customer.Facts{Terms: customer.Terms{Type: kind, Active: true}, Contact: customer.Contact{Name: kind}}
	for _, c := range change {
		c(&f)
	}
	return tradetest.Do[*customer.Customer](s.Shop, "customer.create", customer.CreateIn{Facts: f}).ID
}

func setType(s *ordertest.Shop, kind string, d customer.Defaults) {
	tradetest.Do[*customer.Type](s.Shop, "customer_type.set", customer.SetTypeIn{Type: kind, Defaults: d})
}

// Spec: 1.1.3
func TestTheSameCartGivesFiveResultsForFiveTypesOfCustomers(t *testing.T) {
	eachShop(t, func(t *testing.T, s *ordertest.Shop) {
		vip := s.PriceList("vip", "GBP", false)
		s.Price(vip, "TEA", 7_500_000)
		s.Price(vip, "SET", 30_000_000)
		s.Price(vip, "MUG", 4_000_000)
		s.Price(vip, "POT", 22_000_000)
		setType(s, "retail", customer.Defaults{OnAccount: true, PaymentTermsDays: 7})
		setType(s, "wholesale", customer.Defaults{PriceListID: s.Trade, OnAccount: true, PaymentTermsDays: 30})
		setType(s, "vip", customer.Defaults{PriceListID: vip, OnAccount: true})
		setType(s, "corporate", customer.Defaults{OnAccount: true, PaymentTermsDays: 45})
		setType(s, "government", customer.Defaults{PriceListID: vip, TaxExempt: true, OnAccount: true, PaymentTermsDays: 90})
		want := map[string]string{
			"retail":     "2000 0 0 2000 400 2400 7 days",
			"wholesale":  "1200 0 0 1200 240 1440 30 days",
			"vip":        "1500 0 0 1500 300 1800 0 days",
			"corporate":  "2000 0 0 2000 400 2400 45 days",
			"government": "1500 0 0 1500 0 1500 90 days",
		}
		var placed []*order.Order
		for _, kind := range customer.Types {
			in := order.PlaceIn{Agreement: s.Agreement(line("TEA", 2)), Payment: &order.PaymentIn{Method: "on_account"}}
			in.CustomerID = typed(s, kind)
			o := s.Do("order.place", in)
			placed = append(placed, o)
			wants(t, kind, fmt.Sprint(sums(o), " ", o.TermsDays, " days"), want[kind])
			wants(t, kind+" is frozen", o.CustomerType, kind)
			wants(t, kind+" is due in whole days", o.DueAt.Time().Sub(o.PlacedAt.Time()).Hours(), float64(24*o.TermsDays))
		}
		set := order.PlaceIn{Agreement: s.Agreement(line("SET", 1))}
		set.CustomerID = placed[4].CustomerID
		wants(t, "a bundle by the list of the type", sums(s.Do("order.place", set)), "3000 0 0 3000 0 3000")

		setType(s, "vip", customer.Defaults{})
		tradetest.Do[*customer.Customer](s.Shop, "customer.update", customer.UpdateIn{ID: placed[1].CustomerID, Facts: customer.Facts{
			Terms: customer.Terms{Type: "retail", Active: true}, Contact: customer.Contact{Name: "renamed"}}})
		for _, o := range placed {
			now := s.Order(o.ID)
			wants(t, o.CustomerType+" after the change", fmt.Sprint(sums(now), now.CustomerType, now.TermsDays, now.DueAt, costs(now), now.PriceListID, now.Version),
				fmt.Sprint(sums(o), o.CustomerType, o.TermsDays, o.DueAt, costs(o), o.PriceListID, o.Version))
		}
		for i, after := range map[int]string{1: "2000 0 0 2000 400 2400", 2: "2000 0 0 2000 400 2400"} { // order-free: each stands for itself
			a := s.Agreement(line("TEA", 2))
			a.CustomerID = placed[i].CustomerID
			wants(t, "a new order of the former "+placed[i].CustomerType, sums(s.Priced(a)), after)
		}
	})
}

// Spec: 1.1.3
func TestWhatACustomerHasGoesBeforeTheDefaultsOfTheType(t *testing.T) {
	eachShop(t, func(t *testing.T, s *ordertest.Shop) {
		euros := s.PriceList("euros", "EUR", false)
		setType(s, "vip", customer.Defaults{PriceListID: s.Trade, PaymentTermsDays: 30})
		setType(s, "corporate", customer.Defaults{PriceListID: euros})
		of := func(id string) string {
			in := order.PlaceIn{Agreement: s.Agreement(line("TEA", 1)), Payment: &order.PaymentIn{Method: "on_account"}}
			in.CustomerID = id
			o := s.Do("order.place", in)
			return fmt.Sprint(o.Net.Amount, " ", o.TermsDays)
		}
		account := func(f *customer.Facts) { f.OnAccount = true }
		wants(t, "nothing of their own", of(typed(s, "vip", account)), "600 30")
		wants(t, "a list of their own", of(typed(s, "vip", account, func(f *customer.Facts) { f.PriceListID = s.List })), "1000 30")
		wants(t, "terms of their own", of(typed(s, "vip", account, func(f *customer.Facts) { f.PaymentTermsDays = 5 })), "600 5")
		wants(t, "a list of another currency", of(typed(s, "corporate", account)), "1000 0")
		in := order.PlaceIn{Agreement: s.Agreement(line("TEA", 1)), Payment: &order.PaymentIn{Method: "on_account"}}
		in.CustomerID = typed(s, "vip")
		s.Refused("order.place", in, "/payment/method payment_method_not_allowed")
	})
}

// Spec: 1.1.3
func TestATypeThatIsNoneIsRefusedWithThoseThatAre(t *testing.T) {
	eachShop(t, func(t *testing.T, s *ordertest.Shop) {
		for name, in := range map[string]any{ // order-free: each is refused
			"customer.create":   customer.CreateIn{Facts: customer.Facts{Terms: customer.Terms{Type: "pirate"}, Contact: customer.Contact{Name: "Anne"}}},
			"customer.update":   customer.UpdateIn{ID: s.Customer, Facts: customer.Facts{Terms: customer.Terms{Type: "pirate"}, Contact: customer.Contact{Name: "Anne"}}},
			"customer_type.set": customer.SetTypeIn{Type: "pirate"},
			"order.place":       fresh(s, newcomer(func(f *customer.Facts) { f.Type = "pirate" }), line("GUIDE", 1)),
		} {
			_, err := s.Try(name, in)
			p := problem.As(err)
			if p == nil || p.Faults[0].Code != customer.ErrType || !slices.Equal(p.Faults[0].Allowed, customer.Types) {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}
