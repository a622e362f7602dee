package catalog_test

import (
	"fmt"
	"strings"
	"testing"

	"ordo/engine/db"
	"ordo/engine/db/dbtest"
	"ordo/engine/query"
	"ordo/trade/catalog"
	"ordo/trade/tradetest"
)

// Spec: 1.3.3
func TestProductsAndVariantsHaveSpecifications(t *testing.T) {
	dbtest.Each(t, db.Options{}, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		f := stock("CUP")
		f.Specifications = catalog.Specifications{"volume": {"0.3 l"}}
		facts := catalog.ProductFacts{Title: "Cup", Specifications: catalog.Specifications{"suits": {"oven", "dishwasher"}}}
		p := tradetest.Do[*catalog.Product](s, "product.create", catalog.CreateIn{ProductFacts: facts, Variants: []catalog.VariantFacts{f}})
		says := func() string {
			listed := tradetest.Do[query.Rows[*catalog.Product]](s, "product.list", query.Input{}).Items[0]
			v := tradetest.Do[*catalog.Variant](s, "variant.get", catalog.GetIn{ID: p.Variants[0].ID})
			return fmt.Sprint(listed.Specifications, listed.Variants[0].Specifications, v.Specifications)
		}
		if got, want := says(), "map[suits:[oven dishwasher]] map[volume:[0.3 l]] map[volume:[0.3 l]]"; got != want {
			t.Errorf("got %s, want %s", got, want)
		}
		s.Wrote(p.ID, []string{"1 product.created", `"specifications":{"suits":["oven","dishwasher"]}`})
		s.Wrote(p.Variants[0].ID, []string{"1 variant.created", `"specifications":{"volume":["0.3 l"]}`})
		facts.Specifications, f.Specifications = nil, nil
		tradetest.Do[*catalog.Product](s, "product.update", catalog.UpdateIn{ID: p.ID, ProductFacts: facts, Variants: []catalog.VariantIn{{ID: p.Variants[0].ID, VariantFacts: f}}})
		if got, want := says(), "map[] map[] map[]"; got != want {
			t.Errorf("got %s, want %s", got, want)
		}
		for _, bad := range []catalog.Specifications{{"": {"x"}}, {"a": nil}, {"a": {"x", ""}}, {"a": {strings.Repeat("x", 501)}}} {
			facts.Specifications, f.Specifications = bad, nil
			s.Refused("product.create", catalog.CreateIn{ProductFacts: facts, Variants: []catalog.VariantFacts{f}}, "/specifications value_invalid")
			facts.Specifications, f.Specifications, f.SKU = nil, bad, "BOWL"
			s.Refused("product.create", catalog.CreateIn{ProductFacts: facts, Variants: []catalog.VariantFacts{f}}, "/variants/0/specifications value_invalid")
		}
	})
}
