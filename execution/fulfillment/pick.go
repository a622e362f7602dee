package fulfillment

import (
	"fmt"
	"slices"

	"ordo/base/money"
	"ordo/base/problem"
	"ordo/engine/db"
	"ordo/engine/event"
	"ordo/resource/inventory"
	"ordo/sales/order"
)

// PickIn is the input of fulfillment.pick and fulfillment.unpick.
type PickIn struct {
	ID    string     `path:"id" json:"id"`
	Lines []PickLine `json:"lines" minItems:"1" maxItems:"2000"`
}

// PickLine is a quantity of a line at the shelf.
type PickLine struct {
	LineID   string         `json:"line_id" maxLength:"60"`
	Quantity money.Quantity `json:"quantity" doc:"Above zero"`
	Lot      string         `json:"lot,omitempty" maxLength:"100" doc:"Code of the lot, where stock is kept by lot; whichever is promised if not given"`
}

// take is a quantity of a line that goes from the shelf, or back to it.
type take struct {
	line, lot string
	quantity  money.Quantity
	pointer   string
}

func (in *PickIn) takes() []take {
	all := make([]take, len(in.Lines))
	for i, l := range in.Lines {
		all[i] = take{l.LineID, l.Lot, l.Quantity, fmt.Sprintf("/lines/%d", i)}
	}
	return all
}

// Pick takes promised goods from the shelf.
func Pick(tx *db.Tx, in PickIn) (*Fulfillment, error) {
	w, f, err := fulfillmentWork(tx, in.ID, lock)
	if err != nil {
		return nil, err
	}
	return f, w.pick(tx, f, in.takes())
}

// Unpick puts picked goods that are in no package back on the shelf. They stay
// promised.
func Unpick(tx *db.Tx, in PickIn) (*Fulfillment, error) {
	w, f, err := fulfillmentWork(tx, in.ID, lock)
	if err != nil {
		return nil, err
	}
	if err := guardUnpick(f); err != nil {
		return nil, err
	}
	return f, w.move(tx, f, in.takes(), handling{
		ledger: w.order.Unpick, code: order.ErrExceedsPicked, state: "is picked and in no package", has: (*LineFacts).toPack, sign: -1,
		free: func(r *inventory.Reservation) money.Quantity { return r.Picked }, happened: Unpicked, ordered: order.Unpicked,
	})
}

func (w *work) pick(tx *db.Tx, f *Fulfillment, takes []take) error {
	if err := guardPick(f); err != nil {
		return err
	}
	return w.move(tx, f, takes, handling{
		ledger: w.order.Pick, code: order.ErrExceedsReserved, state: "is to be picked here", has: (*LineFacts).toPick, sign: 1,
		free: func(r *inventory.Reservation) money.Quantity { return r.Quantity - r.Picked }, happened: Picked, ordered: order.Picked,
	})
}

// handling is what differs between picking and putting back.
type handling struct {
	ledger            func(*order.Line, money.Quantity, string, *problem.List) // of the order's line
	code              *problem.Code                                            // if a quantity is more than has and free
	state             string
	has               func(*LineFacts) money.Quantity             // of the fulfillment order's line
	free              func(*inventory.Reservation) money.Quantity // of a reservation
	sign              money.Quantity                              // of the change to what is picked
	happened, ordered *event.Type
}

// move changes what is picked: in the reservations, in the fulfillment order and
// in the ledger of the order's lines. It names all faults at once.
func (w *work) move(tx *db.Tx, f *Fulfillment, takes []take, h handling) error {
	var faults problem.List
	var touched []*inventory.Reservation
	for _, t := range takes {
		l := f.line(t.line)
		if l == nil {
			faults.Add(problem.ErrNotFound, t.pointer+"/line_id", "the fulfillment order has no line %s", t.line)
			continue
		}
		of := w.shelf(f, t)
		has := min(h.has(&l.LineFacts), sum(of, h.free))
		if t.quantity > has {
			faults.Add(h.code, t.pointer+"/quantity", "%s of %s %s%s, not %s", has, l.SKU, h.state, t.from(), t.quantity)
			continue
		}
		h.ledger(w.order.Line(t.line), t.quantity, t.pointer+"/quantity", &faults)
		l.Picked += h.sign * t.quantity
		left := t.quantity
		for _, r := range of {
			if n := min(left, h.free(r)); n > 0 {
				left -= n
				r.Picked += h.sign * n
				touched = append(touched, r)
			}
		}
	}
	if err := faults.Err(); err != nil {
		return err
	}
	inventory.SavePicked(tx, unique(touched)...)
	if err := f.save(tx, h.happened); err != nil {
		return err
	}
	w.showLots()
	return w.order.Save(tx, h.ordered, nil)
}

// from names the lot, if one is asked for.
func (t take) from() string {
	if t.lot == "" {
		return ""
	}
	return " from lot " + t.lot
}

// shelf returns the reservations that a take is about.
func (w *work) shelf(f *Fulfillment, t take) (all []*inventory.Reservation) {
	for _, r := range w.order.Reservations {
		if r.LineID == t.line && r.Location == f.LocationID && (t.lot == "" || r.LotCode == t.lot) && r.State == inventory.Active {
			all = append(all, r)
		}
	}
	return all
}

func sum(reservations []*inventory.Reservation, of func(*inventory.Reservation) money.Quantity) (q money.Quantity) {
	for _, r := range reservations {
		q += of(r)
	}
	return q
}

// unique returns each reservation once, in order.
func unique(all []*inventory.Reservation) (once []*inventory.Reservation) {
	for _, r := range all {
		if !slices.Contains(once, r) {
			once = append(once, r)
		}
	}
	return once
}
