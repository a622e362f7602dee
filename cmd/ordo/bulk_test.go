package main

import (
	"testing"

	"ordo/engine/db"
)

// Spec: 11.2.1, 13.1.1
func TestABulkGoesOnAfterAKillAndDoesNothingTwice(t *testing.T) {
	for _, database := range databases {
		t.Run(database.name, func(t *testing.T) {
			const orders = 400
			w := begunBulk(t, database.url(t), orders)
			w.overAKill(func(h *house) {
				if n := held(t, h); n == 0 || n == orders {
					t.Errorf("%d orders were held when it was killed", n)
				}
			})
			w.inside(func(h *house) error {
				if n := held(t, h); n != orders {
					t.Errorf("%d holds of %d orders", n, orders)
				}
				return nil
			})
		})
	}
}

// begunBulk fills a workspace with orders, and begins to hold them.
func begunBulk(t *testing.T, url string, orders int) *workTrial {
	t.Helper()
	w := &workTrial{T: t, url: url, total: float64(orders)}
	w.inside(func(h *house) error {
		s := newStory(t, h)
		s.receive("POT", orders)
		for range orders {
			s.order(line("POT", 1))
		}
		key := s.do("key.create", object{"name": "bulk", "role_id": s.role})
		w.secret, s.actor.ID = field(key, "secret"), field(key, "id")
		w.path = "/v1/bulks/" + s.id("bulk.begin", object{"operation": "order.hold", "input": object{"kind": "manual", "reason": "x"}, "filter": "status:approved"})
		return nil
	})
	return w
}

// held counts the holds that were set.
func held(t *testing.T, h *house) (n int) {
	t.Helper()
	if err := h.db.Read(t.Context(), func(tx *db.Tx) error {
		return tx.Load(db.One(`SELECT COUNT(*) FROM events WHERE type = 'order.held'`, nil, &n))
	}); err != nil {
		t.Fatal(err)
	}
	return n
}
