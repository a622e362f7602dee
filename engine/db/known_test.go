package db_test

import (
	"errors"
	"fmt"
	"testing"

	"ordo/engine/db"
	"ordo/engine/db/dbtest"
)

var _ = db.Remember("lots")

// recall returns what is known under "lot" once it is confirmed, and keeps value
// there if nothing is.
func recall(t *testing.T, d *db.DB, value string) (known string) {
	t.Helper()
	err := d.Read(t.Context(), func(tx *db.Tx) error {
		k := tx.Known()
		if err := tx.Load(tx.Confirm(k)); err != nil {
			return err
		}
		var ok bool
		if known, ok = db.Recall[string](k, "lot"); !ok {
			k.Put("lot", value)
		}
		return tx.Settle(k)
	})
	if err != nil {
		t.Fatal(err)
	}
	return known
}

func expectKnown(t *testing.T, what, got, want string) {
	t.Helper()
	if got != want {
		t.Errorf("%s: %q is known, want %q", what, got, want)
	}
}

func change(tx *db.Tx) { tx.Write(`DELETE FROM lots WHERE id = 'none'`) }

func TestWhatIsRememberedIsForgottenByEveryProcessOnceSomebodyWrites(t *testing.T) {
	for name, url := range map[string]string{"sqlite": dbtest.SQLite(t), "postgres": dbtest.Postgres(t)} {
		t.Run(name, func(t *testing.T) {
			one, other := dbtest.Open(t, url, db.Options{}), dbtest.Open(t, url, db.Options{})
			setUp(t, one)
			for i, write := range []func(*db.Tx) error{
				func(tx *db.Tx) error { change(tx); return nil },
				func(tx *db.Tx) error { change(tx); change(tx); return tx.Flush() },
			} {
				expectKnown(t, "at first", recall(t, one, "a"), "")
				expectKnown(t, "again", recall(t, one, "b"), "a")
				tx(t, other, func(tx *db.Tx) error { return add(tx, "a") })
				expectKnown(t, "after another table", recall(t, one, "b"), "a")
				if i == 0 {
					tx(t, other, write)
				} else if err := other.Ahead(t.Context(), write); err != nil {
					t.Fatal(err)
				}
				expectKnown(t, "after a change", recall(t, one, ""), "")
				tx(t, other, write)
			}
		})
	}
}

func TestAChangeThatIsUndoneIsRememberedByNobody(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		recall(t, d, "a")
		err := d.Tx(t.Context(), func(tx *db.Tx) error {
			change(tx)
			k := tx.Known()
			if err := tx.Load(tx.Confirm(k)); err != nil {
				return err
			}
			if _, ok := db.Recall[string](k, "lot"); ok {
				t.Error("who changed it recalls what was before")
			}
			k.Put("lot", "undone")
			return errors.Join(tx.Settle(k), errBoom)
		})
		if !errors.Is(err, errBoom) {
			t.Error(err)
		}
		expectKnown(t, "after an undone change", recall(t, d, ""), "a")
	})
}

// What was recalled and what was read after a change would not belong together.
func TestWhatIsReadAcrossAChangeIsNotBelieved(t *testing.T) {
	for name, url := range map[string]string{"sqlite": dbtest.SQLite(t), "postgres": dbtest.Postgres(t)} {
		t.Run(name, func(t *testing.T) {
			d, other := dbtest.Open(t, url, db.Options{}), dbtest.Open(t, url, db.Options{})
			setUp(t, d)
			runs := 0
			err := d.Ahead(t.Context(), func(x *db.Tx) error {
				runs++
				k := x.Known()
				if err := x.Load(x.Confirm(k)); err != nil {
					return err
				}
				if _, ok := db.Recall[string](k, "lot"); !ok {
					if runs == 1 {
						tx(t, other, func(tx *db.Tx) error { change(tx); return nil })
					}
					k.Put("lot", fmt.Sprint("run ", runs))
				}
				return x.Settle(k)
			})
			if err != nil || runs != 2 {
				t.Errorf("%d runs, %v", runs, err)
			}
			expectKnown(t, "then", recall(t, d, ""), "run 2")
		})
	}
}

func TestMemoryIsBounded(t *testing.T) {
	d := dbtest.Open(t, dbtest.SQLite(t), db.Options{})
	const n = 120_000
	for step := range 12 {
		tx(t, d, func(tx *db.Tx) error {
			k := tx.Known()
			for i := range n / 12 {
				db.Recall[int](k, step*n+i)
				k.Put(step*n+i, i)
			}
			return tx.Settle(k)
		})
	}
	left := 0
	tx(t, d, func(tx *db.Tx) error {
		k := tx.Known()
		for step := range 12 {
			for i := range n / 12 {
				if _, ok := db.Recall[int](k, step*n+i); ok {
					left++
				}
			}
		}
		return nil
	})
	if left == 0 || left > 50_000 {
		t.Errorf("%d of %d values are left", left, n)
	}
}
