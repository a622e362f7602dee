package webhook

import "ordo/engine/event"

// Projection is what events rebuild of endpoints: all but where they are, and
// how they do.
var Projection = event.Projection{Prefix: "whk_", Parts: []event.Part{{Table: "webhook_endpoints", Owner: "id", Untold: map[string]string{
	"url":          "may hold a secret of the receiver; events tell its host",
	"replay_after": progress, "replay_until": progress,
	"failures": progress, "failing_since": progress, "rest_until": progress, "last_success_at": progress, "last_failure_at": progress, "last_error": progress,
}}}}

// progress is why columns that the dispatcher writes are not told.
const progress = "how sending goes; there would be an event per event"
