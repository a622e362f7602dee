package fulfillment

import (
	"time"

	"ordo/base/clock"
	"ordo/base/money"
	"ordo/engine/db"
	"ordo/engine/event"
	"ordo/resource/inventory"
	"ordo/sales/order"
)

// Plan is the reaction to order.placed: it writes down what each location owes
// for each delivery, as it was reserved. It reads nothing.
func Plan(tx *db.Tx, e event.Event) error {
	p, ok := e.Data.(*order.Placement)
	if !ok {
		return nil
	}
	w := &work{set: newSet(), order: p.Order}
	return w.follow(tx)
}

// Follow is the reaction to all that changes what is reserved or released of an
// order after it was placed: order.released, order.allocated, order.backordered,
// order.stock_moved, order.canceled and whatever else takes or gives stock. It
// looks at the facts only, so that it may run more often than needed.
func Follow(tx *db.Tx, e event.Event) error {
	w, err := load(tx, e.Subject)
	if err != nil {
		return err
	}
	return w.follow(tx)
}

// follow makes the fulfillment orders owe exactly what is reserved and not
// picked, and opens those whose delivery is released.
func (w *work) follow(tx *db.Tx) error {
	w.owe(tx)
	for _, f := range w.fulfillments {
		t := Changed
		switch d := w.order.Delivery(f.DeliveryID); {
		case f.ReleasedAt == 0 && d.ReleasedAt != 0 && f.status() == "planned":
			f.ReleasedAt, t = clock.At(tx.Now), Opened
			f.TurnAt = turn(f.ReleasedAt, w.order.Priority)
		case f.read.facts == nil:
			t = Planned
		}
		if err := f.save(tx, t); err != nil {
			return err
		}
	}
	return nil
}

// day is how much earlier a step of priority makes a turn, in microseconds: who
// waits a day longer has caught up with it.
const day = clock.Stamp(24 * time.Hour / time.Microsecond)

// turn is when it is the turn of work that was opened at a time, for an order of
// a priority.
func turn(opened clock.Stamp, priority int64) clock.Stamp { return opened - day*clock.Stamp(priority) }

// spot is a line of the order at a location.
type spot struct{ line, location string }

// owe makes the fulfillment orders follow the reservations.
func (w *work) owe(tx *db.Tx) {
	promised, first := unpicked(w.order.Reservations)
	for _, f := range w.fulfillments {
		for _, l := range f.Lines {
			s := spot{l.LineID, f.LocationID}
			more := promised[s] - l.toPick()
			if more > 0 && f.Status == "canceled" {
				f.Reason = reasonOf(first, s) // it is chosen anew
			}
			l.Quantity += max(0, more)
			l.Canceled += max(0, -more)
			delete(promised, s)
		}
	}
	for _, r := range first {
		if q := promised[spot{r.LineID, r.Location}]; q > 0 {
			l := w.order.Line(r.LineID)
			f := w.at(tx, l.DeliveryID, r)
			f.Lines = append(f.Lines, &Line{LineFacts: LineFacts{LineID: l.ID, Quantity: q}, VariantID: l.VariantID, SKU: l.SKU, Title: l.Title, Unit: l.Unit, Options: l.Chosen()})
		}
	}
}

// unpicked sums what reservations keep on the shelf, and returns the first one
// of each spot.
func unpicked(reservations []*inventory.Reservation) (sums map[spot]money.Quantity, first []*inventory.Reservation) {
	sums = map[spot]money.Quantity{}
	for _, r := range reservations {
		s := spot{r.LineID, r.Location}
		if _, known := sums[s]; !known {
			first = append(first, r)
		}
		sums[s] += r.Quantity - r.Picked
	}
	return sums, first
}

// reasonOf is why the stock of a spot comes from there.
func reasonOf(first []*inventory.Reservation, s spot) string {
	for _, r := range first {
		if r.LineID == s.line && r.Location == s.location {
			return r.Reason
		}
	}
	return ""
}

// at returns the fulfillment order of a delivery at the location of a
// reservation, a new one if there is none.
func (w *work) at(tx *db.Tx, delivery string, r *inventory.Reservation) *Fulfillment {
	for _, f := range w.fulfillments {
		if f.DeliveryID == delivery && f.LocationID == r.Location {
			if f.Status == "canceled" {
				f.Reason = r.Reason
			}
			return f
		}
	}
	f := &Fulfillment{OrderNumber: w.order.Number, Priority: w.order.Priority, order: w.order, Facts: Facts{
		ID: tx.ID("ful"), OrderID: w.order.ID, DeliveryID: delivery, LocationID: r.Location, Status: "planned", CreatedAt: clock.At(tx.Now), Reason: r.Reason,
	}}
	w.add(f)
	return f
}
