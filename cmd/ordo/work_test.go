package main

import (
	"encoding/json"
	"testing"

	"ordo/engine/db"
)

// workTrial is work that goes on in the background of a workspace, whichever
// server comes to it.
type workTrial struct {
	*testing.T
	url    string  // of the database
	path   string  // by which the API tells how much is done
	secret string  // of a key that may ask
	total  float64 // of what is to be done
}

// overAKill has a server begin the work and kills it, then has another one end
// it. Between them, the workspace can be looked at; in the end it is verified.
func (w *workTrial) overAKill(between func(h *house)) {
	w.Helper()
	s := w.follow(func(done float64) bool { return done > 0 })
	if err := s.Process.Kill(); err != nil {
		w.Fatal(err)
	}
	s.Wait() // it was killed
	w.inside(func(h *house) error {
		between(h)
		return h.db.Tx(w.Context(), func(tx *db.Tx) error { tx.Write(`UPDATE jobs SET lease_until = 1 WHERE state = 'running'`); return nil }) // a minute passes
	})
	w.follow(func(done float64) bool { return done == w.total }).stop()
	run(w.T, "verify", "--database", w.url).wants(w.T, 0, "0 faults", "")
}

// follow starts a server and asks it until enough is done.
func (w *workTrial) follow(until func(done float64) bool) *server {
	w.Helper()
	s := startServer(w.T, "serve", "--database", w.url, "--addr", "localhost:0")
	for !until(w.done(s)) { // it works in the background
	}
	return s
}

// done asks a server how much is done.
func (w *workTrial) done(s *server) float64 {
	w.Helper()
	r := &reader{T: w.T, base: s.base, token: w.secret}
	_, text := r.send("GET", w.path, "")
	var answer struct{ Done float64 }
	if err := json.Unmarshal(text, &answer); err != nil {
		w.Fatalf("%s: %v", text, err)
	}
	return answer.Done
}

// inside opens the workspace while no server does.
func (w *workTrial) inside(fn func(h *house) error) {
	w.Helper()
	h, err := open(w.Context(), w.url, db.Options{})
	if err != nil {
		w.Fatal(err)
	}
	defer h.close()
	if err := fn(h); err != nil {
		w.Fatal(err)
	}
}
