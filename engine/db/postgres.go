package db

import (
	"context"
	"errors"
	"net"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"ordo/base/clock"
)

// How long the server may take. The server itself ends statements after 30 s,
// so a trip that takes longer than this has lost its connection.
const connectLimit = 5 * time.Second

var tripLimit = time.Minute // tests shorten it

type postgresConn struct{ conn *pgx.Conn }

// openPostgres bounds every trip on the server, because the trips of a command
// run under no context: pgx answers a context that ends by cutting the connection.
func openPostgres(ctx context.Context, url string, _ bool) (conn, error) {
	config, err := pgx.ParseConfig(url)
	if err != nil {
		return nil, err
	}
	config.RuntimeParams["lock_timeout"] = "5s"
	config.RuntimeParams["statement_timeout"] = "30s"
	if config.ConnectTimeout == 0 {
		config.ConnectTimeout = connectLimit
	}
	c, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		return nil, err
	}
	return postgresConn{c}, nil
}

func (c postgresConn) broken() bool { return c.conn.IsClosed() }

func (c postgresConn) close() { c.conn.Close(context.Background()) }

// script may take as long as a migration takes.
func (c postgresConn) script(ctx context.Context, text string) error {
	if err := c.conn.PgConn().Conn().SetDeadline(time.Time{}); err != nil {
		return err
	}
	_, err := c.conn.PgConn().Exec(ctx, text).ReadAll()
	return err
}

// run sends the statements as one pipeline. After a failure PostgreSQL skips
// the rest of it.
func (c postgresConn) run(ctx context.Context, batch []*Stmt) error {
	if err := c.conn.PgConn().Conn().SetDeadline(clock.System.Now().Add(tripLimit)); err != nil {
		return err
	}
	b := &pgx.Batch{}
	for _, s := range batch {
		b.Queue(s.text, s.args...)
	}
	answers := c.conn.SendBatch(ctx, b)
	for _, s := range batch {
		if err := s.answer(answers); err != nil {
			answers.Close()
			return s.failed(err, postgres.unique)
		}
	}
	return answers.Close()
}

func (s *Stmt) answer(answers pgx.BatchResults) error {
	if s.each != nil {
		rows, err := answers.Query()
		if err != nil {
			return err
		}
		defer rows.Close()
		return s.read(rows)
	}
	tag, err := answers.Exec()
	if err != nil {
		return err
	}
	return s.changed(tag.RowsAffected())
}

func postgresCode(codes ...string) func(error) bool {
	return func(err error) bool {
		e, ok := errors.AsType[*pgconn.PgError](err)
		return ok && slices.Contains(codes, e.Code)
	}
}

// postgresAway tells that the server cannot be reached, or is on its way up or
// down.
func postgresAway(err error) bool {
	if _, ok := errors.AsType[*pgconn.ConnectError](err); ok {
		return true
	}
	if _, ok := errors.AsType[net.Error](err); ok {
		return true
	}
	return postgresCode("57P01", "57P02", "57P03", "53300", "08006", "08001")(err)
}
