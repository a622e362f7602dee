package webhook_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"ordo/connect/webhook"
	"ordo/engine/query"
	"ordo/trade/tradetest"
)

type rows = query.Rows[*webhook.Delivery]

// Spec: 11.2.3
func TestAnEventIsSentSignedAndItsAnswerLogged(t *testing.T) {
	each(t, func(w *world) {
		r := w.receive()
		w.things(1) // before
		e := w.endpoint(r.URL)
		if !strings.HasPrefix(e.Secret, "whsec_") || w.get(e.ID).Secret != "" {
			w.Errorf("the secret is %q, and later %q", e.Secret, w.get(e.ID).Secret)
		}
		w.things(2)
		w.work()
		all := r.requests()
		if len(all) != 2 || all[0].event.Subject != "thi_002" || all[1].event.Subject != "thi_003" {
			w.Fatalf("%d requests came: %+v", len(all), all)
		}
		for i, g := range all {
			if err := webhook.Verify(e.Secret, g.header, g.body, w.clock.Now()); err != nil {
				w.Error(err)
			}
			if g.header.Get("webhook-id") != g.event.ID || g.header.Get("Content-Type") != "application/json" {
				w.Errorf("the headers are %v", g.header)
			}
			if want := fmt.Sprintf(`"total":%d`, i+2); !strings.Contains(string(g.event.Body), want) || g.event.Position == 0 || g.event.Sequence != 1 || g.event.Time == "" || g.event.Actor != "usr_1" {
				w.Errorf("the body is %s", g.body)
			}
		}
		d := w.delivery(w.deliveries(e.ID, "state:delivered")[0])
		if len(d.Requests) != 1 || d.Requests[0].Status != 200 || d.Requests[0].Answer != "thanks" || d.Requests[0].Error != "" || string(d.Body) != string(all[0].body) || d.EndedAt == 0 || d.NextAt != 0 {
			w.Errorf("the log has %+v with %s", d, d.Body)
		}
		if e = w.get(e.ID); e.Behind != 0 || e.Waiting != 0 || e.Failures != 0 || e.LastSuccessAt == 0 {
			w.Errorf("the endpoint is %+v", e)
		}
	})
}

// Spec: 11.2.3
func TestADeliveryIsTriedForThreeDaysWhileOthersSucceed(t *testing.T) {
	each(t, func(w *world) {
		r := w.receive()
		e := w.endpoint(r.URL)
		w.things(1)
		r.answers(500)
		w.work()
		first, last := w.clock.Now(), time.Duration(0)
		for try := 1; try <= len(webhook.Schedule); try++ {
			d := w.deliveries(e.ID, "subject:thi_001")[0]
			pause := d.NextAt.Time().Sub(w.clock.Now())
			if base := webhook.Schedule[try-1]; d.Tries != int64(try) || pause < base || pause > base*11/10 || pause <= last && try > 1 {
				w.Errorf("after try %d (%d) a pause of %s", try, d.Tries, pause)
			}
			last = pause
			r.answers(200) // others are taken
			w.things(1)
			w.work()
			r.subjects()
			r.answers(500)
			w.clock.Advance(pause - time.Second - time.Millisecond)
			if w.work(); r.subjects() != "" {
				w.Errorf("try %d came too early", try+1)
			}
			w.clock.Advance(time.Millisecond)
			if w.work(); r.subjects() != "thi_001" {
				w.Errorf("try %d did not come", try+1)
			}
		}
		d := w.delivery(w.deliveries(e.ID, "subject:thi_001")[0])
		if d.State != "failed" || d.Attempts != 12 || len(d.Requests) != 12 || d.Requests[11].Status != 500 || d.Requests[11].Answer != "answer 500" || d.Requests[11].Error == "" {
			w.Errorf("in the end it is %+v", d)
		}
		if took := w.clock.Now().Sub(first); took < 72*time.Hour || took > 80*time.Hour {
			w.Errorf("it was tried for %s", took)
		}
		if got := w.get(e.ID); got.State != "active" {
			w.Errorf("the endpoint is %s", got.State)
		}
		r.answers(200)
		if _, err := w.Try("webhook.redeliver", webhook.DeliveryIn{ID: e.ID, DeliveryID: d.ID}); err != nil {
			w.Fatal(err)
		}
		w.work()
		if all := r.requests(); len(all) != 1 || all[0].header.Get("webhook-id") != d.MessageID {
			w.Errorf("again came %+v", all)
		}
		if d = w.delivery(d); d.State != "delivered" || d.Attempts != 13 || d.Replays != 1 {
			w.Errorf("then it is %+v", d)
		}
	})
}

// Spec: 11.2.3
func TestAnEndpointThatTakesNothingForThreeDaysIsPausedAndGoesOnFromWhereItStopped(t *testing.T) {
	each(t, func(w *world) {
		r, alarm := w.receive(), w.receive()
		e := w.endpoint(r.URL)
		w.endpoint(alarm.URL, func(f *webhook.Facts) { f.Types = []string{"webhook.paused"} })
		w.things(3)
		r.answers(503)
		for hours := 0; w.get(e.ID).State == "active"; hours++ {
			if hours > 100 {
				w.Fatal("it is not paused")
			}
			w.work()
			w.clock.Advance(time.Hour)
		}
		got := w.get(e.ID)
		if got.PausedFor != "failing" || got.Failures < 10 || got.LastError == "" || w.clock.Now().Sub(got.FailingSince.Time()) < webhook.Patience {
			w.Errorf("paused it is %+v", got)
		}
		if w.things(2); strings.Contains(w.states(e.ID), "failed") {
			w.Errorf("its deliveries are %s", w.states(e.ID))
		}
		r.requests()
		w.clock.Advance(100 * time.Hour)
		w.work()
		if r.subjects() != "" {
			w.Error("a paused endpoint is called")
		}
		if all := alarm.requests(); len(all) != 1 || all[0].event.Subject != e.ID || !strings.Contains(string(all[0].event.Body), `"paused_for":"failing"`) {
			w.Errorf("the alert is %+v", all)
		}
		if paused := tradetest.Do[query.Rows[*webhook.Endpoint]](w.Shop, "webhook.list", query.Input{Filter: "state:paused paused_for:failing"}).Items; len(paused) != 1 || paused[0].ID != e.ID {
			w.Errorf("paused are %+v", paused)
		}
		r.answers(204)
		tradetest.Do[*webhook.Endpoint](w.Shop, "webhook.resume", webhook.GetIn{ID: e.ID})
		w.work()
		if got := r.subjects(); got != "thi_001 thi_002 thi_003 thi_004 thi_005" {
			w.Errorf("after it was resumed came %s", got)
		}
		if got = w.get(e.ID); got.Behind > 1 || got.Failures != 0 || got.FailingSince != 0 {
			w.Errorf("then it is %+v", got)
		}
	})
}

func TestAnEndpointThatIsGoneIsPausedAtOnce(t *testing.T) {
	each(t, func(w *world) {
		r := w.receive()
		e := w.endpoint(r.URL)
		r.answers(410)
		w.things(2)
		w.work()
		if got := w.get(e.ID); got.State != "paused" || got.PausedFor != "gone" {
			w.Errorf("it is %s for %s", got.State, got.PausedFor)
		}
		if got := w.states(e.ID); got != "thi_001 waiting 1/1, thi_002 waiting 0/0" {
			w.Errorf("its deliveries are %s", got)
		}
		w.Wrote(e.ID, []string{"1 webhook.created", `"host":"127.0.0.1`}, []string{"2 webhook.paused", `"paused_for":"gone"`, `"last_error":"the answer is 410, not 2xx"`})
	})
}

func TestAnEndpointThatAsksForARestGetsIt(t *testing.T) {
	each(t, func(w *world) {
		for asked, want := range map[string]time.Duration{
			"120": 2 * time.Minute, "999999": time.Hour, "Sun, 01 Mar 2026 12:10:01 GMT": 10 * time.Minute, "soon": 0, "-5": 0, "99999999999999999999": 0,
		} {
			w.clock.Advance(begin.Sub(w.clock.Now()))
			r := w.receive()
			e := w.endpoint(r.URL)
			r.answers(429, "Retry-After", asked)
			w.things(2)
			w.work()
			got := w.get(e.ID)
			if rest := max(0, got.RestUntil.Time().Sub(w.clock.Now())); rest != want {
				w.Errorf("after %q it rests for %s, want %s", asked, rest, want)
			}
			tradetest.Do[*webhook.Endpoint](w.Shop, "webhook.delete", webhook.GetIn{ID: e.ID})
		}
	})
}

func TestAnEndpointThatFailsAgainAndAgainIsAskedRarelyAndRecovers(t *testing.T) {
	each(t, func(w *world) {
		r := w.receive()
		e := w.endpoint(r.URL, func(f *webhook.Facts) { f.Parallel = 8 })
		r.answers(500)
		w.things(100)
		w.work()
		if n := len(r.requests()); n != 16 { // 8, then 8 more before ten failures in a row were seen
			w.Errorf("%d requests came at once", n)
		}
		for range 20 { // then one at a time, with growing pauses
			rest := w.get(e.ID).RestUntil.Time().Sub(w.clock.Now())
			if rest <= 0 || rest > 5*time.Minute {
				w.Fatalf("it rests for %s", rest)
			}
			w.clock.Advance(rest)
			if w.work(); len(r.requests()) != 1 {
				w.Error("not one request came")
			}
		}
		r.answers(200)
		w.clock.Advance(24 * time.Hour)
		w.work()
		if n := len(r.requests()); n != 100 || w.get(e.ID).Waiting != 0 {
			w.Errorf("%d came, %d wait", n, w.get(e.ID).Waiting)
		}
	})
}
