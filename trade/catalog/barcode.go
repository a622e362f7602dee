package catalog

import "ordo/base/problem"

// ErrBarcode says that a barcode can't be what it looks like.
var ErrBarcode = problem.Declare("barcode_invalid", problem.Invalid,
	"A barcode has a wrong check digit, or characters that a scanner can't give.", "Scan or type it again; other codes than EAN, UPC and GTIN are printable ASCII, up to 48 characters.")

// ValidBarcode tells whether a code can be scanned. Digits of the length of
// EAN-8, UPC-A, EAN-13 or GTIN-14 must end in the right check digit; all else
// is the text of a Code 128.
func ValidBarcode(code string) bool {
	if len(code) == 0 || len(code) > 48 {
		return false
	}
	digits := true
	for i := range len(code) {
		if code[i] < ' ' || code[i] > '~' {
			return false
		}
		digits = digits && code[i] >= '0' && code[i] <= '9'
	}
	switch len(code) {
	case 8, 12, 13, 14:
		return !digits || checkDigit(code)
	}
	return code[0] != ' ' && code[len(code)-1] != ' '
}

// checkDigit weighs the digits 1, 3, 1, 3 … from the right: the sum is a
// multiple of ten.
func checkDigit(code string) bool {
	sum := 0
	for i := range len(code) {
		digit := int(code[len(code)-1-i] - '0')
		sum += digit * (1 + i%2*2)
	}
	return sum%10 == 0
}
