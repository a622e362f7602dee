package payment

import (
	"encoding/json"
	"strconv"

	"ordo/base/clock"
	"ordo/base/money"
	"ordo/engine/db"
	"ordo/engine/event"
)

// RefundFacts are the row of a refund.
type RefundFacts struct {
	ID        string       `json:"id"`
	OrderID   string       `json:"order_id"`
	ReturnID  string       `json:"return_id,omitempty" doc:"That caused it"`
	Currency  string       `json:"currency" doc:"Of the order"`
	Amount    money.Amount `json:"amount" doc:"Promised"`
	Moved     money.Amount `json:"moved" doc:"Given back so far"`
	Moving    money.Amount `json:"moving" doc:"On its way"`
	Reason    string       `json:"reason" doc:"Code"`
	Status    string       `json:"status" enum:"granted,moving,partially_moved,moved"`
	CreatedAt clock.Stamp  `json:"created_at"`
	Version   int64        `json:"version"`

	sequence int64 // events so far
}

// Refund is the promise to give money back, and how much of it was kept.
type Refund struct {
	RefundFacts
	Parts []*Part `json:"parts" doc:"What it is for"`

	read *RefundFacts // as it was in the database; nil if it is new
}

// Part is what a part of a refund is for: a line, a charge of the order, or,
// with neither, money that was taken beyond the order's total.
type Part struct {
	Position   int64          `json:"position"`
	LineID     string         `json:"line_id,omitempty"`
	Adjustment int64          `json:"adjustment,omitempty" doc:"Position of a charge of the order"`
	Quantity   money.Quantity `json:"quantity,omitempty" doc:"That it gives back the price of"`
	Amount     money.Amount   `json:"amount"`

	refundID string
}

// Left is what was promised and is neither moved nor on its way.
func (r *Refund) Left() int64 { return r.Amount.Amount - r.Moved.Amount - r.Moving.Amount }

// Grant promises money back. The parts add up to the amount; whoever grants it
// has checked that so much was taken.
func Grant(tx *db.Tx, of Order, amount money.Amount, parts []*Part, reason, returnID string) (*Refund, error) {
	r := &Refund{Parts: parts, RefundFacts: RefundFacts{
		ID: tx.ID("rfd"), OrderID: of.ID, ReturnID: returnID, Currency: amount.Currency, Amount: amount, Reason: reason, CreatedAt: clock.At(tx.Now),
	}}
	for i, p := range parts {
		p.Position, p.refundID = int64(i+1), r.ID
	}
	r.denominate()
	return r, r.save(tx, RefundGranted, of)
}

// refundBody is what an event of a refund tells: the columns that changed.
type refundBody struct {
	Refund json.RawMessage            `json:"refund"`
	Parts  map[string]json.RawMessage `json:"parts,omitempty"`
}

// Rows names the tables whose changes it tells.
func (refundBody) Rows() map[string]db.Shape {
	return map[string]db.Shape{"refund": refunds, "parts": refundParts}
}

// save writes what changed and tells it.
func (r *Refund) save(tx *db.Tx, t *event.Type, of Order) error {
	from := ""
	if r.read != nil {
		from = r.read.Status
	}
	r.Status = r.status()
	if err := RefundLife.Check(from, r.Status); err != nil {
		return err
	}
	r.Version++
	r.sequence++
	b := refundBody{Refund: refunds.Changes(r.read, &r.RefundFacts)}
	if r.read == nil {
		refunds.Insert(tx, &r.RefundFacts)
		refundParts.Insert(tx, r.Parts...)
		b.Parts = r.partChanges()
	} else {
		refunds.Update(tx, db.ErrStale, r.read, &r.RefundFacts, "version = $next", r.read.Version)
	}
	r.snapshot()
	return event.Emit(tx, event.Event{Type: t, Subject: r.ID, Sequence: r.sequence, Channel: of.ChannelID, Customer: of.CustomerID, Body: b, Data: r})
}

// partChanges tells of all parts, which never change.
func (r *Refund) partChanges() map[string]json.RawMessage {
	all := map[string]json.RawMessage{}
	for _, p := range r.Parts {
		all[strconv.FormatInt(p.Position, 10)] = refundParts.Changes(nil, p)
	}
	return all
}

func (r *Refund) snapshot() {
	facts := r.RefundFacts
	r.read = &facts
}

// denominate gives every amount its currency.
func (r *Refund) denominate() {
	for _, a := range []*money.Amount{&r.Amount, &r.Moved, &r.Moving} {
		a.Currency = r.Currency
	}
	for _, p := range r.Parts {
		p.Amount.Currency = r.Currency
	}
}
