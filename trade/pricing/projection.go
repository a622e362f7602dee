package pricing

import "ordo/engine/event"

// Projection is what events rebuild of shipping methods with their tables.
var Projection = event.Projection{Prefix: "shm_", Parts: []event.Part{
	{Table: "shipping_methods", Owner: "id"},
	{Table: "shipping_rates", Name: "table", Owner: "method_id", Key: []string{"country", "minimum"}},
}}
