package order

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"ordo/base/clock"
	"ordo/base/problem"
	"ordo/engine/command"
	"ordo/engine/db"
	"ordo/engine/event"
	"ordo/engine/query"
)

// Events of notes; their texts may be personal and stay out of them.
var (
	Noted       = event.Declare("order.noted", 1, "A note was written on the order.", body{})
	NoteEdited  = event.Declare("order.note_edited", 1, "A note on the order was changed.", body{})
	NoteRemoved = event.Declare("order.note_removed", 1, "A note on the order was removed.", body{})
)

// ErrNoteLocked refuses to change a note that others may have acted on.
var ErrNoteLocked = problem.Declare("comment_locked", problem.Conflict,
	"The note is older than its author may change it.", "Write another note, or ask someone with the permission note.moderate.")

// Who may read a note.
const (
	ForStaff    = "staff"
	ForCustomer = "customer" // and for staff
)

// moderating is the permission for notes of others, and for old ones.
const moderating = "note.moderate"

// editable is how long authors may change what they wrote.
const editable = 15 * time.Minute

// Note is a text that somebody wrote on an order.
type Note struct {
	ID          string      `json:"id"`
	OrderID     string      `json:"order_id"`
	OrderNumber string      `json:"order_number,omitempty"`
	Author      string      `json:"author" doc:"Id of who wrote it; empty for customers unless it was them"`
	AuthorName  string      `json:"author_name,omitempty"`
	Text        string      `json:"text" doc:"As it was written: no markup. Empty once it was erased or removed"`
	Visibility  string      `json:"visibility" enum:"staff,customer" doc:"Who may read it: staff alone, or the customer too"`
	Mentions    []*Person   `json:"mentions,omitempty" doc:"Whom it is to reach, by name"`
	CopiedFrom  string      `json:"copied_from,omitempty" doc:"Note of the order that this one was copied from"`
	CreatedAt   clock.Stamp `json:"created_at"`
	EditedAt    clock.Stamp `json:"edited_at,omitzero" doc:"When it was last changed"`
	EditedBy    string      `json:"edited_by,omitempty" doc:"Id of who last changed it"`
	RemovedAt   clock.Stamp `json:"removed_at,omitzero"`
}

// Person is somebody whom a note can mention.
type Person struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// NoteFacts are what can be said in a note.
type NoteFacts struct {
	Text       string   `json:"text" minLength:"1" maxLength:"4000"`
	Visibility string   `json:"visibility,omitempty" enum:"staff,customer" doc:"staff if not given; what customers write, they may read"`
	Mentions   []string `json:"mentions,omitempty" maxItems:"20" uniqueItems:"true" doc:"Ids of users who see the order; order.people lists them"`
}

// NoteIn is the input of order.note.
type NoteIn struct {
	ID string `path:"id" json:"id"`
	NoteFacts
}

// EditNoteIn is the input of order.edit_note.
type EditNoteIn struct {
	ID     string `path:"id" json:"id"`
	NoteID string `path:"note_id" json:"note_id"`
	NoteFacts
}

// RemoveNoteIn is the input of order.remove_note.
type RemoveNoteIn struct {
	ID     string `path:"id" json:"id"`
	NoteID string `path:"note_id" json:"note_id"`
}

// OfOrderIn asks for a list of what belongs to an order.
type OfOrderIn struct {
	ID string `path:"id" json:"id"`
	query.Input
}

func noteOperations() []command.Operation {
	return []command.Operation{
		command.Def[OfOrderIn, query.Rows[*Note]]{
			Name: "order.notes", Summary: "List the notes on an order, oldest first", Method: http.MethodGet, Path: "/v1/orders/{id}/notes", Read: Notes,
		},
		command.Def[query.Input, query.Rows[*Note]]{
			Name: "note.list", Summary: "List notes on orders, such as those that mention somebody", Method: http.MethodGet, Path: "/v1/notes", Read: ListNotes,
		},
		command.Def[OfOrderIn, query.Rows[*Person]]{
			Name: "order.people", Summary: "List whom a note on an order can mention", Method: http.MethodGet, Path: "/v1/orders/{id}/people", Read: People,
		},
		command.Def[NoteIn, *Note]{
			Name: "order.note", Summary: "Write a note on an order", Method: http.MethodPost, Path: "/v1/orders/{id}/notes", Creates: true,
			Anchors: func(in NoteIn) []command.Anchor { return anchor(in.ID) },
			Run:     WriteNote, Result: noteResult, Repeat: getNote, Bulk: true,
			Example: NoteIn{ID: "ord_01", NoteFacts: NoteFacts{Text: "Ring twice; the bell is faint.", Visibility: ForStaff}},
		},
		command.Def[EditNoteIn, *Note]{
			Name: "order.edit_note", Summary: "Change one's own note for 15 minutes; any with the permission note.moderate", Method: http.MethodPut, Path: "/v1/orders/{id}/notes/{note_id}",
			Permission: "order.note", Further: []string{moderating}, Anchors: func(in EditNoteIn) []command.Anchor { return anchor(in.ID) },
			Run: EditNote, Result: noteResult, Repeat: getNote,
			Example: EditNoteIn{ID: "ord_01", NoteID: "not_01", NoteFacts: NoteFacts{Text: "Ring twice, please; the bell is faint.", Visibility: ForCustomer}},
		},
		command.Def[RemoveNoteIn, *Note]{
			Name: "order.remove_note", Summary: "Remove one's own note for 15 minutes; any with the permission note.moderate", Method: http.MethodDelete, Path: "/v1/orders/{id}/notes/{note_id}",
			Permission: "order.note", Further: []string{moderating}, Anchors: func(in RemoveNoteIn) []command.Anchor { return anchor(in.ID) },
			Run: RemoveNote, Result: noteResult, Repeat: getNote,
			Example: RemoveNoteIn{ID: "ord_01", NoteID: "not_01"},
		},
	}
}

func noteResult(n *Note) (string, int64) { return n.ID, 1 }

// WriteNote writes a note on an order in any status.
func WriteNote(tx *db.Tx, in NoteIn) (*Note, error) {
	o, err := Get(tx, in.ID)
	if err != nil {
		return nil, err
	}
	n := &Note{ID: tx.ID("not"), OrderID: o.ID, OrderNumber: o.Number, Author: tx.Actor.ID, CreatedAt: clock.At(tx.Now)}
	if err := n.set(tx, o, in.NoteFacts); err != nil {
		return nil, err
	}
	insertNotes(tx, n)
	insertMentions(tx, n)
	if err := n.save(tx, o, Noted); err != nil {
		return nil, err
	}
	return getNote(tx, n.ID)
}

// EditNote changes a note.
func EditNote(tx *db.Tx, in EditNoteIn) (*Note, error) {
	o, n, err := toChange(tx, in.ID, in.NoteID)
	if err != nil {
		return nil, err
	}
	if err := n.set(tx, o, in.NoteFacts); err != nil {
		return nil, err
	}
	n.EditedAt, n.EditedBy = clock.At(tx.Now), tx.Actor.ID
	updateNote(tx, n)
	deleteMentions(tx, n.ID)
	insertMentions(tx, n)
	if err := n.save(tx, o, NoteEdited); err != nil {
		return nil, err
	}
	return getNote(tx, n.ID)
}

// RemoveNote removes a note with its text; that there was one, its event tells.
func RemoveNote(tx *db.Tx, in RemoveNoteIn) (*Note, error) {
	o, n, err := toChange(tx, in.ID, in.NoteID)
	if err != nil {
		return nil, err
	}
	n.Text, n.Mentions, n.RemovedAt = "", nil, clock.At(tx.Now)
	updateNote(tx, n)
	deleteMentions(tx, n.ID)
	return n, n.save(tx, o, NoteRemoved)
}

// toChange returns a note that the actor may change, and its order.
func toChange(tx *db.Tx, order, id string) (*Order, *Note, error) {
	o, err := Get(tx, order)
	if err != nil {
		return nil, nil, err
	}
	n, err := getNote(tx, id)
	if err != nil {
		return nil, nil, err
	}
	if n.OrderID != o.ID || n.RemovedAt != 0 {
		return nil, nil, noNote(id)
	}
	return o, n, n.mayChange(tx)
}

func noNote(id string) error { return problem.ErrNotFound.New("no note %s", id) }

// mayChange is nil for authors for a while, and always for who moderates.
func (n *Note) mayChange(tx *db.Tx) error {
	forbidden := tx.Actor.Check(moderating)
	if forbidden == nil || n.Author != tx.Actor.ID {
		return forbidden
	}
	if until := n.CreatedAt.Time().Add(editable); tx.Now.After(until) {
		return ErrNoteLocked.New("note %s could be changed until %s", n.ID, until.UTC().Format(time.RFC3339)).With("until", until)
	}
	return nil
}

// set takes over what is said, or finds all that is wrong with it.
func (n *Note) set(tx *db.Tx, o *Order, f NoteFacts) error {
	n.Text, n.Visibility, n.Mentions = f.Text, cmp.Or(f.Visibility, ForStaff), nil
	if tx.Actor.Scope.Customer != "" {
		n.Visibility = ForCustomer
	}
	var faults problem.List
	if strings.TrimSpace(f.Text) == "" {
		faults.Add(problem.ErrInvalidValue, "/text", "the text is blank")
	}
	known, err := o.mentionable(tx, f.Mentions)
	if err != nil {
		return err
	}
	for i, id := range f.Mentions {
		at := slices.IndexFunc(known, func(p *Person) bool { return p.ID == id })
		if at < 0 {
			faults.Add(problem.ErrNotFound, fmt.Sprintf("/mentions/%d", i), "no user %s sees order %s", id, o.name())
			continue
		}
		n.Mentions = append(n.Mentions, known[at])
	}
	return faults.Err()
}

// noteTold is what events tell of a note.
type noteTold struct {
	Visibility string   `json:"visibility"`
	Mentions   []string `json:"mentions,omitempty"`
}

// save writes the order with an event of a note.
func (n *Note) save(tx *db.Tx, o *Order, t *event.Type) error {
	told := &noteTold{Visibility: n.Visibility}
	for _, p := range n.Mentions {
		told.Mentions = append(told.Mentions, p.ID)
	}
	o.noted, o.note = []string{n.ID}, told
	return o.Save(tx, t, nil)
}

// copyNotes returns copies of notes of another order, or names those that it
// does not have. The order is written before them.
func (o *Order) copyNotes(tx *db.Tx, source *Order, ids []string) (copies []*Note, err error) {
	if len(ids) == 0 {
		return nil, nil
	}
	there, err := findNotes(tx, source.ID, ids)
	if err != nil {
		return nil, err
	}
	var faults problem.List
	for i, id := range ids {
		at := slices.IndexFunc(there, func(n *Note) bool { return n.ID == id })
		if at < 0 {
			faults.Add(problem.ErrNotFound, fmt.Sprintf("/notes/%d", i), "order %s has no note %s", source.name(), id)
			continue
		}
		n := *there[at]
		n.ID, n.OrderID, n.CopiedFrom = tx.ID("not"), o.ID, id
		copies = append(copies, &n)
		o.noted = append(o.noted, n.ID)
	}
	return copies, faults.Err()
}
