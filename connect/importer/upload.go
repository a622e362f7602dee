package importer

import (
	"net/http"
	"slices"

	"ordo/base/clock"
	"ordo/base/problem"
	"ordo/engine/auth"
	"ordo/engine/command"
	"ordo/engine/db"
	"ordo/engine/event"
	"ordo/engine/file"
	"ordo/engine/job"
	"ordo/sales/order"
)

// TableImport is a table that is imported in the background: uploaded in parts,
// read, checked, and written as it was checked. It can be undone.
type TableImport struct {
	ID        string            `json:"id"`
	Name      string            `json:"name" doc:"Of the file"`
	Format    string            `json:"format" enum:"products,customers,stock" doc:"What its rows are"`
	CreatedBy string            `json:"created_by" doc:"Who uploaded it, and sees it"`
	UserID    string            `json:"user_id" doc:"Who began the phase: it is done with their rights, as they are at the time"`
	Phase     string            `json:"phase" enum:"upload,read,check,run,undo"`
	State     string            `json:"state" enum:"waiting,working,stopping,stopped,done,failed" doc:"Of the phase. waiting: for parts of the file; stopping: behind the rows that are under way; stopped: until it is resumed"`
	Size      int64             `json:"size" doc:"Bytes of the file"`
	Received  int64             `json:"received" doc:"Bytes so far"`
	Parts     int64             `json:"parts" doc:"Parts so far: the number of the last one"`
	Encoding  string            `json:"encoding" doc:"In which it was read: UTF-8, UTF-16, Windows-1252 or XLSX; empty before"`
	Columns   []SourceColumn    `json:"columns" doc:"Of the file; none before it was read"`
	Mapping   map[string]string `json:"mapping" doc:"By which it was checked: name of a column in lower case to column of the format; an empty one is left out"`
	Rows      int64             `json:"rows" doc:"That are not blank"`
	Done      int64             `json:"done" doc:"Rows of the phase so far"`
	Total     int64             `json:"total" doc:"Rows of the phase"`
	Created   int64             `json:"created" doc:"Rows that are new: as far as they are checked, and in run and undo as far as they are written"`
	Updated   int64             `json:"updated" doc:"Rows that change something, likewise"`
	Unchanged int64             `json:"unchanged" doc:"Rows that are there already"`
	Refused   int64             `json:"refused" doc:"Rows with faults, which are not written; import.rows tells them"`
	Undone    int64             `json:"undone" doc:"Rows that were undone"`
	Kept      int64             `json:"kept" doc:"Rows that could not be undone; import.rows tells why"`
	Problem   *Failure          `json:"problem,omitempty" doc:"Why it failed"`
	Fields    []Field           `json:"fields,omitempty" doc:"Columns of the format"`
	CreatedAt clock.Stamp       `json:"created_at"`
	EndedAt   clock.Stamp       `json:"ended_at,omitzero" doc:"When the phase ended"`
	Version   int64             `json:"version"`
	Actions   []command.Action  `json:"actions,omitempty"`

	hash     string
	checks   int64
	next     int64
	sequence int64 // events so far
}

// SetActions shows which operations are open.
func (i *TableImport) SetActions(a []command.Action) { i.Actions = a }

// SourceColumn is a column of a file.
type SourceColumn struct {
	Name    string   `json:"name"`
	Field   string   `json:"field" doc:"Column of the format that it seems to be; empty if none"`
	Samples []string `json:"samples" doc:"First cells"`
}

// Field is a column of a format.
type Field struct {
	Name     string `json:"name"`
	Required bool   `json:"required,omitempty" doc:"Has to be in the table"`
}

// Failure is why a file can't be imported.
type Failure struct {
	Code   string `json:"code"`
	Detail string `json:"detail" doc:"What is wrong"`
	Remedy string `json:"remedy" doc:"What helps"`
}

// UploadIn is the input of import.upload.
type UploadIn struct {
	Name   string `json:"name" minLength:"1" maxLength:"200" doc:"Of the file"`
	Format string `json:"format" enum:"products,customers,stock" doc:"What its rows are"`
	Size   int64  `json:"size" doc:"Bytes of the file, up to 16 MiB"`
}

// AddPartIn is the input of import.add_part.
type AddPartIn struct {
	ID      string `path:"id" json:"id"`
	Part    int64  `path:"part" json:"part" minimum:"1" doc:"From 1, one after the other; one that is there may come again"`
	Content string `json:"content" minLength:"1" maxLength:"699052" doc:"Base64 of up to 512 KiB of the file"`
}

// CheckIn is the input of import.check.
type CheckIn struct {
	ID      string            `path:"id" json:"id"`
	Mapping string            `json:"mapping,omitempty" maxLength:"60" doc:"Name of a mapping to begin with (import_mapping.set)"`
	Columns map[string]string `json:"columns,omitempty" doc:"Name of a column to column of the format, beside or instead of those of the mapping; an empty one is left out. Columns that are not named keep their name"`
}

// ImportIn names an import.
type ImportIn struct {
	ID string `path:"id" json:"id"`
}

// Events of an import.
var (
	Begun      = event.Declare("import.begun", 1, "Somebody began to upload a table.", importBody{})
	Progressed = event.Declare("import.progressed", 1, "A further part of a table came, or some more of its rows were checked, written or undone.", importBody{})
	Stopped    = event.Declare("import.stopped", 1, "Somebody stopped an import: nothing is done behind the rows that are under way.", importBody{})
	Resumed    = event.Declare("import.resumed", 1, "An import that was stopped goes on.", importBody{})
	Ended      = event.Declare("import.ended", 1, "A table was read, or all of its rows were checked, written or undone.", importBody{})
	Failed     = event.Declare("import.failed", 1, "A file can't be imported.", importBody{})
)

// importBody is what an event of an import tells. Names of files and columns, and
// what stands in cells, may be texts of people.
type importBody struct {
	Format    string `json:"format"`
	UserID    string `json:"user_id"`
	Phase     string `json:"phase"`
	State     string `json:"state"`
	Stopping  bool   `json:"stopping"`
	Size      int64  `json:"size"`
	Received  int64  `json:"received"`
	Parts     int64  `json:"parts"`
	Encoding  string `json:"encoding"`
	Checks    int64  `json:"checks"`
	Rows      int64  `json:"row_count"`
	Next      int64  `json:"next"`
	Done      int64  `json:"done"`
	Total     int64  `json:"rows_due"`
	Created   int64  `json:"created"`
	Updated   int64  `json:"updated"`
	Unchanged int64  `json:"unchanged"`
	Refused   int64  `json:"refused"`
	Undone    int64  `json:"undone"`
	Kept      int64  `json:"kept"`
	EndedAt   int64  `json:"ended_at"`
	Version   int64  `json:"version"`
}

func (i *TableImport) emit(tx *db.Tx, t *event.Type) error {
	state, stopping := i.stored()
	return event.Emit(tx, event.Event{Type: t, Subject: i.ID, Sequence: i.sequence, Body: importBody{
		i.Format, i.UserID, i.Phase, state, stopping, i.Size, i.Received, i.Parts, i.Encoding, i.checks, i.Rows, i.next, i.Done, i.Total,
		i.Created, i.Updated, i.Unchanged, i.Refused, i.Undone, i.Kept, int64(i.EndedAt), i.Version,
	}})
}

// stored is its state as it is kept: what stops still works.
func (i *TableImport) stored() (state string, stopping bool) {
	if i.State == "stopping" {
		return "working", true
	}
	return i.State, false
}

// save writes a change and tells it.
func (i *TableImport) save(tx *db.Tx, t *event.Type) error {
	i.Version++
	i.sequence++
	updateTableImport(tx, i)
	return i.emit(tx, t)
}

// WorkJob is the kind of the job that does one part of a phase.
const WorkJob = "import.work"

// task is what the job is about.
type task struct {
	ImportID string `json:"import_id"`
}

// begin begins a phase, with the rights of who asks for it.
func (i *TableImport) begin(tx *db.Tx, phase string, total int64) error {
	i.Phase, i.State, i.UserID, i.next, i.Done, i.Total, i.EndedAt = phase, "working", tx.Actor.ID, 0, 0, total, 0
	return i.enqueue(tx)
}

// enqueue asks for the next part to be done.
func (i *TableImport) enqueue(tx *db.Tx) error {
	return job.Enqueue(tx, WorkJob, task{i.ID}, job.Options{})
}

// end ends a phase.
func (i *TableImport) end(tx *db.Tx) { i.State, i.EndedAt = "done", clock.At(tx.Now) }

// busy tells whether some of it may be under way.
func (i *TableImport) busy() bool { return i.State == "working" || i.State == "stopping" }

// step says of what is done at the moment in words.
func (i *TableImport) step() string { return i.Phase + " " + i.State }

// refuse says that a step is not possible now.
func (i *TableImport) refuse(why, remedy string) error {
	return order.Refuse(problem.ErrTransition, "import "+i.ID, i.step(), nil, why, remedy)
}

func guardAdd(i *TableImport, _ auth.Actor) error {
	if i.Phase != "upload" {
		return i.refuse("the file is there", "Begin another import for another file.")
	}
	return nil
}

func guardCheck(i *TableImport, _ auth.Actor) error {
	switch {
	case i.step() == "read done" || i.Phase == "check" && !i.busy():
		return nil
	case i.Phase == "run" || i.Phase == "undo":
		return i.refuse("it is written", "Begin another import to import the file again.")
	case i.State == "failed":
		return i.refuse("the file can't be imported", "Correct the file and begin another import.")
	}
	return i.refuse("it is not ready yet", "Wait until the file is read, or its check is done.")
}

func guardRun(i *TableImport, _ auth.Actor) error {
	switch {
	case i.step() != "check done":
		return i.refuse("it has to be checked first", "Check it (import.check) and wait until that is done.")
	case i.Created+i.Updated == 0:
		return i.refuse("there is nothing to write", "Look at its rows: they are there already, or refused.")
	}
	return nil
}

func guardStop(i *TableImport, _ auth.Actor) error {
	switch i.State {
	case "working":
		return nil
	case "stopping":
		return i.refuse("it stops already", "Wait until the rows that are under way are done.")
	}
	return i.refuse("nothing of it runs", "Nothing has to be stopped.")
}

func guardResume(i *TableImport, _ auth.Actor) error {
	switch i.State {
	case "stopped":
		return nil
	case "stopping":
		return i.refuse("rows are still under way", "Wait until they are done.")
	}
	return i.refuse("it was not stopped", "Nothing has to be resumed.")
}

func guardUndo(i *TableImport, _ auth.Actor) error {
	switch {
	case i.Phase != "run" && i.Phase != "undo":
		return i.refuse("nothing is written", "Nothing has to be undone.")
	case i.busy():
		return i.refuse("it is not done yet", "Wait for its end, or stop it (import.stop).")
	case i.Created+i.Updated == i.Undone:
		return i.refuse("nothing is left of it", "Nothing has to be undone.")
	}
	return nil
}

// may refuses who may not run the operations that a phase uses.
func (i *TableImport) may(a auth.Actor, phase string) error {
	operations := formats[i.Format].rights
	if phase == "undo" {
		operations = []string{formats[i.Format].undoes}
	}
	for _, operation := range operations {
		if err := a.Check(operation); err != nil {
			return err
		}
	}
	return nil
}

// rights are all operations that imports use.
func rights() (all []string) {
	for _, f := range formats { // order-free: they are sorted
		all = append(append(all, f.rights...), f.undoes)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// reads are all permissions to read what imports are about.
func reads() (all []string) {
	for _, f := range formats { // order-free: they are sorted
		all = append(all, f.reads)
	}
	slices.Sort(all)
	return all
}

func importResult(i *TableImport) (string, int64) { return i.ID, i.Version }

// advancing declares a command that takes an import a step further.
func advancing(name, summary, path string, example ImportIn, guard func(*TableImport, auth.Actor) error, run func(tx *db.Tx, i *TableImport) error) command.Operation {
	return command.Def[ImportIn, *TableImport]{
		Name: name, Summary: summary, Method: http.MethodPost, Path: "/v1/imports/{id}/" + path, Permission: "import.upload", Further: rights(), Accepts: true,
		Guard: guard, Result: importResult, Repeat: shown, Example: example,
		Run: func(tx *db.Tx, in ImportIn) (*TableImport, error) {
			i, err := lockTableImport(tx, in.ID)
			if err == nil {
				err = guard(i, tx.Actor)
			}
			if err == nil {
				err = run(tx, i)
			}
			if err == nil {
				i.mask(tx.Actor)
			}
			return i, err
		},
	}
}

func upload(tx *db.Tx, in UploadIn) (*TableImport, error) {
	i := &TableImport{Name: in.Name, Format: in.Format, Size: in.Size, CreatedBy: tx.Actor.ID, UserID: tx.Actor.ID, Phase: "upload", State: "waiting", Columns: []SourceColumn{}, Mapping: map[string]string{}}
	if err := i.may(tx.Actor, "run"); err != nil {
		return nil, err
	}
	switch {
	case in.Size <= 0:
		return nil, ErrEmpty.At("/size", "a file of %d bytes is empty", in.Size)
	case in.Size > MaxFile:
		return nil, ErrTooLarge.At("/size", "%d bytes are more than %d", in.Size, MaxFile).With("limit", MaxFile)
	}
	i.ID, i.CreatedAt, i.Version, i.sequence = tx.ID("tim"), clock.At(tx.Now), 1, 1
	insertTableImport(tx, i)
	i.complete()
	return i, i.emit(tx, Begun)
}

func addPart(tx *db.Tx, in AddPartIn) (*TableImport, error) {
	i, err := lockTableImport(tx, in.ID)
	if err != nil {
		return nil, err
	}
	if in.Part <= i.Parts { // it came before
		before, err := readPart(tx, i.ID, in.Part)
		if err == nil {
			err = file.Again(in.Part, before, in.Content)
		}
		return i, err
	}
	if err := guardAdd(i, tx.Actor); err != nil {
		return nil, err
	}
	data, err := file.Decode(in.Content)
	if err == nil {
		err = file.Coming{Size: i.Size, Received: i.Received, Parts: i.Parts}.Next(in.Part, len(data))
	}
	if err != nil {
		return nil, err
	}
	i.Parts++
	insertPart(tx, i, in.Content)
	i.Received += int64(len(data))
	if i.Received == i.Size {
		if err := i.begin(tx, "read", 0); err != nil {
			return nil, err
		}
	}
	return i, i.save(tx, Progressed)
}

func beginCheck(tx *db.Tx, in CheckIn) (*TableImport, error) {
	i, err := lockTableImport(tx, in.ID)
	if err == nil {
		err = guardCheck(i, tx.Actor)
	}
	if err == nil {
		err = i.may(tx.Actor, "check")
	}
	if err == nil {
		err = i.assign(tx, in)
	}
	if err != nil {
		return nil, err
	}
	i.checks++
	i.Created, i.Updated, i.Unchanged, i.Refused = 0, 0, 0, 0
	if err := i.begin(tx, "check", i.Rows); err != nil {
		return nil, err
	}
	defer i.mask(tx.Actor)
	return i, i.save(tx, Progressed)
}

// assign finds out what the columns of the file are.
func (i *TableImport) assign(tx *db.Tx, in CheckIn) error {
	mapping := map[string]string{}
	if in.Mapping != "" {
		m, err := GetMapping(tx, in.Mapping)
		switch {
		case err != nil:
			return problem.ErrNotFound.At("/mapping", "no mapping %s", in.Mapping)
		case m.Format != i.Format:
			return problem.ErrInvalidValue.At("/mapping", "the mapping %s is for %s, not for %s", in.Mapping, m.Format, i.Format)
		}
		mapping = m.Columns
	}
	for name, field := range in.Columns { // order-free: a map
		mapping[foldColumn(name)] = field
	}
	var faults problem.List
	_, wrong := resolve(i.header(), formats[i.Format].all, mapping)
	for _, w := range wrong {
		faults.Add(w.code, "/columns/"+escaped(i.called(w.column, mapping)), "%s", w.detail)
	}
	i.Mapping = mapping
	return faults.Err()
}

// header are the names of the columns.
func (i *TableImport) header() []string {
	names := make([]string, len(i.Columns))
	for n, c := range i.Columns {
		names[n] = c.Name
	}
	return names
}

// called is the name that the file has for a column, or else the column.
func (i *TableImport) called(column string, mapping map[string]string) string {
	called := column
	for _, name := range i.header() { // the last one is the one too many
		if field, mapped := mapping[foldColumn(name)]; mapped && field == column {
			called = name
		}
	}
	return called
}

func beginRun(tx *db.Tx, i *TableImport) error {
	if err := i.may(tx.Actor, "run"); err != nil {
		return err
	}
	if err := i.arrivesOnce(tx); err != nil {
		return err
	}
	i.Created, i.Updated = 0, 0 // what is written counts now
	if err := i.begin(tx, "run", i.Rows); err != nil {
		return err
	}
	return i.save(tx, Progressed)
}

// arrivesOnce refuses what another import of the same file brings, or has brought
// since the check.
func (i *TableImport) arrivesOnce(tx *db.Tx) error {
	if i.Format != Stock {
		return nil // what is there is not written again
	}
	other, err := broughtBy(tx, i)
	if err == nil && other != "" {
		err = i.refuse("rows of the same file are brought by import "+other, "Wait for the end of that one, then check this one again (import.check): what arrived is left out.")
	}
	return err
}

func beginUndo(tx *db.Tx, i *TableImport) error {
	if err := i.may(tx.Actor, "undo"); err != nil {
		return err
	}
	if err := i.begin(tx, "undo", i.Created+i.Updated-i.Undone); err != nil {
		return err
	}
	return i.save(tx, Progressed)
}

// stopImport asks for it. What may be under way is done and noted first, also if
// nobody is at it any more: otherwise what is resumed or undone would not know of it.
func stopImport(tx *db.Tx, i *TableImport) error {
	i.State = "stopping"
	if err := i.enqueue(tx); err != nil {
		return err
	}
	return i.save(tx, Stopped)
}

// resumeImport goes on with the rights of who asks: nobody acts with those of another.
func resumeImport(tx *db.Tx, i *TableImport) error {
	if err := i.may(tx.Actor, i.Phase); err != nil {
		return err
	}
	i.State, i.UserID = "working", tx.Actor.ID
	if err := i.enqueue(tx); err != nil {
		return err
	}
	return i.save(tx, Resumed)
}
