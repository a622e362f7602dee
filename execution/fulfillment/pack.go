package fulfillment

import (
	"fmt"

	"ordo/base/clock"
	"ordo/base/money"
	"ordo/base/problem"
	"ordo/engine/db"
	"ordo/engine/number"
	"ordo/sales/order"
)

// numberPattern is how shipments are numbered.
const numberPattern = "SH-{yyyy}-{seq:6}"

// PackIn is the input of fulfillment.pack.
type PackIn struct {
	ID       string      `path:"id" json:"id"`
	Packages []PackageIn `json:"packages" minItems:"1" maxItems:"200"`
}

// PackageIn is a package with what goes in.
type PackageIn struct {
	WeightGrams int64      `json:"weight_grams,omitempty" minimum:"0" maximum:"1000000000" doc:"As weighed"`
	Lines       []PackLine `json:"lines" minItems:"1" maxItems:"2000"`
}

// PackLine is a quantity of a line that goes into a package.
type PackLine struct {
	LineID   string         `json:"line_id" maxLength:"60"`
	Quantity money.Quantity `json:"quantity" doc:"Above zero"`
}

// Pack puts picked goods into the packages of a new shipment, which is the last
// one of the fulfillment order then.
func Pack(tx *db.Tx, numbers *number.Source, in PackIn) (*Fulfillment, error) {
	w, f, err := fulfillmentWork(tx, in.ID, lock)
	if err != nil {
		return nil, err
	}
	_, err = w.pack(tx, numbers, f, in.Packages)
	return f, err
}

func (w *work) pack(tx *db.Tx, numbers *number.Source, f *Fulfillment, in []PackageIn) (*Shipment, error) {
	if err := guardPack(f); err != nil {
		return nil, err
	}
	s := newShipment(ShipmentFacts{ID: tx.ID("shp"), OrderID: f.OrderID, FulfillmentID: f.ID, LocationID: f.LocationID, CreatedAt: clock.At(tx.Now), Origin: "ordo"})
	s.order, s.OrderNumber = w.order, w.order.Number
	var faults problem.List
	for i, p := range in {
		box := &Package{PackageFacts{ID: tx.ID("pkg"), Position: int64(i + 1), WeightGrams: p.WeightGrams}, []*Content{}}
		for j, l := range p.Lines {
			box.put(f, l, fmt.Sprintf("/packages/%d/lines/%d", i, j), &faults)
		}
		s.Packages = append(s.Packages, box)
	}
	if err := faults.Err(); err != nil {
		return nil, err
	}
	var err error
	if s.Number, err = numbers.Next(tx, "shipment", numberPattern, tx.Now); err != nil {
		return nil, err
	}
	w.addShipment(s)
	f.Shipments = append(f.Shipments, s)
	if err := f.save(tx, Packed); err != nil {
		return nil, err
	}
	return s, s.save(tx, ShipmentPacked)
}

// put lays a quantity of a picked line into the package.
func (p *Package) put(f *Fulfillment, in PackLine, pointer string, faults *problem.List) {
	l := f.line(in.LineID)
	switch {
	case l == nil:
		faults.Add(problem.ErrNotFound, pointer+"/line_id", "the fulfillment order has no line %s", in.LineID)
		return
	case in.Quantity <= 0:
		faults.Add(problem.ErrOutOfRange, pointer+"/quantity", "%s is not above zero", in.Quantity)
		return
	case in.Quantity > l.toPack():
		faults.Add(order.ErrExceedsPicked, pointer+"/quantity", "%s of %s is picked and in no package, not %s", l.toPack(), l.SKU, in.Quantity)
		return
	}
	l.Packed += in.Quantity
	for _, c := range p.Lines {
		if c.LineID == in.LineID {
			c.Quantity += in.Quantity
			return
		}
	}
	p.Lines = append(p.Lines, &Content{ContentFacts{LineID: in.LineID, Quantity: in.Quantity}, l.SKU})
}

// UnpackIn is the input of shipment.unpack.
type UnpackIn struct {
	ID string `path:"id" json:"id"`
}

// Unpack takes a shipment apart that has not left: its goods are picked and in
// no package again. It stays as the record of what was packed.
func Unpack(tx *db.Tx, in UnpackIn) (*Shipment, error) {
	w, s, err := shipmentWork(tx, in.ID, lock)
	if err != nil {
		return nil, err
	}
	if err := guardHere(s); err != nil {
		return nil, err
	}
	f := w.fulfillment(s.FulfillmentID)
	for _, c := range s.contents() {
		f.line(c.LineID).Packed -= c.Quantity
	}
	s.UnpackedAt = clock.At(tx.Now)
	if err := f.save(tx, Undone); err != nil {
		return nil, err
	}
	return s, s.save(tx, ShipmentUnpacked)
}

// Label is who carries a shipment.
type Label struct {
	Carrier        string `json:"carrier" minLength:"1" maxLength:"60" pattern:"^[a-z0-9_.-]+$" doc:"Code of the carrier"`
	Service        string `json:"service,omitempty" maxLength:"60" pattern:"^[a-z0-9_.-]*$" doc:"Code of its service"`
	TrackingNumber string `json:"tracking_number,omitempty" maxLength:"100"`
}

// LabelIn is the input of shipment.label.
type LabelIn struct {
	ID string `path:"id" json:"id"`
	Label
}

// SetLabel says who carries a shipment, as long as it is here.
func SetLabel(tx *db.Tx, in LabelIn) (*Shipment, error) {
	_, s, err := shipmentWork(tx, in.ID, lock)
	if err != nil {
		return nil, err
	}
	if err := guardHere(s); err != nil {
		return nil, err
	}
	return s, s.label(tx, in.Label)
}

func (s *Shipment) label(tx *db.Tx, l Label) error {
	s.Carrier, s.Service, s.TrackingNumber = l.Carrier, l.Service, l.TrackingNumber
	return s.save(tx, ShipmentLabeled)
}
