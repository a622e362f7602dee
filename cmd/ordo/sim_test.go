package main

import (
	"context"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"testing"

	"ordo/connect/webhook"
	"ordo/engine/command"
	"ordo/engine/db"
	"ordo/engine/db/dbtest"
	"ordo/engine/event"
	"ordo/engine/number"
	"ordo/policy/system"
	"ordo/resource/payment"
	"ordo/sales/order"
	"ordo/sim"
)

// simulate runs a seed in a house that change has a hand in, if set.
func simulate(t *testing.T, o sim.Options, change func(*sim.House)) *sim.Report {
	t.Helper()
	quiet(t)
	r, err := sim.Run(t.Context(), func(ctx context.Context, url string, o db.Options, gateway payment.Gateway) (*sim.House, error) {
		h, err := simulated(ctx, url, o, gateway)
		if err == nil && change != nil {
			change(h)
		}
		return h, err
	}, o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// quiet drops the log of a test in which much goes wrong.
func quiet(t *testing.T) {
	before := slog.Default()
	slog.SetDefault(slog.New(slog.DiscardHandler))
	t.Cleanup(func() { slog.SetDefault(before) })
}

func TestTheSimulationCanSendEveryOperation(t *testing.T) {
	for _, o := range operations(number.NewSource(), webhook.NewGuard(false), system.New()) {
		if name := o.Spec().Name; !sim.Generates(name) {
			t.Errorf("%s has no generator in sim", name)
		}
	}
}

func TestASeedReplaysExactly(t *testing.T) {
	o := sim.Options{Seed: 7, Steps: 250}
	first, again := simulate(t, o, nil), simulate(t, o, nil)
	if first.Digest != again.Digest || first.Digest == "" || first.Events != again.Events {
		t.Errorf("seed %d gave %d events with digest %s, then %d with %s", o.Seed, first.Events, first.Digest, again.Events, again.Digest)
	}
	o.Seed++
	if other := simulate(t, o, nil); other.Digest == first.Digest {
		t.Errorf("seeds %d and %d give the same events", o.Seed-1, o.Seed)
	}
}

// Spec: 15.1.3
func TestNothingIsViolatedWhateverFails(t *testing.T) {
	faults := map[string]int{}
	for seed := range uint64(2) {
		r := simulate(t, sim.Options{Seed: 1000 + seed, Steps: 800}, nil)
		if len(r.Violations) > 0 {
			t.Errorf("%v", r)
		}
		for fault, n := range r.Faults { // order-free: it adds up
			faults[fault] += n
		}
		if r.Judged.Touched == 0 || r.Judged.Walks == 0 || r.Judged.Told == 0 {
			t.Errorf("seed %d: judged %+v", r.Seed, r.Judged)
		}
	}
	for _, fault := range []string{"power failure", "disk error", "failed statement", "writes lost in crashes"} {
		if faults[fault] == 0 {
			t.Errorf("there was no %s", fault)
		}
	}
}

// rules are those that a report says were violated, sorted.
func rules(r *sim.Report) (all []string) {
	for _, v := range r.Violations {
		all = append(all, v.Rule)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

func TestTheSimulationFindsAHouseThat(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*sim.House)
		rule   string
	}{ // order-free: each is alone
		"forgets to follow payments": {func(h *sim.House) {
			h.Engine.Reactions = slices.DeleteFunc(slices.Clone(h.Engine.Reactions), func(r event.Reaction) bool { return strings.HasPrefix(r.On, "payment.") })
		}, "M4"},
		"plans no work": {func(h *sim.House) {
			h.Engine.Reactions = slices.DeleteFunc(slices.Clone(h.Engine.Reactions), func(r event.Reaction) bool { return r.On == order.Placed.Name })
		}, "Q2"},
		"forgets what it was asked": {func(h *sim.House) {
			h.Hooks.Engine = signing(h.Engine, h.Engine.Secret)
			h.Engine.Reactions = append(slices.Clone(h.Engine.Reactions), event.Reaction{On: order.Placed.Name, Do: func(_ *db.Tx, e event.Event) error {
				h.Engine.Secret = []byte(e.Subject)
				return nil
			}})
		}, "E1"},
		"signs webhooks with another secret": {func(h *sim.House) {
			h.Hooks.Engine = signing(h.Engine, []byte("another"))
		}, "webhooks"},
		"forgets what waits for an endpoint": {func(h *sim.House) {
			h.Engine.Reactions = append(slices.Clone(h.Engine.Reactions), event.Reaction{On: order.Placed.Name, Do: func(tx *db.Tx, _ event.Event) error {
				tx.Write(`DELETE FROM webhook_deliveries WHERE state = 'waiting'`)
				return nil
			}})
		}, "webhooks"},
		"sends a mail again": {func(h *sim.House) {
			h.Engine.Reactions = append(slices.Clone(h.Engine.Reactions), event.Reaction{On: order.Placed.Name, Do: func(tx *db.Tx, _ event.Event) error {
				tx.Write(`UPDATE mails SET state = 'waiting', ended_at = 0 WHERE state = 'sent'`)
				return nil
			}})
		}, "mail"},
		"passes over events": {func(h *sim.House) {
			h.Engine.Reactions = append(slices.Clone(h.Engine.Reactions), event.Reaction{On: order.Placed.Name, Do: func(tx *db.Tx, _ event.Event) error {
				tx.Write(`UPDATE cursors SET position = (SELECT MAX(position) FROM log) WHERE consumer LIKE 'webhook:%'`)
				return nil
			}})
		}, "webhooks"},
	} {
		t.Run(name, func(t *testing.T) {
			r := simulate(t, sim.Options{Seed: 5, Steps: 300}, c.change)
			if got := rules(r); !slices.Contains(got, c.rule) {
				t.Errorf("it violates %q, not %s", got, c.rule)
			}
		})
	}
}

// signing is the engine with a secret of its own.
func signing(e *command.Engine, secret []byte) *command.Engine {
	return &command.Engine{DB: e.DB, Operations: e.Operations, Anchors: e.Anchors, Reactions: e.Reactions, Effects: e.Effects, Sealer: e.Sealer, Secret: secret}
}

// Spec: 15.1.4
func TestTheSimulationFindsADiskThatDoesNotSync(t *testing.T) {
	quiet(t)
	var found []string
	for seed := uint64(0); len(found) == 0 && seed < 10; seed++ {
		r, err := sim.Run(t.Context(), func(ctx context.Context, url string, o db.Options, gateway payment.Gateway) (*sim.House, error) {
			return simulated(ctx, url+"&_pragma=synchronous(off)", o, gateway)
		}, sim.Options{Seed: seed, Steps: 250})
		if err != nil {
			found = append(found, err.Error())
		} else {
			found = append(found, rules(r)...)
		}
	}
	if !slices.ContainsFunc(found, func(s string) bool { return s == "D1" || strings.Contains(s, "damaged") }) {
		t.Errorf("what was never synced is not missed: %q", found)
	}
}

// Spec: 15.1.3
func TestPlantedErrorsAreFound(t *testing.T) {
	quiet(t)
	p, err := sim.Plant(t.Context(), simulated, sim.Options{Seed: 3, Steps: 150}, 40)
	if err != nil {
		t.Fatal(err)
	}
	if len(p.Missed) > 0 || p.Found != p.Planted {
		t.Errorf("%v", p)
	}
}

func TestBothDatabasesAnswerTheSameScriptAlike(t *testing.T) {
	quiet(t)
	answers, d, err := sim.Twin(t.Context(), simulated, sim.Options{Seed: 5, Steps: 300}, func() (string, error) { return dbtest.Postgres(t), nil })
	if err != nil || d != nil || answers < 100 {
		t.Errorf("%d answers were equal, then %+v, %v", answers, d, err)
	}
}

func TestASimulationPrintsWhatCameOfIt(t *testing.T) {
	run(t, "sim", "--steps", "40", "--calm").wants(t, 0, "seed 1: 40 steps, ", "")
	run(t, "sim", "--steps", "40", "--calm", "--json").wants(t, 0, `{"seed":1,"steps":40,"digest":"`, "")
	run(t, "sim", "--steps", "many").wants(t, exitUsage, "", "--steps")
	run(t, "sim", "--help").wants(t, 0, "Exit codes: 0 nothing was violated", "")
}

// unreachable are operations that succeed in no simulation, with the reason.
var unreachable = map[string]string{
	"system.metrics":        "it answers with what the machine does at the moment",
	"test_gateway.complete": "the gateway of the simulation stands outside of the workspace: payers act at it",
}

func TestEveryOperationSucceedsInSomeSeed(t *testing.T) {
	missing := map[string]bool{}
	for _, o := range operations(number.NewSource(), webhook.NewGuard(false), system.New()) {
		missing[o.Spec().Name] = unreachable[o.Spec().Name] == ""
	}
	for seed := uint64(2000); seed < 2040; seed++ {
		r := simulate(t, sim.Options{Seed: seed, Steps: 1500}, nil)
		for name, c := range r.Operations { // order-free: it drops from a map
			if c.Done > 0 {
				delete(missing, name)
			}
		}
		maps.DeleteFunc(missing, func(_ string, missing bool) bool { return !missing })
		if len(missing) == 0 {
			return
		}
	}
	t.Errorf("these succeed in no seed: %v", slices.Sorted(maps.Keys(missing)))
}
