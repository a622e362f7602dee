package returns

import (
	"fmt"

	"ordo/base/clock"
	"ordo/base/money"
	"ordo/base/problem"
	"ordo/engine/db"
	"ordo/engine/event"
	"ordo/sales/order"
)

// ErrUnexpected says that more came back than the return is for.
var ErrUnexpected = problem.Declare("return_exceeds_approved", problem.Conflict,
	"More came back than the return is for.", "Receive what was approved; request another return for the rest.")

// Received is the event of goods that came back.
var Received = event.Declare("return.received", 1, "Goods of a return came back.", body{}, "return", "lines")

// ReceiveIn is the input of return.receive.
type ReceiveIn struct {
	ID    string        `path:"id" json:"id"`
	Lines []ReceiveLine `json:"lines" minItems:"1" maxItems:"2000"`
}

// ReceiveLine is a quantity that came back.
type ReceiveLine struct {
	LineID   string         `json:"line_id" minLength:"1" maxLength:"60" doc:"Of the order, as in the return's lines"`
	Quantity money.Quantity `json:"quantity" doc:"Above zero"`
}

// Receive notes what came back, all at once or in parts.
func Receive(tx *db.Tx, in ReceiveIn) (*Return, error) {
	r, o, err := open(tx, in.ID)
	if err != nil {
		return nil, err
	}
	if err := r.guardReceive(); err != nil {
		return nil, err
	}
	if err := r.inTime(tx); err != nil {
		return nil, err
	}
	if err := r.take(in.Lines, o); err != nil {
		return nil, err
	}
	if r.ReceivedAt == 0 {
		r.ReceivedAt = clock.At(tx.Now)
	}
	if err := r.save(tx, Received); err != nil {
		return nil, err
	}
	return r, o.SaveReturn(tx)
}

// take adds what came back to the lines of the return and of the order, or
// names all faults.
func (r *Return) take(came []ReceiveLine, o *order.Order) error {
	var faults problem.List
	for i, c := range came {
		pointer := fmt.Sprintf("/lines/%d", i)
		l := r.line(c.LineID)
		if l == nil {
			faults.Add(problem.ErrNotFound, pointer+"/line_id", "return %s has no line %s", r.Number, c.LineID)
			continue
		}
		if left := l.Quantity - l.Received; c.Quantity > left {
			faults.Add(ErrUnexpected, pointer+"/quantity", "%s of %s can still come back with return %s, not %s", left, l.SKU, r.Number, c.Quantity)
			continue
		}
		o.TakeBack(o.Line(c.LineID), c.Quantity, pointer+"/quantity", &faults)
		l.Received += c.Quantity
	}
	return faults.Err()
}
