package backup

import (
	"bytes"
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

// again is how long after a copy of the whole file that failed the next begins.
const again = time.Minute

// copyWhole sees to copies of the whole file: it takes the answer of the one
// that is being made, and begins one that is due.
func (s *Shipper) copyWhole(ctx context.Context) error {
	if s.copying != nil {
		select {
		case err := <-s.copying:
			s.copying = nil
			if err != nil {
				s.copyAt = clock.System.Now().Add(again)
				return err
			}
			return s.prune()
		default:
			return nil
		}
	}
	now := clock.System.Now()
	if now.Before(s.copyAt) {
		return nil
	}
	pages, err := s.follower.OpenPages(ctx)
	if err != nil {
		return err
	}
	// What was committed until now is in the next batch, if not in an earlier
	// one: with it, the pages are a state.
	before := s.number
	if err := s.ship(ctx); err != nil {
		pages.Close()
		return err
	}
	p := part{Content: contentPages, Program: s.Options.Program, Generation: filepath.Base(s.dir), First: before + 1,
		PageSize: s.follower.PageSize(), At: clock.At(clock.System.Now())}
	if s.number == before {
		p.At = clock.At(now)
	}
	s.copyAt = now.Add(s.Every)
	s.copying = make(chan error, 1)
	path, answer := filepath.Join(s.dir, p.name()), s.copying
	go func() {
		defer pages.Close()
		answer <- create(path, func(w io.Writer) error { return writeWhole(ctx, w, pages, p, s.Options.Key) })
	}()
	return nil
}

func writeWhole(ctx context.Context, w io.Writer, pages *db.PageCopy, p part, key Key) error {
	out, err := newFrames(w, key)
	if err != nil {
		return err
	}
	if err := out.writeJSON(kindBegin, p); err != nil {
		return err
	}
	var frame []byte
	var some []db.Page
	n := int64(0)
	flush := func() error {
		err := writePages(out, &frame, some)
		some = some[:0]
		return err
	}
	err = pages.Each(ctx, func(page db.Page) error {
		n++
		some = append(some, db.Page{Number: page.Number, Data: bytes.Clone(page.Data)})
		if len(some) < pagesAFrame {
			return nil
		}
		return flush()
	})
	if err == nil {
		err = flush()
	}
	if err != nil {
		return err
	}
	return out.writeJSON(kindEnd, last{Pages: n})
}

// prune removes what only states need that are older than Keep.
func (s *Shipper) prune() error {
	all, err := generations(s.Dir)
	if err != nil {
		return err
	}
	until := clock.System.Now().Add(-s.Keep)
	needed := false // something younger than what is looked at makes the state of until
	for _, g := range slices.Backward(all) {
		dir := filepath.Join(s.Dir, g)
		if needed {
			err = errors.Join(err, os.RemoveAll(dir))
			continue
		}
		first, found, failure := s.firstNeeded(dir, until)
		if failure != nil {
			return failure
		}
		if needed = found; found {
			err = errors.Join(err, removeBefore(dir, first))
		}
	}
	return err
}

// firstNeeded finds the last copy of the whole file in a generation that is not
// younger than until.
func (s *Shipper) firstNeeded(dir string, until time.Time) (first int64, ok bool, err error) {
	wholes, err := files(dir, contentPages)
	if err != nil {
		return 0, false, err
	}
	for _, w := range slices.Backward(wholes) {
		p, err := readPart(w.path, s.Options.Key)
		if err != nil {
			return 0, false, err
		}
		if !p.At.Time().After(until) {
			return w.first, true, nil
		}
	}
	return 0, false, nil
}

// removeBefore removes the copies of whole files before a batch, and the files
// of batches that end before it.
func removeBefore(dir string, first int64) (err error) {
	wholes, failure := files(dir, contentPages)
	if failure != nil {
		return failure
	}
	for _, w := range wholes {
		if w.first < first {
			err = errors.Join(err, os.Remove(w.path))
		}
	}
	commits, failure := files(dir, contentCommits)
	for i, c := range commits {
		if i+1 < len(commits) && commits[i+1].first <= first {
			err = errors.Join(err, os.Remove(c.path))
		}
	}
	return errors.Join(err, failure)
}

// readPart reads what a file of a generation is.
func readPart(path string, key Key) (p part, err error) {
	f, err := os.Open(path)
	if err != nil {
		return p, err
	}
	defer f.Close()
	r, err := newReader(path, f, key)
	if err != nil {
		return p, err
	}
	return p, r.begin(&p)
}
