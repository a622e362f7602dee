package fulfillment

import (
	"cmp"
	"maps"
	"slices"

	"ordo/engine/invariant"
)

// Invariants are those of fulfillment orders and shipments, and of what orders
// and reservations say of the same goods.
var Invariants = []invariant.Check{
	invariant.Walk("fulfillment_orders", "id", pageSize, lookAtFulfillments,
		invariant.Invariant{ID: "Q3", Formula: "per line of a fulfillment order 0 <= shipped <= packed <= picked <= quantity - canceled; packed is what its shipments hold that were not taken apart, shipped what those hold that left"},
		invariant.Invariant{ID: "W1", Formula: "the stored status is the function of the facts, and what is owed is open if and only if its delivery is released"},
	),
	invariant.Walk("shipments", "id", pageSize, lookAtShipments,
		invariant.Invariant{ID: "Q3", Formula: "a shipment is of the order and the location of its fulfillment order, and its contents lie in its own packages"},
		invariant.Invariant{ID: "W1", Formula: "the stored status and the time of arrival are the functions of what was done here and of the set of what the carrier said"},
	),
	invariant.Walk("orders", "id", invariant.PageSize, lookAtGoods,
		invariant.Invariant{ID: "Q2", Formula: "per line and location what is owed = what active reservations keep on the shelf, what is picked = what was picked of them, what was shipped = what was claimed"},
		invariant.Invariant{ID: "Q3", Formula: "per line served from stock shipped, delivered, lost and sent back = what shipments hold that left, arrived, got lost and come back; one fulfillment order per delivery and location owes it"},
	),
}

const pageSize = 1_000

// judgeFulfillments reports what does not hold of a page of fulfillment orders.
func (p *page) judgeFulfillments(r *invariant.Report) {
	for _, l := range p.lines {
		if f := p.byID[l.fulfillmentID]; f != nil {
			f.Lines = append(f.Lines, &Line{LineFacts: l})
		}
	}
	for _, f := range p.fulfillments {
		p.judgeFulfillment(f, r)
	}
	p.judgeRest(r)
}

func (p *page) judgeShipments(r *invariant.Report) {
	for _, s := range p.shipments {
		p.judgeShipment(s, r)
	}
}

// judgeFulfillment reports what does not hold of a fulfillment order.
func (p *page) judgeFulfillment(f *Fulfillment, r *invariant.Report) {
	for _, l := range f.Lines {
		if l.Shipped < 0 || l.Canceled < 0 || l.Shipped > l.Packed || l.Packed > l.Picked || l.toPick() < 0 {
			r.Fault("Q3", f.ID, "line %s owes %s less %s, of which %s are picked, %s packed, %s shipped", l.LineID, l.Quantity, l.Canceled, l.Picked, l.Packed, l.Shipped)
		}
		if h := p.held[rowKey{f.ID, l.LineID}]; l.Packed != h.packed || l.Shipped != h.left {
			r.Fault("Q3", f.ID, "of line %s %s are packed and %s shipped; its shipments hold %s, those that left %s", l.LineID, l.Packed, l.Shipped, h.packed, h.left)
		}
		delete(p.held, rowKey{f.ID, l.LineID})
	}
	if s := f.status(); f.Status != s {
		r.Fault("W1", f.ID, "status is %s, the facts give %s", f.Status, s)
	}
	if released := p.released[f.ID]; f.status() != "canceled" && released != (f.ReleasedAt != 0) {
		r.Fault("W1", f.ID, "was opened at %d, that its delivery is released is %t", f.ReleasedAt, released)
	}
}

// judgeRest reports what shipments hold of lines that their fulfillment orders
// do not have, once all of those were judged.
func (p *page) judgeRest(r *invariant.Report) {
	for _, k := range slices.SortedFunc(maps.Keys(p.held), func(a, b rowKey) int {
		return cmp.Or(cmp.Compare(a.fulfillment, b.fulfillment), cmp.Compare(a.line, b.line))
	}) {
		r.Fault("Q3", k.fulfillment, "its shipments hold %s of line %s, which it does not have", p.held[k].packed, k.line)
	}
}

// judgeShipment reports what does not hold of a shipment.
func (p *page) judgeShipment(s *Shipment, r *invariant.Report) {
	if stray := p.stray[s.ID]; stray != "" {
		r.Fault("Q3", s.ID, "%s", stray)
	}
	is := s.ShipmentFacts
	s.derive()
	if is.Status != s.Status || is.DeliveredAt != s.DeliveredAt {
		r.Fault("W1", s.ID, "status is %s, delivered at %d; the facts give %s and %d", is.Status, is.DeliveredAt, s.Status, s.DeliveredAt)
	}
}
