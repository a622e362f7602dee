package db_test

import (
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"ordo/engine/db"
	"ordo/engine/db/dbtest"
)

func TestConnectionsLostBeforeTheCommitAreNotNoticed(t *testing.T) {
	p, url := dbtest.NewProxy(t)
	d := dbtest.Open(t, url, db.Options{})
	setUp(t, d)
	together(8, func(int) { // every lane gets a connection
		if err := d.Tx(t.Context(), func(tx *db.Tx) error { return add(tx, "b") }); err != nil {
			t.Error(err)
		}
	})
	var runs atomic.Int64
	tx(t, d, func(tx *db.Tx) error {
		if runs.Add(1) == 1 {
			if err := errors.Join(add(tx, "a"), tx.Flush()); err != nil {
				return err
			}
			p.Drop()
		}
		return add(tx, "a")
	})
	if runs.Load() < 2 {
		t.Error("the command did not run again")
	}
	want(t, d, "a", 1)
	want(t, d, "b", 8)
}

func TestADatabaseThatWentAwayIsUnavailableUntilItIsBack(t *testing.T) {
	p, url := dbtest.NewProxy(t)
	d := dbtest.Open(t, url, db.Options{})
	setUp(t, d)
	p.Cut()
	together(20, func(int) {
		if err := d.Tx(t.Context(), func(tx *db.Tx) error { return add(tx, "a") }); !errors.Is(err, db.ErrUnavailable) {
			t.Errorf("a command told %v", err)
		}
		if err := d.Read(t.Context(), func(tx *db.Tx) error { return tx.Load(db.One(`SELECT 1`, nil, new(int64))) }); !errors.Is(err, db.ErrUnavailable) {
			t.Errorf("a read told %v", err)
		}
	})
	p.Back()
	tx(t, d, func(tx *db.Tx) error { return add(tx, "a") })
	want(t, d, "a", 1)
}

func TestCommandsUnderWayWhenTheDatabaseGoesAwayAreWholeOrAbsent(t *testing.T) {
	p, url := dbtest.NewProxy(t)
	d := dbtest.Open(t, url, db.Options{})
	setUp(t, d)
	var done, open atomic.Int64
	together(16, func(i int) {
		for j := range 40 {
			if i == 0 && j%10 == 5 {
				p.Drop()
			}
			switch err := d.Tx(t.Context(), func(tx *db.Tx) error { return add(tx, "a") }); {
			case err == nil:
				done.Add(1)
			case errors.Is(err, db.ErrUnknown):
				open.Add(1)
			case !errors.Is(err, db.ErrUnavailable) && !errors.Is(err, db.ErrBusy):
				t.Error(err)
			}
		}
	})
	var n int64
	if err := d.Read(t.Context(), func(tx *db.Tx) error {
		return tx.Load(db.One(`SELECT next FROM counters WHERE name = 'a'`, nil, &n))
	}); err != nil {
		t.Fatal(err)
	}
	if n < done.Load() || n > done.Load()+open.Load() {
		t.Errorf("%d counted, %d told as done, %d as unknown", n, done.Load(), open.Load())
	}
}

func TestAServerThatFallsSilentIsNoticed(t *testing.T) {
	defer db.SetTripLimit(time.Second)()
	p, url := dbtest.NewProxy(t)
	d, err := db.Open(t.Context(), url+"&connect_timeout=1", db.Options{Writers: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	setUp(t, d)
	p.Mute(true)
	if err := d.Tx(t.Context(), func(tx *db.Tx) error { return add(tx, "a") }); !errors.Is(err, db.ErrUnavailable) {
		t.Errorf("told %v", err)
	}
	p.Mute(false)
	tx(t, d, func(tx *db.Tx) error { return add(tx, "a") })
	want(t, d, "a", 1)
}
