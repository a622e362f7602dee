package db

import (
	"maps"
	"slices"
)

// mostText is how long the texts of a connection's prepared statements may be
// together, in bytes. A statement takes some fifteen times its text, and clients
// choose the shapes of filters; the program's own texts are a fraction of that.
const mostText = 2 << 20

// statements are those that a connection keeps prepared.
type statements struct {
	kept map[string]*kept
	text int // bytes of all texts
	uses int64
}

type kept struct {
	sqliteStmt
	used int64 // number of the use
}

// find returns the statement of a text, or nil.
func (s *statements) find(text string) sqliteStmt {
	k := s.kept[text]
	if k == nil {
		return nil
	}
	s.uses++
	k.used = s.uses
	return k.sqliteStmt
}

// keep makes room for a statement, and keeps it.
func (s *statements) keep(text string, p sqliteStmt) {
	if s.text+len(text) > mostText {
		s.forget(mostText / 2)
	}
	if s.kept == nil {
		s.kept = map[string]*kept{}
	}
	s.uses++
	s.kept[text] = &kept{p, s.uses}
	s.text += len(text)
}

// forget closes those that were not used for longest, until the texts of the
// others are no longer than left.
func (s *statements) forget(left int) {
	for _, text := range slices.SortedFunc(maps.Keys(s.kept), func(a, b string) int { return int(s.kept[a].used - s.kept[b].used) }) {
		if s.text <= left {
			return
		}
		s.kept[text].Close()
		delete(s.kept, text)
		s.text -= len(text)
	}
}
