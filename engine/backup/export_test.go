package backup

import (
	"context"
	"encoding/binary"
	"io"
	"testing"
	"time"

	"ordo/engine/db"
)

// Frames cuts an archive into its header and frames.
func Frames(archive []byte) (head []byte, frames [][]byte) {
	head, rest := archive[:headerBytes], archive[headerBytes:]
	for len(rest) > 0 {
		n := headBytes + int(binary.BigEndian.Uint32(rest))
		frames, rest = append(frames, rest[:n]), rest[n:]
	}
	return head, frames
}

// Forge writes an archive whose last frame tells other totals than it holds.
func Forge(s *db.Snapshot, path string, o Options, change func([]Total)) error {
	return create(path, func(w io.Writer) error {
		out, err := newFrames(w, o.Key)
		if err != nil {
			return err
		}
		m := &Manifest{Content: contentRows, Schema: s.Version}
		for _, t := range s.Tables {
			m.Tables = append(m.Tables, Table{t.Name, columns(t)})
		}
		if err := out.writeJSON(kindBegin, m); err != nil {
			return err
		}
		totals, err := writeRows(context.Background(), s, out, o)
		if err != nil {
			return err
		}
		change(totals)
		return out.writeJSON(kindEnd, totals)
	})
}

// NextFile has the next batch begin a new file, as a large one does.
func (s *Shipper) NextFile(t *testing.T) {
	t.Helper()
	if s.batches != nil {
		if err := s.batches.finish(s.number); err != nil {
			t.Fatal(err)
		}
		s.batches.close()
		s.batches = nil
	}
}

// CopyNow makes a copy of the whole file due.
func (s *Shipper) CopyNow(*testing.T) { s.copyAt = time.Time{} }

// Release has the follower let go of the log, as if it had been stopped.
func (s *Shipper) Release(t *testing.T) {
	t.Helper()
	if err := s.follower.Release(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// Kill lets go of everything, as the end of the process does.
func (s *Shipper) Kill() {
	if s.batches != nil {
		s.batches.close()
	}
	s.follower.Close()
}
