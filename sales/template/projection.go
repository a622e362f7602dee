package template

import "ordo/engine/event"

// Projection is what events rebuild of templates.
var Projection = event.Projection{
	Prefix: "tpl_", Parts: []event.Part{{Table: "order_templates", Owner: "id", Untold: map[string]string{"name": "texts of people"}}},
}
