// Package commandtest owns the tests that every command has to pass, whatever
// it does. It does not own any command, nor the databases of tests (dbtest).
package commandtest

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"ordo/base/clock"
	"ordo/engine/command"
	"ordo/engine/db"
	"ordo/engine/db/dbtest"
)

// Open wires an engine to an empty database and writes what the command needs
// to be there. The engine's Sealer and Effects must not run by themselves.
type Open func(t *testing.T, d *db.DB) *command.Engine

// Prepare writes what one execution of the command needs, such as the order
// that it cancels, and returns the execution, which invokes the command under
// the key.
type Prepare func(t *testing.T, e *command.Engine) (do func(key string) error)

// Case is a command that FailEach surveys.
type Case struct {
	Name    string
	Prepare Prepare

	// Outcome names tables that are not compared: where the command calls the
	// outside, a fault may keep the call from arriving, and its outcome then
	// takes further commands and events.
	Outcome []string
}

// FailEverywhere runs a command again and again on both databases. Each time
// the next point fails: every statement, the commit, the answer to the commit.
// The command must then have left everything or nothing, and after it was sent
// again under the same key it must have had exactly one effect: all tables have
// as many rows more as after a run without a fault. Unless Whole, it is a few
// points, the commit and its answer among them.
func FailEverywhere(t *testing.T, open Open, prepare Prepare) {
	t.Helper()
	FailEach(t, open, []Case{{Name: "command", Prepare: prepare}})
}

// FailEach does what FailEverywhere does for several commands that share their
// databases.
func FailEach(t *testing.T, open Open, cases []Case) {
	t.Helper()
	for _, base := range []struct {
		name string
		url  func(*testing.T) string
	}{{"sqlite", dbtest.SQLite}, {"postgres", dbtest.Postgres}} {
		t.Run(base.name, func(t *testing.T) {
			r := newRuns(t, base.url(t), open)
			for _, c := range cases {
				t.Run(c.Name, func(t *testing.T) {
					for _, fault := range r.survey(t, c) {
						t.Error(fault)
					}
				})
			}
			if len(cases) == 1 {
				return
			}
			Covered(t, "%d commands, %d of %d points", len(cases), r.tried, r.points)
		})
	}
}

// Unchanged fails the test if do changes the number of rows of any table.
func Unchanged(t *testing.T, d *db.DB, do func()) {
	t.Helper()
	before := dbtest.Rows(t, d)
	do()
	if delta := difference(before, dbtest.Rows(t, d)); len(delta) > 0 {
		t.Errorf("rows changed: %v", delta)
	}
}

var errFault = errors.New("commandtest: fault")

// injector fails one of the points that are passed.
type injector struct{ at, passed atomic.Int64 }

func (i *injector) pass(db.Point, int) error {
	if i.passed.Add(1) == i.at.Load() {
		return errFault
	}
	return nil
}

// arm makes the nth point from here on fail; none if n is 0.
func (i *injector) arm(n int64) {
	i.passed.Store(0)
	i.at.Store(n)
}

// disarm tells whether the point was reached.
func (i *injector) disarm() bool { return i.passed.Load() >= i.at.Swap(0) }

// runs are the executions of commands on one database.
type runs struct {
	*testing.T
	db       *db.DB
	clock    *clock.Manual
	injector *injector
	engine   *command.Engine
	Case

	count         int
	passed        int64 // points in the last execution
	tried, points int64
}

func newRuns(t *testing.T, url string, open Open) *runs {
	t.Helper()
	r := &runs{T: t, clock: clock.NewManual(time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)), injector: &injector{}}
	r.db = dbtest.Open(t, url, db.Options{Clock: r.clock, Fault: r.injector.pass})
	r.engine = open(t, r.db)
	return r
}

// survey tries one command. It returns what is wrong.
func (r *runs) survey(t *testing.T, c Case) (faults []string) {
	t.Helper()
	r.T, r.Case = t, c
	r.whole(0) // takes blocks of numbers and the like
	want, _, problem := r.whole(0)
	if problem != "" || len(want) == 0 {
		return []string{fmt.Sprintf("without a fault the command changed %v; %s", want, problem)}
	}
	points := r.passed
	r.points += points
	for n := int64(1); ; n++ {
		if n < points-1 && !Sampled(int(points)/few, c.Name, n) {
			continue
		}
		got, reached, problem := r.whole(n)
		if problem != "" {
			faults = append(faults, fmt.Sprintf("point %d: %s", n, problem))
		} else if !maps.Equal(got, want) {
			faults = append(faults, fmt.Sprintf("point %d: changed %v, want %v", n, got, want))
		}
		if !reached {
			return faults
		}
		r.tried++
	}
}

// few is about how many points are tried of each command, unless all are.
const few = 4

// whole executes the command with a fault at point n, then under the same key
// without. It returns which tables have how many rows more.
func (r *runs) whole(n int64) (change map[string]int64, reached bool, problem string) {
	r.Helper()
	do := r.Prepare(r.T, r.engine)
	r.count++
	key := fmt.Sprint("commandtest-", r.count)
	before := dbtest.Rows(r.T, r.db)

	r.injector.arm(n)
	first := do(key)
	r.passed = r.injector.passed.Load()
	reached = r.injector.disarm()
	if first != nil {
		if n == 0 {
			return nil, false, first.Error()
		}
		if left := difference(before, dbtest.Rows(r.T, r.db)); len(left) > 0 && left["commands"] == 0 {
			return nil, reached, fmt.Sprintf("told %q and left %v", first, left)
		}
	}
	if n > 0 {
		if err := do(key); err != nil {
			return nil, reached, fmt.Sprintf("told %v, then again: %v", first, err)
		}
	}
	r.settle()
	change = difference(before, dbtest.Rows(r.T, r.db))
	for _, table := range r.Outcome {
		delete(change, table)
	}
	return change, reached, ""
}

// settle performs the effects that the command asked for, if a fault kept
// their results away.
func (r *runs) settle() {
	r.Helper()
	for range 20 {
		var open int64
		if err := r.db.Read(r.Context(), func(tx *db.Tx) error {
			return tx.Load(db.One(`SELECT COUNT(*) FROM intents WHERE state <> 'done'`, nil, &open))
		}); err != nil {
			r.Fatal(err)
		}
		if open == 0 {
			return
		}
		r.clock.Advance(10 * time.Minute)
		if _, err := r.engine.Effects.Sweep(r.Context()); err != nil {
			r.Fatal(err)
		}
	}
	r.Fatal("an effect never gets a result")
}

// difference returns by how many rows the tables differ.
func difference(before, after map[string]int64) map[string]int64 {
	delta := map[string]int64{}
	for _, table := range slices.Sorted(maps.Keys(after)) {
		if n := after[table] - before[table]; n != 0 {
			delta[table] = n
		}
	}
	return delta
}
