package query

import (
	"slices"
	"strings"
)

// Match tells whether something passes the filter that is no row of a table.
// values gives what it has of a field, as a column would: folded texts, int64 or
// bool; several where there are several, none where the field is not set. A
// value of another type has none of the field's values. Words without a field
// never match.
func (f Filter) Match(values func(f *Field) []any) bool {
	return f.root == nil || f.root.match(values)
}

func (n *node) match(values func(*Field) []any) bool {
	holds := func(kid *node) bool { return kid.match(values) }
	switch n.kind {
	case nodeAll:
		return !slices.ContainsFunc(n.kids, func(kid *node) bool { return !holds(kid) })
	case nodeAny:
		return slices.ContainsFunc(n.kids, holds)
	case nodeNot:
		return !holds(n.kids[0])
	}
	return n.term.match(values)
}

func (t *term) match(values func(*Field) []any) bool {
	if t.field == nil {
		return false
	}
	return slices.ContainsFunc(values(t.field), func(have any) bool {
		return t.isSet || slices.ContainsFunc(t.values, func(v value) bool { return t.field.has(have, t.op, v) })
	})
}

// has compares what there is with what was asked for.
func (f *Field) has(have any, op string, v value) bool {
	switch have := have.(type) {
	case string:
		return f.Type == Text && strings.HasPrefix(have, v.arg) || (f.Type == Enum || f.Type == ID) && have == v.arg
	case bool:
		return f.Type == Bool && have == (v.arg == "true")
	case int64:
		return f.ordered() && v.contains(have, op)
	}
	return false
}

// contains tells how a number lies to those from v.from to below v.to.
func (v value) contains(n int64, op string) bool {
	switch op {
	case ">":
		return n >= v.to
	case ">=":
		return n >= v.from
	case "<":
		return n < v.from
	case "<=":
		return n < v.to
	}
	return n >= v.from && n < v.to
}
