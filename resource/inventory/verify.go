package inventory

import (
	"cmp"
	"maps"
	"slices"

	"ordo/engine/invariant"
)

// Invariants are those of the stock ledger. That what is promised to a line is
// what the line says is checked with the orders.
var Invariants = []invariant.Check{
	invariant.Walk("stock", "variant_id", wholePage, lookAtStock,
		invariant.Invariant{ID: "Q1", Formula: "0 <= reserved <= on_hand for every (variant, location, lot)"},
		invariant.Invariant{ID: "Q2", Formula: "on_hand = sum of movements, reserved = sum of active reservations"},
		invariant.Invariant{ID: "Q4", Formula: "a reservation ends once: what was claimed is what was dispatched"},
	),
	invariant.Walk("orders", "id", invariant.PageSize, lookAtEnds,
		invariant.Invariant{ID: "Q4", Formula: "a reservation has ended if it is not active, and nothing ends before it began"},
	),
}

// wholePage makes a page of most catalogs: each reads reservations and movements
// from end to end, which takes less than looking them up one by one.
const wholePage = 200_000

// ledger is the stock of a range of variants.
type ledger struct{ balances map[place]*balance }

// place is where a variant lies.
type place struct{ variant, location, lot string }

func (p place) compare(q place) int {
	return cmp.Or(cmp.Compare(p.variant, q.variant), cmp.Compare(p.location, q.location), cmp.Compare(p.lot, q.lot))
}

// balance is a row of stock beside what its movements and reservations say.
type balance struct {
	there                    bool // the row
	onHand, reserved         int64
	moves, moved, dispatched int64
	promised, claimed        int64
}

// add takes in what one table says; the others say nothing in it.
func (l *ledger) add(p place, of balance) {
	b := l.balances[p]
	if b == nil {
		l.balances[p] = &of
		return
	}
	b.there = b.there || of.there
	b.onHand += of.onHand
	b.reserved += of.reserved
	b.moves += of.moves
	b.moved += of.moved
	b.dispatched += of.dispatched
	b.promised += of.promised
	b.claimed += of.claimed
}

// judge reports what does not hold.
func (l *ledger) judge(r *invariant.Report) {
	for _, p := range slices.SortedFunc(maps.Keys(l.balances), place.compare) {
		b := l.balances[p]
		if b.reserved < 0 || b.reserved > b.onHand {
			r.Fault("Q1", p.variant, "reserved %d, on hand %d at %s %s", b.reserved, b.onHand, p.location, p.lot)
		}
		if b.onHand != b.moved || b.reserved != b.promised || b.there != (b.moves > 0) {
			r.Fault("Q2", p.variant, "on hand %d, movements %d, reserved %d, reservations %d at %s %s, moved %d times", b.onHand, b.moved, b.reserved, b.promised, p.location, p.lot, b.moves)
		}
		if b.claimed != b.dispatched {
			r.Fault("Q4", p.variant, "claimed %d, dispatched %d at %s %s", b.claimed, b.dispatched, p.location, p.lot)
		}
	}
}
