package rest

import (
	"context"
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
	places   = 64                     // requests that work at once: what fills a shared commit
	patience = time.Second            // that a request waits for a place at most
	tense    = 500 * time.Millisecond // without a free place: more comes than can be served
	brief    = 50 * time.Millisecond  // that a request waits at most meanwhile
)

// gate bounds how many requests work at once, and how long the others wait for a
// place. A burst waits its turn. When no place was free for a while, waiting
// would only make all answers late: extras are refused at once then, the others
// after a moment, so that who gets in is served as fast as before.
type gate struct {
	places *semaphore.Weighted
	free   atomic.Int64 // when a request last found a place at once, in Unix microseconds
}

func newGate() *gate { return &gate{places: semaphore.NewWeighted(places)} }

// enter waits for a place; leave gives it back, once. The error is ErrOverloaded,
// or that of ctx.
func (g *gate) enter(ctx context.Context, extra bool) (leave func(), err error) {
	leave = sync.OnceFunc(func() { g.places.Release(1) })
	if g.places.TryAcquire(1) { // never past one who waits
		g.free.Store(clock.System.Now().UnixMicro())
		return leave, nil
	}
	limit := g.patience(extra)
	waiting, stop := context.WithTimeout(ctx, limit)
	defer stop()
	if limit > 0 && g.places.Acquire(waiting, 1) == nil {
		return leave, nil
	}
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	return nil, ErrOverloaded.New("%d requests are at work, and none ended within %s", places, limit)
}

// patience is how long a request may wait.
func (g *gate) patience(extra bool) time.Duration {
	switch {
	case clock.System.Now().Sub(time.UnixMicro(g.free.Load())) < tense:
		return patience
	case extra:
		return 0
	}
	return brief
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
