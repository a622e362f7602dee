package db

import (
	"context"
	"runtime"
	"strings"
)

// conn is one connection, and all that this package sees of a database.
type conn interface {
	// run executes the statements in order, in one round trip where there is
	// such a thing, hands each its answer, and stops at the first failure.
	run(ctx context.Context, batch []*Stmt) error
	// script executes statements without parameters.
	script(ctx context.Context, text string) error
	// rows hands each row of a table to each, which must not keep it.
	rows(ctx context.Context, t LiveTable, each func(Row) error) error
	// fill inserts the rows that next returns, until it returns io.EOF.
	fill(ctx context.Context, t LiveTable, next func() (Row, error)) error
	// broken tells that the connection is of no use any more.
	broken() bool
	close()
}

// Dialect holds everything the two databases disagree on.
type Dialect struct {
	Name string

	Writers int // lanes that write
	Group   int // commands that share a commit at most
	Readers int // lanes that read

	beginWrite, beginRead string
	beginMigration        string // waits until no other process migrates
	forUpdate, skipLocked string
	analyzes              bool              // it plans by statistics of its tables
	types                 *strings.Replacer // the words of a migration
	columns, references   string            // queries of the live schema
	size                  string            // query of the bytes of the database
	indexes               string            // of the statements that drop and make what a table can do without while it is filled
	beginCopy             string            // one state for as long as it takes
	beginFill             string

	prepareFill                                   func(url string) (target, error) // where a new database is put together
	open                                          func(ctx context.Context, url string, readOnly bool) (conn, error)
	unique, retryable, full, damaged, unavailable func(error) bool
	busy                                          func(error) bool // waited for a lock too long
	missing                                       func(error) bool // may be that a table is not there
}

var sqlite = Dialect{
	Name:           "sqlite",
	Writers:        1,
	Group:          64,
	Readers:        max(2, runtime.NumCPU()),
	beginWrite:     "BEGIN IMMEDIATE",
	beginRead:      "BEGIN",
	beginMigration: "BEGIN IMMEDIATE",
	types: strings.NewReplacer("INT64", "INTEGER", "BOOLEAN", "INTEGER", ", LONG ROWS", "",
		"REFUSALS;", "", "REFUSING ", "BEGIN SELECT RAISE(ABORT, ", " ENDS;", "); END;", "JSON_GROUP(", "json_group_object("),
	columns: `SELECT m.name, c.name, c.type, c."notnull" FROM sqlite_master m JOIN pragma_table_info(m.name) c
		WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' ORDER BY m.name, c.cid`,
	references: `SELECT m.name, f."from", f."table" FROM sqlite_master m JOIN pragma_foreign_key_list(m.name) f
		WHERE m.type = 'table' ORDER BY m.name, f."from"`,
	size:        `SELECT p.page_count * s.page_size FROM pragma_page_count() p, pragma_page_size() s`,
	indexes:     `SELECT 'DROP INDEX ' || name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL ORDER BY name`,
	beginCopy:   "BEGIN",
	beginFill:   "BEGIN IMMEDIATE",
	prepareFill: prepareFile,
	open:        openSQLite,
	unique:      sqliteCode(2067, 1555), // SQLITE_CONSTRAINT_UNIQUE, _PRIMARYKEY
	retryable:   sqliteCode(517),        // SQLITE_BUSY_SNAPSHOT; a plain BUSY has waited for its time
	busy:        sqliteKind(5),          // SQLITE_BUSY
	full:        sqliteKind(13),         // SQLITE_FULL
	damaged:     sqliteKind(11, 26),     // SQLITE_CORRUPT, _NOTADB
	unavailable: sqliteKind(8, 10, 14),  // SQLITE_READONLY, _IOERR, _CANTOPEN
	missing:     sqliteCode(1),          // SQLITE_ERROR
}

// Groups of one: commands that share a transaction would hold their row locks
// for each other's time and deadlock across lanes.
var postgres = Dialect{
	Name:       "postgres",
	Writers:    8,
	Group:      1,
	Readers:    8,
	beginWrite: "BEGIN",
	beginRead:  "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
	beginMigration: `BEGIN; SET LOCAL lock_timeout = 0; SET LOCAL statement_timeout = 0;
		SELECT pg_advisory_xact_lock(hashtextextended('ordo schema ' || current_schema(), 0))`,
	forUpdate:  " FOR UPDATE",
	skipLocked: " FOR UPDATE SKIP LOCKED",
	analyzes:   true,
	types: strings.NewReplacer("INT64", "BIGINT", " TEXT", ` TEXT COLLATE "C"`, ") STRICT, WITHOUT ROWID", ")", ") STRICT, LONG ROWS", ") WITH (toast_tuple_target = 8160)", ") STRICT", ")",
		"REFUSALS;", `CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE integrity_constraint_violation USING MESSAGE = TG_ARGV[0]; END';`,
		"REFUSING ", "EXECUTE FUNCTION refuse(", " ENDS;", ");", "JSON_OBJECT(", "json_build_object(", "JSON_GROUP(", "json_object_agg("),
	columns: `SELECT CAST(c.table_name AS TEXT), CAST(c.column_name AS TEXT), CAST(c.data_type AS TEXT), c.is_nullable = 'NO'
		FROM information_schema.columns c WHERE c.table_schema = current_schema() ORDER BY c.table_name COLLATE "C", c.ordinal_position`,
	references: `SELECT CAST(t.relname AS TEXT), CAST(a.attname AS TEXT), CAST(o.relname AS TEXT)
		FROM pg_constraint f JOIN pg_class t ON t.oid = f.conrelid JOIN pg_class o ON o.oid = f.confrelid JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = ANY (f.conkey)
		WHERE f.contype = 'f' AND f.connamespace = CAST(current_schema() AS regnamespace) ORDER BY t.relname COLLATE "C", a.attname COLLATE "C"`,
	size: `SELECT pg_database_size(current_database())`,
	indexes: `SELECT t.undo, t.make FROM (
		SELECT 'ALTER TABLE ' || CAST(c.conrelid AS regclass) || ' DROP CONSTRAINT ' || quote_ident(c.conname) AS undo,
			'ALTER TABLE ' || CAST(c.conrelid AS regclass) || ' ADD CONSTRAINT ' || quote_ident(c.conname) || ' ' || pg_get_constraintdef(c.oid) AS make,
			CASE c.contype WHEN 'f' THEN 3 ELSE 1 END AS rank
		FROM pg_constraint c WHERE c.connamespace = CAST(current_schema() AS regnamespace) AND c.contype IN ('p', 'u', 'f')
		UNION ALL SELECT 'DROP INDEX ' || CAST(i.indexrelid AS regclass), pg_get_indexdef(i.indexrelid), 2
		FROM pg_index i JOIN pg_class n ON n.oid = i.indexrelid
		WHERE n.relnamespace = CAST(current_schema() AS regnamespace) AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conindid = i.indexrelid AND c.contype IN ('p', 'u'))
		) t ORDER BY t.rank, t.make`,
	beginCopy:   "SET statement_timeout = 0; SET lock_timeout = 0; BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
	beginFill:   "SET statement_timeout = 0; SET lock_timeout = 0; SET maintenance_work_mem = '256MB'; BEGIN; SELECT pg_advisory_xact_lock(hashtextextended('ordo schema ' || current_schema(), 0))",
	prepareFill: func(url string) (target, error) { return target{url: url}, nil },
	open:        openPostgres,
	unique:      postgresCode("23505"),
	retryable:   postgresCode("40001", "40P01"),
	busy:        postgresCode("55P03", "57014"),
	full:        postgresCode("53100"),
	damaged:     postgresCode("XX001", "XX002"),
	unavailable: postgresAway,
	missing:     postgresCode("42P01"),
}

// dialectOf returns the database that url leads to, and what its driver takes.
func dialectOf(url string) (Dialect, string) {
	if strings.HasPrefix(url, "postgres://") || strings.HasPrefix(url, "postgresql://") {
		return postgres, url
	}
	return sqlite, strings.TrimPrefix(url, "sqlite:")
}

// IsUnique tells whether err says that a unique index refused a row.
func (d *DB) IsUnique(err error) bool { return d.unique(err) }
