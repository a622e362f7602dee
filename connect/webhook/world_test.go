package webhook_test

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"ordo/base/clock"
	"ordo/connect/webhook"
	"ordo/engine/auth"
	"ordo/engine/command"
	"ordo/engine/db"
	"ordo/engine/db/dbtest"
	"ordo/engine/event"
	"ordo/trade/tradetest"
)

// thing is what the events of the tests tell.
type thing struct {
	Total  int64         `json:"total"`
	Status string        `json:"status"`
	Due    clock.Stamp   `json:"due"`
	Lines  []thingLine   `json:"lines"`
	Gift   bool          `json:"gift"`
	Margin int64         `json:"margin"`
	Names  []string      `json:"names"`
	By     map[string]by `json:"by"`
}

type thingLine struct {
	SKU string `json:"sku"`
}

type by struct {
	Weight int64 `json:"weight"`
}

var (
	happened = event.Declare("thing.happened", 1, "Something happened to a thing.", thing{}, "status")
	hidden   = event.Declare("thing.hidden", 1, "Something happened that customers are not told.", thing{})
	other    = event.Declare("other.happened", 1, "Something else happened.", thing{}, "status")
)

var begin = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// world is a workspace with a dispatcher, whose clock stands still.
type world struct {
	*testing.T
	*tradetest.Shop
	clock *clock.Manual
	guard *webhook.Guard
	hooks *webhook.Dispatcher
	count int64 // of events so far
}

// each runs a test on both databases, in a world whose webhooks reach this
// machine.
func each(t *testing.T, fn func(w *world)) {
	for name, url := range map[string]func(*testing.T) string{"sqlite": dbtest.SQLite, "postgres": dbtest.Postgres} {
		t.Run(name, func(t *testing.T) {
			c := clock.NewManual(begin)
			fn(newWorld(t, dbtest.Open(t, url(t), db.Options{Clock: c}), c))
		})
	}
}

func newWorld(t *testing.T, d *db.DB, c *clock.Manual) *world {
	w := &world{T: t, clock: c, guard: webhook.NewGuard(true)}
	w.Shop = tradetest.Open(t, d, webhook.Operations(w.guard))
	w.Secret, w.Sealer.Clock = []byte("secret of the workspace"), c
	w.hooks = w.dispatcher("one", webhook.Limits{})
	return w
}

func (w *world) dispatcher(owner string, l webhook.Limits) *webhook.Dispatcher {
	c := webhook.NewClient(w.guard, l)
	w.Cleanup(c.Close)
	return &webhook.Dispatcher{Engine: w.Engine, Client: c, Owner: owner}
}

// emit lets something happen, and seals it.
func (w *world) emit(events ...event.Event) {
	w.Helper()
	if err := w.DB.Tx(w.Context(), func(tx *db.Tx) error {
		event.Prepare(tx, "cmd_1", nil, nil)
		tx.Actor = auth.Actor{ID: "usr_1"}
		return event.Emit(tx, events...)
	}); err != nil {
		w.Fatal(err)
	}
	w.seal()
}

func (w *world) seal() {
	w.Helper()
	w.clock.Advance(time.Second) // so that the sealer looks
	for n := 1; n > 0; {
		var err error
		if n, err = w.Sealer.Seal(w.Context()); err != nil {
			w.Fatal(err)
		}
	}
}

// things lets something happen to n new things.
func (w *world) things(n int) {
	w.Helper()
	events := make([]event.Event, n)
	for i := range events {
		w.count++
		events[i] = event.Event{Type: happened, Subject: fmt.Sprintf("thi_%03d", w.count), Sequence: 1, Body: thing{Total: w.count, Status: "new"}}
	}
	w.emit(events...)
}

// work has everything done that is due.
func (w *world) work() {
	w.Helper()
	for did := true; did; {
		var err error
		if did, err = w.hooks.Step(w.Context()); err != nil {
			w.Fatal(err)
		}
	}
}

// endpoint adds an endpoint of things.
func (w *world) endpoint(url string, change ...func(*webhook.Facts)) *webhook.Endpoint {
	w.Helper()
	f := webhook.Facts{Name: "test", URL: url, Types: []string{"thing.*"}, Parallel: 1}
	for _, c := range change {
		c(&f)
	}
	return tradetest.Do[*webhook.Endpoint](w.Shop, "webhook.create", webhook.CreateIn{Facts: f})
}

func (w *world) get(id string) *webhook.Endpoint {
	w.Helper()
	return tradetest.Do[*webhook.Endpoint](w.Shop, "webhook.get", webhook.GetIn{ID: id})
}

// deliveries are those of an endpoint in the order of their events.
func (w *world) deliveries(id, filter string) []*webhook.Delivery {
	w.Helper()
	in := webhook.DeliveriesIn{ID: id}
	in.Filter, in.Limit = filter, 200
	all := tradetest.Do[rows](w.Shop, "webhook.deliveries", in).Items
	slices.SortFunc(all, func(a, b *webhook.Delivery) int { return cmp.Compare(a.Position, b.Position) })
	return all
}

func (w *world) delivery(d *webhook.Delivery) *webhook.Delivery {
	w.Helper()
	return tradetest.Do[*webhook.Delivery](w.Shop, "webhook.delivery", webhook.DeliveryIn{ID: d.WebhookID, DeliveryID: d.ID})
}

// states are those of an endpoint's deliveries, in short.
func (w *world) states(id string) string {
	w.Helper()
	var all []string
	for _, d := range w.deliveries(id, "") {
		all = append(all, fmt.Sprintf("%s %s %d/%d", d.Subject, d.State, d.Tries, d.Attempts))
	}
	return strings.Join(all, ", ")
}

// receiver is an endpoint's other side.
type receiver struct {
	*httptest.Server
	mu     sync.Mutex
	got    []got
	answer func(w http.ResponseWriter, r *http.Request)
	heard  chan struct{} // one per request
}

// got is a request that came.
type got struct {
	header http.Header
	body   []byte
	event  event.Sealed
}

// receive starts a receiver that takes everything.
func (w *world) receive() *receiver {
	w.Helper()
	r := &receiver{heard: make(chan struct{}, 10_000), answer: func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "thanks") }}
	r.Server = httptest.NewServer(http.HandlerFunc(func(out http.ResponseWriter, q *http.Request) {
		g := got{header: q.Header}
		g.body, _ = io.ReadAll(q.Body)
		if err := json.Unmarshal(g.body, &g.event); err != nil {
			w.Errorf("%s: %v", g.body, err)
		}
		r.mu.Lock()
		r.got = append(r.got, g)
		answer := r.answer
		r.mu.Unlock()
		answer(out, q)
		r.heard <- struct{}{}
	}))
	w.Cleanup(r.Close)
	return r
}

// answers changes what is answered from here on.
func (r *receiver) answers(status int, headers ...string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.answer = func(w http.ResponseWriter, _ *http.Request) {
		for i := 0; i < len(headers); i += 2 {
			w.Header().Set(headers[i], headers[i+1])
		}
		w.WriteHeader(status)
		fmt.Fprintf(w, "answer %d", status)
	}
}

// subjects are those of what came, in its order; what came is forgotten.
func (r *receiver) subjects() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	var all []string
	for _, g := range r.got {
		all = append(all, g.event.Subject)
	}
	r.got = nil
	return strings.Join(all, " ")
}

// requests are what came; it is forgotten.
func (r *receiver) requests() []got {
	r.mu.Lock()
	defer r.mu.Unlock()
	all := r.got
	r.got = nil
	return all
}

// action tells whether an operation is open on a resource.
func action(all []command.Action, name string) bool {
	i := slices.IndexFunc(all, func(a command.Action) bool { return a.Name == name })
	return i >= 0 && all[i].Allowed
}

// run lets a dispatcher run until stop is called.
func (w *world) run(d *webhook.Dispatcher) (stop func()) {
	ctx, cancel := context.WithCancel(w.Context())
	done := make(chan struct{})
	go func() { defer close(done); d.Run(ctx) }()
	return func() { cancel(); <-done }
}
