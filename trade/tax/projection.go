package tax

import (
	"fmt"

	"ordo/engine/event"
)

// Projection is what events rebuild of the tax rates of countries.
var Projection = event.Projection{
	Prefix: prefix, Bare: true,
	Parts: []event.Part{
		{Table: "tax_countries", Owner: "country"},
		{Table: "tax_rates", Owner: "country", Key: []string{"class", "valid_from"}},
	},
	Tell: func(r *event.Replay, e event.Told) error {
		told, err := event.Body[body](e)
		r.Set("tax_countries", "", told)
		for _, row := range told.Rates {
			since := day(row.ValidFrom)
			r.Set("tax_rates", fmt.Sprintf("%s %d", row.Class, since), event.Columns{"class": row.Class, "valid_from": since, "name": row.Name, "rate": row.Rate})
		}
		return err
	},
}
