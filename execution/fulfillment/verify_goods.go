package fulfillment

import (
	"cmp"
	"slices"

	"ordo/base/money"
	"ordo/engine/invariant"
	"ordo/resource/inventory"
)

// goods are quantities of the lines of a range of orders: as lines have them,
// reservations, fulfillment orders and shipments.
type goods struct {
	imported map[string]bool // orders that were served elsewhere
	owed     map[place]*owed
	debtors  map[debt][]string // fulfillment orders that owe it
	carried  map[string]*carried
}

// place is a line at a location.
type place struct{ line, location string }

// owed is what fulfillment orders owe of a line at a location, have picked and
// have shipped of it, and what its reservations keep, have picked and were
// claimed for.
type owed struct{ owed, taken, gone, kept, picked, claimed money.Quantity }

// debt is what one fulfillment order owes: what a delivery gets from a location.
type debt struct{ delivery, location string }

// carried is what a line says of what left, and what shipments say.
type carried struct {
	order           string // of the line, if that says anything
	line, shipments fates
}

// fates are what left, arrived, got lost and came back.
type fates struct{ shipped, delivered, lost, sentBack money.Quantity }

func (g *goods) owedOf(line, location string) *owed {
	k := place{line, location}
	if g.owed[k] == nil {
		g.owed[k] = &owed{}
	}
	return g.owed[k]
}

func (g *goods) carriedOf(line string) *carried {
	if g.carried[line] == nil {
		g.carried[line] = &carried{}
	}
	return g.carried[line]
}

// promised takes in a reservation.
func (g *goods) promised(r *inventory.Reservation) {
	switch o := g.owedOf(r.LineID, r.Location); r.State {
	case "active":
		o.kept += r.Quantity - r.Picked
		o.picked += r.Picked
	case "claimed":
		o.claimed += r.Quantity
	}
}

// owes takes in a line of a fulfillment order, or one without lines.
func (g *goods) owes(id string, of debt, line string, is owed) {
	if !slices.Contains(g.debtors[of], id) {
		g.debtors[of] = append(g.debtors[of], id)
	}
	if line != "" {
		o := g.owedOf(line, of.location)
		o.owed += is.owed
		o.taken += is.taken
		o.gone += is.gone
	}
}

// carries takes in what a shipment that left holds of a line.
func (g *goods) carries(line string, quantity money.Quantity, status string) {
	s := &g.carriedOf(line).shipments
	s.shipped += quantity
	switch status {
	case "delivered":
		s.delivered += quantity
	case "lost":
		s.lost += quantity
	case "returned_to_sender":
		s.sentBack += quantity
	}
}

// judge reports what does not hold.
func (g *goods) judge(r *invariant.Report) {
	for _, k := range sorted(g.owed, (*owed).differs, func(a, b place) int {
		return cmp.Or(cmp.Compare(a.line, b.line), cmp.Compare(a.location, b.location))
	}) {
		o := g.owed[k]
		r.Fault("Q2", k.line, "at %s owed %d, picked %d, shipped %d; reservations keep %d, have picked %d, were claimed for %d",
			k.location, o.owed, o.taken, o.gone, o.kept, o.picked, o.claimed)
	}
	for _, c := range g.carried { // order-free: each stands for itself
		if g.imported[c.order] {
			c.line = fates{}
		}
	}
	for _, line := range sorted(g.carried, (*carried).differs, cmp.Compare[string]) {
		is, are := g.carried[line].line, g.carried[line].shipments
		r.Fault("Q3", line, "shipped %d, delivered %d, lost %d, sent back %d; shipments say %d, %d, %d, %d",
			is.shipped, is.delivered, is.lost, is.sentBack, are.shipped, are.delivered, are.lost, are.sentBack)
	}
	for _, of := range sorted(g.debtors, func(ids []string) bool { return len(ids) > 1 }, func(a, b debt) int {
		return cmp.Or(cmp.Compare(a.delivery, b.delivery), cmp.Compare(a.location, b.location))
	}) {
		ids := g.debtors[of]
		r.Fault("Q3", slices.Max(ids), "is one of %d that owe delivery %s at %s", len(ids), of.delivery, of.location)
	}
}

func (o *owed) differs() bool {
	return o.owed != o.kept || o.taken != o.picked || o.gone != o.claimed
}

func (c *carried) differs() bool { return c.line != c.shipments }

// sorted are the keys of what is wrong.
func sorted[K comparable, V any](all map[K]V, wrong func(V) bool, compare func(a, b K) int) (keys []K) {
	for k, v := range all { // order-free: they are sorted
		if wrong(v) {
			keys = append(keys, k)
		}
	}
	slices.SortFunc(keys, compare)
	return keys
}
