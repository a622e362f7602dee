package order_test

import (
	"errors"
	"strings"
	"testing"

	"ordo/base/problem"
	"ordo/engine/auth"
	"ordo/engine/command"
	"ordo/sales/order"
	"ordo/sales/order/ordertest"
	"ordo/trade/customer"
)

func newcomer(change func(*customer.Facts)) order.Newcomer {
	f := customer.Facts{Terms: customer.Terms{Type: "wholesale", Active: true, OnAccount: true, PaymentTermsDays: 14},
		Contact: customer.Contact{Name: "Hedy Lamarr", Email: "hedy@example.com", Phone: "+43 1 234567"}}
	change(&f)
	return order.Newcomer{Customer: &f}
}

// fresh asks for lines for a newcomer.
func fresh(s *ordertest.Shop, n order.Newcomer, lines ...order.LineIn) order.PlaceIn {
	in := order.PlaceIn{Agreement: s.Agreement(lines...), Newcomer: n, Payment: &order.PaymentIn{Method: "on_account"}}
	in.CustomerID = ""
	return in
}

// Spec: 1.1.2
func TestANewCustomerIsAddedWithTheOrder(t *testing.T) {
	eachShop(t, func(t *testing.T, s *ordertest.Shop) {
		own := newcomer(func(f *customer.Facts) { f.PriceListID, f.TaxExempt = s.Trade, true })
		in := fresh(s, own, line("TEA", 2))
		first, err := s.TryWithKey("order.place", in, "k")
		if err != nil {
			t.Fatal(err)
		}
		o := first.(*order.Order)
		wants(t, "their own price list and exemption", sums(o), "1200 0 0 1200 0 1200")
		wants(t, "type", o.CustomerType, "wholesale")
		wants(t, "terms", o.TermsDays, 14)
		if o.Contact == nil || o.Contact.Email != "hedy@example.com" || o.CustomerID == "" {
			t.Errorf("the order is for %s, %+v", o.CustomerID, o.Contact)
		}
		s.Wrote(o.CustomerID, []string{"1 customer.created", `"type":"wholesale"`, `"number":"C-`})
		wants(t, "orders of hedy", listed(s, "lamarr"), o.ID)
		wants(t, "commands that wrote both", s.Count(`SELECT count(DISTINCT command) FROM events WHERE subject IN ($1, $2)`, o.ID, o.CustomerID), 1)

		again, err := s.TryWithKey("order.place", in, "k")
		if err != nil || again.(*order.Order).ID != o.ID {
			t.Errorf("the key again: %v", err)
		}
		wants(t, "customers of this name", s.Count(`SELECT count(*) FROM customer_profiles WHERE email = 'hedy@example.com'`), 1)

		draft := s.Do("order.draft", order.DraftIn{Agreement: in.Agreement, Newcomer: newcomer(func(f *customer.Facts) { f.Name = "Lise Meitner" })})
		s.Do("order.revise", order.ReviseIn{ID: draft.ID, Agreement: in.Agreement, Newcomer: newcomer(func(f *customer.Facts) { f.Name = "Maria Mayer" })})
		if now := s.Order(draft.ID); now.Contact == nil || now.Contact.Name != "Maria Mayer" || now.CustomerID == draft.CustomerID {
			t.Errorf("the revised draft is for %+v", now.Contact)
		}
	})
}

// Spec: 1.1.2
func TestANewCustomerIsCheckedTogetherWithTheOrder(t *testing.T) {
	eachShop(t, func(t *testing.T, s *ordertest.Shop) {
		taken := s.Do("order.place", fresh(s, newcomer(func(f *customer.Facts) { f.ExternalID = "crm-1" }), line("GUIDE", 1)))
		people := s.Count(`SELECT count(*) FROM customers`)
		bad := newcomer(func(f *customer.Facts) {
			*f = customer.Facts{Terms: customer.Terms{Type: "pirate", TimeZone: "Sea/Deep", PriceListID: "prl_none"}, Contact: customer.Contact{Email: "hedy", Phone: "1"}}
		})
		s.Refused("order.place", fresh(s, bad, line("NONE", 1), line("TEA", 1000)),
			"/customer/active customer_inactive", "/customer/type customer_type_invalid", "/customer/time_zone value_invalid", "/customer/price_list_id value_invalid",
			"/customer/name field_required", "/customer/email email_invalid", "/customer/phone phone_invalid", "/lines/0/sku sku_unknown", "/lines/1/quantity stock_insufficient")
		s.Refused("order.place", fresh(s, newcomer(func(f *customer.Facts) { f.ExternalID = "crm-1" }), line("GUIDE", 1)), "/customer/external_id already_exists")
		s.Refused("order.draft", order.DraftIn{Agreement: fresh(s, order.Newcomer{}, line("GUIDE", 1)).Agreement}, "/contact field_required")
		twice := fresh(s, newcomer(func(*customer.Facts) {}), line("GUIDE", 1))
		twice.CustomerID = taken.CustomerID
		s.Refused("order.place", twice, "/customer value_invalid")

		s.Actor.Permissions = auth.Permit("order.*")
		if _, err := s.Try("order.place", fresh(s, newcomer(func(*customer.Facts) {}), line("GUIDE", 1))); err == nil || !strings.Contains(err.Error(), "customer.create") {
			t.Errorf("without the permission: %v", err)
		}
		s.Actor = auth.Actor{ID: "usr_mary", Kind: auth.Customer, Permissions: auth.All, Scope: auth.Scope{Customer: s.NoAccount}}
		s.Refused("order.place", fresh(s, newcomer(func(*customer.Facts) {}), line("GUIDE", 1)), "/customer_id field_required", "/payment/method payment_method_not_allowed")
		s.Actor = auth.Internal("test")
		wants(t, "customers", s.Count(`SELECT count(*) FROM customers`), people)
	})
}

// Spec: 1.1.2
func TestADryRunAddsNoCustomer(t *testing.T) {
	eachShop(t, func(t *testing.T, s *ordertest.Shop) {
		people := s.Count(`SELECT count(*) FROM customers`)
		for _, o := range s.Operations {
			if o.Spec().Name != "order.place" {
				continue
			}
			in := fresh(s, newcomer(func(*customer.Facts) {}), line("GUIDE", 1))
			a, err := o.Invoke(t.Context(), s.Engine, command.Meta{Actor: s.Actor, DryRun: true}, &in)
			if err != nil || a.Value.(*order.Order).Contact.Name != "Hedy Lamarr" {
				t.Errorf("dry run: %v", err)
			}
			in.ExpectedTotal = &a.Value.(*order.Order).Net // without its tax: refused after the customer was added
			if _, err := o.Invoke(t.Context(), s.Engine, command.Meta{Actor: s.Actor}, &in); !errors.Is(problem.As(err), order.ErrTotalMismatch) {
				t.Errorf("another total: %v", err)
			}
		}
		wants(t, "customers", s.Count(`SELECT count(*) FROM customers`), people)
		wants(t, "events of customers", s.Count(`SELECT count(*) FROM events WHERE type = 'customer.created'`), people)
	})
}
