package money_test

import (
	"errors"
	"math"
	"math/big"
	"slices"
	"strings"
	"testing"

	"ordo/base/money"

	"pgregory.net/rapid"
)

func TestCurrenciesHaveTheirDecimals(t *testing.T) {
	for code, want := range map[string]int{"EUR": 2, "GBP": 2, "JPY": 0, "KWD": 3, "CLF": 4} {
		if got, ok := money.Digits(code); got != want || !ok {
			t.Errorf("Digits(%s) = %d, %t; want %d", code, got, ok, want)
		}
	}
	for _, code := range []string{"", "eur", "DEM", "XAU", "XXX"} {
		if _, ok := money.Digits(code); ok {
			t.Errorf("%q counts as a currency in use", code)
		}
	}
}

func TestCurrenciesAreSortedAndTheCallersOwn(t *testing.T) {
	all := money.Currencies()
	if len(all) < 150 || !slices.IsSortedFunc(all, func(a, b money.Currency) int { return strings.Compare(a.Code, b.Code) }) {
		t.Errorf("%d currencies, or not sorted", len(all))
	}
	first := all[0]
	all[0].Code = "changed"
	if got := money.Currencies()[0]; got != first || got.Name == "" {
		t.Errorf("the first currency is now %+v", got)
	}
}

func TestAmountsAreWrittenWithTheDecimalsOfTheirCurrency(t *testing.T) {
	for _, c := range []struct {
		amount money.Amount
		want   string
	}{
		{money.Amount{Amount: 1250, Currency: "EUR"}, "12.50 EUR"},
		{money.Amount{Amount: -5, Currency: "USD"}, "-0.05 USD"},
		{money.Amount{Amount: 1250, Currency: "JPY"}, "1250 JPY"},
		{money.Amount{Amount: 1250, Currency: "KWD"}, "1.250 KWD"},
		{money.Amount{Amount: 1250, Currency: "???"}, "1250 ???"},
	} {
		if got := c.amount.Format(); got != c.want {
			t.Errorf("%+v is written %q, want %q", c.amount, got, c.want)
		}
	}
}

func TestExtendRoundsOnceHalfAwayFromZero(t *testing.T) {
	for _, c := range []struct {
		unit   string
		q      string
		digits int
		want   int64
	}{
		{"12.5", "2", 2, 2500},
		{"0.001", "5", 2, 1}, // half a cent
		{"0.001", "-5", 2, -1},
		{"0.001", "4.999", 2, 0},
		{"0.333333", "3", 2, 100},
		{"1.5", "1", 0, 2},
		{"-1.5", "1", 0, -2},
		{"-1.5", "-1", 0, 2},
		{"1.2345", "1", 4, 12345},
		{"0.000001", "0.001", 9, 1},
		{"999999.999999", "999999.999", 2, 99_999_999_899_900},
	} {
		unit, _ := money.ParseUnitPrice(c.unit)
		q, _ := money.ParseQuantity(c.q)
		if got, err := money.Extend(unit, q, c.digits); got != c.want || err != nil {
			t.Errorf("%s x %s with %d digits = %d, %v; want %d", c.unit, c.q, c.digits, got, err, c.want)
		}
	}
}

func TestExtendRefusesWhatTheLedgerCantHold(t *testing.T) {
	unit, _ := money.ParseUnitPrice("999999999.999999")
	q, _ := money.ParseQuantity("999999999.999")
	for _, sign := range []money.Quantity{1, -1} {
		if _, err := money.Extend(unit, sign*q, 0); !errors.Is(err, money.ErrRange) {
			t.Errorf("the largest product gives %v", err)
		}
	}
	if got, err := money.Extend(money.MaxAmount*1e6/1e3, 1e3, 3); got != money.MaxAmount || err != nil {
		t.Errorf("the largest amount gives %d, %v", got, err)
	}
	if _, err := money.Extend(math.MaxInt64, math.MinInt64, 9); !errors.Is(err, money.ErrRange) {
		t.Errorf("values out of bounds give %v", err)
	}
}

// exact returns a x b / c, rounded half away from zero.
func exact(a, b, c int64) *big.Int {
	product := new(big.Int).Mul(big.NewInt(a), big.NewInt(b))
	half := big.NewInt(c * int64(product.Sign()))
	product.Mul(product, big.NewInt(2)).Add(product, half)
	return product.Quo(product, big.NewInt(2*c))
}

func TestProductsAgreeWithArithmeticOfAnySize(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		amount := rapid.Int64Range(-money.MaxAmount, money.MaxAmount).Draw(t, "amount")
		rate := rapid.Int64Range(0, 1e9-1).Draw(t, "rate")
		quantity := rapid.Int64Range(1-1e12, 1e12-1).Draw(t, "quantity")
		if got, want := money.MulRate(amount, money.Rate(rate)), exact(amount, rate, 1e6); want.Cmp(big.NewInt(got)) != 0 {
			t.Fatalf("MulRate = %d, want %d", got, want)
		}
		if got, want := money.IncludedTax(amount, money.Rate(rate)), exact(amount, rate, 1e6+rate); want.Cmp(big.NewInt(got)) != 0 {
			t.Fatalf("IncludedTax = %d, want %d", got, want)
		}
		got, err := money.Extend(money.UnitPrice(amount), money.Quantity(quantity), 2)
		want := exact(amount, quantity, 1e7)
		if inside := want.CmpAbs(big.NewInt(money.MaxAmount)) <= 0; inside != (err == nil) || inside && want.Int64() != got {
			t.Fatalf("Extend = %d, %v; want %d", got, err, want)
		}
	})
}

func TestRatesTakeTheirShare(t *testing.T) {
	for _, c := range []struct {
		amount   int64
		rate     money.Rate
		mul, tax int64
	}{
		{1000, 190_000, 190, 160}, {1190, 190_000, 226, 190}, {-1190, 190_000, -226, -190},
		{50, 10_000, 1, 0}, {-50, 10_000, -1, 0}, {100, 0, 0, 0}, {100, 1_000_000, 100, 50},
	} {
		if got := money.MulRate(c.amount, c.rate); got != c.mul {
			t.Errorf("MulRate(%d, %s) = %d, want %d", c.amount, c.rate, got, c.mul)
		}
		if got := money.IncludedTax(c.amount, c.rate); got != c.tax {
			t.Errorf("IncludedTax(%d, %s) = %d, want %d", c.amount, c.rate, got, c.tax)
		}
	}
}
