package returns

import (
	"encoding/json"
	"strconv"

	"ordo/base/clock"
	"ordo/base/money"
	"ordo/engine/command"
	"ordo/engine/db"
	"ordo/engine/event"
	"ordo/sales/order"
)

// Outcomes that can be carried out.
const (
	Refund = "refund"  // the goods come back, their worth is refunded
	KeepIt = "keep_it" // the worth is refunded, the customer keeps the goods
)

// Ways in which a return ends.
const (
	completed = "completed"
	rejected  = "rejected"
	canceled  = "canceled"
	expired   = "expired"
)

// Return is a set of units of one order that come back.
type Return struct {
	Head
	Lines   []*Line          `json:"lines"`
	Actions []command.Action `json:"actions,omitempty" doc:"What can be done now, and if not, why"`

	channel, customer string   // of the order: scope of the events' readers
	holds             []string // kinds of the order's active holds
	read              snapshot
}

// SetActions shows which operations are open.
func (r *Return) SetActions(a []command.Action) { r.Actions = a }

// Head holds the facts of the return itself.
type Head struct {
	ID             string       `json:"id"`
	Number         string       `json:"number" doc:"For people"`
	OrderID        string       `json:"order_id"`
	OrderNumber    string       `json:"order_number"`
	LocationID     string       `json:"location_id" doc:"Where it comes back to"`
	Status         string       `json:"status" enum:"requested,approved,in_transit,received,inspected,completed,rejected,canceled,expired"`
	Outcome        string       `json:"outcome" enum:"refund,store_credit,exchange,repair,keep_it"`
	RejectReason   string       `json:"reject_reason,omitempty" enum:"too_late,used,not_returnable,abuse,other"`
	Carrier        string       `json:"carrier,omitempty" doc:"That brings it back"`
	TrackingNumber string       `json:"tracking_number,omitempty" doc:"Of that carrier"`
	Value          money.Amount `json:"value" doc:"Worth of what is refunded, known when completed"`
	Fee            money.Amount `json:"restocking_fee" doc:"Kept of the value"`
	RefundID       string       `json:"refund_id,omitempty" doc:"Refund of the value less the fee"`
	ApprovedAt     clock.Stamp  `json:"approved_at,omitzero"`
	ExpiresAt      clock.Stamp  `json:"expires_at,omitzero" doc:"The goods have to be sent before"`
	SentAt         clock.Stamp  `json:"sent_at,omitzero"`
	ReceivedAt     clock.Stamp  `json:"received_at,omitzero" doc:"When the first of it came back"`
	ClosedAt       clock.Stamp  `json:"closed_at,omitzero"`
	ClosedAs       string       `json:"closed_as,omitempty" enum:"completed,rejected,canceled,expired"`
	Origin         string       `json:"origin" enum:"ordo,imported"`
	ExternalID     string       `json:"external_id,omitempty" doc:"In the system it came from"`
	CreatedAt      clock.Stamp  `json:"created_at"`
	Version        int64        `json:"version"`

	sequence int64 // events so far
}

// Line is a quantity of one line of the order, with what became of it.
type Line struct {
	Position    int64          `json:"position"`
	LineID      string         `json:"line_id" doc:"Of the order; never a bundle's line"`
	SKU         string         `json:"sku"`
	Reason      string         `json:"reason" enum:"damaged,wrong_item,not_as_described,no_longer_needed,late,other"`
	Quantity    money.Quantity `json:"quantity" doc:"Asked for"`
	Received    money.Quantity `json:"received" doc:"Came back"`
	Restocked   money.Quantity `json:"restocked"`
	Refurbished money.Quantity `json:"refurbished"`
	Scrapped    money.Quantity `json:"scrapped"`
	SentOn      money.Quantity `json:"sent_on" doc:"Sent back to the customer; not refunded"`
	Amount      money.Amount   `json:"amount" doc:"Worth of what is refunded, before a fee"`
	SourceRow   int64          `json:"source_row,omitempty" doc:"Row of an import"`

	returnID string
}

// decided is how much of what came back has a disposition.
func (l *Line) decided() money.Quantity {
	return l.Restocked + l.Refurbished + l.Scrapped + l.SentOn
}

// line returns the line for a line of the order, or nil.
func (r *Return) line(id string) *Line {
	for _, l := range r.Lines {
		if l.LineID == id {
			return l
		}
	}
	return nil
}

// snapshot is a return as it was read.
type snapshot struct {
	head  *Head
	lines []Line
}

func (r *Return) snapshot() snapshot {
	head := r.Head
	s := snapshot{head: &head}
	for _, l := range r.Lines {
		s.lines = append(s.lines, *l)
	}
	return s
}

// denominate gives every amount the currency of the order.
func (h *Head) denominate(currency string) { h.Value.Currency, h.Fee.Currency = currency, currency }

func (r *Return) denominate(currency string) {
	r.Head.denominate(currency)
	for _, l := range r.Lines {
		l.Amount.Currency = currency
	}
}

// body is what an event of a return tells: the columns that changed, per row.
type body struct {
	Return json.RawMessage            `json:"return"`
	Lines  map[string]json.RawMessage `json:"lines,omitempty"`
}

// Rows names the tables whose changes it tells.
func (body) Rows() map[string]db.Shape {
	return map[string]db.Shape{"return": heads, "lines": lines}
}

// changes tells what is not as it was.
func (r *Return) changes(before snapshot) body {
	b := body{Return: heads.Changes(before.head, &r.Head), Lines: map[string]json.RawMessage{}}
	for i, l := range r.Lines {
		var old *Line
		if i < len(before.lines) {
			old = &before.lines[i]
		}
		if c := lines.Changes(old, l); c != nil {
			b.Lines[strconv.FormatInt(l.Position, 10)] = c
		}
	}
	return b
}

// save writes what a command changed and emits the difference as an event.
func (r *Return) save(tx *db.Tx, t *event.Type) error {
	r.Status = r.status()
	before := ""
	if r.read.head != nil {
		before = r.read.head.Status
	}
	if err := Life.Check(before, r.Status); err != nil {
		return err
	}
	r.Version++
	r.sequence++
	if r.read.head == nil {
		heads.Insert(tx, &r.Head)
	} else {
		heads.Update(tx, db.ErrStale, r.read.head, &r.Head, "version = $next", r.read.head.Version)
	}
	lines.Save(tx, r.read.lines, r.Lines)
	b := r.changes(r.read)
	r.read = r.snapshot()
	return event.Emit(tx, event.Event{Type: t, Subject: r.ID, Sequence: r.sequence, Channel: r.channel, Location: r.LocationID, Customer: r.customer, Body: b, Data: r})
}

// close ends the return, for the order too.
func (r *Return) close(tx *db.Tx, o *order.Order, as string, t *event.Type) error {
	r.ClosedAt, r.ClosedAs = clock.At(tx.Now), as
	if err := o.CloseReturn(); err != nil {
		return err
	}
	if err := r.save(tx, t); err != nil {
		return err
	}
	return o.SaveReturn(tx)
}
