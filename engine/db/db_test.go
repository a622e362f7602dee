package db_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"ordo/base/clock"
	"ordo/engine/db"
	"ordo/engine/db/dbtest"
)

var errBoom = errors.New("boom")

// add counts a counter up, with a read and a version check as a subject would.
func add(tx *db.Tx, name string) error {
	var n int64
	if err := tx.Load(db.One(`SELECT next FROM counters WHERE name = $1`, []any{name}, &n)); err != nil {
		return err
	}
	tx.Must(db.ErrStale, `UPDATE counters SET next = next + 1 WHERE name = $1 AND next = $2`, name, n)
	return nil
}

func setUp(t *testing.T, d *db.DB) {
	t.Helper()
	tx(t, d, func(tx *db.Tx) error {
		tx.Insert("counters (name, next)", []any{"a", 0}, []any{"b", 0})
		return nil
	})
}

func tx(t *testing.T, d *db.DB, fn func(*db.Tx) error) {
	t.Helper()
	if err := d.Tx(t.Context(), fn); err != nil {
		t.Fatal(err)
	}
}

func want(t *testing.T, d *db.DB, name string, want int64) {
	t.Helper()
	got := int64(-1)
	err := d.Read(t.Context(), func(tx *db.Tx) error {
		return tx.Load(db.One(`SELECT next FROM counters WHERE name = $1`, []any{name}, &got))
	})
	if err != nil || got != want {
		t.Errorf("counter %s is %d, %v; want %d", name, got, err, want)
	}
}

func each(t *testing.T, fn func(t *testing.T, d *db.DB)) {
	dbtest.Each(t, db.Options{}, func(t *testing.T, d *db.DB) {
		setUp(t, d)
		fn(t, d)
	})
}

func together(n int, fn func(i int)) {
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() { fn(i) })
	}
	wg.Wait()
}

func TestConcurrentChangesOfOneRowAllCount(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		together(20, func(int) {
			for range 5 {
				if err := d.Tx(t.Context(), func(tx *db.Tx) error { return add(tx, "a") }); err != nil {
					t.Error(err)
				}
			}
		})
		want(t, d, "a", 100)
	})
}

func TestNoAnswerIsGivenBeforeTheCommit(t *testing.T) {
	var fail atomic.Bool
	fault := func(p db.Point, _ int) error {
		if p == db.Commit && fail.Load() {
			return errBoom
		}
		return nil
	}
	dbtest.Each(t, db.Options{Fault: fault}, func(t *testing.T, d *db.DB) {
		setUp(t, d)
		fail.Store(true)
		err := d.Tx(t.Context(), func(tx *db.Tx) error { return add(tx, "a") })
		fail.Store(false)
		if !errors.Is(err, errBoom) {
			t.Errorf("told %v before the commit", err)
		}
		want(t, d, "a", 0)
	})
}

func TestALostCommitAnswerIsUnknownAndALostReadRunsAgain(t *testing.T) {
	var lose atomic.Bool
	fault := func(p db.Point, _ int) error {
		if p == db.Committed && lose.Swap(false) {
			return errBoom
		}
		return nil
	}
	dbtest.Each(t, db.Options{Fault: fault}, func(t *testing.T, d *db.DB) {
		setUp(t, d)
		lose.Store(true)
		after := false
		err := d.Tx(t.Context(), func(tx *db.Tx) error {
			tx.After(func() { after = true })
			return add(tx, "a")
		})
		if !errors.Is(err, db.ErrUnknown) || after {
			t.Errorf("told %v, After ran: %v", err, after)
		}
		lose.Store(true)
		want(t, d, "a", 1)
		if lose.Load() {
			t.Error("the read passed no commit")
		}
	})
}

func TestAContextThatEndsUndoesTheCommand(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		ctx, cancel := context.WithCancel(t.Context())
		err := d.Tx(ctx, func(tx *db.Tx) error {
			tx.Write(`UPDATE counters SET next = 7`)
			if err := tx.Flush(); err != nil {
				return err
			}
			cancel()
			return add(tx, "a")
		})
		if !errors.Is(err, context.Canceled) {
			t.Errorf("told %v", err)
		}
		ran := false
		if err := d.Tx(ctx, func(tx *db.Tx) error { ran = true; return nil }); !errors.Is(err, context.Canceled) || ran {
			t.Errorf("told %v, ran: %v", err, ran)
		}
		want(t, d, "a", 0)
	})
}

func TestALongReadEndsWithItsContext(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		ctx, cancel := context.WithCancel(t.Context())
		err := d.Read(ctx, func(tx *db.Tx) error {
			first := true
			return tx.Load(db.Many(`WITH RECURSIVE n (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 10000000) SELECT x FROM n`, nil,
				func(scan db.Scan) error {
					if first {
						first = false
						cancel()
					}
					return nil
				}))
		})
		if !errors.Is(err, context.Canceled) {
			t.Errorf("told %v", err)
		}
		want(t, d, "a", 0)
	})
}

func TestACommandCannotOpenATransaction(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		tx(t, d, func(tx *db.Tx) error {
			inner := func(*db.Tx) error { t.Error("ran"); return nil }
			if err := d.Tx(tx.Context(), inner); err != db.ErrNested {
				t.Errorf("Tx told %v", err)
			}
			if err := d.Read(tx.Context(), inner); err != db.ErrNested {
				t.Errorf("Read told %v", err)
			}
			return nil
		})
	})
}

func TestTheFirstFailureStaysAndNothingIsSentAfterIt(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		err := d.Tx(t.Context(), func(tx *db.Tx) error {
			tx.Must(errBoom, `UPDATE counters SET next = 1 WHERE name = 'none'`)
			tx.Flush() // a command that does not look at the error
			tx.Write(`UPDATE counters SET next = 9`)
			return nil
		})
		if err != errBoom {
			t.Errorf("told %v", err)
		}
		want(t, d, "a", 0)
	})
}

func TestAReadSeesTheWritesQueuedBeforeIt(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		tx(t, d, func(tx *db.Tx) error {
			var a, b int64
			var names []string
			tx.Write(`UPDATE counters SET next = 5 WHERE name = 'a'`)
			err := tx.Load(
				db.One(`SELECT next FROM counters WHERE name = $1`, []any{"a"}, &a),
				db.One(`SELECT next FROM counters WHERE name = $1`, []any{"none"}, &b),
				db.Many(`SELECT name FROM counters ORDER BY name`, nil, func(scan db.Scan) error {
					names = append(names, "")
					return scan(&names[len(names)-1])
				}),
			)
			if a != 5 || b != 0 || strings.Join(names, "") != "ab" {
				t.Errorf("read %d, %d, %q", a, b, names)
			}
			return err
		})
	})
}

func TestAReadSeesOneStateWhateverIsCommittedMeanwhile(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		both := `SELECT SUM(next) FROM counters`
		err := d.Read(t.Context(), func(tx *db.Tx) error {
			var before, after int64
			if err := tx.Load(db.One(both, nil, &before)); err != nil {
				return err
			}
			if err := d.Tx(t.Context(), func(tx *db.Tx) error { return add(tx, "a") }); err != nil {
				return err
			}
			err := tx.Load(db.One(both, nil, &after))
			if before != 0 || after != 0 {
				t.Errorf("read %d, then %d", before, after)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
		want(t, d, "a", 1)
	})
}

func TestAGuardFailsTheLoadThatBringsItsAnswer(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		err := d.Tx(t.Context(), func(tx *db.Tx) error {
			n := int64(-1)
			tx.Guard(db.One(`SELECT next FROM counters WHERE name = 'a'`, nil, &n), func() error {
				if n == 0 {
					return errBoom
				}
				return nil
			})
			return add(tx, "b")
		})
		if err != errBoom {
			t.Errorf("told %v", err)
		}
		want(t, d, "b", 0)
	})
}

func TestAStaleCommandRunsAgainButNotForever(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		runs := 0
		tx(t, d, func(tx *db.Tx) error {
			if runs++; runs < 3 {
				return db.ErrStale
			}
			return add(tx, "a")
		})
		want(t, d, "a", 1)
		runs = 0
		if err := d.Tx(t.Context(), func(*db.Tx) error { runs++; return db.ErrStale }); !errors.Is(err, db.ErrBusy) || runs != 20 {
			t.Errorf("told %v after %d runs", err, runs)
		}
	})
}

// ticking is a clock that shows another time at each reading.
type ticking struct {
	clock.Clock
	readings atomic.Int64
}

func (c *ticking) Now() time.Time { return time.Unix(c.readings.Add(1), 1000).UTC() }

func TestATransactionReadsTheClockOnce(t *testing.T) {
	ticks := &ticking{Clock: clock.System}
	dbtest.Each(t, db.Options{Clock: ticks}, func(t *testing.T, d *db.DB) {
		before := ticks.readings.Load()
		tx(t, d, func(tx *db.Tx) error {
			if want := time.Unix(before+1, 1000).UTC(); tx.Now != want || tx.Micros() != want.UnixMicro() {
				t.Errorf("now is %v, want %v", tx.Now, want)
			}
			return tx.Load(db.One(`SELECT 1`, nil, new(int64)))
		})
		if n := ticks.readings.Load() - before; n != 1 {
			t.Errorf("%d clock readings", n)
		}
	})
}

func TestAReaderCannotWrite(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		if err := d.Read(t.Context(), func(tx *db.Tx) error { tx.Write(`UPDATE counters SET next = 9`); return nil }); err == nil {
			t.Error("wrote")
		}
		want(t, d, "a", 0)
	})
}

func TestAUniqueViolationIsToldAsTheStatementSays(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		insert := func(tx *db.Tx) *db.Stmt { return tx.Write(`INSERT INTO counters (name, next) VALUES ('a', 1)`) }
		err := d.Tx(t.Context(), func(tx *db.Tx) error { insert(tx); return nil })
		if !d.IsUnique(err) || d.IsUnique(errBoom) {
			t.Errorf("told %v", err)
		}
		if err := d.Tx(t.Context(), func(tx *db.Tx) error { insert(tx).Unique(errBoom); return nil }); err != errBoom {
			t.Errorf("told %v", err)
		}
	})
}

func TestVeryManyRowsAreInsertedAtOnce(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		rows := make([][]any, 40_000)
		for i := range rows {
			rows[i] = []any{fmt.Sprint("row", i), i}
		}
		tx(t, d, func(tx *db.Tx) error { tx.Insert("counters (name, next)", rows...); return nil })
		if n := dbtest.Rows(t, d)["counters"]; n != 40_002 {
			t.Errorf("%d rows", n)
		}
	})
}

func TestAfterTheEndNothingRuns(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		var leaked *db.Tx
		tx(t, d, func(tx *db.Tx) error { leaked = tx; return nil })
		if err := leaked.Load(db.One(`SELECT 1`, nil, new(int64))); err != db.ErrClosed {
			t.Errorf("a leaked Tx told %v", err)
		}
	})
	d, err := db.Open(t.Context(), dbtest.SQLite(t), db.Options{})
	if err != nil {
		t.Fatal(err)
	}
	d.Close()
	if err := d.Tx(t.Context(), func(*db.Tx) error { return nil }); err != db.ErrClosed {
		t.Errorf("a closed DB told %v", err)
	}
}

func TestCallersTakeAsManyConnectionsAsThereAreOfThemAtOnce(t *testing.T) {
	d := dbtest.Open(t, dbtest.Postgres(t), db.Options{})
	for name, transact := range map[string]func(context.Context, func(*db.Tx) error) error{"commands": d.Tx, "reads": d.Read} {
		for _, atOnce := range []int{1, 3, 8} {
			var met sync.WaitGroup
			met.Add(atOnce)
			pids := make([]int64, atOnce)
			together(atOnce, func(i int) {
				err := transact(t.Context(), func(tx *db.Tx) error {
					met.Done()
					met.Wait() // until all have a connection
					return tx.Load(db.One(`SELECT pg_backend_pid()`, nil, &pids[i]))
				})
				if err != nil {
					t.Error(err)
				}
			})
			slices.Sort(pids)
			if n := len(slices.Compact(pids)); n != atOnce {
				t.Errorf("%d %s at once had %d connections", atOnce, name, n)
			}
		}
	}
}

func TestWhoComesAloneFindsTheSameConnectionAgain(t *testing.T) {
	d := dbtest.Open(t, dbtest.Postgres(t), db.Options{})
	pids := map[int64]bool{}
	for range 20 {
		var pid int64
		tx(t, d, func(tx *db.Tx) error { return tx.Load(db.One(`SELECT pg_backend_pid()`, nil, &pid)) })
		pids[pid] = true
	}
	if len(pids) != 1 {
		t.Errorf("%d connections", len(pids))
	}
}

func ExampleParams() {
	fmt.Println(db.Params(2, 3))
	// Output: $2, $3, $4
}
