package sim

import (
	"maps"

	"ordo/connect/webhook"
	"ordo/engine/query"
)

// subscriber is what the people of a served shop do about webhooks: all endpoints are
// at one URL, which takes everything.
type subscriber struct {
	url          string
	trials, sent []object // deliveries, as webhook.delivery takes them
}

// kept is how many deliveries of a kind are remembered.
const kept = 50

func (m *subscriber) generators() map[string]generator {
	return map[string]generator{
		"webhook.create": {"", 1, m.endpoint},
		"webhook.update": {"", 1, func(w *world, v any) object { return w.named("webhook.create", m.endpoint(w, v)) }},
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
			if len(m.sent) == 0 {
				return delivery(w, m.trials)
			}
			return delivery(w, m.sent)
		}},
		"webhook.get":        {"", 1, need("webhook.create")},
		"webhook.deliveries": {"", 1, need("webhook.create")},
		"webhook.delivery":   {"", 1, func(w *world, _ any) object { return delivery(w, m.trials) }},
	}
}

func (m *subscriber) endpoint(w *world, _ any) object {
	return object{"name": w.next("hook "), "url": m.url, "types": []string{"order.*"}, "parallel": 2}
}

// delivery names one of some deliveries; nil if there is none.
func delivery(w *world, some []object) object {
	if len(some) == 0 {
		return nil
	}
	return maps.Clone(some[w.random.IntN(len(some))])
}

// see remembers the deliveries that an answer names.
func (m *subscriber) see(out any) {
	switch out := out.(type) {
	case *webhook.Delivery:
		m.keep(out)
	case query.Rows[*webhook.Delivery]:
		for _, d := range out.Items {
			m.keep(d)
		}
	}
}

func (m *subscriber) keep(d *webhook.Delivery) {
	all := &m.sent
	if d.Type == "webhook.trial" {
		all = &m.trials
	}
	if *all = append(*all, object{"id": d.WebhookID, "delivery_id": d.ID}); len(*all) > kept {
		*all = (*all)[1:]
	}
}
