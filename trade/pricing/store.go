package pricing

import (
	"ordo/base/problem"
	"ordo/engine/auth"
	"ordo/engine/db"
	"ordo/engine/query"
)

const columns = `m.id, m.code, m.name, m.kind, m.currency, m.tax_class, m.active, m.created_at, m.version, m.event_sequence`

func (m *Method) places() []any {
	return []any{&m.ID, &m.Code, &m.Name, &m.Kind, &m.Currency, &m.TaxClass, &m.Active, db.ScanTime(&m.CreatedAt), &m.Version, &m.sequence}
}

// Schema is what the list of shipping methods can be filtered and sorted by.
var Schema = query.Schema{
	ID: "m.id", Sort: "code",
	Fields: []query.Field{
		{Name: "id", Doc: "Id", Type: query.ID, Column: "m.id"},
		{Name: "code", Doc: "Short name", Type: query.ID, Column: "m.code", Sortable: true},
		{Name: "name", Doc: "Name", Type: query.Text, Column: "lower(m.name)", Sortable: true},
		{Name: "kind", Doc: "What the table's steps count", Type: query.Enum, Column: "m.kind", Values: []string{Flat, ByWeight, ByAmount}},
		{Name: "currency", Doc: "Currency", Type: query.ID, Column: "m.currency"},
		{Name: "active", Doc: "May be chosen", Type: query.Bool, Column: "m.active"},
	},
}

// ListMethods returns a page of shipping methods with their tables.
func ListMethods(tx *db.Tx, in query.Input) (query.Rows[*Method], error) {
	page, err := query.Select(tx, in, Schema, query.Source{Columns: columns, From: "shipping_methods m", Scope: auth.Columns{Open: true}},
		func(row **Method) []any { *row = &Method{}; return (*row).places() })
	if err != nil || len(page.Items) == 0 {
		return page, err
	}
	methods := map[string]*Method{}
	ids := make([]any, len(page.Items))
	for i, m := range page.Items {
		methods[m.ID], ids[i] = m, m.ID
	}
	return page, tx.Load(readTables(ids, methods))
}

// Methods reads shipping methods with their tables; an id that is not known
// stays out of the map. Ids that are named twice are read once.
func Methods(ids []string, into map[string]*Method) []db.Read {
	if len(ids) == 0 {
		return nil
	}
	args := make([]any, len(ids))
	for i, id := range ids {
		args[i] = id
	}
	methods := db.Many(`SELECT `+columns+` FROM shipping_methods m WHERE m.id IN (`+db.Params(1, len(args))+`)`, args, func(scan db.Scan) error {
		m := &Method{}
		err := scan(m.places()...)
		into[m.ID] = m
		return err
	})
	return []db.Read{methods, readTables(args, into)}
}

// readTables reads the tables of methods that were read before.
func readTables(ids []any, into map[string]*Method) db.Read {
	return db.Many(`SELECT method_id, country, minimum, amount FROM shipping_rates WHERE method_id IN (`+db.Params(1, len(ids))+`) ORDER BY method_id, country, minimum`, ids,
		func(scan db.Scan) error {
			var id string
			var s Step
			err := scan(&id, &s.Country, &s.Minimum, &s.Amount)
			if m := into[id]; m != nil {
				m.Table = append(m.Table, s)
			}
			return err
		})
}

type methodKey string

var _ = db.Remember("shipping_methods", "shipping_rates")

// FindMethods returns shipping methods with their tables, by their ids, from
// what is known or by one trip. They are remembered and must not be changed.
func FindMethods(tx *db.Tx, known *db.Known, ids []string) (map[string]*Method, error) {
	methods := map[string]*Method{}
	var missing []string
	for _, id := range ids {
		if m, ok := db.Recall[*Method](known, methodKey(id)); ok {
			methods[id] = m
		} else {
			missing = append(missing, id)
		}
	}
	if len(missing) == 0 {
		return methods, nil
	}
	err := tx.Load(Methods(missing, methods)...)
	for _, id := range missing {
		if m := methods[id]; m != nil && err == nil {
			known.Put(methodKey(id), m)
		}
	}
	return methods, err
}

// GetMethod returns a shipping method, or not found.
func GetMethod(tx *db.Tx, id string) (*Method, error) {
	methods := map[string]*Method{}
	if err := tx.Load(Methods([]string{id}, methods)...); err != nil {
		return nil, err
	}
	if methods[id] == nil {
		return nil, problem.ErrNotFound.New("no shipping method %s", id)
	}
	return methods[id], nil
}

func insert(tx *db.Tx, m *Method) {
	tx.Write(`INSERT INTO shipping_methods (id, code, name, kind, currency, tax_class, active, created_at, version, event_sequence) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		m.ID, m.Code, m.Name, m.Kind, m.Currency, m.TaxClass, m.Active, tx.Micros(), m.Version, m.sequence).Unique(taken(m.Code))
	insertTable(tx, m)
}

// save writes a method that was read in this transaction.
func save(tx *db.Tx, m *Method) {
	tx.Must(db.ErrStale, `UPDATE shipping_methods SET code = $3, name = $4, kind = $5, currency = $6, tax_class = $7, active = $8, version = $9, event_sequence = $10 WHERE id = $1 AND version = $2`,
		m.ID, m.Version-1, m.Code, m.Name, m.Kind, m.Currency, m.TaxClass, m.Active, m.Version, m.sequence).Unique(taken(m.Code))
	tx.Write(`DELETE FROM shipping_rates WHERE method_id = $1`, m.ID)
	insertTable(tx, m)
}

func insertTable(tx *db.Tx, m *Method) {
	rows := make([][]any, len(m.Table))
	for i, s := range m.Table {
		rows[i] = []any{m.ID, s.Country, s.Minimum, s.Amount}
	}
	tx.Insert("shipping_rates (method_id, country, minimum, amount)", rows...)
}

func taken(code string) error {
	return problem.ErrDuplicate.At("/code", "another shipping method has the code %q", code)
}
