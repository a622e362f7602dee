package inventory

import "ordo/engine/event"

// Projection is what events rebuild of stock documents. What is on hand is the
// sum of their movements.
var Projection = event.Projection{Prefix: "sdo_", Parts: []event.Part{
	{Table: "stock_documents", Owner: "id"},
	{Table: "stock_movements", Name: "movements", Owner: "document_id", Key: []string{"position"}},
	{Table: "stock_notes", Name: "lines", Owner: "document_id", Key: []string{"position"}, Untold: map[string]string{"note": "text of people"}},
}}
