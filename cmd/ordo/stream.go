package main

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"ordo/base/piece"
	"ordo/base/problem"
	"ordo/edge/rest"
	"ordo/engine/auth"
	"ordo/engine/db"
	"ordo/engine/event"
)

// errLastEventID says that a stream can't be resumed there.
var errLastEventID = problem.Declare("last_event_id_invalid", problem.Malformed,
	"Last-Event-ID is no position of the log.", "Send the id of the last event that was received, or leave it out.")

// beat is how often a quiet stream shows that it is alive.
const beat = 15 * time.Second

// stream is the address of live events.
func (h *house) stream() rest.Stream {
	return rest.Stream{
		Name: "event.stream", Summary: "Follow all events live as server-sent events; resume with Last-Event-ID", Path: "/v1/events/stream", Permission: "event.stream",
		Takes: []rest.Parameter{
			{Name: "types", In: "query", Doc: "Types of the events that are wanted, with commas between; all if left out"},
			{Name: "subject", In: "query", Doc: "Id of what the events that are wanted are about; everything if left out"},
			{Name: "Last-Event-ID", In: "header", Doc: "Position of the last event that was received: what came after it is sent first; only what is new if left out"},
		},
		Serve: h.serveStream,
	}
}

// listener is one client of the stream.
type listener struct {
	w        http.ResponseWriter
	actor    auth.Actor
	subject  string
	types    map[string]bool // none for all
	position int64           // last one that was looked at
}

func (h *house) serveStream(w http.ResponseWriter, r *http.Request, a auth.Actor) error {
	at := h.hub.Join()
	defer at.Leave()
	tail, err := h.tail(r.Context(), at)
	if err != nil {
		return err
	}
	l := &listener{w: w, actor: a, subject: r.URL.Query().Get("subject"), types: map[string]bool{}, position: tail.From}
	for _, t := range strings.Split(r.URL.Query().Get("types"), ",") {
		if t != "" {
			l.types[t] = true
		}
	}
	if last := r.Header.Get("Last-Event-ID"); last != "" {
		if l.position, err = h.position(r.Context(), last); err != nil {
			return err
		}
	}
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-store")
	if r.Method == http.MethodHead {
		return nil // what would follow is not asked for
	}
	if err := l.write([]byte(": following\nretry: 1000\n\n")); err != nil {
		return nil // the client has gone
	}
	ctx, stop := context.WithCancel(r.Context())
	defer stop()
	if l.catchUp(ctx, h.db, tail.From) == nil {
		h.follow(ctx, l, tail)
	}
	return nil
}

// tail is the batch that comes next, once the hub has found the end of the
// log: clients come back faster than that when a server starts again.
func (h *house) tail(ctx context.Context, at event.Listener) (*event.Batch, error) {
	b := at.Tail()
	if b.From >= 0 {
		return b, nil
	}
	select {
	case <-b.Ready:
		return b.Next, nil
	case <-h.ending:
		return nil, context.Canceled
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

// position reads a Last-Event-ID.
func (h *house) position(ctx context.Context, id string) (int64, error) {
	last, err := h.lastPosition(ctx)
	if err != nil {
		return 0, err
	}
	return resumeBehind(id, last)
}

// resumeBehind is the position of a Last-Event-ID in a log that ends at last.
// One behind the end belongs to another log: whoever waited there would miss
// what comes before.
func resumeBehind(id string, last int64) (int64, error) {
	position, err := strconv.ParseInt(id, 10, 64)
	if err != nil || position < 0 {
		return 0, errLastEventID.New("%q is no position of the log", id)
	}
	if position > last {
		return 0, errLastEventID.New("%d is behind the end of the log, which is at %d", position, last)
	}
	return position, nil
}

// catchUp sends what was sealed before the hub's next batch.
func (l *listener) catchUp(ctx context.Context, d *db.DB, until int64) error {
	for l.position < until {
		var events []event.Sealed
		var next int64
		err := d.Read(ctx, func(tx *db.Tx) (err error) {
			tx.Actor = l.actor
			events, next, err = event.After(tx, l.position, 1000)
			return err
		})
		if err == nil {
			err = l.send(events)
		}
		if err != nil {
			return err
		}
		l.position = next
	}
	return nil
}

// follow sends the hub's batches as they come, and a sign of life when it is
// quiet.
func (h *house) follow(ctx context.Context, l *listener, b *event.Batch) {
	for {
		quiet, stop := context.WithTimeout(ctx, beat)
		select {
		case <-b.Ready:
			stop()
			if l.hear(ctx, h.db, b) != nil {
				return
			}
			b = b.Next
		case <-h.ending:
			stop()
			return
		case <-quiet.Done():
			stop()
			if ctx.Err() != nil || l.write([]byte(": alive\n\n")) != nil {
				return
			}
		}
	}
}

// hear sends a batch, which the listener reads by itself if nobody listened when
// the hub did.
func (l *listener) hear(ctx context.Context, d *db.DB, b *event.Batch) error {
	if len(b.Events) == 0 {
		return l.catchUp(ctx, d, b.Next.From)
	}
	err := l.tell(b)
	l.position = max(l.position, b.Next.From)
	return err
}

// tell sends what the listener wants of a batch. Who wants all of it gets the
// text that all have in common: of 10,000 copies memory would run full.
func (l *listener) tell(b *event.Batch) error {
	if !l.actor.Scope.Whole() || l.subject != "" || len(l.types) > 0 || l.position > b.From {
		return l.send(l.visible(b.Events))
	}
	text, err := b.Text()
	if err != nil {
		return err
	}
	return l.write(text)
}

// visible returns the events that the listener may see and has not seen.
func (l *listener) visible(events []event.Sealed) (seen []event.Sealed) {
	for _, e := range events {
		if e, ok := event.Visible(l.actor, e); ok && e.Position > l.position {
			seen = append(seen, e)
		}
	}
	return seen
}

// send writes the events that the client asked for, in whose slice it works.
func (l *listener) send(events []event.Sealed) error {
	wanted := slices.DeleteFunc(events, func(e event.Sealed) bool {
		return l.subject != "" && e.Subject != l.subject || len(l.types) > 0 && !l.types[e.Type]
	})
	text, err := event.Text(wanted)
	if err != nil || len(text) == 0 {
		return err
	}
	return l.write(text)
}

// write sends a piece.
func (l *listener) write(text []byte) error { return piece.Send(l.w, text, beat) }
