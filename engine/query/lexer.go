package query

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

type tokenKind int

const (
	tokenTerm tokenKind = iota
	tokenOpen
	tokenClose
	tokenMinus
	tokenOr
)

type token struct {
	kind tokenKind
	pos  int
	term *term // of a tokenTerm
}

// term is one test of a filter: field, operator and values; or a word alone,
// which is its only value.
type term struct {
	pos    int
	name   string // of the field; empty for a word
	op     string
	values []value

	// What check finds.
	field      *Field
	isSet      bool // field:*
	search     string
	searchArgs []any
}

type value struct {
	pos    int
	text   string
	quoted bool

	// What check finds: for fields that are ordered, the first value that is
	// meant and the first after it; for others, the value to compare with.
	from, to int64
	arg      string
}

type lexer struct {
	text   string
	pos    int
	faults *faults
}

// lex cuts text into tokens.
func lex(text string, f *faults) []token {
	l := lexer{text: text, faults: f}
	var tokens []token
	for l.skipBlanks(); l.pos < len(text); l.skipBlanks() {
		tokens = append(tokens, l.token())
	}
	return tokens
}

func (l *lexer) skipBlanks() {
	rest := strings.TrimLeftFunc(l.text[l.pos:], unicode.IsSpace)
	l.pos = len(l.text) - len(rest)
}

func (l *lexer) token() token {
	pos := l.pos
	switch l.text[pos] {
	case '(':
		l.pos++
		return token{kind: tokenOpen, pos: pos}
	case ')':
		l.pos++
		return token{kind: tokenClose, pos: pos}
	case '-':
		l.pos++
		return token{kind: tokenMinus, pos: pos}
	}
	t := l.term()
	if t.name == "" && !t.values[0].quoted && t.values[0].text == "OR" {
		return token{kind: tokenOr, pos: pos}
	}
	return token{kind: tokenTerm, pos: pos, term: t}
}

func (l *lexer) term() *term {
	t := &term{pos: l.pos}
	t.name, t.op = comparison(l.text[l.pos:])
	if t.op == "" {
		t.name = ""
		t.values = []value{l.value("()")}
		return t
	}
	l.pos += len(t.name) + len(t.op)
	for {
		t.values = append(t.values, l.value("(),"))
		if !strings.HasPrefix(l.text[l.pos:], ",") {
			return t
		}
		l.pos++
	}
}

var operators = []string{">=", "<=", ">", "<", ":"}

// comparison returns the name and the operator that text begins with; the
// operator is empty if there is no such thing.
func comparison(text string) (name, op string) {
	end := strings.IndexFunc(text, func(r rune) bool { return !isNameRune(r) })
	if end <= 0 || text[0] >= '0' && text[0] <= '9' {
		return "", ""
	}
	for _, op := range operators {
		if strings.HasPrefix(text[end:], op) {
			return text[:end], op
		}
	}
	return text[:end], ""
}

func isNameRune(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '_' || r == '.'
}

// value reads a quoted text, or a bare one up to a blank or one of stops.
func (l *lexer) value(stops string) value {
	pos := l.pos
	if strings.HasPrefix(l.text[pos:], `"`) {
		return value{pos: pos, text: l.quoted(), quoted: true}
	}
	rest := l.text[pos:]
	end := strings.IndexFunc(rest, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune(stops, r) })
	if end < 0 {
		end = len(rest)
	}
	if end == 0 {
		l.faults.syntax(pos, "A value is missing.")
	}
	l.pos += end
	return value{pos: pos, text: rest[:end]}
}

// quoted reads a text in quotes, in which \" and \\ stand for " and \.
func (l *lexer) quoted() string {
	var b strings.Builder
	for i := l.pos + 1; i < len(l.text); i++ {
		switch c := l.text[i]; {
		case c == '"':
			l.pos = i + 1
			return b.String()
		case c == '\\' && i+1 < len(l.text) && strings.IndexByte(`"\`, l.text[i+1]) >= 0:
			i++
			b.WriteByte(l.text[i])
		default:
			b.WriteByte(c)
		}
	}
	l.faults.syntax(l.pos, "The quote is not closed.")
	l.pos = len(l.text)
	return b.String()
}

const maxCharacters = 2000

// readable tells whether text is short enough and can be stored at all, so
// that it makes sense to read on.
func readable(text string, f *faults) bool {
	if n := utf8.RuneCountInString(text); n > maxCharacters {
		f.syntax(len(text), "The filter has %d characters; at most %d are read.", n, maxCharacters)
		return false
	}
	for pos, r := range text {
		if r == 0 || r == utf8.RuneError && !strings.HasPrefix(text[pos:], string(utf8.RuneError)) {
			f.syntax(pos, "This is no character.")
			return false
		}
	}
	return true
}
