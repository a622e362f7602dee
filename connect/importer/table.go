package importer

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"ordo/base/problem"
	"ordo/engine/auth"
	"ordo/engine/command"
	"ordo/engine/db"
)

// Formats of tables, as CSV whose first line names the columns, as JSON Lines, or
// as the first sheet of an Excel workbook.
const (
	Products  = "products"
	Customers = "customers"
	Stock     = "stock"
)

// RowChange is what a row does, or would do.
type RowChange struct {
	Row     int          `json:"row"` // from 1, without the header
	Outcome Outcome      `json:"outcome"`
	Cells   []CellChange `json:"cells,omitempty"` // that say something new
}

// Outcome is what becomes of a row.
type Outcome string

// The outcomes.
const (
	Created   Outcome = "created"
	Updated   Outcome = "updated"
	Unchanged Outcome = "unchanged"
	Refused   Outcome = "refused"
)

// CellChange is a value that is written instead of another.
type CellChange struct {
	Column string `json:"column" doc:"Column of the format"`
	Old    any    `json:"old,omitempty" doc:"Value before; not there if there was none"`
	New    any    `json:"new,omitempty" doc:"Value that is written; not there if there is none"`
}

// record is some rows that one operation writes.
type record struct {
	operation string         // empty if all of its rows are refused
	in        map[string]any // its input: the body, and the id in the path
	group     []int          // all of its rows, from 0
	rows      []int          // those that are not refused
	changes   []RowChange    // one of each of them
	was, want snapshot       // of what is there: before and behind; nil if it is new
	faults    []CellFault
	places    []place
}

// place is where a part of a record's input comes from.
type place struct {
	pointer string
	row     int
	column  string
}

// format is how the rows of a table become records.
type format struct {
	all    []column
	groups func(s *sheet) [][]int // rows that are written together
	record func(t *table, rows []int) (*record, error)
	whole  bool // a record is written with all of its rows, or not at all
	look   func(t *table, rows []int) []db.Read
	rights []string // operations that write it
	reads  string   // permission to read what it is about
	undoes string   // operation that sets it back
}

var formats = map[string]format{
	Products: {all: productColumns, groups: products, record: (*table).product, whole: true, look: (*table).lookForProducts,
		rights: []string{"product.create", "product.update"}, reads: "product.list", undoes: "product.update"},
	Customers: {all: customerColumns, groups: single, record: (*table).customer, look: (*table).lookForCustomers,
		rights: []string{"customer.create", "customer.update"}, reads: "customer.list", undoes: "customer.update"},
	Stock: {all: stockColumns, groups: stock, record: (*table).arrival, look: (*table).lookForStock,
		rights: []string{"stock.receive"}, reads: "stock.list", undoes: "stock.adjust"},
}

// Check returns the check of the body of an operation, by its name.
type Check func(operation string) func(body []byte) error

// table is a table on its way.
type table struct {
	*sheet
	format
	ctx    context.Context
	engine *command.Engine
	actor  auth.Actor
	check  Check
	id     string // of the import; empty if the program only looks
	hash   string // of the file
	marks  marks  // of what is there
}

// plan finds out what would become of the rows of some groups: by the form of what
// is sent to the operations, and by dry runs.
func (t *table) plan(groups [][]int) ([]*record, error) {
	t.marks = marks{}
	err := t.engine.DB.Read(t.ctx, func(tx *db.Tx) error {
		tx.Actor = t.actor
		return tx.Load(t.look(t, slices.Concat(groups...))...)
	})
	if err != nil {
		return nil, err
	}
	records := make([]*record, len(groups))
	return records, t.engine.All(len(groups), func(i int) (err error) {
		if err = t.ctx.Err(); err == nil {
			records[i], err = t.settle(groups[i])
		}
		return err
	})
}

// mostTogether is how many rows a record has that is written whole: as many as a
// product may have variants at once.
const mostTogether = 250

// settle finds the rows of a group that can be written together. All that is wrong
// with the others is found before they are left out.
func (t *table) settle(group []int) (*record, error) {
	var faults []CellFault
	if t.whole && len(group) > mostTogether {
		for _, row := range group {
			faults = append(faults, faultOf(row+1, "product", problem.ErrInvalidValue, "The product has %d rows; it may have %d variants.", len(group), mostTogether))
		}
		return &record{group: group, faults: faults}, nil
	}
	rows := slices.DeleteFunc(slices.Clone(group), func(row int) bool { return !t.square(row) })
	for len(rows) > 0 {
		r, err := t.record(t, rows)
		if err == nil {
			err = t.judge(r)
		}
		if err != nil {
			return nil, err
		}
		good := slices.DeleteFunc(slices.Clone(rows), func(row int) bool {
			return t.bad[row+1] != nil || slices.ContainsFunc(r.faults, func(f CellFault) bool { return f.Row == row+1 })
		})
		faults = append(faults, r.faults...)
		if len(good) == len(rows) {
			r.group, r.rows, r.faults = group, rows, faults
			return t.together(r), nil
		}
		rows = good
	}
	return &record{group: group, faults: faults}, nil
}

// together refuses all rows of a record of which some are refused, where it is
// written whole or not at all.
func (t *table) together(r *record) *record {
	if !t.whole || len(r.rows) == len(r.group) {
		return r
	}
	other := r.group[slices.IndexFunc(r.group, func(row int) bool { return !slices.Contains(r.rows, row) })]
	for _, row := range r.rows {
		r.faults = append(r.faults, faultOf(row+1, "", errTogether, "Row %d of the same record is refused.", other+1))
	}
	return &record{group: r.group, faults: r.faults}
}

// idle tells whether all is as it was.
func (r *record) idle() bool {
	return !slices.ContainsFunc(r.changes, func(c RowChange) bool { return c.Outcome != Unchanged })
}

// change notes what a row does: to what was there, if anything was. Facts that
// can't be read count as changed, so that the operation tells what is wrong.
func (t *table) change(r *record, row int, columns []column, was, is map[string]any) {
	c := RowChange{Row: row + 1, Outcome: Unchanged}
	for _, column := range columns {
		if before, after := was[column.name], is[column.name]; t.has(column.name) && !reflect.DeepEqual(before, after) {
			c.Cells = append(c.Cells, CellChange{column.name, before, after})
		}
	}
	switch {
	case was == nil:
		c.Outcome = Created
	case c.Cells != nil || is == nil:
		c.Outcome = Updated
	}
	r.changes = append(r.changes, c)
}

// judge finds what the operation would refuse: by the form of its body, then by a
// dry run.
func (t *table) judge(r *record) error {
	if r.idle() {
		return nil
	}
	before := len(r.faults)
	sent := maps.Clone(r.in)
	delete(sent, "id")
	body, err := json.Marshal(sent)
	if err != nil {
		return err
	}
	if err := r.hear(t.check(r.operation)(body)); err != nil || len(r.faults) > before {
		return err
	}
	_, err = command.Send(t.ctx, t.engine, r.operation, command.Meta{Actor: t.actor, DryRun: true}, r.in)
	return r.hear(err)
}

// hear lists the faults of a refusal; the error is any other failure.
func (r *record) hear(err error) error {
	p, err := command.Refusal(err)
	if p == nil {
		return err
	}
	at := map[string][]place{} // by pointer
	for _, p := range r.places {
		at[p.pointer] = append(at[p.pointer], p)
	}
	for _, f := range p.Faults {
		r.blame(f, at)
	}
	return nil
}

// within is how a sentence begins that names a place in a list of the input, which
// is none of the table.
var within = regexp.MustCompile(`^(variants|lines)\[\d+\]\.`)

// blame lists a fault at the cells that it is about: those whose place in the
// input is the fault's, or else holds it; at all rows if there is none.
func (r *record) blame(f problem.Fault, at map[string][]place) {
	longest := f.Pointer
	for longest != "" && at[longest] == nil {
		longest = longest[:max(strings.LastIndexByte(longest, '/'), 0)]
	}
	told := CellFault{0, "", f.Code.Name, within.ReplaceAllString(f.Detail, ""), cmp.Or(f.Remedy, f.Code.Remedy)}
	rows := map[int]bool{}
	for _, p := range at[longest] {
		told.Row, told.Column = p.row, p.column
		r.faults = append(r.faults, told)
	}
	if len(at[longest]) > 0 {
		return
	}
	for _, p := range r.places {
		if !rows[p.row] {
			told.Row, rows[p.row] = p.row, true
			r.faults = append(r.faults, told)
		}
	}
}

// object makes an object of the cells of a row, on top of what is there, and
// notes where each came from.
func (t *table) object(r *record, row int, pointer string, columns []column, there map[string]any) map[string]any {
	object := maps.Clone(there)
	if there == nil {
		object = map[string]any{}
	}
	for _, c := range columns {
		r.places = append(r.places, place{pointer + "/" + c.name, row + 1, c.name})
		if !t.has(c.name) && there != nil {
			continue // stays as it is
		}
		if value := c.value(t.cell(row, c.name)); value != nil {
			object[c.name] = value
		} else {
			delete(object, c.name)
		}
	}
	return object
}

// plainJSON is a value as encoding/json sees it.
func plainJSON(value any) (map[string]any, error) {
	b, err := json.Marshal(value)
	if err != nil {
		return nil, err
	}
	object := map[string]any{}
	return object, readJSON(b, &object)
}

// readJSON reads JSON whose numbers stay as they are written.
func readJSON(text []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	return d.Decode(into)
}

// facts is an object as the type of facts writes it; nil if it does not fit,
// which is told by the check.
func facts[T any](object map[string]any) map[string]any {
	var f T
	b, err := json.Marshal(object)
	if err != nil || json.Unmarshal(b, &f) != nil {
		return nil
	}
	plain, _ := plainJSON(f) // as it came from JSON
	return plain
}
