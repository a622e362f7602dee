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
	"ordo/trade/customer"
)

// Events of a fulfillment order.
var (
	Planned  = event.Declare("fulfillment.planned", 1, "Stock was promised at a location; it will owe it once the delivery is released.", body{})
	Opened   = event.Declare("fulfillment.opened", 1, "A delivery was released; the location can begin.", body{})
	Changed  = event.Declare("fulfillment.changed", 1, "What a location owes for a delivery changed.", body{})
	Picked   = event.Declare("fulfillment.picked", 1, "Goods were taken from the shelf.", body{})
	Unpicked = event.Declare("fulfillment.unpicked", 1, "Goods were put back on the shelf.", body{})
	Packed   = event.Declare("fulfillment.packed", 1, "Picked goods were packed into a shipment.", body{})
	Undone   = event.Declare("fulfillment.unpacked", 1, "A shipment was taken apart; its goods are picked and in no package.", body{})
	Shipped  = event.Declare("fulfillment.shipped", 1, "A shipment left.", body{})
)

// Fulfillment is the fulfillment order: the work that one location owes for a
// delivery of an order.
type Fulfillment struct {
	Facts
	OrderNumber string            `json:"order_number"`
	Priority    int64             `json:"priority,omitempty" doc:"Of the order: higher is done first"`
	ShipTo      *customer.Address `json:"ship_to,omitempty" doc:"Where its shipments go; not in lists"`
	Lines       []*Line           `json:"lines"`
	Shipments   []*Shipment       `json:"shipments,omitempty" doc:"That carry it out, oldest first; not in lists"`
	Actions     []command.Action  `json:"actions,omitempty" doc:"What can be done now, and if not, why"`

	order *order.Order
	read  struct { // as it was in the database
		facts *Facts
		lines []LineFacts
	}
}

// SetActions shows which operations are open.
func (f *Fulfillment) SetActions(a []command.Action) { f.Actions = a }

// Facts are those of a fulfillment order itself.
type Facts struct {
	ID         string      `json:"id"`
	OrderID    string      `json:"order_id"`
	DeliveryID string      `json:"delivery_id"`
	LocationID string      `json:"location_id"`
	Status     string      `json:"status" enum:"planned,open,in_progress,incomplete,closed,canceled"`
	CreatedAt  clock.Stamp `json:"created_at" doc:"When it was planned"`
	ReleasedAt clock.Stamp `json:"released_at,omitzero" doc:"When it was opened"`
	Version    int64       `json:"version"`
	TurnAt     clock.Stamp `json:"turn_at,omitzero" doc:"By which the work of a location is ordered: when it was opened, and a day earlier for each step of the order's priority"`
	Reason     string      `json:"reason,omitempty" enum:"whole,first,rest,staff" doc:"Why the location was chosen. whole: the first one, in the channel's order, that had all that was wanted at once. first: none had all, and it is the first that had some of a line. rest: what those before it lacked. staff: chosen by hand"`

	sequence int64 // events so far
}

// Line is what is owed of a line of the order.
type Line struct {
	LineFacts
	VariantID string            `json:"variant_id"`
	SKU       string            `json:"sku"`
	Title     string            `json:"title"`
	Unit      string            `json:"unit"`
	Options   map[string]string `json:"options,omitempty" doc:"Option name to value, such as size to L"`
	Lots      []Lot             `json:"lots,omitempty" doc:"From which lots, where stock is kept by lot; not in lists"`
}

// LineFacts are the quantities of a fulfillment order's line. Each counts all
// that came so far: shipped <= packed <= picked <= quantity - canceled.
type LineFacts struct {
	LineID   string         `json:"line_id"`
	Quantity money.Quantity `json:"quantity" doc:"Owed at first, or added later"`
	Canceled money.Quantity `json:"canceled" doc:"No longer owed"`
	Picked   money.Quantity `json:"picked" doc:"Taken from the shelf so far"`
	Packed   money.Quantity `json:"packed" doc:"In packages so far"`
	Shipped  money.Quantity `json:"shipped" doc:"Left the house so far"`

	fulfillmentID string
}

// Lot is a part of a line that is promised from one lot.
type Lot struct {
	Lot      string         `json:"lot" doc:"Its code"`
	Quantity money.Quantity `json:"quantity"`
	Picked   money.Quantity `json:"picked"`
}

// toPick is what is still on the shelf.
func (l *LineFacts) toPick() money.Quantity { return l.Quantity - l.Canceled - l.Picked }

// toPack is what is picked and in no package.
func (l *LineFacts) toPack() money.Quantity { return l.Picked - l.Packed }

// line returns the line that is owed of a line of the order, or nil.
func (f *Fulfillment) line(id string) *Line {
	for _, l := range f.Lines {
		if l.LineID == id {
			return l
		}
	}
	return nil
}

// sum adds up a quantity over all lines.
func (f *Fulfillment) sum(of func(*LineFacts) money.Quantity) (q money.Quantity) {
	for _, l := range f.Lines {
		q += of(&l.LineFacts)
	}
	return q
}

func (f *Fulfillment) facts() []*LineFacts {
	all := make([]*LineFacts, len(f.Lines))
	for i, l := range f.Lines {
		l.fulfillmentID = f.ID
		all[i] = &l.LineFacts
	}
	return all
}

// snapshot keeps the rows as they are in the database.
func (f *Fulfillment) snapshot() {
	facts := f.Facts
	f.read.facts, f.read.lines = &facts, nil
	for _, l := range f.facts() {
		f.read.lines = append(f.read.lines, *l)
	}
}

// body is what an event of a fulfillment order tells: the columns that changed,
// per row.
type body struct {
	Fulfillment json.RawMessage            `json:"fulfillment"`
	Lines       map[string]json.RawMessage `json:"lines,omitempty"`
}

// Rows names the tables whose changes it tells.
func (body) Rows() map[string]db.Shape {
	return map[string]db.Shape{"fulfillment": fulfillments, "lines": lines}
}

// save writes what changed, with its status, and emits the difference as an
// event of type t; without any change it does nothing.
func (f *Fulfillment) save(tx *db.Tx, t *event.Type) error {
	facts, before := f.facts(), f.read
	changed := f.changes(facts)
	if before.facts != nil && *before.facts == f.Facts && changed == nil {
		return nil
	}
	f.Status = f.status()
	from := ""
	if before.facts != nil {
		from = before.facts.Status
	}
	if err := Life.Check(from, f.Status); err != nil {
		return err
	}
	f.Version++
	f.sequence++
	if before.facts == nil {
		fulfillments.Insert(tx, &f.Facts)
	} else {
		fulfillments.Update(tx, db.ErrStale, before.facts, &f.Facts, "version = $next", before.facts.Version)
	}
	lines.Save(tx, before.lines, facts)
	b := body{fulfillments.Changes(before.facts, &f.Facts), changed}
	f.snapshot()
	return event.Emit(tx, event.Event{Type: t, Subject: f.ID, Sequence: f.sequence, Channel: f.order.ChannelID, Customer: f.order.CustomerID, Location: f.LocationID, Data: f, Body: b})
}

// changes collects the changed columns of the lines.
func (f *Fulfillment) changes(facts []*LineFacts) map[string]json.RawMessage {
	var all map[string]json.RawMessage
	for i, l := range facts {
		var before *LineFacts
		if i < len(f.read.lines) {
			before = &f.read.lines[i]
		}
		if c := lines.Changes(before, l); c != nil {
			if all == nil {
				all = map[string]json.RawMessage{}
			}
			all[l.LineID] = c
		}
	}
	return all
}

// refuse says that the step is not possible now.
func (f *Fulfillment) refuse(why, remedy string) error {
	return order.Refuse(problem.ErrTransition, "the fulfillment of order "+f.order.Number, f.Status, f.order.Held(), why, remedy)
}

func guardPick(f *Fulfillment) error {
	switch {
	case f.Status == "planned":
		return f.refuse("its delivery is not released", "Release the delivery first (order.release).")
	case f.sum((*LineFacts).toPick) == 0:
		return f.refuse("nothing is left to pick", "Pack what is picked (fulfillment.pack).")
	}
	return f.order.Blocked("fulfillment.pick")
}

func guardUnpick(f *Fulfillment) error {
	if f.sum((*LineFacts).toPack) == 0 {
		return f.refuse("nothing is picked that is not in a package", "Pick first (fulfillment.pick); what is in a package leaves with it (shipment.dispatch).")
	}
	return nil
}

func guardPack(f *Fulfillment) error { return guardUnpick(f) }
