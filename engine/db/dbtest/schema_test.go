package dbtest_test

import (
	"maps"
	"path/filepath"
	"testing"

	"github.com/jackc/pgx/v5"

	"ordo/engine/db"
	"ordo/engine/db/dbtest"
)

// spoil uses a schema as a test would, and checks that it was as new.
func spoil(t *testing.T, url string, texts ...string) {
	t.Helper()
	d := dbtest.Open(t, url, db.Options{})
	var version string
	if err := d.Read(t.Context(), func(tx *db.Tx) error { return tx.Load(db.One(`SELECT version FROM remembered`, nil, &version)) }); err != nil || version != "" {
		t.Errorf("the version of what is remembered is %q, %v", version, err)
	}
	rows := dbtest.Rows(t, d)
	maps.DeleteFunc(rows, func(_ string, n int64) bool { return n == 0 })
	migrations, err := filepath.Glob("../migration/*.sql")
	if want := map[string]int64{"schema_versions": int64(len(migrations)), "remembered": 1, "cursors": 1}; err != nil || !maps.Equal(rows, want) {
		t.Errorf("there are %v rows, want %v, %v", rows, want, err)
	}
	for _, text := range texts {
		if err := d.Tx(t.Context(), func(tx *db.Tx) error { tx.Write(text); return nil }); err != nil {
			t.Fatal(err)
		}
	}
}

func TestASchemaIsPassedOnAsIfItWereNew(t *testing.T) {
	for _, texts := range [][]string{
		{`INSERT INTO counters (name, next) VALUES ('a', 1)`},
		{`UPDATE remembered SET version = 'x'`, `UPDATE schema_versions SET version = version + 9999`},
		{`DELETE FROM remembered`},
		{`INSERT INTO leases (name, owner, until) VALUES ('a', 'a', 1)`},
		{`CREATE TABLE more (id TEXT)`},
		{`ALTER TABLE counters ADD COLUMN more TEXT`},
		{`ALTER TABLE counters DROP CONSTRAINT counters_next_check`},
		{`DROP INDEX jobs_by_time`},
		{`INSERT INTO counters (name, next) SELECT repeat('x', 1000) || n, n FROM generate_series(1, 20000) n`},
		nil,
	} {
		// Two at once, so that whatever is left finds its way to one of them.
		t.Run("", func(t *testing.T) {
			one, other := dbtest.Postgres(t), dbtest.Postgres(t)
			if one == other {
				t.Error("two have the same schema")
			}
			spoil(t, one, texts...)
			spoil(t, other)
		})
	}
}

func TestTheTablesOfATestAreThoseOfTheProgramOrNone(t *testing.T) {
	dbtest.Each(t, db.Options{}, func(t *testing.T, d *db.DB) {
		if n := len(dbtest.Rows(t, d)); n < 60 {
			t.Errorf("%d tables", n)
		}
	})
	d, err := pgx.Connect(t.Context(), dbtest.PostgresEmpty(t))
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close(t.Context())
	var n int64
	if err := d.QueryRow(t.Context(), `SELECT COUNT(*) FROM pg_tables WHERE schemaname = current_schema()`).Scan(&n); err != nil || n != 0 {
		t.Errorf("%d tables in an empty schema, %v", n, err)
	}
}
