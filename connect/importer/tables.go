package importer

import (
	"cmp"
	"fmt"
	"maps"
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
	{name: "sku", required: true, unique: true, also: []string{"articlenumber", "articleno", "itemnumber", "itemno", "productcode", "variantsku", "artikelnummer", "artikelnr"}},
	{name: "title", required: true, also: []string{"name", "productname", "articlename", "itemname", "bezeichnung", "artikelbezeichnung", "titel"}},
	{name: "product", also: []string{"parent", "productgroup", "produkt"}},                    // title of the product
	{name: "description", also: []string{"text", "bodyhtml", "beschreibung"}},                 // of the product
	{name: "category", also: []string{"type", "productcategory", "kategorie", "warengruppe"}}, // of the product
	{name: "kind", empty: "stock"},
	{name: "unit", empty: "each", also: []string{"uom", "einheit"}},
	{name: "tax_class", empty: "standard", also: []string{"taxcode", "steuerklasse"}},
	{name: "weight_grams", kind: number, also: []string{"weight", "grams", "variantgrams", "gewicht"}},
	{name: "hs_code", also: []string{"customstariff", "tariffnumber", "zolltarifnummer"}},
	{name: "minimum", kind: number, also: []string{"minimumquantity", "minquantity", "mindestmenge"}},
	{name: "maximum", kind: number, also: []string{"maximumquantity", "maxquantity", "höchstmenge"}},
	{name: "multiple", kind: number},
	{name: "backorder", kind: boolean},
	{name: "lot_tracked", kind: boolean},
	{name: "hazardous", kind: boolean},
	{name: "barcodes", kind: list, unique: true, also: []string{"barcode", "ean", "gtin", "upc", "variantbarcode"}},
	{name: "active", kind: boolean, empty: true, also: []string{"enabled", "status", "aktiv"}},
	{name: "external_id", unique: true},
}

// customerColumns: a row is a customer, found again by the external id.
var customerColumns = []column{
	{name: "external_id", required: true, unique: true, also: []string{"externalid", "customernumber", "customerno", "customerid", "kundennummer", "kundennr"}},
	{name: "name", also: []string{"fullname", "contact", "kontakt", "ansprechpartner"}},
	{name: "company", also: []string{"companyname", "firma"}},
	{name: "email", also: []string{"mail", "emailaddress"}},
	{name: "phone", also: []string{"telephone", "phonenumber", "telefon"}},
	{name: "type", empty: "retail", also: []string{"customertype", "kundentyp"}},
	{name: "tier"},
	{name: "active", kind: boolean, empty: true, also: []string{"enabled", "status", "aktiv"}},
	{name: "price_list", also: []string{"preisliste"}}, // code
	{name: "payment_terms_days", kind: number, also: []string{"paymentterms", "zahlungsziel"}},
	{name: "on_account", kind: boolean},
	{name: "tax_exempt", kind: boolean},
	{name: "language", empty: "en", also: []string{"sprache"}},
	{name: "time_zone", empty: "UTC", also: []string{"zeitzone"}},
}

// stockColumns: a row is a quantity that arrived at a location, by its code.
var stockColumns = []column{
	{name: "sku", required: true, also: []string{"articlenumber", "articleno", "itemnumber", "itemno", "productcode", "variantsku", "artikelnummer", "artikelnr"}},
	{name: "location", required: true, also: []string{"warehouse", "store", "lager", "lagerort", "standort"}},
	{name: "quantity", kind: number, required: true, also: []string{"qty", "onhand", "stock", "amount", "menge", "bestand", "anzahl"}},
	{name: "lot", also: []string{"batch", "charge", "los"}},
	{name: "expires_at", kind: moment, also: []string{"expiry", "expires", "bestbefore", "mhd", "ablaufdatum"}},
}

// only returns the columns with these names.
func only(columns []column, names ...string) []column {
	return slices.DeleteFunc(slices.Clone(columns), func(c column) bool { return !slices.Contains(names, c.name) })
}

// without returns the other columns.
func without(columns []column, names ...string) []column {
	return slices.DeleteFunc(slices.Clone(columns), func(c column) bool { return slices.Contains(names, c.name) })
}

// single makes a group of each row.
func single(s *sheet) (groups [][]int) {
	for _, row := range s.filled() {
		groups = append(groups, []int{row})
	}
	return groups
}

// gathered makes a group of the rows with the same key, or of each so many.
func gathered(s *sheet, most int, key func(row int) string) (groups [][]int) {
	open := map[string]int{} // the group of each key that is not full
	for _, row := range s.filled() {
		k := key(row)
		i, ok := open[k]
		if !ok || len(groups[i]) == most {
			i = len(groups)
			groups, open[k] = append(groups, nil), i
		}
		groups[i] = append(groups[i], row)
	}
	return groups
}

// products makes a group of the rows of each product; a row without one is a
// product of its own.
func products(s *sheet) [][]int {
	return gathered(s, maxRows, func(row int) string { return cmp.Or(s.cell(row, "product"), fmt.Sprintf("\x00%d", row)) })
}

// product makes the record of the rows of a product. What is there stays as it
// is where the table has no column for it.
func (t *table) product(rows []int) (*record, error) {
	r := &record{operation: "product.create"}
	there, err := t.productThere(r, rows)
	if err != nil {
		return nil, err
	}
	var was map[string]any
	own := map[string]*catalog.Variant{} // by folded SKU
	if there != nil {
		r.operation, r.was, r.want = "product.update", snapshot{}, snapshot{}
		if was, err = plainJSON(there.ProductFacts); err != nil {
			return nil, err
		}
		for _, v := range there.Variants {
			own[catalog.FoldSKU(v.SKU)] = v
		}
	}
	r.in = t.object(r, rows[0], "", only(productColumns, "description", "category"), was)
	r.places = append(r.places, place{"/title", rows[0] + 1, "title"})
	if title := t.cell(rows[0], "product"); title != "" {
		r.in["title"] = title
	} else if there == nil {
		r.in["title"] = t.cell(rows[0], "title")
	}
	is := facts[catalog.ProductFacts](r.in)
	if there != nil {
		r.in["id"], r.was[""], r.want[""] = there.ID, was, is
	}
	var variants []map[string]any
	for i, row := range rows {
		object, err := t.variant(r, row, i, own[catalog.FoldSKU(t.cell(row, "sku"))])
		if err != nil {
			return nil, err
		}
		variants = append(variants, object)
	}
	r.in["variants"] = variants
	t.changeProduct(&r.changes[0], was, is)
	return r, nil
}

// changeProduct adds what the first row of a product says of the product.
func (t *table) changeProduct(first *RowChange, was, is map[string]any) {
	for _, p := range []struct{ column, fact string }{{"product", "title"}, {"description", "description"}, {"category", "category"}} {
		if before, after := was[p.fact], is[p.fact]; t.has(p.column) && !reflect.DeepEqual(before, after) {
			first.Cells = append(first.Cells, CellChange{p.column, before, after})
			if first.Outcome == Unchanged {
				first.Outcome = Updated
			}
		}
	}
}

// variant makes the object of a variant and notes what its row changes.
func (t *table) variant(r *record, row, i int, v *catalog.Variant) (object map[string]any, err error) {
	pointer := fmt.Sprintf("/variants/%d", i)
	columns := without(productColumns, "product", "description", "category")
	var was map[string]any
	if v != nil {
		if was, err = plainJSON(v.VariantFacts); err != nil {
			return nil, err
		}
	}
	object = t.object(r, row, pointer, columns, was)
	is := facts[catalog.VariantFacts](object)
	t.change(r, row, columns, was, is)
	if v != nil {
		object["id"], r.was[v.ID], r.want[v.ID] = v.ID, was, is
	}
	return object, nil
}

// productThere returns the product that the SKUs of some rows belong to, or nil.
func (t *table) productThere(r *record, rows []int) (p *catalog.Product, err error) {
	id := ""
	for _, row := range rows {
		of := t.marks.products[catalog.FoldSKU(t.cell(row, "sku"))]
		if of != "" && id != "" && of != id {
			r.faults = append(r.faults, faultOf(row+1, "product", problem.ErrInvalidValue, "The SKU %s belongs to another product than those above.", t.cell(row, "sku")))
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

// customer makes the record of a row.
func (t *table) customer(rows []int) (*record, error) {
	row, r := rows[0], &record{operation: "customer.create"}
	c, err := t.customerThere(r, row)
	if err != nil {
		return nil, err
	}
	var was map[string]any
	if c != nil {
		r.operation = "customer.update"
		if was, err = plainJSON(customer.Facts{Terms: c.Terms, Contact: c.Contact}); err != nil {
			return nil, err
		}
	}
	r.in = t.object(r, row, "", without(customerColumns, "price_list"), was)
	r.places = append(r.places, place{"/price_list_id", row + 1, "price_list"})
	if code := t.cell(row, "price_list"); code != "" {
		r.in["price_list_id"] = cmp.Or(t.marks.priceLists[code], code)
	} else if t.has("price_list") {
		delete(r.in, "price_list_id")
	}
	is := facts[customer.Facts](r.in)
	t.change(r, row, customerColumns, t.byCode(was), t.byCode(is))
	if c != nil {
		r.in["id"], r.was, r.want = c.ID, snapshot{"": was}, snapshot{"": is}
	}
	return r, nil
}

// byCode names the price list as the table does.
func (t *table) byCode(facts map[string]any) map[string]any {
	named := maps.Clone(facts)
	for code, id := range t.marks.priceLists { // order-free: ids are unique
		if facts["price_list_id"] == id {
			named["price_list"] = code
		}
	}
	return named
}

// customerThere returns the customer with the external id of a row, or nil.
func (t *table) customerThere(r *record, row int) (c *customer.Customer, err error) {
	id := t.marks.customers[t.cell(row, "external_id")]
	if id == "" {
		if t.cell(row, "external_id") == "" {
			r.faults = append(r.faults, faultOf(row+1, "external_id", problem.ErrRequired, "The external id is what the customer is found by when the table is imported again."))
		}
		return nil, nil
	}
	err = t.engine.DB.Read(t.ctx, func(tx *db.Tx) (err error) {
		tx.Actor = t.actor
		c, err = customer.Get(tx, id)
		return err
	})
	return c, err
}

// receipt is how many rows of stock arrive in one document at most.
const receipt = 500

// stock makes groups of the rows of each location.
func stock(s *sheet) [][]int {
	return gathered(s, receipt, func(row int) string { return s.cell(row, "location") })
}

// arrival makes the record of rows of one location. What arrived by an earlier
// import of the same file does not arrive again.
func (t *table) arrival(rows []int) (*record, error) {
	r := &record{operation: "stock.receive"}
	lines := []map[string]any{}
	for _, row := range rows {
		r.places = append(r.places, place{"/location_id", row + 1, "location"})
		if t.marks.imported || t.marks.arrived[row+1] {
			r.changes = append(r.changes, RowChange{Row: row + 1, Outcome: Unchanged})
			continue
		}
		line := t.object(r, row, fmt.Sprintf("/lines/%d", len(lines)), without(stockColumns, "location"), nil)
		t.change(r, row, without(stockColumns, "location"), nil, line)
		lines = append(lines, line)
	}
	code := t.cell(rows[0], "location")
	r.in = map[string]any{"location_id": cmp.Or(t.marks.locations[code], code), "lines": lines}
	if t.id != "" {
		r.in["reference"] = t.id
	}
	return r, nil
}
