package catalog

import (
	"fmt"

	"ordo/engine/event"
	"ordo/trade/customer"
)

// Projections are what events rebuild of products, variants and price lists.
var Projections = []event.Projection{
	{Prefix: "prd_", Parts: []event.Part{{Table: "products", Owner: "id"}}},
	{
		Prefix: "var_",
		Parts: []event.Part{
			{Table: "variants", Owner: "id", Untold: map[string]string{"text_id": "that of the product"}},
			{Table: "barcodes", Name: "barcodes", Owner: "variant_id", Key: []string{"code"}},
			{Table: "bundle_parts", Owner: "bundle_id", Key: []string{"part_id"}},
			{Table: "quantity_limits", Owner: "variant_id", Key: []string{"channel_id", "customer_id"}},
		},
		Tell: tellVariant,
	},
	{Prefix: "prl_", Parts: []event.Part{
		{Table: "price_lists", Owner: "id"},
		{Table: "prices", Name: "prices", Owner: "price_list_id", Key: []string{"variant_id", "minimum"}, Adds: true},
	}},
}

// tellVariant adds what follows from the facts of a variant.
func tellVariant(r *event.Replay, e event.Told) error {
	if err := r.Plain(); err != nil {
		return err
	}
	if e.Type == LimitsSet.Name {
		return tellLimits(r, e)
	}
	v, err := event.Body[body](e)
	r.Set("variants", "", event.Columns{"sku_folded": FoldSKU(v.SKU), "folded": customer.Fold(v.Title + " " + v.SKU), "bundle": len(v.Parts) > 0})
	r.Clear("bundle_parts")
	for i, p := range v.Parts {
		r.Set("bundle_parts", p.VariantID, event.Columns{"quantity": p.Quantity, "position": i + 1})
	}
	return err
}

func tellLimits(r *event.Replay, e event.Told) error {
	told, err := event.Body[limitsBody](e)
	for _, l := range told.Limits {
		key := fmt.Sprintf("%s %s", l.ChannelID, l.CustomerID)
		if l.Minimum == 0 && l.Maximum == 0 && l.Multiple == 0 {
			r.Remove("quantity_limits", key)
		} else {
			r.Set("quantity_limits", key, l)
		}
	}
	r.Set("variants", "", event.Columns{"limited": r.Count("quantity_limits") > 0})
	return err
}
