package db

import (
	"context"
	"strings"
	"sync"
	"time"
)

// Watch notes what a request waited for in the database. Several goroutines may
// use it.
type Watch struct {
	mu    sync.Mutex
	spent Spent
}

// Spent is what a request waited for in the database.
type Spent struct {
	Statement string        // that took longest: its text, without values; empty if none was sent
	Took      time.Duration // that statement
	Waited    time.Duration // for lanes, in all
}

type watched struct{}

// Watched returns a context whose transactions tell w what they wait for.
func Watched(ctx context.Context, w *Watch) context.Context {
	return context.WithValue(ctx, watched{}, w)
}

func watchOf(ctx context.Context) *Watch {
	w, _ := ctx.Value(watched{}).(*Watch)
	return w
}

// Spent returns what was noted so far.
func (w *Watch) Spent() Spent {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.spent
}

func (w *Watch) wait(d time.Duration) {
	if w == nil {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.spent.Waited += d
}

// note takes the longest statement of a trip. PostgreSQL answers a trip as a
// whole, so that all of its statements stand for the one.
func (w *Watch) note(trip []*Stmt, took time.Duration) {
	if w == nil || len(trip) == 0 {
		return
	}
	longest := trip[0]
	for _, s := range trip {
		if s.took > longest.took {
			longest = s
		}
	}
	if longest.took > 0 {
		took = longest.took
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if took <= w.spent.Took {
		return
	}
	if longest.took > 0 {
		trip = []*Stmt{longest}
	}
	w.spent.Took, w.spent.Statement = took, textOf(trip)
}

// longestText is how much of a trip's text is kept, in bytes.
const longestText = 1000

// textOf joins the statements of a trip.
func textOf(trip []*Stmt) string {
	text := trip[0].text
	for _, s := range trip[1:] {
		if len(text) > longestText {
			break
		}
		text += "; " + s.text
	}
	if len(text) > longestText {
		text = strings.ToValidUTF8(text[:longestText], "") + "…"
	}
	return text
}
