package query

import "time"

// Filter is a checked filter. The zero value lets everything pass.
type Filter struct{ root *node }

// Parse reads a filter of at most 2,000 characters, 50 terms and values, and
// parentheses 10 deep. now is the present in the reader's zone: days and words
// such as today depend on it. The error is a problem with all faults, each
// with its byte position: ErrSyntax, ErrField, ErrValue.
func Parse(text string, schema Schema, now time.Time) (Filter, error) {
	var f faults
	if !readable(text, &f) {
		return Filter{}, f.err()
	}
	tokens := lex(text, &f)
	root := parse(tokens, len(text), &f)
	c := checker{schema: &schema, now: now, faults: &f}
	for _, t := range tokens {
		if t.kind == tokenTerm {
			c.term(t.term)
		}
	}
	if err := f.err(); err != nil {
		return Filter{}, err
	}
	return Filter{root}, nil
}

// String prints the filter without needless blanks and parentheses; Parse reads
// that as the same filter.
func (f Filter) String() string {
	if f.root == nil {
		return ""
	}
	return f.root.String()
}
