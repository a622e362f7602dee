package rest

import (
	"bytes"
	"fmt"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"

	"ordo/base/problem"
)

// scanner reads JSON text token by token. Its methods return false once the
// text is broken; err then tells why.
type scanner struct {
	data []byte
	pos  int
	err  *problem.Problem
	text []byte // room for texts with escapes
	last []byte // the last text; good until the next one
	nul  bool   // it had a NUL character
}

// fail notes that the text is broken at pos.
func (s *scanner) fail(pos int, format string, a ...any) bool {
	if s.err == nil {
		before := s.data[:min(pos, len(s.data))]
		line := 1 + bytes.Count(before, []byte{'\n'})
		column := 1 + utf8.RuneCount(before[bytes.LastIndexByte(before, '\n')+1:])
		s.err = ErrMalformed.New("line %d, column %d: %s", line, column, fmt.Sprintf(format, a...)).
			With("line", line).With("column", column)
	}
	return false
}

// peek skips blanks and returns the next byte, or 0 at the end.
func (s *scanner) peek() byte {
	for ; s.pos < len(s.data); s.pos++ {
		switch c := s.data[s.pos]; c {
		case ' ', '\t', '\n', '\r':
		default:
			return c
		}
	}
	return 0
}

// expect skips blanks and reads one byte.
func (s *scanner) expect(c byte, where string) bool {
	if s.peek() != c {
		return s.fail(s.pos, "expected %q %s", c, where)
	}
	s.pos++
	return true
}

// word reads true, false or null.
func (s *scanner) word(w string) bool {
	if !bytes.HasPrefix(s.data[s.pos:], []byte(w)) {
		return s.fail(s.pos, "expected a value")
	}
	s.pos += len(w)
	return true
}

// number reads a number and returns its text.
func (s *scanner) number() ([]byte, bool) {
	start := s.pos
	if s.at() == '-' {
		s.pos++
	}
	whole := s.pos
	if !s.digits() {
		return nil, s.fail(s.pos, "expected a digit")
	}
	if s.data[whole] == '0' && s.pos > whole+1 {
		return nil, s.fail(whole, "a number does not begin with zeros")
	}
	if s.at() == '.' {
		s.pos++
		if !s.digits() {
			return nil, s.fail(s.pos, "expected a digit")
		}
	}
	if c := s.at(); c == 'e' || c == 'E' {
		s.pos++
		if c := s.at(); c == '+' || c == '-' {
			s.pos++
		}
		if !s.digits() {
			return nil, s.fail(s.pos, "expected a digit")
		}
	}
	return s.data[start:s.pos], true
}

// at returns the byte at the position, or 0 at the end.
func (s *scanner) at() byte {
	if s.pos < len(s.data) {
		return s.data[s.pos]
	}
	return 0
}

func (s *scanner) digits() bool {
	start := s.pos
	for c := s.at(); c >= '0' && c <= '9'; c = s.at() {
		s.pos++
	}
	return s.pos > start
}

// string reads a text in quotes. The result is good until the next call.
func (s *scanner) string() (text []byte, ok bool) {
	s.last, ok = s.quoted()
	return s.last, ok
}

func (s *scanner) quoted() ([]byte, bool) {
	s.nul = false
	s.pos++
	start := s.pos
	for s.pos < len(s.data) {
		switch c := s.data[s.pos]; {
		case c == '"':
			text := s.data[start:s.pos]
			s.pos++
			return text, s.readable(start, text)
		case c == '\\':
			return s.escaped(start)
		case c < ' ' && !s.control(c):
			return nil, false
		}
		s.pos++
	}
	return nil, s.fail(s.pos, "the text has no closing quote")
}

// control notes a control character. Only NUL is left to be told with its field.
func (s *scanner) control(c byte) bool {
	if c == 0 {
		s.nul = true
		return true
	}
	return s.fail(s.pos, "a control character stands in a text without an escape")
}

func (s *scanner) readable(start int, text []byte) bool {
	if utf8.Valid(text) {
		return true
	}
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRune(text[i:])
		if r == utf8.RuneError && size == 1 {
			return s.fail(start+i, "a text is not UTF-8")
		}
		i += size
	}
	return false
}

// escaped reads the rest of a text from its first escape.
func (s *scanner) escaped(start int) ([]byte, bool) {
	s.text = append(s.text[:0], s.data[start:s.pos]...)
	for s.pos < len(s.data) {
		c := s.data[s.pos]
		switch {
		case c == '"':
			raw := s.data[start:s.pos]
			s.pos++
			return s.text, s.readable(start, raw)
		case c == '\\':
			if !s.escape() {
				return nil, false
			}
			continue
		case c < ' ' && !s.control(c):
			return nil, false
		}
		s.text = append(s.text, c)
		s.pos++
	}
	return nil, s.fail(s.pos, "the text has no closing quote")
}

var escapes = map[byte]byte{'"': '"', '\\': '\\', '/': '/', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t'}

// escape reads one escape, or two that make up one character.
func (s *scanner) escape() bool {
	start := s.pos
	s.pos++
	if s.at() != 'u' {
		c, ok := escapes[s.at()]
		if !ok {
			return s.fail(start, "there is no such escape")
		}
		s.pos++
		s.text = append(s.text, c)
		return true
	}
	r, ok := s.unit()
	if ok && utf16.IsSurrogate(r) {
		low := rune(-1)
		if bytes.HasPrefix(s.data[s.pos:], []byte(`\u`)) {
			s.pos++
			low, _ = s.unit()
		}
		r = utf16.DecodeRune(r, low)
		ok = r != utf8.RuneError
	}
	if !ok {
		return s.fail(start, "the escape is no character")
	}
	s.nul = s.nul || r == 0
	s.text = utf8.AppendRune(s.text, r)
	return true
}

// unit reads u and four hexadecimal digits.
func (s *scanner) unit() (rune, bool) {
	if s.pos+5 > len(s.data) {
		return 0, false
	}
	n, err := strconv.ParseUint(string(s.data[s.pos+1:s.pos+5]), 16, 16)
	s.pos += 5
	return rune(n), err == nil
}
