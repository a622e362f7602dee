package order

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"

	"ordo/base/clock"
	"ordo/engine/db"
	"ordo/engine/event"
	"ordo/resource/inventory"
)

// snapshot is an order as it was read; save compares with it.
type snapshot struct {
	head        *Head
	deliveries  []DeliveryFacts
	lines       []Line
	adjustments []Adjustment
	holds       []Hold
	tags        []tag
	promises    []inventory.Reservation

	replaced *snapshot // deleted rows whose keys new ones may take
}

func (o *Order) snapshot() snapshot {
	head := o.Head
	s := snapshot{head: &head}
	for _, d := range o.Deliveries {
		s.deliveries = append(s.deliveries, d.DeliveryFacts)
	}
	s.lines = copied(o.Lines)
	s.adjustments = copied(o.Adjustments)
	s.holds = copied(o.Holds)
	s.tags = copied(o.tags)
	s.promises = copied(o.Reservations)
	return s
}

func copied[T any](rows []*T) []T {
	all := make([]T, len(rows))
	for i, r := range rows {
		all[i] = *r
	}
	return all
}

// body is what an event of an order tells: the columns that changed, per row.
type body struct {
	Order        json.RawMessage            `json:"order"`
	Deliveries   map[string]json.RawMessage `json:"deliveries,omitempty"`
	Lines        map[string]json.RawMessage `json:"lines,omitempty"`
	Adjustments  map[string]json.RawMessage `json:"adjustments,omitempty"`
	Holds        map[string]json.RawMessage `json:"holds,omitempty"`
	Reservations map[string]json.RawMessage `json:"reservations,omitempty"`
	Tags         map[string]json.RawMessage `json:"tags,omitempty"`
	Notes        []string                   `json:"notes,omitempty"`  // ids of those that were written; no columns
	Note         *noteTold                  `json:"note,omitempty"`   // of the one that was written; no columns
	Reason       string                     `json:"reason,omitempty"` // of the command; no column
	Moved        []movedStock               `json:"moved,omitempty"`  // promised stock; no column
	Other        string                     `json:"other,omitempty"`  // order that a part went to or came from; no column
}

// Rows names the tables whose changes it tells.
func (body) Rows() map[string]db.Shape {
	return map[string]db.Shape{"order": heads, "deliveries": deliveries, "lines": lines, "adjustments": adjustments, "holds": holds, "reservations": inventory.Reservations, "tags": tags}
}

// body is what a single event would tell of the order as it is.
func (o *Order) body() body {
	facts := make([]*DeliveryFacts, len(o.Deliveries))
	for i, d := range o.Deliveries {
		facts[i] = &d.DeliveryFacts
	}
	return body{
		Order:       heads.Changes(nil, &o.Head),
		Deliveries:  changes(nil, deliveries, nil, facts, func(d *DeliveryFacts) string { return d.ID }),
		Lines:       changes(nil, lines, nil, o.Lines, func(l *Line) string { return l.ID }),
		Adjustments: changes(nil, adjustments, nil, o.Adjustments, (*Adjustment).key),
		Holds:       changes(nil, holds, nil, o.Holds, func(h *Hold) string { return h.ID }),
	}
}

// encode writes the body as encoding/json would, without reading the columns'
// JSON again: an order's event is most of what placing it has to encode.
func (b body) encode() event.Encoded {
	out := append(make([]byte, 0, 4096), `{"order":`...)
	if b.Order == nil {
		out = append(out, "null"...)
	}
	out = append(out, b.Order...)
	for _, rows := range []struct {
		name string
		all  map[string]json.RawMessage
	}{{"deliveries", b.Deliveries}, {"lines", b.Lines}, {"adjustments", b.Adjustments}, {"holds", b.Holds}, {"reservations", b.Reservations}, {"tags", b.Tags}} {
		out = appendRows(out, rows.name, rows.all)
	}
	for i, id := range b.Notes {
		out = append(out, [...]string{`,"notes":[`, `,`}[min(i, 1)]...)
		out = strconv.AppendQuote(out, id)
	}
	if len(b.Notes) > 0 {
		out = append(out, ']')
	}
	if b.Note != nil {
		told, _ := json.Marshal(b.Note) // of texts
		out = append(append(out, `,"note":`...), told...)
	}
	if b.Reason != "" {
		out = strconv.AppendQuote(append(out, `,"reason":`...), b.Reason)
	}
	if len(b.Moved) > 0 {
		moved, _ := json.Marshal(b.Moved) // of texts and integers
		out = append(append(out, `,"moved":`...), moved...)
	}
	if b.Other != "" {
		out = strconv.AppendQuote(append(out, `,"other":`...), b.Other)
	}
	return append(out, '}')
}

// appendRows appends a member with the changes of rows by their ids, sorted.
func appendRows(out []byte, name string, rows map[string]json.RawMessage) []byte {
	if len(rows) == 0 {
		return out
	}
	out = append(append(append(out, `,"`...), name...), `":{`...)
	for i, id := range slices.Sorted(maps.Keys(rows)) {
		if i > 0 {
			out = append(out, ',')
		}
		out = append(append(append(append(out, '"'), id...), `":`...), rows[id]...)
	}
	return append(out, '}')
}

// Save writes what a command changed: it recomputes what is derived, checks
// the steps of the statuses, writes the rows that differ and emits the
// difference as an event of type t. data goes to the reactions. The version
// guards against another writer, as does the external id, which an order that
// was placed in the meantime may have: the command runs again and finds it.
func (o *Order) Save(tx *db.Tx, t *event.Type, data any) error {
	o.derive()
	if err := o.checkSteps(); err != nil {
		return err
	}
	o.own()
	facts := make([]*DeliveryFacts, len(o.Deliveries))
	for i, d := range o.Deliveries {
		facts[i] = &d.DeliveryFacts
	}
	o.saveHead(tx)
	deliveries.Save(tx, o.read.deliveries, facts)
	lines.Save(tx, o.read.lines, o.Lines)
	adjustments.Save(tx, o.read.adjustments, o.Adjustments)
	holds.Save(tx, o.read.holds, o.Holds)
	was := o.read
	if was.replaced != nil {
		was = *was.replaced
	}
	e := event.Event{Type: t, Subject: o.ID, Sequence: o.sequence, Channel: o.ChannelID, Customer: o.CustomerID, Data: data, Body: body{
		Order:        heads.Changes(o.read.head, &o.Head),
		Deliveries:   changes(o.removed.Deliveries, deliveries, was.deliveries, facts, func(d *DeliveryFacts) string { return d.ID }),
		Lines:        changes(o.removed.Lines, lines, was.lines, o.Lines, func(l *Line) string { return l.ID }),
		Adjustments:  changes(o.removed.Adjustments, adjustments, was.adjustments, o.Adjustments, (*Adjustment).key),
		Holds:        changes(nil, holds, o.read.holds, o.Holds, func(h *Hold) string { return h.ID }),
		Reservations: changes(o.removed.Reservations, inventory.Reservations, o.read.promises, o.Reservations, func(r *inventory.Reservation) string { return r.ID }),
		Tags:         changes(o.removed.Tags, tags, o.read.tags, o.tags, (*tag).key),
		Notes:        o.noted,
		Note:         o.note,
		Reason:       o.reason,
		Moved:        o.moved,
		Other:        o.other,
	}.encode()}
	o.removed, o.noted, o.note, o.reason, o.moved, o.other = body{}, nil, nil, "", nil, ""
	o.read = o.snapshot() // a reaction may change and save it again
	o.showSources()
	if err := o.showAgreement(); err != nil {
		return err
	}
	return event.Emit(tx, e)
}

// saveHead writes the row of the order itself, as its next version.
func (o *Order) saveHead(tx *db.Tx) {
	o.Version++
	o.sequence++
	o.UpdatedAt = max(clock.At(tx.Now), o.UpdatedAt)
	if o.read.head == nil {
		heads.Insert(tx, &o.Head).Unique(db.ErrStale)
	} else {
		heads.Update(tx, db.ErrStale, o.read.head, &o.Head, "version = $next", o.read.head.Version).Unique(db.ErrStale)
	}
}

// saveMoney writes an order of which only the head was read, after its sums
// changed: of all that is derived, the payment status alone follows from them.
func (o *Order) saveMoney(tx *db.Tx) error {
	o.PaymentStatus = o.paymentStatus()
	if err := PaymentLife.Check(o.read.head.PaymentStatus, o.PaymentStatus); err != nil {
		return err
	}
	o.saveHead(tx)
	return event.Emit(tx, event.Event{Type: MoneyChanged, Subject: o.ID, Sequence: o.sequence, Channel: o.ChannelID, Customer: o.CustomerID,
		Body: body{Order: heads.Changes(o.read.head, &o.Head)}.encode()})
}

// own tells every row whose it is.
func (o *Order) own() {
	for _, d := range o.Deliveries {
		d.orderID = o.ID
	}
	for _, l := range o.Lines {
		l.orderID = o.ID
	}
	for _, a := range o.Adjustments {
		a.orderID = o.ID
	}
	for _, h := range o.Holds {
		h.orderID = o.ID
	}
}

// checkSteps compares the statuses with those before.
func (o *Order) checkSteps() error {
	before := Head{}
	if o.read.head != nil {
		before = *o.read.head
	}
	for _, err := range []error{
		Life.Check(before.Status, o.Status),
		PaymentLife.Check(before.PaymentStatus, o.PaymentStatus),
		FulfillmentLife.Check(before.FulfillmentStatus, o.FulfillmentStatus),
		ReturnLife.Check(before.ReturnStatus, o.ReturnStatus),
		CancelLife.Check(before.CancelStatus, o.CancelStatus),
	} {
		if err != nil {
			return err
		}
	}
	return nil
}

// key names an adjustment within its order.
func (a *Adjustment) key() string { return strconv.FormatInt(a.Position, 10) }

// changes collects the changed columns of rows, and the removed rows as null.
func changes[T comparable](removed map[string]json.RawMessage, t *db.Table[T], before []T, after []*T, id func(*T) string) map[string]json.RawMessage {
	all := removed
	for i, row := range after {
		key := id(row)
		delete(all, key) // there again
		if c := t.Changes(sameRow(before, i, key, id), row); c != nil {
			if all == nil {
				all = map[string]json.RawMessage{}
			}
			all[key] = c
		}
	}
	return all
}

// sameRow returns the row with the key, which is at i unless rows were replaced;
// nil if there is none.
func sameRow[T any](before []T, i int, key string, id func(*T) string) *T {
	if i < len(before) && id(&before[i]) == key {
		return &before[i]
	}
	if j := slices.IndexFunc(before, func(row T) bool { return id(&row) == key }); j >= 0 {
		return &before[j]
	}
	return nil
}

// clear deletes the deliveries, lines and adjustments of a draft, which are
// about to be replaced.
func (o *Order) clear(tx *db.Tx) {
	null := json.RawMessage("null")
	o.removed = body{Deliveries: map[string]json.RawMessage{}, Lines: map[string]json.RawMessage{}, Adjustments: map[string]json.RawMessage{}}
	for _, d := range o.Deliveries {
		o.removed.Deliveries[d.ID] = null
	}
	for _, l := range o.Lines {
		o.removed.Lines[l.ID] = null
	}
	for _, a := range o.Adjustments {
		o.removed.Adjustments[a.key()] = null
	}
	deleteRows(tx, o.ID)
	was := o.read
	o.read.deliveries, o.read.lines, o.read.adjustments, o.read.replaced = nil, nil, nil, &was
}
