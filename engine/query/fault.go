package query

import (
	"cmp"
	"fmt"
	"slices"

	"ordo/base/problem"
)

// Why a filter, sort or cursor is refused.
var (
	ErrSyntax = problem.Declare("filter_syntax", problem.Invalid,
		"The filter cannot be read.", "Correct the filter at the position that is named; put values with blanks, commas or parentheses in quotes.")
	ErrField = problem.Declare("filter_field_unknown", problem.Invalid,
		"The list cannot be filtered by this field.", "Use one of the allowed fields.")
	ErrValue = problem.Declare("filter_value_invalid", problem.Invalid,
		"A field of the filter does not take this value or comparison.", "See the field's type and values in the API reference.")
	ErrSort = problem.Declare("sort_field_unknown", problem.Invalid,
		"The list cannot be sorted by this field.", "Use one of the allowed fields, with - in front for descending order.")
	ErrCursor = problem.Declare("cursor_invalid", problem.Invalid,
		"The cursor does not belong to this list, filter and sort.", "Start again without a cursor, or send the filter and sort of the first page.")
)

// fault is something wrong at a byte of the filter.
type fault struct {
	pos     int
	code    *problem.Code
	allowed []string
	detail  string
}

const maxFaults = 50 // more are not told

// faults collects them, so that a client hears of all at once.
type faults struct{ all []fault }

func (f *faults) syntax(pos int, format string, a ...any) {
	f.add(pos, ErrSyntax, nil, format, a...)
}

func (f *faults) add(pos int, code *problem.Code, allowed []string, format string, a ...any) {
	if len(f.all) < maxFaults {
		f.all = append(f.all, fault{pos, code, allowed, fmt.Sprintf(format, a...)})
	}
}

// err returns one problem with the faults by position, or nil. The positions
// are in the sentences and, for machines, in Extra "positions".
func (f *faults) err() error {
	if len(f.all) == 0 {
		return nil
	}
	slices.SortStableFunc(f.all, func(a, b fault) int { return cmp.Compare(a.pos, b.pos) })
	var list problem.List
	positions := make([]int, len(f.all))
	for i, one := range f.all {
		positions[i] = one.pos
		list.AddAllowed(one.code, "/filter", one.allowed, "At byte %d: %s", one.pos, one.detail)
	}
	return problem.As(list.Err()).With("positions", positions)
}

// hint returns a question for the name that was probably meant, or nothing.
func hint(text string, names []string) string {
	if best := problem.Closest(text, names); best != "" {
		return fmt.Sprintf(" Did you mean %s?", best)
	}
	return ""
}
