package importer

import (
	"encoding/json"
	"strings"

	"ordo/base/problem"
	"ordo/engine/auth"
	"ordo/engine/db"
	"ordo/engine/query"
	"ordo/trade/catalog"
)

// findImport reads the import of a file, and the shop of the source.
func findImport(tx *db.Tx, in beginIn, b *begun) error {
	return tx.Load(
		db.One(`SELECT id, done, ended_at IS NOT NULL FROM imports WHERE format = $1 AND source_hash = $2`, []any{in.Format, in.Hash}, &b.ID, &b.Done, &b.Ended),
		db.One(`SELECT c.id, c.price_list_id, l.location_id FROM channels c JOIN channel_locations l ON l.channel_id = c.id WHERE c.code = $1 ORDER BY l.rank, l.location_id LIMIT 1`,
			[]any{OnlineRetail}, &b.shop.channel, &b.shop.priceList, &b.shop.location))
}

func insertImport(tx *db.Tx, id string, in beginIn) {
	tx.Write(`INSERT INTO imports (id, format, source_hash, created_at) VALUES ($1, $2, $3, $4)`, id, in.Format, in.Hash, tx.Micros()).Unique(db.ErrStale)
}

// advance counts records that are about to be written. Nobody else may have
// counted in the meantime.
func advance(tx *db.Tx, id string, from, to int) {
	tx.Must(errConcurrent.New("the import %s has gone beyond record %d", id, from), `UPDATE imports SET done = $3 WHERE id = $1 AND done = $2`, id, from, to)
}

// reached fails if not just the given number of records is written.
func reached(tx *db.Tx, id string, want int) error {
	done := 0
	if err := tx.Load(db.One(`SELECT done FROM imports WHERE id = $1`, []any{id}, &done)); err != nil || done == want {
		return err
	}
	return errConcurrent.New("the import %s has come to record %d instead of %d", id, done, want)
}

func endImport(tx *db.Tx, id string) {
	tx.Write(`UPDATE imports SET ended_at = $2 WHERE id = $1 AND ended_at IS NULL`, id, tx.Micros())
}

// readKnown reads the variants and customers that are there.
func readKnown(tx *db.Tx, w *writer) error {
	return tx.Load(
		db.Many(`SELECT sku_folded, id FROM variants`, nil, func(scan db.Scan) error {
			var code, id string
			err := scan(&code, &id)
			w.variants[code], w.known[code] = id, true
			return err
		}),
		db.Many(`SELECT external_id, id, profile_version FROM customers WHERE external_id IS NOT NULL`, nil, func(scan db.Scan) error {
			var number string
			var b buyer
			err := scan(&number, &b.id, &b.profile)
			w.customers[number], w.known[customerKey(number)] = b, true
			return err
		}))
}

// customerKey tells external ids of customers from codes.
func customerKey(number string) string { return "customer " + number }

// rows collects what source rows became.
type rows [][]any

func (r *rows) add(w *writer, document, kind string, lines []Line) {
	last := 0
	for _, l := range lines {
		if l.Row != last { // the parts of a row stand together
			*r = append(*r, []any{w.begun.ID, l.Row, document, kind})
		}
		last = l.Row
	}
}

func (r rows) insert(tx *db.Tx) { tx.Insert("import_rows (import_id, row, document, kind)", r...) }

func insertFaults(tx *db.Tx, id string, aside []SetAside) {
	all := make([][]any, len(aside))
	for i, s := range aside {
		all[i] = []any{id, s.Row, string(s.Reason)}
	}
	tx.Insert("import_faults (import_id, row, reason)", all...)
}

// became is the condition that a document x has lines of the import $1.
func became(lines, document string) string {
	return `EXISTS (SELECT 1 FROM ` + lines + ` l WHERE l.` + document + ` = x.id
		AND EXISTS (SELECT 1 FROM import_rows i WHERE i.import_id = $1 AND i.row = l.source_row AND i.document = x.id))`
}

// documents are those of the import $1, with the number that they had in the
// source and their amount as it counts for the seller.
var documents = `WITH documents AS (
	SELECT x.id, 'order' AS kind, x.external_id AS invoice, x.customer_id, x.currency, x.total AS amount FROM orders x
		WHERE x.origin = 'imported' AND (` + became("order_lines", "order_id") + ` OR ` + became("adjustments", "order_id") + `)
	UNION ALL SELECT x.id, 'stock_note', x.external_id, '', '', 0 FROM stock_documents x WHERE x.kind = 'note' AND ` + became("stock_notes", "document_id") + `
	UNION ALL SELECT x.id, 'return', REPLACE(x.external_id, '/' || o.external_id, ''), o.customer_id, o.currency, -x.value
		FROM returns x JOIN orders o ON o.id = x.order_id WHERE x.origin = 'imported' AND ` + became("return_lines", "return_id") + `
	UNION ALL SELECT x.id, 'credit', x.external_id, x.customer_id, x.currency, -x.total FROM credits x WHERE ` + became("credit_lines", "credit_id") + `)`

// report reads what an import has brought.
func report(tx *db.Tx, id string) (*Report, error) {
	r := &Report{ByKind: map[string]int64{}, NetMinor: map[string]int64{}, CanceledMinor: map[string]int64{}}
	only := []any{id}
	err := tx.Load(
		db.One(`SELECT COUNT(DISTINCT row) FROM import_rows WHERE import_id = $1`, only, &r.RowsImported),
		db.One(`SELECT COUNT(*) FROM import_faults WHERE import_id = $1`, only, &r.RowsSetAside),
		db.Many(documents+` SELECT CASE WHEN kind IN ('return', 'credit') THEN LOWER(SUBSTR(invoice, 1, 1)) ELSE kind END, currency, COUNT(DISTINCT invoice), CAST(SUM(amount) AS BIGINT),
			COUNT(CASE WHEN kind = 'return' THEN 1 END), COUNT(CASE WHEN kind = 'credit' THEN 1 END) FROM documents GROUP BY 1, 2`, only, r.readKind),
		db.One(documents+` SELECT COUNT(DISTINCT customer_id) FROM documents WHERE customer_id <> ''`, only, &r.Customers),
		db.One(documents+` SELECT COUNT(*) FROM (
			SELECT l.variant_id FROM order_lines l WHERE l.source_row > 0 AND EXISTS (SELECT 1 FROM import_rows i WHERE i.import_id = $1 AND i.row = l.source_row AND i.document = l.order_id)
			UNION SELECT l.variant_id FROM documents d JOIN credit_lines l ON l.credit_id = d.id WHERE l.variant_id <> ''
			UNION SELECT n.variant_id FROM documents d JOIN stock_notes n ON n.document_id = d.id WHERE n.variant_id IS NOT NULL
		) v`, only, &r.Variants))
	r.RowsRead = r.RowsImported + r.RowsSetAside
	return r, err
}

// readKind reads the sums of a kind of document in a currency. Of what gives
// money back, the kind is the first letter of its number in the source.
func (r *Report) readKind(scan db.Scan) error {
	var kind, currency string
	var documents, amount, returns, credits int64
	if err := scan(&kind, &currency, &documents, &amount, &returns, &credits); err != nil {
		return err
	}
	switch {
	case kind == "c" || kind == "a":
		kind += "_document"
	case returns+credits > 0:
		kind = "credit"
	}
	r.Documents += documents
	r.ByKind[kind] += documents
	r.Returns += returns
	r.Credits += credits
	if currency != "" {
		r.NetMinor[currency] += amount
		if kind == "c_document" {
			r.CanceledMinor[currency] -= amount
		}
	}
	return nil
}

// marks are what rows of a table may name.
type marks struct {
	products   map[string]string // ids of products, by folded SKU of a variant
	customers  map[string]string // ids, by external id
	priceLists map[string]string // ids, by code
	locations  map[string]string // ids, by code
	arrived    map[int]bool      // rows of the same file whose quantity arrived before
	imported   bool              // so did all of them, before imports kept their rows
}

// pairs reads names and the ids that they stand for.
func pairs(text string, args []any, into *map[string]string) db.Read {
	*into = map[string]string{}
	return db.Many(text, args, func(scan db.Scan) error {
		var name, id string
		err := scan(&name, &id)
		(*into)[name] = id
		return err
	})
}

// named are what rows have in a column, each once.
func (t *table) named(rows []int, column string, fold func(string) string) (names []any) {
	seen := map[string]bool{"": true}
	for _, row := range rows {
		if name := fold(t.cell(row, column)); !seen[name] {
			seen[name] = true
			names = append(names, name)
		}
	}
	return names
}

func (t *table) lookForProducts(rows []int) []db.Read {
	skus := t.named(rows, "sku", catalog.FoldSKU)
	if len(skus) == 0 {
		return nil
	}
	return []db.Read{pairs(`SELECT v.sku_folded, v.product_id FROM variants v WHERE v.sku_folded IN (`+db.Params(1, len(skus))+`)`, skus, &t.marks.products)}
}

func (t *table) lookForCustomers(rows []int) []db.Read {
	reads := []db.Read{pairs(`SELECT code, id FROM price_lists`, nil, &t.marks.priceLists)}
	if ids := t.named(rows, "external_id", strings.TrimSpace); len(ids) > 0 {
		scope, args := t.actor.Scope.SQL(auth.Columns{Customer: "c.id", Open: true}, len(ids)+1)
		reads = append(reads, pairs(`SELECT c.external_id, c.id FROM customers c WHERE c.external_id IN (`+db.Params(1, len(ids))+`) AND `+scope, append(ids, args...), &t.marks.customers))
	}
	return reads
}

func (t *table) lookForStock(rows []int) []db.Read {
	scope, args := t.actor.Scope.SQL(auth.Columns{Location: "l.id", Open: true}, 1)
	t.marks.arrived = map[int]bool{}
	return []db.Read{
		pairs(`SELECT l.code, l.id FROM locations l WHERE `+scope, args, &t.marks.locations),
		db.One(`SELECT TRUE FROM imports WHERE format = $1 AND source_hash = $2 AND ended_at IS NOT NULL`, []any{Stock, t.hash}, &t.marks.imported),
		db.Many(`SELECT r.row FROM table_imports i JOIN table_rows r ON r.import_id = i.id AND r.checked = i.checks
			WHERE i.hash = $1 AND i.format = $2 AND r.written AND r.undone <> 'undone'`, []any{t.hash, Stock}, func(scan db.Scan) error {
			var row int
			err := scan(&row)
			t.marks.arrived[row] = true
			return err
		}),
	}
}

const mappingColumns = `m.id, m.name, m.format, m.columns, m.version`

func (m *Mapping) places() []any {
	return []any{&m.ID, &m.Name, &m.Format, db.ScanJSON(&m.Columns), &m.Version}
}

func listMappings(tx *db.Tx, in query.Input) (query.Rows[*Mapping], error) {
	return query.Select(tx, in, MappingSchema, query.Source{Columns: mappingColumns, From: "import_mappings m", Scope: auth.Columns{Open: true}},
		func(row **Mapping) []any { *row = &Mapping{}; return (*row).places() })
}

// findMapping reads a mapping by its name; its version is 0 if there is none.
func findMapping(tx *db.Tx, name string) (*Mapping, error) {
	m := &Mapping{}
	return m, tx.Load(db.One(`SELECT `+mappingColumns+` FROM import_mappings m WHERE m.name = $1`, []any{name}, m.places()...))
}

// GetMapping returns the mapping of a name, or not found.
func GetMapping(tx *db.Tx, name string) (*Mapping, error) {
	m, err := findMapping(tx, name)
	if err == nil && m.Version == 0 {
		return nil, problem.ErrNotFound.New("no mapping %s", name)
	}
	return m, err
}

// saveMapping writes a mapping that was looked for in this transaction.
func saveMapping(tx *db.Tx, m *Mapping) {
	columns, _ := json.Marshal(m.Columns) // texts never fail
	tx.Must(db.ErrStale, `INSERT INTO import_mappings AS m (id, name, format, columns, version) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (name) DO UPDATE SET format = excluded.format, columns = excluded.columns, version = excluded.version WHERE m.version = excluded.version - 1`,
		m.ID, m.Name, m.Format, string(columns), m.Version)
}
