package importer

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"

	"ordo/base/problem"
	"ordo/engine/auth"
	"ordo/engine/command"
	"ordo/engine/db"
	"ordo/engine/job"
	"ordo/policy/account"
)

// How many rows are done in one part. A check only reads and tries, so that it
// can do more of them between two looks at the whole table.
const (
	batchOfRows  = 2_000 // that are deleted at once
	chunkRows    = 500
	checkedRows  = 1_000
	writtenRows  = 200
	undoneAtOnce = 100
)

// Work returns the handler of WorkJob, which does one part of what an import is at.
func Work(e *command.Engine, check Check) job.Handler {
	return func(ctx context.Context, args json.RawMessage) error {
		var of task
		if err := json.Unmarshal(args, &of); err != nil {
			return err
		}
		w := worker{engine: e, check: check, goesOn: true}
		_, err := w.part(ctx, of.ImportID)
		return err
	}
}

// worker does what imports are at.
type worker struct {
	engine *command.Engine
	check  Check
	goesOn bool // each part asks for the next one by a job
}

// part does the next part, and tells whether there was one.
func (w worker) part(ctx context.Context, id string) (worked bool, err error) {
	var i *TableImport
	var by auth.Actor
	err = w.engine.DB.Read(ctx, func(tx *db.Tx) (err error) {
		tx.Actor = actor
		if i, err = GetTableImport(tx, id); err != nil || !i.busy() {
			return err
		}
		if by = actor; i.UserID != actor.ID {
			by, err = account.ActorOf(tx, i.UserID)
		}
		return err
	})
	if err != nil || !i.busy() {
		return false, err
	}
	if i.State == "stopping" && (i.Phase == "read" || i.Phase == "check") { // nothing of it is written
		return true, w.record(ctx, i, func(*db.Tx, *TableImport) error { return nil })
	}
	switch i.Phase {
	case "read":
		err = w.read(ctx, i)
	case "check":
		err = w.judge(ctx, i, by)
	case "run":
		err = w.run(ctx, i, by)
	case "undo":
		err = w.undo(ctx, i, by)
	}
	return err == nil, err
}

// recordIn names the part that was done.
type recordIn struct {
	ID    string `json:"id"`
	Phase string `json:"phase"`
	Next  int64  `json:"next"`
	Check int64  `json:"check"`
}

// record writes what came of a part, unless another did, and asks for the next.
func (w worker) record(ctx context.Context, of *TableImport, write func(tx *db.Tx, i *TableImport) error) error {
	def := command.Def[recordIn, *TableImport]{
		Name: "import.record",
		Run: func(tx *db.Tx, in recordIn) (*TableImport, error) {
			i, err := lockTableImport(tx, in.ID)
			if err != nil || !i.busy() || i.Phase != in.Phase || i.next != in.Next || i.checks != in.Check {
				return i, err
			}
			if err := write(tx, i); err != nil {
				return nil, err
			}
			switch {
			case i.State == "failed":
				return i, i.save(tx, Failed)
			case i.State == "done":
				return i, i.save(tx, Ended)
			case i.State == "stopping":
				i.State = "stopped"
			case w.goesOn:
				err = i.enqueue(tx)
			}
			return i, cmp.Or(err, i.save(tx, Progressed))
		},
		Result: importResult, Repeat: GetTableImport,
	}
	_, err := command.Invoke(ctx, w.engine, def, command.Meta{Actor: actor}, recordIn{of.ID, of.Phase, of.next, of.checks})
	return err
}

// fails notes why a file can't be imported.
func (w worker) fails(ctx context.Context, i *TableImport, p *problem.Problem) error {
	f := p.Faults[0]
	return w.record(ctx, i, func(_ *db.Tx, i *TableImport) error {
		i.State, i.Problem = "failed", &Failure{f.Code.Told(), f.Detail, cmp.Or(f.Remedy, f.Code.Remedy)}
		return nil
	})
}

// read finds the rows of a file. It keeps them instead of the file.
func (w worker) read(ctx context.Context, i *TableImport) error {
	data, err := readParts(ctx, w.engine.DB, i.ID)
	if err != nil {
		return err
	}
	c, chunks, err := opened(i, data)
	if p := problem.As(err); p != nil {
		return w.fails(ctx, i, p)
	} else if err != nil {
		return err
	}
	for n, some := range chunks {
		if err := w.engine.DB.Tx(ctx, func(tx *db.Tx) error { writeChunk(tx, i.ID, n, some); return nil }); err != nil {
			return err
		}
	}
	hash := sha256.Sum256(data)
	if err := w.record(ctx, i, func(tx *db.Tx, i *TableImport) error {
		i.hash, i.Encoding, i.Columns = hex.EncodeToString(hash[:]), c.encoding, propose(c, formats[i.Format].all)
		i.Rows = int64(len((&sheet{rows: c.rows}).filled()))
		i.end(tx)
		return nil
	}); err != nil {
		return err
	}
	for part := range i.Parts {
		if err := w.engine.DB.Tx(ctx, func(tx *db.Tx) error { deletePart(tx, i.ID, part+1); return nil }); err != nil {
			return err
		}
	}
	return nil
}

// opened reads a file. What breaks its reader is a fault of the file, which is told:
// it would break it again.
func opened(i *TableImport, data []byte) (c *content, chunks []chunkOfRows, err error) {
	if n := int64(len(data)); n != i.Size {
		return nil, nil, ErrFile.New("%d of its %d bytes are kept: its upload took more than a month", n, i.Size).Helped("Import it again.")
	}
	defer func() {
		if p := recover(); p != nil {
			err = ErrFile.New("it can't be read: %v", p)
		}
	}()
	if c, err = readContent(bytes.NewReader(data)); err != nil {
		return nil, nil, err
	}
	return c, c.chunks(), nil
}

// chunks are the rows of a file in parts.
func (c *content) chunks() (all []chunkOfRows) {
	for some := range slices.Chunk(c.rows, chunkRows) {
		all = append(all, chunkOfRows{Rows: some})
	}
	for _, f := range c.faults {
		all[(f.Row-1)/chunkRows].Faults = append(all[(f.Row-1)/chunkRows].Faults, f)
	}
	return all
}

// judged is what a check found of a record, as it is stored.
type judged struct {
	operation, plan string
	rows            []TableRow
}

// plan is what a record writes.
type plan struct {
	In   map[string]any `json:"in"`
	Was  snapshot       `json:"was,omitempty"`
	Want snapshot       `json:"want,omitempty"`
	Rows []changing     `json:"rows"` // that change something

	record, size int64 // size: rows, also those that change nothing
	operation    string
}

// changing is a row that changes something.
type changing struct {
	Row int  `json:"row"`
	New bool `json:"new,omitempty"`
}

// tableOf is the table of an import.
func (w worker) tableOf(ctx context.Context, i *TableImport, by auth.Actor) (*table, error) {
	c, err := readChunks(ctx, w.engine.DB, i)
	if err != nil {
		return nil, err
	}
	f := formats[i.Format]
	return &table{sheet: newSheet(c, f.all, i.Mapping), format: f, ctx: ctx, engine: w.engine, actor: by, check: w.check, id: i.ID, hash: i.hash}, nil
}

// judge checks the next records.
func (w worker) judge(ctx context.Context, i *TableImport, by auth.Actor) error {
	t, err := w.tableOf(ctx, i, by)
	if err != nil {
		return err
	}
	groups := t.groups(t.sheet)
	if len(groups) == 0 {
		return w.fails(ctx, i, problem.As(ErrEmpty.New("the file is not kept any more").Helped("Import it again.")))
	}
	if i.next == 0 {
		if err := clearChecks(ctx, w.engine.DB, i); err != nil {
			return err
		}
	}
	some := upTo(groups[i.next:], checkedRows)
	records, err := t.plan(some)
	if err != nil {
		return err
	}
	found := make([]*judged, len(records))
	for n, r := range records {
		found[n] = t.judged(r)
	}
	return w.record(ctx, i, func(tx *db.Tx, i *TableImport) error {
		insertRecords(tx, i, found)
		for _, j := range found {
			for _, r := range j.rows {
				*i.count(r.Outcome)++
				i.Done++
			}
		}
		if i.next += int64(len(found)); i.next == int64(len(groups)) {
			i.end(tx)
		}
		return nil
	})
}

// upTo returns the first groups, with so many rows, but one at least.
func upTo(groups [][]int, rows int) [][]int {
	n := 0
	for i, g := range groups {
		if n += len(g); n > rows && i > 0 {
			return groups[:i]
		}
	}
	return groups
}

// count is where rows with an outcome are counted.
func (i *TableImport) count(o Outcome) *int64 {
	return map[Outcome]*int64{Created: &i.Created, Updated: &i.Updated, Unchanged: &i.Unchanged, Refused: &i.Refused}[o]
}

// judged is what is stored of a record.
func (t *table) judged(r *record) *judged {
	j, p := &judged{}, plan{In: r.in, Was: r.was, Want: r.want}
	changes, faults := map[int]RowChange{}, map[int][]CellFault{}
	for _, c := range r.changes {
		changes[c.Row] = c
	}
	for _, f := range r.faults {
		faults[f.Row] = append(faults[f.Row], f)
	}
	for _, row := range r.group {
		c := changes[row+1]
		told := TableRow{Row: row + 1, Outcome: c.Outcome, Cells: append([]CellChange{}, c.Cells...), Faults: []CellFault{}}
		switch all := slices.Concat(t.bad[row+1], faults[row+1]); {
		case len(all) > 0:
			slices.SortStableFunc(all, before(t.all))
			told.Outcome, told.Cells, told.Faults = Refused, []CellChange{}, slices.Compact(all)
		case c.Outcome != Unchanged:
			p.Rows = append(p.Rows, changing{row + 1, c.Outcome == Created})
		}
		j.rows = append(j.rows, told)
	}
	if len(p.Rows) > 0 {
		j.operation, j.plan = r.operation, inJSON(p)
	}
	return j
}

// run writes the next records as they were checked, each under a key that is made
// of import and record, so that nothing happens twice however often a part is begun.
func (w worker) run(ctx context.Context, i *TableImport, by auth.Actor) error {
	var plans []*plan
	if err := w.engine.DB.Read(ctx, func(tx *db.Tx) (err error) { plans, err = readRecords(tx, i, writtenRows); return err }); err != nil {
		return err
	}
	answers, refusals := make([]any, len(plans)), make([]*problem.Problem, len(plans))
	if err := w.engine.All(len(plans), func(n int) (err error) {
		answers[n], refusals[n], err = w.write(ctx, i, by, plans[n])
		return err
	}); err != nil {
		return err
	}
	return w.record(ctx, i, func(tx *db.Tx, i *TableImport) error {
		for n, p := range plans {
			if err := i.wrote(tx, p, answers[n], refusals[n]); err != nil {
				return err
			}
		}
		i.next += int64(len(plans))
		if i.Done == i.Total {
			i.end(tx)
		}
		return nil
	})
}

// write runs the operation of a record.
func (w worker) write(ctx context.Context, i *TableImport, by auth.Actor, p *plan) (answer any, refused *problem.Problem, err error) {
	if p.operation == "" {
		return nil, nil, nil
	}
	m := command.Meta{Actor: by, Account: i.ID, Key: fmt.Sprintf("%d:%d", i.checks, p.record)}
	if id, ok := p.In["id"].(string); ok {
		m.Match = unless(id, p.Was, p.Want)
	}
	a, err := command.Send(ctx, w.engine, p.operation, m, p.In)
	refused, err = command.Refusal(err)
	return a, refused, err
}

// wrote notes what came of a record.
func (i *TableImport) wrote(tx *db.Tx, p *plan, answer any, refused *problem.Problem) error {
	i.Done += p.size
	if p.operation == "" {
		return nil
	}
	if refused != nil {
		f := refused.Faults[0]
		for _, r := range p.Rows {
			refuseRow(tx, i, r.Row, []CellFault{{r.Row, "", f.Code.Name, within.ReplaceAllString(f.Detail, ""), cmp.Or(f.Remedy, f.Code.Remedy)}})
			i.Refused++
		}
		return nil
	}
	a := answer.(command.Answer)
	all, err := p.undoOf(i.ID, a.Value)
	if err != nil {
		return err
	}
	undo := map[int]string{}
	for _, u := range all {
		undo[u.Rows[0]] = inJSON(u)
	}
	for _, r := range p.Rows {
		wrote(tx, i, r.Row, a.Result, undo[r.Row])
		if r.New {
			i.Created++
		} else {
			i.Updated++
		}
	}
	return nil
}

// undoingRow is what is undone next.
type undoingRow struct {
	undoing
	row    int
	before string // what came of it when it was tried before
}

// undo sets back the next records that are as the import left them.
func (w worker) undo(ctx context.Context, i *TableImport, by auth.Actor) error {
	var some []*undoingRow
	if err := w.engine.DB.Read(ctx, func(tx *db.Tx) (err error) { some, err = readUndoings(tx, i, undoneAtOnce); return err }); err != nil {
		return err
	}
	refusals := make([]*problem.Problem, len(some))
	if err := w.engine.All(len(some), func(n int) (err error) {
		u := some[n]
		m := command.Meta{Actor: by, Account: i.ID, Key: fmt.Sprintf("undo:%d", u.row)}
		if u.Input == nil {
			m.Match = unless(u.ID, u.Left, u.Target)
		} else if u.VariantID != "" {
			m.Unless = u.renamed
		}
		_, err = command.Send(ctx, w.engine, u.Operation, m, u.command())
		refusals[n], err = command.Refusal(err)
		return err
	}); err != nil {
		return err
	}
	return w.record(ctx, i, func(tx *db.Tx, i *TableImport) error {
		for n, u := range some {
			i.setBack(tx, u, refusals[n])
		}
		if len(some) < undoneAtOnce {
			i.end(tx)
		}
		return nil
	})
}

// setBack notes what came of undoing a record.
func (i *TableImport) setBack(tx *db.Tx, u *undoingRow, refused *problem.Problem) {
	n := int64(len(u.Rows))
	i.next, i.Done = int64(u.row), i.Done+n
	if u.before == "kept" {
		i.Kept -= n
	}
	outcome, count := "undone", &i.Undone
	var why *CellFault
	if refused != nil {
		f := refused.Faults[0]
		outcome, count = "kept", &i.Kept
		why = &CellFault{u.row, "", f.Code.Name, within.ReplaceAllString(f.Detail, ""), cmp.Or(f.Remedy, f.Code.Remedy)}
	}
	*count += n
	for _, row := range u.Rows {
		setUndone(tx, i, row, outcome, why)
	}
}
