package main

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"ordo/bench"
	"ordo/engine/db"
)

// neverOpen are operations that no input of the mix succeeds with: a set-up works
// once, links stand in mails that nobody gets, changes and returns expire after
// days, jobs do not die, no payer is asked, stock that arrives is promised without
// being asked for, and what works on a few rows ends before it can be stopped.
var neverOpen = []string{"account.set_password", "account.setup", "bulk.resume", "bulk.stop", "change.expire", "import.resume", "import.stop", "job.replay", "order.allocate", "return.expire", "test_gateway.complete"}

// Spec: 13.1.1
func TestTheMixMeasuresEveryOperationOfTheDocumentAndWhatItAsksForWorks(t *testing.T) {
	each(t, db.Options{}, func(t *testing.T, h *house) {
		hooks := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
		t.Cleanup(hooks.Close)
		h.guard.Local = true
		next, err := traffic(t.Context(), h.engine, hooks.URL)
		if err != nil {
			t.Fatal(err)
		}
		l := &live{T: t, house: h}
		l.listen()
		role, err := h.role(t.Context(), "admin")
		if err != nil {
			t.Fatal(err)
		}
		key := field(l.call("key.create", object{"name": "test", "role_id": role}), "secret")
		why := map[string]string{}
		wanted, why := newReader(t, l.base).operations, map[string]string{}
		heard := func() bench.Ask {
			a := next()
			answered := a.Heard
			a.Heard = func(status int, body []byte) bool {
				if status >= 400 {
					why[a.Operation] = string(body)
				}
				return answered(status, body)
			}
			return a
		}
		for _, s := range h.streams() {
			wanted[s.Name] = nil
		}
		delete(wanted, "order.presence") // it lasts as long as its client stays
		delete(wanted, "return.expire")  // it is asked for only where a return is known that waits for its goods
		for range 20 {                   // a return takes many steps
			r, err := bench.Mix(t.Context(), strings.TrimPrefix(l.base, "http://"), key, heard, 1000)
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range r.Figures {
				if f.Failed > 0 {
					t.Errorf("%s failed %d times: %s", f.Name, f.Failed, f.FirstFailure)
				}
				if f.Answers > f.Refused || f.Answers > 0 && slices.Contains(neverOpen, f.Name) {
					delete(wanted, f.Name)
				}
			}
			if len(wanted) == 0 {
				break
			}
		}
		for name := range wanted { // order-free: each is told
			t.Errorf("%s is in the API document, and the mix does not make it work; last refused by %s", name, why[name])
		}
		sound(t, h)
	})
}
