package db

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// Table maps a struct to the rows of a table. Its fields are comparable, so
// that a changed row is one that differs from what was read.
type Table[T comparable] struct {
	Name    string
	Key     int                // the first Key columns identify a row
	Columns string             // "id, order_id, …", in the order of Places
	Places  func(row *T) []any // pointers to the fields, one per column
	Spare   int                // the last columns that have a default: new rows are written without those that are empty in all of them

	once   sync.Once
	insert []string // "orders (id, …)", without 0 to Spare columns
	update string
	names  []string
	width  int
}

func (t *Table[T]) prepare() {
	columns := strings.Split(t.Columns, ", ")
	t.names, t.width = columns, len(columns)
	for n := range t.Spare + 1 {
		t.insert = append(t.insert, fmt.Sprintf("%s (%s)", t.Name, strings.Join(columns[:t.width-n], ", ")))
	}
	var set, where []string // the key last, so that the parameters come in order
	for i, c := range append(slices.Clone(columns[t.Key:]), columns[:t.Key]...) {
		term := fmt.Sprintf("%s = $%d", c, i+1)
		if i < t.width-t.Key {
			set = append(set, term)
		} else {
			where = append(where, term)
		}
	}
	t.update = fmt.Sprintf("UPDATE %s SET %s WHERE %s", t.Name, strings.Join(set, ", "), strings.Join(where, " AND "))
}

// Select returns the columns for a SELECT, under the table's alias.
func (t *Table[T]) Select(alias string) string {
	return alias + "." + strings.ReplaceAll(t.Columns, ", ", ", "+alias+".")
}

// Scan returns the function that reads a row into a new T and hands it on.
func (t *Table[T]) Scan(add func(row *T)) func(Scan) error {
	return func(scan Scan) error {
		row := new(T)
		if err := scan(t.Places(row)...); err != nil {
			return err
		}
		add(row)
		return nil
	}
}

// Insert queues the rows and returns the statement that does it, the last one
// of very many rows.
func (t *Table[T]) Insert(tx *Tx, rows ...*T) (last *Stmt) {
	t.once.Do(t.prepare)
	width := t.needed(rows)
	for len(rows) > 0 {
		n := atOnce(len(rows), width)
		args := make([]any, 0, n*width)
		for _, r := range rows[:n] {
			args = values(args, t.Places(r)[:width])
		}
		last = tx.Write(insertText(t.insert[t.width-width], n, width), args...)
		rows = rows[n:]
	}
	return last
}

// needed is how many columns the rows are written with.
func (t *Table[T]) needed(rows []*T) int {
	width := t.width - t.Spare
	for _, r := range rows {
		if width == t.width {
			break
		}
		places := t.Places(r)
		for i := t.width - 1; i >= width; i-- {
			if !reflect.ValueOf(places[i]).Elem().IsZero() {
				width = i + 1
				break
			}
		}
	}
	return width
}

// Update queues the row as it is; otherwise is the failure if it is not there,
// or if a further condition does not hold. A condition takes one value, as
// $next.
func (t *Table[T]) Update(tx *Tx, otherwise error, row *T, condition string, more ...any) *Stmt {
	t.once.Do(t.prepare)
	text := t.update
	if condition != "" {
		text += " AND " + strings.Replace(condition, "$next", fmt.Sprintf("$%d", t.width+1), 1)
	}
	all := values(make([]any, 0, t.width), t.Places(row))
	return tx.Must(otherwise, text, slices.Concat(all[t.Key:], all[:t.Key], more)...)
}

// Save queues what changed: rows without a row before them are inserted, rows
// that differ are updated. before holds what was read, in the same order.
func (t *Table[T]) Save(tx *Tx, before []T, after []*T) {
	for i, row := range after {
		if i < len(before) && *row != before[i] {
			t.Update(tx, ErrStale, row, "")
		}
	}
	if len(after) > len(before) {
		t.Insert(tx, after[len(before):]...)
	}
}

// Changes returns a JSON object with the new value of every column that differs
// from before; nil if nothing differs. Without before it tells of a new row all
// columns that are not empty. Folding the changes of a row gives the row: a
// column that was never told is empty.
func (t *Table[T]) Changes(before, after *T) json.RawMessage {
	t.once.Do(t.prepare)
	if before == nil {
		before = new(T)
	}
	if *before == *after {
		return nil
	}
	old := values(make([]any, 0, t.width), t.Places(before))
	b := []byte{'{'}
	for i, v := range values(make([]any, 0, t.width), t.Places(after)) {
		if old[i] == v {
			continue
		}
		if len(b) > 1 {
			b = append(b, ',')
		}
		b = append(append(append(b, '"'), t.names[i]...), '"', ':')
		b = appendJSON(b, v)
	}
	return append(b, '}')
}

// Shape is a table as the reader of its changes sees it.
type Shape interface {
	Shape() (table string, columns []Column)
}

// Column is a column with the kind of its values in JSON: reflect.String,
// reflect.Int64 or reflect.Bool.
type Column struct {
	Name string
	Kind reflect.Kind
}

// Shape returns the name of the table and what Changes can tell of a row.
func (t *Table[T]) Shape() (table string, columns []Column) {
	t.once.Do(t.prepare)
	for i, v := range values(nil, t.Places(new(T))) {
		columns = append(columns, Column{t.names[i], reflect.TypeOf(v).Kind()})
	}
	return t.Name, columns
}

func appendJSON(b []byte, v any) []byte {
	switch v := v.(type) {
	case int64:
		return strconv.AppendInt(b, v, 10)
	case bool:
		return strconv.AppendBool(b, v)
	}
	text, err := json.Marshal(v)
	if err != nil {
		panic(err) // columns are strings, integers and booleans
	}
	return append(b, text...)
}

// values appends what the pointers point to, as the drivers like it.
func values(to []any, places []any) []any {
	for _, p := range places {
		switch p := p.(type) {
		case *string:
			to = append(to, *p)
		case *int64:
			to = append(to, *p)
		case *bool:
			to = append(to, *p)
		default:
			to = append(to, plainValue(reflect.ValueOf(p).Elem()))
		}
	}
	return to
}

func plainValue(v reflect.Value) any {
	switch v.Kind() {
	case reflect.Int64, reflect.Int:
		return v.Int()
	case reflect.String:
		return v.String()
	}
	return v.Interface()
}
