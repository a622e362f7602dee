package change

import (
	"ordo/base/problem"
	"ordo/engine/db"
	"ordo/engine/query"
	"ordo/sales/order"
	"ordo/trade/customer"
)

var table = &db.Table[Facts]{
	Name: "changes", Key: 1,
	Columns: "id, order_id, status, begun_by, steps, impact, order_revision, expires_at, ended_at, created_at, version, event_sequence",
	Places: func(f *Facts) []any {
		return []any{&f.ID, &f.OrderID, &f.Status, &f.BegunBy, &f.steps, &f.impact, &f.Made, (*int64)(&f.ExpiresAt), (*int64)(&f.EndedAt), (*int64)(&f.CreatedAt), &f.Version, &f.sequence}
	},
}

// Scope tells how an actor's scope narrows changes: as their orders.
var Scope = order.Scope

const from = "changes c JOIN orders o ON o.id = c.order_id"

// orderOf returns the order of a change in the actor's scope, and its steps.
func orderOf(tx *db.Tx, id string) (of string, steps []*Staged, err error) {
	c := &Change{}
	condition, args := tx.Actor.Scope.SQL(Scope, 2)
	err = tx.Load(db.One(`SELECT c.order_id, c.steps FROM `+from+` WHERE c.id = $1 AND `+condition, append([]any{id}, args...), &of, &c.steps))
	switch {
	case err != nil:
		return "", nil, err
	case of == "":
		return "", nil, problem.ErrNotFound.New("no change %s", id)
	}
	err = c.decode()
	return of, c.Steps, err
}

// Get returns a change in the actor's scope with the addresses of its steps, or
// not found.
func Get(tx *db.Tx, id string) (*Change, error) {
	c := &Change{}
	condition, args := tx.Actor.Scope.SQL(Scope, 2)
	err := tx.Load(db.One(`SELECT `+table.Select("c")+`, o.number, o.channel_id, o.customer_id FROM `+from+` WHERE c.id = $1 AND `+condition,
		append([]any{id}, args...), append(table.Places(&c.Facts), &c.OrderNumber, &c.channel, &c.customer)...))
	switch {
	case err != nil:
		return nil, err
	case c.ID == "":
		return nil, problem.ErrNotFound.New("no change %s", id)
	}
	c.snapshot()
	if err := c.decode(); err != nil {
		return nil, err
	}
	return c, c.refer(tx)
}

// refer reads the copies of addresses that steps name.
func (c *Change) refer(tx *db.Tx) error {
	var ids []string
	for _, s := range c.Steps {
		if s.AddressID != "" {
			ids = append(ids, s.AddressID)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	copies := map[string]*customer.Address{}
	err := tx.Load(customer.AddressesOf(ids, copies))
	for _, s := range c.Steps {
		s.Address = copies[s.AddressID]
	}
	return err
}

// due reads up to n open changes after an id whose time is over.
func due(tx *db.Tx, after string, n int64) (ids []string, err error) {
	err = tx.Load(db.All(`SELECT c.id FROM changes c WHERE c.status = 'open' AND c.expires_at <= $1 AND c.id > $2 ORDER BY c.id LIMIT $3`, []any{tx.Micros(), after, n}, &ids))
	return ids, err
}

// Schema is what the list of changes can be filtered and sorted by.
var Schema = query.Schema{
	ID: "c.id", Sort: "-created",
	Fields: []query.Field{
		{Name: "id", Doc: "Id", Type: query.ID, Column: "c.id", Indexed: true},
		{Name: "order", Doc: "Id of the order", Type: query.ID, Column: "c.order_id", Indexed: true},
		{Name: "status", Doc: "Status", Type: query.Enum, Column: "c.status", Values: Life.Codes()},
		{Name: "by", Doc: "Who began it", Type: query.ID, Column: "c.begun_by"},
		{Name: "created", Doc: "When it was begun", Type: query.Time, Column: "c.created_at", Sortable: true},
	},
}

// List returns a page of changes: their facts.
func List(tx *db.Tx, in query.Input) (query.Rows[*Facts], error) {
	return query.Select(tx, in, Schema, query.Source{Columns: table.Select("c"), From: from, Scope: Scope},
		func(row **Facts) []any { *row = &Facts{}; return table.Places(*row) })
}
