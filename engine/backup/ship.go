package backup

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"ordo/base/clock"
	"ordo/engine/db"
)

const (
	shipEvery    = 250 * time.Millisecond
	turnAt       = 4_000    // frames of the write-ahead log: 16 MB
	fileOf       = 64 << 20 // bytes of a file of batches, about
	pagesAFrame  = 200
	giveUpAt     = 500_000 // frames that wait for the folder: 2 GB
	troubleEvery = time.Minute
	beginEvery   = 5 * time.Second
)

// Shipper copies every commit to a SQLite file into a folder, within a second,
// for as long as it runs.
type Shipper struct {
	DB      *db.DB
	URL     string // of DB
	Dir     string
	Every   time.Duration // between copies of the whole file
	Keep    time.Duration // for how long states can be restored
	Options Options

	follower *db.Follower
	batches  *batchFile
	waiting  db.Commits // read, and not in the folder yet
	dir      string     // of the generation; empty if there is none
	number   int64      // of the last batch
	complete bool       // all was in the folder at the end

	beginAt time.Time  // after trouble
	copying chan error // answers when the copy of the whole file is done; nil if none is made
	copyAt  time.Time  // when the next one is due
	trouble time.Time  // when it was last told
}

// Run copies until ctx ends, and then what is left.
func (s *Shipper) Run(ctx context.Context) {
	own := context.WithoutCancel(ctx)
	copies, stop := context.WithCancel(own)
	defer stop()
	for ctx.Err() == nil {
		s.report(s.Step(copies))
		clock.System.Sleep(ctx, shipEvery)
	}
	stop() // a copy of the whole file would take too long
	if s.copying != nil {
		<-s.copying
	}
	err := s.ship(own)
	s.report(err)
	s.end(err == nil)
}

// report tells of trouble, but not each time.
func (s *Shipper) report(err error) {
	now := clock.System.Now()
	if err != nil && now.Sub(s.trouble) > troubleEvery {
		s.trouble = now
		slog.Error("the continuous backup has trouble", "folder", s.Dir, "error", err)
	}
}

// Step copies what was committed since the last one.
func (s *Shipper) Step(ctx context.Context) error {
	if s.follower == nil {
		if clock.System.Now().Before(s.beginAt) {
			return nil
		}
		if err := s.begin(ctx); err != nil {
			s.beginAt = clock.System.Now().Add(beginEvery)
			return err
		}
	}
	err := s.step(ctx)
	if errors.Is(err, db.ErrGap) || err != nil && s.follower.Frames() > giveUpAt {
		s.end(false) // the next step begins a generation
	}
	return err
}

func (s *Shipper) step(ctx context.Context) error {
	if err := s.ship(ctx); err != nil {
		return err
	}
	if err := s.copyWhole(ctx); err != nil {
		return err
	}
	if s.follower.Frames() < turnAt {
		return nil
	}
	_, err := s.follower.Turn(ctx, s.DB, s.append)
	return err
}

// begin begins a generation. The write-ahead log is copied back first: where
// the folder is in trouble for long, nobody else does it.
func (s *Shipper) begin(ctx context.Context) (err error) {
	f, err := db.Follow(ctx, s.URL, nil)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			f.Close()
		}
	}()
	if _, err := f.Turn(ctx, s.DB, func(db.Commits) error { return nil }); err != nil {
		return err
	}
	if err := os.MkdirAll(s.Dir, 0o700); err != nil {
		return err
	}
	dir := filepath.Join(s.Dir, clock.System.Now().Format(generationFormat))
	if err := errors.Join(os.Mkdir(dir, 0o700), syncFolder(s.Dir)); err != nil {
		return err
	}
	s.follower, s.dir, s.number, s.waiting, s.copyAt = f, dir, 0, db.Commits{}, time.Time{}
	return nil
}

// end ends a generation; well if nothing is missing.
func (s *Shipper) end(well bool) {
	s.complete = well && s.follower != nil && s.waiting.Size == 0
	if s.batches != nil {
		if s.complete {
			err := s.batches.finish(s.number)
			s.report(err)
			s.complete = err == nil
		}
		s.batches.close()
		s.batches = nil
	}
	if s.follower != nil {
		s.follower.Close()
		s.follower = nil
	}
}

// ship moves what was committed into the folder. What the folder does not take
// waits.
func (s *Shipper) ship(ctx context.Context) error {
	if s.follower == nil {
		return nil
	}
	c, err := s.follower.Next(ctx)
	if err != nil {
		return err
	}
	return s.append(c)
}

// append writes a batch and makes it durable.
func (s *Shipper) append(c db.Commits) error {
	s.waiting = merge(s.waiting, c)
	if s.waiting.Size == 0 {
		return nil
	}
	if s.batches == nil {
		b, err := newBatchFile(s.dir, part{Content: contentCommits, Program: s.Options.Program, Generation: filepath.Base(s.dir),
			First: s.number + 1, PageSize: s.follower.PageSize()}, s.Options.Key)
		if err != nil {
			return err
		}
		s.batches = b
	}
	b := batch{Number: s.number + 1, At: clock.At(clock.System.Now()), Size: s.waiting.Size, Pages: len(s.waiting.Pages), Position: s.waiting.Position}
	if err := s.batches.add(s.waiting.Pages, b); err != nil {
		s.batches.close() // its end is torn; the batch comes again in the next file
		s.batches = nil
		return err
	}
	s.number, s.waiting = b.Number, db.Commits{}
	if s.batches.bytes > fileOf {
		err := s.batches.finish(s.number)
		s.batches.close()
		s.batches = nil
		return err
	}
	return nil
}

// merge puts later commits over earlier ones.
func merge(a, b db.Commits) db.Commits {
	if a.Size == 0 || b.Size == 0 {
		if b.Size == 0 {
			return a
		}
		return b
	}
	out := db.Commits{Size: b.Size, Position: b.Position, Pages: b.Pages}
	later := map[uint32]bool{}
	for _, p := range b.Pages {
		later[p.Number] = true
	}
	for _, p := range a.Pages {
		if !later[p.Number] && p.Number <= b.Size {
			out.Pages = append(out.Pages, p)
		}
	}
	return out
}

// batchFile is a file of batches that is written to.
type batchFile struct {
	file  *os.File
	out   *frames
	size  int64
	bytes int64
	frame []byte
}

func newBatchFile(dir string, p part, key Key) (*batchFile, error) {
	f, err := os.OpenFile(filepath.Join(dir, p.name()), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) { // an earlier try failed before it held a batch
		f, err = os.OpenFile(filepath.Join(dir, p.name()), os.O_WRONLY|os.O_TRUNC, 0o600)
	}
	if err != nil {
		return nil, err
	}
	b := &batchFile{file: f, size: p.PageSize}
	if b.out, err = newFrames(counting{f, &b.bytes}, key); err == nil {
		err = b.out.writeJSON(kindBegin, p)
	}
	if err == nil {
		err = errors.Join(f.Sync(), syncFolder(dir))
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return b, nil
}

// counting counts what is written.
type counting struct {
	w io.Writer
	n *int64
}

// Write writes and counts.
func (c counting) Write(b []byte) (int, error) {
	n, err := c.w.Write(b)
	*c.n += int64(n)
	return n, err
}

func (b *batchFile) add(pages []db.Page, end batch) error {
	if err := writePages(b.out, &b.frame, pages); err != nil {
		return err
	}
	if err := b.out.writeJSON(kindCommit, end); err != nil {
		return err
	}
	return errors.Join(b.file.Sync(), b.there())
}

// there fails if the file has no name any more: somebody took the folder away.
func (b *batchFile) there() error {
	named, err := os.Stat(b.file.Name())
	if err != nil {
		return errors.Join(db.ErrGap, err)
	}
	if own, err := b.file.Stat(); err != nil || !os.SameFile(named, own) {
		return errors.Join(db.ErrGap, err)
	}
	return nil
}

func writePages(out *frames, buffer *[]byte, pages []db.Page) error {
	for len(pages) > 0 {
		n := min(len(pages), pagesAFrame)
		*buffer = (*buffer)[:0]
		for _, p := range pages[:n] {
			*buffer = appendPage(*buffer, p)
		}
		if err := out.write(kindPages, *buffer); err != nil {
			return err
		}
		pages = pages[n:]
	}
	return nil
}

// finish says that nothing is missing behind the last batch.
func (b *batchFile) finish(number int64) error {
	return errors.Join(b.out.writeJSON(kindEnd, last{Batch: number}), b.file.Sync())
}

func (b *batchFile) close() { b.file.Close() }
