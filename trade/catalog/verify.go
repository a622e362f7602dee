package catalog

import "ordo/engine/invariant"

// Invariants are those of what the catalog keeps twice.
var Invariants = []invariant.Check{
	invariant.SQL(invariant.Invariant{
		ID: "E2", Formula: "a product names a copy of its texts, and its variants name the same one",
	}, "products", "id", 1_000, textsOtherwise),
}
