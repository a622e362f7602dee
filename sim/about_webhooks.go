package sim

import "time"

// someHooks is how many endpoints there are at a time, as far as actors know.
const someHooks = 4

// aboutWebhooks generates the inputs of webhook endpoints.
var aboutWebhooks = map[string]generator{
	"webhook.create": {"", 1, func(w *world, _ any) object {
		if len(w.receivers.live()) >= someHooks {
			return nil
		}
		return w.newcomer()
	}},
	"webhook.update": {"", 1, ofHook(func(w *world, e *endpoint) object { return w.receivers.facts(e.host, e.channels) })},
	"webhook.pause":  {"", 1, ofHook(plain)},
	"webhook.resume": {"", 3, ofHook(plain)},
	"webhook.rotate_secret": {"", 1, ofHook(func(w *world, _ *endpoint) object {
		return object{"previous_hours": w.random.IntN(48)}
	})},
	"webhook.delete": {"", 1, ofHook(func(w *world, _ *endpoint) object {
		if !w.chance(4) {
			return nil
		}
		return object{}
	})},
	"webhook.try": {"", 1, ofHook(plain)},
	"webhook.replay": {"", 1, ofHook(func(w *world, e *endpoint) object {
		w.receivers.at(e.host).replayed = true
		from := w.clock.Now().Add(-w.within(72))
		to := from.Add(min(w.within(24), w.clock.Now().Sub(from)))
		return object{"from": from.Format(time.RFC3339Nano), "to": to.Format(time.RFC3339Nano)}
	})},
	"webhook.redeliver": {"", 2, aDelivery},
	"webhook.list":      {"", 1, fixed(object{})},
	"webhook.get":       {"", 1, ofHook(plain)},
	"webhook.deliveries": {"", 1, ofHook(func(w *world, _ *endpoint) object {
		return object{"limit": 10, "filter": one(w, "", "state:waiting", "state:delivered")}
	})},
	"webhook.delivery": {"", 1, aDelivery},
}

func plain(*world, *endpoint) object { return object{} }

// ofHook says something of one of the endpoints.
func ofHook(say func(*world, *endpoint) object) func(*world, any) object {
	return func(w *world, _ any) object {
		all := w.receivers.live()
		if len(all) == 0 {
			return nil
		}
		e := all[w.random.IntN(len(all))]
		in := say(w, e)
		if in != nil {
			in["id"] = e.id
		}
		return in
	}
}

// aDelivery names one that was seen in a list.
func aDelivery(w *world, _ any) object {
	if len(w.shop.deliveries) == 0 {
		return nil
	}
	d := w.shop.deliveries[w.random.IntN(len(w.shop.deliveries))]
	return object{"id": d.WebhookID, "delivery_id": d.ID}
}

// newcomer is an endpoint at a receiver that is new.
func (w *world) newcomer() object {
	var channels []string
	if w.chance(3) {
		channels = []string{w.shop.channels[0]}
	}
	return w.receivers.facts(w.next("r")+".example.com", channels)
}
