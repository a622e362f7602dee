package db

import (
	"strconv"
	"strings"
	"sync"
	"time"
)

// Scan copies the columns of the current row into dst, in order.
type Scan func(dst ...any) error

// Read is a query and the place its answer goes to. Subjects hand reads to
// each other, so that a command can load all it needs in one round trip.
type Read struct {
	text string
	args []any
	each func(Scan) error
	rows sharable // if set: what each belongs to
}

// One reads at most one row into dst; without a row dst stays as it is.
func One(text string, args []any, dst ...any) Read {
	return Read{text: text, args: args, each: func(scan Scan) error { return scan(dst...) }}
}

// Many calls each for every row.
func Many(text string, args []any, each func(Scan) error) Read {
	return Read{text: text, args: args, each: each}
}

// All appends the only column of every row to a list.
func All[T any](text string, args []any, into *[]T) Read {
	return Many(text, args, func(scan Scan) error {
		var v T
		err := scan(&v)
		*into = append(*into, v)
		return err
	})
}

// Stmt is one statement on its way to the database; a read, if each is set.
type Stmt struct {
	Read
	otherwise error         // if set: change exactly one row, or fail with this
	taken     error         // if set: what a unique index that refuses means
	last      bool          // travels behind the other writes of its trip
	then      func() error  // if set: runs when the answer is there
	took      time.Duration // set by a connection that answers one statement at a time
}

// Unique says what it means if a unique index refuses the statement.
func (s *Stmt) Unique(otherwise error) { s.taken = otherwise }

// Last sends the statement behind the other writes of its trip. It is for rows
// that many want at once: they are locked for as long as what follows takes.
func (s *Stmt) Last() { s.last = true }

// failed gives the error of the statement its meaning.
func (s *Stmt) failed(err error, unique func(error) bool) error {
	if s.taken != nil && unique(err) {
		return s.taken
	}
	return err
}

func plain(text string) *Stmt { return &Stmt{Read: Read{text: text}} }

// changed judges the number of rows that a statement changed.
func (s *Stmt) changed(rows int64) error {
	if s.otherwise != nil && rows != 1 {
		return s.otherwise
	}
	return nil
}

// rows is what both drivers call their cursor.
type rows interface {
	Next() bool
	Scan(dst ...any) error
	Err() error
}

// read hands every row to the statement.
func (s *Stmt) read(r rows) error {
	for r.Next() {
		if err := s.each(r.Scan); err != nil {
			return err
		}
	}
	if err := r.Err(); err != nil || s.then == nil {
		return err
	}
	return s.then()
}

// Params returns n parameters from $first on: "$3, $4, $5".
func Params(first, n int) string {
	var b []byte
	for i := range n {
		if i > 0 {
			b = append(b, ", "...)
		}
		b = strconv.AppendInt(append(b, '$'), int64(first+i), 10)
	}
	return string(b)
}

type insertKey struct {
	head     string
	n, width int
}

var insertTexts sync.Map // insertKey -> string: one text per shape, so that it stays prepared

// insertText returns "INSERT INTO <head> VALUES ($1, $2), ($3, $4)".
func insertText(head string, n, width int) string {
	key := insertKey{head, n, width}
	if t, ok := insertTexts.Load(key); ok {
		return t.(string)
	}
	rows := make([]string, n)
	for i := range rows {
		rows[i] = "(" + Params(i*width+1, width) + ")"
	}
	t := "INSERT INTO " + head + " VALUES " + strings.Join(rows, ", ")
	insertTexts.Store(key, t)
	return t
}
