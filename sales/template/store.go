package template

import (
	"ordo/base/problem"
	"ordo/engine/db"
	"ordo/engine/query"
	"ordo/sales/order"
)

const (
	ofOrder = `o.id, o.channel_id, o.customer_id, (SELECT COUNT(*) FROM order_lines l WHERE l.order_id = o.id AND l.parent_id = '')`
	columns = `t.id, t.name, t.user_id, t.removed_at, t.created_at, t.version, t.event_sequence, ` + ofOrder
	tables  = `order_templates t JOIN orders o ON o.id = t.order_id`

	// The actor sees their own and everybody's.
	visible = `(t.user_id = $1 OR t.user_id = '')`
)

func (t *Template) places() []any {
	return append([]any{&t.ID, &t.Name, &t.UserID, &t.removedAt, db.ScanTime(&t.CreatedAt), &t.Version, &t.sequence}, t.orderPlaces()...)
}

func (t *Template) orderPlaces() []any {
	return []any{&t.OrderID, &t.ChannelID, &t.CustomerID, &t.Lines}
}

// Schema is what the list of templates can be filtered and sorted by.
var Schema = query.Schema{
	ID: "t.id", Sort: "name",
	Fields: []query.Field{
		{Name: "id", Doc: "Id", Type: query.ID, Column: "t.id", Indexed: true},
		{Name: "name", Doc: "Name", Type: query.Text, Column: "lower(t.name)", Sortable: true},
		{Name: "shared", Doc: "Everybody sees it", Type: query.Bool, Column: "(t.user_id = '')"},
		{Name: "order", Doc: "The order that is copied", Type: query.ID, Column: "t.order_id"},
		{Name: "customer", Doc: "Customer of the order", Type: query.ID, Column: "o.customer_id"},
		{Name: "created", Doc: "When it was saved", Type: query.Time, Column: "t.created_at", Sortable: true},
	},
}

// list returns a page of the templates that the actor sees.
func list(tx *db.Tx, in query.Input) (query.Rows[*Template], error) {
	return query.Select(tx, in, Schema, query.Source{Columns: columns, From: tables, Where: visible + " AND t.removed_at = 0", Args: []any{tx.Actor.ID}, Scope: order.Scope},
		func(row **Template) []any { *row = &Template{}; return (*row).places() })
}

// get returns a template that the actor sees, or not found.
func get(tx *db.Tx, id string) (*Template, error) {
	t, err := find(tx, id)
	if err == nil && t.removedAt != 0 {
		return nil, problem.ErrNotFound.New("the template %s was removed", id)
	}
	return t, err
}

// find returns a template that the actor sees, or saw until it was removed.
func find(tx *db.Tx, id string) (*Template, error) {
	t := &Template{}
	condition, scoped := tx.Actor.Scope.SQL(order.Scope, 3)
	if err := tx.Load(db.One(`SELECT `+columns+` FROM `+tables+` WHERE `+visible+` AND t.id = $2 AND `+condition, append([]any{tx.Actor.ID, id}, scoped...), t.places()...)); err != nil {
		return nil, err
	}
	if t.ID == "" {
		return nil, problem.ErrNotFound.New("no template %s", id)
	}
	return t, nil
}

// readOrder reads what is shown of an order; no OrderID if the actor sees none of
// the id.
func (t *Template) readOrder(tx *db.Tx, id string) error {
	t.OrderID = ""
	condition, scoped := tx.Actor.Scope.SQL(order.Scope, 2)
	return tx.Load(db.One(`SELECT `+ofOrder+` FROM orders o WHERE o.id = $1 AND `+condition, append([]any{id}, scoped...), t.orderPlaces()...))
}

func insert(tx *db.Tx, t *Template) {
	tx.Write(`INSERT INTO order_templates (id, name, user_id, order_id, removed_at, created_at, version, event_sequence) VALUES ($1, $2, $3, $4, 0, $5, $6, $7)`,
		t.ID, t.Name, t.UserID, t.OrderID, tx.Micros(), t.Version, t.sequence).Unique(taken(t.Name))
}

// update writes a template that was read in this transaction; the version guards
// against another writer.
func update(tx *db.Tx, t *Template) {
	tx.Must(db.ErrStale, `UPDATE order_templates SET name = $3, user_id = $4, order_id = $5, removed_at = $6, version = $7, event_sequence = $8 WHERE id = $1 AND version = $2`,
		t.ID, t.Version-1, t.Name, t.UserID, t.OrderID, t.removedAt, t.Version, t.sequence).Unique(taken(t.Name))
}

func taken(name string) error {
	return problem.ErrDuplicate.At("/name", "another template has the name %q", name)
}
