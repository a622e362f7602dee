package db_test

import (
	"context"
	"errors"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"

	"ordo/engine/db"
	"ordo/engine/db/dbtest"
)

// Spec: 13.1.8
func TestWritesAreRefusedBeforeTheDiskIsFullAndGoOnWhenThereIsRoom(t *testing.T) {
	var free atomic.Int64
	dbtest.Each(t, db.Options{Disk: func() (db.Disk, error) { return db.Disk{Free: free.Load(), Total: 1 << 30}, nil }}, func(t *testing.T, d *db.DB) {
		write := func() error {
			return d.Tx(t.Context(), func(tx *db.Tx) error {
				tx.Write(`INSERT INTO cursors (consumer, position) VALUES ('x', 1) ON CONFLICT (consumer) DO UPDATE SET position = cursors.position + 1`)
				return nil
			})
		}
		for _, c := range []struct {
			free int64
			full bool
		}{{1 << 29, false}, {1 << 20, true}, {0, true}, {1<<30/20 - 1, true}, {1 << 30 / 20, false}} {
			free.Store(c.free)
			if err := write(); errors.Is(err, db.ErrFull) != c.full || err != nil && !c.full {
				t.Errorf("with %d bytes free a write tells %v", c.free, err)
			}
			err := d.Ahead(t.Context(), func(tx *db.Tx) error {
				var n int64
				if err := tx.Load(db.One(`SELECT position FROM cursors WHERE consumer = 'x'`, nil, &n)); err != nil {
					return err
				}
				tx.Write(`UPDATE cursors SET position = $1 WHERE consumer = 'x'`, n)
				return nil
			})
			if errors.Is(err, db.ErrFull) != c.full || err != nil && !c.full {
				t.Errorf("with %d bytes free a write ahead tells %v", c.free, err)
			}
			var n int64
			if err := d.Read(t.Context(), func(tx *db.Tx) error {
				return tx.Load(db.One(`SELECT COUNT(*) FROM cursors WHERE consumer = 'x'`, nil, &n))
			}); err != nil || n != 1 {
				t.Errorf("with %d bytes free a read tells %d, %v", c.free, n, err)
			}
		}
	})
}

func TestADiskThatCantBeLookedAtRefusesNothing(t *testing.T) {
	d := dbtest.Open(t, dbtest.SQLite(t), db.Options{Disk: func() (db.Disk, error) { return db.Disk{}, errors.New("away") }})
	if err := d.Tx(t.Context(), func(tx *db.Tx) error { return tx.Load() }); err != nil {
		t.Error(err)
	}
}

// Spec: 13.1.8
func TestTheDiskOfAFileIsSeenAndThatOfAServerIsNot(t *testing.T) {
	dbtest.Each(t, db.Options{}, func(t *testing.T, d *db.DB) {
		k, err := d.Disk()
		if seen := k.Total > 0 && k.Free > 0 && k.Free <= k.Total; err != nil || seen != (d.Name == "sqlite") {
			t.Errorf("the disk is %+v, %v", k, err)
		}
		var bytes int64
		if err := d.Read(t.Context(), func(tx *db.Tx) error { return tx.Load(d.Bytes(&bytes)) }); err != nil || bytes < 100_000 {
			t.Errorf("the database has %d bytes, %v", bytes, err)
		}
	})
	for _, c := range []struct {
		disk db.Disk
		used int64
		full bool
	}{{db.Disk{}, 0, false}, {db.Disk{Free: 20, Total: 100}, 80, false}, {db.Disk{Free: 4, Total: 100}, 96, true}, {db.Disk{Free: 128 << 20, Total: 1 << 40}, 100, false}, {db.Disk{Free: 128<<20 - 1, Total: 1 << 40}, 100, true}} {
		if c.disk.Used() != c.used || c.disk.Full() != c.full {
			t.Errorf("%+v is used by %d %%, full %v", c.disk, c.disk.Used(), c.disk.Full())
		}
	}
}

// Spec: 15.1.2
func TestAWatchTellsTheStatementThatTookLongest(t *testing.T) {
	dbtest.Each(t, db.Options{}, func(t *testing.T, d *db.DB) {
		for name, run := range map[string]func(context.Context, func(*db.Tx) error) error{"tx": d.Tx, "ahead": d.Ahead, "read": d.Read} { // order-free: each by itself
			var w db.Watch
			slow := `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300000) SELECT COUNT(*) FROM n WHERE i > $1`
			var n int64
			err := run(db.Watched(t.Context(), &w), func(tx *db.Tx) error {
				if err := tx.Load(db.One(`SELECT 1`, nil, &n)); err != nil {
					return err
				}
				return tx.Load(db.One(`SELECT 2`, nil, &n), db.One(slow, []any{0}, &n))
			})
			spent := w.Spent()
			if err != nil || n != 300_000 || !strings.Contains(spent.Statement, "RECURSIVE") || spent.Took <= 0 {
				t.Errorf("%s: %d rows, %+v, %v", name, n, spent, err)
			}
			if whole := d.Name == "postgres"; strings.Contains(spent.Statement, "SELECT 2; ") != whole {
				t.Errorf("%s: the longest is %q", name, spent.Statement)
			}
		}
	})
}

// Spec: 13.1.8
func TestLanesTellHowManyWaitAndForHowLong(t *testing.T) {
	dbtest.Each(t, db.Options{Writers: 1}, func(t *testing.T, d *db.DB) {
		held, release := make(chan struct{}), make(chan struct{})
		done := make(chan error, 2)
		go func() {
			done <- d.Tx(t.Context(), func(tx *db.Tx) error { close(held); <-release; return nil })
		}()
		<-held
		var w db.Watch
		go func() { done <- d.Tx(db.Watched(t.Context(), &w), func(tx *db.Tx) error { return nil }) }()
		for writes, _ := d.Lanes(); writes.Waiting == 0; writes, _ = d.Lanes() {
			runtime.Gosched()
		}
		if writes, reads := d.Lanes(); writes.Busy != 1 || writes.Waiting != 1 || writes.Most != 1 || reads.Busy+reads.Waiting != 0 {
			t.Errorf("lanes are %+v, %+v", writes, reads)
		}
		close(release)
		for range 2 {
			if err := <-done; err != nil {
				t.Error(err)
			}
		}
		if writes, _ := d.Lanes(); writes.Busy+writes.Waiting != 0 || writes.Waits == 0 || w.Spent().Waited <= 0 || w.Spent().Waited > writes.Waited {
			t.Errorf("afterwards lanes are %+v, the watch %+v", writes, w.Spent())
		}
	})
}
