package order

import (
	"ordo/base/problem"
	"ordo/engine/db"
)

const noteColumns = `n.id, n.order_id, n.author, n.text, n.copied_from, n.created_at`

func (n *Note) places() []any {
	return []any{&n.ID, &n.OrderID, &n.Author, &n.Text, &n.CopiedFrom, (*int64)(&n.CreatedAt)}
}

// findOrder tells whether the actor may see an order.
func findOrder(tx *db.Tx, id string, found *bool) db.Read {
	condition, args := tx.Actor.Scope.SQL(Scope, 2)
	return db.One(`SELECT TRUE FROM orders o WHERE o.id = $1 AND `+condition, append([]any{id}, args...), found)
}

func notesOf(order string, into *[]*Note) db.Read {
	return db.Many(`SELECT `+noteColumns+` FROM order_notes n WHERE n.order_id = $1 ORDER BY n.created_at, n.id`, []any{order}, func(scan db.Scan) error {
		n := &Note{}
		*into = append(*into, n)
		return scan(n.places()...)
	})
}

// getNote returns a note on an order in the actor's scope, or not found.
func getNote(tx *db.Tx, id string) (*Note, error) {
	n := &Note{}
	condition, args := tx.Actor.Scope.SQL(Scope, 2)
	if err := tx.Load(db.One(`SELECT `+noteColumns+` FROM order_notes n JOIN orders o ON o.id = n.order_id WHERE n.id = $1 AND `+condition, append([]any{id}, args...), n.places()...)); err != nil {
		return nil, err
	}
	if n.ID == "" {
		return nil, problem.ErrNotFound.New("no note %s", id)
	}
	return n, nil
}

func insertNotes(tx *db.Tx, notes ...*Note) {
	rows := make([][]any, len(notes))
	for i, n := range notes {
		rows[i] = []any{n.ID, n.OrderID, n.Author, n.Text, n.CopiedFrom, int64(n.CreatedAt)}
	}
	tx.Insert("order_notes (id, order_id, author, text, copied_from, created_at)", rows...)
}
