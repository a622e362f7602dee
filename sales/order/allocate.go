package order

import (
	"ordo/engine/auth"
	"ordo/engine/db"
	"ordo/engine/event"
	"ordo/resource/inventory"
	"ordo/trade/catalog"
)

// AllocatedEvent is the event of backorders that were promised stock.
var AllocatedEvent = event.Declare("order.allocated", 1, "Backordered quantities were promised stock that arrived.")

// Allocated is what it tells its reactions.
type Allocated struct {
	Order        *Order
	Reservations []*inventory.Reservation
}

// OnStock promises stock that arrived to the orders that wait for it: by
// priority, then age. It locks no order before the stock: an order that is
// changed at the same time makes the command run again.
func OnStock(tx *db.Tx, e event.Event) error {
	d, ok := e.Data.(*inventory.Document)
	if !ok {
		return nil
	}
	var variants []string
	for _, m := range d.Movements {
		if m.Quantity > 0 {
			variants = append(variants, m.VariantID)
		}
	}
	waiting, err := backordered(tx, variants, d.LocationID)
	if err != nil {
		return err
	}
	return tx.As(auth.Internal("allocation"), func() error {
		for _, id := range waiting {
			if err := allocateBackorders(tx, id); err != nil {
				return err
			}
		}
		return nil
	})
}

// allocateBackorders promises the order's backordered lines what there is.
func allocateBackorders(tx *db.Tx, id string) error {
	o, err := Get(tx, id)
	if err != nil {
		return err
	}
	var demands []inventory.Demand
	var want []catalog.Want
	for l := range o.leaves {
		if l.Backordered > 0 {
			demands = append(demands, inventory.Demand{LineID: l.ID, VariantID: l.VariantID, Quantity: l.Backordered})
			want = append(want, catalog.Want{VariantID: l.VariantID})
		}
	}
	if len(demands) == 0 {
		return nil
	}
	supplies := inventory.Supplies{}
	text, args := catalog.Wanted(want, 2)
	if err := tx.Load(inventory.ReadSupplies(o.ChannelID, text, args, supplies)); err != nil {
		return err
	}
	reservations, _ := inventory.Allocate(supplies, demands)
	if len(reservations) == 0 {
		return nil
	}
	for _, r := range reservations {
		l := o.Line(r.LineID)
		l.Backordered -= r.Quantity
		l.Reserved += r.Quantity
	}
	inventory.Reserve(tx, o.ID, reservations)
	return o.Save(tx, AllocatedEvent, &Allocated{o, reservations})
}
