package catalog_test

import (
	"slices"
	"strings"
	"testing"

	"ordo/engine/db"
	"ordo/engine/db/dbtest"
	"ordo/engine/query"
	"ordo/trade/catalog"
	"ordo/trade/tradetest"
)

func open(t *testing.T, d *db.DB) *tradetest.Shop { return tradetest.Open(t, d, catalog.Operations) }

func stock(sku string) catalog.VariantFacts {
	return catalog.VariantFacts{SKU: sku, Kind: "stock", Active: true}
}

func bundle(sku string, parts ...catalog.Part) catalog.VariantFacts {
	f := stock(sku)
	f.Parts = parts
	return f
}

func create(s *tradetest.Shop, title string, variants ...catalog.VariantFacts) *catalog.Product {
	return tradetest.Do[*catalog.Product](s, "product.create", catalog.CreateIn{ProductFacts: catalog.ProductFacts{Title: title}, Variants: variants})
}

func TestAProductIsAddedWithItsVariants(t *testing.T) {
	dbtest.Each(t, db.Options{}, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		red := catalog.VariantFacts{
			SKU: " mug-red ", Title: "Red mug", Kind: "stock", Unit: "box", TaxClass: "reduced", WeightGrams: 350, HSCode: "6912.00", Options: map[string]string{"size": "L", "color": "red"},
			Minimum: 1_500, Maximum: 90_000, Multiple: 500, Backorder: true, LotTracked: true, Hazardous: true, Barcodes: []string{"SHELF 7", "4006381333931"}, Active: true, ExternalID: "x-1",
		}
		p := create(s, "Mug", red, bundle("six", catalog.Part{SKU: "MUG-red", Quantity: 6_000}))
		got := tradetest.Do[*catalog.Product](s, "product.get", catalog.GetIn{ID: p.ID})
		if len(got.Variants) != 2 || got.Variants[0].SKU != "mug-red" || got.Title != "Mug" {
			t.Fatalf("got %+v", got)
		}
		v, six := got.Variants[0], got.Variants[1]
		if v.Title != "Red mug" || v.Unit != "box" || v.TaxClass != "reduced" || v.WeightGrams != 350 || v.HSCode != "6912.00" || v.Options["size"] != "L" ||
			v.Minimum != 1_500 || v.Maximum != 90_000 || v.Multiple != 500 || !v.Backorder || !v.LotTracked || !v.Hazardous || v.Bundle || !v.Active || v.ExternalID != "x-1" ||
			!slices.Equal(v.Barcodes, []string{"4006381333931", "SHELF 7"}) {
			t.Errorf("got %+v", v)
		}
		if six.Title != "Mug" || six.Unit != "each" || six.TaxClass != "standard" || !six.Bundle || !slices.Equal(six.Parts, []catalog.Part{{VariantID: v.ID, SKU: "mug-red", Quantity: 6_000}}) {
			t.Errorf("got %+v", six)
		}
		s.Wrote(p.ID, []string{"1 product.created", `"title":"Mug"`, `"version":1`})
		s.Wrote(v.ID, []string{"1 variant.created", `"product_id":"` + p.ID + `"`, `"sku":"mug-red"`, `"barcodes":["4006381333931","SHELF 7"]`, `"minimum":1.5`, `"options":{"color":"red","size":"L"}`, `"parts":[]`, `"hazardous":true`})
		s.Wrote(six.ID, []string{"1 variant.created", `"parts":[{"quantity":6,"sku":"mug-red","variant_id":"` + v.ID + `"}]`, `"lot_tracked":false`, `"barcodes":[]`})
	})
}

func TestAProductIsChangedWithItsVariants(t *testing.T) {
	dbtest.Each(t, db.Options{}, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		p := create(s, "Mug", stock("A"), stock("B"), bundle("C", catalog.Part{SKU: "a", Quantity: 2_000}))
		a, b := p.Variants[0], p.Variants[1]
		other := stock("A2")
		other.Barcodes = []string{"96385074"}
		got := tradetest.Do[*catalog.Product](s, "product.update", catalog.UpdateIn{
			ID: p.ID, ProductFacts: catalog.ProductFacts{Title: "Cup", Category: "kitchen"},
			Variants: []catalog.VariantIn{{ID: a.ID, VariantFacts: other}, {VariantFacts: stock("A")}},
		})
		again := tradetest.Do[*catalog.Product](s, "product.get", catalog.GetIn{ID: p.ID})
		for _, p := range []*catalog.Product{got, again} {
			var skus []string
			for _, v := range p.Variants {
				skus = append(skus, v.SKU)
			}
			if strings.Join(skus, " ") != "A A2 B C" || p.Title != "Cup" || p.Category != "kitchen" || p.Version != 2 {
				t.Errorf("got %s of %+v", skus, p)
			}
		}
		if parts := again.Variants[3].Parts; len(parts) != 1 || parts[0].SKU != "A2" {
			t.Errorf("the bundle has %+v", parts)
		}
		s.Wrote(p.ID, []string{"1 product.created"}, []string{"2 product.updated", `"title":"Cup"`, `"category":"kitchen"`, `"version":2`})
		s.Wrote(a.ID, []string{"1 variant.created"}, []string{"2 variant.updated", `"sku":"A2"`, `"barcodes":["96385074"]`, `"version":2`})
		s.Wrote(b.ID, []string{"1 variant.created"})
	})
}

func TestAVariantIsChanged(t *testing.T) {
	dbtest.Each(t, db.Options{}, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		p := create(s, "Mug", stock("A"), bundle("B", catalog.Part{SKU: "A", Quantity: 1_000}))
		a, b := p.Variants[0], p.Variants[1]
		f := stock("b")
		f.Active, f.Barcodes = false, []string{"036000291452"}
		for range 2 { // also to what it is already
			tradetest.Do[*catalog.Variant](s, "variant.update", catalog.UpdateVariantIn{ID: b.ID, VariantFacts: f})
		}
		got := tradetest.Do[*catalog.Variant](s, "variant.get", catalog.GetIn{ID: b.ID})
		if got.SKU != "b" || got.Title != "Mug" || got.Active || got.Bundle || len(got.Parts) != 0 || got.Version != 3 || !slices.Equal(got.Barcodes, f.Barcodes) {
			t.Errorf("got %+v", got)
		}
		s.Wrote(b.ID, []string{"1 variant.created"}, []string{"2 variant.updated", `"parts":[]`, `"active":false`}, []string{"3 variant.updated", `"version":3`})
		tradetest.Do[*catalog.Variant](s, "variant.update", catalog.UpdateVariantIn{ID: a.ID, VariantFacts: bundle("A", catalog.Part{VariantID: b.ID, Quantity: 1_000})})
	})
}

func TestVariantsAreRefusedWithAllTheirFaults(t *testing.T) {
	dbtest.Each(t, db.Options{}, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		first := stock("A")
		first.Barcodes, first.ExternalID = []string{"4006381333931"}, "x-1"
		p := create(s, "Mug", first, bundle("B", catalog.Part{SKU: "A", Quantity: 1_000}), stock("C"))
		a := p.Variants[0]

		twin := stock("a")
		twin.ExternalID, twin.Minimum, twin.Maximum, twin.Multiple = "x-1", -1, 500, 1_000
		codes := stock("D")
		codes.Barcodes = []string{"4006381333931", "4006381333932", "ok", "ok", "é"}
		parts := bundle("E", catalog.Part{}, catalog.Part{SKU: "none", Quantity: 1}, catalog.Part{VariantID: "var_none", Quantity: 1}, catalog.Part{SKU: "B", Quantity: 1}, catalog.Part{SKU: "e", Quantity: 1},
			catalog.Part{SKU: "A", VariantID: p.Variants[2].ID, Quantity: 1}, catalog.Part{SKU: "a", Quantity: -1}, catalog.Part{VariantID: a.ID, Quantity: 1})
		s.Refused("product.create", catalog.CreateIn{ProductFacts: catalog.ProductFacts{Title: "Bad"}, Variants: []catalog.VariantFacts{twin, codes, stock("F"), stock("f"), parts}},
			"/variants/0/sku already_exists", "/variants/0/external_id already_exists", "/variants/0/minimum amount_out_of_range", "/variants/0/maximum value_invalid",
			"/variants/1/barcodes/1 barcode_invalid", "/variants/1/barcodes/3 already_exists", "/variants/1/barcodes/4 barcode_invalid",
			"/variants/3/sku already_exists",
			"/variants/4/parts/0/quantity amount_out_of_range", "/variants/4/parts/0/sku field_required", "/variants/4/parts/1/sku sku_unknown", "/variants/4/parts/2/variant_id sku_unknown",
			"/variants/4/parts/3 bundle_nested", "/variants/4/parts/4 bundle_nested", "/variants/4/parts/5/variant_id value_invalid",
			"/variants/4/parts/6/quantity amount_out_of_range", "/variants/4/parts/7 value_invalid")

		s.Refused("variant.update", catalog.UpdateVariantIn{ID: a.ID, VariantFacts: stock("c")}, "/sku already_exists")
		s.Refused("variant.update", catalog.UpdateVariantIn{ID: a.ID, VariantFacts: bundle("A", catalog.Part{SKU: "C", Quantity: 1})}, "/parts bundle_nested")
		s.Refused("variant.update", catalog.UpdateVariantIn{ID: "var_none", VariantFacts: stock("Z")}, "not_found")
		s.Refused("variant.get", catalog.GetIn{ID: "var_none"}, "not_found")
		s.Refused("product.get", catalog.GetIn{ID: "prd_none"}, "not_found")
		s.Refused("product.update", catalog.UpdateIn{ID: "prd_none"}, "not_found")
		s.Refused("product.update", catalog.UpdateIn{ID: p.ID, Variants: []catalog.VariantIn{{ID: a.ID, VariantFacts: first}, {ID: a.ID, VariantFacts: first}, {ID: "var_none"}}},
			"/variants/1/id value_invalid", "/variants/2/id value_invalid")
		s.Refused("product.update", catalog.UpdateIn{ID: p.ID, ProductFacts: catalog.ProductFacts{Title: "Mug"}, Variants: []catalog.VariantIn{{VariantFacts: stock("A")}}}, "/variants/0/sku already_exists")
	})
}

// Spec: 1.3.2
func TestProductsAndVariantsAreFound(t *testing.T) {
	dbtest.Each(t, db.Options{}, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		kept := stock("TEA-1")
		kept.Title, kept.Barcodes = "Grüner Tee", []string{"96385074"}
		create(s, "Tea", kept, stock("TEA-2"))
		create(s, "Cup", stock("CUP"), bundle("SET", catalog.Part{SKU: "CUP", Quantity: 6_000}))
		for filter, want := range map[string]string{
			"": "CUP SET TEA-1 TEA-2", "gruner": "TEA-1", "tea-": "TEA-1 TEA-2", "sku:tea": "TEA-1 TEA-2", "barcode:96385074": "TEA-1", "bundle:true": "SET", "kind:digital": "",
		} {
			var got []string
			for _, v := range tradetest.Do[query.Rows[*catalog.Variant]](s, "variant.list", query.Input{Filter: filter}).Items {
				got = append(got, v.SKU)
				if v.SKU == "TEA-1" && !slices.Equal(v.Barcodes, kept.Barcodes) || v.SKU == "SET" && len(v.Parts) != 1 {
					t.Errorf("%q gives %+v", filter, v)
				}
			}
			if strings.Join(got, " ") != want {
				t.Errorf("%q finds %v, want %s", filter, got, want)
			}
		}
		for filter, want := range map[string]string{"": "Cup 2 Tea 2", "gruner": "Tea 2", "sku:SET": "Cup 2", "title:te": "Tea 2", "-cup": "Tea 2"} {
			var got []string
			for _, p := range tradetest.Do[query.Rows[*catalog.Product]](s, "product.list", query.Input{Filter: filter}).Items {
				got = append(got, p.Title, string(rune('0'+len(p.Variants))))
			}
			if strings.Join(got, " ") != want {
				t.Errorf("%q finds %v, want %s", filter, got, want)
			}
		}
	})
}

// The number of statements must not grow with the rows of a page.
func TestAPageOfProductsTakesAsManyStatementsAsOne(t *testing.T) {
	dbtest.Each(t, db.Options{}, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		statements := func() int64 {
			before := d.Statements.Load()
			tradetest.Do[query.Rows[*catalog.Product]](s, "product.list", query.Input{})
			return d.Statements.Load() - before
		}
		create(s, "Tea", stock("T1"))
		one := statements()
		for _, sku := range []string{"T2", "T3", "T4", "T5", "T6", "T7", "T8"} {
			create(s, "Tea", stock(sku), stock(sku+"b"))
		}
		if many := statements(); many != one {
			t.Errorf("8 products take %d statements, one takes %d", many, one)
		}
	})
}
