package location

import (
	"ordo/base/problem"
	"ordo/engine/auth"
	"ordo/engine/db"
	"ordo/engine/query"
)

const columns = `l.id, l.code, l.name, l.kind, l.country, l.time_zone, l.active, l.created_at, l.version, l.event_sequence`

func (l *Location) places() []any {
	return []any{&l.ID, &l.Code, &l.Name, &l.Kind, &l.Country, &l.TimeZone, &l.Active, db.ScanTime(&l.CreatedAt), &l.Version, &l.sequence}
}

var scope = auth.Columns{Location: "l.id", Open: true}

// Schema is what the list of locations can be filtered and sorted by.
var Schema = query.Schema{
	ID: "l.id", Sort: "code",
	Fields: []query.Field{
		{Name: "id", Doc: "Id", Type: query.ID, Column: "l.id"},
		{Name: "code", Doc: "Short name", Type: query.ID, Column: "l.code", Sortable: true},
		{Name: "name", Doc: "Name", Type: query.Text, Column: "lower(l.name)", Sortable: true},
		{Name: "kind", Doc: "Kind", Type: query.Enum, Column: "l.kind", Values: []string{"warehouse", "store", "supplier", "third_party"}},
		{Name: "active", Doc: "May promise stock", Type: query.Bool, Column: "l.active"},
	},
}

// List returns a page of locations.
func List(tx *db.Tx, in query.Input) (query.Rows[*Location], error) {
	return query.Select(tx, in, Schema, query.Source{Columns: columns, From: "locations l", Scope: scope},
		func(row **Location) []any { *row = &Location{}; return (*row).places() })
}

// Get returns a location in the actor's scope, or not found.
func Get(tx *db.Tx, id string) (*Location, error) {
	l := &Location{}
	condition, args := tx.Actor.Scope.SQL(scope, 2)
	if err := tx.Load(db.One(`SELECT `+columns+` FROM locations l WHERE l.id = $1 AND `+condition, append([]any{id}, args...), l.places()...)); err != nil {
		return nil, err
	}
	if l.ID == "" {
		return nil, problem.ErrNotFound.New("no location %s", id)
	}
	return l, nil
}

func insert(tx *db.Tx, l *Location) {
	tx.Write(`INSERT INTO locations (id, code, name, kind, country, time_zone, active, created_at, version, event_sequence)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		l.ID, l.Code, l.Name, l.Kind, l.Country, l.TimeZone, l.Active, tx.Micros(), l.Version, l.sequence).Unique(taken(l.Code))
}

// save writes a location that was read in this transaction; the version guards
// against another writer.
func save(tx *db.Tx, l *Location) {
	tx.Must(db.ErrStale, `UPDATE locations SET code = $3, name = $4, kind = $5, country = $6, time_zone = $7, active = $8, version = $9, event_sequence = $10
		WHERE id = $1 AND version = $2`,
		l.ID, l.Version-1, l.Code, l.Name, l.Kind, l.Country, l.TimeZone, l.Active, l.Version, l.sequence).Unique(taken(l.Code))
}

func taken(code string) error {
	return problem.ErrDuplicate.At("/code", "another location has the code %q", code)
}
