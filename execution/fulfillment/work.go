package fulfillment

import (
	"fmt"

	"ordo/base/problem"
	"ordo/engine/auth"
	"ordo/engine/command"
	"ordo/engine/db"
	"ordo/resource/inventory"
	"ordo/sales/order"
)

// work is an order with all that is done to carry it out.
type work struct {
	set
	order *order.Order
}

// system is who loads an order: the scope of a fulfillment order or shipment,
// which was checked, reaches the order it belongs to.
var system = auth.Internal("fulfillment")

// load reads the work of an order in one trip.
func load(tx *db.Tx, id string) (*work, error) {
	w := &work{set: newSet()}
	reads := append(w.readFulfillments(id), w.readShipments(id)...)
	for _, r := range reads {
		tx.Guard(r, nil)
	}
	err := tx.As(system, func() (err error) {
		w.order, err = order.Get(tx, id)
		return err
	})
	if err != nil {
		return nil, err
	}
	w.assemble()
	return w, nil
}

// lock loads the work of an order that is about to be changed.
func lock(tx *db.Tx, id string) (*work, error) {
	err := tx.As(system, func() error {
		command.Lock(tx, command.Anchor{Kind: "order", ID: id})
		return nil
	})
	if err != nil {
		return nil, err
	}
	return load(tx, id)
}

// assemble ties together what was read.
func (w *work) assemble() {
	for _, f := range w.fulfillments {
		f.order, f.OrderNumber, f.Priority = w.order, w.order.Number, w.order.Priority
		if d := w.order.Delivery(f.DeliveryID); d != nil {
			f.ShipTo = d.Address
		}
		f.snapshot()
	}
	for _, s := range w.shipments {
		facts := s.ShipmentFacts
		s.order, s.OrderNumber, s.read = w.order, w.order.Number, &facts
		if f := w.fulfillment(s.FulfillmentID); f != nil {
			f.Shipments = append(f.Shipments, s)
		}
	}
	w.showLots()
}

// showLots tells per line from which lots to take it.
func (w *work) showLots() {
	for _, f := range w.fulfillments {
		for _, l := range f.Lines {
			l.Lots = nil
			for _, r := range w.order.Reservations {
				if r.Lot != "" && r.LineID == l.LineID && r.Location == f.LocationID && r.State == inventory.Active {
					l.Lots = append(l.Lots, Lot{r.LotCode, r.Quantity, r.Picked})
				}
			}
		}
	}
}

// fulfillment returns the fulfillment order with the id, or nil.
func (w *work) fulfillment(id string) *Fulfillment { return w.byID[id] }

// shipment returns the shipment with the id, or nil.
func (w *work) shipment(id string) *Shipment { return w.shipped[id] }

// Get returns a fulfillment order in the actor's scope, or not found.
func Get(tx *db.Tx, id string) (*Fulfillment, error) {
	_, f, err := fulfillmentWork(tx, id, load)
	return f, err
}

// GetShipment returns a shipment in the actor's scope, or not found.
func GetShipment(tx *db.Tx, id string) (*Shipment, error) {
	_, s, err := shipmentWork(tx, id, load)
	return s, err
}

// fulfillmentWork opens the work that a fulfillment order belongs to.
func fulfillmentWork(tx *db.Tx, id string, open func(*db.Tx, string) (*work, error)) (*work, *Fulfillment, error) {
	of, err := orderOf(tx, "fulfillment_orders", id)
	if err != nil {
		return nil, nil, err
	}
	if of == "" {
		return nil, nil, problem.ErrNotFound.New("no fulfillment order %s", id)
	}
	w, err := open(tx, of)
	if err != nil {
		return nil, nil, err
	}
	f := w.fulfillment(id)
	if f == nil {
		return nil, nil, fmt.Errorf("fulfillment: %s is not among those of order %s", id, of)
	}
	return w, f, nil
}

// shipmentWork opens the work that a shipment belongs to.
func shipmentWork(tx *db.Tx, id string, open func(*db.Tx, string) (*work, error)) (*work, *Shipment, error) {
	of, err := orderOf(tx, "shipments", id)
	if err != nil {
		return nil, nil, err
	}
	if of == "" {
		return nil, nil, problem.ErrNotFound.New("no shipment %s", id)
	}
	w, err := open(tx, of)
	if err != nil {
		return nil, nil, err
	}
	s := w.shipment(id)
	if s == nil {
		return nil, nil, fmt.Errorf("fulfillment: shipment %s is not among those of order %s", id, of)
	}
	return w, s, nil
}
