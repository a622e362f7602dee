package order

import (
	"cmp"
	"fmt"
	"slices"

	"ordo/base/money"
	"ordo/base/problem"
	"ordo/engine/db"
	"ordo/engine/event"
	"ordo/resource/inventory"
)

// ErrNotCancelable says that a quantity can't be canceled any more.
var ErrNotCancelable = problem.Declare("quantity_not_cancelable", problem.Conflict,
	"More is to be canceled than is neither picked nor shipped nor canceled already.", "Put picked goods back first; shipped goods are returned.")

// Canceled is the event of quantities that are not wanted any more.
var Canceled = event.Declare("order.canceled", 1, "Quantities were canceled; their stock is available again.", body{}, "order")

// CancelIn is the input of order.cancel.
type CancelIn struct {
	ID     string       `path:"id" json:"id"`
	Reason string       `json:"reason" enum:"customer,fraud,stock,price,duplicate,other"`
	Lines  []CancelLine `json:"lines,omitempty" maxItems:"2000" doc:"All that is neither picked nor shipped, if not given"`
}

// CancelLine cancels a quantity of a line; of a bundle's line whole sets.
type CancelLine struct {
	LineID   string         `json:"line_id"`
	Quantity money.Quantity `json:"quantity"`
}

// Cancellation is what canceling tells its reactions: per line what was
// canceled.
type Cancellation struct {
	Order *Order
	Lines map[string]money.Quantity
}

// Cancel cancels what is not picked or shipped: first what is not promised
// yet, then backorders, then promised stock, which is released.
func Cancel(tx *db.Tx, in CancelIn) (*Order, error) {
	o, err := Get(tx, in.ID)
	if err != nil {
		return nil, err
	}
	if err := guardCancel(o); err != nil {
		return nil, err
	}
	wanted, err := o.toCancel(in.Lines)
	if err != nil {
		return nil, err
	}
	o.giveBack(tx, wanted, (*Order).cancel)
	o.reason = in.Reason
	return o, o.Save(tx, Canceled, &Cancellation{o, wanted})
}

// giveBack takes quantities off lines, in a way that returns the reservations
// which are not needed then, and ends these.
func (o *Order) giveBack(tx *db.Tx, quantities map[string]money.Quantity, take func(*Order, *db.Tx, *Line, money.Quantity, []*inventory.Reservation) []*inventory.Reservation) {
	active := slices.DeleteFunc(slices.Clone(o.Reservations), func(r *inventory.Reservation) bool { return r.State != inventory.Active })
	slices.SortFunc(active, smallest)
	var free []*inventory.Reservation
	for l := range o.leaves {
		if q := quantities[l.ID]; q > 0 {
			free = append(free, take(o, tx, l, q, active)...)
		}
	}
	inventory.Release(tx, free, inventory.Released)
}

// smallest sorts reservations by what is on the shelf of them. Small ones are
// given back first, so that what is left ships from few places.
func smallest(a, b *inventory.Reservation) int {
	return cmp.Or(cmp.Compare(a.Quantity-a.Picked, b.Quantity-b.Picked), cmp.Compare(a.Location, b.Location), cmp.Compare(a.Lot, b.Lot), cmp.Compare(a.ID, b.ID))
}

// cancelable is what of a line can be canceled.
func (l *Line) cancelable() money.Quantity { return l.Open + l.Backordered + l.Reserved }

// toCancel returns the quantity per leaf line, or names all faults.
func (o *Order) toCancel(in []CancelLine) (map[string]money.Quantity, error) {
	wanted := map[string]money.Quantity{}
	if len(in) == 0 {
		for l := range o.leaves {
			wanted[l.ID] = l.cancelable()
		}
		return wanted, nil
	}
	var faults problem.List
	for i, c := range in {
		pointer := fmt.Sprintf("/lines/%d", i)
		l := o.Line(c.LineID)
		switch {
		case l == nil:
			faults.Add(problem.ErrNotFound, pointer+"/line_id", "order %s has no line %s", o.name(), c.LineID)
			continue
		case c.Quantity <= 0:
			faults.Add(problem.ErrOutOfRange, pointer+"/quantity", "%s is not above zero", c.Quantity)
			continue
		case l.ParentID != "":
			faults.Add(problem.ErrInvalidValue, pointer+"/line_id", "%s is a part of a bundle; cancel the bundle", l.SKU)
			continue
		case !l.Leaf() && c.Quantity%1000 != 0:
			faults.Add(ErrMultiple, pointer+"/quantity", "%s is a bundle: whole ones can be canceled, not %s", l.SKU, c.Quantity)
			continue
		}
		for _, leaf := range o.leavesOf(l) {
			q := c.Quantity
			if leaf != l {
				q = times(c.Quantity, leaf.PerParent)
			}
			if wanted[leaf.ID] += q; wanted[leaf.ID] > leaf.cancelable() {
				faults.Add(ErrNotCancelable, pointer+"/quantity", "%s of %s can be canceled, not %s", leaf.cancelable(), leaf.name(), wanted[leaf.ID])
			}
		}
	}
	return wanted, faults.Err()
}

// leavesOf returns the line itself, or the parts of a bundle's line.
func (o *Order) leavesOf(l *Line) []*Line {
	if l.Leaf() {
		return []*Line{l}
	}
	return o.Parts(l.ID)
}

// cancel notes on the line's ledger that a quantity is not wanted any more, and
// returns the reservations that it does not need then.
func (o *Order) cancel(tx *db.Tx, l *Line, q money.Quantity, reservations []*inventory.Reservation) (free []*inventory.Reservation) {
	l.Canceled += q
	return o.giveUp(tx, l, q, reservations)
}

// giveUp takes a quantity off what of the line is neither picked nor shipped, and
// returns the reservations that it does not need any more. What was picked of a
// reservation stays in it.
func (o *Order) giveUp(tx *db.Tx, l *Line, q money.Quantity, reservations []*inventory.Reservation) (free []*inventory.Reservation) {
	for _, from := range []*money.Quantity{&l.Open, &l.Backordered} {
		n := min(q, *from)
		*from -= n
		q -= n
	}
	l.Reserved -= q
	for _, r := range reservations {
		n := min(q, r.Quantity-r.Picked)
		switch {
		case n == 0 || r.LineID != l.ID:
			continue
		case n < r.Quantity:
			_, r = o.Split(tx, r, r.Quantity-n)
		}
		free = append(free, r)
		q -= n
	}
	return free
}

func guardCancel(o *Order) error {
	if err := GuardPlaced(o); err != nil {
		return err
	}
	for l := range o.leaves {
		if l.cancelable() > 0 {
			return nil
		}
	}
	return o.refuse("all of it is picked, shipped or canceled", "Put picked goods back first (fulfillment.unpick); shipped goods are returned (return.request).")
}
