package order

import (
	"ordo/base/clock"
	"ordo/engine/db"
	"ordo/engine/event"
	"ordo/trade/location"
)

// Imported is the event of an order that was taken over from another system.
var Imported = event.Declare("order.imported", 1, "An order that was carried out and settled elsewhere was taken over.", "order", "deliveries", "lines", "adjustments")

// PriceImported is the price source of imported lines.
const PriceImported = "import"

// Import writes orders that were carried out and settled elsewhere, each with
// one event. An order comes with what was agreed (PlacedAt, one delivery, per
// line variant, quantity, unit price and extended amount, charges) and with
// what came back of it (Returned and Granted of the lines). The rest follows:
// all of it was shipped and delivered when it was placed, without tax, and the
// total was paid. zone decides the business day.
func Import(tx *db.Tx, zone string, orders ...*Order) error {
	rows := importRows{events: make([]event.Event, len(orders))}
	for i, o := range orders {
		o.settledElsewhere(tx, zone)
		if err := o.checkSteps(); err != nil {
			return err
		}
		rows.add(o)
		rows.events[i] = event.Event{Type: Imported, Subject: o.ID, Sequence: 1, Channel: o.ChannelID, Customer: o.CustomerID, Body: o.body()}
	}
	heads.Insert(tx, rows.heads...)
	deliveries.Insert(tx, rows.deliveries...)
	lines.Insert(tx, rows.lines...)
	adjustments.Insert(tx, rows.adjustments...)
	return event.Emit(tx, rows.events...)
}

// importRows are the rows of many orders, to be written by few statements.
type importRows struct {
	heads       []*Head
	deliveries  []*DeliveryFacts
	lines       []*Line
	adjustments []*Adjustment
	events      []event.Event
}

func (r *importRows) add(o *Order) {
	r.heads = append(r.heads, &o.Head)
	for _, d := range o.Deliveries {
		r.deliveries = append(r.deliveries, &d.DeliveryFacts)
	}
	r.lines = append(r.lines, o.Lines...)
	r.adjustments = append(r.adjustments, o.Adjustments...)
}

// settledElsewhere completes an order by all that follows from its being over.
func (o *Order) settledElsewhere(tx *db.Tx, zone string) {
	o.Origin, o.SourceKind, o.Revision, o.Version, o.sequence = "imported", "import", 1, 1, 1
	o.CreatedAt, o.UpdatedAt = o.PlacedAt, clock.At(tx.Now)
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
