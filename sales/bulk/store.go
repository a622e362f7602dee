package bulk

import (
	"encoding/json"

	"ordo/base/problem"
	"ordo/engine/auth"
	"ordo/engine/db"
	"ordo/engine/query"
)

// state is that of a bulk b.
const state = `CASE WHEN b.stopping THEN 'stopping' ELSE b.state END`

const columns = `b.id, b.operation, b.input, b.filter, b.user_id, b.retry_of, b.undo_of, ` + state + `, b.orders, b.succeeded, b.refused, b.next_part, b.created_at, b.ended_at, b.version, b.event_sequence`

func (b *Bulk) places() []any {
	return []any{&b.ID, &b.Operation, db.ScanJSON(&b.Input), &b.Filter, &b.UserID, &b.RetryOf, &b.UndoOf, &b.State, &b.Total, &b.Succeeded, &b.Refused, &b.nextPart,
		(*int64)(&b.CreatedAt), (*int64)(&b.EndedAt), &b.Version, &b.sequence}
}

// visible is the condition for bulks that the actor sees: all, or, of who is
// limited to some orders, their own.
func visible(a auth.Actor) (condition string, args []any) {
	if a.Scope.Whole() {
		return "TRUE", nil
	}
	return "b.user_id = $1", []any{a.ID}
}

// Schema is what the list of bulks can be filtered and sorted by.
var Schema = query.Schema{
	ID: "b.id", Sort: "-created",
	Fields: []query.Field{
		{Name: "id", Doc: "Id", Type: query.ID, Column: "b.id", Indexed: true},
		{Name: "operation", Doc: "That is run on each order", Type: query.ID, Column: "b.operation"},
		{Name: "user", Doc: "Id of who began it", Type: query.ID, Column: "b.user_id", Indexed: true},
		{Name: "state", Doc: "How far it is", Type: query.Enum, Column: state, Values: []string{"running", "stopping", "stopped", "done"}},
		{Name: "created", Doc: "When it was begun", Type: query.Time, Column: "b.created_at", Sortable: true},
	},
}

func (t Table) list(tx *db.Tx, in query.Input) (query.Rows[*Bulk], error) {
	condition, args := visible(tx.Actor)
	page, err := query.Select(tx, in, Schema, query.Source{Columns: columns, From: "bulks b", Where: condition, Args: args, Scope: auth.Columns{Open: true}},
		func(row **Bulk) []any { *row = &Bulk{}; return (*row).places() })
	for _, b := range page.Items {
		t.complete(b)
	}
	return page, err
}

// get returns a bulk that the actor sees, or not found.
func (t Table) get(tx *db.Tx, id string) (*Bulk, error) {
	b := &Bulk{}
	condition, args := visible(tx.Actor)
	if err := tx.Load(db.One(`SELECT `+columns+` FROM bulks b WHERE `+condition+` AND b.id = `+db.Params(len(args)+1, 1), append(args, id), b.places()...)); err != nil {
		return nil, err
	}
	if b.ID == "" {
		return nil, problem.ErrNotFound.New("no bulk %s", id)
	}
	t.complete(b)
	return b, nil
}

// complete fills in what follows from the row. Nothing undoes what undoes.
func (t Table) complete(b *Bulk) {
	b.Done = b.Succeeded + b.Refused
	if b.UndoOf == "" {
		b.UndoneBy = t[b.Operation].Spec.UndoneBy
	}
}

func insert(tx *db.Tx, b *Bulk) {
	input, err := json.Marshal(b.Input)
	if err != nil {
		tx.Fail(err)
	}
	tx.Write(`INSERT INTO bulks (id, operation, input, filter, user_id, retry_of, undo_of, state, orders, created_at, version, event_sequence) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
		b.ID, b.Operation, string(input), b.Filter, b.UserID, b.RetryOf, b.UndoOf, b.State, b.Total, int64(b.CreatedAt), b.Version, b.sequence)
}

// update writes a bulk that was read in this transaction; the version guards
// against another writer.
func update(tx *db.Tx, b *Bulk) {
	state, stopping := b.stored()
	tx.Must(db.ErrStale, `UPDATE bulks SET state = $3, succeeded = $4, refused = $5, next_part = $6, ended_at = $7, version = $8, event_sequence = $9, user_id = $10, stopping = $11 WHERE id = $1 AND version = $2`,
		b.ID, b.Version-1, state, b.Succeeded, b.Refused, b.nextPart, int64(b.EndedAt), b.Version, b.sequence, b.UserID, stopping)
}

func insertParts(tx *db.Tx, id string, parts [][]item) error {
	rows := make([][]any, len(parts))
	for n, items := range parts {
		text, err := json.Marshal(items)
		if err != nil {
			return err
		}
		rows[n] = []any{id, int64(n), string(text)}
	}
	tx.Insert("bulk_parts (bulk_id, part, items)", rows...)
	return nil
}

// part reads the orders that come next.
func part(tx *db.Tx, b *Bulk) (items []item, err error) {
	err = tx.Load(db.One(`SELECT p.items FROM bulk_parts p WHERE p.bulk_id = $1 AND p.part = $2`, []any{b.ID, b.nextPart}, db.ScanJSON(&items)))
	return items, err
}

func deletePart(tx *db.Tx, b *Bulk) {
	tx.Write(`DELETE FROM bulk_parts WHERE bulk_id = $1 AND part = $2`, b.ID, b.nextPart)
}

func insertRows(tx *db.Tx, b *Bulk, results []outcome) {
	rows := make([][]any, len(results))
	for i, r := range results {
		rows[i] = []any{b.ID, b.Done + int64(i) + 1, r.OrderID, r.Number, r.Outcome, r.Code, r.Detail, r.Remedy, r.undo}
	}
	tx.Insert("bulk_rows (bulk_id, position, order_id, number, outcome, code, detail, remedy, undo)", rows...)
}

// outcomes are the orders with an outcome, each with the input of its own that
// undoes what was done to it, or that was tried to do so.
func outcomes(tx *db.Tx, b *Bulk, outcome string) (items []item, err error) {
	// Where nothing was changed, nothing has to be undone.
	text, args := `SELECT r.order_id, r.number, r.undo FROM bulk_rows r WHERE r.bulk_id = $1 AND r.outcome = $2 AND r.undo <> '' ORDER BY r.position`, []any{b.ID, outcome}
	switch {
	case outcome == refused && b.UndoOf != "":
		text, args = `SELECT r.order_id, r.number, u.undo FROM bulk_rows r JOIN bulk_rows u ON u.bulk_id = $3 AND u.order_id = r.order_id
			WHERE r.bulk_id = $1 AND r.outcome = $2 ORDER BY r.position`, append(args, b.UndoOf)
	case outcome == refused:
		text = `SELECT r.order_id, r.number, '' FROM bulk_rows r WHERE r.bulk_id = $1 AND r.outcome = $2 ORDER BY r.position`
	}
	err = tx.Load(db.Many(text, args, func(scan db.Scan) error {
		var i item
		var input string
		err := scan(&i.OrderID, &i.Number, &input)
		if input != "" {
			i.Input = json.RawMessage(input)
		}
		items = append(items, i)
		return err
	}))
	return items, err
}

// RowSchema is what the rows of a bulk can be filtered and sorted by.
var RowSchema = query.Schema{
	ID: "r.order_id", Sort: "position",
	Fields: []query.Field{
		{Name: "position", Doc: "In the order in which they were found or named", Type: query.Number, Column: "r.position", Sortable: true},
		{Name: "order", Doc: "Id of the order", Type: query.ID, Column: "r.order_id"},
		{Name: "number", Doc: "Number of the order", Type: query.ID, Column: "r.number"},
		{Name: "outcome", Doc: "What came of it", Type: query.Enum, Column: "r.outcome", Values: []string{succeeded, refused}},
		{Name: "code", Doc: "Code of the problem", Type: query.ID, Column: "r.code"},
	},
}

// Rows returns a page of what came of the orders of a bulk.
func Rows(tx *db.Tx, in RowsIn) (query.Rows[*Row], error) {
	if _, err := (Table{}).get(tx, in.ID); err != nil {
		return query.Rows[*Row]{}, err
	}
	return query.Select(tx, in.Input, RowSchema, query.Source{
		Columns: "r.position, r.order_id, r.number, r.outcome, r.code, r.detail, r.remedy", From: "bulk_rows r", Where: "r.bulk_id = $1", Args: []any{in.ID}, Scope: auth.Columns{Open: true},
	}, func(row **Row) []any {
		r := &Row{}
		*row = r
		return []any{&r.Position, &r.OrderID, &r.Number, &r.Outcome, &r.Code, &r.Detail, &r.Remedy}
	})
}

// lock lets others who are about the same bulk wait.
func lock(tx *db.Tx, id string) { tx.Write(`UPDATE bulks SET version = version WHERE id = $1`, id) }

// undoneOnce refuses to undo what is undone already, or about to be.
func undoneOnce(tx *db.Tx, id string) error {
	var undone int64
	lock(tx, id)
	if err := tx.Load(db.One(`SELECT COUNT(*) FROM bulks b WHERE b.undo_of = $1 AND b.undo_of <> '' AND b.retry_of = '' AND (b.state <> 'done' OR b.succeeded > 0)`, []any{id}, &undone)); err != nil || undone == 0 {
		return err
	}
	return problem.ErrTransition.New("bulk %s is undone already", id).Helped("See the bulk that undid it, and try its refused orders again (bulk.retry).").With("current_status", "undone").With("holds", []string{})
}
