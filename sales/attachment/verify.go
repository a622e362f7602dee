package attachment

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"hash"

	"ordo/engine/db"
	"ordo/engine/invariant"
)

// Invariants are those of attachments.
var Invariants = []invariant.Check{
	invariant.Walk("attachment_files", "id", filesOfPage, look,
		invariant.Invariant{ID: "D1", Formula: "a file of an attachment that is there has all of its parts, and their SHA-256; one on its way has the parts and bytes that it counts"},
	),
	invariant.SQL(invariant.Invariant{
		ID: "D1", Formula: "an attachment has its versions from 1 to the one that is shown, each whole and of the same order",
	}, "attachments", "id", 1_000, misnumbered),
}

// filesOfPage is how many files a page has: each is read from end to end.
const filesOfPage = 5

// stored is a file as its row tells it.
type stored struct {
	id, hash              string
	size, received, parts int64
	revision              int64
	gone                  bool // or on its way out
}

// summed is what the parts of a file add up to.
type summed struct {
	parts, bytes int64
	gap          bool
	hash         hash.Hash
}

func (s *summed) add(part int64, content string) {
	data, err := base64.StdEncoding.DecodeString(content)
	s.parts++
	s.gap = s.gap || part != s.parts || err != nil
	s.bytes += int64(len(data))
	s.hash.Write(data)
}

// look reads files from end to end, one part at a time.
func look(after, upto string) ([]db.Read, func(*invariant.Report)) {
	var files []stored
	sums := map[string]*summed{}
	reads := []db.Read{
		filesBetween(after, upto, func(f stored) { files = append(files, f) }),
		partsBetween(after, upto, func(file string, part int64, content string) {
			if sums[file] == nil {
				sums[file] = &summed{hash: sha256.New()}
			}
			sums[file].add(part, content)
		}),
	}
	return reads, func(r *invariant.Report) {
		for _, f := range files {
			f.judge(r, sums[f.id])
		}
	}
}

func (f stored) judge(r *invariant.Report, s *summed) {
	if s == nil {
		s = &summed{hash: sha256.New()}
	}
	sum := hex.EncodeToString(s.hash.Sum(nil))
	switch {
	case f.gone:
	case s.gap || s.parts != f.parts || s.bytes != f.received:
		r.Fault("D1", f.id, "counts %d parts with %d bytes, there are %d with %d, a gap or damage among them: %t", f.parts, f.received, s.parts, s.bytes, s.gap)
	case f.revision > 0 && sum != f.hash:
		r.Fault("D1", f.id, "has the SHA-256 %s, its content %s", f.hash, sum)
	}
}
