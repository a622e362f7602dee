package effect_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"ordo/base/clock"
	"ordo/engine/db"
	"ordo/engine/db/dbtest"
	"ordo/engine/effect"
)

var errBoom = errors.New("boom")

// fixture is a workspace whose performer does what the test says and then
// records the result.
type fixture struct {
	*testing.T
	effect.Runner
	clock *clock.Manual
	do    func(i effect.Intent) error

	mu    sync.Mutex
	tries []int64
}

func each(t *testing.T, fn func(f *fixture)) {
	for name, url := range map[string]func(*testing.T) string{"sqlite": dbtest.SQLite, "postgres": dbtest.Postgres} {
		t.Run(name, func(t *testing.T) {
			c := clock.NewManual(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC))
			f := &fixture{T: t, clock: c, do: func(effect.Intent) error { return nil }}
			f.Runner = effect.Runner{DB: dbtest.Open(t, url(t), db.Options{Clock: c}), Performers: map[string]effect.Performer{"call": f.perform}}
			fn(f)
		})
	}
}

func (f *fixture) perform(ctx context.Context, i effect.Intent) error {
	f.mu.Lock()
	f.tries = append(f.tries, i.Tries)
	f.mu.Unlock()
	if err := f.do(i); err != nil {
		return err
	}
	return f.record(ctx, i.ID)
}

// record is the command that records a result.
func (f *fixture) record(ctx context.Context, id string) error {
	return f.DB.Tx(ctx, func(tx *db.Tx) error {
		effect.Done(tx, id)
		return nil
	})
}

// ask runs a command that asks for a call which nobody waits for.
func (f *fixture) ask() (id string) {
	f.Helper()
	err := f.DB.Tx(f.Context(), func(tx *db.Tx) (err error) {
		id, err = effect.Ask(tx, "call", "pay_1", map[string]any{"amount": 5})
		return err
	})
	if err != nil {
		f.Fatal(err)
	}
	return id
}

// askHere runs a command that asks for a call and is there to start it; fail
// undoes it.
func (f *fixture) askHere(fail error) (told []effect.Intent, err error) {
	f.Helper()
	err = f.DB.Tx(f.Context(), func(tx *db.Tx) error {
		effect.Collect(tx, func(intents []effect.Intent) { told = intents })
		_, err := effect.Ask(tx, "call", "pay_1", map[string]any{"amount": 5})
		return errors.Join(err, tx.Flush(), fail)
	})
	return told, err
}

func (f *fixture) wantState(id, want string) {
	f.Helper()
	var state string
	if err := f.DB.Read(f.Context(), func(tx *db.Tx) error {
		return tx.Load(db.One(`SELECT state FROM intents WHERE id = $1`, []any{id}, &state))
	}); err != nil || state != want {
		f.Errorf("the intent is %q, want %q (%v)", state, want, err)
	}
}

func (f *fixture) sweep(want int) {
	f.Helper()
	if n, err := f.Sweep(f.Context()); n != want || err != nil {
		f.Errorf("swept %d, want %d (%v)", n, want, err)
	}
}

func (f *fixture) wantTries(want ...int64) {
	f.Helper()
	if fmt.Sprint(f.tries) != fmt.Sprint(want) {
		f.Errorf("the performer was called with tries %v, want %v", f.tries, want)
	}
}

func TestAnEffectIsPerformedOnlyAfterTheCommitThatAskedForIt(t *testing.T) {
	each(t, func(f *fixture) {
		if told, err := f.askHere(errBoom); !errors.Is(err, errBoom) || told != nil {
			f.Errorf("an undone command told %v, %v", told, err)
		}
		f.clock.Advance(time.Hour)
		f.sweep(0)

		told, err := f.askHere(nil)
		if err != nil || len(told) != 1 {
			f.Fatalf("told %v, %v", told, err)
		}
		if err := f.Start(f.Context(), told[0]); err != nil {
			f.Error(err)
		}
		f.wantState(told[0].ID, "done")
		f.wantTries(1)
		f.clock.Advance(time.Hour)
		f.sweep(0)
	})
}

func TestAnIntentWhoseCommandDiedIsAskedForWhenItsLeaseEnds(t *testing.T) {
	each(t, func(f *fixture) {
		told, err := f.askHere(nil)
		if err != nil {
			f.Fatal(err)
		}
		f.sweep(0)
		f.clock.Advance(time.Minute)
		f.sweep(1)
		f.wantTries(2)
		f.wantState(told[0].ID, "done")
	})
}

func TestAnIntentIsPerformedOnceThoughManyTry(t *testing.T) {
	each(t, func(f *fixture) {
		id := f.ask()
		f.clock.Advance(5 * time.Second)
		var wg sync.WaitGroup
		for i := range 10 {
			wg.Go(func() {
				if i%2 == 0 {
					f.Perform(f.Context(), id)
				} else {
					f.Sweep(f.Context())
				}
			})
		}
		wg.Wait()
		f.wantTries(1)
		f.wantState(id, "done")
	})
}

func TestWhileALeaseRunsNobodyElsePerforms(t *testing.T) {
	each(t, func(f *fixture) {
		id := f.ask()
		f.do = func(effect.Intent) error {
			f.do = func(effect.Intent) error { return nil }
			f.clock.Advance(29 * time.Second)
			f.sweep(0)
			return f.Perform(f.Context(), id)
		}
		if err := f.Perform(f.Context(), id); err != nil {
			f.Error(err)
		}
		f.wantTries(1)
		f.wantState(id, "done")
	})
}

func TestTheSweepLeavesTimeToTheCommandThatAsked(t *testing.T) {
	each(t, func(f *fixture) {
		id := f.ask()
		f.sweep(0)
		f.clock.Advance(time.Second)
		f.sweep(1)
		f.wantState(id, "done")
	})
}

func TestAfterALeaseWithoutResultThePerformerIsToldThatItMayHaveHappened(t *testing.T) {
	each(t, func(f *fixture) {
		id := f.ask()
		if err := f.DB.Tx(f.Context(), func(tx *db.Tx) error { // as a process that died leaves it
			tx.Write(`UPDATE intents SET state = 'leased', tries = 1, lease_until = $1`, tx.Now.Add(30*time.Second).UnixMicro())
			return nil
		}); err != nil {
			f.Fatal(err)
		}
		f.clock.Advance(30 * time.Second)
		f.sweep(0)
		f.clock.Advance(time.Microsecond)
		f.sweep(1)
		f.wantTries(2)
		f.wantState(id, "done")
	})
}

func TestWithoutResultAnIntentWaitsLongerAndLonger(t *testing.T) {
	each(t, func(f *fixture) {
		f.do = func(effect.Intent) error { return errBoom }
		id := f.ask()
		if err := f.Perform(f.Context(), id); !errors.Is(err, effect.ErrPending) {
			f.Errorf("told %v", err)
		}
		for _, pause := range []time.Duration{time.Second, 2 * time.Second, 4 * time.Second, 8 * time.Second} {
			f.clock.Advance(pause - time.Microsecond)
			f.sweep(0)
			f.clock.Advance(time.Microsecond)
			f.sweep(1)
		}
		f.wantTries(1, 2, 3, 4, 5)
		f.wantState(id, "waiting")
	})
}

func TestAPerformerThatPanicsOrIsUnknownLeavesTheIntentWaiting(t *testing.T) {
	each(t, func(f *fixture) {
		f.do = func(effect.Intent) error { panic("poison") }
		id := f.ask()
		if err := f.Perform(f.Context(), id); !errors.Is(err, effect.ErrPending) {
			f.Errorf("told %v", err)
		}
		f.wantState(id, "waiting")
		f.Performers = nil
		f.clock.Advance(time.Second)
		f.sweep(1)
		f.wantState(id, "waiting")
	})
}

func TestALateFailureDoesNotTakeTheLeaseFromItsSuccessor(t *testing.T) {
	each(t, func(f *fixture) {
		id := f.ask()
		first := true
		f.do = func(effect.Intent) error {
			if first { // hangs until the lease is over; another process takes over and hangs too
				first = false
				f.clock.Advance(31 * time.Second)
				if err := f.DB.Tx(f.Context(), func(tx *db.Tx) error {
					tx.Write(`UPDATE intents SET tries = 2, lease_until = $1`, tx.Now.Add(30*time.Second).UnixMicro())
					return nil
				}); err != nil {
					return err
				}
			}
			return errBoom
		}
		f.Perform(f.Context(), id)
		f.wantState(id, "leased")
	})
}

func TestASecondResultHasNoEffect(t *testing.T) {
	each(t, func(f *fixture) {
		id := f.ask()
		if err := f.Perform(f.Context(), id); err != nil {
			f.Fatal(err)
		}
		ended := func() (at int64) {
			if err := f.DB.Read(f.Context(), func(tx *db.Tx) error {
				return tx.Load(db.One(`SELECT ended_at FROM intents WHERE id = $1`, []any{id}, &at))
			}); err != nil {
				f.Fatal(err)
			}
			return at
		}
		first := ended()
		f.clock.Advance(time.Minute)
		if err := f.record(f.Context(), id); err != nil {
			f.Fatal(err)
		}
		if ended() != first {
			f.Error("the second result changed the intent")
		}
		f.wantState(id, "done")
	})
}

func TestASlowEffectDoesNotHoldUpTheOthersOfASweep(t *testing.T) {
	each(t, func(f *fixture) {
		for range 8 {
			f.ask()
		}
		f.clock.Advance(5 * time.Second)
		var running atomic.Int64
		all := make(chan bool)
		f.do = func(effect.Intent) error {
			if running.Add(1) == 8 {
				close(all)
			}
			<-all // each waits for the others
			return nil
		}
		f.sweep(8)
	})
}

func TestAfterARestoreWhatHasNoResultIsAskedForAtOnceAndWhatHasOneIsLeft(t *testing.T) {
	each(t, func(f *fixture) {
		done := f.ask()
		if err := f.record(f.Context(), done); err != nil {
			f.Fatal(err)
		}
		told, err := f.askHere(nil) // leased
		if err != nil {
			f.Fatal(err)
		}
		never := f.ask() // waits, and nobody has tried it
		if err := f.DB.Tx(f.Context(), effect.Restored); err != nil {
			f.Fatal(err)
		}
		f.sweep(2)
		f.wantTries(2, 2)
		f.wantState(told[0].ID, "done")
		f.wantState(never, "done")
		f.sweep(0)
	})
}
