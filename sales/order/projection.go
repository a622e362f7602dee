package order

import (
	"ordo/engine/event"
	"ordo/engine/invariant"
	"ordo/resource/inventory"
)

// ReservationRecorded is what an upgrade told of each promise that was made
// before events told of promises.
var ReservationRecorded = event.Declare("order.reservation_recorded", 1, "Stock that was promised before events told of promises; an upgrade recorded it.", body{})

// Projection is what events rebuild of orders, and of what is promised to
// them.
var Projection = event.Projection{Prefix: "ord_", Size: invariant.PageSize, Parts: []event.Part{
	{Table: "orders", Name: "order", Owner: "id", Rows: heads},
	{Table: "deliveries", Name: "deliveries", Owner: "order_id", Key: []string{"id"}, Rows: deliveries},
	{Table: "order_lines", Name: "lines", Owner: "order_id", Key: []string{"id"}, Rows: lines},
	{Table: "adjustments", Name: "adjustments", Owner: "order_id", Key: []string{"position"}, Rows: adjustments},
	{Table: "holds", Name: "holds", Owner: "order_id", Key: []string{"id"}, Rows: holds},
	{Table: "order_tags", Name: "tags", Owner: "order_id", Key: []string{"tag"}, Rows: tags},
	{Table: "reservations", Name: "reservations", Owner: "order_id", Key: []string{"id"}, Rows: inventory.Reservations},
}}
