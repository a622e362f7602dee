package view

import (
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"ordo/base/problem"
	"ordo/engine/command"
	"ordo/engine/db"
	"ordo/engine/event"
	"ordo/engine/query"
)

// View is a list as somebody wants to see it.
type View struct {
	ID        string           `json:"id"`
	List      string           `json:"list" doc:"Operation that reads the list, such as order.list"`
	Name      string           `json:"name" doc:"Unique among those that the same people see of the list"`
	UserID    string           `json:"user_id,omitempty" doc:"Who alone sees it; empty: everybody who sees the list"`
	Filter    string           `json:"filter" doc:"In the filter language"`
	Sort      string           `json:"sort" doc:"Fields to sort by; empty: the list's own order"`
	Columns   []string         `json:"columns" doc:"What is shown, in this order; empty: the list's own columns"`
	Version   int64            `json:"version"`
	CreatedAt time.Time        `json:"created_at"`
	Actions   []command.Action `json:"actions,omitempty"`

	sequence  int64 // events so far
	removedAt int64 // 0 while it is there
}

// SetActions shows which operations are open.
func (v *View) SetActions(a []command.Action) { v.Actions = a }

// Facts are what can be said of a view.
type Facts struct {
	Name    string   `json:"name" minLength:"1" maxLength:"100"`
	Filter  string   `json:"filter,omitempty" maxLength:"2000"`
	Sort    string   `json:"sort,omitempty" maxLength:"200"`
	Columns []string `json:"columns,omitempty" maxItems:"50" doc:"Names of 1 to 60 small letters, digits, dots and underscores, each once"`
}

// SaveIn is the input of view.save.
type SaveIn struct {
	List string `json:"list" minLength:"1" maxLength:"60" doc:"Operation that reads the list, such as order.list"`
	Facts
}

// ChangeIn is the input of view.change.
type ChangeIn struct {
	ID string `path:"id" json:"id"`
	Facts
}

// GetIn names a view.
type GetIn struct {
	ID string `path:"id" json:"id"`
}

// Events of a view.
var (
	Saved   = event.Declare("view.saved", 1, "A view of a list was saved.", body{})
	Changed = event.Declare("view.changed", 1, "A view of a list was changed.", body{})
	Shared  = event.Declare("view.shared", 1, "A view of a list was given to everybody.", body{})
	Removed = event.Declare("view.removed", 1, "A view of a list was removed.", body{})
)

// sharing is the permission for what everybody sees.
const sharing = "view.share"

var columnName = regexp.MustCompile(`^[a-z0-9._]{1,60}$`)

// Lists are the lists that can be viewed, by the operation that reads them.
type Lists map[string]query.Schema

var example = Facts{Name: "Large and unpaid", Filter: "payment:unpaid total>500", Sort: "-total", Columns: []string{"number", "customer", "total"}}

// Operations on views of the lists, and on preferences.
func Operations(lists Lists) []command.Operation {
	return append([]command.Operation{
		command.Def[query.Input, query.Rows[*View]]{
			Name: "view.list", Summary: "List the saved views that one sees: one's own and everybody's", Method: http.MethodGet, Path: "/v1/views",
			Read: lists.list,
		},
		command.Def[GetIn, *View]{
			Name: "view.get", Summary: "Show a saved view", Method: http.MethodGet, Path: "/v1/views/{id}",
			Read: func(tx *db.Tx, in GetIn) (*View, error) { return lists.get(tx, in.ID) },
		},
		command.Def[SaveIn, *View]{
			Name: "view.save", Summary: "Save a view of a list for oneself", Method: http.MethodPost, Path: "/v1/views", Creates: true,
			Run: lists.save, Result: result, Repeat: lists.get,
			Example: SaveIn{List: "order.list", Facts: example},
		},
		command.Def[ChangeIn, *View]{
			Name: "view.change", Summary: "Change one's own view; everybody's with the permission view.share", Method: http.MethodPut, Path: "/v1/views/{id}", Further: []string{sharing},
			Run: lists.change, Result: result, Repeat: lists.get,
			Example: ChangeIn{ID: "vie_01", Facts: example},
		},
		command.Def[GetIn, *View]{
			Name: sharing, Summary: "Give one's own view to everybody who sees the list", Method: http.MethodPost, Path: "/v1/views/{id}/share",
			Run: lists.share, Result: result, Repeat: lists.get,
			Example: GetIn{ID: "vie_01"},
		},
		command.Def[GetIn, *View]{
			Name: "view.remove", Summary: "Remove one's own view; everybody's with the permission view.share", Method: http.MethodDelete, Path: "/v1/views/{id}", Further: []string{sharing},
			Run: lists.remove, Result: result, Repeat: lists.find,
			Example: GetIn{ID: "vie_01"},
		},
	}, preferences...)
}

func result(v *View) (string, int64) { return v.ID, v.Version }

func (l Lists) save(tx *db.Tx, in SaveIn) (*View, error) {
	if err := l.check(tx, in.List, in.Facts); err != nil {
		return nil, err
	}
	v := &View{ID: tx.ID("vie"), List: in.List, UserID: tx.Actor.ID, CreatedAt: tx.Now, Version: 1, sequence: 1}
	v.set(in.Facts)
	insert(tx, v)
	return v, v.emit(tx, Saved)
}

func (l Lists) change(tx *db.Tx, in ChangeIn) (*View, error) {
	v, err := l.open(tx, in.ID)
	if err != nil {
		return nil, err
	}
	if err := l.check(tx, v.List, in.Facts); err != nil {
		return nil, err
	}
	v.set(in.Facts)
	return v, v.save(tx, Changed)
}

// open returns a view that the actor may change.
func (l Lists) open(tx *db.Tx, id string) (*View, error) {
	v, err := l.get(tx, id)
	if err == nil && v.UserID == "" {
		err = tx.Actor.Check(sharing)
	}
	return v, err
}

func (l Lists) share(tx *db.Tx, in GetIn) (*View, error) {
	v, err := l.get(tx, in.ID)
	if err != nil || v.UserID == "" {
		return v, err
	}
	v.UserID = ""
	return v, v.save(tx, Shared)
}

func (l Lists) remove(tx *db.Tx, in GetIn) (*View, error) {
	v, err := l.open(tx, in.ID)
	if err != nil {
		return nil, err
	}
	v.removedAt = tx.Micros()
	return v, v.save(tx, Removed)
}

func (v *View) set(f Facts) {
	v.Name, v.Filter, v.Sort, v.Columns = f.Name, f.Filter, f.Sort, f.Columns
	if v.Columns == nil {
		v.Columns = []string{}
	}
}

// check finds the faults that a schema can't: a view has to be one of the list.
func (l Lists) check(tx *db.Tx, list string, f Facts) error {
	schema, known := l[list]
	if !known || !tx.Actor.Permissions.Has(list) {
		var faults problem.List
		faults.AddAllowed(problem.ErrInvalidValue, "/list", l.readable(tx), "there is no list %q that you may read", list)
		return faults.Err()
	}
	var faults problem.List
	if _, err := (query.Request{Filter: f.Filter, Sort: f.Sort}).Parse(schema, tx.Now); err != nil {
		faults.Join(problem.As(err))
	}
	for i, name := range f.Columns {
		if !columnName.MatchString(name) || slices.Contains(f.Columns[:i], name) {
			faults.Add(problem.ErrInvalidValue, "/columns/"+strconv.Itoa(i), "%q is no name of a column, or stands there twice", name)
		}
	}
	if strings.TrimSpace(f.Name) == "" {
		faults.Add(problem.ErrInvalidValue, "/name", "the name is blank")
	}
	return faults.Err()
}

// body is what an event of a view tells. Its name and filter are texts of people.
type body struct {
	List      string   `json:"list"`
	UserID    string   `json:"user_id"`
	Sort      string   `json:"sort"`
	Columns   []string `json:"columns"`
	RemovedAt int64    `json:"removed_at"`
	Version   int64    `json:"version"`
}

func (v *View) save(tx *db.Tx, t *event.Type) error {
	v.Version++
	v.sequence++
	update(tx, v)
	return v.emit(tx, t)
}

func (v *View) emit(tx *db.Tx, t *event.Type) error {
	return event.Emit(tx, event.Event{Type: t, Subject: v.ID, Sequence: v.sequence,
		Body: body{v.List, v.UserID, v.Sort, v.Columns, v.removedAt, v.Version}})
}
