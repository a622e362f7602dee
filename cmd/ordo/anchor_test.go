package main

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"ordo/base/clock"
	"ordo/engine/auth"
	"ordo/engine/command/commandtest"
	"ordo/engine/db"
	"ordo/engine/db/dbtest"
	"ordo/engine/invariant"
	"ordo/engine/number"
)

// kinds are those of the anchors that a command locks or changes.
func (c *contender) kinds() (all []string) {
	for _, row := range c.rows {
		kind, _, _ := strings.Cut(row, " ")
		if !slices.Contains(all, kind) {
			all = append(all, kind)
		}
	}
	return all
}

// anchored are the kinds of rows that keep others from what a command writes:
// those of its anchors, those that it makes, and those that it changes by their
// version.
func (c *contender) anchored() (all []string) {
	all = append(all, c.kinds()...)
	for _, table := range c.owned {
		if table == "orders" {
			table = "order"
		}
		all = append(all, table)
	}
	return all
}

// common tells whether two lists have something in common.
func common(a, b []string) bool {
	return slices.ContainsFunc(a, func(x string) bool { return slices.Contains(b, x) })
}

// observed are the commands of the operation table, each as it was seen in its
// execution and in the scenes, and what the tables are that each invariant's
// check reads.
func observed(t *testing.T) (all []*contender, checks map[string][]string) {
	t.Helper()
	g := &barrier{}
	g.reset(point{})
	reads := map[string]bool{}
	h := housed(t, dbtest.SQLite(t), db.Options{
		Clock: clock.NewManual(time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)),
		Fault: g.fault,
		Record: func(trip []db.Recorded) {
			g.record(trip)
			for _, s := range trip {
				for _, found := range from.FindAllStringSubmatch(s.Text, -1) {
					reads[found[1]] = true
				}
			}
		},
	})
	s := newStory(t, h)
	s.receive("POT", 10_000)
	for _, o := range operations(number.NewSource(), nil, nil) {
		name := o.Spec().Name
		if executions[name] == nil {
			continue
		}
		s.actor = auth.Internal("test")
		in := executions[name](s)
		g.reset(point{})
		s.do(name, in)
		c := &contender{name: name, operation: name}
		g.tell(c)
		all = append(all, c)
	}
	checks = map[string][]string{}
	for _, c := range invariants(h.publicKey()) {
		clear(reads)
		if _, err := invariant.Run(t.Context(), h.db, []invariant.Check{c}, invariant.Options{Workers: 1}); err != nil {
			t.Fatal(err)
		}
		name := c.Subject
		for _, i := range c.Invariants {
			name += " " + i.ID
		}
		checks[name] = slices.Sorted(maps.Keys(reads))
	}
	for _, sc := range scenes {
		a := newArena(t, dbtest.SQLite(t), sc)
		for _, c := range a.contenders {
			a.alone(c)
			c.scene = &sc
			all = append(all, c)
		}
	}
	return all, checks
}

var from = regexp.MustCompile(`(?:FROM|JOIN) ([a-z_]+)`)

// group is commands, or all of a subject: "shipment.*".
type group []string

func (g group) has(operation string) bool {
	subject, _, _ := strings.Cut(operation, ".")
	return slices.Contains(g, operation) || slices.Contains(g, subject+".*")
}

// reviewed is why two groups of commands need not have something in common.
type reviewed struct {
	these, those group
	why          string
}

func (r reviewed) is(one, other string) bool {
	return r.these.has(one) && r.those.has(other) || r.these.has(other) && r.those.has(one)
}

// strangers are commands that anchor the same kind of row and never meet on
// one: there is no state in which both could succeed.
var strangers = []reviewed{
	{group{"order.revise", "order.change_line", "order.remove_line"}, group{"fulfillment.*", "shipment.*", "return.*", "payment.*", "change.*", "order.amend", "order.split", "order.merge", "order.allocate", "order.release", "order.ship", "order.move_stock", "order.perform",
		"order.cancel", "order.hold", "order.release_hold", "order.release_holds", "order.pay", "order.capture", "order.void_payment", "order.grant_refund", "order.move_refund"},
		"a draft is changed by these; the others need an order that was placed"},
	{group{"order.release", "order.perform"}, group{"order.release_hold", "order.release_holds"}, "a hold of any kind blocks the release, and that the order is performed"},
}

func TestEveryCommandThatSharesAnAnchorMeetsAllOthers(t *testing.T) {
	all, _ := observed(t)
	kinds := map[string][]string{}
	for _, c := range all {
		kinds[c.operation] = append(kinds[c.operation], c.kinds()...)
	}
	met := map[[2]string]bool{}
	for _, one := range all {
		for _, other := range all {
			if one.scene != nil && one.scene == other.scene && one.scene.pairs(one, other) {
				met[[2]string{one.operation, other.operation}] = true
			}
		}
	}
	used := map[string]bool{}
	names := slices.Sorted(maps.Keys(kinds))
	for i, one := range names {
		for _, other := range names[i:] {
			if !common(kinds[one], kinds[other]) || met[[2]string{one, other}] {
				continue
			}
			n := slices.IndexFunc(strangers, func(r reviewed) bool { return r.is(one, other) })
			if n < 0 {
				t.Errorf("%s and %s share an anchor and meet in no scene", one, other)
			} else {
				used[strangers[n].why] = true
			}
		}
	}
	unused(t, strangers, used)
}

// unused wants that every reviewed reason is needed.
func unused(t *testing.T, all []reviewed, used map[string]bool) {
	t.Helper()
	for _, r := range all {
		if !used[r.why] {
			t.Errorf("needless: %s", r.why)
		}
	}
}

// apart are commands that write to tables of one invariant and share no anchor.
var apart = []reviewed{
	{group{"webhook.*"}, group{"webhook.try", "webhook.redeliver"}, "who lets a delivery wait locks the endpoint's row before, which all others change by its version"},
	{group{"mail.resend"}, group{"mail.resend"}, "the first mail of the event is locked, by which each copy has its number"},
	{group{"mail.resend"}, group{"webhook.*"}, "an endpoint moves its own cursor, and a copy is told by no cursor"},
	{group{"bulk.*"}, group{"order.*", "change.*", "fulfillment.*", "shipment.*", "return.*", "payment.*", "stock.*", "test_gateway.*"}, "a row of a bulk names an order that is there: none is taken away, and none gets another number"},
	{group{"import.*"}, group{"stock.*", "order.ship", "shipment.dispatch", "return.inspect"}, "a row of an import names a receipt that it wrote in its own commit: a stock document is never changed nor taken away"},
	{group{"attachment.*"}, group{"attachment.*"}, "who sends a part or gives a file up locks its row, and before that the row of the attachment that it is to be a version of, which all others lock; an upload only adds a file, which no attachment has yet"},
	{group{"return.*"}, group{"stock.*"}, "stock documents of returns are written by returns; receipts and corrections are other documents"},
	{group{"order.split", "order.merge"}, group{"stock.*"}, "a promise that goes to another order promises the same stock; who ends it names its order, and begins again if that is another one"},
	{group{"fulfillment.pick", "fulfillment.unpick"}, group{"stock.*"}, "what is picked of a reservation does not change what it promises; to end it, what was picked has to be as it was read"},
}

// An event is anchored by the row of its subject, which counts the subject's
// events: who writes one writes the other.
func TestEveryPairThatSharesAnInvariantSharesAnAnchor(t *testing.T) {
	all, checks := observed(t)
	seen, used := map[string]bool{}, map[string]bool{}
	pairs := map[[2]string]bool{}
	for _, check := range slices.Sorted(maps.Keys(checks)) {
		tables := slices.DeleteFunc(checks[check], func(table string) bool { return table == "events" })
		for i, one := range all {
			for _, other := range all[i:] {
				mine, theirs := overlap(one.tables, tables), overlap(other.tables, tables)
				if len(mine) == 0 || len(theirs) == 0 {
					continue
				}
				pairs[[2]string{one.operation, other.operation}] = true
				if common(one.anchored(), other.anchored()) {
					continue
				}
				if n := slices.IndexFunc(apart, func(r reviewed) bool { return r.is(one.operation, other.operation) }); n >= 0 {
					used[apart[n].why] = true
					continue
				}
				line := fmt.Sprintf("%s: %s writes to %v, %s to %v, and they share no anchor", check, one.operation, mine, other.operation, theirs)
				if !seen[line] {
					seen[line] = true
					t.Error(line)
				}
			}
		}
	}
	unused(t, apart, used)
	commandtest.Covered(t, "%d checks, %d pairs of commands", len(checks), len(pairs))
}

func overlap(a, b []string) (all []string) {
	for _, x := range a {
		if slices.Contains(b, x) {
			all = append(all, x)
		}
	}
	return all
}
