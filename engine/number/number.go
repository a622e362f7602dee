// Package number owns the numbers that people see, made from patterns such as
// "SO-{yyyy}-{seq:6}". Numbers are unique and rise; gaps are allowed, because
// each process takes them in blocks. It does not own series without gaps.
package number

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"

	"ordo/base/problem"
	"ordo/engine/db"
)

// ErrPattern says that a pattern can't give unique numbers.
var ErrPattern = problem.Declare("number_pattern_invalid", problem.Invalid,
	"A number pattern cannot be used.", "Use letters, digits, - / . and the parts {yyyy}, {yy}, {mm}, {seq} or {seq:6}; {seq} must be there once, and a year beside {mm}.")

// A process takes numbers in blocks that grow as it goes on, so that a small
// shop which often restarts loses few and a large one seldom takes any.
const (
	firstBlock = 10
	lastBlock  = 1000
)

// singles is how many commands take one number each while a block is on its
// way, before another one tries for a block.
const singles = 64

var (
	part    = regexp.MustCompile(`\{(yyyy|yy|mm|seq(?::([1-9]))?)\}`)
	literal = regexp.MustCompile(`^[A-Za-z0-9./_-]*$`)
)

// Check returns nil if the pattern gives unique numbers of at most 40
// characters, else a problem at pointer.
func Check(pattern, pointer string) error {
	switch rest := part.ReplaceAllString(pattern, ""); {
	case !literal.MatchString(rest):
		return ErrPattern.At(pointer, "%q has a part that is not known, or a character that is not allowed", pattern)
	case strings.Count(pattern, "{seq") != 1:
		return ErrPattern.At(pointer, "%q must have {seq} exactly once", pattern)
	case strings.Contains(pattern, "{mm}") && !strings.Contains(pattern, "{yy"):
		return ErrPattern.At(pointer, "%q has {mm} without the year: its numbers would come again", pattern)
	case len(rest) > 20:
		return ErrPattern.At(pointer, "%q is too long", pattern)
	}
	return nil
}

// Format fills a pattern.
func Format(pattern string, at time.Time, seq int64) string {
	return part.ReplaceAllStringFunc(pattern, func(p string) string {
		switch p {
		case "{yyyy}":
			return at.Format("2006")
		case "{yy}":
			return at.Format("06")
		case "{mm}":
			return at.Format("01")
		}
		width := 1
		if m := part.FindStringSubmatch(p); m[2] != "" {
			width, _ = strconv.Atoi(m[2])
		}
		return fmt.Sprintf("%0*d", width, seq)
	})
}

// series is the counter that a pattern counts in at a time: it starts anew
// with each year or month that the pattern shows.
func series(name, pattern string, at time.Time) string {
	switch {
	case strings.Contains(pattern, "{mm}"):
		return name + at.Format(":2006-01")
	case strings.Contains(pattern, "{yy"):
		return name + at.Format(":2006")
	}
	return name
}

// Source gives numbers to the commands of one process.
type Source struct {
	mu   sync.Mutex
	free map[string]span
}

// span is a run of numbers that are nobody's yet.
type span struct {
	next, end int64
	block     int64 // numbers in the last block
	missed    int64 // commands since then that found none left
}

// NewSource returns a source that has taken nothing yet.
func NewSource() *Source { return &Source{free: map[string]span{}} }

// Next returns the next number of a series in the pattern, for a time in the
// series' own zone. A command that is undone leaves a gap. Numbers rise, but
// among commands of one moment in any order.
func (s *Source) Next(tx *db.Tx, name, pattern string, at time.Time) (string, error) {
	key := series(name, pattern, at)
	n, size := s.take(key)
	if size == 0 {
		return Format(pattern, at, n), nil
	}
	end, err := reserve(tx, key, size)
	if err != nil {
		s.missNot(key)
		return "", err
	}
	if size > 1 {
		tx.After(func() { s.give(key, span{next: end - size + 1, end: end, block: size}) })
	}
	return Format(pattern, at, end-size), nil
}

// take returns a number from a block that this process owns, or else how many
// the command has to reserve: a block, or only its own while others wait for
// theirs. Nobody may use a block before its command is durable.
func (s *Source) take(key string) (n, size int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f := s.free[key]
	if f.next < f.end {
		n = f.next
		f.next++
	} else {
		size = 1
		if f.missed%singles == 0 {
			size = min(max(10*f.block, firstBlock), lastBlock)
		}
		f.missed++
	}
	s.free[key] = f
	return n, size
}

// missNot takes back what take counted: the command did not get to reserve, and
// may come again.
func (s *Source) missNot(key string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f := s.free[key]
	f.missed = max(0, f.missed-1)
	s.free[key] = f
}

// give keeps the rest of a block once it is durable. Of two blocks that were
// taken at once, one is used and the other becomes a gap.
func (s *Source) give(key string, f span) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if have := s.free[key]; have.next >= have.end {
		s.free[key] = f
	}
}

// reserve takes numbers and returns the one behind the last. The first number
// of a series is 1.
func reserve(tx *db.Tx, key string, size int64) (end int64, err error) {
	err = tx.Load(db.One(`INSERT INTO counters (name, next) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET next = counters.next + $3 RETURNING next`,
		[]any{key, size + 1, size}, &end))
	return end, err
}

// Preview returns the next n numbers as far as they can be told: other
// commands and processes may take some of them.
func (s *Source) Preview(tx *db.Tx, name, pattern string, at time.Time, n int) ([]string, error) {
	key := series(name, pattern, at)
	after := int64(1)
	if err := tx.Load(db.One(`SELECT next FROM counters WHERE name = $1`, []any{key}, &after)); err != nil {
		return nil, err
	}
	s.mu.Lock()
	f := s.free[key]
	s.mu.Unlock()
	all := make([]string, n)
	for i := range all {
		seq := f.next + int64(i)
		if seq >= f.end {
			seq = after
			after++
		}
		all[i] = Format(pattern, at, seq)
	}
	return all, nil
}
