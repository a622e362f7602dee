package bench

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"time"

	"ordo/base/id"
)

// writer is a client of a crash campaign. It works on orders of its own and
// keeps a log of what it asked for and what it was told.
type writer struct {
	shop   *shop
	random *rand.Rand
	http   http.Client
	addr   string

	placed  []*request // that placed an order
	round   []*request // acknowledged since the last comparison
	silent  *request   // without an answer
	version map[string]int64
	err     error

	acknowledged, refused, unanswered, happened, crude int
	full, untrue, read, unread                         int      // while the disk is full
	lost, doubled                                      []string // keys
}

// request is a write as its client keeps it.
type request struct {
	key, path string
	body      []byte
	order     string // whose id the answer told
	refused   bool   // told that nothing was written, for want of room
}

// answer is what the campaign reads of one.
type answer struct {
	status   int
	replayed bool
	ID       string `json:"id"`
	Version  int64  `json:"version"`
	Code     string `json:"code"`
	Remedy   string `json:"remedy"`
}

func newWriter(s *shop, r *rand.Rand) *writer {
	return &writer{shop: s, random: r, version: map[string]int64{}, http: http.Client{Timeout: 30 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: 1}}}
}

// tokens are the payers of the campaign: each of them is heard of in the end.
var tokens = []string{"tok_approve", "tok_approve", "tok_decline", "tok_timeout", "tok_late", "tok_twice"}

// next makes up a write: a new order, or a step of one of the latest.
func (w *writer) next() *request {
	r := &request{key: id.Random.Token(), path: "/v1/orders"}
	if len(w.placed) == 0 || w.random.IntN(2) == 0 {
		r.body = w.order()
		return r
	}
	latest := w.placed[max(0, len(w.placed)-20):]
	steps := []struct{ path, body string }{
		{"/cancel", `{"reason":"customer"}`},
		{"/holds", `{"kind":"manual","reason":"look_at_it"}`},
		{"/payments", `{"method":"cash","amount":{"amount":100,"currency":"GBP"}}`},
		{"/capture", `{}`},
	}
	step := steps[w.random.IntN(len(steps))]
	r.path += "/" + latest[w.random.IntN(len(latest))].order + step.path
	r.body = []byte(step.body)
	return r
}

// order makes up an order, paid later or at the test gateway.
func (w *writer) order() []byte {
	own := *w.shop
	if w.random.IntN(2) == 0 {
		own.payment.body = fmt.Sprintf(`{"method":"test","token":%q}`, tokens[w.random.IntN(len(tokens))])
	}
	return own.randomOrder(nil, w.random)
}

// write sends one request after the other until ctx ends or an answer fails to
// come.
func (w *writer) write(ctx context.Context) {
	for ctx.Err() == nil && w.try(ctx, w.next()) {
	}
}

// try sends a request, and keeps it if there is no answer.
func (w *writer) try(ctx context.Context, r *request) bool {
	a, err := w.send(ctx, r)
	if err == nil && a.status < http.StatusInternalServerError {
		w.silent = nil
		w.take(r, a)
		return true
	}
	full := err == nil && a.status == http.StatusInsufficientStorage
	if full {
		w.full++
	}
	if w.silent == nil {
		w.unanswered++
		r.refused = full
	}
	w.silent, r.refused = r, r.refused && full
	return false
}

// take writes an answer into the log.
func (w *writer) take(r *request, a answer) {
	if a.replayed {
		w.happened++
		if r.refused {
			w.untrue++
		}
	}
	if a.status >= http.StatusBadRequest {
		w.refused++
		return
	}
	w.acknowledged++
	r.order = a.ID
	w.version[a.ID] = max(w.version[a.ID], a.Version)
	w.round = append(w.round, r)
	if r.path == "/v1/orders" {
		w.placed = append(w.placed, r)
	}
}

// askAgain sends what was not answered once more, under its key.
func (w *writer) askAgain(ctx context.Context) error {
	if w.silent == nil {
		return nil
	}
	a, err := w.patiently(ctx, w.silent)
	if err != nil {
		return err
	}
	w.take(w.silent, a)
	w.silent = nil
	return nil
}

// patiently sends a request until there is an answer.
func (w *writer) patiently(ctx context.Context, r *request) (a answer, err error) {
	for range 100 {
		if a, err = w.send(ctx, r); err == nil && a.status < http.StatusInternalServerError {
			return a, nil
		}
		select {
		case <-time.After(100 * time.Millisecond):
		case <-ctx.Done():
			return a, ctx.Err()
		}
	}
	return a, fmt.Errorf("the server does not answer: %w", cmp.Or(err, fmt.Errorf("%d %s", a.status, a.Code)))
}

// compare looks for what was acknowledged since the last time: each order has
// at least the version that was told, and each request under its old key is
// answered with its old order and changes nothing.
func (w *writer) compare(ctx context.Context) error {
	for _, r := range w.round {
		there, err := w.patiently(ctx, &request{path: "/v1/orders/" + r.order})
		if err != nil {
			return err
		}
		if there.status != http.StatusOK || there.Version < w.version[r.order] {
			w.lost = append(w.lost, r.key)
			continue
		}
		again, err := w.patiently(ctx, r)
		if err != nil {
			return err
		}
		switch {
		case again.status >= http.StatusBadRequest || !again.replayed:
			w.lost = append(w.lost, r.key)
		case again.ID != r.order:
			w.doubled = append(w.doubled, r.key)
		}
	}
	return nil
}

// send sends a request; one without a body reads.
func (w *writer) send(ctx context.Context, r *request) (a answer, err error) {
	method := http.MethodPost
	if r.body == nil {
		method = http.MethodGet
	}
	q, err := http.NewRequestWithContext(ctx, method, "http://"+w.addr+r.path, bytes.NewReader(r.body))
	if err != nil {
		return a, err
	}
	q.Header.Set("Authorization", "Bearer "+w.shop.key)
	if r.body != nil {
		q.Header.Set("Content-Type", "application/json")
		q.Header.Set("Idempotency-Key", r.key)
	}
	response, err := w.http.Do(q)
	if err != nil {
		return a, err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		return a, err
	}
	a.status, a.replayed = response.StatusCode, response.Header.Get("Idempotent-Replayed") == "true"
	err = json.Unmarshal(text, &a)
	if a.status >= http.StatusInternalServerError && (response.Header.Get("Retry-After") == "" || a.Code == "" || a.Remedy == "") {
		w.crude++
	}
	return a, err
}
