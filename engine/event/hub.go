package event

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"ordo/base/clock"
	"ordo/engine/auth"
	"ordo/engine/db"
)

// Hub follows the log once for all listeners of this process. Listeners walk a
// list of batches at their own pace; it costs the hub nothing to have many.
type Hub struct {
	DB     *db.DB
	Sealer *Sealer

	tails     [groups]atomic.Pointer[Batch]
	joined    atomic.Int64 // listeners since the start
	listeners atomic.Int64
}

// groups is in how many parts the listeners are told, one after the other.
const groups = 10

// Batch is a run of sealed events; it is empty until Ready closes, and stays so
// if nobody listened when it was read: whoever did since reads on to Next.From.
type Batch struct {
	Ready  chan struct{}
	From   int64 // position before its first event
	Events []Sealed
	Next   *Batch
	Text   func() ([]byte, error) // Text of all events; made once for all listeners
}

// Text is what is sent of events to who follows them live: server-sent events.
func Text(events []Sealed) ([]byte, error) {
	var b bytes.Buffer
	for _, e := range events {
		data, err := e.JSON()
		if err != nil {
			return nil, err
		}
		fmt.Fprintf(&b, "id: %d\nevent: %s\ndata: %s\n\n", e.Position, e.Type, data)
	}
	return b.Bytes(), nil
}

// Listener is one place to hear from.
type Listener struct {
	hub   *Hub
	group int64
}

// Join has the hub read what happens until the listener leaves.
func (h *Hub) Join() Listener {
	h.listeners.Add(1)
	return Listener{h, h.joined.Add(1) % groups}
}

// Leave ends it.
func (l Listener) Leave() { l.hub.listeners.Add(-1) }

// Tail returns the batch that comes next. From is negative until the hub has
// found the end of the log.
func (l Listener) Tail() *Batch { return l.hub.tails[l.group].Load() }

// NewHub returns a hub that has heard nothing yet.
func NewHub(d *db.DB, s *Sealer) *Hub {
	h := &Hub{DB: d, Sealer: s}
	for i := range h.tails {
		h.tails[i].Store(&Batch{Ready: make(chan struct{}), From: -1})
	}
	return h
}

// Run follows the log until ctx ends.
func (h *Hub) Run(ctx context.Context) {
	position := int64(-1)
	for ctx.Err() == nil {
		sealed := h.Sealer.Sealed()
		events, next, err := h.read(ctx, position)
		if err != nil && ctx.Err() == nil {
			slog.Error("following the log failed", "error", err)
		}
		if err == nil && (next > position || position < 0) {
			h.publish(ctx, events, next)
			position = next
		}
		if len(events) < batch {
			h.wait(ctx, sealed)
		}
	}
}

// perListener is twice the processor time that one listener takes to be told.
const perListener = 50 * time.Microsecond

// hearing is how long the listeners take for a batch. What happens meanwhile is
// told together: a crowd would leave no time for anything else. 10,000 listeners
// hear within half a second, 100 as good as at once.
func (h *Hub) hearing() time.Duration {
	return min(time.Duration(h.listeners.Load())*perListener, time.Second)
}

// read returns what is behind position; nothing but the end for the first time,
// or if nobody listens.
func (h *Hub) read(ctx context.Context, position int64) (events []Sealed, next int64, err error) {
	err = h.DB.Read(ctx, func(tx *db.Tx) (err error) {
		tx.Actor = auth.Internal("hub")
		if position < 0 || h.listeners.Load() == 0 {
			return tx.Load(db.One(`SELECT COALESCE(MAX(position), 0) FROM log`, nil, &next))
		}
		events, next, err = After(tx, position, batch)
		return err
	})
	return events, next, err
}

// publish tells the groups one after the other, so that who asks for something
// else comes in between.
func (h *Hub) publish(ctx context.Context, events []Sealed, next int64) {
	for i, e := range events {
		events[i].whole = sync.OnceValues(func() ([]byte, error) { return json.Marshal(e) })
	}
	text := sync.OnceValues(func() ([]byte, error) { return Text(events) })
	for i := range h.tails {
		b := h.tails[i].Load()
		b.Events, b.Text = events, text
		b.Next = &Batch{Ready: make(chan struct{}), From: next}
		h.tails[i].Store(b.Next)
		close(b.Ready)
		clock.System.Sleep(ctx, h.hearing()/groups)
	}
}

// wait returns when this process sealed something, or after a poll.
func (h *Hub) wait(ctx context.Context, sealed <-chan struct{}) {
	waiting, stop := context.WithCancel(ctx)
	defer stop()
	go func() {
		select {
		case <-sealed:
			stop()
		case <-waiting.Done():
		}
	}()
	h.DB.Clock.Sleep(waiting, poll)
}
