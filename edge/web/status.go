package web

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"ordo/base/clock"
)

// cached asks at most once a second: anybody may look at the first page.
func cached(ask func(context.Context) (Counts, error), c clock.Clock) func(context.Context) (Counts, error) {
	var mu sync.Mutex
	var last Counts
	var until time.Time
	return func(ctx context.Context) (Counts, error) {
		mu.Lock()
		defer mu.Unlock()
		if c.Now().Before(until) {
			return last, nil
		}
		counts, err := ask(ctx)
		if err != nil {
			return Counts{}, err
		}
		last, until = counts, c.Now().Add(time.Second)
		return last, nil
	}
}

// status answers with the counts, for the script of the first page.
func (s *site) status(w http.ResponseWriter, r *http.Request) {
	counts, err := s.counts(r.Context())
	if err != nil {
		slog.Warn("no counts for the first page", "error", err)
		plain(w, http.StatusServiceUnavailable, "not ready")
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	if err := json.NewEncoder(w).Encode(counts); err != nil {
		slog.Debug("the counts were not sent", "error", err)
	}
}
