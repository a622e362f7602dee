package event

import (
	"context"
	"encoding/json"
	"log/slog"
	"sync"
	"sync/atomic"

	"ordo/engine/auth"
	"ordo/engine/db"
)

// Hub follows the log once for all listeners of this process. Listeners walk a
// list of batches at their own pace; it costs the hub nothing to have many.
type Hub struct {
	DB     *db.DB
	Sealer *Sealer

	tail      atomic.Pointer[Batch]
	listeners atomic.Int64
}

// Batch is a run of sealed events; it is empty until Ready closes, and stays so
// if nobody listened when it was read: whoever did since reads on to Next.From.
type Batch struct {
	Ready  chan struct{}
	From   int64 // position before its first event
	Events []Sealed
	Next   *Batch
}

// Join has the hub read what happens until leave is called. Listeners join
// before they ask for the tail.
func (h *Hub) Join() (leave func()) {
	h.listeners.Add(1)
	return func() { h.listeners.Add(-1) }
}

// NewHub returns a hub that has heard nothing yet.
func NewHub(d *db.DB, s *Sealer) *Hub {
	h := &Hub{DB: d, Sealer: s}
	h.tail.Store(&Batch{Ready: make(chan struct{}), From: -1})
	return h
}

// Tail returns the batch that comes next. From is negative until the hub has
// found the end of the log.
func (h *Hub) Tail() *Batch { return h.tail.Load() }

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
			h.publish(events, next)
			position = next
		}
		if len(events) < batch {
			h.wait(ctx, sealed)
		}
	}
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

func (h *Hub) publish(events []Sealed, next int64) {
	for i, e := range events {
		events[i].whole = sync.OnceValues(func() ([]byte, error) { return json.Marshal(e) })
	}
	b := h.tail.Load()
	b.Events = events
	b.Next = &Batch{Ready: make(chan struct{}), From: next}
	h.tail.Store(b.Next)
	close(b.Ready)
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
