package channel

import "ordo/engine/event"

// Projection is what events rebuild of channels with their locations and their
// assortments.
var Projection = event.Projection{
	Prefix: "cha_",
	Parts: []event.Part{
		{Table: "channels", Owner: "id"},
		{Table: "channel_locations", Name: "locations", Owner: "channel_id", Key: []string{"location_id"}},
		{Table: "channel_variants", Name: "variant_ids", Owner: "channel_id", Key: []string{"variant_id"}, Adds: true},
	},
	Tell: func(r *event.Replay, e event.Told) error {
		if err := r.Plain(); err != nil || e.Type != Unpublished.Name {
			return err
		}
		gone, err := event.Body[assortmentBody](e)
		for _, id := range gone.VariantIDs {
			r.Remove("channel_variants", id)
		}
		return err
	},
}
