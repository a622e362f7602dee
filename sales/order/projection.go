package order

import "ordo/engine/event"

// Projection is what events rebuild of orders.
var Projection = event.Projection{Prefix: "ord_", Size: pageSize, Parts: []event.Part{
	{Table: "orders", Name: "order", Owner: "id", Rows: heads},
	{Table: "deliveries", Name: "deliveries", Owner: "order_id", Key: []string{"id"}, Rows: deliveries},
	{Table: "order_lines", Name: "lines", Owner: "order_id", Key: []string{"id"}, Rows: lines},
	{Table: "adjustments", Name: "adjustments", Owner: "order_id", Key: []string{"position"}, Rows: adjustments},
	{Table: "holds", Name: "holds", Owner: "order_id", Key: []string{"id"}, Rows: holds},
}}
