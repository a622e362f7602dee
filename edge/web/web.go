package web

import (
	"context"
	"log/slog"
	"net/http"

	"ordo/base/clock"
	"ordo/base/money"
	"ordo/base/problem"
)

// Counts are what the first page shows.
type Counts struct {
	Users     int64          `json:"-"` // without any, the first page is the set-up form
	Orders    int64          `json:"orders"`
	Customers int64          `json:"customers"`
	Variants  int64          `json:"variants"`
	Units     money.Quantity `json:"units"`  // in stock
	Events    int64          `json:"events"` // sealed
}

// Options connect the pages with the rest of the program.
type Options struct {
	Version string                                // of the program
	Counts  func(context.Context) (Counts, error) // asked at most once a second
	Ready   func(context.Context) error           // why no requests can be served; nil if they can
	Status  func(*problem.Code) int               // HTTP status of a code
}

// Handler serves /, /console, /status.json, /docs, /docs/problems, /assets, /livez
// and /readyz.
func Handler(o Options) http.Handler {
	s := &site{Options: o, counts: cached(o.Counts, clock.System)}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", s.home)
	mux.HandleFunc("GET /console", s.console)
	mux.HandleFunc("GET /console/{path...}", s.console)
	mux.HandleFunc("GET /console/assets/{name}", s.consoleAsset)
	mux.HandleFunc("GET /console/worker.js", s.worker)
	mux.HandleFunc("GET /status.json", s.status)
	mux.HandleFunc("GET /docs", s.reader)
	mux.HandleFunc("GET /docs/problems", s.problems)
	mux.HandleFunc("GET /docs/problems/{code}", s.problem)
	mux.HandleFunc("GET /assets/{folder}/{name}", s.asset)
	mux.HandleFunc("GET /livez", func(w http.ResponseWriter, _ *http.Request) { plain(w, http.StatusOK, "alive") })
	mux.HandleFunc("GET /readyz", s.ready)
	mux.HandleFunc("/", s.missing)
	return secured(mux)
}

type site struct {
	Options
	counts func(context.Context) (Counts, error)
}

// secured sets the headers that all answers have. Nothing comes from another
// site, and no other site shows these pages in a frame.
func secured(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; manifest-src 'self'; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		next.ServeHTTP(w, r)
	})
}

func plain(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	w.Write([]byte(text + "\n"))
}

func (s *site) ready(w http.ResponseWriter, r *http.Request) {
	if err := s.Ready(r.Context()); err != nil {
		slog.Warn("not ready", "error", err)
		plain(w, http.StatusServiceUnavailable, "not ready")
		return
	}
	plain(w, http.StatusOK, "ready")
}
