package catalog_test

import (
	"testing"

	"ordo/trade/catalog"
)

// Spec: 1.3.1
func TestABarcodeIsReadAsTheScannerGivesIt(t *testing.T) {
	for code, want := range map[string]catalog.Scanned{
		"4006381333931":             {Code: "4006381333931"},
		"(01)ABC-9":                 {Code: "(01)ABC-9"}, // a Code 128 that looks like it
		"0104006381333931":          {Code: "04006381333931"},
		"(01)04006381333931(10)L-7": {Code: "04006381333931", Lot: "L-7"},
		"(01)04006381333931(17)261231(10)L7(21)0009": {Code: "04006381333931", Lot: "L7", Expires: "2026-12-31"},
		"010400638133393117280200" + "10L7":          {Code: "04006381333931", Lot: "L7", Expires: "2028-02-29"},
		"]C10104006381333931" + "10L7\x1d17261231":   {Code: "04006381333931", Lot: "L7", Expires: "2026-12-31"},
		"]d2\x1d0104006381333931" + "2155\x1d10L7":   {Code: "04006381333931", Lot: "L7"},
		"10012345678902": {Code: "10012345678902"},
		"99ABC":          {Code: "99ABC"},
	} {
		if got, ok := catalog.ReadBarcode(code); got != want || !ok {
			t.Errorf("%q says %+v, %v; want %+v", code, got, ok, want)
		}
	}
	for _, code := range []string{"", "4006381333932", "0104006381333932", "(01)04006381333932(10)L7", "(01)04006381333931(17)261301", "(01)04006381333931(17)260230"} {
		if got, ok := catalog.ReadBarcode(code); ok {
			t.Errorf("%q is taken as %+v", code, got)
		}
	}
}
