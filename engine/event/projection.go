package event

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"

	"ordo/engine/db"
	"ordo/engine/invariant"
)

// Projection is a set of tables whose rows follow from the events of their
// subjects: replayed from the first one, these rebuild the rows.
type Projection struct {
	Prefix string // that the ids of the subjects begin with, such as "ord_"
	Bare   bool   // tables hold the ids without the prefix
	Parts  []Part // the first has a row per subject
	// Tell rebuilds what an event tells. Without it that is done as Replay.Plain
	// says.
	Tell func(r *Replay, e Told) error
	Size int // subjects of a page; 1,000 if not given
}

// Part is a table of a projection.
type Part struct {
	Table  string
	Name   string            // member of the bodies that tells of its rows; not needed by the first, where bodies tell of it by themselves
	Owner  string            // column with the id of the subject
	Key    []string          // columns that name a row of the subject; none where there is one
	Adds   bool              // a list in a body adds to what was told before, and does not replace it
	Where  string            // condition of the rows that count; all if not given
	Untold map[string]string // columns that no event tells, with the reason
	Rows   Texts             // reads the table where bodies tell columns as it does; else all columns are read
}

// Texts is a db.Table: it reads rows as events tell them.
type Texts interface {
	db.Shape
	Texts(owner string, key []string, after, upto string, each func(owner, key, text string)) db.Read
}

// Told is an event of a subject, for those who add its events up.
type Told struct {
	Subject  string
	Sequence int64
	Type     string
	At       int64
	Body     string
}

// Body is the body of an event as a type of its own; what it lacks is empty.
func Body[T any](e Told) (body T, err error) {
	err = json.Unmarshal([]byte(e.Body), &body)
	return body, err
}

// Check is the invariant that the rows are what the events add up to.
func (p Projection) Check() invariant.Check {
	formula := "the rows of"
	for i, part := range p.Parts {
		formula += [...]string{" ", ", "}[min(i, 1)] + part.Table
	}
	first := p.Parts[0]
	return invariant.Check{
		Subject: first.Table, Column: first.Owner, Size: cmp.Or(p.Size, 1_000),
		Invariants: []invariant.Invariant{{ID: "E2", Formula: formula + " are what their events add up to, which are numbered without gaps"}},
		Open:       p.open,
	}
}

// open begins a walk that replays page by page.
func (p Projection) open(ctx context.Context, d *db.DB) (invariant.Look, error) {
	var live []db.LiveTable
	var err error
	if slices.ContainsFunc(p.Parts, func(part Part) bool { return part.Rows == nil }) {
		if live, err = d.Live(ctx); err != nil {
			return nil, err
		}
	}
	columns := make([][]string, len(p.Parts))
	for i, part := range p.Parts {
		columns[i] = part.Columns(live)
	}
	return func(after, upto string) ([]db.Read, func(*invariant.Report)) {
		page := newReplay(p, columns)
		reads := []db.Read{page.events(after, upto)}
		for i := range p.Parts {
			reads = append(reads, page.rows(i, after, upto))
		}
		return reads, page.judge
	}, nil
}

// Columns are those that events tell, of a table as the database has it.
func (p Part) Columns(live []db.LiveTable) (names []string) {
	if p.Rows != nil {
		_, columns := p.Rows.Shape()
		for _, c := range columns {
			names = append(names, c.Name)
		}
		return names
	}
	i := slices.IndexFunc(live, func(t db.LiveTable) bool { return t.Name == p.Table })
	for _, c := range live[i].Columns {
		if p.Untold[c.Name] == "" {
			names = append(names, c.Name)
		}
	}
	return names
}

// plain tells what is in a body: by the names of parts where it is Rows, else
// by columns of the subject's own row, and lists of the rows of other parts.
func (r *Replay) plain(e Told) error {
	mu.Lock()
	t := types[e.Type]
	mu.Unlock()
	if t == nil {
		return fmt.Errorf("there is no type %s", e.Type)
	}
	if _, is := t.Body.(Rows); is {
		return r.rowsIn(e)
	}
	body := reflect.New(reflect.TypeOf(t.Body))
	if err := json.Unmarshal([]byte(e.Body), body.Interface()); err != nil {
		return err
	}
	r.Set(r.p.Parts[0].Table, "", body.Interface())
	members := fields(body.Elem())
	for _, part := range r.p.Parts[1:] {
		if list, told := members[part.Name]; told {
			r.list(part, list)
		}
	}
	return nil
}

// list tells of the rows of a part that a body lists.
func (r *Replay) list(part Part, list reflect.Value) {
	if !part.Adds {
		r.Clear(part.Table)
	}
	for i := range list.Len() {
		element := list.Index(i)
		for element.Kind() == reflect.Pointer {
			element = element.Elem()
		}
		switch {
		case element.Kind() == reflect.String:
			r.Set(part.Table, element.String(), Columns{})
		case slices.Equal(part.Key, position):
			columns := columnsOf(element.Interface())
			columns["position"] = i + 1
			r.Set(part.Table, fmt.Sprint(i+1), columns)
		default:
			columns := columnsOf(element.Interface())
			r.Set(part.Table, columns.key(part.Key), columns)
		}
	}
}

var position = []string{"position"}
