package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"sync"
	"testing"

	"ordo/engine/db"
)

// hold keeps all lanes that write until release is called.
func (l *live) hold() (release func()) {
	l.Helper()
	held, free := make(chan struct{}), make(chan struct{})
	var all sync.WaitGroup
	for range l.db.Writers {
		all.Go(func() {
			if err := l.db.Tx(l.Context(), func(*db.Tx) error { held <- struct{}{}; <-free; return nil }); err != nil {
				l.Error(err)
			}
		})
		<-held
	}
	return sync.OnceFunc(func() { close(free); all.Wait() })
}

// ask sends a request under an idempotency key.
func (l *live) ask(method, path, key string, in object) (r *http.Response, out object) {
	l.Helper()
	body, err := json.Marshal(in)
	if err != nil {
		l.Fatal(err)
	}
	q, err := http.NewRequestWithContext(l.Context(), method, l.base+path, bytes.NewReader(body))
	if err != nil {
		l.Fatal(err)
	}
	q.Header = http.Header{"Authorization": {"Bearer " + l.key}, "Content-Type": {"application/json"}, "Idempotency-Key": {key}}
	if r, err = http.DefaultClient.Do(q); err != nil {
		l.Error(err)
		return &http.Response{}, nil
	}
	defer r.Body.Close()
	if path == "/v1/events/stream" {
		return r, nil
	}
	text, err := io.ReadAll(r.Body)
	if err != nil || json.Unmarshal(text, &out) != nil {
		l.Errorf("%s %s: %d %s, %v", method, path, r.StatusCode, text, err)
	}
	return r, out
}

// The writers stand still, as they would under ten times what they can do, and
// orders come until no place is left.
//
// Spec: 10.3.7
func TestUnderOverloadExtrasStepBackOrdersAreRefusedAndNoAcceptedOneFails(t *testing.T) {
	onEach(t, func(t *testing.T, l *live) {
		l.listen()
		goods := guest(field(l.channel(), "id"))
		release := l.hold()
		defer release()
		const crowd, places = 100, 32
		refused := func(r *http.Response, out object) bool {
			seconds, err := strconv.Atoi(r.Header.Get("Retry-After"))
			return r.StatusCode == http.StatusServiceUnavailable && out["code"] == "overloaded" && out["retryable"] == true && err == nil && seconds > 0
		}
		placed, late := make([]string, crowd), make(chan int, crowd)
		var all sync.WaitGroup
		for i := range crowd {
			all.Go(func() {
				switch r, out := l.ask("POST", "/v1/orders", fmt.Sprint("order-", i), goods); {
				case refused(r, out):
					late <- i
				case r.StatusCode == http.StatusCreated:
					placed[i] = field(out, "id")
				default:
					t.Errorf("order %d is answered %d %v", i, r.StatusCode, out)
				}
			})
		}
		again := make([]int, crowd-places) // those are answered while the others are at work
		for n := range again {
			again[n] = <-late
		}
		for tries, back := 0, false; !back; tries++ {
			if r, out := l.ask("POST", "/v1/orders", "none", goods); !refused(r, out) || tries == 20 {
				t.Fatalf("one order too many is answered %d %v, and extras do not step back", r.StatusCode, out)
			}
			back = refused(l.ask("GET", "/v1/jobs", "", nil)) // within a second
		}
		if r, out := l.ask("GET", "/v1/orders", "", nil); r.StatusCode != http.StatusOK {
			t.Errorf("the list of orders is answered %d %v", r.StatusCode, out)
		}
		if r, _ := l.ask("GET", "/v1/events/stream", "", nil); r.StatusCode != http.StatusOK {
			t.Errorf("an event stream is answered %d", r.StatusCode)
		}
		release()
		all.Wait()
		for _, i := range again {
			r, out := l.ask("POST", "/v1/orders", fmt.Sprint("order-", i), goods)
			if r.StatusCode != http.StatusCreated || r.Header.Get("Idempotent-Replayed") != "" {
				t.Errorf("a refused order is answered %d %v when it comes again", r.StatusCode, out)
			}
			placed[i] = field(out, "id")
		}
		for i, id := range placed {
			if r, out := l.ask("POST", "/v1/orders", fmt.Sprint("order-", i), goods); r.Header.Get("Idempotent-Replayed") != "true" || out["id"] != id {
				t.Errorf("order %d is %s and then %v", i, id, out["id"])
			}
		}
		sound(t, l.house)
	})
}
