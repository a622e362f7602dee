package disk_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"

	"ordo/engine/db"
	"ordo/sim/disk"
)

func open(t *testing.T, d *disk.Disk) *db.DB {
	t.Helper()
	w, err := db.Open(t.Context(), d.URL("x.db"), db.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func add(ctx context.Context, w *db.DB, n int) error {
	return w.Tx(ctx, func(tx *db.Tx) error {
		tx.Write(`INSERT INTO cursors (consumer, position) VALUES ($1, $2)`, fmt.Sprint("n", n), n)
		return nil
	})
}

func numbers(t *testing.T, w *db.DB) map[int]bool {
	t.Helper()
	all := map[int]bool{}
	if err := w.Read(t.Context(), func(tx *db.Tx) error {
		return tx.Load(db.Many(`SELECT position FROM cursors WHERE consumer LIKE 'n%'`, nil, func(scan db.Scan) error {
			n := 0
			err := scan(&n)
			all[n] = true
			return err
		}))
	}); err != nil {
		t.Fatal(err)
	}
	return all
}

// lives writes, crashes and opens again, some times, and returns how many
// acknowledged writes were missing afterwards.
func lives(t *testing.T, name string, seed uint64) (acknowledged, missing int, stats disk.Stats) {
	random := rand.New(rand.NewPCG(seed, 1))
	d := disk.New()
	defer d.Remove()
	told := map[int]bool{}
	for n := 0; n < 400; {
		w, err := db.Open(t.Context(), d.URL(name), db.Options{})
		if errors.Is(err, db.ErrDamaged) {
			return acknowledged, missing + len(told), d.Stats()
		} else if err != nil {
			t.Fatal(err)
		}
		there := numbers(t, w)
		for n := range told { // order-free: it counts
			if !there[n] {
				missing++
			}
		}
		clear(told)
		for n := range there { // order-free: it copies
			told[n] = true
		}
		d.Arm(disk.Crashed, 1+random.IntN(150))
		for ; !d.Struck(); n++ {
			if add(t.Context(), w, n) == nil {
				told[n] = true
				acknowledged++
			}
		}
		w.Close()
		d.Crash(random.IntN)
	}
	return acknowledged, missing, d.Stats()
}

func TestNothingThatWasAcknowledgedIsMissingAfterACrash(t *testing.T) {
	for seed := range uint64(8) {
		told, missing, stats := lives(t, "x.db", seed)
		if missing > 0 || told == 0 {
			t.Errorf("seed %d: of %d acknowledged writes %d are missing", seed, told, missing)
		}
		if stats.Crashes == 0 || stats.Dropped+stats.Torn+stats.Survived == 0 {
			t.Errorf("seed %d: nothing was unsynced in %d crashes", seed, stats.Crashes)
		}
	}
}

func TestADatabaseThatDoesNotSyncLosesWhatItAcknowledged(t *testing.T) {
	missing := 0
	for seed := range uint64(8) {
		_, lost, _ := lives(t, "x.db?_pragma=synchronous(off)", seed)
		missing += lost
	}
	if missing == 0 {
		t.Error("the disk keeps what was never synced")
	}
}

func TestAFullDiskRefusesWritesUntilThereIsRoom(t *testing.T) {
	d := disk.New()
	defer d.Remove()
	w := open(t, d)
	defer w.Close()
	d.Arm(disk.Full, 1)
	if err := add(t.Context(), w, 1); !errors.Is(err, db.ErrFull) {
		t.Errorf("a full disk answers %v", err)
	}
	if got := numbers(t, w); len(got) != 0 {
		t.Errorf("it holds %v", got)
	}
	d.Empty()
	if err := add(t.Context(), w, 2); err != nil {
		t.Errorf("with room again it answers %v", err)
	}
}

func TestAFailedWriteUndoesItsTransaction(t *testing.T) {
	d := disk.New()
	defer d.Remove()
	w := open(t, d)
	defer w.Close()
	d.Arm(disk.IOError, 1)
	if err := add(t.Context(), w, 1); !errors.Is(err, db.ErrUnavailable) {
		t.Errorf("a failed write answers %v", err)
	}
	if err := add(t.Context(), w, 1); err != nil {
		t.Errorf("the next try answers %v", err)
	}
}
