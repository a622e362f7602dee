package db

import (
	"context"
	"database/sql/driver"
	"errors"
	"slices"
	"strconv"
	"strings"

	sqlitedriver "modernc.org/sqlite"

	"ordo/base/clock"
)

// synchronous=FULL makes every commit durable. The commit that fills the WAL
// copies it back, so the WAL is large: 16,000 pages cost 12 % less than 1,000.
// Savepoints keep their journal in temp_store: in a file it costs 17 % more.
var sqlitePragmas = []string{"busy_timeout(5000)", "journal_mode(wal)", "synchronous(full)", "foreign_keys(1)",
	"cache_size(-65536)", "wal_autocheckpoint(16000)", "temp_store(memory)"}

// sqliteConn is the driver's own connection: database/sql would convert each
// value by reflection, and lock what one goroutine has.
type sqliteConn struct {
	conn     sqliteDriver
	prepared statements
}

// sqliteDriver and sqliteStmt are what the driver has.
type sqliteDriver interface {
	driver.Conn
	driver.ConnPrepareContext
	driver.ExecerContext
	driver.QueryerContext
}

type sqliteStmt interface {
	driver.Stmt
	driver.StmtExecContext
	driver.StmtQueryContext
}

// sqliteURL returns what the driver takes for a path, which may end in options
// that go before ours: "PATH?_pragma=cache_size(-9000)".
func sqliteURL(path string, readOnly bool) string {
	path, options, _ := strings.Cut(path, "?")
	url := "file:" + strings.NewReplacer("%", "%25", "#", "%23").Replace(path) + "?" + options
	for _, p := range sqlitePragmas {
		if name, _, _ := strings.Cut(p, "("); !strings.Contains(options, name+"(") {
			url += "&_pragma=" + p
		}
	}
	if readOnly {
		url += "&_pragma=query_only(1)"
	}
	return url
}

func openSQLite(ctx context.Context, path string, readOnly bool) (conn, error) {
	to, err := sqlitedriver.NewConnector(sqliteURL(path, readOnly))
	if err != nil {
		return nil, err
	}
	c, err := to.Connect(ctx)
	if err != nil {
		return nil, err
	}
	own, ok := c.(sqliteDriver)
	if !ok {
		return nil, errors.Join(errDriver, c.Close())
	}
	return &sqliteConn{conn: own}, nil
}

var errDriver = errors.New("db: the driver of SQLite is another one")

func (c *sqliteConn) broken() bool { return false }

func (c *sqliteConn) script(ctx context.Context, text string) error {
	_, err := c.conn.ExecContext(ctx, text, nil)
	return err
}

// close ends the statements too: an open one would keep the file open, and the
// WAL from being copied back.
func (c *sqliteConn) close() {
	c.prepared.forget(0)
	c.conn.Close()
}

func (c *sqliteConn) run(ctx context.Context, batch []*Stmt) error {
	begun := clock.System.Now()
	for _, s := range batch {
		err := c.one(ctx, s)
		ended := clock.System.Now()
		s.took, begun = max(ended.Sub(begun), 1), ended
		if err != nil {
			return s.failed(err, sqlite.unique)
		}
	}
	return nil
}

// one costs 1 to 2 µs, and twice that under a context that can end: the
// driver then starts a goroutine for each statement.
func (c *sqliteConn) one(ctx context.Context, s *Stmt) error {
	p, err := c.prepare(ctx, s.text)
	if err != nil {
		return err
	}
	args, err := sqliteArgs(s.args)
	if err != nil {
		return err
	}
	if s.each != nil {
		found, err := p.QueryContext(ctx, args)
		if err != nil {
			return err
		}
		rows := sqliteRows{ctx: ctx, Rows: found, values: make([]driver.Value, len(found.Columns()))}
		defer rows.Close()
		return s.read(&rows)
	}
	result, err := p.ExecContext(ctx, args)
	if err != nil {
		return err
	}
	n, err := result.RowsAffected()
	if err != nil {
		return err
	}
	return s.changed(n)
}

func (c *sqliteConn) prepare(ctx context.Context, text string) (sqliteStmt, error) {
	if p := c.prepared.find(text); p != nil {
		return p, nil
	}
	p, err := c.conn.PrepareContext(ctx, positional(text))
	if err != nil {
		return nil, err
	}
	own, ok := p.(sqliteStmt)
	if !ok {
		return nil, errors.Join(errDriver, p.Close())
	}
	c.prepared.keep(text, own)
	return own, nil
}

// sqliteCode tells errors with one of these codes.
func sqliteCode(codes ...int) func(error) bool {
	return func(err error) bool {
		e, ok := errors.AsType[*sqlitedriver.Error](err)
		return ok && slices.Contains(codes, e.Code())
	}
}

// sqliteKind tells errors of one of these kinds: the lowest byte of a code.
func sqliteKind(kinds ...int) func(error) bool {
	return func(err error) bool {
		e, ok := errors.AsType[*sqlitedriver.Error](err)
		return ok && slices.Contains(kinds, e.Code()&0xff)
	}
}

// positional writes $1, $2, … as plain question marks if they come in order,
// each once: SQLite looks a numbered parameter up by its name, which costs an
// INSERT of a hundred values as much as storing them.
func positional(text string) string {
	parts := strings.Split(text, "$")
	var b strings.Builder
	b.WriteString(parts[0])
	for i, part := range parts[1:] {
		rest, ok := strings.CutPrefix(part, strconv.Itoa(i+1))
		if !ok || rest != "" && rest[0] >= '0' && rest[0] <= '9' {
			return text
		}
		b.WriteByte('?')
		b.WriteString(rest)
	}
	return b.String()
}
