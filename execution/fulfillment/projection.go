package fulfillment

import "ordo/engine/event"

// Projections are what events rebuild of fulfillment orders and shipments.
var Projections = []event.Projection{
	{Prefix: "ful_", Parts: []event.Part{
		{Table: "fulfillment_orders", Name: "fulfillment", Owner: "id", Rows: fulfillments},
		{Table: "fulfillment_lines", Name: "lines", Owner: "fulfillment_id", Key: []string{"line_id"}, Rows: lines},
	}},
	{
		Prefix: "shp_",
		Parts: []event.Part{
			{Table: "shipments", Name: "shipment", Owner: "id", Rows: shipments},
			{Table: "packages", Name: "packages", Owner: "shipment_id", Key: []string{"id"}, Rows: packages},
			{Table: "shipment_lines", Owner: "shipment_id", Key: []string{"package_id", "line_id"}},
			{Table: "tracking_events", Owner: "shipment_id", Key: []string{"id"}, Untold: map[string]string{"place": "may tell where a person lives"}},
		},
		Tell: tellParcels,
	},
}

func tellParcels(r *event.Replay, e event.Told) error {
	if err := r.Plain(); err != nil {
		return err
	}
	told, err := event.Body[parcels](e)
	for pack, lines := range told.Contents { // order-free: each row stands for itself
		for line, quantity := range lines { // order-free: each row stands for itself
			r.Set("shipment_lines", pack+" "+line, event.Columns{"package_id": pack, "line_id": line, "quantity": quantity})
		}
	}
	for id, h := range told.Tracking { // order-free: each row stands for itself
		r.Set("tracking_events", id, h)
	}
	return err
}
