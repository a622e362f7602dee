package sim

import (
	"context"
	"encoding/json"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"sync"
	"time"

	"ordo/base/clock"
	"ordo/engine/command"
	"ordo/policy/account"
)

// Traffic makes up the requests of a shop's people, for a workspace that a
// server serves: the same inputs as those of a simulation, without the wrong
// ones, and in the proportions of a working day. Its people act on what the
// answers told, so that they are refused only where somebody else was faster,
// or where nothing is open. It may be used from several goroutines.
type Traffic struct {
	mu    sync.Mutex
	w     *world
	began time.Time
	names []string        // of the operations that are made up
	sent  map[string]int  // requests, by operation
	done  map[string]bool // operations that worked
	hooks subscriber
}

// Ask is a request that somebody makes.
type Ask struct {
	Operation string
	Bearer    string // who asks
	Key       string // idempotency key of a command; empty for a read
	In        map[string]any

	traffic *Traffic
	deed    *deed
	out     reflect.Type // nil for a file
}

// daily are the reads of a working day, which people look things up by, with
// their shares.
var daily = map[string]int{
	"order.list": 20, "order.get": 20, "order.events": 3, "order.price": 5,
	"customer.list": 5, "customer.get": 4, "product.list": 5, "product.get": 3, "variant.list": 3, "stock.list": 5,
	"fulfillment.list": 5, "fulfillment.queue": 3, "fulfillment.get": 4, "shipment.list": 4, "shipment.get": 3, "return.list": 3, "return.get": 2, "payment.list": 2, "payment.get": 3,
}

// plenty is on the shelves of a shop that is to stay open.
const plenty = 10_000_000

// NewTraffic sets up a shop in a workspace without users. The endpoints of
// webhooks that people add are at the URL hooks.
func NewTraffic(ctx context.Context, e *command.Engine, seed uint64, hooks string) (*Traffic, error) {
	w := newWorld(Options{Seed: seed, Calm: true}, nil)
	w.disk.Remove() // the workspace has a disk of its own
	w.polite = true
	t := &Traffic{w: w, began: clock.System.Now(), sent: map[string]int{}, done: map[string]bool{}, hooks: subscriber{url: hooks}}
	maps.Copy(w.generators, t.hooks.generators())
	w.generators["system.metrics"] = generator{"", 1, fixed(object{})}
	w.clock = clock.NewManual(t.began)
	w.house = &House{Engine: e, Keys: &account.Authenticator{}}
	w.operations, w.free = tableOf(e.Operations, w.generators)
	w.addFiles()
	if err := w.stockUp(ctx); err != nil {
		return nil, err
	}
	s := &founder{w: w, ctx: ctx}
	for _, location := range w.shop.ids["location"] {
		s.do("stock.receive", object{"location_id": location, "lines": []object{ // cups run out
			{"sku": "TEA", "quantity": plenty}, {"sku": "POT", "quantity": plenty}, {"sku": "CHEESE", "lot": "L1", "quantity": plenty}}})
	}
	s.do("stock.adjust", object{"location_id": w.shop.ids["location"][0], "reason": "damage", "lines": []object{{"sku": "CUP", "quantity": -t.w.shop.moved["CUP"] / 1000}}})
	w.actors = slices.DeleteFunc(w.actors, func(a *actor) bool { return a.bearer == "" }) // they have no way to sign in
	for _, name := range slices.Sorted(maps.Keys(w.operations)) {
		if w.generators[name].make != nil {
			t.names = append(t.names, name)
		}
	}
	return t, s.err
}

// Next is what somebody asks for next. Of ten requests two are for the operation
// whose turn it is, four are daily reads, and the others what the people of
// a simulation would do.
func (t *Traffic) Next() *Ask {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.w.clock.Advance(clock.System.Now().Sub(t.began) - t.w.clock.Now().Sub(t.began))
	t.w.step += slowEvery / 20 // of twenty requests one may hash a password
	for {
		var d *deed
		switch n := t.w.random.IntN(10); {
		case n < 2:
			d = t.inTurn()
		case n < 6:
			d = t.w.about(t.share(), nil)
		default:
			d = t.w.idea()
		}
		if d == nil {
			continue
		}
		t.sent[d.operation]++
		spec := t.w.operations[d.operation].spec
		a := &Ask{Operation: d.operation, Bearer: d.actor.bearer, In: d.in, traffic: t, deed: d, out: spec.Out}
		if spec.Writes {
			a.Key = d.key
		}
		return a
	}
}

// share chooses a daily read.
func (t *Traffic) share() string {
	at := t.w.random.IntN(dailyShares)
	for _, name := range sortedKeys(daily) {
		if at -= daily[name]; at < 0 {
			return name
		}
	}
	return ""
}

var dailyShares = func() (sum int) {
	for _, share := range daily { // order-free: a sum
		sum += share
	}
	return sum
}()

// keen is how much sooner an operation that has never worked gets its turn again.
const keen = 8

// inTurn is a request for the operation that has had the fewest, of those that
// can be made up now.
func (t *Traffic) inTurn() *deed {
	had := func(name string) int {
		if t.done[name] {
			return keen * t.sent[name]
		}
		return t.sent[name]
	}
	names := slices.Clone(t.names)
	slices.SortStableFunc(names, func(a, b string) int { return had(a) - had(b) })
	for _, name := range names {
		v, open := t.w.subject(name)
		if !open && (v == nil || !t.w.chance(100)) {
			continue
		}
		if d := t.w.about(name, v); d != nil {
			return d
		}
	}
	return nil
}

// subject is a resource for an operation, and whether it is open on it.
func (w *world) subject(operation string) (v any, open bool) {
	kind := w.generators[operation].about
	if kind == "" {
		return nil, true
	}
	for range 200 {
		one, actions := w.known.one(w, kind)
		if one == nil {
			break
		}
		v = one
		if slices.ContainsFunc(actions, func(a command.Action) bool { return a.Name == operation && a.Allowed }) {
			return v, true
		}
	}
	return v, false
}

// Heard tells what the answer was; the people go on from there. It returns
// whether the answer is one that the request can have: a refusal by the state
// of things is, since others may have been faster.
func (a *Ask) Heard(status int, body []byte) bool {
	t := a.traffic
	t.mu.Lock()
	defer t.mu.Unlock()
	switch {
	case status == http.StatusUnauthorized && a.deed.actor.name == "signed in": // and signed out meanwhile
		t.w.actors = slices.DeleteFunc(t.w.actors, func(one *actor) bool { return one == a.deed.actor })
		return true
	case status == http.StatusForbidden, status == http.StatusNotFound, status == http.StatusConflict, status == http.StatusUnprocessableEntity:
		if id, ok := a.deed.in["id"].(string); ok && t.w.generators[a.Operation].about != "" {
			t.w.known.ask(t.w.generators[a.Operation].about+".get", id) // it is not as it was known
		}
		return true
	case status >= http.StatusMultipleChoices:
		return false
	}
	t.done[a.Operation] = true
	if a.out == nil { // a file
		return true
	}
	v := reflect.New(a.out)
	if err := json.Unmarshal(body, v.Interface()); err != nil {
		return false
	}
	out := v.Elem().Interface()
	if s, ok := out.(*account.Session); !ok || s.Token != "" { // one that has ended lets nobody act
		t.w.known.see(t.w, out)
		t.hooks.see(out)
	}
	if a.Key != "" {
		a.deed.result = resultOf(out)
		t.w.follow(a.deed, out)
		t.goOn()
	}
	return true
}

// atWork is how many imports people deal with at a time.
const atWork = 5

// goOn lets people go on with the imports that they began: of those to come most
// are left lying, so that some are read, checked, run and undone.
func (t *Traffic) goOn() {
	ids := t.w.shop.ids["import.upload"]
	if len(ids) <= atWork {
		return
	}
	if t.w.chance(4) {
		ids = ids[1:]
	}
	t.w.shop.ids["import.upload"] = ids[:atWork]
}
