package catalog

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"ordo/base/problem"
	"ordo/engine/auth"
	"ordo/engine/db"
	"ordo/engine/query"
	"ordo/trade/customer"
)

// scope: the catalog is shared by all who may read it.
var scope = auth.Columns{Open: true}

// condition narrows variants v, for reads that travel together.
type condition struct {
	text string
	args []any
}

// among holds for rows whose column is one of the values.
func among(column string, values []string) condition {
	args := Padded(values)
	return condition{column + " IN (" + db.Params(1, len(args)) + ")", args}
}

// Padded returns the values with the last one repeated up to the next of 1 to
// 5, 8, 16, 32 …, so that lists of all lengths share few texts of SQL, which
// stay prepared. No values become one that no row has.
func Padded(values []string) []any {
	n := len(values)
	if n > 5 {
		for n = 8; n < len(values); n *= 2 {
		}
	}
	args := make([]any, max(n, 1))
	for i := range args {
		if len(values) > 0 {
			args[i] = values[min(i, len(values)-1)]
		}
	}
	return args
}

type identified interface{ id() string }

func (v *Variant) id() string { return v.ID }
func (p *Product) id() string { return p.ID }

func ids[T identified](items []T) []string {
	all := make([]string, len(items))
	for i, item := range items {
		all[i] = item.id()
	}
	return all
}

const productColumns = `p.id, p.title, p.description, p.category, p.created_at, p.version, p.event_sequence, COALESCE(p.text_id, ''), p.specifications`

func (p *Product) places() []any {
	return []any{&p.ID, &p.Title, &p.Description, &p.Category, db.ScanTime(&p.CreatedAt), &p.Version, &p.sequence, &p.textID, jsonText{&p.Specifications}}
}

// ProductSchema is what the list of products can be filtered and sorted by.
var ProductSchema = query.Schema{
	ID: "p.id", Sort: "title",
	Fields: []query.Field{
		{Name: "id", Doc: "Id", Type: query.ID, Column: "p.id", Indexed: true},
		{Name: "title", Doc: "Title", Type: query.Text, Column: "lower(p.title)", Sortable: true},
		{Name: "category", Doc: "Path in the tree", Type: query.Text, Column: "lower(p.category)", Sortable: true},
		{Name: "sku", Doc: "SKU of a variant", Type: query.Text, Column: "lower(v.sku)", Exists: "p.id IN (SELECT v.product_id FROM variants v WHERE %s)"},
		{Name: "created", Doc: "When added", Type: query.Time, Column: "p.created_at", Sortable: true},
	},
	Search: func(word string) (string, []any) {
		return `EXISTS (SELECT 1 FROM variants v WHERE v.product_id = p.id AND v.folded LIKE ? ESCAPE '\')`, []any{contains(word)}
	},
}

var escapeLike = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)

// contains is the pattern of a folded text that has the word in it.
func contains(word string) string { return "%" + escapeLike.Replace(customer.Fold(word)) + "%" }

func selectProducts(tx *db.Tx, in query.Input) (query.Rows[*Product], error) {
	return query.Select(tx, in, ProductSchema, query.Source{Columns: productColumns, From: "products p", Scope: scope},
		func(row **Product) []any { *row = &Product{}; return (*row).places() })
}

func readProduct(id string, into *Product) db.Read {
	return db.One(`SELECT `+productColumns+` FROM products p WHERE p.id = $1`, []any{id}, into.places()...)
}

func insertProduct(tx *db.Tx, p *Product) {
	insertText(tx, p)
	tx.Write(`INSERT INTO products (id, title, description, category, created_at, version, event_sequence, text_id, specifications) VALUES ($1, $2, $3, $4, $5, $6, $7, NULLIF($8, ''), $9)`,
		p.ID, p.Title, p.Description, p.Category, tx.Micros(), p.Version, p.sequence, p.textID, p.Specifications.text())
}

// insertText writes the product's texts as lines of orders refer to them.
func insertText(tx *db.Tx, p *Product) {
	if p.textID != "" {
		tx.Write(`INSERT INTO line_texts (id, description, category) VALUES ($1, $2, $3)`, p.textID, p.Description, p.Category)
	}
}

// renewText gives the product and all its variants the texts of now.
func renewText(tx *db.Tx, p *Product) {
	insertText(tx, p)
	tx.Write(`UPDATE products SET text_id = NULLIF($2, '') WHERE id = $1`, p.ID, p.textID)
	tx.Write(`UPDATE variants SET text_id = NULLIF($2, '') WHERE product_id = $1`, p.ID, p.textID)
}

// saveProduct writes a product that was read in this transaction.
func saveProduct(tx *db.Tx, p *Product) {
	tx.Must(db.ErrStale, `UPDATE products SET title = $3, description = $4, category = $5, version = $6, event_sequence = $7, specifications = $8 WHERE id = $1 AND version = $2`,
		p.ID, p.Version-1, p.Title, p.Description, p.Category, p.Version, p.sequence, p.Specifications.text())
}

const variantColumns = `v.id, v.product_id, v.sku, v.title, v.kind, v.unit, v.tax_class, v.weight_grams, v.hs_code, v.options, v.minimum, v.maximum, v.multiple,
	v.backorder, v.lot_tracked, v.hazardous, v.bundle, v.active, COALESCE(v.external_id, ''), v.units, v.specifications, v.created_at, v.version, v.event_sequence`

func (v *Variant) places() []any {
	return []any{&v.ID, &v.ProductID, &v.SKU, &v.Title, &v.Kind, &v.Unit, &v.TaxClass, &v.WeightGrams, &v.HSCode, jsonText{&v.Options}, &v.Minimum, &v.Maximum, &v.Multiple,
		&v.Backorder, &v.LotTracked, &v.Hazardous, &v.Bundle, &v.Active, &v.ExternalID, jsonText{&v.Units}, jsonText{&v.Specifications}, db.ScanTime(&v.CreatedAt), &v.Version, &v.sequence}
}

// jsonText is the place of a text column that holds JSON.
type jsonText struct{ to any }

// Scan implements sql.Scanner.
func (j jsonText) Scan(src any) error {
	text, ok := src.(string)
	if !ok {
		return fmt.Errorf("catalog: %T is no JSON text", src)
	}
	if text == "{}" || text == "[]" {
		return nil // as most are
	}
	return json.Unmarshal([]byte(text), j.to)
}

// VariantSchema is what the list of variants can be filtered and sorted by.
var VariantSchema = query.Schema{
	ID: "v.id", Sort: "sku",
	Fields: []query.Field{
		{Name: "id", Doc: "Id", Type: query.ID, Column: "v.id", Indexed: true},
		{Name: "sku", Doc: "SKU", Type: query.Text, Column: "lower(v.sku)", Sortable: true},
		{Name: "title", Doc: "Title", Type: query.Text, Column: "lower(v.title)", Sortable: true},
		{Name: "product", Doc: "Id of the product", Type: query.ID, Column: "v.product_id", Indexed: true},
		{Name: "kind", Doc: "Kind", Type: query.Enum, Column: "v.kind", Values: []string{"stock", "drop_ship", "made_to_order", "service", "digital"}},
		{Name: "tax_class", Doc: "Tax class", Type: query.ID, Column: "v.tax_class"},
		{Name: "bundle", Doc: "Made of other variants", Type: query.Bool, Column: "v.bundle"},
		{Name: "active", Doc: "May be sold", Type: query.Bool, Column: "v.active"},
		{Name: "barcode", Doc: "Barcode", Type: query.ID, Column: "b.code", Exists: "v.id IN (SELECT b.variant_id FROM barcodes b WHERE %s)", Indexed: true},
		{Name: "channel", Doc: "Id of a channel that lists it", Type: query.ID, Column: "x.channel_id", Exists: "EXISTS (SELECT 1 FROM channel_variants x WHERE x.variant_id = v.id AND %s)"},
		{Name: "external_id", Doc: "In the system it came from", Type: query.ID, Column: "v.external_id", Indexed: true},
		{Name: "created", Doc: "When added", Type: query.Time, Column: "v.created_at", Sortable: true},
	},
	Search: func(word string) (string, []any) { return `v.folded LIKE ? ESCAPE '\'`, []any{contains(word)} },
}

func selectVariants(tx *db.Tx, in query.Input) (query.Rows[*Variant], error) {
	return query.Select(tx, in, VariantSchema, query.Source{Columns: variantColumns, From: "variants v", Scope: scope},
		func(row **Variant) []any { *row = &Variant{}; return (*row).places() })
}

// variantSet gathers variants and their children from reads of one trip.
type variantSet struct {
	all  []*Variant
	byID map[string]*Variant
}

func newVariantSet(all []*Variant) *variantSet {
	s := &variantSet{all: all, byID: map[string]*Variant{}}
	for _, v := range all {
		s.byID[v.ID] = v
	}
	return s
}

// reads are the reads of variants, by SKU, and of their children.
func (s *variantSet) reads(c condition) []db.Read {
	variants := db.Many(`SELECT `+variantColumns+` FROM variants v WHERE `+c.text+` ORDER BY v.sku`, c.args, func(scan db.Scan) error {
		v := &Variant{}
		if err := scan(v.places()...); err != nil {
			return err
		}
		s.all, s.byID[v.ID] = append(s.all, v), v
		return nil
	})
	return append([]db.Read{variants}, s.children(c)...)
}

// children are the reads of barcodes and parts of variants that are in the set.
func (s *variantSet) children(c condition) []db.Read {
	return []db.Read{
		db.Many(`SELECT b.variant_id, b.code FROM barcodes b JOIN variants v ON v.id = b.variant_id WHERE `+c.text+` ORDER BY b.code`, c.args, func(scan db.Scan) error {
			var id, code string
			err := scan(&id, &code)
			if v := s.byID[id]; v != nil {
				v.Barcodes = append(v.Barcodes, code)
			}
			return err
		}),
		db.Many(`SELECT x.bundle_id, x.part_id, part.sku, x.quantity FROM bundle_parts x JOIN variants v ON v.id = x.bundle_id JOIN variants part ON part.id = x.part_id
			WHERE `+c.text+` ORDER BY x.position`, c.args, func(scan db.Scan) error {
			var id string
			var p Part
			err := scan(&id, &p.VariantID, &p.SKU, &p.Quantity)
			if v := s.byID[id]; v != nil {
				v.Parts = append(v.Parts, p)
			}
			return err
		}),
	}
}

func sortVariants(all []*Variant) {
	slices.SortFunc(all, func(a, b *Variant) int { return cmp.Compare(a.SKU, b.SKU) })
}

// readKnown reads all that the drafts may collide with or refer to.
func readKnown(tx *db.Tx, drafts []*draft) (*known, error) {
	k := &known{byID: map[string]*reference{}, bySKU: map[string]*reference{}, byExternal: map[string]*reference{}, inBundles: map[string]bool{}}
	var variantIDs, skus, externals []string
	for _, d := range drafts {
		variantIDs, skus = append(variantIDs, d.ID), append(skus, FoldSKU(d.SKU))
		if d.ExternalID != "" {
			externals = append(externals, d.ExternalID)
		}
		for _, p := range d.Parts {
			variantIDs, skus = append(variantIDs, p.VariantID), append(skus, FoldSKU(p.SKU))
		}
	}
	reference := func(c condition) db.Read {
		return db.Many(`SELECT v.id, v.sku, COALESCE(v.external_id, ''), v.bundle FROM variants v WHERE `+c.text, c.args, k.read)
	}
	part := among("part_id", variantIDs)
	return k, tx.Load(
		reference(among("v.id", variantIDs)), reference(among("v.sku_folded", skus)), reference(among("v.external_id", externals)),
		db.Many(`SELECT part_id FROM bundle_parts WHERE `+part.text, part.args, func(scan db.Scan) error {
			var id string
			err := scan(&id)
			k.inBundles[id] = true
			return err
		}))
}

func (k *known) read(scan db.Scan) error {
	r := &reference{}
	if err := scan(&r.id, &r.sku, &r.external, &r.bundle); err != nil {
		return err
	}
	if k.byID[r.id] == nil {
		k.add(r)
	}
	return nil
}

func insertVariant(tx *db.Tx, d *draft) {
	tx.Write(`INSERT INTO variants (id, product_id, sku, sku_folded, title, folded, kind, unit, tax_class, weight_grams, hs_code, options, minimum, maximum, multiple,
			backorder, lot_tracked, hazardous, bundle, active, external_id, created_at, version, event_sequence, units, text_id, specifications)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, NULLIF($21, ''), $22, $23, $24, $25, NULLIF($26, ''), $27)`,
		d.ID, d.ProductID, d.SKU, FoldSKU(d.SKU), d.Title, d.folded(), d.Kind, d.Unit, d.TaxClass, d.WeightGrams, d.HSCode, text(d.Options),
		int64(d.Minimum), int64(d.Maximum), int64(d.Multiple), d.Backorder, d.LotTracked, d.Hazardous, d.Bundle, d.Active, d.ExternalID, tx.Micros(), d.Version, d.sequence, text(d.Units), d.textID, d.Specifications.text()).Unique(d.taken())
}

// saveVariant writes a variant that was read in this transaction, and takes its
// children away; insertChildren brings the new ones.
func saveVariant(tx *db.Tx, d *draft) {
	tx.Must(db.ErrStale, `UPDATE variants SET sku = $3, sku_folded = $4, title = $5, folded = $6, kind = $7, unit = $8, tax_class = $9, weight_grams = $10, hs_code = $11, options = $12,
			minimum = $13, maximum = $14, multiple = $15, backorder = $16, lot_tracked = $17, hazardous = $18, bundle = $19, active = $20, external_id = NULLIF($21, ''),
			version = $22, event_sequence = $23, units = $24, specifications = $25 WHERE id = $1 AND version = $2`,
		d.ID, d.Version-1, d.SKU, FoldSKU(d.SKU), d.Title, d.folded(), d.Kind, d.Unit, d.TaxClass, d.WeightGrams, d.HSCode, text(d.Options),
		int64(d.Minimum), int64(d.Maximum), int64(d.Multiple), d.Backorder, d.LotTracked, d.Hazardous, d.Bundle, d.Active, d.ExternalID, d.Version, d.sequence, text(d.Units), d.Specifications.text()).Unique(d.taken())
	tx.Write(`DELETE FROM barcodes WHERE variant_id = $1`, d.ID)
	tx.Write(`DELETE FROM bundle_parts WHERE bundle_id = $1`, d.ID)
}

func insertChildren(tx *db.Tx, v *Variant) {
	for _, code := range v.Barcodes {
		tx.Write(`INSERT INTO barcodes (code, variant_id) VALUES ($1, $2)`, code, v.ID).Unique(db.ErrStale)
	}
	rows := make([][]any, len(v.Parts))
	for i, p := range v.Parts {
		rows[i] = []any{v.ID, p.VariantID, int64(p.Quantity), i + 1}
	}
	tx.Insert("bundle_parts (bundle_id, part_id, quantity, position)", rows...)
}

// taken is what it means if a unique index refuses a variant that passed the
// check: another command was faster, or two variants exchange a SKU.
func (d *draft) taken() error {
	return problem.ErrDuplicate.At(d.pointer+"/sku", "the SKU %s or the external id %q is that of another variant", d.SKU, d.ExternalID)
}

func (v *Variant) folded() string { return customer.Fold(v.Title + " " + v.SKU) }

// text is the JSON of a value that never fails.
func text(value any) string {
	b, _ := json.Marshal(value)
	return string(b)
}
