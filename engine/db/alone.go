package db

import (
	"context"
	"fmt"

	"ordo/base/clock"
	"ordo/base/id"
)

// alone is one connection beside the lanes, in one transaction from its
// beginning to its end.
type alone struct {
	db     *DB // no lanes
	conn   conn
	Tables []LiveTable // all but that of the schema's versions, by name
}

func openAlone(ctx context.Context, url string, readOnly bool) (*alone, error) {
	dialect, url := dialectOf(url)
	d := &DB{Dialect: dialect, Clock: clock.System, IDs: id.Random, url: url}
	d.memory.Store(&memory{})
	c, err := d.open(ctx, url, readOnly)
	if err != nil {
		return nil, d.explain(err)
	}
	return &alone{db: d, conn: c}, nil
}

// look reads which tables there are.
func (a *alone) look(ctx context.Context) error {
	var all []LiveTable
	if err := a.read(ctx, a.db.live(&all)...); err != nil {
		return err
	}
	a.Tables = nil
	for _, t := range all {
		if t.Name != "schema_versions" {
			a.Tables = append(a.Tables, t)
		}
	}
	return nil
}

func (a *alone) read(ctx context.Context, reads ...Read) error {
	batch := make([]*Stmt, len(reads))
	for i, r := range reads {
		batch[i] = &Stmt{Read: r}
	}
	return a.conn.run(ctx, batch)
}

// explain is DB.explain for work that somebody may stop: what fails then failed
// for that, as a connection that is cut in the middle of a trip does.
func (a *alone) explain(ctx context.Context, err error) error {
	if err != nil && ctx.Err() != nil {
		return ctx.Err()
	}
	return a.db.explain(err)
}

// Rows hands every row of a table to each, which must not keep it.
func (a *alone) Rows(ctx context.Context, t LiveTable, each func(Row) error) error {
	if err := a.conn.rows(ctx, t, each); err != nil {
		return fmt.Errorf("reading %s: %w", t.Name, a.explain(ctx, err))
	}
	return nil
}

// Tx runs fn in the transaction of the connection.
func (a *alone) Tx(ctx context.Context, fn func(*Tx) error) error {
	t := &Tx{Now: a.db.Clock.Now(), db: a.db, ctx: context.WithValue(ctx, inTx{}, true), sendCtx: context.WithoutCancel(ctx), conn: a.conn}
	if err := fn(t); err != nil {
		return a.explain(ctx, err)
	}
	t.renew()
	return a.explain(ctx, t.Flush())
}

// Snapshot is one state of a whole workspace, which others go on to change. It
// holds no lock that a writer waits for; on SQLite the write-ahead log grows
// for as long as it is open.
type Snapshot struct {
	*alone
	Version int64 // of the schema
}

// OpenSnapshot reads the state that a database is in now. It changes nothing,
// not even an old schema.
func OpenSnapshot(ctx context.Context, url string) (*Snapshot, error) {
	a, err := openAlone(ctx, url, true)
	if err != nil {
		return nil, err
	}
	s := &Snapshot{alone: a}
	if err := s.begin(ctx); err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

func (s *Snapshot) begin(ctx context.Context) error {
	if err := s.conn.script(ctx, s.db.beginCopy); err != nil {
		return s.explain(ctx, err)
	}
	err := s.read(ctx, One(current, nil, &s.Version))
	if s.db.missing(err) {
		return ErrDamaged.New("there is no workspace of Ordo in this database")
	}
	if err == nil {
		err = s.look(ctx)
	}
	return s.explain(ctx, err)
}

// Close ends it.
func (s *Snapshot) Close() { s.conn.close() }

// Kind is the name of the database: sqlite or postgres.
func (a *alone) Kind() string { return a.db.Name }
