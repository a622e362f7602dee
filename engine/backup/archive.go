package backup

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"ordo/base/clock"
	"ordo/base/problem"
	"ordo/engine/db"
)

// ErrExists says that a backup would overwrite something.
var ErrExists = problem.Declare("backup_exists", problem.Conflict,
	"A backup never overwrites a file.", "Choose another name.")

// contentRows is an archive of one state, row by row.
const contentRows = "rows"

// Table is a table of an archive and the names of its columns, in the order of
// the values.
type Table struct {
	Name    string   `json:"name"`
	Columns []string `json:"columns"`
}

// Manifest is what an archive says of itself: the first frame, and what stands
// in the last one.
type Manifest struct {
	Content   string      `json:"content"`
	Program   string      `json:"program"`             // version of Ordo that wrote it
	Schema    int64       `json:"schema"`              // version of the schema
	Workspace string      `json:"workspace,omitempty"` // tells one from another; empty before it is set up
	Database  string      `json:"database"`            // kind that it was read from
	At        clock.Stamp `json:"at"`                  // not before what it holds was committed
	Position  int64       `json:"position"`            // of the log's last event
	Tables    []Table     `json:"tables,omitempty"`
	Totals    []Total     `json:"totals,omitempty"` // of all tables; in the last frame
}

// Rows is how many the archive holds.
func (m Manifest) Rows() (n int64) {
	for _, t := range m.Totals {
		n += t.Rows
	}
	return n
}

// Progress tells how far something is. Of is 0 where that is not known.
type Progress struct {
	Step     string
	Done, Of int64
	Unit     string
}

// Options of copying and restoring.
type Options struct {
	Key       Key
	Program   string                              // version of Ordo
	Workspace func(*db.Tx) (string, error)        // names the workspace
	Settle    func(context.Context, *db.Tx) error // what a workspace needs that was restored
	Progress  func(Progress)                      // may be nil
}

func (o Options) tell(p Progress) {
	if o.Progress != nil {
		o.Progress(p)
	}
}

// Write copies the state that the database at url is in now into a new file.
// Until it is whole, the file has another name. Nobody who writes to the
// database waits for it.
func Write(ctx context.Context, url, path string, o Options) (*Manifest, error) {
	s, err := db.OpenSnapshot(ctx, url)
	if err != nil {
		return nil, err
	}
	defer s.Close()
	m := &Manifest{}
	return m, create(path, func(w io.Writer) error { return write(ctx, s, w, m, o) })
}

// create makes a file that has its name only once it is whole and durable.
func create(path string, fill func(io.Writer) error) error {
	temp := path + ".partial"
	if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
		if err == nil {
			err = ErrExists.New("%s is there already", path)
		}
		return err
	}
	f, err := os.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	defer os.Remove(temp)
	defer f.Close()
	if err := fill(f); err != nil {
		return err
	}
	if err := errors.Join(f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Link(temp, path); err != nil {
		return err
	}
	return syncFolder(filepath.Dir(path))
}

// syncFolder makes the names in a folder durable.
func syncFolder(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

func write(ctx context.Context, s *db.Snapshot, w io.Writer, m *Manifest, o Options) error {
	out, err := newFrames(w, o.Key)
	if err != nil {
		return err
	}
	if err := describe(ctx, s, m, o); err != nil {
		return err
	}
	if err := out.writeJSON(kindBegin, m); err != nil {
		return err
	}
	if m.Totals, err = writeRows(ctx, s, out, o); err != nil {
		return err
	}
	return out.writeJSON(kindEnd, m.Totals)
}

// describe fills in what is known before the rows.
func describe(ctx context.Context, s *db.Snapshot, m *Manifest, o Options) error {
	*m = Manifest{Content: contentRows, Program: o.Program, Schema: s.Version, Database: s.Kind(), At: clock.At(clock.System.Now())}
	for _, t := range s.Tables {
		m.Tables = append(m.Tables, Table{t.Name, columns(t)})
	}
	return s.Tx(ctx, func(tx *db.Tx) (err error) {
		if o.Workspace != nil {
			if m.Workspace, err = o.Workspace(tx); err != nil {
				return err
			}
		}
		return tx.Load(db.One(`SELECT COALESCE(MAX(position), 0) FROM log`, nil, &m.Position))
	})
}

func columns(t db.LiveTable) (names []string) {
	for _, c := range t.Columns {
		names = append(names, c.Name)
	}
	return names
}

// writeRows writes the frames of all tables and returns what they hold.
func writeRows(ctx context.Context, s *db.Snapshot, out *frames, o Options) ([]Total, error) {
	var b []byte
	return addUp(ctx, s, s.Tables, func(c chunk, rows int64) error {
		b = c.frame(b)
		o.tell(Progress{Step: "Copying", Done: rows, Unit: "rows"})
		return out.write(kindRows, b)
	})
}

// addUp reads all rows of the tables and returns what they hold. also is called
// for each chunk, with the number of rows so far.
func addUp(ctx context.Context, from rowSource, tables []db.LiveTable, also func(c chunk, rows int64) error) ([]Total, error) {
	f := start(ctx, read(from, tables))
	defer f.close()
	sums, rows := make([]sum, len(tables)), int64(0)
	for {
		c, err := f.next()
		if errors.Is(err, io.EOF) {
			return totals(tables, sums), nil
		}
		if err == nil {
			err = c.each(len(tables[c.table].Columns), func(r db.Row) { rows++; sums[c.table].add(r) })
		}
		if err == nil {
			err = also(c, rows)
		}
		if err != nil {
			return nil, err
		}
	}
}

func totals(tables []db.LiveTable, sums []sum) (all []Total) {
	for i, t := range tables {
		all = append(all, sums[i].total(t.Name))
	}
	return all
}

// Check reads a whole archive and tells what it holds. It finds every byte that
// is not as it was written.
func Check(ctx context.Context, path string, o Options) (*Manifest, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	r, m, err := openArchive(f, path, o.Key)
	if err != nil {
		return nil, err
	}
	size := int64(0)
	if info, err := f.Stat(); err == nil {
		size = info.Size()
	}
	for {
		kind, _, err := r.next()
		switch {
		case errors.Is(err, errTorn), errors.Is(err, io.EOF):
			return nil, ErrDamaged.New("%s ends before its last frame: something is missing", path)
		case err != nil:
			return nil, err
		case kind == kindEnd:
			return m, r.end(&m.Totals)
		}
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		o.tell(Progress{Step: "Checking", Done: r.offset, Of: size, Unit: "bytes"})
	}
}

// end reads the last frame, behind which nothing may stand.
func (r *reader) end(v any) error {
	if err := r.json(v); err != nil {
		return err
	}
	if _, err := r.r.ReadByte(); !errors.Is(err, io.EOF) {
		return ErrDamaged.New("%s goes on behind its last frame", r.name)
	}
	return nil
}

func openArchive(f io.Reader, path string, key Key) (*reader, *Manifest, error) {
	r, err := newReader(path, f, key)
	if errors.Is(err, errTorn) {
		err = ErrDamaged.New("%s is cut off", path)
	}
	if err != nil {
		return nil, nil, err
	}
	m := &Manifest{}
	if err := r.begin(m); err != nil {
		return nil, nil, err
	}
	if m.Content != contentRows {
		return nil, nil, ErrFormat.New("%s is a part of a folder of commits: name the folder", path)
	}
	return r, m, nil
}

// unpack emits the rows of an archive.
func unpack(r *reader) func(context.Context, func(chunk) error) error {
	return func(_ context.Context, emit func(chunk) error) error {
		for {
			kind, _, err := r.next()
			if err != nil || kind == kindEnd {
				return err
			}
			b, err := r.content()
			if err != nil {
				return err
			}
			table, n := binary.Uvarint(b)
			if n <= 0 {
				return r.damaged()
			}
			if err := emit(chunk{int(table), append([]byte(nil), b[n:]...)}); err != nil {
				return err
			}
		}
	}
}

// took is the time since a moment, for people.
func took(since time.Time) string {
	return fmt.Sprint(clock.System.Now().Sub(since).Round(time.Millisecond))
}
