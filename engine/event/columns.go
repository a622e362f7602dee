package event

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"time"

	"ordo/engine/db"
)

// Columns are values of a row by the names of its columns. What a column keeps
// as JSON is its value before that.
type Columns map[string]any

// columnsOf returns what a struct, or Columns, tells of a row.
func columnsOf(told any) Columns {
	all := Columns{}
	if columns, are := told.(Columns); are {
		for name, value := range columns { // order-free: each column stands for itself
			all[name] = kept(reflect.ValueOf(value))
		}
		return all
	}
	v := reflect.ValueOf(told)
	for v.Kind() == reflect.Pointer {
		v = v.Elem()
	}
	for name, value := range fields(v) { // order-free: each column stands for itself
		all[name] = kept(value)
	}
	return all
}

// fields are those of a struct by their names in JSON.
func fields(v reflect.Value) map[string]reflect.Value {
	all := map[string]reflect.Value{}
	for i := range v.NumField() {
		f := v.Type().Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case f.Anonymous && name == "":
			for name, inner := range fields(v.Field(i)) { // order-free: each field stands for itself
				all[name] = inner
			}
		case name != "" && name != "-":
			all[name] = v.Field(i)
		}
	}
	return all
}

// kept is a value as a database has it: an integer or a text. Booleans are 1
// and 0, times microseconds, and what is larger is JSON.
func kept(v reflect.Value) any {
	if at, is := v.Interface().(time.Time); is {
		if at.IsZero() {
			return int64(0)
		}
		return at.UnixMicro()
	}
	switch v.Kind() {
	case reflect.Int, reflect.Int64:
		return v.Int()
	case reflect.Bool:
		return flag(v.Bool())
	case reflect.String:
		return v.String()
	}
	text, err := json.Marshal(v.Interface())
	if err != nil {
		panic(err) // it was read from JSON
	}
	return string(text)
}

func flag(is bool) int64 {
	if is {
		return 1
	}
	return 0
}

// key joins the values that name a row.
func (c Columns) key(names []string) string {
	values := make([]string, len(names))
	for i, name := range names {
		values[i] = fmt.Sprint(c[name])
	}
	return strings.Join(values, " ")
}

// encode is the JSON of those of the columns that are told, in their order.
func (c Columns) encode(names []string) []byte {
	b := []byte{'{'}
	for _, name := range names {
		value, told := c[name]
		if !told {
			continue
		}
		if len(b) > 1 {
			b = append(b, ',')
		}
		b = db.AppendJSON(append(append(append(b, '"'), name...), '"', ':'), value)
	}
	return append(b, '}')
}

// silent tells whether a column has the value of one that was never told.
func silent(value any) bool {
	switch value := value.(type) {
	case nil:
		return true
	case json.Number:
		return value == "0"
	case int64:
		return value == 0
	case string:
		return value == ""
	case bool:
		return !value
	}
	return false
}

// readColumns reads the rows of a part as Set tells them.
func readColumns(p Part, names []string, after, upto string, each func(owner, key, text string)) db.Read {
	condition := p.Where
	if condition == "" {
		condition = "TRUE"
	}
	text := fmt.Sprintf(`SELECT %s FROM %s WHERE %s > $1 AND %[3]s <= $2 AND %s`, strings.Join(names, ", "), p.Table, p.Owner, condition)
	return db.Many(text, []any{after, upto}, func(scan db.Scan) error {
		values, places := make([]any, len(names)), make([]any, len(names))
		for i := range values {
			places[i] = &values[i]
		}
		if err := scan(places...); err != nil {
			return err
		}
		row := Columns{}
		for i, value := range values {
			if is, flagged := value.(bool); flagged {
				value = flag(is)
			}
			row[names[i]] = value
		}
		owner, key := fmt.Sprint(row[p.Owner]), row.key(p.Key)
		each(owner, key, string(loud(row, names).encode(names)))
		return nil
	})
}

// errJSON is of a text that is no object of JSON as the machinery writes it.
var errJSON = errors.New("event: no JSON as the machinery writes it")

// members calls each for the members of an object that was written without
// spaces; it copies nothing.
func members(text string, each func(name, value string) error) error {
	if len(text) < 2 || text[0] != '{' {
		return errJSON
	}
	for i := 1; text[i] != '}'; {
		colon := skip(text, i)
		if text[i] != '"' || colon >= len(text) || text[colon] != ':' {
			return errJSON
		}
		next := skip(text, colon+1)
		if next >= len(text) || next == colon+1 {
			return errJSON
		}
		name := text[i+1 : colon-1]
		if strings.Contains(name, `\`) {
			var err error
			if name, err = strconv.Unquote(text[i:colon]); err != nil {
				return errJSON
			}
		}
		if err := each(name, text[colon+1:next]); err != nil {
			return err
		}
		if i = next; text[i] == ',' {
			i++
		}
		if i >= len(text) {
			return errJSON
		}
	}
	return nil
}

// skip returns where the value that begins at i ends; the end of the text if it
// does not.
func skip(text string, i int) int {
	depth := 0
	for ; i < len(text); i++ {
		switch text[i] {
		case '"':
			i = closing(text, i+1)
			if depth == 0 {
				return i + 1
			}
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth == 0 {
				return i + 1
			}
			if depth < 0 {
				return i
			}
		case ',':
			if depth == 0 {
				return i
			}
		}
	}
	return i
}

// closing returns where the quote stands that ends the text whose content
// begins at i.
func closing(text string, i int) int {
	for {
		quote := strings.IndexByte(text[i:], '"')
		if quote < 0 {
			return len(text)
		}
		escape := strings.IndexByte(text[i:i+quote], '\\')
		if escape < 0 {
			return i + quote
		}
		if i += escape + 2; i > len(text) {
			return len(text)
		}
	}
}
