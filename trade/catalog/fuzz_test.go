package catalog_test

import (
	"strings"
	"testing"

	"ordo/trade/catalog"
)

func FuzzBarcode(f *testing.F) {
	f.Add("4006381333931", uint8(3), uint8(5))
	f.Add("96385074", uint8(0), uint8(1))
	f.Add("ABC-1", uint8(0), uint8(0))
	f.Fuzz(func(t *testing.T, code string, at, by uint8) {
		digits := strings.Trim(code, "0123456789") == ""
		guarded := digits && (len(code) == 8 || len(code) >= 12 && len(code) <= 14)
		if !catalog.ValidBarcode(code) {
			return
		}
		if len(code) == 0 || len(code) > 48 || !guarded && strings.TrimSpace(code) != code && len(code) != 8 && (len(code) < 12 || len(code) > 14) {
			t.Errorf("%q passes", code)
		}
		if !guarded {
			return
		}
		wrong := []byte(code)
		i := int(at) % len(wrong)
		wrong[i] = '0' + (wrong[i]-'0'+1+by%9)%10
		if catalog.ValidBarcode(string(wrong)) {
			t.Errorf("%s passes as well as %s, from which one digit differs", wrong, code)
		}
	})
}

func FuzzFoldSKU(f *testing.F) {
	f.Add(" tea-500 ")
	f.Add("ſtraße")
	f.Fuzz(func(t *testing.T, sku string) {
		folded := catalog.FoldSKU(sku)
		if catalog.FoldSKU(folded) != folded || catalog.FoldSKU(" "+sku+"\t") != folded || catalog.FoldSKU(strings.ToUpper(sku)) != folded {
			t.Errorf("%q is folded to %q, and that to %q", sku, folded, catalog.FoldSKU(folded))
		}
	})
}
