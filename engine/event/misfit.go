package event

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Told is an event of a subject, for those who add its events up.
type Told struct {
	Sequence int64
	Body     []byte
}

// Misfit says how the events of a subject differ from its rows: they are not
// numbered from 1 to count, or their bodies do not add up to body, which is what
// a single event would tell of the rows as they are. It is "" if all fits.
func Misfit(told []Told, count int64, body any) string {
	for i, t := range told {
		if t.Sequence != int64(i+1) {
			return fmt.Sprintf("event %d is missing", i+1)
		}
	}
	if int64(len(told)) != count {
		return fmt.Sprintf("the row counts %d events, there are %d", count, len(told))
	}
	row, err := json.Marshal(body)
	if err == nil && len(told) == 1 && bytes.Equal(row, told[0].Body) {
		return "" // the usual case, without a look inside
	}
	want, sum := folded{}, folded{}
	if err == nil {
		err = want.add(row)
	}
	for _, t := range told {
		if err == nil {
			err = sum.add(t.Body)
		}
	}
	if err != nil {
		return fmt.Sprintf("the events can't be read: %v", err)
	}
	return sum.difference(want)
}

// values are those of a row's columns.
type values = map[string]json.RawMessage

// rowKey names a row in a body by its part, such as "lines", and its id, which
// is empty for the subject's own row.
type rowKey struct{ part, id string }

func (k rowKey) compare(other rowKey) int {
	return strings.Compare(k.part+"\n"+k.id, other.part+"\n"+other.id)
}

// name is how people call the row.
func (k rowKey) name() string {
	if k.id == "" {
		return "the " + k.part
	}
	one := strings.TrimSuffix(k.part, "s")
	if stem, ok := strings.CutSuffix(k.part, "ies"); ok {
		one = stem + "y"
	}
	return one + " " + k.id
}

// folded is what bodies add up to.
type folded map[rowKey]values

// add folds a further body. A part of it is a row, or rows by their ids of
// which a removed one is null. What is neither, such as a reason, is no row.
func (f folded) add(body []byte) error {
	var parts values
	if err := json.Unmarshal(body, &parts); err != nil {
		return err
	}
	for part, text := range parts { // order-free: each part stands for itself
		if !bytes.HasPrefix(text, []byte("{")) {
			continue
		}
		var members values
		if err := json.Unmarshal(text, &members); err != nil {
			return err
		}
		for name, value := range members { // order-free: each row and column stands for itself
			if err := f.tell(part, name, value); err != nil {
				return err
			}
		}
	}
	return nil
}

// tell folds a member of a part: a row, or a column of the subject's own.
func (f folded) tell(part, name string, value json.RawMessage) error {
	switch {
	case string(value) == "null":
		delete(f, rowKey{part, name})
		return nil
	case !bytes.HasPrefix(value, []byte("{")):
		f.overwrite(rowKey{part: part}, values{name: value})
		return nil
	}
	var row values
	err := json.Unmarshal(value, &row)
	f.overwrite(rowKey{part, name}, row)
	return err
}

func (f folded) overwrite(at rowKey, row values) {
	if f[at] == nil {
		f[at] = values{}
	}
	maps.Copy(f[at], row)
}

// difference describes the first column that is not as in the rows; "" if all
// are.
func (f folded) difference(rows folded) string {
	for _, at := range slices.CompactFunc(slices.SortedFunc(keys(f, rows), rowKey.compare), func(a, b rowKey) bool { return a == b }) {
		told, row := f[at], rows[at]
		switch {
		case told == nil:
			return "the events know no " + at.name()
		case row == nil:
			return fmt.Sprintf("the events know a %s that is not there", at.name())
		}
		for _, c := range slices.Compact(slices.Sorted(keys(told, row))) {
			if !bytes.Equal(told[c], row[c]) && !(silent(told[c]) && silent(row[c])) {
				return fmt.Sprintf("%s of %s is %s, the events say %s", c, at.name(), row[c], told[c])
			}
		}
	}
	return ""
}

// silent tells whether a column has the value of one that was never told.
func silent(value json.RawMessage) bool {
	switch string(value) {
	case "", "0", `""`, "false":
		return true
	}
	return false
}

// keys yields the keys of two maps.
func keys[K comparable, V any](a, b map[K]V) func(yield func(K) bool) {
	return func(yield func(K) bool) {
		for k := range a { // order-free: they are sorted
			if !yield(k) {
				return
			}
		}
		for k := range b { // order-free: they are sorted
			if !yield(k) {
				return
			}
		}
	}
}
