package importer

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"reflect"
	"slices"
	"strings"

	"ordo/base/problem"
	"ordo/engine/command"
	"ordo/engine/db"
)

// Formats of tables, as CSV whose first line names the columns, or as JSON Lines;
// in UTF-8.
const (
	Products  = "products"
	Customers = "customers"
	Stock     = "stock"
)

// TableOptions of an import of a table.
type TableOptions struct {
	DryRun  bool   // stop before anything is written
	Mapping string // name of the one that tells what the table's columns are called; none if empty
	// Check returns the check of the body of an operation, by its name.
	Check func(operation string) func(body []byte) error
}

// TableReport is what came of a table. Nothing was written if there are faults.
type TableReport struct {
	Format    string      `json:"format"`
	DryRun    bool        `json:"dry_run"`
	Rows      int         `json:"rows"`
	Created   int         `json:"created"`           // rows
	Updated   int         `json:"updated"`           // rows
	Unchanged int         `json:"unchanged"`         // rows
	Changes   []RowChange `json:"changes,omitempty"` // of a dry run: every row without faults
	Faults    []CellFault `json:"faults"`
}

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
)

// CellChange is a value that is written instead of another.
type CellChange struct {
	Column string `json:"column"`
	Old    any    `json:"old,omitempty"`
	New    any    `json:"new,omitempty"`
}

// record is some rows that one operation writes.
type record struct {
	operation string
	in        map[string]any // its input: the body, and the id in the path
	rows      []int
	again     func(rows []int) (*record, error) // makes a record of some of the rows
	changes   []RowChange                       // one of each row
	key       string                            // of idempotency; one is made if empty
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
	columns []column
	records func(t *table) ([]*record, error)
}

var formats = map[string]format{Products: {productColumns, products}, Customers: {customerColumns, customersOf}, Stock: {stockColumns, stock}}

// table is a table on its way.
type table struct {
	*sheet
	ctx    context.Context
	engine *command.Engine
	report *TableReport
	hash   [sha256.Size]byte
	marks  marks // of what is there
}

// ImportTable checks every cell of a table by what the operations check, and if
// all are good and it is no dry run, writes the rows by these operations. The
// error says why the table could not be looked at, or where writing stopped;
// the same table can be imported again.
func ImportTable(ctx context.Context, e *command.Engine, name string, file io.Reader, o TableOptions) (*TableReport, error) {
	t := &table{ctx: ctx, engine: e, report: &TableReport{Format: name, DryRun: o.DryRun, Faults: []CellFault{}}}
	hash := sha256.New()
	mapping, err := t.mapping(o.Mapping)
	if err != nil {
		return nil, err
	}
	if t.sheet, err = readSheet(io.TeeReader(file, hash), formats[name].columns, mapping); err != nil {
		return nil, err
	}
	hash.Sum(t.hash[:0])
	t.report.Rows = len(t.rows)
	if len(t.faults) == 0 {
		if err := t.write(formats[name], o); err != nil {
			return t.report, err
		}
	}
	t.report.Faults = append(t.report.Faults, t.sorted(formats[name].columns)...)
	return t.report, nil
}

// mapping reads the columns of a mapping that is for the table's format.
func (t *table) mapping(name string) (map[string]string, error) {
	if name == "" {
		return nil, nil
	}
	var m *Mapping
	if err := t.engine.DB.Read(t.ctx, func(tx *db.Tx) (err error) { m, err = GetMapping(tx, name); return err }); err != nil {
		return nil, err
	}
	if m.Format != t.report.Format {
		return nil, problem.ErrInvalidValue.At("/mapping", "the mapping %s is for %s, not for %s", name, m.Format, t.report.Format)
	}
	return m.Columns, nil
}

// sorted returns the faults by row and column, each once.
func (t *table) sorted(columns []column) []CellFault {
	at := func(name string) int { return slices.IndexFunc(columns, func(c column) bool { return c.name == name }) }
	slices.SortStableFunc(t.faults, func(a, b CellFault) int {
		return cmp.Or(cmp.Compare(a.Row, b.Row), cmp.Compare(at(a.Column), at(b.Column)), cmp.Compare(a.Column, b.Column), cmp.Compare(a.Code, b.Code))
	})
	return slices.Compact(t.faults)
}

// write checks all records, then writes them.
func (t *table) write(f format, o TableOptions) error {
	t.twice()
	this := beginIn{t.report.Format, hex.EncodeToString(t.hash[:])}
	if err := t.engine.DB.Read(t.ctx, func(tx *db.Tx) (err error) { t.marks, err = readMarks(tx, this); return err }); err != nil {
		return err
	}
	records, err := f.records(t)
	if err != nil {
		return err
	}
	checks := map[string]func([]byte) error{}
	for _, r := range records {
		if checks[r.operation] == nil {
			checks[r.operation] = o.Check(r.operation)
		}
		if err := t.check(r, checks[r.operation]); err != nil {
			return err
		}
	}
	if o.DryRun {
		t.show(records)
	}
	if len(t.faults) > 0 {
		return nil
	}
	if err := t.run(records, o.DryRun); err != nil || o.DryRun || t.marks.done {
		return err
	}
	_, err = command.Invoke(t.ctx, t.engine, completed, command.Meta{Actor: actor}, this)
	return err
}

// completed notes that a table was imported whole.
var completed = command.Def[beginIn, string]{
	Name: "import.completed",
	Run: func(tx *db.Tx, in beginIn) (string, error) {
		id := tx.ID("imp")
		insertImport(tx, id, in)
		endImport(tx, id)
		return id, nil
	},
	Result: func(id string) (string, int64) { return id, 1 }, Repeat: func(_ *db.Tx, id string) (string, error) { return id, nil },
}

// show lists the changes of the rows that have no fault.
func (t *table) show(records []*record) {
	for _, r := range records {
		for _, c := range r.changes {
			if !slices.ContainsFunc(t.faults, func(f CellFault) bool { return f.Row == c.Row }) {
				t.report.Changes = append(t.report.Changes, c)
			}
		}
	}
	slices.SortFunc(t.report.Changes, func(a, b RowChange) int { return cmp.Compare(a.Row, b.Row) })
}

// run writes the records, unless it is a dry run, and counts their rows.
func (t *table) run(records []*record, dry bool) error {
	counts := map[Outcome]*int{Created: &t.report.Created, Updated: &t.report.Updated, Unchanged: &t.report.Unchanged}
	for _, r := range records {
		if !dry && !r.idle() {
			if _, err := command.Call(t.ctx, t.engine, r.operation, command.Meta{Actor: actor, Key: r.key}, r.in); err != nil {
				return fmt.Errorf("row %d: %w", r.places[0].row, err)
			}
		}
		for _, c := range r.changes {
			*counts[c.Outcome]++
		}
	}
	return nil
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

// check finds what the operation would refuse: by the form of its body, then by
// a dry run of the rows whose form is good.
func (t *table) check(r *record, body func([]byte) error) error {
	sent := maps.Clone(r.in)
	delete(sent, "id")
	b, err := json.Marshal(sent)
	if err != nil {
		return err
	}
	before := len(t.faults)
	if err := t.hear(r, body(b)); err != nil {
		return err
	}
	if before < len(t.faults) {
		good := slices.DeleteFunc(slices.Clone(r.rows), func(row int) bool {
			return slices.ContainsFunc(t.faults[before:], func(f CellFault) bool { return f.Row == row+1 })
		})
		if len(good) == 0 {
			return nil
		}
		if r, err = r.again(good); err != nil {
			return err
		}
	}
	if r.idle() {
		return nil
	}
	_, err = command.Call(t.ctx, t.engine, r.operation, command.Meta{Actor: actor, DryRun: true}, r.in)
	return t.hear(r, err)
}

// hear lists the faults of a refusal; the error is any other failure.
func (t *table) hear(r *record, err error) error {
	p := problem.As(err)
	if p == nil || p.Kind() == problem.Unavailable || p.Kind() == problem.StorageFull || p.Kind() == problem.Internal {
		return err
	}
	for _, f := range p.Faults {
		t.blame(r, f)
	}
	return nil
}

// blame lists a fault at the cells that it is about: those whose place in the
// input is the fault's, or else holds it.
func (t *table) blame(r *record, f problem.Fault) {
	longest := ""
	for _, p := range r.places {
		if (f.Pointer == p.pointer || strings.HasPrefix(f.Pointer, p.pointer+"/")) && len(p.pointer) > len(longest) {
			longest = p.pointer
		}
	}
	found := false
	for _, p := range r.places {
		if p.pointer == longest && longest != "" {
			t.faults = append(t.faults, CellFault{p.row, p.column, f.Code.Name, f.Detail})
			found = true
		}
	}
	if !found {
		t.faults = append(t.faults, CellFault{r.places[0].row, "", f.Code.Name, f.Detail})
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
	d := json.NewDecoder(bytes.NewReader(b))
	d.UseNumber()
	return object, d.Decode(&object)
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
