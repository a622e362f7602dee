package inventory

import (
	"ordo/base/clock"
	"ordo/base/money"
	"ordo/engine/db"
	"ordo/engine/event"
)

// Noted is the event of a note that was taken over from another system.
var Noted = event.Declare("stock.noted", 1, "A note about stock was taken over; nothing moved.", noteBody{})

// NoteIn is a note of another system: a record with lines that moves nothing.
type NoteIn struct {
	ID         string
	LocationID string
	ExternalID string
	At         clock.Stamp
	Lines      []NoteLine
}

// NoteLine is what a note says of a variant. The text is people's and stays out
// of events.
type NoteLine struct {
	VariantID string         `json:"variant_id,omitempty"`
	Quantity  money.Quantity `json:"quantity"`
	Note      string         `json:"-"`
	SourceRow int64          `json:"source_row"`
}

// noteBody is what the event of a note tells.
type noteBody struct {
	Kind       string      `json:"kind" enum:"note"`
	LocationID string      `json:"location_id"`
	Origin     string      `json:"origin" enum:"imported"`
	ExternalID string      `json:"external_id"`
	At         clock.Stamp `json:"at"`
	Version    int64       `json:"version"`
	Lines      []NoteLine  `json:"lines"`
}

// ImportNotes writes notes of another system, each with one event.
func ImportNotes(tx *db.Tx, notes ...*NoteIn) error {
	events := make([]event.Event, len(notes))
	for i, n := range notes {
		events[i] = event.Event{Type: Noted, Subject: n.ID, Sequence: 1, Location: n.LocationID, Body: noteBody{Note, n.LocationID, "imported", n.ExternalID, n.At, 1, n.Lines}}
	}
	insertNotes(tx, notes)
	return event.Emit(tx, events...)
}
