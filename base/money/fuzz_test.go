package money_test

import (
	"math/big"
	"testing"

	"ordo/base/money"
)

func FuzzSplit(f *testing.F) {
	f.Add(int64(100), int64(1), int64(1), int64(1))
	f.Add(int64(-7), int64(0), int64(0), int64(0))
	f.Add(int64(1<<62), int64(1<<60), int64(3), int64(0))
	f.Fuzz(func(t *testing.T, total, a, b, c int64) {
		weights := []int64{a &^ (-1 << 60), b &^ (-1 << 60), c &^ (-1 << 60)}
		parts := money.Split(total, weights)
		sum, left := big.NewInt(0), new(big.Int)
		for _, w := range weights {
			sum.Add(sum, big.NewInt(w))
		}
		for i, w := range weights {
			left.Add(left, big.NewInt(parts[i]))
			exact := new(big.Rat).SetFrac64(total, 3)
			if sum.Sign() > 0 {
				exact.SetFrac(new(big.Int).Mul(big.NewInt(total), big.NewInt(w)), sum)
			}
			off := exact.Sub(exact, new(big.Rat).SetInt64(parts[i]))
			if off.Abs(off).Cmp(big.NewRat(1, 1)) >= 0 {
				t.Errorf("%d over %v gives %v: part %d is off by %s", total, weights, parts, i, off)
			}
		}
		if left.Cmp(big.NewInt(total)) != 0 {
			t.Errorf("%d over %v gives %v, which is %s", total, weights, parts, left)
		}
	})
}

// rounded is n/d, half away from zero.
func rounded(n, d *big.Int) *big.Int {
	twice := new(big.Int).Mul(n, big.NewInt(2))
	twice.Add(twice.Abs(twice), d)
	twice.Quo(twice, new(big.Int).Mul(d, big.NewInt(2)))
	if n.Sign() < 0 {
		twice.Neg(twice)
	}
	return twice
}

func FuzzExtend(f *testing.F) {
	f.Add(int64(12_500_000), int64(2000), uint8(2))
	f.Add(int64(-5_000), int64(1), uint8(0))
	f.Add(int64(1<<62), int64(1<<62), uint8(3))
	f.Fuzz(func(t *testing.T, unit, quantity int64, digits uint8) {
		d := int(digits % 5)
		product := new(big.Int).Mul(big.NewInt(unit), big.NewInt(quantity))
		scale := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(9-d)), nil)
		want := rounded(product, scale)
		got, err := money.Extend(money.UnitPrice(unit), money.Quantity(quantity), d)
		fits := new(big.Int).Abs(want).Cmp(big.NewInt(money.MaxAmount)) <= 0
		if fits != (err == nil) || fits && want.Cmp(big.NewInt(got)) != 0 {
			t.Errorf("%d x %d with %d digits gives %d, %v, want %s", unit, quantity, d, got, err, want)
		}
	})
}

func FuzzIncludedTax(f *testing.F) {
	f.Add(int64(3400), int64(200_000))
	f.Add(int64(-1), int64(1_000_000))
	f.Fuzz(func(t *testing.T, gross, rate int64) {
		gross, rate = gross%money.MaxAmount, rate&(1<<29-1)
		want := rounded(new(big.Int).Mul(big.NewInt(gross), big.NewInt(rate)), big.NewInt(1_000_000+rate))
		if got := money.IncludedTax(gross, money.Rate(rate)); want.Cmp(big.NewInt(got)) != 0 {
			t.Errorf("%d at %d gives %d, want %s", gross, rate, got, want)
		}
	})
}

func FuzzFormatDecimal(f *testing.F) {
	f.Add(int64(-5), uint8(2))
	f.Add(int64(-1<<63), uint8(6))
	f.Fuzz(func(t *testing.T, value int64, places uint8) {
		p := int(places % 10)
		text := money.FormatDecimal(value, p)
		if again, err := money.ParseDecimal(text, p); again != value && value != -1<<63 || err != nil && value != -1<<63 {
			t.Errorf("%d with %d decimals is printed %s and read as %d, %v", value, p, text, again, err)
		}
	})
}
