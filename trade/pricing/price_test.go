package pricing_test

import (
	"errors"
	"flag"
	"math/big"
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"ordo/base/money"
	"ordo/base/problem"
	"ordo/trade/pricing"
)

func TestAPriceIsCalculatedByHand(t *testing.T) {
	tea := pricing.Line{Quantity: 3_000, UnitPrice: 3_335_000, TaxRate: 190_000, TaxLabel: "VAT"} // 10.005
	cup := pricing.Line{Quantity: 1_500, UnitPrice: 12_500_000, TaxRate: 70_000, TaxLabel: "VAT"} // 18.75
	tenth := pricing.Discount{Kind: pricing.Percent, Rate: 100_000, Label: "Summer"}
	for _, c := range []struct {
		name   string
		in     pricing.Input
		totals pricing.Totals
		first  pricing.PricedLine
	}{
		{
			"exclusive, rounded half away from zero", pricing.Input{Lines: []pricing.Line{tea, cup}},
			pricing.Totals{Subtotal: 2876, Net: 2876, Tax: 190 + 131, Total: 3197},
			pricing.PricedLine{Extended: 1001, Net: 1001, Tax: 190, Gross: 1191, Adjustments: []pricing.Adjustment{{"tax", "VAT", 190_000, 190, 0}}},
		},
		{
			"inclusive", pricing.Input{TaxInclusive: true, Lines: []pricing.Line{tea, cup}},
			pricing.Totals{Subtotal: 2876, Net: 841 + 1752, Tax: 160 + 123, Total: 2876},
			pricing.PricedLine{Extended: 1001, Net: 841, Tax: 160, Gross: 1001, Adjustments: []pricing.Adjustment{{"tax", "VAT", 190_000, 160, 0}}},
		},
		{
			"discounts one after the other, then the order's over what is left",
			pricing.Input{
				Lines: []pricing.Line{
					{Quantity: 1_000, UnitPrice: 10_000_000, Discounts: []pricing.Discount{tenth, {Kind: pricing.Amount, Amount: 100, Label: "Scratch"}}}, // 8.00 left
					{Quantity: 1_000, UnitPrice: 2_000_000},
				},
				Discounts: []pricing.Discount{tenth, {Kind: pricing.Amount, Amount: 9, Label: "Coupon"}},
			},
			pricing.Totals{Subtotal: 1200, Discount: 200 + 100 + 9, Net: 891, Total: 891},
			pricing.PricedLine{Extended: 1000, Discount: 200 + 80 + 7, Net: 713, Gross: 713, Adjustments: []pricing.Adjustment{
				{"discount", "Summer", 100_000, 100, 0}, {"discount", "Scratch", 0, 100, 0}, {"discount", "Summer", 100_000, 80, 1}, {"discount", "Coupon", 0, 7, 2},
			}},
		},
		{
			"a charge is taxed as the prices are",
			pricing.Input{TaxInclusive: true, Lines: []pricing.Line{tea}, Charges: []pricing.Charge{{Kind: "shipping", Amount: 595, TaxRate: 190_000}}},
			pricing.Totals{Subtotal: 1001, Charges: 500, Net: 1341, Tax: 255, Total: 1596},
			pricing.PricedLine{Extended: 1001, Net: 841, Tax: 160, Gross: 1001, Adjustments: []pricing.Adjustment{{"tax", "VAT", 190_000, 160, 0}}},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.in.Currency, c.in.Digits = "EUR", 2
			got, err := pricing.Price(c.in)
			if err != nil {
				t.Fatal(err)
			}
			if got.Totals != c.totals {
				t.Errorf("totals are %+v, want %+v", got.Totals, c.totals)
			}
			if !reflect.DeepEqual(got.Lines[0], c.first) {
				t.Errorf("the first line is %+v, want %+v", got.Lines[0], c.first)
			}
		})
	}
}

func TestAGivenShareStandsInForTheProduct(t *testing.T) {
	share := int64(334)
	got, err := pricing.Price(pricing.Input{Currency: "EUR", Digits: 2, Lines: []pricing.Line{{Quantity: 1_000, UnitPrice: 10_000_000, Extended: &share, TaxRate: 500_000}}})
	if want := (pricing.Totals{Subtotal: 334, Net: 334, Tax: 167, Total: 501}); err != nil || got.Totals != want {
		t.Errorf("got %+v, %v, want %+v", got.Totals, err, want)
	}
}

func TestNothingIsPricedAtNothing(t *testing.T) {
	got, err := pricing.Price(pricing.Input{Currency: "EUR", Digits: 2, Discounts: []pricing.Discount{{Kind: pricing.Percent, Rate: 500_000}}})
	if err != nil || got.Totals != (pricing.Totals{}) {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestARefusalNamesEveryFault(t *testing.T) {
	line := func(discounts ...pricing.Discount) pricing.Line {
		return pricing.Line{Quantity: 1_000, UnitPrice: 10_000_000, Discounts: discounts}
	}
	amount := func(n int64) pricing.Discount { return pricing.Discount{Kind: pricing.Amount, Amount: n} }
	most := pricing.Line{Quantity: 999_999_999, UnitPrice: 9_999_999_999_999} // almost the largest sum
	type fault struct{ pointer, code string }
	for _, c := range []struct {
		name string
		in   pricing.Input
		want []fault
	}{
		{"a discount above the rest, on several lines",
			pricing.Input{Lines: []pricing.Line{line(amount(600), amount(401)), line(), line(amount(1001))}},
			[]fault{{"/lines/0/discounts/1", "discount_exceeds_price"}, {"/lines/2/discounts/0", "discount_exceeds_price"}}},
		{"more than all", pricing.Input{Lines: []pricing.Line{line(pricing.Discount{Kind: pricing.Percent, Rate: 1_000_001})}},
			[]fault{{"/lines/0/discounts/0", "discount_exceeds_price"}}},
		{"an order discount above the rest", pricing.Input{Lines: []pricing.Line{line(amount(100))}, Discounts: []pricing.Discount{amount(500), amount(401)}},
			[]fault{{"/discounts/1", "discount_exceeds_price"}}},
		{"a negative discount and an unknown kind", pricing.Input{Lines: []pricing.Line{line(amount(-1)), line(pricing.Discount{Kind: "gift"})}},
			[]fault{{"/lines/0/discounts/0", "value_invalid"}, {"/lines/1/discounts/0", "value_invalid"}}},
		{"negative numbers", pricing.Input{Lines: []pricing.Line{{Quantity: -1, UnitPrice: 1}, {Quantity: 1, UnitPrice: -1}, {TaxRate: -1}}},
			[]fault{{"/lines/0/quantity", "amount_out_of_range"}, {"/lines/1/unit_price", "amount_out_of_range"}, {"/lines/2/tax_rate", "amount_out_of_range"}}},
		{"a product too large", pricing.Input{Lines: []pricing.Line{line(), {Quantity: 999_999_999_999, UnitPrice: 999_999_999_999_999}}},
			[]fault{{"/lines/1/quantity", "amount_out_of_range"}}},
		{"a sum too large", pricing.Input{Lines: []pricing.Line{most, most}, Discounts: []pricing.Discount{amount(1)}},
			[]fault{{"/lines/1", "amount_out_of_range"}}},
		{"charges", pricing.Input{Lines: []pricing.Line{line()}, Charges: []pricing.Charge{{Amount: -1}, {Amount: money.MaxAmount + 1}, {Amount: 1, TaxRate: 1_000_000_000}}},
			[]fault{{"/charges/0/amount", "amount_out_of_range"}, {"/charges/1/amount", "amount_out_of_range"}, {"/charges/2/tax_rate", "amount_out_of_range"}}},
		{"a charge that makes the sum too large", pricing.Input{Lines: []pricing.Line{line()}, Charges: []pricing.Charge{{Amount: money.MaxAmount}}},
			[]fault{{"/charges/0", "amount_out_of_range"}}},
		{"a tax that makes the sum too large", pricing.Input{Lines: []pricing.Line{{Quantity: 999_999_999, UnitPrice: 9_999_999_999_999, TaxRate: 1_000_000}}},
			[]fault{{"/lines/0", "amount_out_of_range"}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.in.Currency, c.in.Digits = "EUR", 2
			_, err := pricing.Price(c.in)
			p := problem.As(err)
			if p == nil {
				t.Fatalf("not refused: %v", err)
			}
			var got []fault
			for _, f := range p.Faults {
				got = append(got, fault{f.Pointer, f.Code.Name})
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
	if _, err := pricing.Price(pricing.Input{Digits: 2, Lines: []pricing.Line{line(amount(1001))}}); !errors.Is(err, pricing.ErrDiscount) {
		t.Errorf("got %v", err)
	}
}

var currencies = []struct {
	code   string
	digits int
}{{"JPY", 0}, {"EUR", 2}, {"KWD", 3}}

// order draws an order whose discounts are small enough not to be refused.
func order(t *rapid.T) pricing.Input {
	c := rapid.SampledFrom(currencies).Draw(t, "currency")
	in := pricing.Input{Currency: c.code, Digits: c.digits, TaxInclusive: rapid.Bool().Draw(t, "inclusive")}
	rate := rapid.SampledFrom([]money.Rate{0, 1, 55_000, 70_000, 190_000, 255_000, 1_000_000, 999_999_999})
	for range rapid.IntRange(1, 5).Draw(t, "lines") {
		in.Lines = append(in.Lines, pricing.Line{
			Quantity:  money.Quantity(rapid.Int64Range(0, 5_000).Draw(t, "quantity")),
			UnitPrice: money.UnitPrice(rapid.Int64Range(0, 100_000_000).Draw(t, "price")),
			TaxRate:   rate.Draw(t, "tax"), Discounts: discounts(t),
		})
	}
	in.Discounts = discounts(t)
	for range rapid.IntRange(0, 2).Draw(t, "charges") {
		in.Charges = append(in.Charges, pricing.Charge{Kind: "shipping", Amount: rapid.Int64Range(0, 9_999).Draw(t, "charge"), TaxRate: rate.Draw(t, "tax")})
	}
	return in
}

func discounts(t *rapid.T) (all []pricing.Discount) {
	for range rapid.IntRange(0, 2).Draw(t, "discounts") {
		if rapid.Bool().Draw(t, "percent") {
			all = append(all, pricing.Discount{Kind: pricing.Percent, Rate: money.Rate(rapid.Int64Range(0, 1_000_000).Draw(t, "rate"))})
		} else {
			all = append(all, pricing.Discount{Kind: pricing.Amount, Amount: rapid.SampledFrom([]int64{0, 1, 2, 50}).Draw(t, "amount")})
		}
	}
	return all
}

// withoutAmounts leaves the percentages only, which never take more than there is.
func withoutAmounts(in pricing.Input) pricing.Input {
	percentages := func(all []pricing.Discount) []pricing.Discount {
		return slices.DeleteFunc(all, func(d pricing.Discount) bool { return d.Kind == pricing.Amount })
	}
	for i := range in.Lines {
		in.Lines[i].Discounts = percentages(in.Lines[i].Discounts)
	}
	in.Discounts = percentages(in.Discounts)
	return in
}

// rounded is the nearest integer, half away from zero, for what is not negative.
func rounded(r *big.Rat) int64 {
	double := new(big.Rat).Add(new(big.Rat).Mul(r, big.NewRat(2, 1)), big.NewRat(1, 1))
	return new(big.Int).Quo(double.Num(), new(big.Int).Mul(double.Denom(), big.NewInt(2))).Int64()
}

func wantTax(base int64, r money.Rate, inclusive bool) int64 {
	rate := big.NewRat(int64(r), 1_000_000)
	if inclusive {
		rate.Quo(rate, new(big.Rat).Add(rate, big.NewRat(1, 1)))
	}
	return rounded(rate.Mul(rate, big.NewRat(base, 1)))
}

// Spec: 1.3.7
func TestRandomOrdersAddUp(t *testing.T) {
	priced := map[string]int{}
	check(t, 100_000, func(t *rapid.T) {
		in := order(t)
		got, err := pricing.Price(in)
		if errors.Is(err, pricing.ErrDiscount) { // an amount above what is left
			got, err = pricing.Price(withoutAmounts(in))
		}
		if err != nil {
			t.Fatal(err)
		}
		priced[in.Currency]++
		scale := [...]int64{0: 1, 2: 100, 3: 1000}[in.Digits]
		sum := pricing.Totals{}
		for i, line := range got.Lines {
			exact := new(big.Rat).Mul(big.NewRat(int64(in.Lines[i].Quantity), 1000), big.NewRat(int64(in.Lines[i].UnitPrice), 1_000_000))
			if want := rounded(exact.Mul(exact, big.NewRat(scale, 1))); line.Extended != want {
				t.Fatalf("line %d extends to %d, want %d", i, line.Extended, want)
			}
			base := line.Extended - line.Discount
			if line.Discount < 0 || base < 0 {
				t.Fatalf("line %d has a discount of %d on %d", i, line.Discount, line.Extended)
			}
			if tax := wantTax(base, in.Lines[i].TaxRate, in.TaxInclusive); line.Tax != tax {
				t.Fatalf("line %d has tax %d on %d, want %d", i, line.Tax, base, tax)
			}
			agreed := line.Net
			if in.TaxInclusive {
				agreed = line.Gross
			}
			if agreed != base || line.Net+line.Tax != line.Gross {
				t.Fatalf("line %d does not add up: %+v", i, line)
			}
			shown := map[string]int64{}
			for _, a := range line.Adjustments {
				shown[a.Kind] += a.Amount
			}
			if shown["discount"] != line.Discount || shown["tax"] != line.Tax {
				t.Fatalf("line %d shows %v, not %+v", i, shown, line)
			}
			sum.Subtotal += line.Extended
			sum.Discount += line.Discount
			sum.Net += line.Net
			sum.Tax += line.Tax
			sum.Total += line.Gross
		}
		for i, charge := range got.Charges {
			if tax := wantTax(in.Charges[i].Amount, in.Charges[i].TaxRate, in.TaxInclusive); charge.Tax != tax || charge.Net+charge.Tax != charge.Gross {
				t.Fatalf("charge %d is %+v, want tax %d", i, charge, tax)
			}
			sum.Charges += charge.Net
			sum.Net += charge.Net
			sum.Tax += charge.Tax
			sum.Total += charge.Gross
		}
		if got.Totals != sum || sum.Net+sum.Tax != sum.Total {
			t.Fatalf("totals are %+v, the parts add up to %+v", got.Totals, sum)
		}
	})
	if jpy, eur, kwd := priced["JPY"], priced["EUR"], priced["KWD"]; jpy+eur+kwd < 100_000 || min(jpy, eur, kwd) < 20_000 {
		t.Errorf("too few orders have a price: %v", priced)
	}
}

func TestAnOrderDiscountIsSharedToTheUnit(t *testing.T) {
	check(t, 10_000, func(t *rapid.T) {
		in := order(t)
		in.Discounts = nil
		before, err := pricing.Price(in)
		if err != nil {
			return // an amount above what is left
		}
		var left int64
		for _, line := range before.Lines {
			left += line.Extended - line.Discount
		}
		off := rapid.Int64Range(0, left).Draw(t, "off")
		in.Discounts = []pricing.Discount{{Kind: pricing.Amount, Amount: off}}
		after, err := pricing.Price(in)
		if err != nil {
			t.Fatal(err)
		}
		if got := after.Totals.Discount - before.Totals.Discount; got != off {
			t.Fatalf("%d of %d were given", got, off)
		}
		for i := range after.Lines {
			share := after.Lines[i].Discount - before.Lines[i].Discount
			exact := new(big.Rat)
			if left > 0 {
				exact = big.NewRat(off, left)
				exact.Mul(exact, big.NewRat(before.Lines[i].Extended-before.Lines[i].Discount, 1))
			}
			distance := exact.Sub(exact, big.NewRat(share, 1))
			if distance.Abs(distance).Cmp(big.NewRat(1, 1)) >= 0 {
				t.Fatalf("line %d gets %d", i, share)
			}
		}
	})
}

func TestTheOrderOfLinesDecidesOnlyTies(t *testing.T) {
	check(t, 10_000, func(t *rapid.T) {
		in := order(t)
		got, err := pricing.Price(in)
		turned := in
		turned.Lines = slices.Clone(in.Lines)
		slices.Reverse(turned.Lines)
		other, otherErr := pricing.Price(turned)
		if (err == nil) != (otherErr == nil) {
			t.Fatalf("one order of lines is refused: %v, %v", err, otherErr)
		}
		if err != nil {
			return
		}
		a, b := got.Totals, other.Totals
		if a.Subtotal != b.Subtotal || a.Discount != b.Discount || a.Charges != b.Charges {
			t.Fatalf("%+v and %+v", a, b)
		}
		if len(in.Discounts) == 0 && a != b {
			t.Fatalf("nothing was shared out, yet %+v and %+v", a, b)
		}
	})
}

func TestSharesOfABundleAddUp(t *testing.T) {
	if got := pricing.Shares(1000, []int64{500, 500, 500}); !slices.Equal(got, []int64{334, 333, 333}) {
		t.Errorf("got %v", got)
	}
}

func TestPricingAnOrderAllocatesLittle(t *testing.T) {
	in := pricing.Input{Currency: "EUR", Digits: 2, Charges: make([]pricing.Charge, 1)}
	for range 50 {
		in.Lines = append(in.Lines, pricing.Line{Quantity: 1000, UnitPrice: 1_000_000, TaxRate: 200_000})
	}
	if n := testing.AllocsPerRun(100, func() { pricing.Price(in) }); n > 6 {
		t.Errorf("50 lines take %v allocations", n)
	}
}

// check runs a property n times.
func check(t *testing.T, n int, property func(*rapid.T)) {
	t.Helper()
	checks := flag.Lookup("rapid.checks").Value
	before := checks.String()
	defer checks.Set(before)
	checks.Set(big.NewInt(int64(n)).String())
	rapid.Check(t, property)
}
