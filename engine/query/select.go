package query

import (
	"fmt"
	"strconv"

	"ordo/engine/auth"
	"ordo/engine/db"
)

// Input is what every list takes; it is embedded in the input of the read.
type Input struct {
	Filter string `query:"filter" json:"filter,omitempty" doc:"Filter, such as status:processing total>500"`
	Sort   string `query:"sort" json:"sort,omitempty" doc:"Fields to sort by, up to three; a minus turns one around"`
	After  string `query:"after" json:"after,omitempty" doc:"Cursor: next of the page before"`
	Limit  int    `query:"limit" json:"limit,omitempty" doc:"Rows of a page, 1 to 200; 50 if not given"`

	IDs []string `json:"-"` // if set: only rows with one of these ids, all on one page
}

// Rows is one page of a list.
type Rows[T any] struct {
	Items []T    `json:"items"`
	Next  string `json:"next,omitempty" doc:"Cursor of the next page; not there on the last one"`
}

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
	where, args := s.Where, s.Args
	if where == "" {
		where = "TRUE"
	}
	scope, scopeArgs := tx.Actor.Scope.SQL(s.Scope, len(args)+1)
	args = append(args[:len(args):len(args)], scopeArgs...)
	filter, filterArgs := list.SQL(len(args) + 1)
	args = append(args, filterArgs...)
	text := fmt.Sprintf("SELECT %s, %s FROM %s WHERE (%s) AND %s AND %s ORDER BY %s LIMIT %s",
		s.Columns, list.Sort.Columns(), s.From, where, scope, filter, list.Sort.OrderBy(), strconv.Itoa(list.Limit+1))
	if in.IDs != nil {
		text = fmt.Sprintf("SELECT %s, %s FROM %s WHERE (%s) AND %s AND %s AND %s IN (%s) ORDER BY %s", s.Columns, list.Sort.Columns(), s.From, where, scope, filter,
			schema.ID, db.Params(len(args)+1, len(in.IDs)), list.Sort.OrderBy())
		for _, id := range in.IDs {
			args = append(args, id)
		}
		list.Limit = len(in.IDs)
	}
	var last []any
	err = tx.Load(db.Many(text, args, func(scan db.Scan) error {
		if len(page.Items) == list.Limit {
			page.Next = list.Cursor(last)
			return nil
		}
		var row T
		last = list.Sort.Row()
		if err := scan(append(places(&row), last...)...); err != nil {
			return err
		}
		page.Items = append(page.Items, row)
		return nil
	}))
	return page, err
}
