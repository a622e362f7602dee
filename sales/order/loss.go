package order

import (
	"maps"
	"slices"

	"ordo/engine/db"
	"ordo/engine/event"
	"ordo/resource/inventory"
)

// Backordered is the event of promised quantities that wait for stock again.
var Backordered = event.Declare("order.backordered", 1, "Stock that was promised is not there; its quantities are backordered.", body{})

// lossesOf groups what a document takes from orders by their ids.
func lossesOf(d *inventory.Document) map[string][]*inventory.Loss {
	all := map[string][]*inventory.Loss{}
	for _, x := range d.Losses() {
		all[x.Reservation.OrderID] = append(all[x.Reservation.OrderID], x)
	}
	return all
}

// losers reads the locked orders that lose something. The document ends the
// reservations that they have in hand.
func losers(tx *db.Tx, losses map[string][]*inventory.Loss) (all []*Order, err error) {
	for _, id := range slices.Sorted(maps.Keys(losses)) {
		o, err := Get(tx, id)
		if err != nil {
			return nil, err
		}
		for _, x := range losses[id] {
			i := slices.IndexFunc(o.Reservations, func(r *inventory.Reservation) bool { return r.ID == x.Reservation.ID })
			if i < 0 || o.Reservations[i].Picked != x.Reservation.Picked {
				return nil, db.ErrStale // it was changed before the order was locked
			}
			x.Reservation = o.Reservations[i]
		}
		all = append(all, o)
	}
	return all, nil
}

// lose lets the lines of an order wait for what they lost when the document
// moved.
func (o *Order) lose(tx *db.Tx, losses []*inventory.Loss) error {
	for _, x := range losses {
		l := o.Line(x.Reservation.LineID)
		l.Reserved -= x.Quantity
		l.Backordered += x.Quantity
		o.Reservations = append(o.Reservations, x.Parts...)
	}
	return o.Save(tx, Backordered, nil)
}
