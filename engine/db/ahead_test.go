package db_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"ordo/engine/db"
	"ordo/engine/db/dbtest"
)

func next(tx *db.Tx, name string) (n int64, err error) {
	err = tx.Load(db.One(`SELECT next FROM counters WHERE name = $1`, []any{name}, &n))
	return n, err
}

func TestCommandsThatRunAheadCountEachOther(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		var counted atomic.Int64
		together(30, func(i int) {
			run := d.Ahead
			if i%3 == 0 {
				run = d.Tx
			}
			for range 5 {
				err := run(t.Context(), func(tx *db.Tx) error { return add(tx, "a") })
				switch {
				case err == nil:
					counted.Add(1)
				case !errors.Is(err, db.ErrBusy): // on a busy machine, others can be first each time
					t.Error(err)
				}
			}
		})
		if n := counted.Load(); n < 100 {
			t.Errorf("only %d of 150 were not refused", n)
		}
		want(t, d, "a", counted.Load())
	})
}

func TestACommandThatFailsAheadLeavesNothing(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		err := d.Ahead(t.Context(), func(tx *db.Tx) error {
			tx.Write(`UPDATE counters SET next = 7`)
			return errBoom
		})
		if !errors.Is(err, errBoom) {
			t.Errorf("told %v", err)
		}
		want(t, d, "a", 0)
	})
}

func TestAWriteWhoseAnswerIsWantedIsNotMadeAhead(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		for _, failure := range []error{errBoom, nil} {
			var got int64
			err := d.Ahead(t.Context(), func(tx *db.Tx) error {
				if err := tx.Load(db.One(`UPDATE counters SET next = next + 1 WHERE name = 'a' RETURNING next`, nil, &got)); err != nil {
					return err
				}
				return failure
			})
			if !errors.Is(err, failure) || got != 1 {
				t.Errorf("got %d, %v", got, err)
			}
		}
		want(t, d, "a", 1)
	})
}

// What a command sees ahead may be of a group that fails: it runs again, also
// if that made it refuse. It may as well come too late to see it: then again.
func TestACommandThatSawAheadWhatWasUndoneRunsAgain(t *testing.T) {
	for _, refuses := range []bool{false, true} {
		saw := false
		for try := 0; !saw; try++ {
			if try == 100 {
				t.Fatal("it never came in time")
			}
			seen := seeUndone(t, refuses)
			saw = seen[0] == 5
			if last := seen[len(seen)-1]; last != 0 || saw != (len(seen) == 2) {
				t.Fatalf("it saw %v", seen)
			}
		}
	}
}

// seeUndone lets a command run ahead while another one's group fails, and
// returns what it saw.
func seeUndone(t *testing.T, refuses bool) (seen []int64) {
	t.Helper()
	var fail atomic.Bool
	d := grouped(t, func(p db.Point, _ int) error {
		if p == db.Commit && fail.Swap(false) {
			return errBoom
		}
		return nil
	})
	fail.Store(true)
	inside, done := make(chan bool), make(chan error)
	runs := 0
	go func() {
		done <- d.Tx(t.Context(), func(tx *db.Tx) error {
			if runs++; runs > 1 {
				return errBoom
			}
			tx.Write(`UPDATE counters SET next = 5 WHERE name = 'a'`)
			if err := tx.Flush(); err != nil {
				return err
			}
			close(inside)
			for d.Waiting() == 0 { // until the other wants to read
				runtime.Gosched()
			}
			return nil
		})
	}()
	<-inside
	err := d.Ahead(t.Context(), func(tx *db.Tx) error {
		n, err := next(tx, "a")
		if seen = append(seen, n); n == 5 && refuses {
			return db.ErrFull.New("five is too much")
		}
		tx.Write(`UPDATE counters SET next = $1 WHERE name = 'b'`, n+1)
		return err
	})
	if first := <-done; err != nil || !errors.Is(first, errBoom) {
		t.Errorf("the first told %v, the one ahead %v", first, err)
	}
	want(t, d, "b", 1)
	return seen
}

// Commands that are refused read and never write: a group must not wait for
// them forever.
func TestRefusalsAheadDoNotHoldACommitBack(t *testing.T) {
	d := grouped(t, nil)
	ctx, stop := context.WithCancel(t.Context())
	var refusing sync.WaitGroup
	var refused atomic.Int64
	for range 16 {
		refusing.Go(func() {
			for ctx.Err() == nil {
				d.Ahead(ctx, func(tx *db.Tx) error { next(tx, "a"); refused.Add(1); return errBoom })
			}
		})
	}
	for range 20 {
		before := refused.Load()
		tx(t, d, func(tx *db.Tx) error { return add(tx, "a") })
		if n := refused.Load() - before; n > 5_000 {
			t.Errorf("%d refusals came before a commit", n)
		}
	}
	stop()
	refusing.Wait()
	want(t, d, "a", 20)
}

func TestAPanicAheadReachesItsCallerAlone(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		for name, boom := range map[string]func(*db.Tx) error{
			"in the command": func(*db.Tx) error { panic("boom") },
			"in a scan": func(tx *db.Tx) error {
				return tx.Load(db.Many(`SELECT next FROM counters`, nil, func(db.Scan) error { panic("boom") }))
			},
		} {
			func() {
				defer func() {
					if p := fmt.Sprint(recover()); !strings.HasPrefix(p, "boom") {
						t.Errorf("%s: the caller saw %s", name, p)
					}
				}()
				d.Ahead(t.Context(), boom)
			}()
			tx(t, d, func(tx *db.Tx) error { return add(tx, "a") })
		}
		want(t, d, "a", 2)
	})
}

func TestACommandAheadOfADatabaseThatIsClosedIsToldSo(t *testing.T) {
	d, err := db.Open(t.Context(), dbtest.SQLite(t), db.Options{})
	if err != nil {
		t.Fatal(err)
	}
	d.Close()
	err = d.Ahead(t.Context(), func(tx *db.Tx) error { return add(tx, "a") })
	if !errors.Is(err, db.ErrClosed) {
		t.Errorf("told %v", err)
	}
}
