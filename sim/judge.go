package sim

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"ordo/engine/db"
	"ordo/engine/event"
	"ordo/engine/invariant"
	"ordo/sim/disk"
)

// judgeTouched judges the invariants that the last step can have broken of what
// it touched.
func (w *world) judgeTouched(ctx context.Context) error {
	if w.disk.Struck() {
		return nil
	}
	w.lately = append(w.lately, sortedKeys(w.touched)...)
	w.lately = w.lately[max(0, len(w.lately)-mostLately):]
	return w.judgeOn(ctx, w.touched, w.narrowing.keys)
}

// mostLately is how many subjects are judged after a crash: those of the last
// steps, whose commits a crash may have reached.
const mostLately = 30

// judgeLately judges all invariants of what was touched last.
func (w *world) judgeLately(ctx context.Context) error {
	subjects := map[string]bool{}
	for _, id := range w.lately {
		subjects[id] = true
	}
	return w.judgeOn(ctx, subjects, func(_ invariant.Check, related []string, _ map[string]bool) []string { return related })
}

// judgeOn judges invariants of what belongs to some subjects, as far as keys
// tells.
func (w *world) judgeOn(ctx context.Context, subjects map[string]bool, keys func(c invariant.Check, related []string, touched map[string]bool) []string) error {
	if len(subjects) == 0 {
		return nil
	}
	if err := w.narrowing.learn(ctx, w.house.Engine.DB, w.house.Checks); err != nil {
		return err
	}
	var related map[string][]string
	if err := w.look(ctx, func(tx *db.Tx) (err error) { related, err = w.reach(tx, subjects); return err }); err != nil {
		return err
	}
	checked, err := w.judge(ctx, func(c invariant.Check) []string { return keys(c, related[c.Subject], subjects) })
	w.report.Judged.Touched += checked
	return err
}

// reach is all that belongs to the touched subjects, by table.
func (w *world) reach(tx *db.Tx, touched map[string]bool) (map[string][]string, error) {
	subjects := slices.Sorted(maps.Keys(touched))
	by := map[string][]string{}
	for _, s := range subjects {
		prefix, _, _ := strings.Cut(s, "_")
		by[prefix] = append(by[prefix], s)
	}
	orders := by["ord"]
	for prefix, table := range map[string]string{"pay": "payments", "ful": "fulfillment_orders", "shp": "shipments", "ret": "returns"} { // order-free: sorted below
		if len(by[prefix]) == 0 {
			continue
		}
		more, err := ordersOf(tx, table, by[prefix])
		if err != nil {
			return nil, err
		}
		orders = append(orders, more...)
	}
	slices.Sort(orders)
	orders = slices.Compact(orders)
	keys, err := related(tx, orders, by["sdo"])
	if keys != nil {
		slices.Sort(keys["stock"])
		keys["stock"] = slices.Compact(keys["stock"])
		keys["orders"], keys["events"] = orders, subjects
		for prefix, table := range facts { // order-free: it fills a map
			keys[table] = by[prefix]
		}
	}
	return keys, err
}

// facts are the tables whose rows stand for themselves, by the prefix of their
// ids.
var facts = map[string]string{
	"sdo": "stock_documents", "loc": "locations", "cha": "channels", "cus": "customers", "prd": "products", "var": "variants",
	"prl": "price_lists", "shm": "shipping_methods", "chg": "changes", "rol": "roles", "usr": "users", "key": "api_keys",
}

// judgeWhole judges all invariants on the whole workspace. As ordo verify, it
// gives events their place in the log before: the clock may have jumped.
func (w *world) judgeWhole(ctx context.Context) error {
	if w.disk.Struck() {
		return nil
	}
	quiet := w.quiet
	w.quiet = true
	defer func() { w.quiet = quiet }()
	w.disk.Arm(disk.None, 0)
	w.disk.Empty()
	for n := 1; n > 0; {
		var err error
		if n, err = w.house.Engine.Sealer.Seal(ctx); err != nil {
			return err
		}
	}
	checked, err := w.judge(ctx, nil)
	w.report.Judged.Whole += checked
	w.report.Judged.Walks++
	return err
}

// judge runs the checks on the keys of each, or on everything, reports what they
// find, and tells how much was checked.
func (w *world) judge(ctx context.Context, keys func(c invariant.Check) []string) (checked int64, err error) {
	quiet := w.quiet
	w.quiet = true
	defer func() { w.quiet = quiet }()
	results, err := invariant.Run(ctx, w.house.Engine.DB, w.house.Checks, invariant.Options{Keys: keys, Workers: 1})
	for _, r := range results {
		checked += r.Checked
		for _, f := range r.Findings {
			w.violated(r.ID, "%s: %s", f.Subject, f.Detail)
		}
	}
	return checked, err
}

// remembered is how old an acknowledged write may be so that its key is still
// there: a day less than keys are kept.
const remembered = 29 * 24 * time.Hour

// judgeTold looks acknowledged writes up.
func (w *world) judgeTold(ctx context.Context, all []told) error {
	now := w.clock.Now()
	all = slices.DeleteFunc(slices.Clone(all), func(t told) bool { return now.Sub(t.at) > remembered })
	for some := range slices.Chunk(all, 100) {
		operations, results := make([]string, len(some)), make([]string, len(some))
		reads := make([]db.Read, len(some))
		for i, t := range some {
			reads[i] = resultUnder(t.account, t.key, &operations[i], &results[i])
		}
		if err := w.look(ctx, func(tx *db.Tx) error { return tx.Load(reads...) }); err != nil {
			return err
		}
		for i, t := range some {
			if operations[i] != t.operation || results[i] != t.result {
				w.violated("D1", "%s under key %s was told done with %s; there is %q with %q", t.operation, t.key, t.result, operations[i], results[i])
			}
		}
	}
	w.report.Judged.Told += int64(len(all))
	return nil
}

// judgeLedgers compares the ledgers that others keep with the workspace.
func (w *world) judgeLedgers(ctx context.Context) error {
	return w.look(ctx, func(tx *db.Tx) error {
		for _, judge := range []func(*db.Tx) error{w.judgeOrders, w.judgeStock, w.judgeMoney, w.judgeTracking, w.judgeReceivers, w.judgePost} {
			if err := judge(tx); err != nil {
				return err
			}
		}
		return nil
	})
}

// judgeOrders: every order was made once, by a request that an actor sent.
func (w *world) judgeOrders(tx *db.Tx) error {
	commands, orders, err := makings(tx)
	if err != nil {
		return err
	}
	makers := map[string]string{}
	for _, t := range w.clients.all {
		if makes[t.operation] {
			makers[t.result] = t.key
		}
	}
	for _, m := range commands {
		if d := w.clients.sent[m.key]; d == nil {
			w.violated("nothing doubled", "order %s was made under key %s, which nobody sent", m.order, m.key)
		}
		if other := makers[m.order]; other != "" && other != m.key {
			w.violated("nothing doubled", "order %s was made under keys %s and %s", m.order, other, m.key)
		}
		makers[m.order] = m.key
	}
	unknown := slices.DeleteFunc(sortedKeys(orders), func(id string) bool { return makers[id] != "" })
	if len(unknown) > w.clients.lost {
		w.violated("nothing doubled", "orders %v were made by no command that anybody sent", unknown)
	}
	return nil
}

// makes are the operations that make orders.
var makes = map[string]bool{"order.place": true, "order.draft": true, "order.clone": true, "order.split": true}

// judgeStock: what came in is what the actors were told.
func (w *world) judgeStock(tx *db.Tx) error {
	there, err := received(tx, w.shop.skus)
	if err != nil {
		return err
	}
	for _, sku := range sortedKeys(there) {
		if there[sku] != w.shop.moved[sku] {
			w.violated("nothing doubled", "of %s %d thousandths came in; the actors were told %d", sku, there[sku], w.shop.moved[sku])
		}
	}
	return nil
}

// judgeMoney: what the gateway says is what the workspace says, where the
// outcome is known to it.
func (w *world) judgeMoney(tx *db.Tx) error {
	here, err := attempts(tx)
	if err != nil {
		return err
	}
	var there map[string]attempt
	if err := w.bank.db.Read(context.WithoutCancel(context.Background()), func(tx *db.Tx) (err error) { there, err = calls(tx); return err }); err != nil {
		return err
	}
	for _, key := range sortedKeys(there) {
		a, known := here[key]
		c := there[key]
		switch {
		case !known:
			w.violated("M7", "the gateway has call %s, a %s of %d; no attempt has", key, c.kind, c.amount)
		case a.kind != c.kind || a.amount != c.amount:
			w.violated("M7", "call %s is a %s of %d at the gateway, a %s of %d here", key, c.kind, c.amount, a.kind, a.amount)
		case final[a.state] && final[c.state] && a.state != c.state:
			w.violated("M7", "call %s, a %s of %d, is %s at the gateway, %s here", key, c.kind, c.amount, c.state, a.state)
		}
	}
	for _, key := range sortedKeys(here) {
		if _, known := there[key]; !known && here[key].state == "succeeded" {
			w.violated("M7", "attempt %s, a %s of %d, succeeded; the gateway never heard of it", key, here[key].kind, here[key].amount)
		}
	}
	return nil
}

// judgeTracking: what carriers said is there, once each, as they said it.
func (w *world) judgeTracking(tx *db.Tx) error {
	for _, shipment := range sortedKeys(w.carrier.said) {
		there, err := heardOf(tx, shipment)
		if err != nil {
			return err
		}
		for _, id := range sortedKeys(w.carrier.said[shipment]) {
			if said := w.carrier.said[shipment][id]; there[id] != said.code {
				w.violated("W3", "the carrier said %s of %s in event %s, which is %q here", said.code, shipment, id, there[id])
			}
		}
	}
	return nil
}

// follower is a consumer of the log with a ledger outside of the workspace. It
// may see a batch again, but never another event at a place, nor leave one out.
type follower struct {
	seen []string // ids of events, by position
}

func (f *follower) consumer(w *world) *event.Consumer {
	return &event.Consumer{Name: "simulation", Handle: func(_ context.Context, events []event.Sealed) error {
		for _, e := range events {
			switch at := int(e.Position) - 1; {
			case at == len(f.seen):
				f.seen = append(f.seen, e.ID)
			case at > len(f.seen):
				w.violated("T2", "the log goes on at %d, after %d", e.Position, len(f.seen))
			case f.seen[at] != e.ID:
				w.violated("T2", "at %d the log has event %s; it had %s", e.Position, e.ID, f.seen[at])
			}
		}
		return nil
	}}
}
