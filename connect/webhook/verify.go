package webhook

import "ordo/engine/invariant"

// Invariants are those of the log of deliveries. What an endpoint wants may have
// changed since, so that it is not judged.
var Invariants = []invariant.Check{
	invariant.SQL(invariant.Invariant{
		ID: "E4", Formula: "a delivery is of an event at its position in the log, up to the position of its endpoint, or a trial; nothing waits for an endpoint that was deleted",
	}, "webhook_deliveries", "id", 10_000, astray),
	invariant.SQL(invariant.Invariant{
		ID: "E4", Formula: "a delivery has the requests that it counts; the last one of what was delivered is a success, and what failed says why",
	}, "webhook_deliveries", "id", 10_000, miscounted),
}
