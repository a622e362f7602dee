package sim

// aboutWebhooks generates the inputs of webhook endpoints. Nothing is sent to
// them yet: a receiver is to join as a consumer (House.Consumers) with a ledger
// of its own.
var aboutWebhooks = map[string]generator{
	"webhook.create": {"", 1, func(w *world, _ any) object { return hook(w.next("hook ")) }},
	"webhook.update": {"", 1, func(w *world, _ any) object { return w.named("webhook.create", hook(w.next("hook "))) }},
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
		return w.named("webhook.create", object{"delivery_id": w.any("webhook.try")})
	}},
	"webhook.list":       {"", 1, fixed(object{})},
	"webhook.get":        {"", 1, need("webhook.create")},
	"webhook.deliveries": {"", 1, need("webhook.create")},
	"webhook.delivery": {"", 1, func(w *world, _ any) object {
		return w.named("webhook.create", object{"delivery_id": w.any("webhook.try")})
	}},
}

func hook(name string) object {
	return object{"name": name, "url": "https://192.0.2.7/ordo", "types": []string{"order.*"}, "parallel": 2}
}
