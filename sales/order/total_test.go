package order_test

import (
	"testing"

	"pgregory.net/rapid"

	"ordo/base/money"
	"ordo/engine/db"
	"ordo/engine/db/dbtest"
	"ordo/sales/order"
	"ordo/sales/order/ordertest"
	"ordo/trade/pricing"
	"ordo/trade/tradetest"
)

// TestTotalsAddUpForAnyAgreement prices random agreements in currencies of
// none, two and three decimals, with and without tax in the price (M1 to M3).
//
// Spec: 1.3.7
func TestTotalsAddUpForAnyAgreement(t *testing.T) {
	s := ordertest.Open(t, dbtest.Open(t, dbtest.SQLite(t), db.Options{}))
	type market struct {
		channel, method string
		digits          int
		inclusive       bool
	}
	var markets []market
	for currency, digits := range map[string]int{"JPY": 0, "EUR": 2, "KWD": 3} { // order-free: a test
		method := tradetest.Do[*pricing.Method](s.Shop, "shipping_method.create", pricing.CreateMethodIn{MethodFacts: pricing.MethodFacts{
			Code: currency, Name: currency, Kind: "flat", Currency: currency, TaxClass: "standard", Active: true, Table: []pricing.Step{{Amount: 777}}}}).ID
		for i, inclusive := range []bool{false, true} {
			code := currency + string(rune('a'+i))
			list := s.PriceList(code, currency, inclusive)
			for sku, price := range map[string]money.UnitPrice{"TEA": 12_345_678, "MUG": 333_333, "POT": 99_990_000, "SET": 77_777_777, "GUIDE": 1} { // order-free: a test
				s.Price(list, sku, price)
			}
			markets = append(markets, market{s.Sell(code, "point_of_sale", currency, list, "all"), method, digits, inclusive})
		}
	}
	priced := 0
	rapid.Check(t, func(r *rapid.T) {
		m := rapid.SampledFrom(markets).Draw(r, "market")
		discounts := func(name string, n int) []order.DiscountIn {
			return rapid.SliceOfN(rapid.Custom(func(r *rapid.T) order.DiscountIn {
				if rapid.Bool().Draw(r, "amount") {
					return amount(rapid.Int64Range(0, 3).Draw(r, "minor"))
				}
				return percent(money.Rate(rapid.Int64Range(0, 1_000_000).Draw(r, "rate")))
			}), 0, n).Draw(r, name)
		}
		a := order.Agreement{ChannelID: m.channel, Deliveries: []order.DeliveryIn{{Address: ordertest.Home("GB"), MethodID: m.method}, {Address: ordertest.Home("DE")}}}
		for i := range rapid.IntRange(2, 8).Draw(r, "lines") {
			l := order.LineIn{SKU: rapid.SampledFrom([]string{"TEA", "MUG", "POT", "SET", "GUIDE"}).Draw(r, "sku"), Quantity: money.Quantity(rapid.Int64Range(1, 200).Draw(r, "units")) * 1000, Delivery: i % 2}
			if l.SKU != "SET" {
				l.Quantity += money.Quantity(rapid.Int64Range(0, 999).Draw(r, "fraction"))
			}
			if rapid.Bool().Draw(r, "discounted") {
				l.Discounts = discounts("of the line", 2)
			}
			a.Lines = append(a.Lines, l)
		}
		a.Discounts = discounts("of the order", 2)
		answer, err := s.Try("order.draft", order.DraftIn{Agreement: a})
		if err != nil { // more off than there was left
			return
		}
		priced++
		judge(r, answer.(*order.Order), m.digits, m.inclusive)
	})
	if priced < 50 {
		t.Errorf("only %d agreements have a price", priced)
	}
	s.Sound() // which looks at the shares of the split amounts
}

// judge checks the sums of an order with formulas of its own.
func judge(r *rapid.T, o *order.Order, digits int, inclusive bool) {
	power := []int64{1e9, 0, 1e7, 1e6}[digits]
	round := func(a, b, c int64) int64 { return (2*a*b + c) / (2 * c) } // of values that are not negative
	var total, net, tax, discount, subtotal int64
	for _, l := range o.Lines {
		extended := round(int64(l.UnitPrice), int64(l.Quantity), power)
		var off, taxed int64
		for _, a := range o.Adjustments {
			if a.LineID == l.ID && a.Kind == "discount" {
				off += a.Amount.Amount
			} else if a.LineID == l.ID && a.Kind == "tax" {
				taxed += a.Amount.Amount
			}
		}
		if l.Kind == order.Bundle {
			var sum, parts int64
			for _, p := range o.Parts(l.ID) {
				sum += p.Extended.Amount
				parts += p.Gross.Amount
			}
			if sum != extended || l.Extended.Amount != extended || parts != l.Gross.Amount {
				r.Fatalf("the parts of %s add up to %d and %d, it costs %d and %d", l.SKU, sum, parts, extended, l.Gross.Amount)
			}
			continue
		}
		base := l.Extended.Amount - l.Discount.Amount
		wantNet, wantTax := base, round(base, int64(l.TaxRate), 1e6)
		if inclusive {
			wantTax = round(base, int64(l.TaxRate), 1e6+int64(l.TaxRate))
			wantNet = base - wantTax
		}
		switch {
		case l.ParentID == "" && l.Extended.Amount != extended:
			r.Fatalf("%s x %s is %d, not %d", l.Quantity, l.UnitPrice, extended, l.Extended.Amount)
		case off != l.Discount.Amount || base < 0 || taxed != l.Tax.Amount:
			r.Fatalf("%s: discounts of %d, told %d; tax of %d, told %d", l.SKU, l.Discount.Amount, off, l.Tax.Amount, taxed)
		case l.Net.Amount != wantNet || l.Tax.Amount != wantTax || l.Gross.Amount != wantNet+wantTax:
			r.Fatalf("%s: %d + %d = %d, want %d + %d", l.SKU, l.Net.Amount, l.Tax.Amount, l.Gross.Amount, wantNet, wantTax)
		}
		subtotal += l.Extended.Amount
		discount += l.Discount.Amount
		net += l.Net.Amount
		tax += l.Tax.Amount
		total += l.Gross.Amount
	}
	for _, a := range o.Adjustments {
		if a.Kind == "shipping" {
			net += a.Net.Amount
			tax += a.Tax.Amount
			total += a.Net.Amount + a.Tax.Amount
		}
	}
	if o.Subtotal.Amount != subtotal || o.Discount.Amount != discount || o.Net.Amount != net || o.Tax.Amount != tax || o.Total.Amount != total {
		r.Fatalf("the order says %s", sums(o))
	}
}
