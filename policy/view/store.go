package view

import (
	"maps"
	"slices"

	"ordo/base/problem"
	"ordo/engine/auth"
	"ordo/engine/db"
	"ordo/engine/query"
)

const columns = `v.id, v.list, v.name, v.user_id, v.filter, v.sort, v.columns, v.removed_at, v.created_at, v.version, v.event_sequence`

func (v *View) places() []any {
	return []any{&v.ID, &v.List, &v.Name, &v.UserID, &v.Filter, &v.Sort, db.ScanJSON(&v.Columns), &v.removedAt, db.ScanTime(&v.CreatedAt), &v.Version, &v.sequence}
}

// readable are the lists that the actor may read.
func (l Lists) readable(tx *db.Tx) []string {
	return slices.DeleteFunc(slices.Sorted(maps.Keys(l)), func(list string) bool { return !tx.Actor.Permissions.Has(list) })
}

// visible is the condition for views that the actor sees: their own and
// everybody's, of lists that they may read.
func (l Lists) visible(tx *db.Tx) (condition string, args []any) {
	args = []any{tx.Actor.ID}
	for _, list := range l.readable(tx) {
		args = append(args, list)
	}
	if len(args) == 1 {
		return "FALSE", nil
	}
	return `(v.user_id = $1 OR v.user_id = '') AND v.list IN (` + db.Params(2, len(args)-1) + `)`, args
}

// Schema is what the list of views can be filtered and sorted by.
var Schema = query.Schema{
	ID: "v.id", Sort: "name",
	Fields: []query.Field{
		{Name: "id", Doc: "Id", Type: query.ID, Column: "v.id", Indexed: true},
		{Name: "list", Doc: "Operation that reads the list", Type: query.ID, Column: "v.list"},
		{Name: "name", Doc: "Name", Type: query.Text, Column: "lower(v.name)", Sortable: true},
		{Name: "shared", Doc: "Everybody sees it", Type: query.Bool, Column: "(v.user_id = '')"},
		{Name: "created", Doc: "When it was saved", Type: query.Time, Column: "v.created_at", Sortable: true},
	},
}

// list returns a page of the views that the actor sees.
func (l Lists) list(tx *db.Tx, in query.Input) (query.Rows[*View], error) {
	condition, args := l.visible(tx)
	return query.Select(tx, in, Schema, query.Source{Columns: columns, From: "saved_views v", Where: condition + " AND v.removed_at = 0", Args: args, Scope: auth.Columns{Open: true}},
		func(row **View) []any { *row = &View{}; return (*row).places() })
}

// get returns a view that the actor sees, or not found.
func (l Lists) get(tx *db.Tx, id string) (*View, error) {
	v, err := l.find(tx, id)
	if err == nil && v.removedAt != 0 {
		return nil, problem.ErrNotFound.New("the view %s was removed", id)
	}
	return v, err
}

// find returns a view that the actor sees, or saw until it was removed.
func (l Lists) find(tx *db.Tx, id string) (*View, error) {
	v := &View{}
	condition, args := l.visible(tx)
	if err := tx.Load(db.One(`SELECT `+columns+` FROM saved_views v WHERE `+condition+` AND v.id = `+db.Params(len(args)+1, 1), append(args, id), v.places()...)); err != nil {
		return nil, err
	}
	if v.ID == "" {
		return nil, problem.ErrNotFound.New("no view %s", id)
	}
	return v, nil
}

func insert(tx *db.Tx, v *View) {
	tx.Write(`INSERT INTO saved_views (id, list, name, user_id, filter, sort, columns, removed_at, created_at, version, event_sequence)
		VALUES ($1, $2, $3, $4, $5, $6, $7, 0, $8, $9, $10)`,
		v.ID, v.List, v.Name, v.UserID, v.Filter, v.Sort, db.JSON(v.Columns), tx.Micros(), v.Version, v.sequence).Unique(taken(v.Name))
}

// update writes a view that was read in this transaction; the version guards
// against another writer.
func update(tx *db.Tx, v *View) {
	tx.Must(db.ErrStale, `UPDATE saved_views SET name = $3, user_id = $4, filter = $5, sort = $6, columns = $7, removed_at = $8, version = $9, event_sequence = $10
		WHERE id = $1 AND version = $2`,
		v.ID, v.Version-1, v.Name, v.UserID, v.Filter, v.Sort, db.JSON(v.Columns), v.removedAt, v.Version, v.sequence).Unique(taken(v.Name))
}

func taken(name string) error {
	return problem.ErrDuplicate.At("/name", "another view of the list has the name %q", name)
}

func preferencesOf(tx *db.Tx, reader string) (PreferenceList, error) {
	all := PreferenceList{Items: []*Preference{}}
	err := tx.Load(db.Many(`SELECT name, value FROM preferences WHERE reader = $1 ORDER BY name`, []any{reader}, func(scan db.Scan) error {
		p := &Preference{}
		all.Items = append(all.Items, p)
		return scan(&p.Name, &p.Value)
	}))
	return all, err
}

func savePreference(tx *db.Tx, reader string, p *Preference) {
	tx.Write(`INSERT INTO preferences (reader, name, value) VALUES ($1, $2, $3) ON CONFLICT (reader, name) DO UPDATE SET value = excluded.value`, reader, p.Name, p.Value)
}

func deletePreference(tx *db.Tx, reader, name string) {
	tx.Write(`DELETE FROM preferences WHERE reader = $1 AND name = $2`, reader, name)
}
