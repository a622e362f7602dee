package view

import "ordo/engine/event"

// Projections are what events rebuild of views, and of who has preferences.
var Projections = []event.Projection{
	{Prefix: "vie_", Parts: []event.Part{{Table: "saved_views", Owner: "id", Untold: map[string]string{"name": texts, "filter": texts}}}},
}

const texts = "texts of people"
