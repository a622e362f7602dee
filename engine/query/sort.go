package query

import (
	"slices"
	"strconv"
	"strings"

	"ordo/base/problem"
)

const maxSortFields = 3

// Sort is a checked sort. The list's id always decides between equal rows.
type Sort struct{ keys []sortKey }

type sortKey struct {
	name   string
	typ    Type
	column string
	desc   bool
}

// ParseSort reads up to three sortable fields, such as "-placed,number", with
// "-" for descending order; an empty text is the list's own sort. The error is
// a problem with all faults: ErrSort, problem.ErrInvalidValue.
func ParseSort(text string, schema Schema) (Sort, error) {
	if text == "" {
		text = schema.Sort
	}
	var s Sort
	var faults problem.List
	for name := range strings.SplitSeq(text, ",") {
		if text != "" {
			s.add(name, &schema, &faults)
		}
	}
	if len(s.keys) > maxSortFields {
		faults.Add(problem.ErrInvalidValue, "/sort", "A list is sorted by at most %d fields, not %d.", maxSortFields, len(s.keys))
	}
	if err := faults.Err(); err != nil {
		return Sort{}, err
	}
	last := len(s.keys) - 1
	s.keys = append(s.keys, sortKey{typ: ID, column: schema.ID, desc: last >= 0 && s.keys[last].desc})
	return s, nil
}

func (s *Sort) add(text string, schema *Schema, faults *problem.List) {
	name, desc := strings.CutPrefix(text, "-")
	field := schema.field(name)
	switch {
	case field == nil || !field.Sortable:
		names := schema.names(sortable)
		faults.AddAllowed(ErrSort, "/sort", names, "The list cannot be sorted by %q.%s", name, hint(name, names))
	case slices.ContainsFunc(s.keys, func(k sortKey) bool { return k.name == name }):
		faults.Add(problem.ErrInvalidValue, "/sort", "The field %s is named twice.", name)
	default:
		s.keys = append(s.keys, sortKey{name, field.Type, field.sortColumn(), desc})
	}
}

// String prints the sort as ParseSort reads it.
func (s Sort) String() string {
	var texts []string
	for _, k := range s.keys {
		switch {
		case k.name == "": // the id
		case k.desc:
			texts = append(texts, "-"+k.name)
		default:
			texts = append(texts, k.name)
		}
	}
	return strings.Join(texts, ",")
}

// OrderBy returns what follows ORDER BY.
func (s Sort) OrderBy() string {
	return s.orderBy(func(i int) string { return s.keys[i].column })
}

// orderByPosition is OrderBy for a SELECT that begins with Columns.
func (s Sort) orderByPosition() string {
	return s.orderBy(func(i int) string { return strconv.Itoa(i + 1) })
}

func (s Sort) orderBy(name func(key int) string) string {
	texts := make([]string, len(s.keys))
	for i, k := range s.keys {
		texts[i] = name(i)
		if k.desc {
			texts[i] += " DESC"
		}
	}
	return strings.Join(texts, ", ")
}

// Columns returns the expressions that the list is sorted by, for its SELECT:
// a page scans them into Row.
func (s Sort) Columns() string {
	texts := make([]string, len(s.keys))
	for i, k := range s.keys {
		texts[i] = k.column
	}
	return strings.Join(texts, ", ")
}

// Row returns places to scan Columns into: *int64, *bool and *string.
func (s Sort) Row() []any {
	row := make([]any, len(s.keys))
	for i, k := range s.keys {
		switch k.typ {
		case Number, Money, Time:
			row[i] = new(int64)
		case Bool:
			row[i] = new(bool)
		default:
			row[i] = new(string)
		}
	}
	return row
}

// after writes the condition that a row comes after the one with these values:
// a row comparison where all columns go one way, or else
// (a < $1 OR (a = $1 AND (b > $2 OR …))).
func (s Sort) after(b *builder, values []any) string {
	params := make([]string, len(values))
	for i, v := range values {
		params[i] = b.arg(v)
	}
	if !slices.ContainsFunc(s.keys, func(k sortKey) bool { return k.desc != s.keys[0].desc }) {
		return "(" + s.Columns() + ") " + s.keys[0].beyond() + " (" + strings.Join(params, ", ") + ")"
	}
	last := len(s.keys) - 1
	text := s.keys[last].column + " " + s.keys[last].beyond() + " " + params[last]
	for i := last - 1; i >= 0; i-- {
		k := s.keys[i]
		text = "(" + k.column + " " + k.beyond() + " " + params[i] + " OR (" + k.column + " = " + params[i] + " AND " + text + "))"
	}
	return text
}

// beyond is the operator for rows that come later.
func (k sortKey) beyond() string {
	if k.desc {
		return "<"
	}
	return ">"
}
