package inventory

import "ordo/engine/event"

// Projections are what events rebuild of lots and stock documents. What is on
// hand is the sum of their movements; reservations are told by their orders.
var Projections = []event.Projection{
	{Prefix: "lot_", Parts: []event.Part{{Table: "lots", Owner: "id"}}},
	{Prefix: "sdo_", Parts: []event.Part{
		{Table: "stock_documents", Owner: "id"},
		{Table: "stock_movements", Name: "movements", Owner: "document_id", Key: []string{"position"}},
		{Table: "stock_notes", Name: "lines", Owner: "document_id", Key: []string{"position"}, Untold: map[string]string{"note": "text of people"}},
	}},
}
