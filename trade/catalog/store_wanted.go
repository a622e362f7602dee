package catalog

import (
	"strings"

	"ordo/engine/db"
)

// Wanted returns a subquery for the ids of the wanted variants, with parameters
// from $first on.
func Wanted(want []Want, first int) (text string, args []any) {
	var names [len(wanted)][]string
	for _, w := range want {
		way, values := w.way()
		names[way] = append(names[way], values...)
	}
	var texts []string
	for way, values := range names {
		if len(values) == 0 {
			continue
		}
		list := Padded(values)
		texts = append(texts, `SELECT v.id FROM variants v WHERE `+wanted[way].before+db.Params(first+len(args), len(list))+wanted[way].after)
		args = append(args, list...)
	}
	return strings.Join(texts, " UNION ALL "), args
}

// way tells how a want names its variant, and the names.
func (w Want) way() (way int, values []string) {
	switch {
	case w.VariantID != "":
		return byID, []string{w.VariantID}
	case w.SKU != "":
		return bySKU, []string{FoldSKU(w.SKU)}
	}
	return byBarcode, w.codes()
}
