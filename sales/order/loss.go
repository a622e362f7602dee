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
func lossesOf(d *inventory.Document) map[string][]inventory.Loss {
	all := map[string][]inventory.Loss{}
	for _, x := range d.Losses() {
		all[x.Reservation.OrderID] = append(all[x.Reservation.OrderID], x)
	}
	return all
}

// lose lets the lines of locked orders wait for what they lost. The document
// has moved: it ended the reservations, unless they had just changed.
func lose(tx *db.Tx, losses map[string][]inventory.Loss) error {
	for _, id := range slices.Sorted(maps.Keys(losses)) {
		o, err := Get(tx, id)
		if err != nil {
			return err
		}
		for _, x := range losses[id] {
			l := o.Line(x.Reservation.LineID)
			l.Reserved -= x.Quantity
			l.Backordered += x.Quantity
		}
		if err := o.Save(tx, Backordered, nil); err != nil {
			return err
		}
	}
	return nil
}
