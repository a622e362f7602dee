package catalog

import (
	"slices"
	"strings"

	"ordo/base/problem"
	"ordo/engine/db"
	"ordo/engine/query"
)

const listColumns = `l.id, l.code, l.name, l.currency, l.tax_inclusive, l.created_at, l.version, l.event_sequence`

func (l *PriceList) places() []any {
	return []any{&l.ID, &l.Code, &l.Name, &l.Currency, &l.TaxInclusive, db.ScanTime(&l.CreatedAt), &l.Version, &l.sequence}
}

// PriceListSchema is what the list of price lists can be filtered and sorted by.
var PriceListSchema = query.Schema{
	ID: "l.id", Sort: "code",
	Fields: []query.Field{
		{Name: "id", Doc: "Id", Type: query.ID, Column: "l.id"},
		{Name: "code", Doc: "Short name", Type: query.ID, Column: "l.code", Sortable: true},
		{Name: "name", Doc: "Name", Type: query.Text, Column: "lower(l.name)", Sortable: true},
		{Name: "currency", Doc: "Currency", Type: query.ID, Column: "l.currency"},
		{Name: "tax_inclusive", Doc: "Prices include tax", Type: query.Bool, Column: "l.tax_inclusive"},
	},
}

// PriceSchema is what the prices of a list can be filtered and sorted by.
var PriceSchema = query.Schema{
	ID: "(p.variant_id || ' ' || p.minimum)", Sort: "sku,minimum",
	Fields: []query.Field{
		{Name: "sku", Doc: "SKU", Type: query.Text, Column: "lower(v.sku)", Sortable: true},
		{Name: "variant", Doc: "Id of the variant", Type: query.ID, Column: "p.variant_id"},
		{Name: "minimum", Doc: "From this quantity on", Type: query.Number, Column: "p.minimum", Scale: 3, Sortable: true},
		{Name: "unit_price", Doc: "Price of one", Type: query.Number, Column: "p.unit_price", Scale: 6, Sortable: true},
	},
	Search: VariantSchema.Search,
}

// ListPriceLists returns a page of price lists.
func ListPriceLists(tx *db.Tx, in query.Input) (query.Rows[*PriceList], error) {
	return query.Select(tx, in, PriceListSchema, query.Source{Columns: listColumns, From: "price_lists l", Scope: scope},
		func(row **PriceList) []any { *row = &PriceList{}; return (*row).places() })
}

// ListPrices returns a page of the prices of a list, or not found.
func ListPrices(tx *db.Tx, in PricesIn) (query.Rows[*Price], error) {
	if _, err := GetPriceList(tx, in.ID); err != nil {
		return query.Rows[*Price]{}, err
	}
	source := query.Source{
		Columns: `p.variant_id, v.sku, v.title, p.minimum, p.unit_price`, From: `prices p JOIN variants v ON v.id = p.variant_id`,
		Where: `p.price_list_id = $1`, Args: []any{in.ID}, Scope: scope,
	}
	return query.Select(tx, in.Input, PriceSchema, source, func(row **Price) []any {
		p := &Price{}
		*row = p
		return []any{&p.VariantID, &p.SKU, &p.Title, &p.Minimum, &p.UnitPrice}
	})
}

func readPriceList(id string, into *PriceList) db.Read {
	return db.One(`SELECT `+listColumns+` FROM price_lists l WHERE l.id = $1`, []any{id}, into.places()...)
}

// GetPriceList returns a price list, or not found.
func GetPriceList(tx *db.Tx, id string) (*PriceList, error) {
	l := &PriceList{}
	if err := tx.Load(readPriceList(id, l)); err != nil {
		return nil, err
	}
	if l.ID == "" {
		return nil, noPriceList(id)
	}
	return l, nil
}

func noPriceList(id string) error { return problem.ErrNotFound.New("no price list %s", id) }

func insertPriceList(tx *db.Tx, l *PriceList) {
	tx.Write(`INSERT INTO price_lists (id, code, name, currency, tax_inclusive, created_at, version, event_sequence) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		l.ID, l.Code, l.Name, l.Currency, l.TaxInclusive, tx.Micros(), l.Version, l.sequence).Unique(codeTaken(l.Code))
}

// savePriceList writes a price list that was read in this transaction.
func savePriceList(tx *db.Tx, l *PriceList) {
	tx.Must(db.ErrStale, `UPDATE price_lists SET code = $3, name = $4, version = $5, event_sequence = $6 WHERE id = $1 AND version = $2`,
		l.ID, l.Version-1, l.Code, l.Name, l.Version, l.sequence).Unique(codeTaken(l.Code))
}

func codeTaken(code string) error {
	return problem.ErrDuplicate.At("/code", "another price list has the code %q", code)
}

// readSKUs finds the variants that rows of prices name.
func readSKUs(rows []PriceRow, variants map[string]string) db.Read {
	skus := make([]string, len(rows))
	for i, r := range rows {
		skus[i] = FoldSKU(r.SKU)
	}
	c := among("sku_folded", skus)
	return db.Many(`SELECT sku_folded, id FROM variants WHERE `+c.text, c.args, func(scan db.Scan) error {
		var sku, id string
		err := scan(&sku, &id)
		variants[sku] = id
		return err
	})
}

// rowsAtOnce is how many rows an upsert sends in one statement: many parameters
// are slow on SQLite.
const rowsAtOnce = 200

func upsertPrices(tx *db.Tx, listID string, set []setPrice) {
	for chunk := range slices.Chunk(set, rowsAtOnce) {
		rows, args := make([]string, len(chunk)), []any{listID}
		for i, p := range chunk {
			rows[i] = "($1, " + db.Params(len(args)+1, 3) + ")"
			args = append(args, p.VariantID, int64(p.Minimum), int64(p.UnitPrice))
		}
		tx.Write(`INSERT INTO prices (price_list_id, variant_id, minimum, unit_price) VALUES `+strings.Join(rows, ", ")+`
			ON CONFLICT (price_list_id, variant_id, minimum) DO UPDATE SET unit_price = excluded.unit_price`, args...)
	}
}
