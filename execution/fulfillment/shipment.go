package fulfillment

import (
	"encoding/json"

	"ordo/base/clock"
	"ordo/base/money"
	"ordo/base/problem"
	"ordo/engine/command"
	"ordo/engine/db"
	"ordo/engine/event"
	"ordo/sales/order"
)

// Events of a shipment.
var (
	ShipmentPacked    = event.Declare("shipment.packed", 1, "Goods were packed for a carrier.", parcels{})
	ShipmentLabeled   = event.Declare("shipment.labeled", 1, "A carrier was chosen.", parcels{})
	ShipmentUnpacked  = event.Declare("shipment.unpacked", 1, "A shipment was taken apart again; it does not leave.", parcels{})
	ShipmentLeft      = event.Declare("shipment.dispatched", 1, "A shipment left the house; its stock with it.", parcels{}, "shipment", "contents")
	ShipmentTracked   = event.Declare("shipment.tracked", 1, "The carrier said something new.", parcels{}, "shipment", "tracking")
	ShipmentDelivered = event.Declare("shipment.delivered", 1, "A shipment arrived.", parcels{}, "shipment", "tracking")
)

// Shipment is packages that are handed to one carrier.
type Shipment struct {
	ShipmentFacts
	OrderNumber string           `json:"order_number"`
	Packages    []*Package       `json:"packages"`
	Tracking    []*Tracking      `json:"tracking" doc:"What the carrier said, by the time when it happened"`
	Actions     []command.Action `json:"actions,omitempty" doc:"What can be done now, and if not, why"`

	order *order.Order
	read  *ShipmentFacts // as it was in the database
	heard []*Tracking    // not written yet
}

// SetActions shows which operations are open.
func (s *Shipment) SetActions(a []command.Action) { s.Actions = a }

// ShipmentFacts are those of a shipment itself.
type ShipmentFacts struct {
	ID             string      `json:"id"`
	Number         string      `json:"number" doc:"For people"`
	OrderID        string      `json:"order_id"`
	FulfillmentID  string      `json:"fulfillment_id"`
	LocationID     string      `json:"location_id" doc:"From where"`
	Carrier        string      `json:"carrier,omitempty" doc:"Code"`
	Service        string      `json:"service,omitempty" doc:"Code"`
	TrackingNumber string      `json:"tracking_number,omitempty"`
	Status         string      `json:"status" enum:"packed,labeled,in_transit,out_for_delivery,exception,lost,returned_to_sender,delivered,unpacked"`
	CreatedAt      clock.Stamp `json:"created_at" doc:"When it was packed"`
	ShippedAt      clock.Stamp `json:"shipped_at,omitzero" doc:"When it left"`
	DeliveredAt    clock.Stamp `json:"delivered_at,omitzero" doc:"When it arrived, says the carrier"`
	Origin         string      `json:"origin" enum:"ordo,imported"`
	Version        int64       `json:"version"`
	UnpackedAt     clock.Stamp `json:"unpacked_at,omitzero" doc:"When it was taken apart again, before it left"`

	sequence int64 // events so far
}

// Package is a parcel or pallet.
type Package struct {
	PackageFacts
	Lines []*Content `json:"lines"`
}

// PackageFacts are those of a package itself.
type PackageFacts struct {
	ID          string `json:"id"`
	Position    int64  `json:"position"`
	WeightGrams int64  `json:"weight_grams" doc:"As weighed; 0 if it was not"`

	shipmentID string
}

// Content is a quantity of a line of the order inside a package.
type Content struct {
	ContentFacts
	SKU string `json:"sku"`
}

// ContentFacts are those of a content that are stored.
type ContentFacts struct {
	LineID   string         `json:"line_id"`
	Quantity money.Quantity `json:"quantity"`

	shipmentID, packageID string
}

// Tracking is one thing that a carrier said.
type Tracking struct {
	ID         string      `json:"id" doc:"Of the carrier, or made from the content"`
	Code       string      `json:"code" enum:"in_transit,out_for_delivery,delivered,exception,lost,returned_to_sender"`
	At         clock.Stamp `json:"at" doc:"When it happened, says the carrier"`
	Place      string      `json:"place,omitempty"`
	ReceivedAt clock.Stamp `json:"received_at" doc:"When it was heard"`

	shipmentID string
}

// contents sums what is inside per line, in the order of packing.
func (s *Shipment) contents() (all []ContentFacts) {
	at := map[string]int{}
	for _, p := range s.Packages {
		for _, c := range p.Lines {
			i, known := at[c.LineID]
			if !known {
				i = len(all)
				at[c.LineID] = i
				all = append(all, ContentFacts{LineID: c.LineID})
			}
			all[i].Quantity += c.Quantity
		}
	}
	return all
}

// Order is the one that the shipment carries out, whole.
func (s *Shipment) Order() *order.Order { return s.order }

// Delivery is that of the goods inside; nil if there are none.
func (s *Shipment) Delivery() *order.Delivery {
	inside := s.contents()
	if len(inside) == 0 {
		return nil
	}
	return s.order.Delivery(s.order.Line(inside[0].LineID).DeliveryID)
}

// parcels is what an event of a shipment tells: the columns that changed, per
// row. Contents are per package and line in thousandths of the unit. Places are
// left out: they may tell where a person lives.
type parcels struct {
	Shipment json.RawMessage             `json:"shipment,omitempty"`
	Packages map[string]json.RawMessage  `json:"packages,omitempty"`
	Contents map[string]map[string]int64 `json:"contents,omitempty"`
	Tracking map[string]heard            `json:"tracking,omitempty"`
}

// Rows names the tables whose changes it tells.
func (parcels) Rows() map[string]db.Shape {
	return map[string]db.Shape{"shipment": shipments, "packages": packages}
}

type heard struct {
	Code       string      `json:"code"`
	At         clock.Stamp `json:"at"`
	ReceivedAt clock.Stamp `json:"received_at"`
}

// save writes what changed, with its status, and emits the difference as an
// event of type t.
func (s *Shipment) save(tx *db.Tx, t *event.Type) error {
	s.derive()
	from, before := "", s.read
	if before != nil {
		from = before.Status
	}
	if err := Transport.Check(from, s.Status); err != nil {
		return err
	}
	s.Version++
	s.sequence++
	var b parcels
	if before == nil {
		shipments.Insert(tx, &s.ShipmentFacts)
		s.insertPackages(tx)
		b = s.parcels()
	} else {
		shipments.Update(tx, db.ErrStale, before, &s.ShipmentFacts, "version = $next", before.Version)
	}
	if len(s.heard) > 0 {
		tracking.Insert(tx, s.heard...)
		b.tell(s.heard)
	}
	b.Shipment = shipments.Changes(before, &s.ShipmentFacts)
	facts := s.ShipmentFacts
	s.read, s.heard = &facts, nil
	return event.Emit(tx, event.Event{Type: t, Subject: s.ID, Sequence: s.sequence, Channel: s.order.ChannelID, Customer: s.order.CustomerID, Location: s.LocationID, Data: s, Body: b})
}

func (s *Shipment) insertPackages(tx *db.Tx) {
	var boxes []*PackageFacts
	var inside []*ContentFacts
	for _, p := range s.Packages {
		p.shipmentID = s.ID
		boxes = append(boxes, &p.PackageFacts)
		for _, c := range p.Lines {
			c.shipmentID, c.packageID = s.ID, p.ID
			inside = append(inside, &c.ContentFacts)
		}
	}
	packages.Insert(tx, boxes...)
	contents.Insert(tx, inside...)
}

// parcels is what a single event would tell of the shipment as it is.
func (s *Shipment) parcels() parcels {
	b := parcels{Shipment: shipments.Changes(nil, &s.ShipmentFacts), Packages: map[string]json.RawMessage{}, Contents: map[string]map[string]int64{}}
	for _, p := range s.Packages {
		b.Packages[p.ID] = packages.Changes(nil, &p.PackageFacts)
		b.Contents[p.ID] = map[string]int64{}
		for _, c := range p.Lines {
			b.Contents[p.ID][c.LineID] = int64(c.Quantity)
		}
	}
	b.tell(s.Tracking)
	return b
}

// tell adds what the carrier said.
func (b *parcels) tell(all []*Tracking) {
	b.Tracking = map[string]heard{}
	for _, t := range all {
		b.Tracking[t.ID] = heard{t.Code, t.At, t.ReceivedAt}
	}
}

// refuse says that the step is not possible now.
func (s *Shipment) refuse(why, remedy string) error {
	return order.Refuse(problem.ErrTransition, "shipment "+s.Number, s.Status, s.order.Held(), why, remedy)
}

// guardHere lets only shipments pass that are packed and have not left.
func guardHere(s *Shipment) error {
	switch {
	case s.ShippedAt != 0:
		return s.refuse("it has left", "Report what became of it (shipment.track, shipment.deliver).")
	case s.UnpackedAt != 0:
		return s.refuse("it was taken apart", "Pack the goods again (fulfillment.pack).")
	}
	return nil
}

func guardDispatch(s *Shipment) error {
	if err := guardHere(s); err != nil {
		return err
	}
	return s.order.Blocked("shipment.dispatch")
}

func guardDeliver(s *Shipment) error {
	switch {
	case s.ShippedAt == 0:
		return s.refuse("it has not left", "Dispatch it first (shipment.dispatch).")
	case s.Status == "delivered":
		return s.refuse("it arrived at "+s.DeliveredAt.Time().Format(clock.Format), "Nothing is left to report; goods come back by a return (return.request).")
	}
	return nil
}
