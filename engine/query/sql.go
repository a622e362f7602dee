package query

import (
	"strconv"
	"strings"
	"unicode"
)

// SQL returns the filter as a condition that can stand beside others with AND,
// and its arguments: parameters $first and up.
func (f Filter) SQL(first int) (condition string, args []any) {
	b := builder{first: first}
	return b.filter(f), b.args
}

// builder writes conditions and gathers their arguments.
type builder struct {
	first int
	args  []any
}

// arg returns the parameter that stands for a.
func (b *builder) arg(a any) string {
	b.args = append(b.args, a)
	return "$" + strconv.Itoa(b.first+len(b.args)-1)
}

func (b *builder) filter(f Filter) string {
	if f.root == nil {
		return "TRUE"
	}
	return b.node(f.root)
}

func (b *builder) node(n *node) string {
	switch n.kind {
	case nodeAll:
		return combine(n.kids, " AND ", b.node)
	case nodeAny:
		return combine(n.kids, " OR ", b.node)
	case nodeNot:
		// Not NOT: a NULL column does not have the value either.
		return "((" + b.node(n.kids[0]) + ") IS NOT TRUE)"
	}
	return b.term(n.term)
}

// combine writes several conditions in parentheses, or a single one as it is.
func combine[T any](parts []T, operator string, write func(T) string) string {
	texts := make([]string, len(parts))
	for i, part := range parts {
		texts[i] = write(part)
	}
	if len(texts) == 1 {
		return texts[0]
	}
	return "(" + strings.Join(texts, operator) + ")"
}

func (b *builder) term(t *term) string {
	if t.field == nil {
		return b.search(t)
	}
	condition := t.field.Column + " IS NOT NULL"
	if !t.isSet {
		condition = combine(t.values, " OR ", func(v value) string { return b.value(t.field, t.op, v) })
	}
	if t.field.Exists == "" {
		return condition
	}
	return strings.Replace(t.field.Exists, "%s", condition, 1)
}

// search puts the parameters in the places that the list's Search marked.
func (b *builder) search(t *term) string {
	pieces := strings.Split(t.search, "?")
	text := pieces[0]
	for i, piece := range pieces[1:] {
		text += b.arg(t.searchArgs[i]) + piece
	}
	return "(" + text + ")"
}

func (b *builder) value(f *Field, op string, v value) string {
	switch f.Type {
	case Text:
		// What begins with it is an interval, which an index knows.
		return "(" + f.Column + " >= " + b.arg(v.arg) + " AND " + f.Column + " < " + b.arg(v.arg+string(unicode.MaxRune)) + ")"
	case Enum, ID:
		return f.Column + " = " + b.arg(v.arg)
	case Bool:
		if v.arg == "true" {
			return f.Column
		}
		return "(NOT " + f.Column + ")"
	}
	return b.interval(f.Column, op, v)
}

// interval compares a column of integers with the values from v.from to below
// v.to.
func (b *builder) interval(column, op string, v value) string {
	switch {
	case op == ">":
		return column + " >= " + b.arg(v.to)
	case op == ">=":
		return column + " >= " + b.arg(v.from)
	case op == "<":
		return column + " < " + b.arg(v.from)
	case op == "<=":
		return column + " < " + b.arg(v.to)
	case v.to == v.from+1:
		return column + " = " + b.arg(v.from)
	}
	return "(" + column + " >= " + b.arg(v.from) + " AND " + column + " < " + b.arg(v.to) + ")"
}
