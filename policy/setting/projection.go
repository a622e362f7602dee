package setting

import (
	"encoding/json"

	"ordo/engine/event"
)

// Projection is what events rebuild of the settings: all but the signing key.
var Projection = event.Projection{
	Prefix: Subject,
	Parts:  []event.Part{{Table: "settings", Owner: "name", Where: "name <> '" + signingKeyRow + "'"}},
	Tell: func(r *event.Replay, e event.Told) error {
		w, err := event.Body[Workspace](e)
		value, _ := json.Marshal(w.Facts) // texts never fail
		r.Set("settings", "", event.Columns{"value": string(value), "version": w.Version})
		return err
	},
}
