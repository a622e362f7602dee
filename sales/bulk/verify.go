package bulk

import "ordo/engine/invariant"

// Invariants are those of bulks.
var Invariants = []invariant.Check{
	invariant.SQL(invariant.Invariant{
		ID: "E1", Formula: "each order of a bulk is tried once: a bulk has as many rows of each outcome as it counts, and parts of what is left as long as it is not done",
	}, "bulks", "id", 100, miscounted),
	invariant.SQL(invariant.Invariant{ID: "E1", Formula: "a row of a bulk is of an order that is there, with its number"}, "bulks", "id", 100, astray),
}
