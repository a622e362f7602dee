package main

import (
	"encoding/json"
	"testing"

	"ordo/engine/db"
)

// Spec: 11.2.1, 13.1.1
func TestABulkGoesOnAfterAKillAndDoesNothingTwice(t *testing.T) {
	for _, database := range databases {
		t.Run(database.name, func(t *testing.T) {
			url := database.url(t)
			const orders = 400
			b := begunBulk(t, url, orders)
			follow := func(until func(done float64) bool) *server {
				s := startServer(t, "serve", "--database", url, "--addr", "localhost:0")
				for !until(b.done(s)) { // it works in the background
				}
				return s
			}
			s := follow(func(done float64) bool { return done > 0 })
			if err := s.Process.Kill(); err != nil {
				t.Fatal(err)
			}
			s.Wait() // it was killed
			b.inside(func(h *house) error {
				if n := b.held(h); n == 0 || n == orders {
					t.Errorf("%d orders were held when it was killed", n)
				}
				return h.db.Tx(t.Context(), func(tx *db.Tx) error { tx.Write(`UPDATE jobs SET lease_until = 1 WHERE state = 'running'`); return nil }) // a minute passes
			})
			follow(func(done float64) bool { return done == orders }).stop()
			b.inside(func(h *house) error {
				if n := b.held(h); n != orders {
					t.Errorf("%d holds of %d orders", n, orders)
				}
				return nil
			})
			run(t, "verify", "--database", url).wants(t, 0, "0 faults", "")
		})
	}
}

// bulkTrial is a bulk of a workspace that servers come to.
type bulkTrial struct {
	*testing.T
	url, id string
	secret  string
}

// begunBulk fills a workspace with orders, and begins to hold them.
func begunBulk(t *testing.T, url string, orders int) *bulkTrial {
	t.Helper()
	b := &bulkTrial{T: t, url: url}
	b.inside(func(h *house) error {
		s := newStory(t, h)
		s.receive("POT", orders)
		for range orders {
			s.order(line("POT", 1))
		}
		key := s.do("key.create", object{"name": "bulk", "role_id": s.role})
		b.secret = field(key, "secret")
		s.actor.ID = field(key, "id")
		b.id = s.id("bulk.begin", object{"operation": "order.hold", "input": object{"kind": "manual", "reason": "x"}, "filter": "status:approved"})
		return nil
	})
	return b
}

// inside opens the workspace while no server does.
func (b *bulkTrial) inside(fn func(h *house) error) {
	b.Helper()
	h, err := open(b.Context(), b.url, db.Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer h.close()
	if err := fn(h); err != nil {
		b.Fatal(err)
	}
}

// held counts the holds that were set.
func (b *bulkTrial) held(h *house) (n int) {
	b.Helper()
	if err := h.db.Read(b.Context(), func(tx *db.Tx) error {
		return tx.Load(db.One(`SELECT COUNT(*) FROM events WHERE type = 'order.held'`, nil, &n))
	}); err != nil {
		b.Fatal(err)
	}
	return n
}

// done asks a server how many orders were tried.
func (b *bulkTrial) done(s *server) float64 {
	b.Helper()
	r := &reader{T: b.T, base: s.base, token: b.secret}
	_, text := r.send("GET", "/v1/bulks/"+b.id, "")
	var answer struct{ Done float64 }
	if err := json.Unmarshal(text, &answer); err != nil {
		b.Fatalf("%s: %v", text, err)
	}
	return answer.Done
}
