package webhook_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"ordo/base/clock"
	"ordo/connect/webhook"
	"ordo/engine/db"
	"ordo/engine/db/dbtest"
	"ordo/trade/tradetest"
)

// Spec: 11.2.3, 11.1.4
func TestSeveralProcessesSendEachEventToEachEndpointOnce(t *testing.T) {
	each(t, func(w *world) {
		var receivers []*receiver
		for range 3 {
			r := w.receive()
			receivers = append(receivers, r)
			w.endpoint(r.URL, func(f *webhook.Facts) { f.Parallel = 4 })
		}
		var stops []func()
		for i := range 3 {
			stops = append(stops, w.run(w.dispatcher(fmt.Sprint("process ", i), webhook.Limits{})))
		}
		for range 4 {
			w.things(10)
		}
		for _, r := range receivers {
			for range 40 {
				<-r.heard
			}
		}
		const delivered = `SELECT COUNT(*) FROM webhook_deliveries WHERE state = 'delivered' AND attempts = 1`
		for w.Count(delivered) < 120 { // who stops before it has heard the answer sends again
		}
		for _, stop := range stops {
			stop()
		}
		for _, r := range receivers {
			seen := map[string]bool{}
			for _, subject := range strings.Fields(r.subjects()) {
				if seen[subject] {
					w.Errorf("%s came twice", subject)
				}
				seen[subject] = true
			}
			if len(seen) != 40 {
				w.Errorf("%d came", len(seen))
			}
		}
	})
}

// Spec: 11.2.3
func TestAnotherProcessGoesOnWhenALeaseEnds(t *testing.T) {
	each(t, func(w *world) {
		r := w.receive()
		w.endpoint(r.URL)
		w.things(1)
		w.work() // has the lease, and dies
		r.subjects()
		w.hooks = w.dispatcher("two", webhook.Limits{})
		w.things(2)
		if w.work(); r.subjects() != "" {
			w.Error("two processes send to one endpoint")
		}
		w.clock.Advance(time.Minute)
		if w.work(); r.subjects() != "thi_002 thi_003" {
			w.Error("the other process does not go on")
		}
	})
}

// Spec: 11.2.3
func TestWhateverFailsEveryEventArrivesUnderOneID(t *testing.T) {
	for name, url := range map[string]func(*testing.T) string{"sqlite": dbtest.SQLite, "postgres": dbtest.Postgres} {
		t.Run(name, func(t *testing.T) {
			var at, passed atomic.Int64
			boom := errors.New("a fault")
			c := clock.NewManual(begin)
			w := newWorld(t, dbtest.Open(t, url(t), db.Options{Clock: c, Fault: func(db.Point, int) error {
				if passed.Add(1) == at.Load() {
					return boom
				}
				return nil
			}}), c)
			r := w.receive()
			e := w.endpoint(r.URL)
			for n, reached := int64(1), true; reached; n++ {
				w.things(2)
				passed.Store(0)
				at.Store(n)
				for range 10 {
					if _, err := w.hooks.Step(w.Context()); err != nil && !errors.Is(err, boom) && !errors.Is(err, db.ErrUnknown) {
						w.Fatal(err)
					}
				}
				reached = passed.Load() >= at.Swap(0)
				w.work()
				ids := map[string]string{}
				for _, g := range r.requests() {
					if id := ids[g.event.Subject]; id != "" && id != g.header.Get("webhook-id") {
						w.Errorf("point %d: %s came under two ids", n, g.event.Subject)
					}
					ids[g.event.Subject] = g.header.Get("webhook-id")
				}
				if got := w.get(e.ID); len(ids) != 2 || got.Waiting != 0 || got.Behind != 0 || got.Failures != 0 {
					w.Fatalf("point %d: %d came, %+v", n, len(ids), got)
				}
			}
			if n := w.Count(`SELECT COUNT(*) FROM webhook_deliveries WHERE state = 'delivered'`); n != w.count {
				w.Errorf("%d deliveries of %d events", n, w.count)
			}
		})
	}
}

// Spec: 11.2.3
func TestWithoutAnEndpointTheLogIsNotRead(t *testing.T) {
	for name, url := range map[string]func(*testing.T) string{"sqlite": dbtest.SQLite, "postgres": dbtest.Postgres} {
		t.Run(name, func(t *testing.T) {
			var mu sync.Mutex
			var sent []string
			c := clock.NewManual(begin)
			w := newWorld(t, dbtest.Open(t, url(t), db.Options{Clock: c, Record: func(trip []db.Recorded) {
				mu.Lock()
				defer mu.Unlock()
				for _, s := range trip {
					sent = append(sent, s.Text)
				}
			}}), c)
			e := w.endpoint("http://127.0.0.1:1/")
			tradetest.Do[*webhook.Endpoint](w.Shop, "webhook.pause", webhook.PauseIn{ID: e.ID})
			w.things(3)
			sent = nil
			w.work()
			if len(sent) != 1 || strings.Contains(sent[0], "log") || strings.Contains(sent[0], "events") {
				w.Errorf("it sends %q", sent)
			}
		})
	}
}

func TestWhatFailsBecauseTheProcessStopsIsNotCounted(t *testing.T) {
	each(t, func(w *world) {
		z := &zoo{world: w}
		id := w.endpoint(z.house(animals[1])).ID
		stop := w.run(w.hooks)
		w.things(1)
		for w.Count(`SELECT COUNT(*) FROM leases WHERE name = $1`, "webhook:"+id) == 0 {
		}
		stop()
		if got := w.get(id); got.Failures != 0 || w.states(id) != "thi_001 waiting 0/0" {
			w.Errorf("it is %+v with %s", got, w.states(id))
		}
	})
}
