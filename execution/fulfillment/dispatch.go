package fulfillment

import (
	"fmt"

	"ordo/base/clock"
	"ordo/base/problem"
	"ordo/engine/db"
	"ordo/resource/inventory"
	"ordo/sales/order"
)

// DispatchIn is the input of shipment.dispatch.
type DispatchIn struct {
	ID string `path:"id" json:"id"`
}

// Dispatch lets a shipment leave: its reservations are claimed and its stock
// goes out of the books in one go.
func Dispatch(tx *db.Tx, in DispatchIn) (*Shipment, error) {
	w, s, err := shipmentWork(tx, in.ID, lock)
	if err != nil {
		return nil, err
	}
	return s, w.dispatch(tx, s)
}

func (w *work) dispatch(tx *db.Tx, s *Shipment) error {
	if err := guardDispatch(s); err != nil {
		return err
	}
	f := w.fulfillment(s.FulfillmentID)
	var faults problem.List
	for _, c := range s.contents() {
		w.order.Ship(w.order.Line(c.LineID), c.Quantity, "", &faults)
		f.line(c.LineID).Shipped += c.Quantity
	}
	if err := faults.Err(); err != nil {
		return err
	}
	claims, err := w.claims(tx, s)
	if err != nil {
		return err
	}
	inventory.Claim(tx, claims, s.ID)
	s.ShippedAt = clock.At(tx.Now)
	if _, err := w.settle(s); err != nil { // carriers may be faster than we are
		return err
	}
	if err := f.save(tx, Shipped); err != nil {
		return err
	}
	if err := s.save(tx, ShipmentLeft); err != nil {
		return err
	}
	w.showLots()
	return w.order.Save(tx, order.Shipped, nil)
}

// claims returns reservations of exactly what is in the shipment. One of which
// only a part leaves is split.
func (w *work) claims(tx *db.Tx, s *Shipment) (all []*inventory.Reservation, err error) {
	for _, c := range s.contents() {
		left := c.Quantity
		for _, r := range w.order.Reservations {
			n := min(left, r.Picked)
			if n == 0 || r.LineID != c.LineID || r.Location != s.LocationID || r.State != inventory.Active {
				continue
			}
			left -= n
			if n < r.Quantity {
				r, _ = w.order.Split(tx, r, n)
			}
			all = append(all, r)
		}
		if left > 0 {
			return nil, fmt.Errorf("fulfillment: %s of line %s in shipment %s are not picked from any reservation", left, c.LineID, s.ID)
		}
	}
	return all, nil
}
