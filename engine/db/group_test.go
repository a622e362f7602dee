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
	"time"

	"ordo/base/clock"
	"ordo/base/problem"
	"ordo/engine/db"
	"ordo/engine/db/dbtest"
)

// inOneGroup runs the commands so that they wait for SQLite's only writer at
// once, in any order: a command before them holds it until they all stand there.
func inOneGroup(t *testing.T, d *db.DB, n int, fn func(i int)) {
	t.Helper()
	started, release := make(chan bool), make(chan bool)
	start := sync.OnceFunc(func() { close(started) })
	go d.Tx(t.Context(), func(*db.Tx) error { start(); <-release; return nil })
	<-started
	go func() {
		for d.Waiting() < int64(n) {
			runtime.Gosched()
		}
		close(release)
	}()
	together(n, fn)
}

// grouped opens SQLite, whose commands share commits.
func grouped(t *testing.T, fault db.Fault) *db.DB {
	t.Helper()
	d := dbtest.Open(t, dbtest.SQLite(t), db.Options{Fault: fault})
	setUp(t, d)
	return d
}

func TestWaitingCommandsShareACommitOnSQLite(t *testing.T) {
	d := grouped(t, nil)
	before := d.Commits.Load()
	inOneGroup(t, d, 40, func(int) {
		if err := d.Tx(t.Context(), func(tx *db.Tx) error { return add(tx, "a") }); err != nil {
			t.Error(err)
		}
	})
	if n := d.Commits.Load() - before; n > 10 {
		t.Errorf("%d commits for 40 commands", n)
	}
	want(t, d, "a", 40)
}

func TestAGroupEndsBeforeThoseWhoStandInItWaitForLong(t *testing.T) {
	d := grouped(t, nil)
	before := d.Commits.Load()
	inOneGroup(t, d, 8, func(int) {
		if err := d.Tx(t.Context(), func(tx *db.Tx) error {
			return errors.Join(clock.System.Sleep(tx.Context(), 12*time.Millisecond), add(tx, "a"))
		}); err != nil {
			t.Error(err)
		}
	})
	if n := d.Commits.Load() - before; n < 4 {
		t.Errorf("%d commits for 8 commands that take more than half of the time of a group", n)
	}
	want(t, d, "a", 8)
}

func TestCommandsThatFailLeaveTheOthersOfTheirGroupAlone(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		together(60, func(i int) {
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			defer func() {
				p := recover()
				if text := fmt.Sprint(p); (p != nil) != (i%4 == 2) || p != nil && !strings.HasPrefix(text, "boom") {
					t.Errorf("command %d: panic %v", i, p)
				}
			}()
			err := d.Tx(ctx, func(tx *db.Tx) error {
				if err := add(tx, "a"); err != nil {
					return err
				}
				switch i % 4 {
				case 1:
					return errors.Join(tx.Flush(), errBoom)
				case 2:
					if err := tx.Flush(); err != nil {
						return err
					}
					panic(errBoom)
				case 3:
					cancel()
				}
				return nil
			})
			for kind, want := range map[int]error{0: nil, 1: errBoom, 3: context.Canceled} {
				if i%4 == kind && !errors.Is(err, want) {
					t.Errorf("command %d: %v", i, err)
				}
			}
		})
		want(t, d, "a", 15)
	})
}

// At each place k of a group of n, and whatever goes wrong there, the other
// commands succeed.
func TestACommandThatPanicsOrIsCanceledAtAnyPlaceOfAGroupUndoesOnlyItself(t *testing.T) {
	const n = 8
	for k := range n {
		for _, how := range []string{"panic", "cancel"} {
			t.Run(fmt.Sprint(how, " at ", k), func(t *testing.T) {
				var place atomic.Int64
				d := grouped(t, nil)
				var failed atomic.Int64
				inOneGroup(t, d, n, func(int) {
					ctx, cancel := context.WithCancel(t.Context())
					defer cancel()
					mine := int64(-1)
					defer func() {
						if recover() != nil {
							failed.Add(1)
						}
					}()
					err := d.Tx(ctx, func(tx *db.Tx) error {
						if mine < 0 {
							mine = place.Add(1) - 1
						}
						if err := add(tx, "a"); err != nil {
							return err
						}
						if mine != int64(k) {
							return nil
						}
						if how == "panic" {
							panic(errors.Join(tx.Flush(), errBoom))
						}
						cancel()
						return tx.Flush()
					})
					if err != nil {
						failed.Add(1)
					}
				})
				if failed.Load() != 1 {
					t.Errorf("%d commands failed", failed.Load())
				}
				want(t, d, "a", n-1)
			})
		}
	}
}

func TestCommandsUndoneByAnotherOneRunAgain(t *testing.T) {
	d := grouped(t, nil)
	inOneGroup(t, d, 20, func(i int) {
		err := d.Tx(t.Context(), func(tx *db.Tx) error {
			if i%5 == 0 {
				tx.Write(`ROLLBACK`) // as SQLite does by itself when the disk is full
				return errors.Join(tx.Flush(), errBoom)
			}
			return add(tx, "a")
		})
		if i%5 != 0 && err != nil || i%5 == 0 && !errors.Is(err, errBoom) {
			t.Errorf("command %d: %v", i, err)
		}
	})
	want(t, d, "a", 16)
}

func TestAGroupWhoseCommitFailsRunsAgainOneByOneAndEachHearsTheTruth(t *testing.T) {
	var running, groups atomic.Int64
	var armed atomic.Bool
	fault := func(p db.Point, n int) error {
		if p != db.Commit || !armed.Load() {
			return nil
		}
		if n > 1 {
			groups.Add(1)
			return errBoom
		}
		if running.Load() == 3 {
			return errBoom
		}
		return nil
	}
	d := grouped(t, fault)
	armed.Store(true)
	var after atomic.Int64
	inOneGroup(t, d, 10, func(i int) {
		err := d.Tx(t.Context(), func(tx *db.Tx) error {
			running.Store(int64(i))
			tx.After(func() { after.Add(1) })
			return add(tx, "a")
		})
		if (err != nil) != (i == 3) {
			t.Errorf("command %d: %v", i, err)
		}
	})
	armed.Store(false)
	if groups.Load() == 0 {
		t.Error("no group failed")
	}
	if after.Load() != 9 {
		t.Errorf("After ran %d times", after.Load())
	}
	want(t, d, "a", 9)
}

// fullError is SQLite's own, which only SQLite can make.
func fullError(t *testing.T) error {
	t.Helper()
	d := dbtest.Open(t, dbtest.SQLite(t), db.Options{})
	var full error
	err := d.Tx(t.Context(), func(tx *db.Tx) error {
		tx.Write(`PRAGMA max_page_count = 1`)
		full = grow(tx, "x")
		return full
	})
	if !errors.Is(err, db.ErrFull) {
		t.Fatalf("told %v", err)
	}
	return full
}

// grow writes about 40 kB.
func grow(tx *db.Tx, name string) error {
	tx.Write(`INSERT INTO settings (name, value, version) VALUES ($1, $2, 1)`, name, strings.Repeat("x", 40_000))
	return tx.Flush()
}

func TestOnAFullDiskWhatFitsSucceedsTheRestIsToldAndReadingGoesOn(t *testing.T) {
	url := dbtest.SQLite(t)
	pages := int64(0)
	d := dbtest.Open(t, url, db.Options{})
	tx(t, d, func(tx *db.Tx) error { return tx.Load(db.One(`PRAGMA page_count`, nil, &pages)) })
	d = dbtest.Open(t, fmt.Sprintf("%s?_pragma=max_page_count(%d)", url, pages+35), db.Options{})
	setUp(t, d)

	var fit, full atomic.Int64
	inOneGroup(t, d, 12, func(i int) {
		err := d.Tx(t.Context(), func(tx *db.Tx) error {
			if i%2 == 0 {
				return add(tx, "a") // needs no space
			}
			return grow(tx, fmt.Sprint(i))
		})
		p := problem.As(err)
		switch {
		case i%2 == 0 && err != nil:
			t.Errorf("a command that needs no space: %v", err)
		case i%2 == 1 && err == nil:
			fit.Add(1)
		case i%2 == 1 && errors.Is(err, db.ErrFull) && p.Kind() == problem.StorageFull:
			full.Add(1)
		case i%2 == 1:
			t.Error(err)
		}
	})
	if fit.Load() != 3 || full.Load() != 3 {
		t.Errorf("%d fit, %d were told that the disk is full", fit.Load(), full.Load())
	}
	want(t, d, "a", 6)
	if n := dbtest.Rows(t, d)["settings"]; n != fit.Load() {
		t.Errorf("%d rows for %d that fit", n, fit.Load())
	}

	tx(t, d, func(tx *db.Tx) error { tx.Write(`DELETE FROM settings`); return nil })
	tx(t, d, func(tx *db.Tx) error { return grow(tx, "again") })
}

func TestADiskThatIsFullAtTheCommitIsToldTooAndRecovers(t *testing.T) {
	failure := fullError(t)
	var full atomic.Bool
	d := grouped(t, func(p db.Point, n int) error {
		if p == db.Commit && full.Load() {
			return failure
		}
		return nil
	})
	full.Store(true)
	inOneGroup(t, d, 10, func(int) {
		if err := d.Tx(t.Context(), func(tx *db.Tx) error { return add(tx, "a") }); !errors.Is(err, db.ErrFull) {
			t.Errorf("told %v", err)
		}
	})
	full.Store(false)
	want(t, d, "a", 0)
	tx(t, d, func(tx *db.Tx) error { return add(tx, "a") })
	want(t, d, "a", 1)
}
