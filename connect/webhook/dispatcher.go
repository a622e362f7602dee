package webhook

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"ordo/base/clock"
	"ordo/base/problem"
	"ordo/engine/auth"
	"ordo/engine/command"
	"ordo/engine/db"
	"ordo/engine/event"
)

const (
	poll        = time.Second           // for what other processes, and commands, want to have sent
	breath      = 50 * time.Millisecond // between two looks, however much is sealed
	lease       = time.Minute           // on sending to an endpoint; longer than a request lasts
	batch       = 200                   // events taken from the log at once
	inARow      = 8                     // requests after each other, before they are written down
	longest     = 10 * time.Second      // until they are; what was begun then is waited for
	mostWaiting = 10_000                // deliveries of an endpoint; then the log is not read on
)

var errElsewhere = errors.New("webhook: another process serves the endpoint")

// Dispatcher takes events from the log and sends them to the endpoints. Any
// number of processes may run one: each endpoint is sent to by one at a time.
type Dispatcher struct {
	Engine *command.Engine
	Client *Client
	Owner  string // of leases: the process

	mu   sync.Mutex
	busy map[string]bool        // endpoints that are being served
	held map[string]clock.Stamp // until when their leases last
}

// Run serves until ctx ends. While there is no endpoint, the log is not read.
func (d *Dispatcher) Run(ctx context.Context) {
	var serving sync.WaitGroup
	for ctx.Err() == nil {
		sealed := d.Engine.Sealer.Sealed()
		ids, some, err := d.endpoints(ctx)
		if err != nil && ctx.Err() == nil {
			slog.Error("looking for webhook endpoints failed", "error", err)
		}
		for _, id := range ids {
			if d.enter(id) {
				serving.Go(func() { defer d.leave(id); d.serve(ctx, id) })
			}
		}
		if !some {
			sealed = nil
		}
		wait(ctx, sealed)
		clock.System.Sleep(ctx, breath)
	}
	serving.Wait()
	d.release(context.WithoutCancel(ctx))
}

// wait returns when something was sealed, or after a poll.
func wait(ctx context.Context, sealed <-chan struct{}) {
	waiting, stop := context.WithTimeout(ctx, poll)
	defer stop()
	select {
	case <-sealed:
	case <-waiting.Done():
	}
}

// Step does some of what there is to do for each endpoint, one after the other,
// and tells whether that was anything: for tests and simulations.
func (d *Dispatcher) Step(ctx context.Context) (did bool, err error) {
	ids, _, err := d.endpoints(ctx)
	for _, id := range ids {
		if err == nil {
			var some bool
			some, err = d.step(ctx, id)
			did = did || some
		}
	}
	return did, err
}

// read runs fn on a read lane as the dispatcher.
func (d *Dispatcher) read(ctx context.Context, fn func(tx *db.Tx) error) error {
	return d.Engine.DB.Read(ctx, func(tx *db.Tx) error {
		tx.Actor = auth.Internal("webhooks")
		return fn(tx)
	})
}

// endpoints are those for which there is something to do, and whether there is
// any at all.
func (d *Dispatcher) endpoints(ctx context.Context) (ids []string, some bool, err error) {
	err = d.read(ctx, func(tx *db.Tx) (err error) {
		ids, some, err = working(tx)
		return err
	})
	return ids, some, err
}

func (d *Dispatcher) enter(id string) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.busy == nil {
		d.busy = map[string]bool{}
	}
	was := d.busy[id]
	d.busy[id] = true
	return !was
}

func (d *Dispatcher) leave(id string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.busy, id)
}

// serve works for an endpoint until there is nothing to do.
func (d *Dispatcher) serve(ctx context.Context, id string) {
	for did := true; did && ctx.Err() == nil; {
		var err error
		if did, err = d.step(ctx, id); db.Unexpected(ctx, err) {
			slog.Error("serving a webhook endpoint failed", "endpoint", id, "error", err)
			clock.System.Sleep(ctx, poll)
		}
	}
}

// step sends what is due; where that is less than fits, it takes more from the
// log, and from what is to be replayed.
func (d *Dispatcher) step(ctx context.Context, id string) (did bool, err error) {
	var k *work
	if err := d.read(ctx, func(tx *db.Tx) (err error) { k, err = find(tx, id); return err }); err != nil {
		return false, err
	}
	w := k.endpoint
	room, trials := w.room(d.Engine.DB.Clock.Now())
	if int64(len(k.due)) < room && trials == 0 && w.Waiting < mostWaiting {
		if k.position < k.end {
			n, err := w.follow().Step(ctx, d.Engine.DB)
			if err != nil {
				return false, err
			}
			did = n > 0
		}
		if w.Replaying {
			if err := d.repeat(ctx, w, k.position); err != nil {
				return false, err
			}
			did = true
		}
	}
	if len(k.due) == 0 {
		return did, nil
	}
	if err := d.deliver(ctx, w, k.due, room); errors.Is(err, errElsewhere) {
		return did, nil
	} else if err != nil {
		return false, err
	}
	return true, nil
}

// room is how many requests may be made at once now, and whether, with 1, they
// may only be trials: while the endpoint is paused or rests. One that fails again
// and again gets one request after the other.
func (w *Endpoint) room(now time.Time) (most, trials int64) {
	switch {
	case w.State != "active" || now.Before(w.RestUntil.Time()):
		return w.Parallel, 1
	case w.Failures >= patientFailures:
		return 1, 0
	}
	return w.Parallel, 0
}

// inARow is how many deliveries are sent before they are written down. After
// failures each one counts.
func (w *Endpoint) inARow(most int64) int64 {
	if w.Failures > 0 {
		return most
	}
	return most * inARow
}

// follow is the endpoint as a consumer of the log.
func (w *Endpoint) follow() *event.Consumer {
	return &event.Consumer{Name: w.consumer(), Reader: w.reader(), Batch: batch, Apply: func(tx *db.Tx, events []event.Sealed) error {
		if gone, err := deleted(tx, w.ID); gone || err != nil {
			return err
		}
		wanted, err := w.wanted(tx, events)
		insertDeliveries(tx, wanted...)
		return err
	}}
}

// wanted makes deliveries of the events that the endpoint wants.
func (w *Endpoint) wanted(tx *db.Tx, events []event.Sealed) (all []*Delivery, err error) {
	s, err := selects(w.Types, w.Filter, tx.Now)
	if err != nil {
		return nil, err
	}
	now := clock.Stamp(tx.Micros())
	for _, e := range events {
		if s.takes(e) {
			all = append(all, &Delivery{ID: tx.ID("whd"), WebhookID: w.ID, MessageID: e.ID, Type: e.Type, Subject: e.Subject, Position: e.Position, State: "waiting", NextAt: now, CreatedAt: now})
		}
	}
	return all, nil
}

// repeat takes the next events of a replay. Those that the endpoint has not come
// to are left out: it will.
func (d *Dispatcher) repeat(ctx context.Context, w *Endpoint, position int64) error {
	err := d.Engine.DB.Tx(ctx, func(tx *db.Tx) error {
		tx.Actor = w.reader()
		events, err := event.Between(tx, w.replayAfter, w.replayUntil, batch)
		if err != nil {
			return err
		}
		after, until := "", ""
		if len(events) == batch {
			after, until = events[batch-1].ID, w.replayUntil
		}
		moveReplay(tx, w, after, until)
		wanted, err := w.wanted(tx, events)
		for _, one := range wanted {
			if one.Position <= position {
				renewDelivery(tx, one)
			}
		}
		return err
	})
	if errors.Is(err, errElsewhere) {
		return nil
	}
	return err
}

// deliver sends deliveries, so many at once, and writes what came of them. After
// a failure, or when it has taken long, the rest is left for the next time.
func (d *Dispatcher) deliver(ctx context.Context, w *Endpoint, all []*due, atOnce int64) error {
	if err := d.hold(ctx, w); err != nil {
		return err
	}
	var next atomic.Int64
	var enough atomic.Bool
	late := d.Engine.DB.Clock.Now().Add(longest)
	outcomes := make([]outcome, len(all))
	var sending sync.WaitGroup
	for range min(atOnce, int64(len(all))) {
		first := next.Add(1) - 1
		sending.Go(func() {
			for i := first; i < int64(len(all)); i = next.Add(1) - 1 {
				outcomes[i] = d.send(ctx, w, all[i])
				if outcomes[i].error != "" || d.Engine.DB.Clock.Now().After(late) {
					enough.Store(true)
				}
				if enough.Load() {
					return
				}
			}
		})
	}
	sending.Wait()
	all, outcomes = sent(all, outcomes)
	why, err := d.record(context.WithoutCancel(ctx), w, all, outcomes, ctx.Err() != nil)
	if err == nil && why != "" {
		err = d.pause(context.WithoutCancel(ctx), w, why)
	}
	return err
}

// sent are the deliveries that were tried, with their outcomes.
func sent(all []*due, outcomes []outcome) (some []*due, theirs []outcome) {
	for i, o := range outcomes {
		if !o.at.IsZero() {
			some, theirs = append(some, all[i]), append(theirs, o)
		}
	}
	return some, theirs
}

// hold takes the lease on sending to an endpoint, unless this process has it for
// long enough.
func (d *Dispatcher) hold(ctx context.Context, w *Endpoint) error {
	now := d.Engine.DB.Clock.Now()
	d.mu.Lock()
	lasts := d.held[w.ID].Time().Sub(now) > lease/2
	d.mu.Unlock()
	if lasts {
		return nil
	}
	until := clock.At(now.Add(lease))
	if err := d.Engine.DB.Tx(ctx, func(tx *db.Tx) error { hold(tx, w, d.Owner, until); return nil }); err != nil {
		return err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.held == nil {
		d.held = map[string]clock.Stamp{}
	}
	d.held[w.ID] = until
	return nil
}

// release gives all leases back.
func (d *Dispatcher) release(ctx context.Context) {
	d.mu.Lock()
	none := len(d.held) == 0
	d.held = nil
	d.mu.Unlock()
	if none {
		return
	}
	if err := d.Engine.DB.Tx(ctx, func(tx *db.Tx) error { letGo(tx, d.Owner); return nil }); err != nil {
		slog.Warn("webhook endpoints wait for the end of a lease", "error", err)
	}
	d.Client.Close()
}

// send makes a request of a delivery.
func (d *Dispatcher) send(ctx context.Context, w *Endpoint, one *due) outcome {
	now := d.Engine.DB.Clock.Now()
	body, ok, err := w.payload(&one.Delivery, one.event)
	switch {
	case err != nil:
		return outcome{at: now, error: err.Error()}
	case !ok:
		return outcome{at: now, error: "the endpoint may not see the event any more", unsent: true}
	}
	o := d.Client.send(ctx, message{url: w.URL, id: one.MessageID, at: now, body: body, secrets: w.secrets(d.Engine.Secret, now)})
	o.at, o.took = now, d.Engine.DB.Clock.Now().Sub(now)
	return o
}

// record writes what came of requests, and returns why the endpoint should be
// paused; empty if it should not. Where the process stopped meanwhile, failures
// are not the receiver's and count for nothing.
func (d *Dispatcher) record(ctx context.Context, w *Endpoint, all []*due, outcomes []outcome, stopped bool) (why string, err error) {
	chances := make([]byte, len(all))
	d.Engine.DB.IDs.Read(chances)
	err = d.Engine.DB.Tx(ctx, func(tx *db.Tx) error {
		health := *w
		why = health.judge(all, outcomes, tx.Now)
		if stopped && why != "" {
			why = ""
		}
		for i, o := range outcomes {
			if stopped && o.error != "" {
				continue
			}
			after := all[i].Delivery
			after.judge(o, tx.Now, chances[i], why != "")
			recordAttempt(tx, &after, after.attempt(o))
		}
		if !stopped {
			recordHealth(tx, &health)
		}
		return nil
	})
	return why, err
}

// pause stops an endpoint that takes nothing. What waits for it goes on waiting.
func (d *Dispatcher) pause(ctx context.Context, w *Endpoint, why string) error {
	_, err := command.Invoke(ctx, d.Engine, pausing, command.Meta{Actor: auth.Internal("webhooks")}, PauseIn{ID: w.ID, why: why})
	if errors.Is(err, problem.ErrTransition) {
		return nil // somebody else did
	}
	if err == nil {
		slog.Warn("a webhook endpoint is paused: it takes nothing", "endpoint", w.ID, "why", why)
	}
	return err
}
