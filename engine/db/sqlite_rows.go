package db

import (
	"context"
	"database/sql/driver"
	"errors"
	"io"
)

// driver calls fn with the driver's own connection, which reads and writes
// whole tables in half the time of database/sql.
func (c *sqliteConn) driver(fn func(driver.QueryerContext, driver.ConnPrepareContext) error) error {
	return c.conn.Raw(func(own any) error {
		q, reads := own.(driver.QueryerContext)
		p, prepares := own.(driver.ConnPrepareContext)
		if !reads || !prepares {
			return errors.New("db: the driver of SQLite is another one")
		}
		return fn(q, p)
	})
}

func (c *sqliteConn) rows(ctx context.Context, t LiveTable, each func(Row) error) error {
	return c.driver(func(q driver.QueryerContext, _ driver.ConnPrepareContext) error {
		rows, err := q.QueryContext(context.WithoutCancel(ctx), "SELECT "+t.names()+" FROM "+t.Name, nil)
		if err != nil {
			return err
		}
		defer rows.Close()
		values := make([]driver.Value, len(t.Columns))
		var row Row
		for ctx.Err() == nil {
			if err := rows.Next(values); errors.Is(err, io.EOF) {
				return nil
			} else if err != nil {
				return err
			}
			if row, err = appendValues(row[:0], t, values); err != nil {
				return err
			}
			if err := each(row); err != nil {
				return err
			}
		}
		return ctx.Err()
	})
}

func appendValues(r Row, t LiveTable, values []driver.Value) (Row, error) {
	for i, v := range values {
		switch v := v.(type) {
		case nil:
			r = r.null()
		case int64:
			r = r.int(v)
		case string:
			r = r.text([]byte(v))
		default:
			return nil, unfit(t, i, v)
		}
	}
	return r, nil
}

// atOnceInto is how many values one INSERT of a whole table carries: fewer cost
// up to 30 % more time, more gain nothing.
const atOnceInto = 600

func (c *sqliteConn) fill(ctx context.Context, t LiveTable, next func() (Row, error)) error {
	return c.driver(func(_ driver.QueryerContext, p driver.ConnPrepareContext) error {
		width := len(t.Columns)
		most := max(1, atOnceInto/width)
		many, err := newInserter(p, t, most)
		if err != nil {
			return err
		}
		defer many.stmt.Close()
		single, err := newInserter(p, t, 1)
		if err != nil {
			return err
		}
		defer single.stmt.Close()
		for ctx.Err() == nil {
			row, err := next()
			if errors.Is(err, io.EOF) {
				return many.rest(single)
			}
			if err == nil {
				err = many.add(row)
			}
			if err != nil {
				return err
			}
		}
		return ctx.Err()
	})
}

// inserter is a prepared INSERT of several rows, and the values for the next.
type inserter struct {
	stmt  driver.Stmt
	width int
	args  []driver.NamedValue
	full  int
}

func newInserter(p driver.ConnPrepareContext, t LiveTable, rows int) (*inserter, error) {
	width := len(t.Columns)
	stmt, err := p.PrepareContext(context.Background(), positional(insertText(t.Name+" ("+t.names()+")", rows, width)))
	return &inserter{stmt: stmt, width: width, full: rows * width}, err
}

// add inserts once there are values enough.
func (i *inserter) add(r Row) error {
	for range i.width {
		tag, number, text, rest, err := r.next()
		if err != nil {
			return err
		}
		v := driver.NamedValue{Ordinal: len(i.args) + 1}
		switch tag {
		case tagInt:
			v.Value = number
		case tagText:
			v.Value = string(text)
		}
		i.args, r = append(i.args, v), rest
	}
	if len(r) > 0 {
		return errRow
	}
	if len(i.args) < i.full {
		return nil
	}
	return i.run()
}

func (i *inserter) run() error {
	s, ok := i.stmt.(driver.StmtExecContext)
	if !ok {
		return errors.New("db: the driver of SQLite is another one")
	}
	_, err := s.ExecContext(context.Background(), i.args)
	i.args = i.args[:0]
	return err
}

// rest inserts what is left one by one.
func (i *inserter) rest(single *inserter) error {
	for len(i.args) > 0 {
		single.args = single.args[:0]
		for n, v := range i.args[:i.width] {
			single.args = append(single.args, driver.NamedValue{Ordinal: n + 1, Value: v.Value})
		}
		i.args = i.args[i.width:]
		if err := single.run(); err != nil {
			return err
		}
	}
	return nil
}
