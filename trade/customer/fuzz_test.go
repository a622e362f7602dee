package customer_test

import (
	"testing"
	"unicode/utf8"

	"ordo/trade/customer"
)

func FuzzFold(f *testing.F) {
	f.Add("Éloïse Müller")
	f.Add("İ ﬁ ǅ")
	f.Fuzz(func(t *testing.T, text string) {
		folded := customer.Fold(text)
		if again := customer.Fold(folded); utf8.ValidString(text) && again != folded {
			t.Errorf("%q is folded to %q, and that to %q", text, folded, again)
		}
	})
}
