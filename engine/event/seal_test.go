package event_test

import (
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
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

	happened = event.Declare("thing.happened", 1, "Something happened to a thing.", struct{}{})
	shown    = event.Declare("thing.shown", 1, "Something happened that customers see.", struct{}{}, "status")
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

// Spec: 11.1.4
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
//
// Spec: 11.1.4
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

func TestWhatASealerWasWokenForIsNotForgottenWhenSealingFails(t *testing.T) {
	var fail atomic.Bool
	for name, url := range map[string]func(*testing.T) string{"sqlite": dbtest.SQLite, "postgres": dbtest.Postgres} {
		t.Run(name, func(t *testing.T) {
			c := clock.NewManual(start)
			f := fixture{t, dbtest.Open(t, url(t), db.Options{Clock: c, Fault: func(p db.Point, _ int) error {
				if p == db.Commit && fail.Load() {
					return errBoom
				}
				return nil
			}}), c}
			s := f.sealer("one")
			f.emit(1, "a")
			f.wantSealed(s, 1)
			f.emit(2, "a")
			s.Wake(c.Now().UnixMicro())
			fail.Store(true)
			if n, err := s.Seal(f.Context()); n != 0 || !errors.Is(err, errBoom) {
				f.Errorf("told %d, %v", n, err)
			}
			fail.Store(false)
			f.wantSealed(s, 1)
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

// Ids of one moment have no order, and a batch may hold none that is the first
// of its subject.
func TestManyEventsOfOneMomentAreSealedInOrder(t *testing.T) {
	each(t, func(f fixture) {
		s := f.sealer("one")
		f.tx(func(tx *db.Tx) error {
			event.Prepare(tx, "cmd_1", nil, nil)
			for i := range int64(1500) {
				if err := emit(tx, i+1, "a"); err != nil {
					return err
				}
			}
			return nil
		})
		f.emit(1, "b")
		f.wantSealed(s, 1501)
		for i, e := range f.events(auth.Internal("test")) {
			if e.Subject == "a" && e.Sequence > 1 && i == 0 {
				f.Errorf("the first of the log is %d of %s", e.Sequence, e.Subject)
			}
		}
	})
}
