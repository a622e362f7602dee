package db

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"time"

	"ordo/base/clock"
)

// ErrGap says that commits were missed: a follower has to begin anew, with all
// pages.
var ErrGap = errors.New("db: the write-ahead log went on without its follower")

// Commits are the pages that some commits changed, in one step.
type Commits struct {
	Pages    []Page // by number
	Size     uint32 // of the file after them, in pages
	Position WALPosition
}

// Follower takes every commit to a SQLite file from its write-ahead log, by
// whatever process. Nobody may copy the log back and begin it anew before the
// follower has read it: it holds a read transaction at all times, and copies
// back itself (Turn). Databases are opened beside it with the URL Followed
// returns, so that they leave that to it.
type Follower struct {
	path    string  // of the file
	url     string  // for the driver
	hold    [2]conn // take turns in holding a read transaction
	holding int
	own     conn // writes
	copier  conn // copies back
	at      WALPosition
	begun   bool      // at was read from a log
	turned  bool      // the log may begin anew, once
	doubt   time.Time // since when a frame is there that is not whole; zero if none is
}

// Followed is the URL under which a file is opened that has a follower; ok is
// false if it is no file.
func Followed(url string) (followed string, ok bool) {
	d, path := dialectOf(url)
	if d.Name != sqlite.Name {
		return url, false
	}
	return "sqlite:" + withOptions(path, "_pragma=wal_autocheckpoint(0)"), true
}

// withOptions adds options to a path, after those it has.
func withOptions(path, options string) string {
	if strings.Contains(path, "?") {
		return path + "&" + options
	}
	return path + "?" + options
}

// Follow begins to follow a file. With from, Next tells of all commits behind
// that position, which an earlier follower has reached, or behind the beginning
// of the log if it is zero; ErrGap says that they are not there any more. Without,
// Next tells of those that come after Follow returns.
func Follow(ctx context.Context, url string, from *WALPosition) (f *Follower, err error) {
	followed, _ := Followed(url)
	f = &Follower{}
	_, f.url = dialectOf(followed)
	f.path, _, _ = strings.Cut(f.url, "?")
	if err = f.begin(ctx, from); err != nil {
		f.Close()
		return nil, sqliteProblem(err)
	}
	return f, nil
}

func (f *Follower) begin(ctx context.Context, from *WALPosition) (err error) {
	for _, c := range []*conn{&f.hold[0], &f.hold[1], &f.own, &f.copier} {
		if *c, err = openSQLite(ctx, f.url, c == &f.hold[0] || c == &f.hold[1]); err != nil {
			*c = nil
			return err
		}
	}
	if from != nil && from.Frames > 0 { // hold on to what is there before anything else
		if err := beginHold(ctx, f.hold[0]); err != nil {
			return err
		}
		return f.seek(*from)
	}
	if err := f.touch(ctx); err != nil {
		return err
	}
	if err := beginHold(ctx, f.hold[0]); err != nil || from != nil {
		return err // the first reading begins with the log
	}
	_, err = f.read()
	return err
}

// seek goes to a position in the log that an earlier follower has reached.
func (f *Follower) seek(to WALPosition) error {
	wal, err := openWAL(f.path)
	if err != nil || wal == nil {
		return errors.Join(ErrGap, err)
	}
	defer wal.Close()
	head, ok, err := readWALHeader(wal)
	if err != nil || !ok || head.Salt != to.Salt {
		return errors.Join(ErrGap, err)
	}
	f.at, f.begun = head, true
	for f.at.Frames < to.Frames {
		before := f.at.Frames
		if _, _, _, err := f.at.commits(wal, to.Frames); err != nil {
			return err
		}
		if f.at.Frames == before {
			return ErrGap
		}
	}
	if f.at.Frames != to.Frames {
		return ErrGap
	}
	f.turned = true // where all was copied back, the next write begins the log anew
	return nil
}

// sqliteProblem explains an error to people.
func sqliteProblem(err error) error { return (&DB{Dialect: sqlite}).explain(err) }

// beginHold begins a read transaction and looks at something, which is when
// SQLite begins it in earnest.
func beginHold(ctx context.Context, c conn) error {
	var n int64
	return c.run(ctx, []*Stmt{plain("BEGIN"), {Read: One(`SELECT COUNT(*) FROM schema_versions`, nil, &n)}})
}

// renew moves the held read transaction to the present. The next one begins
// before the last one ends.
func (f *Follower) renew(ctx context.Context) error {
	next := 1 - f.holding
	if err := beginHold(ctx, f.hold[next]); err != nil {
		return err
	}
	last := f.holding
	f.holding = next
	return f.hold[last].script(ctx, "COMMIT")
}

// Next returns what was committed since it was last called; Size is 0 if that
// is nothing.
func (f *Follower) Next(ctx context.Context) (Commits, error) {
	c, err := f.read()
	if err != nil || c.Size == 0 {
		return c, sqliteProblem(err)
	}
	return c, sqliteProblem(f.renew(ctx))
}

// read reads the log from where it was left.
func (f *Follower) read() (c Commits, err error) {
	wal, err := openWAL(f.path)
	if err != nil || wal == nil {
		return c, err
	}
	defer wal.Close()
	head, ok, err := readWALHeader(wal)
	if err != nil || !ok {
		return c, err
	}
	switch {
	case f.begun && head.Salt == f.at.Salt: // it goes on
	case !f.begun, f.turned && head.Salt[0] == f.at.Salt[0]+1:
		f.at, f.begun, f.turned = head, true, false
	default:
		return c, ErrGap
	}
	pages, size, more, err := f.at.commits(wal, 0)
	if err != nil {
		return c, err
	}
	f.turned = f.turned && size == 0
	if f.doubted(more && size == 0) { // something else was written where we have been
		return c, ErrGap
	}
	c = Commits{Size: size, Position: f.at}
	for _, n := range slices.Sorted(maps.Keys(pages)) {
		if n <= size {
			c.Pages = append(c.Pages, Page{n, pages[n]})
		}
	}
	return c, nil
}

// patience is how long a frame may be on its way to the disk.
const patience = 30 * time.Second

// doubted tells whether a frame is not whole for so long that it never will be.
func (f *Follower) doubted(torn bool) bool {
	now := clock.System.Now()
	switch {
	case !torn:
		f.doubt = time.Time{}
	case f.doubt.IsZero():
		f.doubt = now
	}
	return torn && now.Sub(f.doubt) > patience
}

// Frames is how long the log is, as far as it was read.
func (f *Follower) Frames() int64 { return f.at.Frames }

// Turn copies the log back into the file, so that it can begin anew. Meanwhile
// nobody writes, for some milliseconds, and ship is handed the last commits, if
// there are any. Where a long reader is in the way, the log goes on, and turned
// is false. d is the database of this process on the file.
func (f *Follower) Turn(ctx context.Context, d *DB, ship func(Commits) error) (turned bool, err error) {
	left, err := f.copyBack(ctx) // most of it, while others write
	if err != nil || left > rest {
		return false, sqliteProblem(err)
	}
	err = d.pause(ctx, func() (err error) {
		turned, err = f.alone(ctx, ship)
		return err
	})
	return turned, sqliteProblem(err)
}

// rest is how many frames may be left to copy while others wait.
const rest = 2000

// alone turns the log while this process does not write, and keeps others from
// it.
func (f *Follower) alone(ctx context.Context, ship func(Commits) error) (turned bool, err error) {
	if err := f.own.script(ctx, "BEGIN IMMEDIATE"); err != nil {
		return false, err
	}
	turned, err = f.turn(ctx, ship)
	if end := f.own.script(ctx, "ROLLBACK"); err == nil {
		err = end
	}
	if err != nil || !turned {
		return false, err
	}
	// The next write begins the log anew: it is ours, so that the follower holds
	// on to the new one at once.
	f.turned = true
	if err := f.touch(ctx); err != nil {
		return true, err
	}
	return true, f.renew(ctx)
}

// turn runs while nobody writes. The transaction that the follower holds sees
// all that is in the log, so it is in nobody's way.
func (f *Follower) turn(ctx context.Context, ship func(Commits) error) (bool, error) {
	c, err := f.read()
	if err == nil && c.Size > 0 {
		err = ship(c)
	}
	if err != nil {
		return false, err
	}
	if err := f.renew(ctx); err != nil {
		return false, err
	}
	if left, err := f.copyBack(ctx); err != nil || left > 0 {
		return false, err
	}
	return true, f.renew(ctx) // it reads the file alone now
}

// copyBack copies back what is in the log, as far as readers let it, and tells
// how many frames are left.
func (f *Follower) copyBack(ctx context.Context) (left int64, err error) {
	var busy, frames, copied int64
	err = f.copier.run(ctx, []*Stmt{{Read: One(`PRAGMA wal_checkpoint(PASSIVE)`, nil, &busy, &frames, &copied)}})
	return frames - copied + busy, err
}

// touch writes something, so that there is a log.
func (f *Follower) touch(ctx context.Context) error {
	return f.own.run(ctx, []*Stmt{plain(`INSERT INTO leases (name, owner, until) VALUES ('backup', '', 1)
		ON CONFLICT (name) DO UPDATE SET until = leases.until + 1`)})
}

// Close ends following.
func (f *Follower) Close() {
	for _, c := range []conn{f.hold[0], f.hold[1], f.own, f.copier} {
		if c != nil {
			c.close()
		}
	}
}

// PageCopy is one state of a SQLite file, page by page.
type PageCopy struct{ conn conn }

// OpenPages begins a copy of the state that the file is in now.
func (f *Follower) OpenPages(ctx context.Context) (*PageCopy, error) {
	c, err := openSQLite(ctx, f.url, true)
	if err != nil {
		return nil, sqliteProblem(err)
	}
	if err := beginHold(ctx, c); err != nil {
		c.close()
		return nil, sqliteProblem(err)
	}
	return &PageCopy{c}, nil
}

// Each hands all pages to each, which must not keep them.
func (p *PageCopy) Each(ctx context.Context, each func(Page) error) error {
	return sqliteProblem(p.conn.run(ctx, []*Stmt{{Read: Many(`SELECT pgno, data FROM sqlite_dbpage`, nil, func(scan Scan) error {
		var page Page
		if err := errors.Join(scan(&page.Number, &page.Data), ctx.Err()); err != nil {
			return err
		}
		return each(page)
	})}}))
}

// Close ends it.
func (p *PageCopy) Close() { p.conn.close() }

// PageSize is the size of a page, in bytes.
func (f *Follower) PageSize() int64 { return f.at.size }

// Release lets go of the log until the next commits are read: whoever wants may
// copy it back and begin it anew. It is for tests of what follows.
func (f *Follower) Release(ctx context.Context) error {
	return f.hold[f.holding].script(ctx, "COMMIT")
}
