package db

import (
	"context"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"strconv"
	"time"

	"ordo/base/clock"
)

// The migrations are one text for both databases: words such as INT64, STRICT
// and REFUSING are replaced per dialect.
//
//go:embed migration/*.sql
var migrations embed.FS

const (
	versions = `CREATE TABLE IF NOT EXISTS schema_versions (version INT64 NOT NULL PRIMARY KEY, at INT64 NOT NULL) STRICT`
	current  = `SELECT COALESCE(MAX(version), 0) FROM schema_versions`
)

// step is one migration.
type step struct {
	version int64
	text    string
}

// start migrates. Processes that make a file of SQLite at the same time are
// told that it is busy without having waited.
func (d *DB) start(ctx context.Context) (err error) {
	all, err := steps()
	if err != nil {
		return err
	}
	for try := range 5 {
		if err = d.migrate(ctx, all); !d.busy(err) {
			return err
		}
		if err := clock.System.Sleep(ctx, time.Millisecond<<(2*try)); err != nil {
			return err
		}
	}
	return err
}

// migrate brings the schema up to date: all missing steps in one transaction,
// under a lock, because several processes may start at once.
func (d *DB) migrate(ctx context.Context, all []step) error {
	c, err := d.open(ctx, d.url, false)
	if err != nil {
		return err
	}
	defer c.close() // undoes what is not committed
	have, err := version(ctx, c)
	if err != nil && !d.missing(err) {
		return err
	}
	if missing, err := after(all, have); err != nil || len(missing) == 0 {
		return err
	}
	if err := c.script(ctx, d.beginMigration+";"+d.types.Replace(versions)); err != nil {
		return err
	}
	if have, err = version(ctx, c); err != nil { // another process may have been faster
		return err
	}
	missing, err := after(all, have)
	if err != nil {
		return err
	}
	if err := d.apply(ctx, c, missing); err != nil {
		return err
	}
	return c.script(ctx, "COMMIT")
}

// apply runs steps in the transaction that is open.
func (d *DB) apply(ctx context.Context, c conn, all []step) error {
	for _, s := range all {
		if err := c.script(ctx, d.types.Replace(s.text)); err != nil {
			return fmt.Errorf("db: migration %d: %w", s.version, err)
		}
		done := &Stmt{Read: Read{text: `INSERT INTO schema_versions (version, at) VALUES ($1, $2)`, args: []any{s.version, d.Clock.Now().UnixMicro()}}}
		if err := c.run(ctx, []*Stmt{done}); err != nil {
			return err
		}
	}
	return nil
}

// version reads the number of the last migration.
func version(ctx context.Context, c conn) (v int64, err error) {
	err = c.run(ctx, []*Stmt{{Read: One(current, nil, &v)}})
	return v, err
}

// Fingerprint tells schemas of different migrations apart: 16 characters of the
// SHA-256 of their texts.
func Fingerprint() string {
	h := sha256.New()
	all, _ := steps() // they are part of the program
	for _, s := range all {
		io.WriteString(h, s.text)
	}
	return hex.EncodeToString(h.Sum(nil))[:16]
}

// after returns the steps behind a version.
func after(all []step, version int64) ([]step, error) {
	if last := all[len(all)-1].version; version > last {
		return nil, ErrSchemaNewer.New("the schema has version %d, this program knows %d", version, last)
	}
	if first := all[0].version; version > 0 && version < first {
		return nil, ErrSchemaOlder.New("the schema has version %d, the first that can be upgraded is %d", version, first)
	}
	for len(all) > 0 && all[0].version <= version {
		all = all[1:]
	}
	return all, nil
}

// steps returns the migrations in order; a file's name begins with its number.
func steps() (all []step, err error) {
	files, err := fs.Glob(migrations, "migration/*.sql")
	if err != nil {
		return nil, err
	}
	for _, f := range files {
		text, err := migrations.ReadFile(f)
		if err != nil {
			return nil, err
		}
		version, err := strconv.ParseInt(f[len("migration/"):][:4], 10, 64)
		if err != nil {
			return nil, fmt.Errorf("db: migration %s: %w", f, err)
		}
		all = append(all, step{version, string(text)})
	}
	return all, nil
}
