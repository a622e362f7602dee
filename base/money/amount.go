package money

import "math/bits"

// MaxAmount is the largest absolute value of a sum of money, in minor units.
const MaxAmount = 1e15 - 1

// Amount is a sum of money.
type Amount struct {
	Amount   int64  `json:"amount"`   // minor units: cents
	Currency string `json:"currency"` // ISO 4217 code
}

// Format returns the amount in major units, such as "12.50 EUR", and minor
// units if the currency is unknown.
func (a Amount) Format() string {
	digits, _ := Digits(a.Currency)
	return FormatDecimal(a.Amount, digits) + " " + a.Currency
}

// Thousandths returns the amount in thousandths of the major unit, in which
// amounts of all currencies compare; a fourth decimal is cut off.
func (a Amount) Thousandths() int64 {
	digits, _ := Digits(a.Currency)
	if digits > 3 {
		return a.Amount / int64(powersOfTen[digits-3])
	}
	return a.Amount * int64(powersOfTen[3-digits])
}

var powersOfTen = [...]uint64{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9}

// Extend returns unit x q in minor units of a currency with that many digits
// (0 to 9), rounded once, half away from zero. The error is ErrRange if that
// exceeds MaxAmount.
func Extend(unit UnitPrice, q Quantity, digits int) (int64, error) {
	amount, ok := mulDiv(int64(unit), int64(q), powersOfTen[pricePlaces+quantityPlaces-digits])
	if !ok || amount > MaxAmount || amount < -MaxAmount {
		return 0, ErrRange
	}
	return amount, nil
}

const million = 1e6

// MulRate returns amount x r, rounded half away from zero. It panics if that
// is no int64, which amounts up to MaxAmount can't reach.
func MulRate(amount int64, r Rate) int64 {
	product, ok := mulDiv(amount, int64(r), million)
	if !ok {
		panic("money: amount x rate is out of range")
	}
	return product
}

// IncludedTax returns the tax at rate r that is part of a gross amount:
// gross x r/(1+r), rounded half away from zero.
func IncludedTax(gross int64, r Rate) int64 {
	tax, ok := mulDiv(gross, int64(r), uint64(million+r))
	if !ok {
		panic("money: gross x rate is out of range")
	}
	return tax
}

// mulDiv returns a x b / c, rounded half away from zero, and whether it fits.
func mulDiv(a, b int64, c uint64) (int64, bool) {
	high, low := bits.Mul64(magnitude(a), magnitude(b))
	if high >= c {
		return 0, false
	}
	quotient, rest := bits.Div64(high, low, c)
	if quotient < 1<<63 && rest >= c-rest {
		quotient++
	}
	if quotient >= 1<<63 {
		return 0, false
	}
	return withSign(quotient, (a < 0) != (b < 0)), true
}

// magnitude is the absolute value, also of the least int64.
func magnitude(value int64) uint64 {
	if value < 0 {
		return -uint64(value)
	}
	return uint64(value)
}

func withSign(magnitude uint64, negative bool) int64 {
	if negative {
		return -int64(magnitude)
	}
	return int64(magnitude)
}
