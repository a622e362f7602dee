package change

import "ordo/engine/invariant"

// Invariants are those of changes.
var Invariants = []invariant.Check{
	invariant.SQL(invariant.Invariant{ID: "W2", Formula: "a committed change made a revision of its order, at most the one that it has"}, "changes", "id", 1_000,
		`SELECT c.id, 'it says that it made a revision that order ' || c.order_id || ' never had' FROM changes c JOIN orders o ON o.id = c.order_id
		WHERE c.id > $1 AND c.id <= $2 AND c.order_revision > o.revision`),
}
