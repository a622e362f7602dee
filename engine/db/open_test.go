package db_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"ordo/engine/db"
	"ordo/engine/db/dbtest"
)

func TestASchemaOfANewerVersionOrOfAPreviewIsRefused(t *testing.T) {
	for version, want := range map[int64]error{9999: db.ErrSchemaNewer, 1: db.ErrSchemaOlder} {
		for name, url := range map[string]string{"sqlite": dbtest.SQLite(t), "postgres": dbtest.Postgres(t)} {
			d, err := db.Open(t.Context(), url, db.Options{})
			if err != nil {
				t.Fatal(err)
			}
			tx(t, d, func(tx *db.Tx) error {
				tx.Write(`DELETE FROM schema_versions`)
				tx.Write(`INSERT INTO schema_versions (version, at) VALUES ($1, 1)`, version)
				return nil
			})
			d.Close()
			if _, err := db.Open(t.Context(), url, db.Options{}); !errors.Is(err, want) || !strings.Contains(err.Error(), fmt.Sprint(version)) {
				t.Errorf("%s told %v of version %d", name, err, version)
			}
		}
	}
}

// migrations is how many files of engine/db/migration there are.
func migrations(t *testing.T) int64 {
	t.Helper()
	files, err := filepath.Glob("migration/*.sql")
	if err != nil {
		t.Fatal(err)
	}
	return int64(len(files))
}

func TestProcessesThatStartAtOnceMigrateOnce(t *testing.T) {
	for name, url := range map[string]string{"sqlite": filepath.Join(t.TempDir(), "new.db"), "postgres": dbtest.PostgresEmpty(t)} {
		t.Run(name, func(t *testing.T) {
			together(6, func(int) {
				d, err := db.Open(t.Context(), url, db.Options{})
				if err != nil {
					t.Error(err)
					return
				}
				d.Close()
			})
			d := dbtest.Open(t, url, db.Options{})
			setUp(t, d)
			if n := dbtest.Rows(t, d)["schema_versions"]; n != migrations(t) {
				t.Errorf("%d migrations", n)
			}
		})
	}
}

func TestADatabaseOfVersion2IsUpgradedWithItsRows(t *testing.T) {
	for name, url := range map[string]string{"sqlite": filepath.Join(t.TempDir(), "old.db"), "postgres": dbtest.PostgresEmpty(t)} {
		t.Run(name, func(t *testing.T) {
			if err := db.MigrateTo(t.Context(), url, 2, `INSERT INTO reservations (order_id, id, line_id, variant_id, location_id, quantity, state, created_at, ended_at)
				VALUES ('o', 'ended', 'l', 'v', 'w', 1, 'claimed', 1, 2), ('o', 'alive', 'l', 'v', 'w', 1, 'active', 1, 0)`); err != nil {
				t.Fatal(err)
			}
			for range 2 { // the second time there is nothing to do
				d := dbtest.Open(t, url, db.Options{})
				end := func(id string) error {
					return d.Tx(t.Context(), func(tx *db.Tx) error {
						tx.Write(`UPDATE reservations SET state = 'released', ended_at = 3 WHERE id = $1`, id)
						return nil
					})
				}
				if err := end("ended"); err == nil || !strings.Contains(err.Error(), "one that has ended does not change") {
					t.Errorf("a second end: %v", err)
				}
				if rows := dbtest.Rows(t, d); rows["schema_versions"] != migrations(t) || rows["reservations"] != 2 {
					t.Errorf("there are %v", rows)
				}
			}
			d := dbtest.Open(t, url, db.Options{})
			tx(t, d, func(tx *db.Tx) error {
				tx.Must(db.ErrStale, `UPDATE reservations SET state = 'released', ended_at = 3 WHERE id = 'alive'`)
				return nil
			})
		})
	}
}

func TestAClosedFileIsWholeWithoutItsWAL(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.db")
	for range 200 { // lanes that close at once seldom meet
		d, err := db.Open(t.Context(), path, db.Options{})
		if err != nil {
			t.Fatal(err)
		}
		tx(t, d, func(tx *db.Tx) error { tx.Write(`DELETE FROM counters`); return nil })
		setUp(t, d)
		var all sync.WaitGroup // that read at once, so that all lanes have a connection to close
		all.Add(d.Readers)
		together(d.Readers, func(int) {
			if err := d.Read(t.Context(), func(tx *db.Tx) error {
				all.Done()
				all.Wait()
				var n int64
				return tx.Load(db.One(`SELECT COUNT(*) FROM counters`, nil, &n))
			}); err != nil {
				t.Error(err)
			}
		})
		d.Close()
		if _, err := os.Stat(path + "-wal"); !errors.Is(err, os.ErrNotExist) {
			t.Fatalf("the WAL is still there: %v", err)
		}
	}
}

func TestAPathMayHaveAnyCharacters(t *testing.T) {
	path := filepath.Join(t.TempDir(), "50% of #1 & more.db")
	setUp(t, dbtest.Open(t, "sqlite:"+path, db.Options{}))
	if _, err := os.Stat(path); err != nil {
		t.Error(err)
	}
}

func TestAFileThatIsNoDatabaseIsRefusedAndKept(t *testing.T) {
	path := filepath.Join(t.TempDir(), "garbage.db")
	garbage := strings.Repeat("this is no database ", 1000)
	if err := os.WriteFile(path, []byte(garbage), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := db.Open(t.Context(), path, db.Options{}); !errors.Is(err, db.ErrDamaged) {
		t.Errorf("told %v", err)
	}
	if b, err := os.ReadFile(path); err != nil || string(b) != garbage {
		t.Error("the file was changed")
	}
}

func TestADamagedPageIsToldAndTheRestGoesOn(t *testing.T) {
	url := dbtest.SQLite(t)
	path := strings.TrimPrefix(url, "sqlite:")
	d, err := db.Open(t.Context(), url, db.Options{})
	if err != nil {
		t.Fatal(err)
	}
	var page, size int64
	tx(t, d, func(tx *db.Tx) error {
		return tx.Load(db.One(`SELECT rootpage FROM sqlite_master WHERE name = 'settings'`, nil, &page), db.One(`PRAGMA page_size`, nil, &size))
	})
	d.Close()
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteAt([]byte(strings.Repeat("\xaa", int(size))), (page-1)*size); err != nil {
		t.Fatal(err)
	}
	f.Close()

	d = dbtest.Open(t, url, db.Options{})
	var n int64
	if err := d.Read(t.Context(), func(tx *db.Tx) error { return tx.Load(db.One(`SELECT version FROM settings`, nil, &n)) }); !errors.Is(err, db.ErrDamaged) {
		t.Errorf("a read told %v", err)
	}
	if err := d.Tx(t.Context(), func(tx *db.Tx) error { return grow(tx, "x") }); !errors.Is(err, db.ErrDamaged) {
		t.Errorf("a command told %v", err)
	}
	setUp(t, d)
	want(t, d, "a", 0)
}

func TestAFileInAFolderThatIsNotThereIsUnavailable(t *testing.T) {
	if _, err := db.Open(t.Context(), filepath.Join(t.TempDir(), "none", "x.db"), db.Options{}); !errors.Is(err, db.ErrUnavailable) {
		t.Errorf("told %v", err)
	}
}

func TestAServerThatRefusesIsUnavailableAtOnce(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	l.Close()
	if _, err := db.Open(t.Context(), "postgres://ordo@"+address+"/x?sslmode=disable", db.Options{}); !errors.Is(err, db.ErrUnavailable) {
		t.Errorf("told %v", err)
	}
}

func TestErrorsOfPostgreSQLBecomeProblems(t *testing.T) {
	var code string
	d := dbtest.Open(t, dbtest.Postgres(t), db.Options{Fault: func(p db.Point, _ int) error {
		if p == db.Statement && code != "" {
			return &pgconn.PgError{Code: code}
		}
		return nil
	}})
	setUp(t, d)
	for c, want := range map[string]error{
		"53100": db.ErrFull, "55P03": db.ErrBusy, "40P01": db.ErrBusy, "57P01": db.ErrUnavailable, "53300": db.ErrUnavailable, "XX001": db.ErrDamaged,
	} {
		code = c
		if err := d.Tx(t.Context(), func(tx *db.Tx) error { return add(tx, "a") }); !errors.Is(err, want) {
			t.Errorf("%s: told %v", c, err)
		}
	}
	code = ""
	tx(t, d, func(tx *db.Tx) error { return add(tx, "a") })
	want(t, d, "a", 1)
}

func TestALockHeldForTooLongIsBusy(t *testing.T) {
	url := dbtest.SQLite(t)
	d, other := dbtest.Open(t, url+"?_pragma=busy_timeout(1)", db.Options{}), dbtest.Open(t, url, db.Options{})
	setUp(t, d)
	err := other.Tx(t.Context(), func(tx *db.Tx) error {
		if err := add(tx, "a"); err != nil {
			return err
		}
		if err := tx.Flush(); err != nil {
			return err
		}
		ctx, stop := context.WithTimeout(context.Background(), time.Minute)
		defer stop()
		if err := d.Tx(ctx, func(tx *db.Tx) error { return add(tx, "a") }); !errors.Is(err, db.ErrBusy) {
			t.Errorf("told %v", err)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
	tx(t, d, func(tx *db.Tx) error { return add(tx, "a") })
	want(t, d, "a", 2)
}
