package db

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"io/fs"
	"strconv"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx", for migrations only
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

// The migrations are one text for both databases: the words TEXT, INT64,
// BOOLEAN and STRICT are replaced per dialect.
//
//go:embed migration/*.sql
var migrations embed.FS

// migrate brings the schema up to date, under a lock where several processes
// may start at once.
func migrate(ctx context.Context, d Dialect, url string) error {
	if d.Name == sqlite.Name {
		url = sqliteURL(url, false)
	}
	pool, err := sql.Open(d.driver, url)
	if err != nil {
		return err
	}
	defer pool.Close()
	steps, err := steps(d)
	if err != nil {
		return err
	}
	options := []goose.ProviderOption{goose.WithGoMigrations(steps...), goose.WithDisableGlobalRegistry(true)}
	if d.Name == postgres.Name {
		locker, err := lock.NewPostgresSessionLocker()
		if err != nil {
			return err
		}
		options = append(options, goose.WithSessionLocker(locker))
	}
	p, err := goose.NewProvider(goose.Dialect(d.goose), pool, nil, options...)
	if err != nil {
		return err
	}
	have, want, err := p.GetVersions(ctx)
	if err != nil {
		return fmt.Errorf("db: schema version: %w", err)
	}
	if have > want {
		return ErrSchemaNewer.New("the schema has version %d, this program knows %d", have, want)
	}
	if have == want {
		return nil
	}
	if _, err := p.Up(ctx); err != nil {
		return fmt.Errorf("db: migration: %w", err)
	}
	return nil
}

// steps returns the migrations; a file's name begins with its number.
func steps(d Dialect) ([]*goose.Migration, error) {
	files, err := fs.Glob(migrations, "migration/*.sql")
	if err != nil {
		return nil, err
	}
	var all []*goose.Migration
	for _, f := range files {
		text, err := migrations.ReadFile(f)
		if err != nil {
			return nil, err
		}
		version, err := strconv.ParseInt(f[len("migration/"):][:4], 10, 64)
		if err != nil {
			return nil, fmt.Errorf("db: migration %s: %w", f, err)
		}
		up := func(ctx context.Context, tx *sql.Tx) error {
			_, err := tx.ExecContext(ctx, d.types.Replace(string(text)))
			return err
		}
		all = append(all, goose.NewGoMigration(version, &goose.GoFunc{RunTx: up}, nil))
	}
	return all, nil
}
