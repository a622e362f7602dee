package query

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"strings"
	"time"

	"ordo/base/problem"
)

// The sizes of a page.
const (
	DefaultLimit = 50
	MaxLimit     = 200
)

// Page names a part of a list: at most Limit rows (0: DefaultLimit) that come
// after the row that the cursor After was made of; from the start without one.
type Page struct {
	Limit int
	After string
}

// Request is what a client asks of a list, as it was sent.
type Request struct {
	Filter string
	Sort   string
	Page   Page
}

// List is a checked request. Select reads one row more than Limit, to learn whether
// there is a next page, and makes the next cursor of the last row it hands out.
type List struct {
	Filter Filter
	Sort   Sort
	Limit  int
	after  []any // values of the sort's columns; nil on the first page
}

// Parse checks a request against the schema; for now see the function Parse.
// The error is a problem with all faults of filter, sort, limit and cursor.
func (r Request) Parse(schema Schema, now time.Time) (List, error) {
	filter, filterErr := Parse(r.Filter, schema, now)
	sort, sortErr := ParseSort(r.Sort, schema)
	l := List{Filter: filter, Sort: sort, Limit: r.Page.Limit}
	if l.Limit == 0 {
		l.Limit = DefaultLimit
	}
	var limitErr, cursorErr error
	if l.Limit < 1 || l.Limit > MaxLimit {
		limitErr = problem.ErrInvalidValue.At("/limit", "A page has 1 to %d rows, not %d.", MaxLimit, l.Limit)
	}
	if r.Page.After != "" && filterErr == nil && sortErr == nil {
		cursorErr = l.resume(r.Page.After)
	}
	if err := all(filterErr, sortErr, limitErr, cursorErr); err != nil {
		return List{}, err
	}
	return l, nil
}

// all joins problems to one.
func all(errs ...error) error {
	var joined *problem.Problem
	for _, err := range errs {
		switch p := problem.As(err); {
		case p == nil:
		case joined == nil:
			joined = p
		default:
			joined.Faults = append(joined.Faults, p.Faults...)
		}
	}
	if joined == nil {
		return nil
	}
	return joined
}

// SQL returns the condition for the rows of this page and of those after it,
// and its arguments: parameters $first and up.
func (l List) SQL(first int) (condition string, args []any) {
	b := builder{first: first}
	condition = b.filter(l.Filter)
	if l.after != nil {
		condition += " AND " + l.Sort.after(&b, l.after)
	}
	return condition, b.args
}

// cursor is what a cursor holds, as base64url of JSON.
type cursor struct {
	List string            `json:"l"` // of which list
	Row  []json.RawMessage `json:"r"` // values of the sort's columns
}

// Cursor returns the cursor for the page that begins after row, which was
// scanned into Sort.Row.
func (l List) Cursor(row []any) string {
	c := cursor{List: l.fingerprint()}
	for _, value := range row {
		text, _ := json.Marshal(value) // strings, integers and booleans never fail
		c.Row = append(c.Row, text)
	}
	text, _ := json.Marshal(c)
	return base64.RawURLEncoding.EncodeToString(text)
}

// resume sets the place in the list that a cursor tells.
func (l *List) resume(text string) error {
	invalid := ErrCursor.At("/after", "The cursor was made for another list, filter or sort, or is damaged.")
	content, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		return invalid
	}
	var c cursor
	if json.Unmarshal(content, &c) != nil || c.List != l.fingerprint() || len(c.Row) != len(l.Sort.keys) {
		return invalid
	}
	for i, place := range l.Sort.Row() {
		if json.Unmarshal(c.Row[i], place) != nil {
			return invalid
		}
		value, ok := scanned(place)
		if !ok {
			return invalid
		}
		l.after = append(l.after, value)
	}
	return nil
}

// scanned returns what a place of Sort.Row holds, and whether it can be in a
// database.
func scanned(place any) (value any, ok bool) {
	switch p := place.(type) {
	case *int64:
		return *p, true
	case *bool:
		return *p, true
	case *string:
		return *p, !strings.ContainsRune(*p, 0)
	}
	return nil, false
}

// fingerprint tells lists apart whose cursors must not be mixed.
func (l List) fingerprint() string {
	sum := sha256.Sum256([]byte(l.Sort.Columns() + "\n" + l.Sort.String() + "\n" + l.Filter.String()))
	return hex.EncodeToString(sum[:8])
}
