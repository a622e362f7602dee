package db

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strconv"
)

// sqliteArgs are the values of a statement as the driver takes them.
func sqliteArgs(args []any) (all []driver.NamedValue, err error) {
	if len(args) == 0 {
		return nil, nil
	}
	all = make([]driver.NamedValue, len(args))
	for i, a := range args {
		if !driver.IsValue(a) {
			if a, err = driver.DefaultParameterConverter.ConvertValue(a); err != nil {
				return nil, fmt.Errorf("db: parameter %d: %w", i+1, err)
			}
		}
		all[i] = driver.NamedValue{Ordinal: i + 1, Value: a}
	}
	return all, nil
}

// sqliteRows is a cursor.
type sqliteRows struct {
	driver.Rows
	ctx    context.Context
	values []driver.Value
	err    error
}

func (r *sqliteRows) Next() bool {
	if r.err = r.ctx.Err(); r.err == nil {
		r.err = r.Rows.Next(r.values)
	}
	return r.err == nil
}

func (r *sqliteRows) Err() error {
	if errors.Is(r.err, io.EOF) {
		return nil
	}
	return r.err
}

func (r *sqliteRows) Scan(dst ...any) error {
	if len(dst) != len(r.values) {
		return fmt.Errorf("db: %d columns for %d places", len(r.values), len(dst))
	}
	for i, to := range dst {
		if !assign(to, r.values[i]) {
			if err := assignAny(to, r.values[i]); err != nil {
				return fmt.Errorf("db: column %s: %w", r.Columns()[i], err)
			}
		}
	}
	return nil
}

// assign puts a value where it belongs, if that is of the kinds that most are.
func assign(to any, v driver.Value) bool {
	switch v := v.(type) {
	case int64:
		switch to := to.(type) {
		case *int64:
			*to = v
			return true
		case *bool:
			*to = v != 0
			return v == 0 || v == 1
		case *int:
			*to = int(v)
			return true
		}
	case string:
		switch to := to.(type) {
		case *string:
			*to = v
			return true
		case *[]byte:
			*to = []byte(v)
			return true
		}
	}
	return false
}

// assignAny puts a value into what is of another type: one that knows how, one
// of the same kind, a pointer, which is nil for NULL, or an integer into a text.
func assignAny(to any, v driver.Value) error {
	if s, scans := to.(sql.Scanner); scans {
		return s.Scan(v)
	}
	place := reflect.ValueOf(to).Elem()
	if v == nil {
		switch place.Kind() {
		case reflect.Pointer, reflect.Interface, reflect.Slice:
			place.SetZero()
			return nil
		}
		return fmt.Errorf("NULL is no %s", place.Type())
	}
	value := reflect.ValueOf(v)
	switch {
	case place.Kind() == reflect.Pointer:
		place.Set(reflect.New(place.Type().Elem()))
		if inner := place.Interface(); !assign(inner, v) {
			return assignAny(inner, v)
		}
		return nil
	case place.Kind() == reflect.Interface:
		place.Set(value)
		return nil
	case place.CanInt() && value.CanInt() && !place.OverflowInt(value.Int()),
		place.CanUint() && value.CanInt() && value.Int() >= 0 && !place.OverflowUint(uint64(value.Int())),
		place.CanFloat() && value.CanInt(),
		place.Kind() == value.Kind() && value.CanConvert(place.Type()),
		place.Kind() == reflect.Slice && value.Kind() == reflect.String && value.CanConvert(place.Type()):
		place.Set(value.Convert(place.Type()))
		return nil
	case place.Kind() == reflect.String && value.CanInt():
		place.SetString(strconv.FormatInt(value.Int(), 10))
		return nil
	}
	return fmt.Errorf("the %T %v is no %s", v, v, place.Type())
}

func (c *sqliteConn) rows(ctx context.Context, t LiveTable, each func(Row) error) error {
	rows, err := c.conn.QueryContext(context.WithoutCancel(ctx), "SELECT "+t.names()+" FROM "+t.Name, nil)
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
	width := len(t.Columns)
	many, err := newInserter(c.conn, t, max(1, atOnceInto/width))
	if err != nil {
		return err
	}
	defer many.stmt.Close()
	single, err := newInserter(c.conn, t, 1)
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
		return errDriver
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
