package bulk

import "ordo/engine/event"

// Projection is what events rebuild of bulks.
var Projection = event.Projection{
	Prefix: "bul_", Parts: []event.Part{{Table: "bulks", Owner: "id", Untold: map[string]string{"input": texts, "filter": texts}}},
}

const texts = "may be texts of people"
