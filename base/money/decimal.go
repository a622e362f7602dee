package money

import (
	"encoding/json"
	"errors"
	"strconv"
	"strings"
)

// Why a decimal text is refused. Test with errors.Is.
var (
	ErrSyntax   = errors.New("not a plain decimal number such as 12.5")
	ErrDecimals = errors.New("too many decimals")
	ErrRange    = errors.New("outside the bounds")
)

// Quantity counts thousandths of a unit; its absolute value is below 10^9
// units. In JSON it is a number with up to three decimals.
type Quantity int64

// UnitPrice is millionths of the major unit of a currency; its absolute value
// is below 10^9 major units. In JSON it is a decimal string.
type UnitPrice int64

// Rate is parts per million, from 0 to below 1000 (100,000 %). In text and in
// JSON it is a decimal fraction: "0.19" is 19 %.
type Rate int64

const (
	quantityPlaces = 3
	pricePlaces    = 6
	ratePlaces     = 6

	quantityBound Quantity  = 1e9 * 1e3
	priceBound    UnitPrice = 1e9 * 1e6
	rateBound     Rate      = 1e3 * 1e6
)

// ParseDecimal reads a plain decimal such as "-12.5" as an integer of
// 10^-places. It never rounds: more decimals are ErrDecimals, a value that
// does not fit is ErrRange, exponents, signs but "-", and blanks are ErrSyntax.
func ParseDecimal(text string, places int) (int64, error) {
	digits, negative := strings.CutPrefix(text, "-")
	whole, fraction, point := strings.Cut(digits, ".")
	if !isDigits(whole) || point && !isDigits(fraction) {
		return 0, ErrSyntax
	}
	if len(fraction) > places {
		return 0, ErrDecimals
	}
	digits = whole + fraction + strings.Repeat("0", places-len(fraction))
	if negative {
		digits = "-" + digits
	}
	value, err := strconv.ParseInt(digits, 10, 64)
	if err != nil {
		return 0, ErrRange
	}
	return value, nil
}

func isDigits(text string) bool {
	for i := range len(text) {
		if text[i] < '0' || text[i] > '9' {
			return false
		}
	}
	return text != ""
}

// FormatDecimal writes value, an integer of 10^-places, with all its decimals:
// 1250 with two places is "12.50".
func FormatDecimal(value int64, places int) string {
	digits := strconv.FormatUint(magnitude(value), 10)
	if missing := places + 1 - len(digits); missing > 0 {
		digits = strings.Repeat("0", missing) + digits
	}
	if value < 0 {
		digits = "-" + digits
	}
	if places == 0 {
		return digits
	}
	point := len(digits) - places
	return digits[:point] + "." + digits[point:]
}

// formatShort is FormatDecimal without zeros at the end. It needs places > 0.
func formatShort(value int64, places int) string {
	return strings.TrimSuffix(strings.TrimRight(FormatDecimal(value, places), "0"), ".")
}

// ParseQuantity reads a decimal with at most three decimals. The errors are
// ErrSyntax, ErrDecimals and ErrRange.
func ParseQuantity(text string) (Quantity, error) {
	return parse(text, quantityPlaces, 1-quantityBound, quantityBound-1)
}

// ParseUnitPrice reads a decimal with at most six decimals. The errors are
// ErrSyntax, ErrDecimals and ErrRange.
func ParseUnitPrice(text string) (UnitPrice, error) {
	return parse(text, pricePlaces, 1-priceBound, priceBound-1)
}

// ParseRate reads a decimal fraction with at most six decimals: "0.19" for
// 19 %. The errors are ErrSyntax, ErrDecimals and ErrRange.
func ParseRate(text string) (Rate, error) {
	return parse(text, ratePlaces, 0, rateBound-1)
}

func parse[T ~int64](text string, places int, least, most T) (T, error) {
	value, err := ParseDecimal(text, places)
	if err != nil {
		return 0, err
	}
	if T(value) < least || T(value) > most {
		return 0, ErrRange
	}
	return T(value), nil
}

// String returns the shortest exact decimal, such as "1.5".
func (q Quantity) String() string { return formatShort(int64(q), quantityPlaces) }

// String returns the shortest exact decimal, such as "0.001".
func (p UnitPrice) String() string { return formatShort(int64(p), pricePlaces) }

// String returns the shortest exact decimal fraction, such as "0.19".
func (r Rate) String() string { return formatShort(int64(r), ratePlaces) }

// MarshalJSON writes a number: 1.5.
func (q Quantity) MarshalJSON() ([]byte, error) { return []byte(q.String()), nil }

// MarshalJSON writes a decimal string: "0.001".
func (p UnitPrice) MarshalJSON() ([]byte, error) { return []byte(`"` + p.String() + `"`), nil }

// MarshalJSON writes a decimal string: "0.19".
func (r Rate) MarshalJSON() ([]byte, error) { return []byte(`"` + r.String() + `"`), nil }

// UnmarshalJSON reads a number or a decimal string by its text. The errors are
// those of ParseQuantity.
func (q *Quantity) UnmarshalJSON(data []byte) error { return unmarshal(q, data, ParseQuantity) }

// UnmarshalJSON reads a decimal string or a number by its text. The errors are
// those of ParseUnitPrice.
func (p *UnitPrice) UnmarshalJSON(data []byte) error { return unmarshal(p, data, ParseUnitPrice) }

// UnmarshalJSON reads a decimal string or a number by its text. The errors are
// those of ParseRate.
func (r *Rate) UnmarshalJSON(data []byte) error { return unmarshal(r, data, ParseRate) }

func unmarshal[T any](into *T, data []byte, read func(string) (T, error)) error {
	text := string(data)
	if strings.HasPrefix(text, `"`) {
		if json.Unmarshal(data, &text) != nil {
			return ErrSyntax
		}
	}
	value, err := read(text)
	if err != nil {
		return err
	}
	*into = value
	return nil
}
