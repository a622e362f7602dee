package returns

import (
	"ordo/engine/db"
	"ordo/engine/event"
)

// Imported is the event of a return that was taken over from another system.
var Imported = event.Declare("return.imported", 1, "A return that was settled elsewhere was taken over.", body{}, "return", "lines")

// ImportOf names the order of an imported return, for the scope of its readers.
type ImportOf struct{ ChannelID, CustomerID string }

// Import writes returns that were settled elsewhere, each with one event. A
// return comes with its lines (order line, quantity, amount), its time as
// CreatedAt and its refund; all of it came back then and was settled. What
// became of the goods is not known, and no stock moves. of[i] is the order of
// all[i], which counts what came back itself.
func Import(tx *db.Tx, all []*Return, of []ImportOf) error {
	var rows []*Head
	var items []*Line
	events := make([]event.Event, len(all))
	for i, r := range all {
		r.settledElsewhere()
		rows, items = append(rows, &r.Head), append(items, r.Lines...)
		events[i] = event.Event{Type: Imported, Subject: r.ID, Sequence: 1, Channel: of[i].ChannelID, Location: r.LocationID, Customer: of[i].CustomerID, Body: r.changes(snapshot{})}
	}
	heads.Insert(tx, rows...)
	lines.Insert(tx, items...)
	return event.Emit(tx, events...)
}

// settledElsewhere completes a return by all that follows from its being over.
func (r *Return) settledElsewhere() {
	r.Origin, r.Outcome, r.Version, r.sequence = "imported", Refund, 1, 1
	r.ApprovedAt, r.SentAt, r.ReceivedAt, r.ClosedAt, r.ClosedAs = r.CreatedAt, r.CreatedAt, r.CreatedAt, r.CreatedAt, completed
	r.Value.Amount = 0
	for i, l := range r.Lines {
		l.Position, l.returnID, l.Received, l.Reason = int64(i+1), r.ID, l.Quantity, "other"
		r.Value.Amount += l.Amount.Amount
	}
	r.Status = r.status()
}
