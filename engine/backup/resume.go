package backup

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"ordo/engine/db"
)

// contentStopped is a file that says how the database was left.
const contentStopped = "stopped"

// stopped is what a file of SQLite is like when its log was copied back and
// removed, and everything that it holds is in the folder.
type stopped struct {
	Batch    int64 `json:"batch"` // the last one
	Size     int64 `json:"size"`
	Modified int64 `json:"modified"` // nanoseconds since 1970
}

// Resume goes on with the last generation of the folder, if nothing can have
// been missed since its last batch. It is called before the database is opened,
// since that may copy back the log of a process that was killed. Where it can't
// go on, Run begins a generation.
func (s *Shipper) Resume(ctx context.Context) error {
	all, err := generations(s.Dir)
	if len(all) == 0 || errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	dir := filepath.Join(s.Dir, all[len(all)-1])
	end, err := lastBatch(dir, s.Options.Key)
	if err != nil || end.Number == 0 {
		return err
	}
	from, err := s.from(dir, end)
	if err != nil || from == nil {
		return err
	}
	f, err := db.Follow(ctx, s.URL, from)
	if errors.Is(err, db.ErrGap) {
		return nil
	}
	if err != nil {
		return err
	}
	s.follower, s.dir, s.number = f, dir, end.Number
	s.copyAt, err = s.nextCopy(dir)
	return err
}

// from is the position in the log behind the last batch; nil if there is none.
// What was left is looked at once only.
func (s *Shipper) from(dir string, end batch) (*db.WALPosition, error) {
	path := filepath.Join(dir, contentStopped)
	var left stopped
	err := readStopped(path, s.Options.Key, &left)
	if errors.Is(err, fs.ErrNotExist) {
		if size, err := sizeOf(s.file() + "-wal"); err != nil || size == 0 {
			return nil, err
		}
		return &end.Position, nil
	}
	if err = errors.Join(err, os.Remove(path), syncFolder(dir)); err != nil {
		return nil, err
	}
	now, err := s.state(end.Number)
	if err != nil || now != left {
		return nil, err
	}
	return &db.WALPosition{}, nil
}

// file is the path of the database.
func (s *Shipper) file() string {
	path, _, _ := strings.Cut(strings.TrimPrefix(s.URL, "sqlite:"), "?")
	return path
}

// state is what the file is like; zero if there is a log beside it.
func (s *Shipper) state(batch int64) (stopped, error) {
	if size, err := sizeOf(s.file() + "-wal"); err != nil || size > 0 {
		return stopped{}, err
	}
	info, err := os.Stat(s.file())
	if err != nil {
		return stopped{}, err
	}
	return stopped{batch, info.Size(), info.ModTime().UnixNano()}, nil
}

// sizeOf is the size of a file; 0 if there is none.
func sizeOf(path string) (int64, error) {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
}

// Stopped is called when the database was closed after Run has ended: Resume
// will find it as it is now, if nobody changes it.
func (s *Shipper) Stopped() error {
	if !s.complete {
		return nil
	}
	now, err := s.state(s.number)
	if err != nil || now == (stopped{}) {
		return err
	}
	return create(filepath.Join(s.dir, contentStopped), func(w io.Writer) error {
		out, err := newFrames(w, s.Options.Key)
		if err != nil {
			return err
		}
		return out.writeJSON(kindBegin, now)
	})
}

func readStopped(path string, key Key, left *stopped) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	r, err := newReader(path, f, key)
	if err != nil {
		return err
	}
	return r.begin(left)
}

// lastBatch is the end of what a generation holds.
func lastBatch(dir string, key Key) (end batch, err error) {
	all, err := files(dir, contentCommits)
	if err != nil || len(all) == 0 {
		return end, err
	}
	r := &replay{options: Options{Key: key}, dir: dir, commits: all}
	if r.whole, err = readPart(all[0].path, key); err != nil {
		return end, err
	}
	return end, r.batches(context.Background(), func(_ *reader, b *batch) (bool, error) {
		if b != nil {
			end = *b
		}
		return true, nil
	})
}

// nextCopy is when the whole file is to be copied again.
func (s *Shipper) nextCopy(dir string) (time.Time, error) {
	wholes, err := files(dir, contentPages)
	if err != nil || len(wholes) == 0 {
		return time.Time{}, err
	}
	p, err := readPart(wholes[len(wholes)-1].path, s.Options.Key)
	return p.At.Time().Add(s.Every), err
}
