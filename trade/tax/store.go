package tax

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"ordo/engine/auth"
	"ordo/engine/db"
	"ordo/engine/query"
)

const columns = `r.country, r.class, r.valid_from, r.name, r.rate`

func (row *Row) places() []any {
	return []any{&row.Country, &row.Class, date{&row.ValidFrom}, &row.Name, &row.Rate}
}

// date is the place of a column of days.
type date struct{ to *string }

// Scan implements sql.Scanner.
func (d date) Scan(src any) error {
	micros, ok := src.(int64)
	if !ok {
		return fmt.Errorf("tax: %T is no day", src)
	}
	*d.to = db.Time(micros).Format(time.DateOnly)
	return nil
}

// Schema is what the list of rates can be filtered and sorted by.
var Schema = query.Schema{
	ID: "(r.country || ' ' || r.class || ' ' || r.valid_from)", Sort: "country,class,valid_from",
	Fields: []query.Field{
		{Name: "country", Doc: "Country", Type: query.ID, Column: "r.country", Sortable: true},
		{Name: "class", Doc: "Class of goods", Type: query.ID, Column: "r.class", Sortable: true},
		{Name: "valid_from", Doc: "First day", Type: query.Time, Column: "r.valid_from", Sortable: true},
		{Name: "rate", Doc: "Fraction", Type: query.Number, Column: "r.rate", Scale: 6, Sortable: true},
	},
}

// List returns a page of rates.
func List(tx *db.Tx, in query.Input) (query.Rows[*Row], error) {
	return query.Select(tx, in, Schema, query.Source{Columns: columns, From: "tax_rates r", Scope: auth.Columns{Open: true}},
		func(row **Row) []any { *row = &Row{}; return (*row).places() })
}

type countryKey string

var _ = db.Remember("tax_rates")

// Find returns the rates of countries, each named once, from what is known or
// by one statement, however many countries there are.
func Find(tx *db.Tx, known *db.Known, countries []string) (*Table, error) {
	t := &Table{}
	var missing []any
	for _, c := range countries {
		if rows, ok := db.Recall[[]Row](known, countryKey(c)); ok {
			t.rows = append(t.rows, rows...)
		} else {
			missing = append(missing, c)
		}
	}
	if len(missing) == 0 {
		return t, nil
	}
	var read []Row
	if err := tx.Load(readRows(db.Params(1, len(missing)), missing, &read)); err != nil {
		return nil, err
	}
	for _, c := range missing {
		rows := slices.DeleteFunc(slices.Clone(read), func(r Row) bool { return r.Country != c })
		known.Put(countryKey(c.(string)), rows)
	}
	t.rows = append(t.rows, read...)
	return t, nil
}

// readRows reads the rates of the countries in a list of SQL.
func readRows(list string, args []any, into *[]Row) db.Read {
	return db.Many(`SELECT `+columns+` FROM tax_rates r WHERE r.country IN (`+list+`) ORDER BY r.country, r.class, r.valid_from`, args, func(scan db.Scan) error {
		var row Row
		err := scan(row.places()...)
		*into = append(*into, row)
		return err
	})
}

// reads read all rates and the anchors of countries.
func (r *Rates) reads(codes []string) []db.Read {
	args := make([]any, len(codes))
	for i, c := range codes {
		args[i] = c
	}
	list := db.Params(1, len(codes))
	return []db.Read{
		readRows(list, args, &r.Items),
		db.Many(`SELECT country, version, event_sequence FROM tax_countries WHERE country IN (`+list+`)`, args, func(scan db.Scan) error {
			var c country
			err := scan(&c.code, &c.version, &c.sequence)
			r.countries = append(r.countries, c)
			return err
		}),
	}
}

// saveCountry writes the anchor of rates that were read in this transaction.
func saveCountry(tx *db.Tx, c country) {
	if c.version == 1 {
		tx.Write(`INSERT INTO tax_countries (country, version, event_sequence) VALUES ($1, $2, $3)`, c.code, c.version, c.sequence).Unique(db.ErrStale)
		return
	}
	tx.Must(db.ErrStale, `UPDATE tax_countries SET version = $3, event_sequence = $4 WHERE country = $1 AND version = $2`, c.code, c.version-1, c.version, c.sequence)
}

// rowsAtOnce is how many rows an upsert sends in one statement: many parameters
// are slow on SQLite.
const rowsAtOnce = 200

func upsert(tx *db.Tx, rows []Row) {
	for chunk := range slices.Chunk(rows, rowsAtOnce) {
		values, args := make([]string, len(chunk)), []any{}
		for i, row := range chunk {
			values[i] = "(" + db.Params(len(args)+1, 5) + ")"
			args = append(args, row.Country, row.Class, day(row.ValidFrom), row.Name, int64(row.Rate))
		}
		tx.Write(`INSERT INTO tax_rates (country, class, valid_from, name, rate) VALUES `+strings.Join(values, ", ")+`
			ON CONFLICT (country, class, valid_from) DO UPDATE SET name = excluded.name, rate = excluded.rate`, args...)
	}
}
