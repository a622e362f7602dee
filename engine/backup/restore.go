package backup

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"

	"ordo/base/problem"
	"ordo/engine/db"
)

// Codes of restoring.
var (
	ErrOther = problem.Declare("backup_schema_other", problem.Conflict,
		"The backup holds tables or columns that its schema does not have in this version of Ordo.", "Restore it with the version of Ordo that made it.")
	ErrDiffers = problem.Declare("restore_differs", problem.Internal,
		"What was restored is not what was backed up.", "Nothing was kept. Report it, with the sentence above.")
)

// Restore makes a new database at url from an archive. It looks through the
// whole archive before it writes anything, compares what it wrote with the
// archive, has it settled, and only then lets it appear.
func Restore(ctx context.Context, path, url string, o Options) (*Manifest, error) {
	m, err := Check(ctx, path, o)
	if err != nil {
		return nil, err
	}
	f, err := db.Fill(ctx, url, m.Schema)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if err := m.fits(f.Tables); err != nil {
		return nil, err
	}
	if err := load(ctx, f, path, m, o); err != nil {
		return nil, err
	}
	if err := f.Index(ctx, func(done, of int) {
		o.tell(Progress{Step: "Indexing", Done: int64(done), Of: int64(of), Unit: "indexes"})
	}); err != nil {
		return nil, err
	}
	if err := compare(ctx, f, m, o); err != nil {
		return nil, err
	}
	return m, finish(ctx, f, m.filled(f.Tables), o)
}

// finish upgrades what was restored, settles it and lets it appear.
func finish(ctx context.Context, f *db.Filling, filled []db.LiveTable, o Options) error {
	if err := f.Upgrade(ctx); err != nil {
		return err
	}
	if o.Settle != nil {
		if err := f.Tx(ctx, func(tx *db.Tx) error { return o.Settle(ctx, tx) }); err != nil {
			return err
		}
	}
	return f.Done(ctx, filled)
}

// fits compares the tables of the archive with those of the new database.
func (m *Manifest) fits(tables []db.LiveTable) error {
	if len(m.Tables) != len(tables) {
		return ErrOther.New("the backup has %d tables, schema %d has %d", len(m.Tables), m.Schema, len(tables))
	}
	for i, t := range tables {
		if m.Tables[i].Name != t.Name || !slices.Equal(m.Tables[i].Columns, columns(t)) {
			return ErrOther.New("table %s of the backup is not table %s of schema %d", m.Tables[i].Name, t.Name, m.Schema)
		}
	}
	return nil
}

// filled are the tables that got rows.
func (m *Manifest) filled(tables []db.LiveTable) (all []db.LiveTable) {
	for i, t := range tables {
		if m.Totals[i].Rows > 0 {
			all = append(all, t)
		}
	}
	return all
}

// load inserts the rows of the archive, table after table.
func load(ctx context.Context, f *db.Filling, path string, m *Manifest, o Options) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	r, _, err := openArchive(file, path, o.Key)
	if err != nil {
		return err
	}
	in := start(ctx, unpack(r))
	defer in.close()
	rows := &cutter{in: in, told: func(n int64) {
		o.tell(Progress{Step: "Restoring", Done: n, Of: m.Rows(), Unit: "rows"})
	}}
	for i, t := range f.Tables {
		rows.table, rows.width = i, len(t.Columns)
		if err := f.Insert(ctx, t, rows.next); err != nil {
			return err
		}
	}
	if _, err := rows.more(); !errors.Is(err, io.EOF) {
		return errors.Join(ErrDamaged.New("%s holds rows of no table", path), err)
	}
	return nil
}

// cutter gives the rows of one table after the other.
type cutter struct {
	in           *flow
	told         func(rows int64)
	table, width int
	now          chunk
	rest         db.Row
	rows         int64
}

// next returns the next row of the table, or io.EOF after its last.
func (c *cutter) next() (row db.Row, err error) {
	if len(c.rest) == 0 {
		if _, err := c.more(); err != nil {
			return nil, err
		}
	}
	if c.now.table != c.table {
		return nil, io.EOF
	}
	c.rows++
	row, c.rest, err = c.rest.Cut(c.width)
	return row, err
}

// more takes the next chunk, once the last one is used up.
func (c *cutter) more() (chunk, error) {
	if len(c.rest) > 0 {
		return c.now, nil
	}
	c.told(c.rows)
	now, err := c.in.next()
	if err == nil {
		c.now, c.rest = now, now.rows
	}
	return now, err
}

// compare reads back what was restored.
func compare(ctx context.Context, f *db.Filling, m *Manifest, o Options) error {
	have, err := addUp(ctx, f, f.Tables, func(_ chunk, rows int64) error {
		o.tell(Progress{Step: "Comparing", Done: rows, Of: m.Rows(), Unit: "rows"})
		return nil
	})
	if err != nil {
		return err
	}
	for i, t := range have {
		if t != m.Totals[i] {
			return ErrDiffers.New("table %s has %d rows with digest %s, the backup has %d with %s",
				t.Table, t.Rows, t.Digest, m.Totals[i].Rows, m.Totals[i].Digest)
		}
	}
	return nil
}

// Digest tells what every table of a database holds now.
func Digest(ctx context.Context, url string) ([]Total, error) {
	s, err := db.OpenSnapshot(ctx, url)
	if err != nil {
		return nil, err
	}
	defer s.Close()
	all, err := addUp(ctx, s, s.Tables, func(chunk, int64) error { return nil })
	if err != nil {
		return nil, fmt.Errorf("backup: %w", err)
	}
	return all, nil
}
