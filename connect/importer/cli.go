package importer

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"io"
	"slices"

	"ordo/base/problem"
	"ordo/engine/command"
	"ordo/engine/db"
	"ordo/engine/file"
	"ordo/engine/query"
)

// TableOptions of an import of a table by the program itself.
type TableOptions struct {
	Name    string // of the file
	DryRun  bool   // stop before anything is written
	Mapping string // name of the one that tells what the table's columns are called; none if empty
	Check   Check
}

// TableReport is what came of a table. Nothing was written if it could be foreseen
// that some of it would be refused.
type TableReport struct {
	ID        string      `json:"id,omitempty"` // of the import that wrote it
	Format    string      `json:"format"`
	DryRun    bool        `json:"dry_run"`
	Rows      int         `json:"rows"`
	Created   int         `json:"created"`           // rows
	Updated   int         `json:"updated"`           // rows
	Unchanged int         `json:"unchanged"`         // rows
	Changes   []RowChange `json:"changes,omitempty"` // of a dry run: every row without faults
	Faults    []CellFault `json:"faults"`
}

// ImportTable checks every cell of a table by what the operations check, and if all
// are good and it is no dry run, writes the rows as an import that is worked off at
// once. The error says why the table could not be looked at, or where writing
// stopped; the same file goes on where it was.
func ImportTable(ctx context.Context, e *command.Engine, name string, file io.Reader, o TableOptions) (*TableReport, error) {
	mapping, err := mappingOf(ctx, e, name, o.Mapping)
	if err != nil {
		return nil, err
	}
	data, err := io.ReadAll(io.LimitReader(file, MaxFile+1))
	if err != nil {
		return nil, unreadable(0, err)
	}
	c, err := readContent(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	hash := sha256.Sum256(data)
	t := &table{sheet: newSheet(c, formats[name].all, mapping), format: formats[name], ctx: ctx, engine: e, actor: actor, check: o.Check, hash: hex.EncodeToString(hash[:])}
	report, err := t.foresee(name, o.DryRun)
	if err != nil || o.DryRun || len(report.Faults) > 0 {
		return report, err
	}
	u := uploading{worker{engine: e, check: o.Check}, UploadIn{cmp.Or(o.Name, name), name, int64(len(data))}, mapping}
	if report.ID, err = u.wholly(ctx, t.hash, data); err != nil {
		return report, err
	}
	return report, u.tell(ctx, report)
}

// mappingOf reads the columns of a mapping that is for the format.
func mappingOf(ctx context.Context, e *command.Engine, format, name string) (map[string]string, error) {
	if name == "" {
		return nil, nil
	}
	var m *Mapping
	if err := e.DB.Read(ctx, func(tx *db.Tx) (err error) { m, err = GetMapping(tx, name); return err }); err != nil {
		return nil, err
	}
	if m.Format != format {
		return nil, problem.ErrInvalidValue.At("/mapping", "the mapping %s is for %s, not for %s", name, m.Format, format)
	}
	return m.Columns, nil
}

// foresee tells what would become of the rows.
func (t *table) foresee(name string, dry bool) (*TableReport, error) {
	r := &TableReport{Format: name, DryRun: dry, Rows: len(t.filled()), Faults: []CellFault{}}
	if r.Faults = append(r.Faults, t.bad[0]...); len(r.Faults) > 0 {
		return r, nil
	}
	for rest := t.groups(t.sheet); len(rest) > 0; {
		some := upTo(rest, checkedRows)
		records, err := t.plan(some)
		if err != nil {
			return r, err
		}
		for _, record := range records {
			r.add(t, record, dry)
		}
		rest = rest[len(some):]
	}
	slices.SortFunc(r.Changes, func(a, b RowChange) int { return cmp.Compare(a.Row, b.Row) })
	slices.SortStableFunc(r.Faults, before(t.all))
	if len(r.Faults) > 0 {
		r.Created, r.Updated, r.Unchanged = 0, 0, 0
	}
	return r, nil
}

// add takes in what would become of a record.
func (r *TableReport) add(t *table, record *record, dry bool) {
	for _, row := range t.judged(record).rows {
		r.Faults = append(r.Faults, row.Faults...)
		if row.Outcome == Refused {
			continue
		}
		*map[Outcome]*int{Created: &r.Created, Updated: &r.Updated, Unchanged: &r.Unchanged}[row.Outcome]++
		if dry {
			r.Changes = append(r.Changes, RowChange{row.Row, row.Outcome, row.Cells})
		}
	}
}

// uploading is an import that the program works off itself.
type uploading struct {
	worker
	in      UploadIn
	mapping map[string]string
}

// wholly takes a file through all phases, or goes on with what was killed.
func (u uploading) wholly(ctx context.Context, hash string, data []byte) (id string, err error) {
	if err := u.engine.DB.Read(ctx, func(tx *db.Tx) (err error) { id, err = unfinished(tx, u.in.Format, hash); return err }); err != nil {
		return "", err
	}
	if id == "" {
		if id, err = u.send(ctx, data); err != nil {
			return "", err
		}
	}
	for {
		i, err := u.rest(ctx, id)
		if err != nil {
			return id, err
		}
		next, in := "", any(ImportIn{id})
		switch i.step() {
		case "read done":
			next, in = "import.check", CheckIn{ID: id, Columns: u.mapping}
		case "check done":
			next = "import.run"
		case "read stopped", "check stopped", "run stopped":
			next = "import.resume"
		}
		if next == "" || next == "import.run" && i.Created+i.Updated == 0 {
			return id, nil
		}
		if _, err := command.Call(ctx, u.engine, next, command.Meta{Actor: actor}, in); err != nil {
			return id, err
		}
	}
}

// send uploads the file.
func (u uploading) send(ctx context.Context, data []byte) (id string, err error) {
	a, err := command.Send(ctx, u.engine, "import.upload", command.Meta{Actor: actor}, u.in)
	if err != nil {
		return "", err
	}
	n := int64(0)
	for part := range slices.Chunk(data, file.PartSize) {
		n++
		if _, err := command.Call(ctx, u.engine, "import.add_part", command.Meta{Actor: actor}, AddPartIn{a.Result, n, base64.StdEncoding.EncodeToString(part)}); err != nil {
			return a.Result, err
		}
	}
	return a.Result, nil
}

// rest works until the phase ends.
func (u uploading) rest(ctx context.Context, id string) (i *TableImport, err error) {
	for worked := true; worked && err == nil; {
		worked, err = u.part(ctx, id)
	}
	if err != nil {
		return nil, err
	}
	err = u.engine.DB.Read(ctx, func(tx *db.Tx) (err error) { tx.Actor = actor; i, err = GetTableImport(tx, id); return err })
	return i, err
}

// tell reports what was written.
func (u uploading) tell(ctx context.Context, r *TableReport) error {
	return u.engine.DB.Read(ctx, func(tx *db.Tx) error {
		tx.Actor = actor
		i, err := GetTableImport(tx, r.ID)
		if err != nil {
			return err
		}
		r.Created, r.Updated, r.Unchanged = int(i.Created), int(i.Updated), int(i.Unchanged)
		page, err := TableRows(tx, RowsIn{r.ID, query.Input{Filter: "outcome:refused", Size: maxRows}})
		for _, row := range page.Items {
			r.Faults = append(r.Faults, row.Faults...)
		}
		return err
	})
}
