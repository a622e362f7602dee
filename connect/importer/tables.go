package importer

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"

	"ordo/base/problem"
	"ordo/engine/db"
	"ordo/trade/catalog"
	"ordo/trade/customer"
)

// productColumns: a row is a variant. Rows of the same product are its variants;
// without one, each row is a product of its own.
var productColumns = []column{
	{name: "sku", required: true, unique: true},
	{name: "title", required: true},
	{name: "product"},     // title of the product
	{name: "description"}, // of the product
	{name: "category"},    // of the product
	{name: "kind", empty: "stock"},
	{name: "unit", empty: "each"},
	{name: "tax_class", empty: "standard"},
	{name: "weight_grams", kind: number},
	{name: "hs_code"},
	{name: "minimum", kind: number},
	{name: "maximum", kind: number},
	{name: "multiple", kind: number},
	{name: "backorder", kind: boolean},
	{name: "lot_tracked", kind: boolean},
	{name: "hazardous", kind: boolean},
	{name: "barcodes", kind: list, unique: true},
	{name: "active", kind: boolean, empty: true},
	{name: "external_id", unique: true},
}

// customerColumns: a row is a customer, found again by the external id.
var customerColumns = []column{
	{name: "external_id", required: true, unique: true},
	{name: "name"},
	{name: "company"},
	{name: "email"},
	{name: "phone"},
	{name: "type", empty: "retail"},
	{name: "tier"},
	{name: "active", kind: boolean, empty: true},
	{name: "price_list"}, // code
	{name: "payment_terms_days", kind: number},
	{name: "on_account", kind: boolean},
	{name: "tax_exempt", kind: boolean},
	{name: "language", empty: "en"},
	{name: "time_zone", empty: "UTC"},
}

// stockColumns: a row is a quantity that arrived at a location, by its code.
var stockColumns = []column{
	{name: "sku", required: true},
	{name: "location", required: true},
	{name: "quantity", kind: number, required: true},
	{name: "lot"},
	{name: "expires_at"},
}

// only returns the columns with these names.
func only(columns []column, names ...string) []column {
	return slices.DeleteFunc(slices.Clone(columns), func(c column) bool { return !slices.Contains(names, c.name) })
}

// without returns the other columns.
func without(columns []column, names ...string) []column {
	return slices.DeleteFunc(slices.Clone(columns), func(c column) bool { return slices.Contains(names, c.name) })
}

// products makes a record of each product.
func products(t *table) ([]*record, error) {
	var keys []string
	groups := map[string][]int{}
	for row := range t.rows {
		key := t.cell(row, "product")
		if key == "" {
			key = fmt.Sprintf("\x00%d", row)
		}
		if groups[key] == nil {
			keys = append(keys, key)
		}
		groups[key] = append(groups[key], row)
	}
	var records []*record
	for _, key := range keys {
		r, err := t.product(groups[key])
		if err != nil {
			return nil, err
		}
		records = append(records, r)
	}
	return records, nil
}

// product makes the record of the rows of a product. What is there stays as it
// is where the table has no column for it.
func (t *table) product(rows []int) (*record, error) {
	r := &record{operation: "product.create", rows: rows, again: t.product, outcome: &t.report.Created}
	there, err := t.productThere(rows)
	if err != nil {
		return nil, err
	}
	var facts map[string]any
	own := map[string]*catalog.Variant{} // by folded SKU
	if there != nil {
		r.operation, r.outcome = "product.update", &t.report.Unchanged
		if facts, err = plainJSON(there.ProductFacts); err != nil {
			return nil, err
		}
		for _, v := range there.Variants {
			own[catalog.FoldSKU(v.SKU)] = v
		}
	}
	r.in = t.object(r, rows[0], "", only(productColumns, "description", "category"), facts)
	r.places = append(r.places, place{"/title", rows[0] + 1, "title"})
	if title := t.cell(rows[0], "product"); title != "" {
		r.in["title"] = title
	} else if there == nil {
		r.in["title"] = t.cell(rows[0], "title")
	}
	if there != nil {
		r.in["id"] = there.ID
		if f, ok := as[catalog.ProductFacts](r.in); !ok || !reflect.DeepEqual(f, there.ProductFacts) {
			r.outcome = &t.report.Updated
		}
	}
	var variants []map[string]any
	for i, row := range rows {
		object, changed, err := t.variant(r, row, i, own[catalog.FoldSKU(t.cell(row, "sku"))])
		if err != nil {
			return nil, err
		}
		if changed && there != nil {
			r.outcome = &t.report.Updated
		}
		variants = append(variants, object)
	}
	r.in["variants"] = variants
	return r, nil
}

// variant makes the object of a variant and tells whether it says anything new.
func (t *table) variant(r *record, row, i int, v *catalog.Variant) (object map[string]any, changed bool, err error) {
	pointer := fmt.Sprintf("/variants/%d", i)
	columns := without(productColumns, "product", "description", "category")
	if v == nil {
		return t.object(r, row, pointer, columns, nil), true, nil
	}
	facts, err := plainJSON(v.VariantFacts)
	if err != nil {
		return nil, false, err
	}
	object = t.object(r, row, pointer, columns, facts)
	was, _ := as[catalog.VariantFacts](facts)
	is, ok := as[catalog.VariantFacts](object)
	object["id"] = v.ID
	return object, !ok || !reflect.DeepEqual(was, is), nil
}

// productThere returns the product that the SKUs of some rows belong to, or nil.
func (t *table) productThere(rows []int) (p *catalog.Product, err error) {
	id := ""
	for _, row := range rows {
		of := t.marks.products[catalog.FoldSKU(t.cell(row, "sku"))]
		if of != "" && id != "" && of != id {
			t.fault(row+1, "product", problem.ErrInvalidValue, "The SKU %s belongs to another product than those above.", t.cell(row, "sku"))
		} else if of != "" {
			id = of
		}
	}
	if id == "" {
		return nil, nil
	}
	err = t.engine.DB.Read(t.ctx, func(tx *db.Tx) (err error) { p, err = catalog.Get(tx, id); return err })
	return p, err
}

// customersOf makes a record of each row.
func customersOf(t *table) ([]*record, error) {
	var records []*record
	for row := range t.rows {
		r := &record{operation: "customer.create", rows: []int{row}, outcome: &t.report.Created}
		c, err := t.customerThere(row)
		if err != nil {
			return nil, err
		}
		var facts map[string]any
		if c != nil {
			r.operation, r.outcome = "customer.update", &t.report.Unchanged
			if facts, err = plainJSON(customer.Facts{Terms: c.Terms, Contact: c.Contact}); err != nil {
				return nil, err
			}
		}
		r.in = t.object(r, row, "", without(customerColumns, "price_list"), facts)
		r.places = append(r.places, place{"/price_list_id", row + 1, "price_list"})
		if code := t.cell(row, "price_list"); code != "" {
			r.in["price_list_id"] = cmp.Or(t.marks.priceLists[code], code)
		} else if t.has("price_list") {
			delete(r.in, "price_list_id")
		}
		if c != nil {
			if f, ok := as[customer.Facts](r.in); !ok || f != (customer.Facts{Terms: c.Terms, Contact: c.Contact}) {
				r.outcome = &t.report.Updated
			}
			r.in["id"] = c.ID
		}
		records = append(records, r)
	}
	return records, nil
}

// customerThere returns the customer with the external id of a row, or nil.
func (t *table) customerThere(row int) (c *customer.Customer, err error) {
	id := t.marks.customers[t.cell(row, "external_id")]
	if id == "" {
		if t.cell(row, "external_id") == "" {
			t.fault(row+1, "external_id", problem.ErrRequired, "The external id is what the customer is found by when the table is imported again.")
		}
		return nil, nil
	}
	err = t.engine.DB.Read(t.ctx, func(tx *db.Tx) (err error) { c, err = customer.Get(tx, id); return err })
	return c, err
}

// receipt is how many rows of stock arrive in one document at most.
const receipt = 500

// stock makes a record of the rows of each location, or of each 500. A table
// that was imported before changes nothing: its quantities arrived.
func stock(t *table) ([]*record, error) {
	var chunks [][]int
	open := map[string]int{} // the chunk of each location that is not full
	for row := range t.rows {
		code := t.cell(row, "location")
		i, ok := open[code]
		if !ok || len(chunks[i]) == receipt {
			i = len(chunks)
			chunks, open[code] = append(chunks, nil), i
		}
		chunks[i] = append(chunks[i], row)
	}
	var records []*record
	for i, rows := range chunks {
		r, _ := t.arrival(rows)
		r.key = fmt.Sprintf("stock:%x:%d", t.hash, i+1)
		records = append(records, r)
	}
	return records, nil
}

// arrival makes the record of rows of one location.
func (t *table) arrival(rows []int) (*record, error) {
	r := &record{operation: "stock.receive", rows: rows, again: t.arrival, outcome: &t.report.Created}
	if t.marks.done {
		r.outcome = &t.report.Unchanged
	}
	code := t.cell(rows[0], "location")
	lines := make([]map[string]any, len(rows))
	for i, row := range rows {
		r.places = append(r.places, place{"/location_id", row + 1, "location"})
		lines[i] = t.object(r, row, fmt.Sprintf("/lines/%d", i), without(stockColumns, "location"), nil)
	}
	r.in = map[string]any{"location_id": cmp.Or(t.marks.locations[code], code), "lines": lines}
	return r, nil
}
