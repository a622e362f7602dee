package location

import "ordo/engine/event"

// Projection is what events rebuild of locations.
var Projection = event.Projection{Prefix: "loc_", Parts: []event.Part{{Table: "locations", Owner: "id"}}}
