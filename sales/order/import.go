package order

import (
	"encoding/json"
	"time"

	"ordo/base/clock"
	"ordo/base/problem"
	"ordo/engine/db"
	"ordo/engine/event"
	"ordo/trade/location"
)

// Imported is the event of an order that was taken over from another system.
var Imported = event.Declare("order.imported", 1, "An order that was carried out and settled elsewhere was taken over.", body{}, "order", "deliveries", "lines", "adjustments")

// PriceImported is the price source of imported lines.
const PriceImported = "import"

// Prepared are orders of another system, ready to be written.
type Prepared struct {
	heads       []*Head
	deliveries  []*DeliveryFacts
	lines       []*Line
	adjustments []*Adjustment
	events      []event.Event
}

// Prepare completes orders that were carried out and settled elsewhere. An
// order comes with what was agreed (PlacedAt, one delivery, per line variant,
// quantity, unit price and extended amount, charges) and with what came back of
// it (Returned and Granted of the lines). The rest follows: all of it was
// shipped and delivered when it was placed, without tax, and the total was
// paid. zone decides the business day, now is the time of writing; an order that
// was placed later is refused.
func Prepare(now time.Time, zone string, orders ...*Order) (*Prepared, error) {
	p := &Prepared{}
	for _, o := range orders {
		if o.PlacedAt > clock.At(now) {
			return nil, problem.ErrFuture.At("/placed_at", "order %s was placed at %s, which is yet to come", o.name(), o.PlacedAt.Time().Format(clock.Format))
		}
		o.settledElsewhere(now, zone)
		if err := o.checkSteps(); err != nil {
			return nil, err
		}
		body, err := json.Marshal(o.body())
		if err != nil {
			return nil, err
		}
		p.add(o, event.Event{Type: Imported, Subject: o.ID, Sequence: 1, Channel: o.ChannelID, Customer: o.CustomerID, Body: event.Encoded(body)})
	}
	return p, nil
}

func (p *Prepared) add(o *Order, e event.Event) {
	p.heads = append(p.heads, &o.Head)
	for _, d := range o.Deliveries {
		p.deliveries = append(p.deliveries, &d.DeliveryFacts)
	}
	p.lines = append(p.lines, o.Lines...)
	p.adjustments = append(p.adjustments, o.Adjustments...)
	p.events = append(p.events, e)
}

// Import writes the orders by few statements, each with one event.
func (p *Prepared) Import(tx *db.Tx) error {
	heads.Insert(tx, p.heads...)
	deliveries.Insert(tx, p.deliveries...)
	lines.Insert(tx, p.lines...)
	adjustments.Insert(tx, p.adjustments...)
	return event.Emit(tx, p.events...)
}

// settledElsewhere completes an order by all that follows from its being over.
func (o *Order) settledElsewhere(now time.Time, zone string) {
	o.Origin, o.SourceKind, o.Revision, o.Version, o.sequence = "imported", "import", 1, 1, 1
	o.CreatedAt, o.UpdatedAt = o.PlacedAt, clock.At(now)
	if z, ok := location.Zone(zone); ok {
		o.BusinessDay = o.PlacedAt.Time().In(z).Format("2006-01-02")
	}
	for i, d := range o.Deliveries {
		d.Position, d.ReleasedAt = int64(i+1), o.PlacedAt
	}
	o.Refunded.Amount = 0
	for i, l := range o.Lines {
		l.Position, l.Item, l.DeliveryID = int64(i+1), int64(i+1), o.Deliveries[0].ID
		l.PriceSource = PriceImported
		l.Net, l.Gross = l.Extended, l.Extended
		l.Shipped, l.Delivered = l.Quantity, l.Quantity
		o.Refunded.Amount += l.Granted.Amount
	}
	for i, a := range o.Adjustments {
		a.Position, a.DeliveryID, a.Net = int64(i+1), o.Deliveries[0].ID, a.Amount
	}
	o.total()
	o.Authorized, o.Captured = o.Total, o.Total
	o.own()
	o.derive()
}
