package catalog

import (
	"net/http"

	"ordo/base/money"
	"ordo/engine/command"
	"ordo/engine/db"
	"ordo/engine/query"
)

var (
	variantExample = VariantFacts{
		SKU: "MUG-RED", Title: "Red mug", Kind: "stock", Unit: "each", TaxClass: "standard", WeightGrams: 350, Options: map[string]string{"color": "red"},
		Barcodes: []string{"4006381333931"}, Active: true,
	}
	productExample = ProductFacts{Title: "Mug", Description: "Holds a third of a liter.", Category: "kitchen/cups", Specifications: Specifications{"material": {"stoneware"}, "suits": {"dishwasher", "microwave"}}}
	listExample    = PriceListFacts{Code: "retail", Name: "Retail"}
)

// Operations on products, variants and price lists.
var Operations = []command.Operation{
	command.Def[query.Input, query.Rows[*Product]]{
		Name: "product.list", Summary: "List products with their variants; words without field search titles and SKUs", Method: http.MethodGet, Path: "/v1/products",
		Read: List,
	},
	command.Def[GetIn, *Product]{
		Name: "product.get", Summary: "Show a product with its variants", Method: http.MethodGet, Path: "/v1/products/{id}",
		Read: func(tx *db.Tx, in GetIn) (*Product, error) { return Get(tx, in.ID) },
	},
	command.Def[CreateIn, *Product]{
		Name: "product.create", Summary: "Add a product with its variants", Method: http.MethodPost, Path: "/v1/products", Creates: true,
		Run: Create, Result: productResult, Repeat: Get,
		Example: CreateIn{productExample, []VariantFacts{variantExample}},
	},
	command.Def[UpdateIn, *Product]{
		Name: "product.update", Summary: "Change a product, and add or change variants", Method: http.MethodPut, Path: "/v1/products/{id}",
		Run: Update, Result: productResult, Repeat: Get,
		Example: UpdateIn{"prd_01", productExample, []VariantIn{{ID: "var_01", VariantFacts: variantExample}}},
	},
	command.Def[query.Input, query.Rows[*Variant]]{
		Name: "variant.list", Summary: "List variants; words without field search title and SKU", Method: http.MethodGet, Path: "/v1/variants",
		Read: ListVariants,
	},
	command.Def[GetIn, *Variant]{
		Name: "variant.get", Summary: "Show a variant", Method: http.MethodGet, Path: "/v1/variants/{id}",
		Read: func(tx *db.Tx, in GetIn) (*Variant, error) { return GetVariant(tx, in.ID) },
	},
	command.Def[UpdateVariantIn, *Variant]{
		Name: "variant.update", Summary: "Change a variant", Method: http.MethodPut, Path: "/v1/variants/{id}",
		Run: UpdateVariant, Result: func(v *Variant) (string, int64) { return v.ID, v.Version }, Repeat: GetVariant,
		Example: UpdateVariantIn{"var_01", variantExample},
	},
	command.Def[LimitsIn, query.Rows[*Limit]]{
		Name: "variant.limits", Summary: "List the limits of a variant per channel and customer", Method: http.MethodGet, Path: "/v1/variants/{id}/limits",
		Read: ListLimits,
	},
	command.Def[SetLimitsIn, *Variant]{
		Name: "variant.set_limits", Summary: "Set limits of a variant per channel and customer; others stay", Method: http.MethodPut, Path: "/v1/variants/{id}/limits",
		Run: SetLimits, Result: func(v *Variant) (string, int64) { return v.ID, v.Version }, Repeat: GetVariant,
		Example: SetLimitsIn{"var_01", []Limit{{ChannelID: "cha_01", Minimum: 12_000, Multiple: 6_000}, {CustomerID: "cus_01", Maximum: 600_000}}},
	},
	command.Def[query.Input, query.Rows[*PriceList]]{
		Name: "price_list.list", Summary: "List price lists", Method: http.MethodGet, Path: "/v1/price-lists",
		Read: ListPriceLists,
	},
	command.Def[GetIn, *PriceList]{
		Name: "price_list.get", Summary: "Show a price list", Method: http.MethodGet, Path: "/v1/price-lists/{id}",
		Read: func(tx *db.Tx, in GetIn) (*PriceList, error) { return GetPriceList(tx, in.ID) },
	},
	command.Def[CreatePriceListIn, *PriceList]{
		Name: "price_list.create", Summary: "Add a price list", Method: http.MethodPost, Path: "/v1/price-lists", Creates: true,
		Run: CreatePriceList, Result: listResult, Repeat: GetPriceList,
		Example: CreatePriceListIn{listExample, "GBP", true},
	},
	command.Def[UpdatePriceListIn, *PriceList]{
		Name: "price_list.update", Summary: "Rename a price list", Method: http.MethodPut, Path: "/v1/price-lists/{id}",
		Run: UpdatePriceList, Result: listResult, Repeat: GetPriceList,
		Example: UpdatePriceListIn{"prl_01", listExample},
	},
	command.Def[PricesIn, query.Rows[*Price]]{
		Name: "price.list", Summary: "List the prices of a price list", Method: http.MethodGet, Path: "/v1/price-lists/{id}/prices",
		Read: ListPrices,
	},
	command.Def[SetPricesIn, *PriceList]{
		Name: "price.set", Summary: "Set prices of a price list; others stay", Method: http.MethodPut, Path: "/v1/price-lists/{id}/prices",
		Run: SetPrices, Result: listResult, Repeat: GetPriceList,
		Example: SetPricesIn{"prl_01", []PriceRow{{SKU: "MUG-RED", UnitPrice: 8_950_000}, {SKU: "MUG-RED", Minimum: money.Quantity(12_000), UnitPrice: 7_950_000}}},
	},
}

func productResult(p *Product) (string, int64) { return p.ID, p.Version }

func listResult(l *PriceList) (string, int64) { return l.ID, l.Version }
