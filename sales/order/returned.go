package order

import (
	"errors"

	"ordo/base/money"
	"ordo/base/problem"
	"ordo/engine/db"
	"ordo/engine/event"
)

// ErrReturnExceeds says that more would come back than can.
var ErrReturnExceeds = problem.Declare("return_exceeds_shipped", problem.Conflict,
	"More would come back than was shipped and is neither lost nor back nor in another return.", "Lower the quantity, or cancel the other return.")

// ReturnChanged is the event of an order's facts that a return changed.
var ReturnChanged = event.Declare("order.return_changed", 1, "A return of the order began, brought goods back, or came to its end.", body{}, "order", "lines")

// Returnable is what may still come back: shipped, neither lost nor back yet.
// Goods on their way to the customer count, they may be sent back on arrival.
func (l *Line) Returnable() money.Quantity { return l.Shipped - l.Lost - l.Returned }

// Worth is the part of the line's gross amount that falls to units, after
// others were counted before: the parts of a line add up to its gross amount
// exactly, and each differs from its exact share by less than one minor unit.
func (l *Line) Worth(before, units money.Quantity) int64 {
	return l.worth(before+units) - l.worth(before)
}

func (l *Line) worth(units money.Quantity) int64 {
	return money.Split(l.Gross.Amount, []int64{int64(units), int64(l.Quantity - units)})[0]
}

// GuardReturn tells whether anything of the order can come back.
func (o *Order) GuardReturn() error {
	for l := range o.leaves {
		if l.Returnable() > 0 {
			return nil
		}
	}
	return o.refuse("nothing of it can come back", "Cancel what has not left (order.cancel); goods come back after they were shipped.")
}

// OpenReturn counts a return that begins.
func (o *Order) OpenReturn() error {
	if err := o.GuardReturn(); err != nil {
		return err
	}
	o.ReturnsOpen++
	return nil
}

// TakeBack notes that a quantity of a line came back.
func (o *Order) TakeBack(l *Line, q money.Quantity, pointer string, faults *problem.List) {
	if !exceeds(ErrReturnExceeds, "can still come back", l, q, l.Returnable(), pointer, faults) {
		l.Returned += q
	}
}

// CloseReturn counts a return that ended.
func (o *Order) CloseReturn() error {
	if o.ReturnsOpen == 0 {
		return errors.New("order: a return ends that was never counted")
	}
	o.ReturnsOpen--
	return nil
}

// SaveReturn writes what a return changed.
func (o *Order) SaveReturn(tx *db.Tx) error { return o.Save(tx, ReturnChanged, nil) }
