package backup_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"

	"ordo/engine/backup"
	"ordo/engine/db"
	"ordo/engine/db/dbtest"
)

// kinds are the databases, as empty ones and as places for new ones.
var kinds = map[string]struct {
	filled func(*testing.T) string // with the schema, without rows
	place  func(*testing.T) string // nothing
}{
	"sqlite":   {dbtest.SQLite, func(t *testing.T) string { return "sqlite:" + filepath.Join(t.TempDir(), "restored.db") }},
	"postgres": {dbtest.Postgres, dbtest.PostgresEmpty},
}

// each runs a test on a database of each kind that holds some rows.
func each(t *testing.T, fn func(t *testing.T, s *source)) {
	for name := range kinds {
		t.Run(name, func(t *testing.T) { fn(t, newSource(t, name)) })
	}
}

// source is a database to be copied.
type source struct {
	*testing.T
	kind    string
	url     string
	db      *db.DB
	written int
	options backup.Options
}

func newSource(t *testing.T, kind string) *source {
	s := &source{T: t, kind: kind, url: kinds[kind].filled(t), options: backup.Options{Key: backup.NewKey(), Program: "test"}}
	s.db = dbtest.Open(t, s.url, db.Options{})
	s.write(50)
	return s
}

// texts are what databases and encodings stumble over.
var texts = []string{"", "plain", "tea ☕ für Ößö", "tab\tand\nline", `quote " ' \ \N`, strings.Repeat("long ", 3000)}

// write commits transactions of two rows each, which belong together, besides
// rows with every type and without a value.
func (s *source) write(n int) {
	s.Helper()
	for range n {
		s.written++
		i := s.written
		if err := s.db.Tx(context.WithoutCancel(s.Context()), func(tx *db.Tx) error {
			tx.Insert("counters (name, next)", []any{fmt.Sprint("counter ", i), int64(i) << 40})
			tx.Insert("settings (name, value, version)", []any{fmt.Sprint("setting ", i), texts[i%len(texts)], -int64(i)})
			if i%10 == 0 {
				tx.Insert("jobs (id, kind, args, unique_key, state, run_at, max_tries, created_at, ended_at)",
					[]any{fmt.Sprint("job_", i), "x", "{}", nil, "done", int64(0), int64(1), int64(0), int64(5)},
					[]any{fmt.Sprint("job_b", i), "x", "{}", fmt.Sprint(i), "waiting", int64(0), int64(1), int64(0), nil})
				tx.Insert("locations (id, code, name, kind, country, time_zone, active, created_at, version, event_sequence)",
					[]any{fmt.Sprint("loc_", i), fmt.Sprint(i), texts[i/10%len(texts)], "store", "GB", "UTC", i%20 == 0, int64(1), int64(1), int64(1)})
			}
			return nil
		}); err != nil {
			s.Fatal(err)
		}
	}
}

// back writes an archive.
func (s *source) back() (path string, m *backup.Manifest) {
	s.Helper()
	path = filepath.Join(s.TempDir(), "archive.ordo")
	m, err := backup.Write(s.Context(), s.url, path, s.options)
	if err != nil {
		s.Fatal(err)
	}
	return path, m
}

// digest is what a database holds.
func digest(t *testing.T, url string) []backup.Total {
	t.Helper()
	all, err := backup.Digest(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// wantNothing fails if a restore that was refused left anything.
func wantNothing(t *testing.T, url string) {
	t.Helper()
	if path, isFile := strings.CutPrefix(url, "sqlite:"); isFile {
		if left, err := filepath.Glob(path + "*"); err != nil || left != nil {
			t.Errorf("there is %v, %v", left, err)
		}
		return
	}
	c, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close(t.Context())
	var n int
	if err := c.QueryRow(t.Context(), `SELECT COUNT(*) FROM pg_class WHERE relnamespace = CAST(current_schema() AS regnamespace)`).Scan(&n); err != nil || n != 0 {
		t.Errorf("there are %d tables and indexes, %v", n, err)
	}
}

// Spec: 11.3.5
func TestAWorkspaceIsRestoredOnEitherDatabaseAndEqualInEveryRow(t *testing.T) {
	each(t, func(t *testing.T, s *source) {
		path, m := s.back()
		want := digest(t, s.url)
		if !slices.Equal(m.Totals, want) || m.Rows() < 100 {
			t.Errorf("the archive holds %v, the database %v", m.Totals, want)
		}
		for name, kind := range kinds {
			url := kind.place(t)
			restored, err := backup.Restore(t.Context(), path, url, s.options)
			if err != nil || !slices.Equal(restored.Totals, want) || !slices.Equal(digest(t, url), want) {
				t.Errorf("on %s it is %v, %v; want %v", name, digest(t, url), err, want)
			}
			d := dbtest.Open(t, url, db.Options{}) // whole: it takes new rows, and knows its keys
			if err := d.Tx(t.Context(), func(tx *db.Tx) error {
				tx.Insert("counters (name, next)", []any{"counter 1", int64(1)})
				return nil
			}); !d.IsUnique(err) {
				t.Errorf("on %s a name can be taken twice: %v", name, err)
			}
			live, err := s.db.Live(t.Context())
			again, failure := d.Live(t.Context())
			if err != nil || failure != nil || name == s.kind && fmt.Sprint(live) != fmt.Sprint(again) {
				t.Errorf("on %s the schema is %v, %v; want %v, %v", name, again, failure, live, err)
			}
		}
	})
}

// The writes of this test are made while the copy is read; they would wait for
// ever if it held them up.
//
// Spec: 11.3.5
func TestABackupWhileOrdersArriveIsTheStateOfItsMomentAndHoldsNobodyUp(t *testing.T) {
	each(t, func(t *testing.T, s *source) {
		s.write(200)
		want := digest(t, s.url)
		copied := 0
		s.options.Progress = func(backup.Progress) {
			copied++
			s.write(5)
			if err := s.db.Tx(t.Context(), func(tx *db.Tx) error {
				tx.Write(`UPDATE settings SET version = version - 1`)
				return nil
			}); err != nil {
				t.Error(err)
			}
		}
		path, m := s.back()
		if copied == 0 || !slices.Equal(m.Totals, want) {
			t.Errorf("after %d writes meanwhile the archive holds %v, want %v", copied, m.Totals, want)
		}
		s.options.Progress = nil
		url := kinds[s.kind].place(t)
		if _, err := backup.Restore(t.Context(), path, url, s.options); err != nil || !slices.Equal(digest(t, url), want) {
			t.Errorf("restored is %v, %v; want %v", digest(t, url), err, want)
		}
	})
}

func TestABackupUnderLoadHasNoHalfOfATransaction(t *testing.T) {
	each(t, func(t *testing.T, s *source) {
		var all sync.WaitGroup
		stop := make(chan bool)
		for w := range 4 {
			all.Go(func() {
				for i := 0; ; i++ {
					select {
					case <-stop:
						return
					default:
					}
					if err := s.db.Tx(context.WithoutCancel(t.Context()), func(tx *db.Tx) error {
						name := fmt.Sprint("pair ", w, " ", i)
						tx.Insert("counters (name, next)", []any{name, int64(i)})
						tx.Insert("cursors (consumer, position)", []any{name, int64(i)})
						return nil
					}); err != nil {
						t.Error(err)
						return
					}
				}
			})
		}
		var archives []string
		for range 5 {
			path, _ := s.back()
			archives = append(archives, path)
		}
		close(stop)
		all.Wait()
		for _, path := range archives {
			url := kinds[s.kind].place(t)
			if _, err := backup.Restore(t.Context(), path, url, s.options); err != nil {
				t.Fatal(err)
			}
			rows := dbtest.Rows(t, dbtest.Open(t, url, db.Options{}))
			if rows["counters"] != rows["cursors"]+49 { // 50 were there before, and one cursor
				t.Errorf("%d counters, %d cursors", rows["counters"], rows["cursors"])
			}
		}
	})
}

// Spec: 11.3.5
func TestEveryFlippedByteIsFoundBeforeAnythingIsWritten(t *testing.T) {
	s := newSource(t, "sqlite")
	path, _ := s.back()
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if len(whole) < 1000 {
		t.Fatalf("the archive has %d bytes", len(whole))
	}
	targets := map[string]string{"sqlite": kinds["sqlite"].place(t), "postgres": kinds["postgres"].place(t)}
	for at := range whole {
		b := bytes.Clone(whole)
		b[at] ^= 1 << (at % 8)
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := backup.Check(t.Context(), path, s.options); !refused(err) {
			t.Fatalf("with byte %d flipped, checking answers %v", at, err)
		}
		if at%(len(whole)/20) == 0 {
			for _, url := range targets {
				if _, err := backup.Restore(t.Context(), path, url, s.options); !refused(err) {
					t.Fatalf("with byte %d flipped, restoring answers %v", at, err)
				}
				wantNothing(t, url)
			}
		}
	}
}

// refused tells whether an archive was refused for what it is.
func refused(err error) bool {
	return errors.Is(err, backup.ErrDamaged) || errors.Is(err, backup.ErrFormat) || errors.Is(err, backup.ErrKey)
}

func TestAnArchiveThatIsCutMovedRepeatedOrGoesOnIsRefused(t *testing.T) {
	s := newSource(t, "sqlite")
	s.write(300)
	path, _ := s.back()
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	want := func(what string, b []byte) {
		t.Helper()
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := backup.Check(t.Context(), path, s.options); !refused(err) {
			t.Errorf("%s answers %v", what, err)
		}
	}
	for n := range whole {
		if n < 400 || n%37 == 0 || n > len(whole)-400 {
			want(fmt.Sprint("cut after byte ", n), whole[:n])
		}
	}
	want("one byte more", append(bytes.Clone(whole), 0))
	want("twice", append(bytes.Clone(whole), whole...))
	head, frames := backup.Frames(whole)
	if len(frames) < 4 {
		t.Fatalf("%d frames", len(frames))
	}
	for i := range frames {
		less := slices.Delete(slices.Clone(frames), i, i+1)
		want(fmt.Sprint("without frame ", i), append(bytes.Clone(head), bytes.Join(less, nil)...))
		want(fmt.Sprint("with frame ", i, " twice"), append(bytes.Clone(head), bytes.Join(slices.Insert(slices.Clone(frames), i, frames[i]), nil)...))
		if i > 0 {
			moved := slices.Clone(frames)
			moved[i], moved[i-1] = moved[i-1], moved[i]
			want(fmt.Sprint("with frame ", i, " moved"), append(bytes.Clone(head), bytes.Join(moved, nil)...))
		}
	}
	other, _ := s.back()
	b, err := os.ReadFile(other)
	if err != nil {
		t.Fatal(err)
	}
	_, foreign := backup.Frames(b)
	foreign[1], frames[1] = frames[1], foreign[1]
	want("with a frame of another archive", append(bytes.Clone(head), bytes.Join(frames, nil)...))
}

func TestAWrongKeyAnOtherFormatAndAnyOtherFileAreToldApart(t *testing.T) {
	s := newSource(t, "sqlite")
	path, _ := s.back()
	other := s.options
	other.Key = backup.NewKey()
	if _, err := backup.Check(t.Context(), path, other); !errors.Is(err, backup.ErrKey) {
		t.Errorf("another key is answered with %v", err)
	}
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for content, want := range map[string]string{
		"ORDO BACKUP 0002" + string(whole[16:]): `format "0002"`,
		"SQLite format 3":                       "is no backup",
		"":                                      "is no backup",
	} {
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := backup.Check(t.Context(), path, s.options); !errors.Is(err, backup.ErrFormat) || !strings.Contains(err.Error(), want) {
			t.Errorf("%.16q is answered with %v", content, err)
		}
	}
	for _, text := range []string{"", "hunter2", backup.NewKey().String()[:40], backup.NewKey().String() + "AA"} {
		if _, err := backup.ParseKey(text); !errors.Is(err, backup.ErrKey) {
			t.Errorf("the key %q is answered with %v", text, err)
		}
	}
	file := filepath.Join(t.TempDir(), "key")
	if err := s.options.Key.WriteKey(file); err != nil {
		t.Fatal(err)
	}
	if k, err := backup.ReadKey(file); err != nil || k.String() != s.options.Key.String() {
		t.Errorf("the file holds %v, %v", k, err)
	}
	if err := s.options.Key.WriteKey(file); !errors.Is(err, os.ErrExist) {
		t.Errorf("a key is overwritten: %v", err)
	}
}

func TestARestoreRefusesATargetThatHoldsAnything(t *testing.T) {
	each(t, func(t *testing.T, s *source) {
		path, _ := s.back()
		before := digest(t, s.url)
		if _, err := backup.Restore(t.Context(), path, s.url, s.options); !errors.Is(err, db.ErrNotEmpty) {
			t.Errorf("answers %v", err)
		}
		if !slices.Equal(digest(t, s.url), before) {
			t.Error("it was changed")
		}
	})
	s := newSource(t, "sqlite")
	path, _ := s.back()
	to := filepath.Join(t.TempDir(), "new.db")
	if err := os.WriteFile(to+"-wal", []byte("of a database that was removed"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := backup.Restore(t.Context(), path, to, s.options); !errors.Is(err, db.ErrNotEmpty) {
		t.Errorf("beside an old log it answers %v", err)
	}
	if _, err := backup.Write(t.Context(), s.url, path, s.options); !errors.Is(err, backup.ErrExists) {
		t.Errorf("writing over an archive answers %v", err)
	}
}

func TestASchemaThatThisVersionDoesNotHaveIsRefused(t *testing.T) {
	each(t, func(t *testing.T, s *source) {
		change := func(text string) (path string) {
			if err := s.db.Tx(t.Context(), func(tx *db.Tx) error { tx.Write(text); return nil }); err != nil {
				t.Fatal(err)
			}
			path, _ = s.back()
			return path
		}
		for text, want := range map[string]error{
			`ALTER TABLE counters ADD COLUMN extra TEXT`: backup.ErrOther,
			`CREATE TABLE extra (id TEXT)`:               backup.ErrOther,
		} {
			url := kinds[s.kind].place(t)
			if _, err := backup.Restore(t.Context(), change(text), url, s.options); !errors.Is(err, want) {
				t.Errorf("%s answers %v", text, err)
			}
			wantNothing(t, url)
		}
		path, url := change(`INSERT INTO schema_versions (version, at) VALUES (9999, 0)`), kinds[s.kind].place(t)
		if _, err := backup.Restore(t.Context(), path, url, s.options); !errors.Is(err, db.ErrSchemaNewer) {
			t.Errorf("a newer schema answers %v", err)
		}
		wantNothing(t, url)
	})
}

func TestWhatIsNoWorkspaceIsNotBackedUp(t *testing.T) {
	for name, kind := range kinds {
		path := filepath.Join(t.TempDir(), "none.ordo")
		if _, err := backup.Write(t.Context(), kind.place(t), path, backup.Options{Key: backup.NewKey()}); !errors.Is(err, db.ErrDamaged) {
			t.Errorf("%s answers %v", name, err)
		}
		if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("there is an archive: %v", err)
		}
	}
}

// The version of the schema in the repository before mails were added.
const beforeMails = 12

func TestABackupOfAnEarlierVersionIsUpgradedBeforeItIsSettled(t *testing.T) {
	for name, kind := range kinds {
		t.Run(name, func(t *testing.T) {
			old, to, path := kind.place(t), kind.place(t), filepath.Join(t.TempDir(), "archive.ordo")
			f, err := db.Fill(t.Context(), old, beforeMails)
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			if err := errors.Join(f.Index(t.Context(), func(int, int) {}), f.Done(t.Context(), nil)); err != nil {
				t.Fatal(err)
			}
			mails := int64(-1)
			o := backup.Options{Key: backup.NewKey(), Settle: func(ctx context.Context, tx *db.Tx) error {
				return tx.Load(db.One(`SELECT COUNT(*) FROM mails`, nil, &mails))
			}}
			if _, err := backup.Write(t.Context(), old, path, o); err != nil {
				t.Fatal(err)
			}
			if m, err := backup.Restore(t.Context(), path, to, o); err != nil || m.Schema != beforeMails || mails != 0 {
				t.Fatalf("schema %d was restored with %d mails, %v", m.Schema, mails, err)
			}
		})
	}
}
