// Package dbtest owns the databases of tests: every test gets empty ones, of
// both kinds. It does not own what is in them.
package dbtest

import (
	"context"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"ordo/engine/db"
)

// Each runs the test on SQLite and on PostgreSQL, each time on an empty
// database with the current schema. It fails without ORDO_TEST_POSTGRES, the
// URL of a server for tests: SQLite alone hides races.
func Each(t *testing.T, o db.Options, fn func(t *testing.T, d *db.DB)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { fn(t, Open(t, SQLite(t), o)) })
	t.Run("postgres", func(t *testing.T) { fn(t, Open(t, Postgres(t), o)) })
}

// Open opens the database until the test ends.
func Open(t *testing.T, url string, o db.Options) *db.DB {
	t.Helper()
	d, err := db.Open(t.Context(), url, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(d.Close)
	return d
}

// template is a migrated SQLite file, made once per test binary.
var template = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "ordo")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "template.db")
	d, err := db.Open(context.Background(), path, db.Options{})
	if err != nil {
		return nil, err
	}
	d.Close()
	return os.ReadFile(path)
})

// SQLite returns the URL of a new file with the current schema.
func SQLite(t *testing.T) string {
	t.Helper()
	content, err := template()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "ordo.db")
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return "sqlite:" + path
}

// Rows counts the rows of every table, by its name.
func Rows(t *testing.T, d *db.DB) map[string]int64 {
	t.Helper()
	names := `SELECT name FROM sqlite_master WHERE type = 'table'`
	if d.Name == "postgres" {
		names = `SELECT CAST(tablename AS TEXT) FROM pg_tables WHERE schemaname = current_schema()`
	}
	rows := map[string]int64{}
	if err := d.Read(t.Context(), func(tx *db.Tx) error {
		var all []string
		if err := tx.Load(db.All(names, nil, &all)); err != nil {
			return err
		}
		counts, reads := make([]int64, len(all)), make([]db.Read, len(all))
		for i, name := range all {
			reads[i] = db.One(`SELECT COUNT(*) FROM `+name, nil, &counts[i])
		}
		if err := tx.Load(reads...); err != nil {
			return err
		}
		for i, name := range all {
			rows[name] = counts[i]
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return rows
}
