package bench

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"testing"
)

// liar answers orders, and forgets or doubles what it acknowledged.
type liar struct{ lie string }

func (l *liar) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	version, id, status := 2, "ord_1", http.StatusOK
	again := r.Header.Get("Idempotency-Key") != ""
	switch {
	case l.lie == "the order is gone" && !again:
		status = http.StatusNotFound
	case l.lie == "a change is gone" && !again:
		version = 1
	case l.lie == "the order is there twice" && again:
		id = "ord_2"
	}
	if again && l.lie != "the key is gone" {
		w.Header().Set("Idempotent-Replayed", "true")
	}
	w.WriteHeader(status)
	fmt.Fprintf(w, `{"id":%q,"version":%d}`, id, version)
}

func TestAWriterSeesWhatWasLostOrDoubled(t *testing.T) {
	for _, c := range []struct {
		lie           string
		lost, doubled int
	}{{"", 0, 0}, {"the order is gone", 1, 0}, {"a change is gone", 1, 0}, {"the key is gone", 1, 0}, {"the order is there twice", 0, 1}} {
		server := httptest.NewServer(&liar{c.lie})
		w := newWriter(&shop{payment: onAccount}, rand.New(rand.NewPCG(1, 1)))
		w.addr = server.Listener.Addr().String()
		w.take(&request{key: "k", path: "/v1/orders", body: []byte("{}")}, answer{status: http.StatusCreated, ID: "ord_1", Version: 2})
		if err := w.compare(t.Context()); err != nil {
			t.Fatal(err)
		}
		if len(w.lost) != c.lost || len(w.doubled) != c.doubled {
			t.Errorf("%q: lost %v, doubled %v", c.lie, w.lost, w.doubled)
		}
		server.Close()
	}
}
