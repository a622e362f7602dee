package backup_test

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"ordo/base/clock"
	"ordo/engine/backup"
	"ordo/engine/db"
	"ordo/engine/db/dbtest"
)

// shipped is a source whose commits go into a folder.
type shipped struct {
	*source
	shipper *backup.Shipper
	dir     string
}

func newShipped(t *testing.T) *shipped {
	t.Helper()
	url := dbtest.SQLite(t)
	followed, ok := db.Followed(url)
	if !ok {
		t.Fatalf("%s can't be followed", url)
	}
	s := &shipped{source: &source{T: t, kind: "sqlite", url: url, options: backup.Options{Key: backup.NewKey(), Program: "test"}}, dir: filepath.Join(t.TempDir(), "folder")}
	d, err := db.Open(t.Context(), followed, db.Options{})
	if err != nil {
		t.Fatal(err)
	}
	s.db = d
	t.Cleanup(func() { s.db.Close() }) // another one, perhaps
	s.shipper = s.newShipper()
	s.write(20)
	s.whole()
	return s
}

func (s *shipped) newShipper() *backup.Shipper {
	return &backup.Shipper{DB: s.db, URL: s.url, Dir: s.dir, Every: time.Hour, Keep: time.Hour, Options: s.options}
}

// step copies what was committed, and returns a moment after it.
func (s *shipped) step() time.Time {
	s.Helper()
	if err := s.shipper.Step(s.Context()); err != nil {
		s.Fatal(err)
	}
	return clock.System.Now()
}

// whole steps until there is one more copy of the whole file.
func (s *shipped) whole() {
	s.Helper()
	before := len(s.files("pages"))
	for until := clock.System.Now().Add(time.Minute); len(s.files("pages")) == before; {
		if s.step(); clock.System.Now().After(until) {
			s.Fatal("no copy of the whole file was made")
		}
	}
	s.step() // takes the answer
}

func (s *shipped) files(content string) []string {
	s.Helper()
	all, err := filepath.Glob(s.dir + "/*/*." + content)
	if err != nil {
		s.Fatal(err)
	}
	return all
}

// end lets the shipper take all and end.
func (s *shipped) end() {
	ended, stop := context.WithCancel(s.Context())
	stop()
	s.shipper.Run(ended)
}

// restored is the state at a moment.
func (s *shipped) restored(at time.Time) []backup.Total {
	s.Helper()
	url := kinds["sqlite"].place(s.T)
	if _, err := backup.RestoreFolder(s.Context(), s.dir, url, at, s.options); err != nil {
		s.Fatal(err)
	}
	all := digest(s.T, url)
	d := dbtest.Open(s.T, url, db.Options{}) // it is whole: others can write to it
	if err := d.Tx(s.Context(), func(tx *db.Tx) error { tx.Write(`UPDATE counters SET next = next + 1`); return nil }); err != nil {
		s.Error(err)
	}
	return all
}

// Spec: 11.3.5
func TestEveryMomentOfAFolderIsRestoredEqualInEveryRow(t *testing.T) {
	s := newShipped(t)
	var moments []time.Time
	var wants [][]backup.Total
	for i := range 12 {
		s.write(1 + i%3)
		moments = append(moments, s.step())
		wants = append(wants, digest(t, s.url))
		s.write(1)  // in the next batch
		if i == 5 { // the server is started anew
			s.end()
			s.shipper = s.newShipper()
			s.whole()
		}
	}
	s.end()
	for i, at := range moments {
		if !slices.Equal(s.restored(at), wants[i]) {
			t.Errorf("the state after step %d is another one", i)
		}
	}
	if !slices.Equal(s.restored(time.Time{}), digest(t, s.url)) {
		t.Error("the last state is another one")
	}
	early := moments[0].Add(-time.Hour)
	if _, err := backup.RestoreFolder(t.Context(), s.dir, kinds["sqlite"].place(t), early, s.options); !errors.Is(err, backup.ErrMoment) {
		t.Errorf("a moment before all answers %v", err)
	}
}

// The log is copied back several times here, and another process writes too.
func TestNoCommitIsMissedWhileTheLogIsCopiedBackAndManyWrite(t *testing.T) {
	s := newShipped(t)
	other := dbtest.Open(t, s.url, db.Options{})
	var writers sync.WaitGroup
	for w, d := range []*db.DB{s.db, s.db, s.db, other} {
		writers.Go(func() {
			for i := range 120 {
				if err := d.Tx(context.WithoutCancel(t.Context()), func(tx *db.Tx) error {
					tx.Insert("settings (name, value, version)", []any{fmt.Sprint("large ", w, " ", i), strings.Repeat(fmt.Sprint(i), 150_000), int64(1)})
					return nil
				}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	done := make(chan bool)
	go func() { writers.Wait(); close(done) }()
	for running := true; running; {
		select {
		case <-done:
			running = false
		default:
		}
		if err := s.shipper.Step(t.Context()); err != nil && !errors.Is(err, db.ErrBusy) {
			t.Fatal(err)
		}
	}
	s.end()
	generations, err := os.ReadDir(s.dir)
	if err != nil || len(generations) != 1 {
		t.Errorf("there are %d generations, %v: commits were missed", len(generations), err)
	}
	if !slices.Equal(s.restored(time.Time{}), digest(t, s.url)) {
		t.Error("the last state is another one")
	}
	wal, err := os.Stat(strings.TrimPrefix(s.url, "sqlite:") + "-wal")
	if err != nil || wal.Size() > 96<<20 {
		t.Errorf("the write-ahead log has grown to %d bytes, %v", wal.Size(), err)
	}
}

func TestNobodyBeginsTheLogAnewBeforeItWasCopied(t *testing.T) {
	s := newShipped(t)
	other, err := sql.Open("sqlite", strings.TrimPrefix(s.url, "sqlite:"))
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	for range 5 {
		s.write(3)
		if _, err := other.Exec(`PRAGMA wal_checkpoint(TRUNCATE)`); err != nil {
			t.Fatal(err)
		}
		s.write(3)
		s.step()
	}
	s.end()
	if !slices.Equal(s.restored(time.Time{}), digest(t, s.url)) {
		t.Error("the last state is another one")
	}
}

func TestAFollowerThatWasPassedBeginsAnew(t *testing.T) {
	s := newShipped(t)
	s.shipper.Release(t)
	other, err := sql.Open("sqlite", strings.TrimPrefix(s.url, "sqlite:"))
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	for range 3 {
		s.write(3)
		if _, err := other.Exec(`PRAGMA wal_checkpoint(TRUNCATE)`); err != nil {
			t.Fatal(err)
		}
	}
	s.write(1)
	if err := s.shipper.Step(t.Context()); !errors.Is(err, db.ErrGap) {
		t.Errorf("the gap is answered with %v", err)
	}
	s.whole()
	s.write(1)
	s.end()
	if !slices.Equal(s.restored(time.Time{}), digest(t, s.url)) {
		t.Error("the last state is another one")
	}
}

// Spec: 11.3.5
func TestAByteThatIsFlippedInAFolderIsFound(t *testing.T) {
	s := newShipped(t)
	for range 5 {
		s.write(3)
		s.step()
	}
	s.end()
	to := kinds["sqlite"].place(t)
	for _, path := range append(s.files("pages"), s.files("commits")...) {
		whole, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for at := 0; at < len(whole); at += 1 + len(whole)/150 {
			b := bytes.Clone(whole)
			b[at] ^= 0x10
			if err := os.WriteFile(path, b, 0o600); err != nil {
				t.Fatal(err)
			}
			if _, err := backup.RestoreFolder(t.Context(), s.dir, to, time.Time{}, s.options); !refused(err) {
				t.Fatalf("with byte %d of %s flipped it answers %v", at, path, err)
			}
			wantNothing(t, to)
		}
		if err := os.WriteFile(path, whole, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if m, err := backup.CheckFolder(t.Context(), s.dir, s.options); err != nil || m.At == 0 {
		t.Errorf("the whole folder answers %v, %v", m, err)
	}
}

func TestAFolderThatEndsWithinABatchHoldsTheStateBeforeIt(t *testing.T) {
	s := newShipped(t)
	s.write(3)
	s.step()
	want := digest(t, s.url)
	path := s.files("commits")[0]
	before, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	s.write(3)
	s.step()
	after, err := os.Stat(path)
	if err != nil || after.Size() < before.Size()+100 {
		t.Fatalf("%d and %d bytes, %v", before.Size(), after.Size(), err)
	}
	for _, size := range []int64{after.Size() - 1, before.Size() + 20, before.Size() + 3, before.Size()} {
		if err := os.Truncate(path, size); err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(s.restored(time.Time{}), want) {
			t.Errorf("cut after byte %d it is another state", size)
		}
	}
}

func TestBatchesThatAreMissingAreFound(t *testing.T) {
	s := newShipped(t)
	for range 3 {
		s.write(3)
		s.step()
		s.shipper.NextFile(t)
	}
	s.write(3)
	s.step()
	s.end()
	all := s.files("commits")
	if len(all) != 4 {
		t.Fatalf("there are %v", all)
	}
	restore := func() error {
		_, err := backup.RestoreFolder(t.Context(), s.dir, kinds["sqlite"].place(t), time.Time{}, s.options)
		return err
	}
	if err := restore(); err != nil {
		t.Error(err)
	}
	if err := os.Rename(all[1], all[1]+".away"); err != nil {
		t.Fatal(err)
	}
	if err := restore(); !errors.Is(err, backup.ErrDamaged) {
		t.Errorf("without the second file it answers %v", err)
	}
	if err := os.Rename(all[2], all[1]); err != nil {
		t.Fatal(err)
	}
	if err := restore(); !errors.Is(err, backup.ErrDamaged) {
		t.Errorf("with another file in its place it answers %v", err)
	}
}

func TestAFolderInTroubleHoldsNobodyUpAndIsWholeAfterwards(t *testing.T) {
	s := newShipped(t)
	away := s.dir + ".away"
	if err := os.Rename(s.dir, away); err != nil {
		t.Fatal(err)
	}
	s.write(5)
	if err := s.shipper.Step(t.Context()); err == nil {
		t.Error("it did not see that the folder is away")
	}
	s.write(5)
	if err := os.RemoveAll(away); err != nil {
		t.Fatal(err)
	}
	s.whole()
	s.write(5)
	s.end()
	if !slices.Equal(s.restored(time.Time{}), digest(t, s.url)) {
		t.Error("the last state is another one")
	}
}

// reopen closes the database, lets between happen, and starts anew as a server
// does. It returns how many generations there are then.
func (s *shipped) reopen(kill bool, between func()) int {
	s.Helper()
	if kill {
		s.shipper.Kill()
	} else {
		s.end()
	}
	if !kill {
		s.db.Close()
		if err := s.shipper.Stopped(); err != nil {
			s.Fatal(err)
		}
	}
	between()
	s.shipper = s.newShipper()
	if err := s.shipper.Resume(s.Context()); err != nil {
		s.Fatal(err)
	}
	if !kill {
		followed, _ := db.Followed(s.url)
		d, err := db.Open(s.Context(), followed, db.Options{})
		if err != nil {
			s.Fatal(err)
		}
		s.db, s.shipper.DB = d, d
	}
	s.write(2)
	s.step()
	all, err := os.ReadDir(s.dir)
	if err != nil {
		s.Fatal(err)
	}
	return len(all)
}

// Spec: 11.3.5
func TestAServerThatStartsAnewGoesOnWithItsGenerationIfNothingWasMissed(t *testing.T) {
	s := newShipped(t)
	change := func() {
		d, err := db.Open(t.Context(), s.url, db.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if err := d.Tx(t.Context(), func(tx *db.Tx) error { tx.Write(`UPDATE counters SET next = next + 1`); return nil }); err != nil {
			t.Error(err)
		}
		d.Close()
	}
	for _, step := range []struct {
		what        string
		kill        bool
		between     func()
		generations int
	}{
		{"a good end", false, func() {}, 1},
		{"a kill of the shipper, with writes meanwhile", true, func() { s.write(5) }, 1},
		{"a good end again", false, func() {}, 1},
		{"a change while it was off", false, change, 2},
	} {
		s.write(3)
		s.step()
		s.write(3)
		if n := s.reopen(step.kill, step.between); n != step.generations {
			t.Errorf("after %s there are %d generations, want %d", step.what, n, step.generations)
		}
		if step.generations == 2 {
			s.whole()
		}
		if !slices.Equal(s.restored(time.Time{}), digest(t, s.url)) {
			t.Errorf("after %s the last state is another one", step.what)
		}
	}
	s.end()
}

func TestWhatIsOlderThanTheTimeToKeepIsRemoved(t *testing.T) {
	s := newShipped(t)
	s.shipper.Every, s.shipper.Keep = 0, 0
	s.shipper.NextFile(t)
	s.shipper.CopyNow(t)
	for range 3 {
		s.write(2)
		before := s.files("pages")[0]
		for until := clock.System.Now().Add(time.Minute); s.files("pages")[0] == before; {
			if s.step(); clock.System.Now().After(until) {
				t.Fatal("nothing was removed")
			}
		}
		s.shipper.NextFile(t)
	}
	s.end()
	if n, m := len(s.files("pages")), len(s.files("commits")); n > 2 || m > 4 {
		t.Errorf("%d copies and %d files of batches are left", n, m)
	}
	if !slices.Equal(s.restored(time.Time{}), digest(t, s.url)) {
		t.Error("the last state is another one")
	}
}

func TestAFolderGoesIntoAFileOnly(t *testing.T) {
	s := newShipped(t)
	s.end()
	if _, err := backup.RestoreFolder(t.Context(), s.dir, dbtest.Postgres(t), time.Time{}, s.options); !errors.Is(err, db.ErrNotEmpty) {
		t.Errorf("PostgreSQL answers %v", err)
	}
	if _, err := backup.RestoreFolder(t.Context(), s.dir, s.url, time.Time{}, s.options); !errors.Is(err, db.ErrNotEmpty) {
		t.Errorf("a file that is there answers %v", err)
	}
	if _, err := backup.RestoreFolder(t.Context(), t.TempDir(), kinds["sqlite"].place(t), time.Time{}, s.options); !errors.Is(err, backup.ErrFormat) {
		t.Errorf("an empty folder answers %v", err)
	}
	if _, err := backup.Check(t.Context(), s.files("commits")[0], s.options); !errors.Is(err, backup.ErrFormat) {
		t.Errorf("a file of batches by itself answers %v", err)
	}
}
