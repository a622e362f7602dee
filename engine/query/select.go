package query

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"ordo/engine/auth"
	"ordo/engine/db"
)

// Input is what every list takes; it is embedded in the input of the read.
type Input struct {
	Filter string `query:"filter" json:"filter,omitempty" doc:"Filter, such as status:processing total>500"`
	Sort   string `query:"sort" json:"sort,omitempty" doc:"Fields to sort by, up to three; a minus turns one around"`
	After  string `query:"after" json:"after,omitempty" doc:"Cursor: next of the page before"`
	Count  bool   `query:"count" json:"count,omitempty" doc:"Also tell how many rows there are, up to 10,000"`
	Limit  int    `query:"limit" json:"limit,omitempty" doc:"Rows of a page, 1 to 200; 50 if not given"`

	IDs  []string `json:"-"` // if set: only rows with one of these ids, all on one page
	Size int      `json:"-"` // if set: rows of a page, however many, for what the program itself reads
}

// Rows is one page of a list.
type Rows[T any] struct {
	Items []T    `json:"items"`
	Next  string `json:"next,omitempty" doc:"Cursor of the next page; not there on the last one"`
	Count *int   `json:"count,omitempty" doc:"How many rows there are, on all pages; only if it was asked for"`
	More  bool   `json:"more,omitempty" doc:"There are more rows than count says, which ends at 10,000"`
}

// mostCounted is how far rows are counted.
const mostCounted = 10_000

// Source is where a list comes from. Where may use $1 and up for Args.
type Source struct {
	Columns string // of the rows, such as "o.id, o.number"
	From    string // such as "orders o"
	Where   string // always holds; TRUE if empty
	Args    []any
	Scope   auth.Columns // the actor's scope is applied here, outside of the filter
}

// Select reads one page. places tells where the columns of a row go.
func Select[T any](tx *db.Tx, in Input, schema Schema, s Source, places func(row *T) []any) (Rows[T], error) {
	page := Rows[T]{Items: []T{}}
	if in.IDs != nil && len(in.IDs) == 0 {
		return page, nil
	}
	list, err := Request{Filter: in.Filter, Sort: in.Sort, Page: Page{Limit: in.Limit, After: in.After}}.Parse(schema, tx.Now)
	if err != nil {
		return page, err
	}
	if in.Size > 0 {
		list.Limit = in.Size
	}
	q := s.question(tx.Actor.Scope)
	var text string
	var args []any
	if in.IDs == nil {
		text, args = q.page(list)
	} else {
		list.Limit = len(in.IDs)
		text, args = q.among(list, schema.ID, in.IDs)
	}
	if in.Count {
		n, err := q.count(tx, list, schema.ID)
		if err != nil {
			return page, err
		}
		page.More, n = n > mostCounted, min(n, mostCounted)
		page.Count = &n
	}
	var last []any
	err = tx.Load(db.Many(text, args, func(scan db.Scan) error {
		if len(page.Items) == list.Limit {
			page.Next = list.Cursor(last)
			return nil
		}
		var row T
		last = list.Sort.Row()
		if err := scan(slices.Concat(last, places(&row))...); err != nil {
			return err
		}
		page.Items = append(page.Items, row)
		return nil
	}))
	return page, err
}

// question is a source within the actor's scope.
type question struct {
	Source
	where string
	args  []any
}

func (s Source) question(actor auth.Scope) question {
	where := cmp.Or(s.Where, "TRUE")
	scope, args := actor.SQL(s.Scope, len(s.Args)+1)
	return question{s, "(" + where + ") AND " + scope, slices.Concat(s.Args, args)}
}

// sorted selects the sort's columns and what is asked for, in the list's order.
func (q question) sorted(l List, condition string) string {
	return fmt.Sprintf("SELECT %s, %s FROM %s WHERE %s AND %s ORDER BY %s", l.Sort.Columns(), q.Columns, q.From, q.where, condition, l.Sort.OrderBy())
}

// page returns the statement for a page and the row behind it. Several walks are
// merged: each in the list's order and no longer than a page, so that the
// database goes no further in any of them.
func (q question) page(l List) (text string, args []any) {
	texts, args := q.walks(l, l.Limit+1, func(condition string) string { return q.sorted(l, condition) })
	if len(texts) == 1 {
		return texts[0], args
	}
	return merged(texts) + " ORDER BY " + l.Sort.orderByPosition() + " LIMIT " + strconv.Itoa(l.Limit+1), args
}

// count tells how many rows the filter finds. Where that is more than are counted,
// it is some number above it.
func (q question) count(tx *db.Tx, l List, id string) (n int, err error) {
	l.after = nil
	texts, args := q.walks(l, mostCounted+1, func(condition string) string {
		return fmt.Sprintf("SELECT %s FROM %s WHERE %s AND %s", id, q.From, q.where, condition)
	})
	err = tx.Load(db.One("SELECT COUNT(*) FROM ("+merged(texts)+") found", args, &n))
	return n, err
}

// walks returns what selects the rows of each walk, up to limit.
func (q question) walks(l List, limit int, selected func(condition string) string) (texts []string, args []any) {
	args = q.args
	for _, l.Filter = range l.Filter.walks() {
		condition, some := l.SQL(len(args) + 1)
		args = slices.Concat(args, some)
		texts = append(texts, selected(condition)+" LIMIT "+strconv.Itoa(limit))
	}
	return texts, args
}

// merged selects what any of them finds, once.
func merged(texts []string) string {
	all := make([]string, len(texts))
	for i, text := range texts {
		all[i] = fmt.Sprintf("SELECT * FROM (%s) w%d", text, i)
	}
	return strings.Join(all, " UNION ")
}

// among returns the statement for the rows with one of the ids.
func (q question) among(l List, column string, ids []string) (text string, args []any) {
	condition, args := l.SQL(len(q.args) + 1)
	args = slices.Concat(q.args, args)
	text = q.sorted(l, condition+" AND "+column+" IN ("+db.Params(len(args)+1, len(ids))+")")
	for _, id := range ids {
		args = append(args, id)
	}
	return text, args
}
