package backup

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"time"

	"ordo/base/clock"
	"ordo/engine/db"
)

// replay is what makes one state: a copy of the whole file, and files of
// batches up to one of them.
type replay struct {
	options Options
	dir     string // of the generation
	whole   part
	path    string  // of the copy of the whole file
	commits []found // from the batch that completes it on
	until   batch   // the last one; number 0 if none is needed
	size    int64   // bytes of all files
	read    int64
}

// RestoreFolder makes a new SQLite file at url from a folder of a Shipper: the
// state of the last batch that is not younger than at, or, if that is zero, of
// the last one that there is.
func RestoreFolder(ctx context.Context, dir, url string, at time.Time, o Options) (*Manifest, error) {
	r, err := findReplay(dir, at, o)
	if err != nil {
		return nil, err
	}
	if err := r.examine(ctx, at); err != nil {
		return nil, err
	}
	to, err := db.FillPages(url, r.whole.PageSize)
	if err != nil {
		return nil, err
	}
	defer to.Close()
	size, err := r.play(ctx, to.Put)
	if err != nil {
		return nil, err
	}
	f, err := to.Begin(ctx, size)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	m := r.manifest()
	if err := f.Tx(ctx, func(tx *db.Tx) error { return m.look(tx, o) }); err != nil {
		return nil, err
	}
	return m, finish(ctx, f, nil, o)
}

// CheckFolder reads all that the last state of a folder needs.
func CheckFolder(ctx context.Context, dir string, o Options) (*Manifest, error) {
	r, err := findReplay(dir, time.Time{}, o)
	if err != nil {
		return nil, err
	}
	return r.manifest(), r.examine(ctx, time.Time{})
}

// manifest tells what the state is.
func (r *replay) manifest() *Manifest {
	return &Manifest{Content: contentCommits, Program: r.whole.Program, Database: "sqlite", At: max(r.whole.At, r.until.At)}
}

// look reads from the restored file what an archive says in its first frame.
func (m *Manifest) look(tx *db.Tx, o Options) (err error) {
	if o.Workspace != nil {
		if m.Workspace, err = o.Workspace(tx); err != nil {
			return err
		}
	}
	return tx.Load(
		db.One(`SELECT COALESCE(MAX(position), 0) FROM log`, nil, &m.Position),
		db.One(`SELECT COALESCE(MAX(version), 0) FROM schema_versions`, nil, &m.Schema))
}

// findReplay finds the youngest copy of the whole file that is not younger than
// at, in all generations, and the batches that follow it.
func findReplay(dir string, at time.Time, o Options) (*replay, error) {
	all, err := generations(dir)
	if err != nil {
		return nil, err
	}
	if len(all) == 0 {
		return nil, ErrFormat.New("%s holds no continuous backup", dir)
	}
	var oldest clock.Stamp
	for _, g := range slices.Backward(all) {
		wholes, err := files(filepath.Join(dir, g), contentPages)
		if err != nil {
			return nil, err
		}
		for _, w := range slices.Backward(wholes) {
			p, err := readPart(w.path, o.Key)
			if err != nil {
				return nil, err
			}
			if p.Content != contentPages || p.Generation != g || p.First != w.first {
				return nil, ErrDamaged.New("%s is another file under this name", w.path)
			}
			if oldest = p.At; at.IsZero() || !p.At.Time().After(at) {
				r := &replay{options: o, dir: filepath.Join(dir, g), whole: p, path: w.path}
				return r, r.find()
			}
		}
	}
	if oldest == 0 {
		return nil, ErrMoment.New("%s holds no whole copy yet: its first one was not finished", dir)
	}
	return nil, ErrMoment.New("the first state that %s holds is of %s", dir, oldest.Time().Format(clock.Format))
}

// find lists the files of batches from the one that completes the copy on.
func (r *replay) find() error {
	all, err := files(r.dir, contentCommits)
	if err != nil {
		return err
	}
	for i, c := range all {
		if i+1 == len(all) || all[i+1].first > r.whole.First { // it ends behind it
			r.commits = append(r.commits, c)
		}
	}
	for _, path := range append([]string{r.path}, paths(r.commits)...) {
		info, err := os.Stat(path)
		if err != nil {
			return err
		}
		r.size += info.Size()
	}
	return nil
}

func paths(all []found) (paths []string) {
	for _, f := range all {
		paths = append(paths, f.path)
	}
	return paths
}

// examine reads all frames that the state needs, and finds the last batch.
func (r *replay) examine(ctx context.Context, at time.Time) error {
	end := &last{}
	if err := r.file(ctx, r.path, r.whole, func(in *reader, kind byte) error {
		if kind == kindEnd {
			return in.end(end)
		}
		return nil
	}); err != nil {
		return err
	}
	if end.Pages == 0 {
		return ErrDamaged.New("%s ends before its last frame: something is missing", r.path)
	}
	number := r.whole.First - 1 // of the last batch that was read
	return r.batches(ctx, func(_ *reader, b *batch) (bool, error) {
		if b == nil {
			return true, nil
		}
		if number = b.Number; at.IsZero() || !b.At.Time().After(at) {
			if number >= r.whole.First {
				r.until = *b
			}
			return true, nil
		}
		return false, nil
	})
}

// file reads the frames of a file that has to be the part.
func (r *replay) file(ctx context.Context, path string, want part, each func(in *reader, kind byte) error) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	in, err := newReader(path, f, r.options.Key)
	if errors.Is(err, errTorn) {
		return nil
	}
	if err != nil {
		return err
	}
	var have part
	if err := in.begin(&have); err != nil {
		return err
	}
	if have.Content != want.Content || have.Generation != want.Generation || have.First != want.First || have.PageSize != want.PageSize {
		return ErrDamaged.New("%s is another file under this name", path)
	}
	for ctx.Err() == nil {
		before := in.offset
		kind, _, err := in.next()
		if errors.Is(err, io.EOF) || errors.Is(err, errTorn) {
			return nil
		}
		if err == nil {
			err = each(in, kind)
		}
		if err != nil || kind == kindEnd {
			return err
		}
		r.read += in.offset - before
		r.options.tell(Progress{Step: "Reading", Done: r.read, Of: 2 * r.size, Unit: "bytes"})
	}
	return ctx.Err()
}

var errEnough = errors.New("backup: no more batches are needed")

// batches reads the frames of all files of batches: pages, with a nil batch, and
// the ends of batches, which have to be numbered without a gap. each tells
// whether to go on.
func (r *replay) batches(ctx context.Context, each func(in *reader, b *batch) (more bool, err error)) error {
	number := int64(0)
	for i, c := range r.commits {
		if i > 0 && c.first != number+1 {
			return ErrDamaged.New("%s begins with batch %d, and the files before it end with %d: something is missing", c.path, c.first, number)
		}
		number = c.first - 1
		want := part{Content: contentCommits, Generation: r.whole.Generation, First: c.first, PageSize: r.whole.PageSize}
		err := r.file(ctx, c.path, want, func(in *reader, kind byte) error {
			var b *batch
			switch kind {
			case kindEnd:
				var l last
				if err := in.end(&l); err != nil || l.Batch == number {
					return err
				}
				return in.damaged()
			case kindCommit:
				b = &batch{}
				if err := in.json(b); err != nil {
					return err
				}
				if number++; b.Number != number {
					return in.damaged()
				}
			}
			more, err := each(in, b)
			if err == nil && !more {
				err = errEnough
			}
			return err
		})
		if errors.Is(err, errEnough) {
			return nil
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// play puts the pages of the state, and returns the size of the file.
func (r *replay) play(ctx context.Context, put func(db.Page) error) (size uint32, err error) {
	err = r.file(ctx, r.path, r.whole, func(in *reader, kind byte) error {
		if kind != kindPages {
			return nil
		}
		return in.pages(r.whole.PageSize, func(p db.Page) error { size = max(size, p.Number); return put(p) })
	})
	if err != nil || r.until.Number == 0 {
		return size, err
	}
	number := int64(0) // of the last batch
	var pending []db.Page
	err = r.batches(ctx, func(in *reader, b *batch) (bool, error) {
		if b == nil {
			return true, in.pages(r.whole.PageSize, func(p db.Page) error { pending = append(pending, clone(p)); return nil })
		}
		number = b.Number
		if number >= r.whole.First {
			size = b.Size
			for _, p := range pending {
				if err := put(p); err != nil {
					return false, err
				}
			}
		}
		pending = pending[:0]
		return number < r.until.Number, nil
	})
	if err == nil && number != r.until.Number {
		err = ErrDamaged.New("the batches up to %d are not there any more", r.until.Number)
	}
	return size, err
}

func clone(p db.Page) db.Page { return db.Page{Number: p.Number, Data: slices.Clone(p.Data)} }

// pages takes apart a frame of pages.
func (r *reader) pages(size int64, do func(db.Page) error) error {
	b, err := r.content()
	if err != nil {
		return err
	}
	return eachPage(b, size, do)
}
