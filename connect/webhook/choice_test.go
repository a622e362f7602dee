package webhook_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"ordo/base/clock"
	"ordo/connect/webhook"
	"ordo/engine/auth"
	"ordo/engine/event"
	"ordo/engine/query"
	"ordo/policy/account"
	"ordo/trade/tradetest"
)

// Spec: 11.2.3
func TestAnEndpointHearsOnlyOfWhatItChose(t *testing.T) {
	each(t, func(w *world) {
		w.Write(`INSERT INTO price_lists (id, code, name, currency, tax_inclusive, created_at, version, event_sequence) VALUES ('prl_1', 'gbp', 'Pounds', 'GBP', TRUE, 0, 1, 1)`)
		for _, id := range []string{"cha_1", "cha_2"} {
			w.Write(`INSERT INTO channels (id, code, name, kind, currency, price_list_id, number_pattern, time_zone, tax_country, payment_methods, assortment, active, created_at, version, event_sequence)
				VALUES ($1, $1, '', 'phone', 'GBP', 'prl_1', $1, 'UTC', 'GB', '[]', 'all', TRUE, 0, 1, 1)`, id)
		}
		w.Write(`INSERT INTO customers (id, number, type, active, on_account, payment_terms_days, profile_version, created_at, version, event_sequence) VALUES ('cus_1', 'C-1', 'retail', TRUE, TRUE, 30, 1, 0, 1, 1)`)
		chosen := map[string]func(f *webhook.Facts){
			"all":              func(f *webhook.Facts) { f.Types = []string{"*"} },
			"things":           func(f *webhook.Facts) { f.Types = []string{"thing.*"} },
			"two types":        func(f *webhook.Facts) { f.Types = []string{"other.happened", "thing.hidden"} },
			"a channel":        func(f *webhook.Facts) { f.Scope = account.Scope{Channels: []string{"cha_1"}} },
			"no channel":       func(f *webhook.Facts) { f.Scope = account.Scope{Channels: []string{}} },
			"a customer":       func(f *webhook.Facts) { f.CustomerID = "cus_1" },
			"channel by field": func(f *webhook.Facts) { f.Filter = "channel:cha_1" },
			"without channel":  func(f *webhook.Facts) { f.Filter = "-channel:*" },
			"large":            func(f *webhook.Facts) { f.Filter = "body.total>500" },
			"a line":           func(f *webhook.Facts) { f.Filter = "body.lines.sku:TEA" },
			"either":           func(f *webhook.Facts) { f.Filter = "body.status:new OR body.gift:true" },
			"by":               func(f *webhook.Facts) { f.Filter = "body.by.weight>=5 type:thing.hidden" },
			"due":              func(f *webhook.Facts) { f.Filter = "body.due>2026-03-05" },
			"today":            func(f *webhook.Facts) { f.Filter = "at:today -subject:a,b sequence:1 version<2 actor:usr_1" },
		}
		names := []string{}
		receivers := map[string]*receiver{}
		for name, change := range chosen {
			receivers[name] = w.receive()
			w.endpoint(receivers[name].URL, func(f *webhook.Facts) { f.Name = name }, change)
			names = append(names, name)
		}
		w.emit(
			event.Event{Type: happened, Subject: "a", Sequence: 1, Body: thing{Total: 500, Status: "new", Margin: 7}, Channel: "cha_1", Customer: "cus_1"},
			event.Event{Type: hidden, Subject: "b", Sequence: 1, Body: thing{Total: 501, By: map[string]by{"x": {5}}}, Channel: "cha_1", Customer: "cus_1"},
			event.Event{Type: other, Subject: "c", Sequence: 1, Body: thing{Gift: true}, Channel: "cha_2", Customer: "cus_1"},
			event.Event{Type: happened, Subject: "d", Sequence: 1, Body: thing{Lines: []thingLine{{"POT"}, {"TEA"}}, Due: clock.At(begin.AddDate(0, 0, 5))}},
		)
		w.work()
		for name, want := range map[string]string{
			"all": "a b c d", "things": "a b d", "two types": "b c", "a channel": "a b", "no channel": "", "a customer": "a", "channel by field": "a b", "without channel": "d",
			"large": "b", "a line": "d", "either": "a", "by": "b", "due": "d", "today": "d",
		} {
			all := receivers[name].requests()
			var got []string
			for _, g := range all {
				if strings.HasPrefix(g.event.Type, "webhook.") {
					continue // the endpoints themselves
				}
				got = append(got, g.event.Subject)
				if name == "a customer" && (string(g.event.Body) != `{"status":"new"}` || g.event.Actor != "") {
					w.Errorf("a customer is told %s", g.body)
				}
			}
			if fmt.Sprint(got) != fmt.Sprint(strings.Fields(want)) {
				w.Errorf("%s hears of %v, want %s", name, got, want)
			}
		}
	})
}

// Spec: 11.2.3
func TestAnEndpointIsRefusedWithAllItsFaults(t *testing.T) {
	each(t, func(w *world) {
		w.guard.Local = false
		good := webhook.Facts{Name: "x", URL: "https://hooks.example.com/", Types: []string{"*"}}
		wrong := good
		wrong.URL, wrong.Types, wrong.Filter, wrong.CustomerID = "http://127.0.0.1/", []string{"*", "thing.hapened", "nothing.*"}, "colour:red body.total>x (", "cus_9"
		wrong.Scope = account.Scope{Channels: []string{"cha_9"}, Locations: []string{"loc_8", "loc_9"}}
		faults := []string{"/url webhook_url_refused", "/types/1 value_invalid", "/types/2 value_invalid", "/filter filter_field_unknown", "/filter filter_value_invalid", "/filter filter_syntax", "/filter filter_syntax",
			"/channels/0 value_invalid", "/locations/0 value_invalid", "/locations/1 value_invalid", "/customer_id value_invalid"}
		w.Refused("webhook.create", webhook.CreateIn{Facts: wrong}, faults...)
		e := tradetest.Do[*webhook.Endpoint](w.Shop, "webhook.create", webhook.CreateIn{Facts: good})
		if e.Parallel != 4 {
			w.Errorf("it is %+v", e)
		}
		w.Refused("webhook.update", webhook.UpdateIn{ID: e.ID, Facts: wrong}, faults...)
		w.Refused("webhook.replay", webhook.ReplayIn{ID: e.ID, From: clock.At(begin.Add(time.Hour)), To: clock.At(begin.Add(time.Hour))}, "/from value_invalid", "/to value_invalid")
		w.Refused("webhook.resume", webhook.GetIn{ID: e.ID}, "transition_not_allowed")
		tradetest.Do[*webhook.Endpoint](w.Shop, "webhook.pause", webhook.PauseIn{ID: e.ID})
		w.Refused("webhook.pause", webhook.PauseIn{ID: e.ID}, "transition_not_allowed")
		tradetest.Do[*webhook.Endpoint](w.Shop, "webhook.replay", webhook.ReplayIn{ID: e.ID, From: clock.At(begin.Add(-time.Hour)), To: clock.At(begin)})
		w.Refused("webhook.replay", webhook.ReplayIn{ID: e.ID, From: clock.At(begin.Add(-time.Hour)), To: clock.At(begin)}, "webhook_replaying")
		trial := tradetest.Do[*webhook.Delivery](w.Shop, "webhook.try", webhook.GetIn{ID: e.ID})
		w.Refused("webhook.redeliver", webhook.DeliveryIn{ID: e.ID, DeliveryID: trial.ID}, "transition_not_allowed")
		w.Refused("webhook.delivery", webhook.DeliveryIn{ID: "whk_other", DeliveryID: trial.ID}, "not_found")
		tradetest.Do[*webhook.Endpoint](w.Shop, "webhook.delete", webhook.GetIn{ID: e.ID})
		for name, in := range map[string]any{
			"webhook.update": webhook.UpdateIn{ID: e.ID, Facts: good}, "webhook.pause": webhook.PauseIn{ID: e.ID}, "webhook.resume": webhook.GetIn{ID: e.ID}, "webhook.delete": webhook.GetIn{ID: e.ID},
			"webhook.rotate_secret": webhook.RotateIn{ID: e.ID}, "webhook.try": webhook.GetIn{ID: e.ID}, "webhook.redeliver": webhook.DeliveryIn{ID: e.ID, DeliveryID: trial.ID},
		} {
			w.Refused(name, in, "transition_not_allowed")
		}
		if list := tradetest.Do[query.Rows[*webhook.Endpoint]](w.Shop, "webhook.list", query.Input{}).Items; len(list) != 0 {
			w.Errorf("a deleted endpoint is listed: %+v", list)
		}
		if got := w.get(e.ID); got.State != "deleted" || action(got.Actions, "webhook.resume") {
			w.Errorf("it is %+v", got)
		}
		if got := w.delivery(trial); got.State != "failed" || got.Error != "the endpoint was deleted" {
			w.Errorf("what waited for it is %+v", got)
		}

		w.Actor = auth.Actor{ID: "usr_1", Permissions: auth.All, Scope: auth.Scope{Channels: []string{"cha_1"}}}
		w.Refused("webhook.create", webhook.CreateIn{Facts: good}, "grant_exceeds_own")
		w.Refused("webhook.get", webhook.GetIn{ID: e.ID}, "not_found")
		w.Refused("webhook.delivery", webhook.DeliveryIn{ID: e.ID, DeliveryID: trial.ID}, "not_found")
	})
}

// Spec: 11.2.3
func TestARotatedSecretSignsBesideTheOneBeforeUntilThatEnds(t *testing.T) {
	each(t, func(w *world) {
		r := w.receive()
		first := w.endpoint(r.URL)
		second := tradetest.Do[*webhook.Endpoint](w.Shop, "webhook.rotate_secret", webhook.RotateIn{ID: first.ID, Hours: 24})
		verified := func(secrets ...string) (fit string) {
			w.things(1)
			w.work()
			g := r.requests()[0]
			for _, s := range secrets {
				fit += fmt.Sprint(webhook.Verify(s, g.header, g.body, w.clock.Now()) == nil, " ")
			}
			return fmt.Sprint(fit, len(strings.Fields(g.header.Get("webhook-signature"))))
		}
		if got := verified(first.Secret, second.Secret); got != "true true 2" {
			w.Errorf("while both live: %s", got)
		}
		w.clock.Advance(24 * time.Hour)
		if got := verified(first.Secret, second.Secret); got != "false true 1" {
			w.Errorf("after a day: %s", got)
		}
		third := tradetest.Do[*webhook.Endpoint](w.Shop, "webhook.rotate_secret", webhook.RotateIn{ID: first.ID, Hours: 1})
		fourth := tradetest.Do[*webhook.Endpoint](w.Shop, "webhook.rotate_secret", webhook.RotateIn{ID: first.ID, Hours: 1})
		if got := verified(second.Secret, third.Secret, fourth.Secret); got != "false true true 2" {
			w.Errorf("after two rotations: %s", got)
		}
		fifth := tradetest.Do[*webhook.Endpoint](w.Shop, "webhook.rotate_secret", webhook.RotateIn{ID: first.ID})
		if got := verified(fourth.Secret, fifth.Secret); got != "false true 1" {
			w.Errorf("after one without a time for both: %s", got)
		}
		secrets := []string{first.Secret, second.Secret, third.Secret, fourth.Secret, fifth.Secret, w.endpoint(r.URL).Secret}
		slices.Sort(secrets)
		if len(slices.Compact(secrets)) != 6 {
			w.Error("two secrets are the same")
		}
		for _, s := range w.Events(first.ID) {
			if strings.Contains(s, "whsec_") {
				w.Errorf("an event tells the secret: %s", s)
			}
		}
	})
}

// Spec: 11.2.3
func TestATrialIsSentOnceAlsoWhilePausedAndDoesNotCount(t *testing.T) {
	each(t, func(w *world) {
		r := w.receive()
		e := w.endpoint(r.URL)
		tradetest.Do[*webhook.Endpoint](w.Shop, "webhook.pause", webhook.PauseIn{ID: e.ID})
		w.things(1)
		for status, want := range map[int]string{200: "delivered", 500: "failed", 410: "failed"} {
			r.answers(status)
			d := tradetest.Do[*webhook.Delivery](w.Shop, "webhook.try", webhook.GetIn{ID: e.ID})
			w.work()
			all := r.requests()
			if len(all) != 1 || all[0].event.Type != "webhook.trial" || all[0].header.Get("webhook-id") != d.MessageID || all[0].event.ID != d.MessageID || webhook.Verify(e.Secret, all[0].header, all[0].body, w.clock.Now()) != nil {
				w.Errorf("a trial sends %+v", all)
			}
			if d = w.delivery(d); d.State != want || d.Requests[0].Status != int64(status) || string(d.Body) != string(all[0].body) {
				w.Errorf("after %d it is %+v", status, d)
			}
			w.clock.Advance(time.Hour)
			if w.work(); len(r.requests()) != 0 {
				w.Error("a trial is tried again")
			}
		}
		if got := w.get(e.ID); got.Failures != 0 || got.State != "paused" || got.PausedFor != "request" || got.LastSuccessAt != 0 {
			w.Errorf("the endpoint is %+v", got)
		}
	})
}

// Spec: 11.2.3
func TestTheEventsOfATimeAreSentAgainWithTheirIDs(t *testing.T) {
	each(t, func(w *world) {
		r := w.receive()
		w.things(2)
		w.clock.Advance(time.Hour)
		from := w.clock.Now()
		w.things(2) // before the endpoint is there
		e := w.endpoint(r.URL, func(f *webhook.Facts) { f.Parallel = 16 })
		w.things(250)
		w.emit(event.Event{Type: other, Subject: "other", Sequence: 1, Body: thing{}})
		to := w.clock.Now().Add(time.Millisecond)
		w.clock.Advance(time.Hour)
		w.things(2)
		w.work()
		first := map[string]string{}
		for _, g := range r.requests() {
			first[g.event.Subject] = g.header.Get("webhook-id")
		}
		if len(first) != 252 {
			w.Fatalf("%d came at first", len(first))
		}
		tradetest.Do[*webhook.Endpoint](w.Shop, "webhook.replay", webhook.ReplayIn{ID: e.ID, From: clock.At(from), To: clock.At(to)})
		w.work()
		var got []string
		for _, g := range r.requests() {
			got = append(got, g.event.Subject)
			if id := first[g.event.Subject]; id != "" && id != g.header.Get("webhook-id") || g.header.Get("webhook-id") != g.event.ID {
				w.Errorf("%s came with %s, before with %s", g.event.Subject, g.header.Get("webhook-id"), id)
			}
		}
		slices.Sort(got)
		if len(got) != 252 || got[0] != "thi_003" || got[251] != "thi_254" {
			w.Errorf("again came %d, from %s to %s", len(got), got[0], got[len(got)-1])
		}
		if e = w.get(e.ID); e.Replaying || e.Waiting != 0 {
			w.Errorf("the endpoint is %+v", e)
		}

		tradetest.Do[*webhook.Endpoint](w.Shop, "webhook.pause", webhook.PauseIn{ID: e.ID})
		w.things(1)
		tradetest.Do[*webhook.Endpoint](w.Shop, "webhook.replay", webhook.ReplayIn{ID: e.ID, From: clock.At(to), To: clock.At(w.clock.Now())})
		if w.work(); r.subjects() != "" {
			w.Error("a paused endpoint is sent a replay")
		}
		tradetest.Do[*webhook.Endpoint](w.Shop, "webhook.resume", webhook.GetIn{ID: e.ID})
		w.work()
		got = strings.Fields(r.subjects())
		slices.Sort(got)
		if fmt.Sprint(got) != "[thi_255 thi_256 thi_257]" { // each once, though the last one was new
			w.Errorf("after it was resumed came %v", got)
		}
	})
}

func TestAnEventThatLeftTheScopeOfItsEndpointIsNotSent(t *testing.T) {
	each(t, func(w *world) {
		r := w.receive()
		e := w.endpoint(r.URL)
		r.answers(500)
		w.things(1)
		w.work()
		r.requests()
		f := e.Facts
		f.Scope = account.Scope{Channels: []string{}}
		tradetest.Do[*webhook.Endpoint](w.Shop, "webhook.update", webhook.UpdateIn{ID: e.ID, Facts: f})
		w.clock.Advance(time.Hour)
		w.work()
		d := w.delivery(w.deliveries(e.ID, "")[0])
		if len(r.requests()) != 0 || d.State != "failed" || d.Attempts != 1 || len(d.Requests) != 1 || d.Body != nil {
			w.Errorf("it is %+v", d)
		}
	})
}

func TestWhatEndedThirtyDaysAgoIsForgotten(t *testing.T) {
	each(t, func(w *world) {
		r := w.receive()
		e := w.endpoint(r.URL, func(f *webhook.Facts) { f.Parallel = 32 })
		w.things(600)
		w.work()
		w.clock.Advance(webhook.Kept - time.Hour)
		w.things(1)
		w.work()
		r.answers(http.StatusTeapot)
		w.things(1)
		w.work()
		for _, want := range []int64{602, 2} {
			if err := webhook.Forget(w.Context(), w.DB); err != nil {
				w.Fatal(err)
			}
			if n := w.Count(`SELECT COUNT(*) FROM webhook_deliveries`); n != want {
				w.Errorf("%d deliveries are left, want %d", n, want)
			}
			if n := w.Count(`SELECT COUNT(*) FROM webhook_attempts`); n != want {
				w.Errorf("%d answers are left, want %d", n, want)
			}
			w.clock.Advance(2 * time.Hour)
		}
		if d := w.deliveries(e.ID, "state:waiting"); len(d) != 1 {
			w.Errorf("%d wait", len(d))
		}
	})
}
