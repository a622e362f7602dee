package importer

import (
	"cmp"
	"context"
	"encoding/base64"
	"encoding/json"
	"strings"

	"ordo/base/problem"
	"ordo/engine/auth"
	"ordo/engine/db"
	"ordo/engine/query"
	"ordo/trade/catalog"
)

// state is that of an import i.
const state = `CASE WHEN i.stopping THEN 'stopping' ELSE i.state END`

const tableImportColumns = `i.id, i.name, i.format, i.created_by, i.user_id, i.phase, ` + state + `, i.size, i.received, i.parts, i.encoding, i.hash, i.columns, i.mapping, i.checks, i.row_count, i.next, i.done, i.rows_due,
	i.created, i.updated, i.unchanged, i.refused, i.undone, i.kept, i.problem, i.created_at, i.ended_at, i.version, i.event_sequence`

func (i *TableImport) places(problem *string) []any {
	return []any{&i.ID, &i.Name, &i.Format, &i.CreatedBy, &i.UserID, &i.Phase, &i.State, &i.Size, &i.Received, &i.Parts, &i.Encoding, &i.hash, db.ScanJSON(&i.Columns), db.ScanJSON(&i.Mapping), &i.checks, &i.Rows, &i.next, &i.Done, &i.Total,
		&i.Created, &i.Updated, &i.Unchanged, &i.Refused, &i.Undone, &i.Kept, problem, (*int64)(&i.CreatedAt), (*int64)(&i.EndedAt), &i.Version, &i.sequence}
}

// visible is the condition for imports that the actor sees: all, or, of who is
// limited to some records, their own.
func visible(a auth.Actor) (condition string, args []any) {
	if a.Scope.Whole() {
		return "TRUE", nil
	}
	return "i.created_by = $1", []any{a.ID}
}

// TableSchema is what the list of imports can be filtered and sorted by.
var TableSchema = query.Schema{
	ID: "i.id", Sort: "-created",
	Fields: []query.Field{
		{Name: "id", Doc: "Id", Type: query.ID, Column: "i.id", Indexed: true},
		{Name: "format", Doc: "What its rows are", Type: query.Enum, Column: "i.format", Values: []string{Products, Customers, Stock}},
		{Name: "user", Doc: "Id of who began what is done at the moment", Type: query.ID, Column: "i.user_id", Indexed: true},
		{Name: "phase", Doc: "What is done at the moment", Type: query.Enum, Column: "i.phase", Values: []string{"upload", "read", "check", "run", "undo"}},
		{Name: "state", Doc: "How far that is", Type: query.Enum, Column: state, Values: []string{"waiting", "working", "stopping", "stopped", "done", "failed"}},
		{Name: "created", Doc: "When the upload began", Type: query.Time, Column: "i.created_at", Sortable: true},
	},
}

func listTableImports(tx *db.Tx, in query.Input) (query.Rows[*TableImport], error) {
	condition, args := visible(tx.Actor)
	var failures []*string
	page, err := query.Select(tx, in, TableSchema, query.Source{Columns: tableImportColumns, From: "table_imports i", Where: condition, Args: args, Scope: auth.Columns{Open: true}},
		func(row **TableImport) []any {
			*row = &TableImport{}
			failures = append(failures, new(string))
			return (*row).places(failures[len(failures)-1])
		})
	for n, i := range page.Items {
		i.fail(*failures[n])
		i.mask(tx.Actor)
	}
	return page, err
}

// GetTableImport returns an import that the actor sees, or not found.
func GetTableImport(tx *db.Tx, id string) (*TableImport, error) {
	i := &TableImport{}
	var failure string
	condition, args := visible(tx.Actor)
	if err := tx.Load(db.One(`SELECT `+tableImportColumns+` FROM table_imports i WHERE `+condition+` AND i.id = `+db.Params(len(args)+1, 1), append(args, id), i.places(&failure)...)); err != nil {
		return nil, err
	}
	if i.ID == "" {
		return nil, problem.ErrNotFound.New("no import %s", id)
	}
	i.fail(failure)
	i.complete()
	return i, nil
}

// lockTableImport lets others who are about the same import wait, and reads it.
func lockTableImport(tx *db.Tx, id string) (*TableImport, error) {
	tx.Write(`UPDATE table_imports SET version = version WHERE id = $1`, id)
	return GetTableImport(tx, id)
}

// broughtBy is another import of the same file that writes, or has written rows that
// were new when this one was checked; empty if there is none. Imports of a file wait
// here for each other, at the first of them.
func broughtBy(tx *db.Tx, i *TableImport) (id string, err error) {
	tx.Write(`UPDATE table_imports SET version = version WHERE id = (SELECT MIN(f.id) FROM table_imports f WHERE f.hash = $1 AND f.format = $2)`, i.hash, i.Format)
	err = tx.Load(db.One(`SELECT i.id FROM table_imports i WHERE i.hash = $1 AND i.format = $2 AND i.id <> $3 AND (i.phase = 'run' AND i.state <> 'done'
			OR EXISTS (SELECT 1 FROM table_rows r JOIN table_rows own ON own.import_id = $3 AND own.checked = $4 AND own.row = r.row AND own.outcome = 'created'
				WHERE r.import_id = i.id AND r.checked = i.checks AND r.written AND r.undone <> 'undone'))
		ORDER BY i.id LIMIT 1`, []any{i.hash, i.Format, i.ID, i.checks}, &id))
	return id, err
}

// fail reads why it failed.
func (i *TableImport) fail(text string) {
	if text != "" {
		i.Problem = &Failure{}
		json.Unmarshal([]byte(text), i.Problem) // it was written by encoding/json
	}
}

// shown is an import as the actor may read it, which must not be saved.
func shown(tx *db.Tx, id string) (*TableImport, error) {
	i, err := GetTableImport(tx, id)
	if err == nil {
		i.mask(tx.Actor)
	}
	return i, err
}

// mask leaves out cells, for who may not read what they are about.
func (i *TableImport) mask(a auth.Actor) {
	if a.Check(formats[i.Format].reads) != nil {
		for n := range i.Columns {
			i.Columns[n].Samples = []string{}
		}
	}
}

// complete adds the columns of the format.
func (i *TableImport) complete() {
	for _, c := range formats[i.Format].all {
		i.Fields = append(i.Fields, Field{c.name, c.required})
	}
}

// inJSON is a value of ours as text; they never fail.
func inJSON(value any) string {
	text, _ := json.Marshal(value)
	return string(text)
}

func insertTableImport(tx *db.Tx, i *TableImport) {
	tx.Write(`INSERT INTO table_imports (id, name, format, user_id, phase, state, size, created_at, version, event_sequence, created_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
		i.ID, i.Name, i.Format, i.UserID, i.Phase, i.State, i.Size, int64(i.CreatedAt), i.Version, i.sequence, i.CreatedBy)
}

// updateTableImport writes an import that was read in this transaction; the version
// guards against another writer.
func updateTableImport(tx *db.Tx, i *TableImport) {
	failure := ""
	if i.Problem != nil {
		failure = inJSON(i.Problem)
	}
	state, stopping := i.stored()
	tx.Must(db.ErrStale, `UPDATE table_imports SET user_id = $3, phase = $4, state = $5, received = $6, parts = $7, encoding = $8, hash = $9, columns = $10, mapping = $11, checks = $12, row_count = $13, next = $14, done = $15, rows_due = $16,
		created = $17, updated = $18, unchanged = $19, refused = $20, undone = $21, kept = $22, problem = $23, ended_at = $24, version = $25, event_sequence = $26, stopping = $27 WHERE id = $1 AND version = $2`,
		i.ID, i.Version-1, i.UserID, i.Phase, state, i.Received, i.Parts, i.Encoding, i.hash, inJSON(i.Columns), inJSON(i.Mapping), i.checks, i.Rows, i.next, i.Done, i.Total,
		i.Created, i.Updated, i.Unchanged, i.Refused, i.Undone, i.Kept, failure, int64(i.EndedAt), i.Version, i.sequence, stopping)
}

func insertPart(tx *db.Tx, i *TableImport, content string) {
	tx.Write(`INSERT INTO table_parts (import_id, part, content) VALUES ($1, $2, $3)`, i.ID, i.Parts, content)
}

// readParts reads the file.
func readParts(ctx context.Context, d *db.DB, id string) (data []byte, err error) {
	err = d.Read(ctx, func(tx *db.Tx) error {
		data = nil
		return tx.Load(db.Many(`SELECT p.content FROM table_parts p WHERE p.import_id = $1 ORDER BY p.part`, []any{id}, func(scan db.Scan) error {
			var content string
			if err := scan(&content); err != nil {
				return err
			}
			part, err := base64.StdEncoding.DecodeString(content)
			data = append(data, part...)
			return err
		}))
	})
	return data, err
}

// readPart is a part of the file in base64; empty once the file was read.
func readPart(tx *db.Tx, id string, part int64) (content string, err error) {
	err = tx.Load(db.One(`SELECT p.content FROM table_parts p WHERE p.import_id = $1 AND p.part = $2`, []any{id, part}, &content))
	return content, err
}

func deletePart(tx *db.Tx, id string, part int64) {
	tx.Write(`DELETE FROM table_parts WHERE import_id = $1 AND part = $2`, id, part)
}

// chunk is a part of a file as it was read.
type chunkOfRows struct {
	Rows   [][]string `json:"rows"`
	Faults []placed   `json:"faults,omitempty"`
}

// writeChunk writes a part of a file, unless that was done before.
func writeChunk(tx *db.Tx, id string, n int, c chunkOfRows) {
	tx.Write(`INSERT INTO table_chunks (import_id, chunk, content) VALUES ($1, $2, $3) ON CONFLICT (import_id, chunk) DO NOTHING`, id, int64(n), inJSON(c))
}

// readChunks reads the rows of a file.
func readChunks(ctx context.Context, d *db.DB, i *TableImport) (c *content, err error) {
	err = d.Read(ctx, func(tx *db.Tx) error {
		c = &content{header: i.header()}
		return tx.Load(db.Many(`SELECT c.content FROM table_chunks c WHERE c.import_id = $1 ORDER BY c.chunk`, []any{i.ID}, func(scan db.Scan) error {
			var some chunkOfRows
			err := scan(db.ScanJSON(&some))
			c.rows, c.faults = append(c.rows, some.Rows...), append(c.faults, some.Faults...)
			return err
		}))
	})
	return c, err
}

// clearChecks deletes what came of earlier checks, some rows at a time.
func clearChecks(ctx context.Context, d *db.DB, i *TableImport) error {
	for last := int64(0); i.checks > 1 && last <= int64(maxRows); last += batchOfRows {
		if err := d.Tx(ctx, func(tx *db.Tx) error {
			tx.Write(`DELETE FROM table_rows WHERE import_id = $1 AND checked < $2 AND row > $3 AND row <= $4`, i.ID, i.checks, last, last+batchOfRows)
			tx.Write(`DELETE FROM table_records WHERE import_id = $1 AND checked < $2 AND record >= $3 AND record < $4`, i.ID, i.checks, last, last+batchOfRows)
			return nil
		}); err != nil {
			return err
		}
	}
	return nil
}

// insertRecords writes what a check found of some records.
func insertRecords(tx *db.Tx, i *TableImport, found []*judged) {
	var records, rows [][]any
	for n, j := range found {
		records = append(records, []any{i.ID, i.checks, i.next + int64(n), int64(len(j.rows)), j.operation, j.plan})
		for _, r := range j.rows {
			rows = append(rows, []any{i.ID, i.checks, r.Row, string(r.Outcome), inJSON(r.Cells), inJSON(r.Faults)})
		}
	}
	tx.Insert("table_records (import_id, checked, record, rows_in, operation, plan)", records...)
	tx.Insert("table_rows (import_id, checked, row, outcome, cells, faults)", rows...)
}

// readRecords reads the records that are written next.
func readRecords(tx *db.Tx, i *TableImport, n int) (all []*plan, err error) {
	rows := int64(0)
	err = tx.Load(db.Many(`SELECT r.record, r.rows_in, r.operation, r.plan FROM table_records r WHERE r.import_id = $1 AND r.checked = $2 AND r.record >= $3 ORDER BY r.record LIMIT `+db.Params(4, 1),
		[]any{i.ID, i.checks, i.next, int64(n)}, func(scan db.Scan) error {
			p := &plan{}
			var text string
			if err := scan(&p.record, &p.size, &p.operation, &text); err != nil || rows > 0 && rows+p.size > int64(n) {
				rows = int64(n) + 1
				return err
			}
			rows += p.size
			all = append(all, p)
			if text == "" {
				return nil
			}
			return readJSON([]byte(text), p)
		}))
	return all, err
}

// wrote notes what came of a row.
func wrote(tx *db.Tx, i *TableImport, row int, resource, undo string) {
	tx.Write(`UPDATE table_rows SET written = TRUE, resource_id = $4, undo = $5 WHERE import_id = $1 AND checked = $2 AND row = $3`, i.ID, i.checks, row, resource, undo)
}

func refuseRow(tx *db.Tx, i *TableImport, row int, faults []CellFault) {
	tx.Write(`UPDATE table_rows SET outcome = 'refused', faults = $4 WHERE import_id = $1 AND checked = $2 AND row = $3`, i.ID, i.checks, row, inJSON(faults))
}

// undone notes what came of undoing a row.
func setUndone(tx *db.Tx, i *TableImport, row int, undone string, why *CellFault) {
	kept := ""
	if why != nil {
		kept = inJSON(why)
	}
	tx.Write(`UPDATE table_rows SET undone = $4, kept = $5 WHERE import_id = $1 AND checked = $2 AND row = $3`, i.ID, i.checks, row, undone, kept)
}

// readUndoings reads what is undone next.
func readUndoings(tx *db.Tx, i *TableImport, n int) (all []*undoingRow, err error) {
	err = tx.Load(db.Many(`SELECT r.row, r.undone, r.resource_id, r.undo FROM table_rows r
		WHERE r.import_id = $1 AND r.checked = $2 AND r.row > $3 AND r.written AND r.undo <> '' AND r.undone <> 'undone' ORDER BY r.row LIMIT `+db.Params(4, 1),
		[]any{i.ID, i.checks, i.next, int64(n)}, func(scan db.Scan) error {
			u := &undoingRow{}
			var text string
			if err := scan(&u.row, &u.before, &u.ID, &text); err != nil {
				return err
			}
			all = append(all, u)
			return readJSON([]byte(text), &u.undoing)
		}))
	return all, err
}

// variantOf is the id of the variant that a SKU names; empty if none.
func variantOf(tx *db.Tx, sku string) (id string, err error) {
	err = tx.Load(db.One(`SELECT v.id FROM variants v WHERE v.sku_folded = $1`, []any{catalog.FoldSKU(sku)}, &id))
	return id, err
}

// TableRow is what becomes of a row.
type TableRow struct {
	Row        int          `json:"row" doc:"In the file, from 1, without the header"`
	Outcome    Outcome      `json:"outcome" enum:"created,updated,unchanged,refused" doc:"As it was checked; once it is written, what came of that"`
	Cells      []CellChange `json:"cells" doc:"What changes"`
	Faults     []CellFault  `json:"faults" doc:"Why it is refused"`
	Written    bool         `json:"written,omitempty" doc:"It is not only checked"`
	ResourceID string       `json:"resource_id,omitempty" doc:"Product, customer or stock document that was written"`
	Undone     string       `json:"undone,omitempty" enum:"undone,kept" doc:"What came of undoing it"`
	Kept       *CellFault   `json:"kept,omitempty" doc:"Why it was not undone"`
}

// TableRowSchema is what the rows of an import can be filtered and sorted by.
var TableRowSchema = query.Schema{
	ID: "r.row", Sort: "row",
	Fields: []query.Field{
		{Name: "row", Doc: "In the file, from 1, without the header", Type: query.Number, Column: "r.row", Sortable: true},
		{Name: "outcome", Doc: "What becomes of it", Type: query.Enum, Column: "r.outcome", Values: []string{"created", "updated", "unchanged", "refused"}},
		{Name: "undone", Doc: "What came of undoing it", Type: query.Enum, Column: "r.undone", Values: []string{"undone", "kept"}},
	},
}

// RowsIn is the input of import.rows.
type RowsIn struct {
	ID string `path:"id" json:"id"`
	query.Input
}

// TableRows returns a page of what becomes of the rows of an import.
func TableRows(tx *db.Tx, in RowsIn) (query.Rows[*TableRow], error) {
	i, err := GetTableImport(tx, in.ID)
	if err == nil {
		err = tx.Actor.Check(formats[i.Format].reads)
	}
	if err != nil {
		return query.Rows[*TableRow]{}, err
	}
	var kept []*string
	page, err := query.Select(tx, in.Input, TableRowSchema, query.Source{
		Columns: "r.row, r.outcome, r.cells, r.faults, r.written, r.resource_id, r.undone, r.kept", From: "table_rows r",
		Where: "r.import_id = $1 AND r.checked = $2", Args: []any{in.ID, i.checks}, Scope: auth.Columns{Open: true},
	}, func(row **TableRow) []any {
		r := &TableRow{}
		*row = r
		kept = append(kept, new(string))
		return []any{&r.Row, (*string)(&r.Outcome), db.ScanJSON(&r.Cells), db.ScanJSON(&r.Faults), &r.Written, &r.ResourceID, &r.Undone, kept[len(kept)-1]}
	})
	for n, r := range page.Items {
		if *kept[n] != "" {
			r.Kept = &CellFault{}
			json.Unmarshal([]byte(*kept[n]), r.Kept) // it was written by encoding/json
		}
	}
	return page, err
}

// unfinished is the import of a file that was begun by the command line and killed.
func unfinished(tx *db.Tx, format, hash string) (id string, err error) {
	err = tx.Load(db.One(`SELECT i.id FROM table_imports i WHERE i.hash = $1 AND i.format = $2 AND i.user_id = $3 AND i.state IN ('working', 'stopped') ORDER BY i.id LIMIT 1`, []any{hash, format, actor.ID}, &id))
	return id, err
}

// forgottenAfter is how long files are kept, in microseconds.
const forgottenAfter = 30 * 24 * 3600 * 1_000_000

// Forget deletes files that were imported, or given up, a month ago. What came of
// their rows stays.
func Forget(ctx context.Context, d *db.DB) error {
	for _, table := range []string{"table_parts", "table_chunks"} {
		for left := int64(1); left > 0; {
			if err := d.Tx(ctx, func(tx *db.Tx) error {
				left = 0
				var id string
				if err := tx.Load(db.One(`SELECT i.id FROM table_imports i WHERE i.created_at < $1 AND i.state <> 'working' AND EXISTS (SELECT 1 FROM `+table+` t WHERE t.import_id = i.id) ORDER BY i.created_at LIMIT 1`,
					[]any{tx.Micros() - forgottenAfter}, &id)); err != nil || id == "" {
					return err
				}
				left = 1
				tx.Write(`DELETE FROM `+table+` WHERE import_id = $1`, id)
				return nil
			}); err != nil {
				return err
			}
		}
	}
	return nil
}

// SourceRow is a row as it stands in the file, with what is wrong with it.
type SourceRow struct {
	Row             int
	Cells           []string // none if the file is not kept any more
	Problem, Remedy string
}

// SourceRows returns a page of rows as they stand in the file.
func SourceRows(tx *db.Tx, in RowsIn) (rows query.Rows[*SourceRow], err error) {
	page, err := TableRows(tx, in)
	if err != nil || len(page.Items) == 0 {
		return rows, err
	}
	rows.Next = page.Next
	cells := map[int][]string{}
	first, last := page.Items[0].Row, page.Items[0].Row
	for _, r := range page.Items {
		first, last = min(first, r.Row), max(last, r.Row)
	}
	err = tx.Load(db.Many(`SELECT c.chunk, c.content FROM table_chunks c WHERE c.import_id = $1 AND c.chunk >= $2 AND c.chunk <= $3`,
		[]any{in.ID, int64((first - 1) / chunkRows), int64((last - 1) / chunkRows)}, func(scan db.Scan) error {
			var n int
			var some chunkOfRows
			err := scan(&n, db.ScanJSON(&some))
			for i, row := range some.Rows {
				cells[n*chunkRows+i+1] = row
			}
			return err
		}))
	for _, r := range page.Items {
		s := &SourceRow{Row: r.Row, Cells: cells[r.Row]}
		for _, f := range r.told() {
			s.Problem, s.Remedy = joined(s.Problem, f.said()), joined(s.Remedy, f.Remedy)
		}
		rows.Items = append(rows.Items, s)
	}
	return rows, err
}

// told is all that is wrong with a row.
func (r *TableRow) told() []CellFault {
	if r.Kept != nil {
		return append(r.Faults, *r.Kept)
	}
	return r.Faults
}

// said is a fault with the column that it is about.
func (f CellFault) said() string {
	if f.Column == "" {
		return f.Sentence
	}
	return f.Column + ": " + f.Sentence
}

// joined are texts without those that stand there already.
func joined(text, more string) string {
	if text == "" || strings.Contains(text, more) {
		return cmp.Or(text, more)
	}
	return text + " " + more
}
