package main

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"ordo/connect/webhook"
	"ordo/engine/db"
)

// Spec: 11.2.3
func TestAPlacedOrderReachesAnEndpointAndAGoneOneIsTold(t *testing.T) {
	onEach(t, func(t *testing.T, l *live) {
		l.guard.Local = true
		type came struct {
			kind, id string
			header   http.Header
			body     []byte
		}
		heard := make(chan came, 100)
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			c := came{kind: r.URL.Path, id: r.Header.Get("webhook-id"), header: r.Header}
			c.body, _ = io.ReadAll(r.Body)
			if r.URL.Path == "/gone" {
				w.WriteHeader(http.StatusGone)
			}
			heard <- c
		}))
		t.Cleanup(s.Close)
		l.listen()
		l.sealed() // so that no order of before is told as a new one
		orders := l.call("webhook.create", object{"name": "orders", "url": s.URL + "/orders", "types": []string{"order.placed"}, "filter": "body.order.total>0"})
		gone := l.call("webhook.create", object{"name": "gone", "url": s.URL + "/gone", "types": []string{"order.placed"}})
		l.call("webhook.create", object{"name": "alarm", "url": s.URL + "/alarm", "types": []string{"webhook.paused"}})
		l.order(field(l.channel(), "id"))
		got := map[string]came{}
		for len(got) < 3 {
			c := <-heard
			got[c.kind] = c
		}
		if got["/orders"].id == "" || got["/orders"].id != got["/gone"].id {
			t.Errorf("the ids are %s and %s", got["/orders"].id, got["/gone"].id)
		}
		if err := webhook.Verify(field(orders, "secret"), got["/orders"].header, got["/orders"].body, l.db.Clock.Now()); err != nil {
			t.Error(err)
		}
		if err := webhook.Verify(field(gone, "secret"), got["/orders"].header, got["/orders"].body, l.db.Clock.Now()); err == nil {
			t.Error("two endpoints have one secret")
		}
		if body := string(got["/alarm"].body); !strings.Contains(body, field(gone, "id")) || !strings.Contains(body, `"paused_for":"gone"`) {
			t.Errorf("the alarm is %s", body)
		}
		if w := l.call("webhook.get", object{"id": gone["id"]}); w["state"] != "paused" || w["paused_for"] != "gone" {
			t.Errorf("the endpoint is %v", w)
		}
	})
}

// TestTheSecretIsToldOnceAndKeptNowhere looks for it in every text of the database.
//
// Spec: 11.2.3
func TestTheSecretOfAnEndpointIsToldOnceAndKeptNowhere(t *testing.T) {
	each(t, db.Options{}, func(t *testing.T, h *house) {
		s := newStory(t, h)
		w, err := s.try("webhook.create", "the-key", hook)
		if err != nil {
			t.Fatal(err)
		}
		secret := strings.TrimPrefix(field(w, "secret"), "whsec_")
		again, err := s.try("webhook.create", "the-key", hook)
		if err != nil || again["id"] != w["id"] || again["secret"] != nil {
			t.Errorf("a repeated request gives %v, %v", again, err)
		}
		for _, name := range []string{"webhook.get", "webhook.pause", "webhook.resume", "webhook.delete"} {
			if out := s.do(name, object{"id": w["id"]}); out["secret"] != nil {
				t.Errorf("%s tells the secret", name)
			}
		}
		tables, err := h.db.Live(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, table := range tables {
			for _, c := range table.Columns {
				if c.Type != "TEXT" {
					continue
				}
				var n int64
				if err := h.db.Read(t.Context(), func(tx *db.Tx) error {
					return tx.Load(db.One(fmt.Sprintf(`SELECT COUNT(*) FROM %s WHERE %s LIKE $1`, table.Name, c.Name), []any{"%" + secret[:20] + "%"}, &n))
				}); err != nil || n != 0 {
					t.Errorf("%s.%s has the secret %d times, %v", table.Name, c.Name, n, err)
				}
			}
		}
	})
}
