package catalog

import (
	"strings"
	"time"

	"ordo/base/problem"
)

// ErrAmbiguous says that a barcode is that of several variants.
var ErrAmbiguous = problem.Declare("barcode_ambiguous", problem.Invalid,
	"Several variants have this barcode.", "Send the SKU of the one that is meant beside the barcode.")

// Scanned is what a barcode says.
type Scanned struct {
	Code    string // EAN, UPC, GTIN, or the text of a Code 128
	Lot     string // of a GS1 element string; empty without
	Expires string // yyyy-mm-dd, of a GS1 element string; empty without
}

// ReadBarcode reads what a scanner gives: a plain code, or a GS1 element string
// with or without a symbology identifier, FNC1 (as the character 29) and
// parentheses. It fails for what ValidBarcode refuses, a wrong check digit in
// the element string, and a day that does not exist.
func ReadBarcode(code string) (Scanned, bool) {
	elements := code
	for _, mark := range []string{"]C1", "]e0", "]d2", "]Q3"} {
		elements = strings.TrimPrefix(elements, mark)
	}
	s, isGS1 := readElements(strings.TrimPrefix(elements, fnc1))
	if !isGS1 {
		return Scanned{Code: code}, ValidBarcode(code)
	}
	if s.Expires != "" {
		var ok bool
		if s.Expires, ok = lastDay(s.Expires); !ok {
			return s, false
		}
	}
	return s, checkDigit(s.Code)
}

const fnc1 = "\x1d"

// application describes an element: its length, or the greatest of one that ends
// at FNC1.
type application struct {
	id       string
	length   int
	variable bool
}

// applications are those that stand on goods. All but GTIN, lot and expiry are
// read over.
var applications = []application{
	{"01", 14, false}, {"10", 20, true}, {"17", 6, false},
	{"11", 6, false}, {"13", 6, false}, {"15", 6, false}, {"16", 6, false}, {"21", 20, true},
}

// readElements reads a GS1 element string that names an article; ok is false if
// it is none.
func readElements(text string) (s Scanned, ok bool) {
	for text != "" {
		a, rest := nextApplication(text)
		if a == nil {
			return s, false
		}
		end := len(rest)
		if i := strings.IndexAny(rest, fnc1+"("); i >= 0 && a.variable {
			end = i
		}
		if !a.variable {
			end = min(end, a.length)
		}
		value := rest[:end]
		if value == "" || len(value) > a.length || !a.variable && (len(value) < a.length || !digits(value)) {
			return s, false
		}
		text = strings.TrimPrefix(rest[end:], fnc1)
		switch a.id {
		case "01":
			s.Code = value
		case "10":
			s.Lot = value
		case "17":
			s.Expires = value
		}
	}
	return s, s.Code != ""
}

// nextApplication finds what comes next, with or without parentheses, and what
// follows it.
func nextApplication(text string) (*application, string) {
	for i, a := range applications {
		if rest, ok := strings.CutPrefix(text, "("+a.id+")"); ok {
			return &applications[i], rest
		}
		if rest, ok := strings.CutPrefix(text, a.id); ok {
			return &applications[i], rest
		}
	}
	return nil, ""
}

// lastDay is the day of yymmdd; day 0 is the end of the month.
func lastDay(yymmdd string) (string, bool) {
	if month, ok := strings.CutSuffix(yymmdd, "00"); ok {
		first, err := time.Parse("060102", month+"01")
		return first.AddDate(0, 1, -1).Format(time.DateOnly), err == nil
	}
	day, err := time.Parse("060102", yymmdd)
	return day.Format(time.DateOnly), err == nil
}

func digits(text string) bool { return strings.Trim(text, "0123456789") == "" }

// forms are the ways to write a code: a GTIN of 8, 12, 13 or 14 digits is the
// same with zeros before it.
func forms(code string) []string {
	switch len(code) {
	case 8, 12, 13, 14:
		if digits(code) {
			break
		}
		return []string{code}
	default:
		return []string{code}
	}
	whole := strings.Repeat("0", 14-len(code)) + code
	all := []string{whole}
	for _, length := range []int{13, 12, 8} {
		if short := whole[14-length:]; digits(short) && strings.Trim(whole[:14-length], "0") == "" {
			all = append(all, short)
		}
	}
	return all
}

// Matches are the offers of a want: one at most, but for a barcode that several
// variants have. Of those, only the ones that can be sold count if there is one.
func (s *OfferSet) Matches(w Want) []*Offer {
	if w.VariantID+w.SKU != "" {
		if o := s.Find(w); o != nil {
			return []*Offer{o}
		}
		return nil
	}
	var all, sold []*Offer
	seen := map[string]bool{}
	for _, code := range w.codes() {
		for _, id := range s.barcodes[code] {
			o := s.byID[id]
			if o == nil || seen[id] {
				continue
			}
			seen[id] = true
			if all = append(all, o); o.Active && o.Listed {
				sold = append(sold, o)
			}
		}
	}
	if len(sold) > 0 {
		return sold
	}
	return all
}

// codes are the forms of the want's barcode.
func (w Want) codes() []string {
	s, _ := ReadBarcode(w.Barcode)
	return forms(s.Code)
}
