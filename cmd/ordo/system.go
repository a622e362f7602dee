package main

import (
	"net/http"
	"net/http/pprof"
	"slices"

	"ordo/base/problem"
	"ordo/edge/rest"
	"ordo/engine/auth"
	"ordo/policy/system"
)

// streams are the addresses that answer by themselves.
func (h *house) streams() []rest.Stream {
	return append([]rest.Stream{h.stream(), {
		Name: "system.scrape", Summary: "Show all metrics as text for Prometheus", Path: "/metrics", Permission: "system.metrics",
		Type: "text/plain", Answer: "Metrics in the text format of Prometheus", Serve: h.watch.Scrape,
	}}, profiles...)
}

// profiles look into the process. They show what is in its memory at the moment,
// by whatever name, so that they have a permission of their own.
var profiles = []rest.Stream{
	{
		Name: "system.profiles", Summary: "List the profiles of the process", Path: "/debug/pprof/", Permission: system.Profile,
		Type: "text/html", Answer: "A page with links", Serve: inside(pprof.Index),
	},
	{
		Name: "system.profile", Summary: "Show a profile of the process; profile and trace take seconds", Path: "/debug/pprof/{profile}", Permission: system.Profile,
		Type: "application/octet-stream", Answer: "A profile for go tool pprof, or a trace for go tool trace", Serve: serveProfile,
	},
}

// inside serves to those who see the whole workspace.
func inside(serve http.HandlerFunc) func(http.ResponseWriter, *http.Request, auth.Actor) error {
	return func(w http.ResponseWriter, r *http.Request, a auth.Actor) error {
		if err := system.SeesAll(a); err != nil {
			return err
		}
		serve(w, r)
		return nil
	}
}

// sampled are the profiles that Go keeps all the time.
var sampled = []string{"allocs", "block", "goroutine", "heap", "mutex", "threadcreate"}

func serveProfile(w http.ResponseWriter, r *http.Request, a auth.Actor) error {
	serve := pprof.Index
	switch name := r.PathValue("profile"); {
	case name == "profile":
		serve = pprof.Profile
	case name == "trace":
		serve = pprof.Trace
	case !slices.Contains(sampled, name):
		return problem.ErrNotFound.New("there is no profile %q", name)
	}
	return inside(serve)(w, r, a)
}

// observe hands what was answered to the watch.
func (h *house) observe(a rest.Answered) {
	h.watch.Observe(system.Response{Operation: a.Operation, RequestID: a.RequestID, Status: a.Status, At: h.db.Clock.Now(), Took: a.Took, Spent: a.Spent})
}
