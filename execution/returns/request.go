package returns

import (
	"fmt"

	"ordo/base/clock"
	"ordo/base/money"
	"ordo/base/problem"
	"ordo/engine/db"
	"ordo/engine/event"
	"ordo/engine/number"
	"ordo/sales/order"
)

// ErrOutcome says that nothing can carry out an outcome yet.
var ErrOutcome = problem.Declare("return_outcome_unavailable", problem.Invalid,
	"Nothing can carry out this outcome of a return yet.", "Choose one of the outcomes that are allowed.")

// Requested is the event of a return that somebody asked for.
var Requested = event.Declare("return.requested", 1, "Somebody wants to send goods back.", body{}, "return", "lines")

// RequestIn is the input of return.request.
type RequestIn struct {
	ID         string        `path:"id" json:"id" doc:"Of the order"`
	Lines      []RequestLine `json:"lines" minItems:"1" maxItems:"2000"`
	LocationID string        `json:"location_id,omitempty" maxLength:"60" doc:"Where it comes back to; the channel's first location if not given"`
	Outcome    string        `json:"outcome" enum:"refund,store_credit,exchange,repair,keep_it"`
}

// RequestLine asks for a quantity of a line of the order; of a bundle's line
// for whole sets, which come back as their parts.
type RequestLine struct {
	LineID   string         `json:"line_id" minLength:"1" maxLength:"60"`
	Quantity money.Quantity `json:"quantity" doc:"Above zero"`
	Reason   string         `json:"reason" enum:"damaged,wrong_item,not_as_described,no_longer_needed,late,other"`
}

// request is a return on its way from what was asked to what is written.
type request struct {
	order    *order.Order
	tallies  map[string]tally
	location string
	faults   problem.List
	ret      *Return
}

// Request asks for goods of an order to come back. Each unit can be in one
// return only.
func Request(tx *db.Tx, numbers *number.Source, in RequestIn) (*Return, error) {
	q := &request{tallies: map[string]tally{}, ret: &Return{}}
	tx.Guard(readTallies(in.ID, q.tallies), nil)
	tx.Guard(readLocation(tx, in.ID, in.LocationID, &q.location), nil)
	var err error
	if q.order, err = order.Get(tx, in.ID); err != nil {
		return nil, err
	}
	if err := q.order.OpenReturn(); err != nil {
		return nil, err
	}
	if err := q.check(in); err != nil {
		return nil, err
	}
	r := q.ret
	r.Head = Head{
		ID: tx.ID("ret"), OrderID: q.order.ID, OrderNumber: q.order.Number, LocationID: q.location, Outcome: in.Outcome,
		Origin: "ordo", CreatedAt: clock.At(tx.Now),
	}
	r.channel, r.customer, r.holds = q.order.ChannelID, q.order.CustomerID, q.order.Held()
	for _, l := range r.Lines {
		l.returnID = r.ID
	}
	r.denominate(q.order.Currency)
	if r.Number, err = numbers.Next(tx, "return", "RMA-{yyyy}-{seq:6}", tx.Now); err != nil {
		return nil, err
	}
	if err := r.save(tx, Requested); err != nil {
		return nil, err
	}
	return r, q.order.SaveReturn(tx)
}

// check finds all faults and makes the lines.
func (q *request) check(in RequestIn) error {
	if in.Outcome != Refund && in.Outcome != KeepIt {
		q.faults.AddAllowed(ErrOutcome, "/outcome", []string{Refund, KeepIt}, "%s can't be carried out yet", in.Outcome)
	}
	switch {
	case q.location == "" && in.LocationID == "":
		q.faults.Add(problem.ErrRequired, "/location_id", "the channel has no active location that goods could come back to")
	case q.location == "":
		q.faults.Add(problem.ErrNotFound, "/location_id", "no active location %s", in.LocationID)
	}
	for i, asked := range in.Lines {
		pointer := fmt.Sprintf("/lines/%d", i)
		l := q.order.Line(asked.LineID)
		switch {
		case l == nil:
			q.faults.Add(problem.ErrNotFound, pointer+"/line_id", "order %s has no line %s", q.order.Number, asked.LineID)
		case asked.Quantity <= 0:
			q.faults.Add(problem.ErrOutOfRange, pointer+"/quantity", "%s is not above zero", asked.Quantity)
		case l.Leaf():
			q.add(pointer, l, asked.Quantity, asked.Reason)
		case asked.Quantity%1000 != 0:
			q.faults.Add(problem.ErrInvalidValue, pointer+"/quantity", "%s of the bundle %s is no number of whole sets", asked.Quantity, l.SKU)
		default:
			for _, part := range q.order.Parts(l.ID) {
				q.add(pointer, part, asked.Quantity/1000*part.PerParent, asked.Reason)
			}
		}
	}
	return q.faults.Err()
}

// add makes a line of the return.
func (q *request) add(pointer string, l *order.Line, units money.Quantity, reason string) {
	if q.ret.line(l.ID) != nil {
		q.faults.Add(problem.ErrInvalidValue, pointer+"/line_id", "%s is named twice; ask for all of its units in one line", l.SKU)
		return
	}
	if free := max(0, l.Returnable()-q.tallies[l.ID].waiting); units > free {
		q.faults.Add(order.ErrReturnExceeds, pointer+"/quantity", "%s of %s can come back, not %s", free, l.SKU, units)
	}
	q.ret.Lines = append(q.ret.Lines, &Line{Position: int64(len(q.ret.Lines) + 1), LineID: l.ID, SKU: l.SKU, Reason: reason, Quantity: units})
}
