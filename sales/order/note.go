package order

import (
	"fmt"
	"net/http"
	"slices"

	"ordo/base/clock"
	"ordo/base/problem"
	"ordo/engine/command"
	"ordo/engine/db"
	"ordo/engine/event"
)

// Noted is the event of a note; its text may be personal and stays out of it.
var Noted = event.Declare("order.noted", 1, "A note was written on the order.", body{})

// Note is a text that somebody wrote on an order. It is never changed, only
// erased.
type Note struct {
	ID         string      `json:"id"`
	OrderID    string      `json:"order_id"`
	Author     string      `json:"author" doc:"Id of who wrote it"`
	Text       string      `json:"text" doc:"Empty once it was erased"`
	CopiedFrom string      `json:"copied_from,omitempty" doc:"Note of the order that this one was copied from"`
	CreatedAt  clock.Stamp `json:"created_at"`
}

// NoteList are the notes of an order, oldest first.
type NoteList struct {
	Items []*Note `json:"items"`
}

// NoteIn is the input of order.note.
type NoteIn struct {
	ID   string `path:"id" json:"id"`
	Text string `json:"text" minLength:"1" maxLength:"4000"`
}

func noteOperations() []command.Operation {
	return []command.Operation{
		command.Def[GetIn, NoteList]{
			Name: "order.notes", Summary: "List the notes on an order, oldest first", Method: http.MethodGet, Path: "/v1/orders/{id}/notes",
			Read: func(tx *db.Tx, in GetIn) (NoteList, error) { return Notes(tx, in.ID) },
		},
		command.Def[NoteIn, *Note]{
			Name: "order.note", Summary: "Write a note on an order", Method: http.MethodPost, Path: "/v1/orders/{id}/notes", Creates: true,
			Anchors: func(in NoteIn) []command.Anchor { return anchor(in.ID) },
			Run:     WriteNote, Result: func(n *Note) (string, int64) { return n.ID, 1 }, Repeat: getNote, Bulk: true,
			Example: NoteIn{ID: "ord_01", Text: "Ring twice; the bell is faint."},
		},
	}
}

// Notes returns the notes on an order.
func Notes(tx *db.Tx, id string) (NoteList, error) {
	all := NoteList{Items: []*Note{}}
	found := false
	if err := tx.Load(findOrder(tx, id, &found), notesOf(id, &all.Items)); err != nil {
		return NoteList{}, err
	}
	if !found {
		return NoteList{}, NotFound(id)
	}
	return all, nil
}

// WriteNote writes a note on an order in any status.
func WriteNote(tx *db.Tx, in NoteIn) (*Note, error) {
	o, err := Get(tx, in.ID)
	if err != nil {
		return nil, err
	}
	n := &Note{ID: tx.ID("not"), OrderID: o.ID, Author: tx.Actor.ID, Text: in.Text, CreatedAt: clock.At(tx.Now)}
	insertNotes(tx, n)
	o.noted = []string{n.ID}
	return n, o.Save(tx, Noted, nil)
}

// copyNotes returns copies of notes of another order, or names those that it
// does not have. The order is written before them.
func (o *Order) copyNotes(tx *db.Tx, source *Order, ids []string) (copies []*Note, err error) {
	if len(ids) == 0 {
		return nil, nil
	}
	var there []*Note
	if err := tx.Load(notesOf(source.ID, &there)); err != nil {
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
