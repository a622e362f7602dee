package bench

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"ordo/base/id"
	"ordo/engine/command"
	"ordo/engine/db"
)

// database is a workspace's database.
type database struct {
	kind   string // sqlite or postgres
	found  bool   // was there already
	url    string
	drop   func() error // removes what newDatabase made but a file that was named
	admin  *pgx.Conn    // nil on SQLite
	schema string       // empty on SQLite
}

// newDatabase makes an empty database: a SQLite file, which must not exist, or
// a schema in a PostgreSQL server. Without a name it is a file in the folder that
// goes away.
func newDatabase(ctx context.Context, name, folder string) (*database, error) {
	if isServer(name) {
		return newSchema(ctx, name)
	}
	if path := strings.TrimPrefix(name, "sqlite:"); path != "" {
		if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("%s is there already; a measurement makes its own database", path)
		}
		return &database{kind: "sqlite", url: "sqlite:" + path, drop: func() error { return nil }}, nil
	}
	dir, err := os.MkdirTemp(folder, "ordo-bench-")
	if err != nil {
		return nil, err
	}
	return &database{kind: "sqlite", url: "sqlite:" + filepath.Join(dir, "ordo.db"), drop: func() error { return os.RemoveAll(dir) }}, nil
}

// findDatabase returns the database of a workspace if there is one at the
// address, else nil.
func findDatabase(ctx context.Context, name string) (*database, error) {
	if isServer(name) {
		return findSchema(ctx, name)
	}
	path := strings.TrimPrefix(name, "sqlite:")
	if info, err := os.Stat(path); path == "" || errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	} else if err != nil || info.IsDir() {
		return nil, cmp.Or(err, fmt.Errorf("%s is a folder", path))
	}
	return &database{kind: "sqlite", found: true, url: "sqlite:" + path, drop: func() error { return nil }}, nil
}

func findSchema(ctx context.Context, address string) (*database, error) {
	c, err := pgx.Connect(ctx, address)
	if err != nil {
		return nil, err
	}
	var found bool
	if err := c.QueryRow(ctx, `SELECT to_regclass('orders') IS NOT NULL`).Scan(&found); err != nil || !found {
		return nil, errors.Join(err, c.Close(ctx))
	}
	return &database{kind: "postgres", found: true, url: address, drop: func() error { return c.Close(context.Background()) }, admin: c}, nil
}

func isServer(name string) bool {
	return strings.HasPrefix(name, "postgres://") || strings.HasPrefix(name, "postgresql://")
}

// diskFolder is a folder for temporary files that is not held in memory.
func diskFolder() string {
	const disk = "/var/tmp"
	if info, err := os.Stat(disk); err == nil && info.IsDir() {
		return disk
	}
	return os.TempDir()
}

// NewSchema makes an empty schema in a PostgreSQL server and returns the URL that
// leads into it, and what drops it again.
func NewSchema(ctx context.Context, server string) (url string, drop func() error, err error) {
	d, err := newSchema(ctx, server)
	if err != nil {
		return "", nil, err
	}
	return d.url, d.drop, nil
}

func newSchema(ctx context.Context, server string) (*database, error) {
	address, err := url.Parse(server)
	if err != nil {
		return nil, err
	}
	c, err := pgx.Connect(ctx, server)
	if err != nil {
		return nil, err
	}
	name := "bench_" + strings.ToLower(id.Random.Token())
	if _, err := c.Exec(ctx, "CREATE SCHEMA "+name); err != nil {
		return nil, errors.Join(err, c.Close(ctx))
	}
	query := address.Query()
	query.Set("search_path", name)
	address.RawQuery = query.Encode()
	drop := func() error {
		// Also after an interruption, hence not under its context.
		ctx, stop := context.WithTimeout(context.Background(), time.Minute)
		defer stop()
		c.Close(ctx)
		c, err := pgx.Connect(ctx, server)
		if err != nil {
			return err
		}
		defer c.Close(ctx)
		_, err = c.Exec(ctx, "DROP SCHEMA "+name+" CASCADE")
		return err
	}
	return &database{kind: "postgres", url: address.String(), drop: drop, admin: c, schema: name}, nil
}

// analyze tells PostgreSQL's planner about the tables that have rows. Of an
// empty table it would keep in mind that reading it whole is cheap.
func (d *database) analyze(ctx context.Context) error {
	if d.admin == nil {
		return nil
	}
	rows, err := d.admin.Query(ctx, `SELECT tablename FROM pg_tables WHERE schemaname = $1 ORDER BY tablename`, d.schema)
	if err != nil {
		return err
	}
	tables, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return err
	}
	for _, t := range tables {
		name := pgx.Identifier{d.schema, t}.Sanitize()
		var filled bool
		if err := d.admin.QueryRow(ctx, "SELECT EXISTS (SELECT 1 FROM "+name+")").Scan(&filled); err != nil {
			return err
		}
		if !filled {
			continue
		}
		if _, err := d.admin.Exec(ctx, "ANALYZE "+name); err != nil {
			return err
		}
	}
	return nil
}

// The settings that decide what a commit costs and what is kept in memory.
var (
	sqliteSettings   = []string{"journal_mode", "synchronous", "page_size", "cache_size", "wal_autocheckpoint", "temp_store", "foreign_keys"}
	postgresSettings = []string{"server_version", "fsync", "synchronous_commit", "full_page_writes", "wal_level", "shared_buffers", "max_wal_size", "checkpoint_timeout", "autovacuum"}
)

// settings reads the version of the database and the settings that matter.
func (d *database) settings(ctx context.Context, connected *db.DB) (map[string]string, error) {
	all := map[string]string{"writers": fmt.Sprint(connected.Writers), "group": fmt.Sprint(connected.Group), "readers": fmt.Sprint(connected.Readers)}
	read := func(name, text string) db.Read {
		return db.Many(text, nil, func(scan db.Scan) error {
			var value string
			err := scan(&value)
			all[name] = value
			return err
		})
	}
	var reads []db.Read
	if d.admin == nil {
		reads = append(reads, read("sqlite_version", `SELECT sqlite_version()`))
		for _, name := range sqliteSettings {
			reads = append(reads, read(name, "PRAGMA "+name))
		}
	} else {
		for _, name := range postgresSettings {
			reads = append(reads, read(name, "SELECT current_setting('"+name+"')"))
		}
	}
	return all, connected.Read(ctx, func(tx *db.Tx) error { return tx.Load(reads...) })
}

// meters measures the CPU time of PostgreSQL's processes if they run here.
func (d *database) meters(ctx context.Context) []meter {
	if d.admin == nil {
		return nil
	}
	var backend int
	if err := d.admin.QueryRow(ctx, `SELECT pg_backend_pid()`).Scan(&backend); err != nil {
		return nil
	}
	p := readProcess(backend)
	if p.name != "postgres" {
		return nil
	}
	return []meter{{"postgres", func() time.Duration { return family(p.parent) }}}
}

// books are what a crash campaign reads of a workspace itself.
type books struct {
	orders     int64
	open       int64 // calls to the gateway without a result
	unbalanced int64 // keys of which the gateway and the payments tell different things
}

// read reads the books from a process beside the server.
func (b *books) read(ctx context.Context) func(e *command.Engine) error {
	return func(e *command.Engine) error {
		return e.DB.Read(ctx, func(tx *db.Tx) error {
			return tx.Load(
				db.One(`SELECT COUNT(*) FROM orders`, nil, &b.orders),
				db.One(`SELECT (SELECT COUNT(*) FROM intents WHERE state <> 'done') + (SELECT COUNT(*) FROM payment_attempts WHERE state = 'pending')`, nil, &b.open),
				db.One(`SELECT (SELECT COUNT(*) FROM payment_attempts a JOIN test_gateway_calls c ON c.key = a.intent_id WHERE a.state <> c.state OR a.amount <> c.amount)
					+ (SELECT COUNT(*) FROM test_gateway_calls c WHERE NOT EXISTS (SELECT 1 FROM payment_attempts a WHERE a.intent_id = c.key))
					+ (SELECT COUNT(*) FROM payment_attempts a WHERE a.state = 'succeeded' AND a.intent_id <> '' AND NOT EXISTS (SELECT 1 FROM test_gateway_calls c WHERE c.key = a.intent_id))`,
					nil, &b.unbalanced))
		})
	}
}
