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

func TestAWriterSeesWhatAFullDiskDoesWrong(t *testing.T) {
	for _, c := range []struct {
		wrong                    string
		full, read, unread, lies int
		crude                    bool
	}{
		{"", 1, 1, 0, 0, false}, {"reads are refused", 1, 0, 1, 0, false}, {"it was written all the same", 1, 1, 0, 1, false}, {"nothing helps", 1, 1, 0, 0, true},
	} {
		room := false
		server := httptest.NewServer(http.HandlerFunc(func(h http.ResponseWriter, r *http.Request) {
			h.Header().Set("Retry-After", "1")
			status, body := http.StatusOK, `{"id":"ord_1","version":1}`
			switch {
			case r.Method == http.MethodGet && c.wrong == "reads are refused":
				status = http.StatusServiceUnavailable
			case r.Method == http.MethodPost && !room:
				status, body = http.StatusInsufficientStorage, `{"code":"storage_full","remedy":"Free some space"}`
				if c.wrong == "nothing helps" {
					body = `{"code":"storage_full"}`
				}
			case r.Method == http.MethodPost && c.wrong == "it was written all the same":
				h.Header().Set("Idempotent-Replayed", "true")
			}
			h.WriteHeader(status)
			fmt.Fprint(h, body)
		}))
		w := newWriter(&shop{payment: onAccount}, rand.New(rand.NewPCG(1, 1)))
		w.addr = server.Listener.Addr().String()
		r := &request{key: "k", path: "/v1/orders", body: []byte("{}"), order: "ord_1"}
		w.placed = []*request{r}
		w.try(t.Context(), r)
		w.look(t.Context())
		room = true
		if err := w.askAgain(t.Context()); err != nil {
			t.Fatal(err)
		}
		if w.full != c.full || w.read != c.read || w.unread != c.unread || w.untrue != c.lies || (w.crude > 0) != (c.crude || c.unread > 0) {
			t.Errorf("%q: told %d times, %d reads answered, %d not, %d lies, %d crude", c.wrong, w.full, w.read, w.unread, w.untrue, w.crude)
		}
		server.Close()
	}
}
