package fulfillment

import (
	"fmt"

	"ordo/base/money"
	"ordo/base/problem"
	"ordo/engine/db"
	"ordo/sales/order"
)

// ReassignIn is the input of fulfillment.reassign.
type ReassignIn struct {
	ID         string     `path:"id" json:"id"`
	LocationID string     `json:"location_id" minLength:"1" maxLength:"60" doc:"That does the work from now on"`
	Lines      []PackLine `json:"lines,omitempty" maxItems:"2000" doc:"All that is not picked, if not given"`
}

// Reassign gives work that is not begun to another location, with the stock
// that is promised for it. Whoever does it may work at both.
func Reassign(tx *db.Tx, in ReassignIn) (*Fulfillment, error) {
	w, f, err := fulfillmentWork(tx, in.ID, lock)
	if err != nil {
		return nil, err
	}
	if err := guardReassign(f); err != nil {
		return nil, err
	}
	if in.LocationID == f.LocationID {
		return nil, problem.ErrInvalidValue.At("/location_id", "location %s does it already", in.LocationID)
	}
	moves, pointer, err := f.toMove(in)
	if err != nil {
		return nil, err
	}
	if err := w.order.MoveStock(tx, moves, pointer); err != nil {
		return nil, err
	}
	return Get(tx, in.ID)
}

// toMove returns what moves of the order's stock, and where the fields of a move
// are in the input.
func (f *Fulfillment) toMove(in ReassignIn) (moves []order.MoveLine, pointer func(int, string) string, err error) {
	var faults problem.List
	add := func(line string, q money.Quantity) {
		moves = append(moves, order.MoveLine{LineID: line, Quantity: &q, LocationID: in.LocationID, FromLocationID: f.LocationID})
	}
	for i, l := range in.Lines {
		if f.line(l.LineID) == nil {
			faults.Add(problem.ErrNotFound, fmt.Sprintf("/lines/%d/line_id", i), "the fulfillment order has no line %s", l.LineID)
		}
		add(l.LineID, l.Quantity)
	}
	for _, l := range f.Lines {
		if q := l.toPick(); q > 0 && len(in.Lines) == 0 {
			add(l.LineID, q)
		}
	}
	return moves, func(i int, field string) string {
		if field == "location_id" || len(in.Lines) == 0 {
			return "/location_id"
		}
		return fmt.Sprintf("/lines/%d/%s", i, field)
	}, faults.Err()
}

func guardReassign(f *Fulfillment) error {
	if f.sum((*LineFacts).toPick) == 0 {
		return f.refuse("nothing is left that is not picked", "Put picked goods back first (fulfillment.unpick).")
	}
	return nil
}
