package sim

import (
	"maps"

	"ordo/connect/webhook"
)

// aboutWebhooks generates the inputs of webhook endpoints. Nothing is sent to
// them yet: a receiver is to join as a consumer (House.Consumers) with a ledger
// of its own.
var aboutWebhooks = map[string]generator{
	"webhook.create": {"", 1, func(w *world, _ any) object { return w.hook(w.next("hook ")) }},
	"webhook.update": {"", 1, func(w *world, _ any) object { return w.named("webhook.create", w.hook(w.next("hook "))) }},
	"webhook.pause":  {"", 1, need("webhook.create")},
	"webhook.resume": {"", 1, need("webhook.create")},
	"webhook.rotate_secret": {"", 1, func(w *world, _ any) object {
		return w.named("webhook.create", object{"previous_hours": w.random.IntN(48)})
	}},
	"webhook.delete": {"", 1, need("webhook.create")},
	"webhook.try":    {"", 1, need("webhook.create")},
	"webhook.replay": {"", 1, func(w *world, _ any) object {
		return w.named("webhook.create", object{"from": "2026-03-01T00:00:00Z", "to": "2026-03-02T00:00:00Z"})
	}},
	"webhook.redeliver": {"", 1, func(w *world, _ any) object {
		if len(w.shop.sent) == 0 {
			return w.delivery(w.shop.trials)
		}
		return w.delivery(w.shop.sent)
	}},
	"webhook.list":       {"", 1, fixed(object{})},
	"webhook.get":        {"", 1, need("webhook.create")},
	"webhook.deliveries": {"", 1, need("webhook.create")},
	"webhook.delivery":   {"", 1, func(w *world, _ any) object { return w.delivery(w.shop.trials) }},
}

func (w *world) hook(name string) object {
	return object{"name": name, "url": w.hooks, "types": []string{"order.*"}, "parallel": 2}
}

// delivery names one of some deliveries; nil if there is none.
func (w *world) delivery(some []object) object {
	if len(some) == 0 {
		return nil
	}
	return maps.Clone(some[w.random.IntN(len(some))])
}

// seeDelivery keeps the names of deliveries, of the last fifty.
func (w *world) seeDelivery(d *webhook.Delivery) {
	all := &w.shop.sent
	if d.Type == "webhook.trial" {
		all = &w.shop.trials
	}
	if *all = append(*all, object{"id": d.WebhookID, "delivery_id": d.ID}); len(*all) > 50 {
		*all = (*all)[1:]
	}
}
