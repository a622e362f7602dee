package event_test

import (
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"ordo/base/clock"
	"ordo/engine/auth"
	"ordo/engine/db"
	"ordo/engine/db/dbtest"
	"ordo/engine/event"
)

var (
	errBoom = errors.New("boom")

	happened = event.Declare("thing.happened", 1, "Something happened to a thing.")
	shown    = event.Declare("thing.shown", 1, "Something happened that customers see.", "status")
	start    = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
)

// fixture is a workspace whose clock stands still.
type fixture struct {
	*testing.T
	db    *db.DB
	clock *clock.Manual
}

func each(t *testing.T, fn func(f fixture)) {
	for name, url := range map[string]func(*testing.T) string{"sqlite": dbtest.SQLite, "postgres": dbtest.Postgres} {
		t.Run(name, func(t *testing.T) { fn(open(t, url(t))) })
	}
}

func open(t *testing.T, url string) fixture {
	c := clock.NewManual(start)
	return fixture{t, dbtest.Open(t, url, db.Options{Clock: c}), c}
}

// sealer returns one that only the clock of the fixture moves.
func (f fixture) sealer(owner string) *event.Sealer {
	s := event.NewSealer(f.db, owner, nil)
	s.Clock = f.clock
	return s
}

// emit lets something happen to the subjects, the same step to each.
func (f fixture) emit(sequence int64, subjects ...string) {
	f.Helper()
	f.tx(func(tx *db.Tx) error {
		event.Prepare(tx, "cmd_1", nil, nil)
		return emit(tx, sequence, subjects...)
	})
}

func emit(tx *db.Tx, sequence int64, subjects ...string) error {
	tx.Actor = auth.Internal("test")
	for _, s := range subjects {
		if err := event.Emit(tx, event.Event{Type: happened, Subject: s, Sequence: sequence, Body: map[string]any{"n": sequence}}); err != nil {
			return err
		}
	}
	return nil
}

func (f fixture) tx(fn func(*db.Tx) error) {
	f.Helper()
	if err := f.db.Tx(f.Context(), fn); err != nil {
		f.Fatal(err)
	}
}

// seal seals until nothing waits and returns how much did.
func (f fixture) seal(s *event.Sealer) (n int) {
	f.Helper()
	for {
		some, err := s.Seal(f.Context())
		if err != nil {
			f.Fatal(err)
		}
		if some == 0 {
			return n
		}
		n += some
	}
}

func (f fixture) wantSealed(s *event.Sealer, want int) {
	f.Helper()
	if got := f.seal(s); got != want {
		f.Errorf("sealed %d, want %d", got, want)
	}
}

// log returns "subject sequence" of each sealed event an actor may read.
func (f fixture) log(a auth.Actor) (all []string) {
	f.Helper()
	for _, e := range f.events(a) {
		all = append(all, fmt.Sprint(e.Subject, " ", e.Sequence))
	}
	return all
}

func (f fixture) events(a auth.Actor) (all []event.Sealed) {
	f.Helper()
	if err := f.db.Read(f.Context(), func(tx *db.Tx) (err error) {
		tx.Actor = a
		all, _, err = event.After(tx, 0, 10_000)
		return err
	}); err != nil {
		f.Fatal(err)
	}
	return all
}

func (f fixture) wantLog(want ...string) {
	f.Helper()
	if got := f.log(auth.Internal("test")); !slices.Equal(got, want) {
		f.Errorf("the log is %q, want %q", got, want)
	}
}

func (f fixture) verify(key ed25519.PublicKey) (fault string, head event.Head) {
	f.Helper()
	fault, head, err := event.Verify(f.Context(), f.db, key, nil)
	if err != nil {
		f.Fatal(err)
	}
	return fault, head
}

func (f fixture) wantWhole(positions int64) {
	f.Helper()
	if fault, head := f.verify(nil); fault != "" || head.Position != positions {
		f.Errorf("verified %d positions: %q", head.Position, fault)
	}
}

func TestEventsAreSealedByTimeThenSubjectThenSequence(t *testing.T) {
	each(t, func(f fixture) {
		s := f.sealer("one")
		f.emit(1, "b", "a")
		f.emit(2, "b")
		f.clock.Advance(time.Second)
		f.emit(2, "a")
		f.wantSealed(s, 4)
		f.wantLog("a 1", "b 1", "b 2", "a 2")
		f.wantWhole(4)
	})
}

func TestASequenceIsUsedOnceAndAnUndoneCommandLeavesNoGap(t *testing.T) {
	each(t, func(f fixture) {
		f.emit(1, "a")
		twice := f.db.Tx(f.Context(), func(tx *db.Tx) error {
			event.Prepare(tx, "cmd_2", nil, nil)
			return emit(tx, 1, "a")
		})
		if !f.db.IsUnique(twice) {
			f.Errorf("a second event 1 told %v", twice)
		}
		undone := f.db.Tx(f.Context(), func(tx *db.Tx) error {
			event.Prepare(tx, "cmd_3", nil, nil)
			return errors.Join(emit(tx, 2, "a"), tx.Flush(), errBoom)
		})
		if !errors.Is(undone, errBoom) {
			f.Errorf("told %v", undone)
		}
		f.emit(2, "a")
		f.wantSealed(f.sealer("one"), 2)
		f.wantLog("a 1", "a 2")
	})
}

func TestManyEventsAreSealedInSeveralBatches(t *testing.T) {
	each(t, func(f fixture) {
		for i := range 5 {
			var subjects []string
			for j := range 500 {
				subjects = append(subjects, fmt.Sprint("s", i, "-", j))
			}
			f.emit(1, subjects...)
		}
		f.wantSealed(f.sealer("one"), 2500)
		f.wantWhole(2500)
	})
}

// The clock of one process may be behind that of another.
func TestTheEventsOfASubjectKeepTheirOrderThoughTheirTimesRunBackwards(t *testing.T) {
	each(t, func(f fixture) {
		for i := range int64(5) {
			f.emit(i+1, "a", "b")
			f.clock.Advance(-time.Millisecond)
		}
		f.wantSealed(f.sealer("one"), 10)
		f.wantWhole(10)
	})
}

func TestEventsAreSealedAfterTheClockWasPutBack(t *testing.T) {
	each(t, func(f fixture) {
		s := f.sealer("one")
		f.emit(1, "a")
		f.wantSealed(s, 1)
		f.clock.Advance(-24 * time.Hour)
		f.emit(2, "a")
		f.emit(1, "b")
		f.wantSealed(s, 2)
		f.wantLog("a 1", "a 2", "b 1")
		f.wantWhole(3)
	})
}

// late commits an event whose time lies before that of one that is sealed
// already, and returns its time.
func (f fixture) late(s *event.Sealer, by time.Duration) (at int64) {
	f.Helper()
	emitted, commit := make(chan int64), make(chan bool)
	var wg sync.WaitGroup
	wg.Go(func() {
		if err := f.db.Tx(f.Context(), func(tx *db.Tx) error {
			event.Prepare(tx, "cmd_late", nil, nil)
			if err := emit(tx, 1, "late"); err != nil {
				return err
			}
			if err := tx.Flush(); err != nil {
				return err
			}
			emitted <- tx.Micros()
			<-commit
			return nil
		}); err != nil {
			f.Error(err)
		}
	})
	at = <-emitted
	f.clock.Advance(by)
	f.emit(1, "early")
	f.wantSealed(s, 1)
	close(commit)
	wg.Wait()
	return at
}

func TestAnEventThatBecomesVisibleLateIsSealedWhenItsCommandWakesTheSealer(t *testing.T) {
	f := open(t, dbtest.Postgres(t))
	s := f.sealer("one")
	at := f.late(s, time.Hour)
	s.Wake(at)
	f.wantSealed(s, 1)
	f.wantLog("early 1", "late 1")
	f.wantWhole(2)
}

func TestALateEventOfAnotherProcessIsFoundByLookingBack(t *testing.T) {
	for by, wait := range map[time.Duration]time.Duration{time.Second: time.Second, 50 * time.Second: 30 * time.Second} {
		f := open(t, dbtest.Postgres(t))
		s := f.sealer("one")
		f.late(s, by)
		f.wantSealed(s, 0)
		f.clock.Advance(wait - time.Millisecond)
		f.wantSealed(s, 0)
		f.clock.Advance(time.Millisecond)
		f.wantSealed(s, 1)
		f.wantLog("early 1", "late 1")
	}
}

func TestANewSealerFindsWhatAnEarlierOneLeftHoweverOld(t *testing.T) {
	each(t, func(f fixture) {
		s := f.sealer("one")
		f.emit(1, "old")
		f.clock.Advance(1000 * time.Hour)
		f.emit(1, "new")
		f.wantSealed(s, 2)
		f.clock.Advance(-500 * time.Hour)
		f.emit(1, "between")
		f.clock.Advance(500 * time.Hour)
		f.wantSealed(s, 0)
		f.wantSealed(f.sealer("one"), 1)
	})
}

// A follower that reads while events come in late misses none.
func TestAFollowerMissesNothingWhileCommandsCommitInAnyOrder(t *testing.T) {
	each(t, func(f fixture) {
		const writers, events = 8, 20
		s := f.sealer("one")
		var wg sync.WaitGroup
		for w := range writers {
			wg.Go(func() {
				for i := range int64(events) {
					err := f.db.Tx(f.Context(), func(tx *db.Tx) error {
						event.Prepare(tx, "cmd_x", nil, s.Wake)
						f.clock.Advance(time.Millisecond)
						return errors.Join(emit(tx, i+1, fmt.Sprint("s", w)), tx.Flush())
					})
					if err != nil {
						f.Error(err)
					}
				}
			})
		}
		last := map[string]int64{}
		follower := event.Consumer{Name: "follower", Handle: func(_ context.Context, events []event.Sealed) error {
			for _, e := range events {
				if last[e.Subject]++; last[e.Subject] != e.Sequence {
					f.Errorf("event %d of %s came as number %d", e.Sequence, e.Subject, last[e.Subject])
				}
			}
			return nil
		}}
		for seen := 0; seen < writers*events; {
			if _, err := s.Seal(f.Context()); err != nil {
				f.Fatal(err)
			}
			n, err := follower.Step(f.Context(), f.db)
			if err != nil {
				f.Fatal(err)
			}
			seen += n
		}
		wg.Wait()
		f.wantWhole(writers * events)
	})
}

func TestTwoSealersAtOnceDoNotForkTheChain(t *testing.T) {
	for _, owners := range [][2]string{{"one", "one"}, {"one", "two"}} {
		each(t, func(f fixture) {
			var wg sync.WaitGroup
			var mu sync.Mutex
			total := 0
			for _, owner := range owners {
				s := f.sealer(owner)
				wg.Go(func() {
					for i := range int64(15) {
						f.emit(i+1, owner+fmt.Sprintf("-%p", s))
						n, err := s.Seal(f.Context())
						if err != nil {
							f.Error(err)
						}
						mu.Lock()
						total += n
						mu.Unlock()
					}
				})
			}
			wg.Wait()
			f.clock.Advance(time.Minute)
			total += f.seal(f.sealer("one")) // both leases are over
			if total != 30 {
				f.Errorf("sealed %d", total)
			}
			f.wantWhole(30)
		})
	}
}

func TestAnotherProcessSealsWhenTheLeaseEnds(t *testing.T) {
	each(t, func(f fixture) {
		one, two := f.sealer("one"), f.sealer("two")
		f.emit(1, "a")
		f.wantSealed(one, 1)
		f.emit(2, "a")
		f.wantSealed(two, 0)
		f.clock.Advance(11 * time.Second)
		f.wantSealed(two, 1)
		f.emit(3, "a")
		one.Wake(0)
		two.Wake(0)
		f.wantSealed(one, 0)
		f.wantSealed(two, 1)
		f.wantWhole(3)
	})
}

func TestTheSealerWakesWithTheCommandAndWakesItsReaders(t *testing.T) {
	dbtest.Each(t, db.Options{}, func(t *testing.T, d *db.DB) {
		s := event.NewSealer(d, "one", nil)
		ctx, stop := context.WithCancel(t.Context())
		var wg sync.WaitGroup
		wg.Go(func() { s.Run(ctx) })
		for i := range int64(3) {
			sealed := s.Sealed()
			if err := d.Tx(ctx, func(tx *db.Tx) error {
				event.Prepare(tx, "cmd_1", nil, s.Wake)
				return emit(tx, i+1, "a")
			}); err != nil {
				t.Fatal(err)
			}
			<-sealed
		}
		stop()
		wg.Wait()
		if f := (fixture{t, d, nil}); len(f.log(auth.Internal("test"))) != 3 {
			t.Error("not all were sealed")
		}
	})
}

func TestVerifyFindsWhateverWasDoneToTheLog(t *testing.T) {
	public, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	cases := []struct {
		name, fault string
		sql         []string
	}{
		{"nothing", "", nil},
		{"an event changed", "the hash at position 3 does not fit", []string{`UPDATE events SET body = '{"n":7}' WHERE subject = 'a' AND sequence = 3`}},
		{"an actor changed", "the hash at position 3", []string{`UPDATE events SET actor = 'usr_other' WHERE subject = 'a' AND sequence = 3`}},
		{"an event cut out", "position 3 is missing", []string{`DELETE FROM log WHERE position = 3`}},
		{"an event cut out and the gap closed", "the hash at position 3", []string{`DELETE FROM log WHERE position = 3`, `UPDATE log SET position = 3 WHERE position = 4`, `UPDATE log SET position = 4 WHERE position = 5`}},
		{"an event deleted", "position 2 is missing", []string{`DELETE FROM events WHERE subject = 'a' AND sequence = 2`}},
		{"two events swapped", "the hash at position 2", []string{`UPDATE log SET position = 99 WHERE position = 2`, `UPDATE log SET position = 2 WHERE position = 3`, `UPDATE log SET position = 3 WHERE position = 99`}},
		{"an event inserted", "the hash at position 6", []string{
			`INSERT INTO events (id, subject, sequence, type, version, actor, command, at, body) SELECT 'evt_x', 'x', 1, type, version, actor, command, at, body FROM events WHERE subject = 'a' AND sequence = 1`,
			`INSERT INTO log (position, event_id, hash) SELECT 6, 'evt_x', hash FROM log WHERE position = 5`}},
		{"the tail cut", "the log ends at 3, before its checkpoint 5", []string{`DELETE FROM log WHERE position > 3`}},
		{"a checkpoint forged", "the checkpoint at position 5 does not fit", []string{`UPDATE checkpoints SET signature = 'beef'`}},
		{"an event hidden from the log", "1 events are not in the log", []string{
			`INSERT INTO events (id, subject, sequence, type, version, actor, command, at, body) SELECT 'evt_x', 'x', 1, type, version, actor, command, 0, body FROM events WHERE subject = 'a' AND sequence = 1`}},
		{"a sequence changed", "the hash at position 5", []string{`UPDATE events SET sequence = 9 WHERE subject = 'a' AND sequence = 5`}},
	}
	each(t, func(f fixture) {
		s := event.NewSealer(f.db, "one", private)
		s.Clock = f.clock
		for i := range int64(5) {
			f.emit(i+1, "a")
		}
		f.wantSealed(s, 5)
		f.clock.Advance(time.Hour)
		for _, c := range cases {
			err := f.db.Tx(f.Context(), func(tx *db.Tx) error {
				for _, sql := range c.sql {
					tx.Write(sql)
				}
				return nil
			})
			if err != nil {
				f.Fatalf("%s: %v", c.name, err)
			}
			fault, _ := f.verify(public)
			if (c.fault == "") != (fault == "") || !strings.HasPrefix(fault, c.fault) {
				f.Errorf("%s: found %q", c.name, fault)
			}
			f.restore(s)
		}
	})
}

// restore makes the log of five events anew.
func (f fixture) restore(s *event.Sealer) {
	f.Helper()
	f.tx(func(tx *db.Tx) error {
		for _, table := range []string{"events", "log", "checkpoints"} {
			tx.Write(`DELETE FROM ` + table)
		}
		return nil
	})
	for i := range int64(5) {
		f.emit(i+1, "a")
	}
	s.Wake(0)
	f.wantSealed(s, 5)
	f.clock.Advance(time.Hour)
}

func TestVerifyFindsAnEventWithoutItsPredecessor(t *testing.T) {
	each(t, func(f fixture) {
		s := f.sealer("one")
		f.emit(1, "a")
		f.emit(3, "a")
		f.wantSealed(s, 1)
		f.clock.Advance(time.Hour)
		if fault, _ := f.verify(nil); fault != "1 events are not in the log" {
			f.Errorf("found %q", fault)
		}
		f.emit(2, "a")
		s.Wake(0)
		f.wantSealed(s, 2)
		f.wantWhole(3)
		f.tx(func(tx *db.Tx) error { tx.Write(`UPDATE events SET sequence = 9 WHERE sequence = 3`); return nil })
		f.tx(func(tx *db.Tx) error { tx.Write(`DELETE FROM log`); return nil })
		f.tx(func(tx *db.Tx) error {
			tx.Write(`INSERT INTO log (position, event_id, hash) SELECT 1, id, 'x' FROM events WHERE sequence = 9`)
			return nil
		})
		if fault, _ := f.verify(nil); fault == "" {
			f.Error("found nothing")
		}
	})
}

func TestReadersSeeOnlyWhatTheirScopeAndTheirRoleAllow(t *testing.T) {
	each(t, func(f fixture) {
		f.tx(func(tx *db.Tx) error {
			event.Prepare(tx, "cmd_1", nil, nil)
			tx.Actor = auth.Actor{ID: "usr_1"}
			body := map[string]any{"status": "new", "margin": 7}
			return event.Emit(tx,
				event.Event{Type: shown, Subject: "ord_1", Sequence: 1, Body: body, Channel: "cha_1", Location: "loc_1", Customer: "cus_1"},
				event.Event{Type: happened, Subject: "ord_1", Sequence: 2, Body: body, Channel: "cha_1", Location: "loc_1", Customer: "cus_1"},
				event.Event{Type: shown, Subject: "ord_2", Sequence: 1, Body: body, Channel: "cha_2", Location: "loc_2", Customer: "cus_2"})
		})
		f.wantSealed(f.sealer("one"), 3)
		for scope, want := range map[string]struct {
			auth.Scope
			log string
		}{
			"all":          {auth.Scope{}, "ord_1 1,ord_1 2,ord_2 1"},
			"a channel":    {auth.Scope{Channels: []string{"cha_2"}}, "ord_2 1"},
			"no channel":   {auth.Scope{Channels: []string{}}, ""},
			"a location":   {auth.Scope{Locations: []string{"loc_1"}}, "ord_1 1,ord_1 2"},
			"a customer":   {auth.Scope{Customer: "cus_1"}, "ord_1 1"},
			"nobody's":     {auth.Scope{Customer: "cus_3"}, ""},
			"a stranger's": {auth.Scope{Customer: "cus_1", Channels: []string{"cha_2"}}, ""},
		} {
			a := auth.Actor{ID: "cus_1", Scope: want.Scope}
			if got := strings.Join(f.log(a), ","); got != want.log {
				f.Errorf("%s sees %q", scope, got)
			}
		}
		customer := auth.Actor{ID: "cus_1", Scope: auth.Scope{Customer: "cus_1"}}
		if e := f.events(customer)[0]; string(e.Body) != `{"status":"new"}` || e.Actor != "" {
			f.Errorf("a customer sees %s by %q", e.Body, e.Actor)
		}
		var of []event.Sealed
		if err := f.db.Read(f.Context(), func(tx *db.Tx) (err error) {
			tx.Actor = customer
			of, err = event.Of(tx, "ord_1", 0, 10)
			return err
		}); err != nil || len(of) != 1 || of[0].Position != 1 || of[0].Time != "2026-03-01T12:00:00.000000Z" {
			f.Errorf("the events of the order are %+v, %v", of, err)
		}
	})
}

func TestAConsumerSeesABatchAgainUntilItsCursorMoved(t *testing.T) {
	each(t, func(f fixture) {
		f.emit(1, "a", "b", "c")
		f.wantSealed(f.sealer("one"), 3)
		seen, fail := 0, true
		c := event.Consumer{Name: "c", Handle: func(_ context.Context, events []event.Sealed) error {
			seen += len(events)
			if fail {
				return errBoom
			}
			return nil
		}}
		if n, err := c.Step(f.Context(), f.db); n != 0 || err != errBoom {
			f.Errorf("told %d, %v", n, err)
		}
		fail = false
		for _, want := range []int{3, 0} {
			if n, err := c.Step(f.Context(), f.db); n != want || err != nil {
				f.Errorf("told %d, %v", n, err)
			}
		}
		if seen != 6 {
			f.Errorf("saw %d events", seen)
		}
	})
}

func TestWhatAConsumerAppliesHappensOncePerEventThoughSeveralProcessesRunIt(t *testing.T) {
	each(t, func(f fixture) {
		s := f.sealer("one")
		c := event.Consumer{Name: "count", Apply: func(tx *db.Tx, events []event.Sealed) error {
			tx.Write(`INSERT INTO counters (name, next) VALUES ('seen', $1) ON CONFLICT (name) DO UPDATE SET next = counters.next + $1`, len(events))
			return nil
		}}
		for i := range int64(10) {
			f.emit(i+1, "a", "b", "c")
			f.clock.Advance(time.Second)
			f.wantSealed(s, 3)
			var wg sync.WaitGroup
			for range 4 {
				wg.Go(func() {
					if _, err := c.Step(f.Context(), f.db); err != nil {
						f.Error(err)
					}
				})
			}
			wg.Wait()
		}
		var n int64
		if err := f.db.Read(f.Context(), func(tx *db.Tx) error {
			return tx.Load(db.One(`SELECT next FROM counters WHERE name = 'seen'`, nil, &n))
		}); err != nil || n != 30 {
			f.Errorf("counted %d, %v", n, err)
		}
	})
}

func TestReactionsRunInTheOrderOfTheirTableInTheSameTransaction(t *testing.T) {
	each(t, func(f fixture) {
		var ran []string
		note := func(name string) func(*db.Tx, event.Event) error {
			return func(_ *db.Tx, e event.Event) error {
				ran = append(ran, name+" "+e.Subject)
				return nil
			}
		}
		reactions := []event.Reaction{
			{On: "thing.happened", Do: note("first")},
			{On: "thing.shown", Do: note("never")},
			{On: "thing.happened", Do: func(tx *db.Tx, e event.Event) error {
				if e.Sequence == 1 {
					return emit(tx, 2, e.Subject)
				}
				return nil
			}},
			{On: "thing.happened", Do: note("last")},
		}
		f.tx(func(tx *db.Tx) error {
			ran = nil
			event.Prepare(tx, "cmd_1", reactions, nil)
			return emit(tx, 1, "a")
		})
		if got := strings.Join(ran, ", "); got != "first a, first a, last a, last a" {
			f.Errorf("ran %s", got)
		}
		f.wantSealed(f.sealer("one"), 2)
	})
}

func TestAReactionThatFailsUndoesTheCommand(t *testing.T) {
	each(t, func(f fixture) {
		reactions := []event.Reaction{{On: "thing.happened", Do: func(*db.Tx, event.Event) error { return errBoom }}}
		if err := f.db.Tx(f.Context(), func(tx *db.Tx) error {
			event.Prepare(tx, "cmd_1", reactions, nil)
			return emit(tx, 1, "a")
		}); err != errBoom {
			f.Errorf("told %v", err)
		}
		if n := dbtest.Rows(f.T, f.db)["events"]; n != 0 {
			f.Errorf("%d events", n)
		}
	})
}

func TestReactionsThatCauseEachOtherEnd(t *testing.T) {
	each(t, func(f fixture) {
		depth := int64(0)
		limit := int64(0)
		reactions := []event.Reaction{{On: "thing.happened", Do: func(tx *db.Tx, e event.Event) error {
			if depth = e.Sequence; limit > 0 && depth > limit {
				return nil
			}
			return emit(tx, e.Sequence+1, "a")
		}}}
		run := func() error {
			return f.db.Tx(f.Context(), func(tx *db.Tx) error {
				event.Prepare(tx, "cmd_1", reactions, nil)
				return emit(tx, 1, "a")
			})
		}
		if err := run(); err == nil || depth != 5 {
			f.Errorf("told %v at depth %d", err, depth)
		}
		limit = 4
		if err := run(); err != nil {
			f.Errorf("five deep: %v", err)
		}
	})
}

func TestAnEventOutsideOfACommandIsRefused(t *testing.T) {
	each(t, func(f fixture) {
		if err := f.db.Tx(f.Context(), func(tx *db.Tx) error { return emit(tx, 1, "a") }); err == nil {
			f.Error("emitted")
		}
	})
}
