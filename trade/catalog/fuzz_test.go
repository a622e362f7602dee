package catalog_test

import (
	"strings"
	"testing"
	"time"

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

func FuzzReadBarcode(f *testing.F) {
	for _, seed := range []string{"(01)04006381333931(17)261231(10)L-7", "]C10104006381333931172612001017\x1d21S1", "0104006381333931", "4006381333931", "]d2", "(01)", "\x1d", "(17)261300"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, code string) {
		s, ok := catalog.ReadBarcode(code)
		if !ok {
			return
		}
		if s.Code == "" || len(s.Lot) > 20 || strings.Contains(s.Lot, "\x1d") {
			t.Errorf("%q is read as %+v", code, s)
		}
		if s.Expires != "" {
			if _, err := time.Parse(time.DateOnly, s.Expires); err != nil {
				t.Errorf("%q expires on %q", code, s.Expires)
			}
		}
		if plain, ok := catalog.ReadBarcode(s.Code); !ok || plain.Code != s.Code {
			t.Errorf("%q has the code %q, which is read as %+v, %v", code, s.Code, plain, ok)
		}
	})
}
