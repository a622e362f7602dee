package db

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// target is where a new database is put together.
type target struct {
	url  string // to be opened meanwhile
	path string // of the file to be; empty if there is none
	temp string // its name meanwhile
}

// Filling is a database on its way: nobody sees anything of it before Done, and
// nothing is left of it if Close comes first, or the end of the process.
type Filling struct {
	*alone
	target
	remake []string // statements that make the indexes again
	done   bool
}

// Fill begins a new database with the schema of a version, and without rows.
// It refuses a target that holds anything.
func Fill(ctx context.Context, url string, version int64) (*Filling, error) {
	f, err := beginFilling(ctx, url)
	if err != nil {
		return nil, err
	}
	if err := f.prepare(ctx, version); err != nil {
		f.Close()
		return nil, f.explain(ctx, err)
	}
	return f, nil
}

func beginFilling(ctx context.Context, url string) (*Filling, error) {
	dialect, url := dialectOf(url)
	to, err := dialect.prepareFill(url)
	if err != nil {
		return nil, err
	}
	a, err := openAlone(ctx, to.url, false)
	if err != nil {
		return nil, err
	}
	f := &Filling{alone: a, target: to}
	if err := a.conn.script(ctx, a.db.beginFill); err != nil {
		f.Close()
		return nil, a.explain(ctx, err)
	}
	return f, nil
}

// prepare makes the tables, and takes off them what is faster made afterwards.
func (f *Filling) prepare(ctx context.Context, version int64) error {
	if err := f.look(ctx); err != nil {
		return err
	}
	if len(f.Tables) > 0 {
		return ErrNotEmpty.New("the schema holds the table %s", f.Tables[0].Name)
	}
	all, err := steps()
	if err != nil {
		return err
	}
	if _, err := after(all, version); err != nil {
		return err
	}
	for len(all) > 0 && all[len(all)-1].version > version {
		all = all[:len(all)-1]
	}
	if err := f.conn.script(ctx, f.db.types.Replace(versions)); err != nil {
		return err
	}
	if err := f.db.apply(ctx, f.conn, all); err != nil {
		return err
	}
	if err := f.look(ctx); err != nil {
		return err
	}
	return f.bare(ctx)
}

// bare empties the tables, and drops their indexes and keys.
func (f *Filling) bare(ctx context.Context) error {
	var drop []string
	if err := f.read(ctx, Many(f.db.indexes, nil, func(scan Scan) error {
		var undo, remake string
		err := scan(&undo, &remake)
		drop, f.remake = append([]string{undo}, drop...), append(f.remake, remake)
		return err
	})); err != nil {
		return err
	}
	for _, t := range f.Tables {
		drop = append(drop, "DELETE FROM "+t.Name)
	}
	return f.conn.script(ctx, strings.Join(drop, ";"))
}

// Insert fills a table with the rows that next returns, until it returns io.EOF.
func (f *Filling) Insert(ctx context.Context, t LiveTable, next func() (Row, error)) error {
	if err := f.conn.fill(ctx, t, next); err != nil {
		return fmt.Errorf("filling %s: %w", t.Name, f.explain(ctx, err))
	}
	return nil
}

// Index makes the indexes and keys, which also checks them, one after the
// other; told is called after each.
func (f *Filling) Index(ctx context.Context, told func(done, of int)) error {
	for i, text := range f.remake {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := f.conn.script(ctx, text); err != nil {
			return f.explain(ctx, fmt.Errorf("%s: %w", text, err))
		}
		told(i+1, len(f.remake))
	}
	return nil
}

// Upgrade brings the schema from the version that was filled to that of this
// program, as the start of a server would.
func (f *Filling) Upgrade(ctx context.Context) error {
	all, err := steps()
	if err != nil {
		return err
	}
	have, err := version(ctx, f.conn)
	if err != nil {
		return f.explain(ctx, err)
	}
	missing, err := after(all, have)
	if err != nil {
		return err
	}
	return f.db.apply(ctx, f.conn, missing)
}

// Done makes the database what it is to be, for good.
func (f *Filling) Done(ctx context.Context, filled []LiveTable) error {
	text := "COMMIT"
	if f.db.analyzes {
		for _, t := range filled {
			text = "ANALYZE " + t.Name + ";" + text
		}
	}
	if err := f.conn.script(ctx, text); err != nil {
		return f.explain(ctx, err)
	}
	f.conn.close()
	f.done = true
	return f.appear()
}

// Close undoes what is not done.
func (f *Filling) Close() {
	if f.done {
		return
	}
	f.conn.close()
	if f.temp != "" {
		os.Remove(f.temp)
	}
}

// appear gives a file its name, unless somebody was faster to make one.
func (t target) appear() error {
	if t.temp == "" {
		return nil
	}
	err := syncFile(t.temp)
	if err == nil {
		err = os.Link(t.temp, t.path)
	}
	err = errors.Join(err, os.Remove(t.temp))
	if errors.Is(err, fs.ErrExist) {
		return ErrNotEmpty.New("%s was made meanwhile", t.path)
	}
	if err != nil {
		return err
	}
	return syncFile(filepath.Dir(t.path))
}

// syncFile makes a file, or the names in a folder, durable.
func syncFile(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// prepareFile names the file that becomes a SQLite database in the end. What an
// earlier restore left, which was killed, goes away.
func prepareFile(url string) (target, error) {
	path, options, _ := strings.Cut(url, "?")
	for _, end := range []string{"", "-wal", "-journal"} {
		if _, err := os.Lstat(path + end); !errors.Is(err, fs.ErrNotExist) {
			if err == nil {
				err = ErrNotEmpty.New("%s exists", path+end)
			}
			return target{}, err
		}
	}
	temp := path + ".restoring"
	for _, end := range []string{"", "-wal", "-shm", "-journal"} {
		if err := os.Remove(temp + end); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return target{}, err
		}
	}
	// One transaction in a file that nobody sees: no journal, and one sync at its end.
	quick := "_pragma=journal_mode(off)&_pragma=synchronous(off)&_pragma=foreign_keys(0)&_pragma=cache_size(-262144)"
	if options != "" {
		quick = options + "&" + quick
	}
	return target{url: temp + "?" + quick, path: path, temp: temp}, nil
}
