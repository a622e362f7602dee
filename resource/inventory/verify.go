package inventory

import "ordo/engine/invariant"

// Invariants are those of the stock ledger. That what is promised to a line is
// what the line says is checked with the orders.
var Invariants = []invariant.Check{
	invariant.SQL(invariant.Invariant{
		ID: "Q1", Formula: "0 <= reserved <= on_hand for every (variant, location, lot)",
	}, "stock", "variant_id", pageSize, outOfBounds),
	invariant.SQL(invariant.Invariant{
		ID: "Q2", Formula: "on_hand = sum of movements, reserved = sum of active reservations",
	}, "stock", "variant_id", pageSize, unbalanced),
	invariant.SQL(invariant.Invariant{
		ID: "Q4", Formula: "a reservation ends once: what was claimed is what was dispatched, and nothing ends before it began",
	}, "stock", "variant_id", wholePage, endedWrongly),
}

const (
	pageSize = 2_000
	// wholePage makes a page of most catalogs: ended reservations have no index
	// by variant.
	wholePage = 200_000
)
