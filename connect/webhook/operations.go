package webhook

import (
	"context"
	"net/http"

	"ordo/base/clock"
	"ordo/engine/command"
	"ordo/engine/db"
	"ordo/engine/query"
)

var exampleFacts = Facts{Name: "warehouse", URL: "https://hooks.example.com/ordo", Types: []string{"order.*"}, Filter: "body.order.total>1000", Parallel: 4}

// Operations on endpoints and deliveries; g decides which URLs can be used.
func Operations(g *Guard) []command.Operation {
	bodies() // now, not while a command holds the writer
	return []command.Operation{
		command.Def[query.Input, query.Rows[*Endpoint]]{
			Name: "webhook.list", Summary: "List webhook endpoints", Method: http.MethodGet, Path: "/v1/webhooks",
			Read: List,
		},
		command.Def[GetIn, *Endpoint]{
			Name: "webhook.get", Summary: "Show a webhook endpoint, with how far it is behind and what is wrong with it", Method: http.MethodGet, Path: "/v1/webhooks/{id}",
			Read: func(tx *db.Tx, in GetIn) (*Endpoint, error) { return Get(tx, in.ID) },
		},
		command.Def[CreateIn, *Endpoint]{
			Name: "webhook.create", Summary: "Add a webhook endpoint; its secret is shown once", Method: http.MethodPost, Path: "/v1/webhooks", Creates: true,
			Prepare: func(_ context.Context, e *command.Engine, _ command.Meta, in CreateIn) (CreateIn, error) {
				in.secret = e.Secret
				return in, nil
			},
			Run:    func(tx *db.Tx, in CreateIn) (*Endpoint, error) { return create(tx, in, g) },
			Result: result, Repeat: Get,
			Example: CreateIn{Facts: exampleFacts},
		},
		command.Def[UpdateIn, *Endpoint]{
			Name: "webhook.update", Summary: "Change a webhook endpoint", Method: http.MethodPut, Path: "/v1/webhooks/{id}",
			Run:   func(tx *db.Tx, in UpdateIn) (*Endpoint, error) { return update(tx, in, g) },
			Guard: mayChange, Result: result, Repeat: Get,
			Example: UpdateIn{ID: "whk_01", Facts: exampleFacts},
		},
		pausing,
		command.Def[GetIn, *Endpoint]{
			Name: "webhook.resume", Summary: "Let a paused webhook endpoint go on from where it stopped", Method: http.MethodPost, Path: "/v1/webhooks/{id}/resume",
			Run: resume, Guard: mayResume, Result: result, Repeat: Get,
			Example: GetIn{ID: "whk_01"},
		},
		command.Def[RotateIn, *Endpoint]{
			Name: "webhook.rotate_secret", Summary: "Give a webhook endpoint a new secret, which is shown once", Method: http.MethodPost, Path: "/v1/webhooks/{id}/rotate-secret",
			Prepare: func(_ context.Context, e *command.Engine, _ command.Meta, in RotateIn) (RotateIn, error) {
				in.secret = e.Secret
				return in, nil
			},
			Run: rotate, Guard: mayChange, Result: result, Repeat: Get,
			Example: RotateIn{ID: "whk_01", Hours: 24},
		},
		command.Def[GetIn, *Endpoint]{
			Name: "webhook.delete", Summary: "End a webhook endpoint for good", Method: http.MethodDelete, Path: "/v1/webhooks/{id}",
			Run: remove, Guard: mayChange, Result: result, Repeat: Get,
			Example: GetIn{ID: "whk_01"},
		},
		command.Def[GetIn, *Delivery]{
			Name: "webhook.try", Summary: "Send a trial to a webhook endpoint, also while it is paused", Method: http.MethodPost, Path: "/v1/webhooks/{id}/trial", Creates: true,
			Run: try, Result: deliveryResult, Repeat: getDelivery,
			Example: GetIn{ID: "whk_01"},
		},
		command.Def[ReplayIn, *Endpoint]{
			Name: "webhook.replay", Summary: "Send the events of a time to a webhook endpoint again, with the same ids", Method: http.MethodPost, Path: "/v1/webhooks/{id}/replay",
			Run: replay, Guard: mayChange, Result: result, Repeat: Get,
			Example: ReplayIn{ID: "whk_01", From: clock.Stamp(1_772_323_200_000_000), To: clock.Stamp(1_772_326_800_000_000)},
		},
		command.Def[DeliveriesIn, query.Rows[*Delivery]]{
			Name: "webhook.deliveries", Summary: "List what was sent to a webhook endpoint, or waits to be", Method: http.MethodGet, Path: "/v1/webhooks/{id}/deliveries",
			Read: Deliveries,
		},
		command.Def[DeliveryIn, *Delivery]{
			Name: "webhook.delivery", Summary: "Show a delivery with its body, its requests and their answers", Method: http.MethodGet, Path: "/v1/webhooks/{id}/deliveries/{delivery_id}",
			Read: func(tx *db.Tx, in DeliveryIn) (*Delivery, error) { return GetDelivery(tx, in.ID, in.DeliveryID) },
		},
		command.Def[DeliveryIn, *Delivery]{
			Name: "webhook.redeliver", Summary: "Send a delivery again, with the same id", Method: http.MethodPost, Path: "/v1/webhooks/{id}/deliveries/{delivery_id}/replay",
			Run: redeliver, Guard: mayRedeliver, Result: deliveryResult, Repeat: getDelivery,
			Example: DeliveryIn{ID: "whk_01", DeliveryID: "whd_01"},
		},
	}
}

// pausing is also run by the dispatcher, for endpoints that fail.
var pausing = command.Def[PauseIn, *Endpoint]{
	Name: "webhook.pause", Summary: "Send nothing to a webhook endpoint until it is resumed", Method: http.MethodPost, Path: "/v1/webhooks/{id}/pause",
	Run: pauseEndpoint, Guard: mayPause, Result: result, Repeat: Get,
	Example: PauseIn{ID: "whk_01"},
}

func result(w *Endpoint) (string, int64) { return w.ID, w.Version }

func deliveryResult(d *Delivery) (string, int64) { return d.ID, d.Replays }

// getDelivery answers a repeated key.
func getDelivery(tx *db.Tx, id string) (*Delivery, error) { return GetDelivery(tx, "", id) }
