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
	update sync.Map // updateKey -> string: one text per set of columns, so that it stays prepared
	ranges sync.Map // owner -> string: the text of Between
	names  []string
	width  int
	empty  []any // values of a row of which nothing was told
}

// updateKey tells the statements that update a table apart.
type updateKey struct {
	columns   uint64 // a bit per column that is set
	condition string
}

func (t *Table[T]) prepare() {
	columns := strings.Split(t.Columns, ", ")
	t.names, t.width = columns, len(columns)
	t.empty = values(nil, t.Places(new(T)))
	for n := range t.Spare + 1 {
		t.insert = append(t.insert, fmt.Sprintf("%s (%s)", t.Name, strings.Join(columns[:t.width-n], ", ")))
	}
	if t.width > 64 {
		panic("db: table " + t.Name + " has more columns than an updateKey has bits")
	}
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

// Update queues the columns that differ from before; otherwise is the failure
// if the row is not there, or if a further condition does not hold. A condition
// takes one value, as $next. What did not change is left out because SQLite
// writes every index of a column that is set.
func (t *Table[T]) Update(tx *Tx, otherwise error, before, row *T, condition string, more ...any) *Stmt {
	t.once.Do(t.prepare)
	key := updateKey{condition: condition}
	all := values(make([]any, 0, t.width), t.Places(row))
	old := values(make([]any, 0, t.width), t.Places(before))
	args := make([]any, 0, t.width+len(more))
	for i := t.Key; i < t.width; i++ {
		if all[i] != old[i] {
			key.columns |= 1 << i
			args = append(args, all[i])
		}
	}
	if key.columns == 0 { // the conditions hold nevertheless, or it fails
		key.columns, args = 1<<t.Key, append(args, all[t.Key])
	}
	return tx.Must(otherwise, t.updateText(key), append(append(args, all[:t.Key]...), more...)...)
}

// updateText returns "UPDATE <table> SET <columns> WHERE <key> AND <condition>".
// The key comes last, so that the parameters come in order.
func (t *Table[T]) updateText(key updateKey) string {
	if text, ok := t.update.Load(key); ok {
		return text.(string)
	}
	n := 0
	term := func(column string) string { n++; return fmt.Sprintf("%s = $%d", column, n) }
	var set, where []string
	for i, c := range t.names {
		if key.columns&(1<<i) != 0 {
			set = append(set, term(c))
		}
	}
	for _, c := range t.names[:t.Key] {
		where = append(where, term(c))
	}
	if key.condition != "" {
		where = append(where, strings.Replace(key.condition, "$next", fmt.Sprintf("$%d", n+1), 1))
	}
	text := fmt.Sprintf("UPDATE %s SET %s WHERE %s", t.Name, strings.Join(set, ", "), strings.Join(where, " AND "))
	t.update.Store(key, text)
	return text
}

// Save queues what changed: rows without a row before them are inserted, rows
// that differ are updated. before holds what was read, in the same order.
func (t *Table[T]) Save(tx *Tx, before []T, after []*T) {
	for i, row := range after {
		if i < len(before) && *row != before[i] {
			t.Update(tx, ErrStale, &before[i], row, "")
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
	old := t.empty
	if before != nil {
		if *before == *after {
			return nil
		}
		old = values(make([]any, 0, t.width), t.Places(before))
	}
	return t.appendChanges(make([]byte, 0, 512), old, t.Places(after))
}

// appendChanges appends what Changes returns, of a row with these places.
func (t *Table[T]) appendChanges(b []byte, old, places []any) []byte {
	b = append(b, '{')
	begun := len(b)
	for i, place := range places {
		if same(place, old[i]) {
			continue
		}
		if len(b) > begun {
			b = append(b, ',')
		}
		b = AppendJSON(append(append(append(b, '"'), t.names[i]...), '"', ':'), value(place))
	}
	return append(b, '}')
}

// same tells whether the place holds a value.
func same(place, v any) bool {
	switch p := place.(type) {
	case *string:
		old, is := v.(string)
		return is && *p == old
	case *int64:
		old, is := v.(int64)
		return is && *p == old
	case *bool:
		old, is := v.(bool)
		return is && *p == old
	}
	return value(place) == v
}

// Texts reads the rows as Between does. Each is handed on with its owner, the
// values of the columns that name it there, and the text that Changes returns of
// a new row.
func (t *Table[T]) Texts(owner string, key []string, after, upto string, each func(owner, key, text string)) Read {
	t.once.Do(t.prepare)
	of, keys := slices.Index(t.names, owner), make([]int, len(key))
	for i, k := range key {
		keys[i] = slices.Index(t.names, k)
	}
	room, text := &strings.Builder{}, []byte(nil) // room is for the texts of many rows
	return t.between(owner, after, upto, func(c *cursor[T]) {
		text = t.appendChanges(text[:0], t.empty, c.places)
		if room.Cap()-room.Len() < len(text) {
			room = &strings.Builder{}
			room.Grow(max(roomOfTexts, len(text)))
		}
		begun := room.Len()
		room.Write(text)
		each(plainText(c.places[of]), joined(c.places, keys), room.String()[begun:])
	})
}

// roomOfTexts is what the texts of many rows take together.
const roomOfTexts = 64 << 10

// joined are the values of some of the places.
func joined(places []any, some []int) string {
	if len(some) == 1 {
		return plainText(places[some[0]])
	}
	parts := make([]string, len(some))
	for i, k := range some {
		parts[i] = plainText(places[k])
	}
	return strings.Join(parts, " ")
}

func plainText(place any) string {
	switch p := place.(type) {
	case *string:
		return *p
	case *int64:
		return strconv.FormatInt(*p, 10)
	}
	return fmt.Sprint(value(place))
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

// Fill sets the fields of a row whose columns were told, as Changes tells them;
// numbers are json.Number. It is the way back from events to rows.
func (t *Table[T]) Fill(row *T, columns map[string]any) error {
	t.once.Do(t.prepare)
	for i, place := range t.Places(row) {
		told, there := columns[t.names[i]]
		if !there {
			continue
		}
		text, err := json.Marshal(told)
		if err == nil {
			err = json.Unmarshal(text, place)
		}
		if err != nil {
			return fmt.Errorf("db: column %s of %s: %w", t.names[i], t.Name, err)
		}
	}
	return nil
}

// AppendJSON appends a text, an integer or a boolean as encoding/json does.
func AppendJSON(b []byte, v any) []byte {
	switch v := v.(type) {
	case int64:
		return strconv.AppendInt(b, v, 10)
	case bool:
		return strconv.AppendBool(b, v)
	case string:
		return AppendText(b, v)
	}
	text, err := json.Marshal(v)
	if err != nil {
		panic(err) // columns are strings, integers and booleans
	}
	return append(b, text...)
}

// AppendText is AppendJSON of a text. It is quick where nothing is to be escaped
// but quotes.
func AppendText(b []byte, s string) []byte {
	begun := len(b)
	b = append(b, '"')
	done := 0
	for i := range len(s) {
		switch c := s[i]; {
		case plainBytes[c]:
		case c == '"':
			b = append(append(b, s[done:i]...), '\\')
			done = i
		default:
			text, _ := json.Marshal(s) // a text never fails
			return append(b[:begun], text...)
		}
	}
	return append(append(b, s[done:]...), '"')
}

// plainBytes are the characters of one byte that stand in JSON as they are.
var plainBytes = func() (all [256]bool) {
	for c := ' '; c < 0x7f; c++ {
		all[c] = !strings.ContainsRune(`"\<>&`, c)
	}
	return all
}()

// values appends what the pointers point to, as the drivers like it.
func values(to []any, places []any) []any {
	for _, p := range places {
		to = append(to, value(p))
	}
	return to
}

func value(place any) any {
	switch p := place.(type) {
	case *string:
		return *p
	case *int64:
		return *p
	case *bool:
		return *p
	}
	return plainValue(reflect.ValueOf(place).Elem())
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
