package order

import (
	"fmt"
	"slices"

	"ordo/base/money"
	"ordo/base/problem"
	"ordo/engine/db"
	"ordo/engine/event"
	"ordo/resource/inventory"
	"ordo/trade/catalog"
)

// StockMoved is the event of promised stock that comes from elsewhere now.
var StockMoved = event.Declare("order.stock_moved", 1, "Stock that was promised from one place is promised from another.", body{})

// MoveStockIn is the input of order.move_stock.
type MoveStockIn struct {
	ID    string     `path:"id" json:"id"`
	Lines []MoveLine `json:"lines" minItems:"1" maxItems:"2000"`
}

// MoveLine asks for stock of a line to come from one place.
type MoveLine struct {
	LineID         string          `json:"line_id" minLength:"1" maxLength:"60" doc:"Served from stock; of a bundle a part"`
	Quantity       *money.Quantity `json:"quantity,omitempty" doc:"Above zero; all that comes from elsewhere and is not picked, if not given"`
	LocationID     string          `json:"location_id" minLength:"1" maxLength:"60" doc:"Where it is to come from; also one that the channel does not sell from"`
	Lot            string          `json:"lot,omitempty" maxLength:"100" doc:"Code of the lot it is to come from; those that expire first if not given"`
	FromLocationID string          `json:"from_location_id,omitempty" maxLength:"60" doc:"Move only what comes from there"`
	FromLot        string          `json:"from_lot,omitempty" maxLength:"100" doc:"Move only what comes from this lot"`
}

// movedStock is what the event tells of a move.
type movedStock struct {
	LineID   string     `json:"line_id"`
	Quantity int64      `json:"quantity"` // thousandths of the unit
	From     stockPlace `json:"from"`
	To       stockPlace `json:"to"`
}

// stockPlace is where stock lies.
type stockPlace struct {
	LocationID string `json:"location_id"`
	LotID      string `json:"lot_id,omitempty"`
}

func placeOf(r *inventory.Reservation) stockPlace { return stockPlace{r.Location, r.Lot} }

// MoveStock lets stock that is promised and not picked come from elsewhere. The
// work of the locations follows.
func MoveStock(tx *db.Tx, in MoveStockIn) (*Order, error) {
	o, err := Get(tx, in.ID)
	if err != nil {
		return nil, err
	}
	if err := guardMoveStock(o); err != nil {
		return nil, err
	}
	return o, o.MoveStock(tx, in.Lines, func(i int, field string) string { return fmt.Sprintf("/lines/%d/%s", i, field) })
}

func guardMoveStock(o *Order) error {
	if err := GuardPlaced(o); err != nil {
		return err
	}
	for l := range o.leaves {
		if l.Reserved > 0 {
			return nil
		}
	}
	return ErrNothingReserved.New("nothing of order %s is reserved and not picked", o.name()).With("current_status", o.Status)
}

// MoveStock moves promised stock of an order that is locked, or names all
// faults. pointer tells where a field of a line is in the input.
func (o *Order) MoveStock(tx *db.Tx, lines []MoveLine, pointer func(i int, field string) string) error {
	m := &moving{
		order: o, lines: lines, pointer: pointer, from: slices.SortedFunc(slices.Values(o.Reservations), smallest), free: inventory.Supplies{},
		places: map[string]string{}, taken: map[*inventory.Reservation]money.Quantity{}, wanted: make([]money.Quantity, len(lines)),
	}
	if err := m.read(tx); err != nil {
		return err
	}
	for i := range lines {
		m.take(i)
	}
	for i := range lines {
		m.put(i)
	}
	if err := m.faults.Err(); err != nil {
		return inventory.WithLocations(err, m.elsewhere)
	}
	ended := m.end(tx)
	for _, r := range m.made {
		r.Priority = o.Priority
	}
	inventory.Move(tx, o.ID, ended, m.made)
	o.Reservations = append(o.Reservations, m.made...)
	o.moved = pairs(ended, m.made)
	return o.Save(tx, StockMoved, nil)
}

// moving is a move on its way from what was asked to new reservations.
type moving struct {
	order     *Order
	lines     []MoveLine
	pointer   func(i int, field string) string
	from      []*inventory.Reservation // of the order, those of small quantities first
	free      inventory.Supplies       // of all locations that the actor may use
	supplies  inventory.Supplies       // the same, with what was taken and less what was put
	places    map[string]string        // codes of active ones by their ids
	taken     map[*inventory.Reservation]money.Quantity
	touched   []*inventory.Reservation // keys of taken, in order
	wanted    []money.Quantity         // per line of the input; 0 if it is faulty
	made      []*inventory.Reservation
	elsewhere []inventory.Free
	faults    problem.List
}

func (m *moving) read(tx *db.Tx) error {
	var want []catalog.Want
	var locations []string
	for _, in := range m.lines {
		if l := m.order.Line(in.LineID); l != nil {
			want = append(want, catalog.Want{VariantID: l.VariantID})
		}
		locations = append(locations, in.LocationID)
	}
	reads := []db.Read{inventory.ReadPlaces(tx, locations, m.places)}
	if want != nil {
		reads = append(reads, inventory.ReadFree(tx, "", want, m.free))
	}
	err := tx.Load(reads...)
	m.free.Fresh(tx.Micros())
	m.supplies = m.free.Clone()
	return err
}

// is tells whether a reservation is where the line is to come from.
func (in *MoveLine) is(r *inventory.Reservation) bool {
	return r.Location == in.LocationID && (in.Lot == "" || r.LotCode == in.Lot)
}

// comes tells whether a reservation is of the stock that the line moves.
func (in *MoveLine) comes(r *inventory.Reservation) bool {
	return r.State == inventory.Active && r.LineID == in.LineID && !in.is(r) &&
		(in.FromLocationID == "" || r.Location == in.FromLocationID) && (in.FromLot == "" || r.LotCode == in.FromLot)
}

// take finds what a line of the input moves, and makes it free.
func (m *moving) take(i int) {
	in := &m.lines[i]
	l := m.order.Line(in.LineID)
	switch {
	case l == nil:
		m.faults.Add(problem.ErrNotFound, m.pointer(i, "line_id"), "order %s has no line %s", m.order.name(), in.LineID)
		return
	case !l.Leaf():
		m.faults.Add(problem.ErrInvalidValue, m.pointer(i, "line_id"), "%s is a bundle; move the stock of its parts", l.SKU)
		return
	case m.places[in.LocationID] == "":
		m.faults.Add(problem.ErrNotFound, m.pointer(i, "location_id"), "no active location %s", in.LocationID)
		return
	}
	var has money.Quantity
	for _, r := range m.from {
		if in.comes(r) {
			has += m.unpicked(r)
		}
	}
	wanted := has
	if in.Quantity != nil {
		wanted = *in.Quantity
	}
	if in.Quantity == nil && has == 0 {
		m.faults.Add(ErrExceedsReserved, m.pointer(i, "line_id"), "nothing of %s is reserved elsewhere and not picked", l.SKU)
		return
	}
	if exceeds(ErrExceedsReserved, "is reserved elsewhere and not picked", l, wanted, has, m.pointer(i, "quantity"), &m.faults) {
		return
	}
	m.wanted[i] = wanted
	for _, r := range m.from {
		if n := min(wanted, m.unpicked(r)); n > 0 && in.comes(r) {
			wanted -= n
			m.giveBack(r, n)
		}
	}
}

// unpicked is what is still on the shelf of a reservation and stays there.
func (m *moving) unpicked(r *inventory.Reservation) money.Quantity {
	return r.Quantity - r.Picked - m.taken[r]
}

// giveBack makes a quantity of a reservation free.
func (m *moving) giveBack(r *inventory.Reservation, q money.Quantity) {
	if _, known := m.taken[r]; !known {
		m.touched = append(m.touched, r)
	}
	m.taken[r] += q
	m.supplies.Give(r, q)
}

// put promises what a line of the input wants from where it is to come from.
func (m *moving) put(i int) {
	in, wanted := &m.lines[i], m.wanted[i]
	if wanted == 0 {
		return
	}
	l := m.order.Line(in.LineID)
	there := m.supplies.At(l.VariantID, in.LocationID, in.Lot)
	made, missing := inventory.Allocate(there, []inventory.Demand{{LineID: l.ID, VariantID: l.VariantID, Quantity: wanted, Lot: l.LotID}})
	if short := missing[l.ID]; short > 0 {
		others := m.free.Elsewhere(l.VariantID, l.SKU, in.LocationID)
		m.elsewhere = append(m.elsewhere, others...)
		lot := ""
		if in.Lot != "" {
			lot = " in lot " + in.Lot
		}
		m.faults.AddAllowed(inventory.ErrInsufficient, m.pointer(i, "location_id"), inventory.Enough(others, wanted),
			"%s of %s is free at %s%s, not %s; %s", wanted-short, l.SKU, m.places[in.LocationID], lot, wanted, inventory.Tell(others))
		return
	}
	for _, r := range made {
		r.Reason = inventory.Staff
		m.supplies.Give(r, -r.Quantity)
	}
	m.made = append(m.made, made...)
}

// end splits what was taken off from what stays, and returns it.
func (m *moving) end(tx *db.Tx) (ended []*inventory.Reservation) {
	for _, r := range m.touched {
		if n := m.taken[r]; n < r.Quantity {
			_, r = m.order.Split(tx, r, r.Quantity-n)
		}
		ended = append(ended, r)
	}
	return ended
}

// pairs tells what went from where to where: per line, in order.
func pairs(ended, made []*inventory.Reservation) (all []movedStock) {
	left := map[*inventory.Reservation]money.Quantity{}
	for _, r := range ended {
		left[r] = r.Quantity
	}
	for _, to := range made {
		wanted := to.Quantity
		for _, from := range ended {
			if n := min(wanted, left[from]); n > 0 && from.LineID == to.LineID {
				all = append(all, movedStock{to.LineID, int64(n), placeOf(from), placeOf(to)})
				wanted -= n
				left[from] -= n
			}
		}
	}
	return all
}
