package rest

import (
	"context"
	"errors"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/semaphore"

	"ordo/base/clock"
	"ordo/base/problem"
)

// ErrOverloaded refuses a request before anything of it was done.
var ErrOverloaded = problem.Declare("overloaded", problem.Unavailable,
	"More requests come than can be served in time.", "Send the same request again, with the same idempotency key, after the time that Retry-After tells.")

const (
	places   = 32          // commands that are at work at once, and reads: what keeps all lanes busy
	queue    = 128         // of each that wait for a place
	extras   = 16          // of each that wait, at which an extra does not wait any more
	patience = time.Second // that a request waits at most
	strained = time.Second // after a refusal, that extras are refused at once
)

// gate bounds how many requests are at work and how many wait for a place, so that
// a burst is served, and more than can be served is refused instead of answered
// late. Extras step back first: they wait in a short queue only, and not at all
// while others are refused.
type gate struct {
	commands, reads room
	refused         atomic.Int64 // when a request that is no extra last was, in Unix microseconds
}

// room holds requests that need the same lanes of the database.
type room struct {
	places  *semaphore.Weighted
	waiting atomic.Int64
}

func newGate() *gate {
	g := &gate{}
	g.commands.places, g.reads.places = semaphore.NewWeighted(places), semaphore.NewWeighted(places)
	return g
}

// enter waits for a place; leave gives it back, once. The error is ErrOverloaded,
// or that of ctx.
func (g *gate) enter(ctx context.Context, writes, extra bool) (leave func(), err error) {
	r := &g.reads
	if writes {
		r = &g.commands
	}
	limit := int64(queue)
	if extra {
		limit = extras
		if clock.System.Now().Sub(time.UnixMicro(g.refused.Load())) < strained {
			return nil, ErrOverloaded.New("requests that matter more are refused at present")
		}
	}
	err = r.enter(ctx, limit)
	if !extra && errors.Is(err, ErrOverloaded) {
		g.refused.Store(clock.System.Now().UnixMicro())
	}
	return sync.OnceFunc(func() { r.places.Release(1) }), err
}

// enter waits for a place, unless as many as the limit wait already.
func (r *room) enter(ctx context.Context, limit int64) error {
	if r.places.TryAcquire(1) { // never past one who waits
		return nil
	}
	defer r.waiting.Add(-1)
	if ahead := r.waiting.Add(1) - 1; ahead >= limit {
		return ErrOverloaded.New("%d requests are at work and %d wait", places, ahead)
	}
	waiting, stop := context.WithTimeout(ctx, patience)
	defer stop()
	switch err := r.places.Acquire(waiting, 1); {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return context.Cause(ctx)
	}
	return ErrOverloaded.New("%d requests are at work, and none ended within %s", places, patience)
}

// markExtras panics if there is no operation of a name.
func markExtras(all []*endpoint, names []string) {
	for _, name := range names {
		i := slices.IndexFunc(all, func(e *endpoint) bool { return e.Name == name })
		if i < 0 {
			panic("rest: there is no operation " + name + " to step back")
		}
		all[i].extra = true
	}
}
