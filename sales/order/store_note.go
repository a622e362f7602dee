package order

import (
	"slices"

	"ordo/engine/auth"
	"ordo/engine/db"
	"ordo/engine/query"
)

const (
	noteColumns = `n.id, n.order_id, o.number, n.author, COALESCE(u.name, k.name, ''), n.text, n.visibility, n.copied_from, n.created_at, n.edited_at, n.edited_by, n.removed_at`
	noteTables  = `order_notes n JOIN orders o ON o.id = n.order_id LEFT JOIN users u ON u.id = n.author LEFT JOIN api_keys k ON k.id = n.author`
)

func (n *Note) places() []any {
	return []any{&n.ID, &n.OrderID, &n.OrderNumber, &n.Author, &n.AuthorName, &n.Text, &n.Visibility, &n.CopiedFrom, (*int64)(&n.CreatedAt), (*int64)(&n.EditedAt), &n.EditedBy, (*int64)(&n.RemovedAt)}
}

// NoteSchema is what the list of notes can be filtered and sorted by.
var NoteSchema = query.Schema{
	ID: "n.id", Sort: "-created",
	Fields: []query.Field{
		{Name: "id", Doc: "Id", Type: query.ID, Column: "n.id", Indexed: true},
		{Name: "order", Doc: "Id of the order", Type: query.ID, Column: "n.order_id", Indexed: true},
		{Name: "author", Doc: "Id of who wrote it", Type: query.ID, Column: "n.author"},
		{Name: "mention", Doc: "Id of a user whom it mentions", Type: query.ID, Column: "m.user_id", Indexed: true, Exists: "n.id IN (SELECT m.note_id FROM note_mentions m WHERE %s)"},
		{Name: "visibility", Doc: "Who may read it", Type: query.Enum, Column: "n.visibility", Values: []string{ForStaff, ForCustomer}},
		{Name: "created", Doc: "When it was written", Type: query.Time, Column: "n.created_at", Sortable: true},
	},
}

// OrderNoteSchema is that of the notes on one order.
var OrderNoteSchema = func() query.Schema {
	s := NoteSchema
	s.Sort = "created"
	return s
}()

// readable is the condition for notes that the actor may read, beside those on
// orders out of scope.
func readable(tx *db.Tx) string {
	if tx.Actor.Scope.Customer != "" {
		return "n.visibility = '" + ForCustomer + "'"
	}
	return "TRUE"
}

// ListNotes returns a page of notes, newest first.
func ListNotes(tx *db.Tx, in query.Input) (query.Rows[*Note], error) {
	page, err := selectNotes(tx, in, NoteSchema, query.Source{Where: readable(tx) + " AND n.removed_at = 0"})
	return told(tx, page, err)
}

// Notes returns a page of the notes on an order, oldest first.
func Notes(tx *db.Tx, in OfOrderIn) (query.Rows[*Note], error) {
	found := false
	if err := tx.Load(findOrder(tx, in.ID, &found)); err != nil || !found {
		return query.Rows[*Note]{}, orNotFound(err, in.ID)
	}
	page, err := selectNotes(tx, in.Input, OrderNoteSchema, query.Source{Where: readable(tx) + " AND n.removed_at = 0 AND n.order_id = $1", Args: []any{in.ID}})
	return told(tx, page, err)
}

func orNotFound(err error, id string) error {
	if err != nil {
		return err
	}
	return NotFound(id)
}

func selectNotes(tx *db.Tx, in query.Input, schema query.Schema, s query.Source) (query.Rows[*Note], error) {
	s.Columns, s.From, s.Scope = noteColumns, noteTables, Scope
	return query.Select(tx, in, schema, s, func(row **Note) []any { *row = &Note{}; return (*row).places() })
}

// told returns a page with all that the actor may know of its notes.
func told(tx *db.Tx, page query.Rows[*Note], err error) (query.Rows[*Note], error) {
	if err != nil {
		return page, err
	}
	return page, complete(tx, page.Items)
}

// findNotes returns those of the notes that are on the order, and that the actor
// may read, as they are stored.
func findNotes(tx *db.Tx, order string, ids []string) ([]*Note, error) {
	page, err := selectNotes(tx, query.Input{IDs: ids}, NoteSchema, query.Source{Where: readable(tx) + " AND n.removed_at = 0 AND n.order_id = $1", Args: []any{order}})
	return page.Items, err
}

// readNotes reads the notes on an order that are there, whoever may read them.
func readNotes(order string, into *[]*Note) db.Read {
	return db.Many(`SELECT n.id, n.author, n.text, n.visibility, n.created_at FROM order_notes n WHERE n.order_id = $1 AND n.removed_at = 0 AND n.text <> '' ORDER BY n.created_at, n.id`, []any{order}, func(scan db.Scan) error {
		n := &Note{}
		*into = append(*into, n)
		return scan(&n.ID, &n.Author, &n.Text, &n.Visibility, (*int64)(&n.CreatedAt))
	})
}

// getNote returns a note that the actor may read, or not found.
func getNote(tx *db.Tx, id string) (*Note, error) {
	page, err := selectNotes(tx, query.Input{IDs: []string{id}}, NoteSchema, query.Source{Where: readable(tx)})
	if err != nil {
		return nil, err
	}
	if len(page.Items) == 0 {
		return nil, noNote(id)
	}
	return page.Items[0], complete(tx, page.Items)
}

// complete reads whom the notes mention. Customers are not told who of the staff
// had to do with one.
func complete(tx *db.Tx, notes []*Note) error {
	if tx.Actor.Scope.Customer != "" {
		for _, n := range notes {
			if n.Author != tx.Actor.ID {
				n.Author, n.AuthorName = "", ""
			}
			if n.EditedBy != tx.Actor.ID {
				n.EditedBy = ""
			}
		}
		return nil
	}
	if len(notes) == 0 {
		return nil
	}
	of, args := map[string]*Note{}, make([]any, len(notes))
	for i, n := range notes {
		of[n.ID], args[i] = n, n.ID
	}
	return tx.Load(db.Many(`SELECT m.note_id, u.id, u.name FROM note_mentions m JOIN users u ON u.id = m.user_id WHERE m.note_id IN (`+db.Params(1, len(args))+`) ORDER BY u.name, u.id`, args, func(scan db.Scan) error {
		var id string
		p := &Person{}
		if err := scan(&id, &p.ID, &p.Name); err != nil {
			return err
		}
		of[id].Mentions = append(of[id].Mentions, p)
		return nil
	}))
}

// findOrder tells whether the actor may see an order.
func findOrder(tx *db.Tx, id string, found *bool) db.Read {
	condition, args := tx.Actor.Scope.SQL(Scope, 2)
	return db.One(`SELECT TRUE FROM orders o WHERE o.id = $1 AND `+condition, append([]any{id}, args...), found)
}

func insertNotes(tx *db.Tx, notes ...*Note) {
	rows := make([][]any, len(notes))
	for i, n := range notes {
		rows[i] = []any{n.ID, n.OrderID, n.Author, n.Text, n.Visibility, n.CopiedFrom, int64(n.CreatedAt)}
	}
	tx.Insert("order_notes (id, order_id, author, text, visibility, copied_from, created_at)", rows...)
}

func updateNote(tx *db.Tx, n *Note) {
	tx.Must(db.ErrStale, `UPDATE order_notes SET text = $2, visibility = $3, edited_at = $4, edited_by = $5, removed_at = $6 WHERE id = $1 AND removed_at = 0`,
		n.ID, n.Text, n.Visibility, int64(n.EditedAt), n.EditedBy, int64(n.RemovedAt))
}

func insertMentions(tx *db.Tx, n *Note) {
	rows := make([][]any, len(n.Mentions))
	for i, p := range n.Mentions {
		rows[i] = []any{n.ID, p.ID}
	}
	tx.Insert("note_mentions (note_id, user_id)", rows...)
}

func deleteMentions(tx *db.Tx, note string) {
	tx.Write(`DELETE FROM note_mentions WHERE note_id = $1`, note)
}

// PersonSchema is what the list of people can be filtered and sorted by.
var PersonSchema = query.Schema{
	ID: "u.id", Sort: "name",
	Fields: []query.Field{
		{Name: "id", Doc: "Id", Type: query.ID, Column: "u.id"},
		{Name: "name", Doc: "Name, by its beginning", Type: query.Text, Column: "lower(u.name)", Sortable: true},
	},
	Fold: lower,
}

// People returns a page of the users who see an order.
func People(tx *db.Tx, in OfOrderIn) (query.Rows[*Person], error) {
	o := &Order{}
	if err := tx.Load(o.readHead(tx, in.ID)); err != nil || o.ID == "" || tx.Actor.Scope.Customer != "" {
		return query.Rows[*Person]{}, orNotFound(err, in.ID)
	}
	return o.people(tx, in.Input)
}

// people are the active users whose scope has the order.
func (o *Order) people(tx *db.Tx, in query.Input) (query.Rows[*Person], error) {
	return query.Select(tx, in, PersonSchema, query.Source{
		Columns: "u.id, u.name", From: "users u", Scope: auth.Columns{Open: true},
		Where: `u.active AND u.locations = 'null' AND (u.channels = 'null' OR u.channels LIKE $1 ESCAPE '\')`, Args: []any{`%"` + escapeLike.Replace(o.ChannelID) + `"%`},
	}, func(row **Person) []any { *row = &Person{}; return []any{&(*row).ID, &(*row).Name} })
}

// mentionable are those of the users whom a note of the actor can mention.
func (o *Order) mentionable(tx *db.Tx, ids []string) ([]*Person, error) {
	if len(ids) == 0 || tx.Actor.Scope.Customer != "" {
		return nil, nil
	}
	page, err := o.people(tx, query.Input{IDs: slices.Clone(ids)})
	return page.Items, err
}
