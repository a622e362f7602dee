package fulfillment

import (
	"fmt"
	"slices"

	"ordo/base/money"
	"ordo/base/problem"
	"ordo/engine/db"
	"ordo/engine/number"
	"ordo/sales/order"
)

// ShipIn is the input of order.ship.
type ShipIn struct {
	ID         string `path:"id" json:"id"`
	LocationID string `json:"location_id,omitempty" maxLength:"60" doc:"From where; needed if several locations have something to ship"`
	DeliveryID string `json:"delivery_id,omitempty" maxLength:"60" doc:"For which delivery; needed if there is something to ship for several"`
	Label
	WeightGrams int64      `json:"weight_grams,omitempty" minimum:"0" maximum:"1000000000" doc:"Of the package, as weighed"`
	Lines       []PackLine `json:"lines,omitempty" maxItems:"2000" doc:"All that is reserved and in no package, if not given"`
}

// ShipOrder releases, picks, packs, labels and dispatches one package in one
// go: for those who need no steps between. The events are those of the steps.
func ShipOrder(tx *db.Tx, numbers *number.Source, in ShipIn) (*order.Order, error) {
	w, f, err := openShip(tx, &in)
	if err != nil {
		return nil, err
	}
	takes, err := f.toShip(in.Lines)
	if err != nil {
		return nil, err
	}
	if len(takes) > 0 {
		if err := w.pick(tx, f, takes); err != nil {
			return nil, err
		}
	}
	s, err := w.pack(tx, numbers, f, []PackageIn{{WeightGrams: in.WeightGrams, Lines: f.toPackage(in.Lines)}})
	if err != nil {
		return nil, err
	}
	if err := s.label(tx, in.Label); err != nil {
		return nil, err
	}
	return w.order, w.dispatch(tx, s)
}

// openShip finds the one fulfillment order that is to be shipped, and releases
// its delivery if that was not done.
func openShip(tx *db.Tx, in *ShipIn) (*work, *Fulfillment, error) {
	w, err := load(tx, in.ID)
	if err != nil {
		return nil, nil, err
	}
	if err := guardShip(w.order); err != nil {
		return nil, nil, err
	}
	f, err := w.choose(in)
	if err != nil || f.Status != "planned" {
		return w, f, err
	}
	if _, err := order.Release(tx, order.ReleaseIn{ID: in.ID, Deliveries: []string{f.DeliveryID}}); err != nil {
		return nil, nil, err
	}
	if w, err = load(tx, in.ID); err != nil {
		return nil, nil, err
	}
	return w, w.fulfillment(f.ID), nil
}

// choose returns the fulfillment order that the input means, or says what
// would tell it from others.
func (w *work) choose(in *ShipIn) (*Fulfillment, error) {
	var all []*Fulfillment
	var locations, deliveries []string
	for _, f := range w.fulfillments {
		if f.sum((*LineFacts).toShip) == 0 || in.LocationID != "" && in.LocationID != f.LocationID || in.DeliveryID != "" && in.DeliveryID != f.DeliveryID {
			continue
		}
		all = append(all, f)
		locations, deliveries = append(locations, f.LocationID), append(deliveries, f.DeliveryID)
	}
	switch {
	case len(all) == 1:
		return all[0], nil
	case len(all) == 0:
		return nil, order.ErrNothingReserved.New("order %s has nothing there that could be shipped", w.order.Number)
	}
	var faults problem.List
	if in.LocationID == "" && len(distinct(locations)) > 1 {
		faults.AddAllowed(problem.ErrRequired, "/location_id", distinct(locations), "there is something to ship from several locations")
	}
	if in.DeliveryID == "" && len(distinct(deliveries)) > 1 {
		faults.AddAllowed(problem.ErrRequired, "/delivery_id", distinct(deliveries), "there is something to ship for several deliveries")
	}
	return nil, faults.Err()
}

// distinct returns each text once, in order.
func distinct(all []string) (once []string) {
	seen := map[string]bool{}
	for _, s := range all {
		if !seen[s] {
			once = append(once, s)
		}
		seen[s] = true
	}
	return once
}

// toShip is what is owed and in no package yet.
func (l *LineFacts) toShip() money.Quantity { return l.Quantity - l.Canceled - l.Packed }

// toShip returns what has to be picked before the lines can be packed.
func (f *Fulfillment) toShip(in []PackLine) (all []take, err error) {
	var faults problem.List
	asked := map[string]money.Quantity{}
	for i, l := range f.toPackage(in) {
		pointer := fmt.Sprintf("/lines/%d", i)
		have := f.line(l.LineID)
		if have == nil {
			faults.Add(problem.ErrNotFound, pointer+"/line_id", "nothing of line %s is to be shipped from here", l.LineID)
			continue
		}
		before := asked[l.LineID]
		asked[l.LineID] += max(0, l.Quantity)
		switch {
		case l.Quantity <= 0:
			faults.Add(problem.ErrOutOfRange, pointer+"/quantity", "%s is not above zero", l.Quantity)
		case asked[l.LineID] > have.toShip():
			faults.Add(order.ErrExceedsReserved, pointer+"/quantity", "%s of %s is reserved here and in no package, not %s", have.toShip(), have.SKU, asked[l.LineID])
		case asked[l.LineID] > have.toPack():
			all = append(all, take{l.LineID, "", asked[l.LineID] - max(before, have.toPack()), pointer})
		}
	}
	return all, faults.Err()
}

// toPackage is what goes into the package: what is asked for, or all there is.
func (f *Fulfillment) toPackage(in []PackLine) []PackLine {
	if len(in) > 0 {
		return in
	}
	for _, l := range f.Lines {
		if q := l.toShip(); q > 0 {
			in = append(in, PackLine{l.LineID, q})
		}
	}
	return in
}

// guardShip lets orders pass of which something can leave now.
func guardShip(o *order.Order) error {
	if err := order.GuardPlaced(o); err != nil {
		return err
	}
	if !slices.ContainsFunc(o.Lines, func(l *order.Line) bool { return l.Leaf() && l.Reserved+l.Picked > 0 }) {
		return order.Refuse(order.ErrNothingReserved, "order "+o.Number, o.Status, o.Held(), "nothing of it is reserved or picked", "Wait until stock arrives; perform what is not served from stock (order.perform).")
	}
	commands := []string{"fulfillment.pick", "shipment.dispatch"}
	if !slices.ContainsFunc(o.Deliveries, func(d *order.Delivery) bool { return d.ReleasedAt != 0 }) {
		commands = append(commands, "order.release")
	}
	for _, c := range commands {
		if err := o.Blocked(c); err != nil {
			return err
		}
	}
	return nil
}
