package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"ordo/engine/command/commandtest"
	"ordo/engine/db/dbtest"
)

// locks tells whether others may have to wait for a statement, or it for them.
func locks(text string) bool {
	return strings.Contains(text, "FOR UPDATE") || strings.HasPrefix(text, "UPDATE ") || strings.HasPrefix(text, "DELETE ") || strings.Contains(text, "ON CONFLICT")
}

// stops returns the points right before and right after each statement that locks.
func (c *contender) stops() (all []point) {
	for i, p := range c.points {
		if locks(p.text) || i > 0 && locks(c.points[i-1].text) {
			all = append(all, p)
		}
	}
	return all
}

// sample is of how many pairs one is tried, unless all are.
const sample = 60

// late are commands after which an order may wait for stock that is free, until
// the job serves it within a minute: it began to wait just as stock arrived, and
// neither command locks what the other one decides on. What they left is compared
// after the job.
var late = reviewed{group{"stock.receive", "return.inspect"}, group{"stock.adjust", "order.place", "order.place_draft"}, "the job that serves backorders follows"}

// tally counts what was tried.
type tally struct{ pairs, of, interleavings, groups, shared int }

func TestTwoCommandsThatMeetDoWhatOneAfterTheOtherWouldDo(t *testing.T) {
	for _, database := range databases {
		t.Run(database.name, func(t *testing.T) {
			var n tally
			for _, sc := range scenes {
				t.Run(sc.name, func(t *testing.T) {
					a := newArena(t, database.url(t), sc)
					for _, c := range a.contenders {
						a.alone(c)
					}
					for i, one := range a.contenders {
						for _, other := range a.contenders[i:] {
							if sc.pairs(one, other) {
								a.meet(two{one, other}, &n)
							}
						}
					}
				})
			}
			commandtest.Covered(t, "%d of %d pairs, %d interleavings, %d groups of which %d shared a commit", n.pairs, n.of, n.interleavings, n.groups, n.shared)
		})
	}
}

// meet tries every way in which two commands can meet, if they share an anchor.
func (a *arena) meet(c two, n *tally) {
	a.Helper()
	if c[0] != c[1] && !slices.ContainsFunc(c[0].rows, func(row string) bool { return slices.Contains(c[1].rows, row) }) {
		return
	}
	n.of++
	if !commandtest.Sampled(sample, a.Name(), c[0].name, c[1].name) {
		return
	}
	n.pairs++
	a.late = a.monitor != nil && late.is(c[0].operation, c[1].operation)
	wants := [][]string{a.serial(c, 0), a.serial(c, 1)}
	for _, want := range wants {
		if i := slices.IndexFunc(want, func(line string) bool { return strings.Contains(line, ": improper") }); i >= 0 {
			a.Errorf("one after the other: %s", want[i])
		}
	}
	for first := range c {
		if first == 1 && c[0] == c[1] {
			break
		}
		if a.monitor == nil {
			a.meetInAGroup(c, first, wants, n)
			continue
		}
		for _, stop := range c[first].stops() {
			got, reached := a.interleave(c, first, stop)
			if reached {
				n.interleavings++
			}
			a.judge(got, wants, fmt.Sprintf("%s, stopped before the %d. %.80s, with %s", c[first].name, stop.nth, stop.text, c[1-first].name))
		}
	}
}

// meetInAGroup lets two commands share a commit: both succeed, or one fails.
func (a *arena) meetInAGroup(c two, first int, wants [][]string, n *tally) {
	a.Helper()
	for _, fails := range []int{-1, first, 1 - first} {
		got, shared, spoiled := a.grouped(c, first, fails)
		want := wants
		if spoiled {
			want = [][]string{c[1-fails].alone[1-fails]}
		}
		n.groups++
		if shared {
			n.shared++
		}
		a.judge(got, want, fmt.Sprintf("%s, then %s in one group, %d of them planned to fail", c[first].name, c[1-first].name, fails))
	}
}

// judge wants one of several pictures.
func (a *arena) judge(got []string, wants [][]string, how string) {
	a.Helper()
	for _, want := range wants {
		if slices.Equal(got, want) {
			return
		}
	}
	text := how + ": as in neither order"
	for i, want := range wants {
		text += fmt.Sprintf("\n  order %d:", i+1)
		for _, line := range want {
			if !slices.Contains(got, line) {
				text += "\n    lacks " + line
			}
		}
		for _, line := range got {
			if !slices.Contains(want, line) {
				text += "\n    has   " + line
			}
		}
	}
	a.Error(text)
}

func TestALossBreaksNoPromiseThatGoodsWhichJustArrivedCanKeep(t *testing.T) {
	a := newArena(t, dbtest.Postgres(t), scenes[1])
	var c two
	for _, one := range a.contenders {
		switch one.name {
		case "stock.adjust":
			c[0] = one
		case "stock.receive":
			c[1] = one
		}
	}
	a.alone(c[0])
	lock := slices.IndexFunc(c[0].points, func(p point) bool { return strings.Contains(p.text, "FOR UPDATE") })
	got, reached := a.interleave(c, 0, c[0].points[lock])
	broken := slices.ContainsFunc(got, func(line string) bool { return strings.Contains(line, "type=order.backordered") })
	if !reached || broken || !slices.ContainsFunc(c[0].alone[0], func(line string) bool { return strings.Contains(line, "type=order.backordered") }) {
		t.Errorf("reached %t, broken %t", reached, broken)
	}
}
