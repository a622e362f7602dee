package rest

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"ordo/base/money"
	"ordo/base/problem"
)

const (
	maxFaults = 100 // more are not told
	maxDepth  = 32
	maxName   = 64 // bytes of an unknown name that are repeated
)

// checker reads JSON once and collects all that is wrong with it.
type checker struct {
	scanner
	faults problem.List
	count  int
	path   []step
	depth  int
}

// step is the name of a field, or the index of an item.
type step struct {
	name  string
	index int // -1 where it is a name
}

func named(name string) step { return step{name, -1} }

// body reads a whole body. Unless it is broken, what is wrong with it is in
// the faults.
func (c *checker) body(data []byte, s *shape) error {
	c.scanner = scanner{data: data}
	c.path = make([]step, 0, 8)
	if c.value(s) {
		if c.peek(); c.pos < len(data) {
			c.fail(c.pos, "the body goes on after its value")
		}
	}
	if c.err != nil {
		return c.err
	}
	return nil
}

// add notes a fault at the present place and tells whether to go on.
func (c *checker) add(code *problem.Code, format string, a ...any) bool {
	return c.addAllowed(code, nil, format, a...)
}

func (c *checker) addAllowed(code *problem.Code, allowed []string, format string, a ...any) bool {
	c.faults.AddAllowed(code, c.pointer(), allowed, "%s", c.label()+" "+fmt.Sprintf(format, a...))
	c.count++
	return c.count < maxFaults
}

var pointerEscapes = strings.NewReplacer("~", "~0", "/", "~1")

func (c *checker) pointer() string {
	var b strings.Builder
	for _, s := range c.path {
		b.WriteByte('/')
		if s.index < 0 {
			b.WriteString(pointerEscapes.Replace(s.name))
		} else {
			b.WriteString(strconv.Itoa(s.index))
		}
	}
	return b.String()
}

// label names the present place for people.
func (c *checker) label() string {
	label := ""
	for _, s := range c.path {
		switch {
		case s.index >= 0:
			label += "[" + strconv.Itoa(s.index) + "]"
		case label == "":
			label = s.name
		default:
			label += "." + s.name
		}
	}
	if label == "" {
		return "The body"
	}
	return label
}

func (c *checker) push(s step) { c.path = append(c.path, s) }
func (c *checker) pop()        { c.path = c.path[:len(c.path)-1] }

// value reads one value; a nil shape takes everything.
func (c *checker) value(s *shape) bool {
	switch b := c.peek(); {
	case b == '{':
		return c.nested(func() bool { return c.object(s) })
	case b == '[':
		return c.nested(func() bool { return c.list(s) })
	case b == '"':
		value, ok := c.string()
		return ok && c.text(s, value)
	case b == '-' || b >= '0' && b <= '9':
		value, ok := c.number()
		return ok && c.numeric(s, value)
	case b == 't':
		return c.word("true") && c.is(s, boolean)
	case b == 'f':
		return c.word("false") && c.is(s, boolean)
	case b == 'n':
		return c.word("null") && (s == nil || s.null || s.kind == anything || c.add(ErrType, "must be %s, not null", s.kind))
	case c.pos == len(c.data):
		return c.fail(c.pos, "the text ends where a value is expected")
	}
	return c.fail(c.pos, "expected a value")
}

func (c *checker) nested(read func() bool) bool {
	if c.depth == maxDepth {
		if c.err == nil {
			c.err = ErrDepth.New("the body is nested more than %d levels deep", maxDepth)
		}
		return false
	}
	c.depth++
	defer func() { c.depth-- }()
	return read()
}

// is notes a fault if the value that was read is not of the shape's kind.
func (c *checker) is(s *shape, k kind) bool {
	if s == nil || s.kind == k || s.kind == anything {
		return true
	}
	return c.add(ErrType, "must be %s, not %s", s.kind, k)
}

func (c *checker) list(s *shape) bool {
	c.pos++
	if !c.is(s, list) {
		return false
	}
	var items *shape
	if s != nil && s.kind == list {
		items = s.items
	}
	n, seen := 0, map[string]bool(nil)
	if items != nil && s.unique {
		seen = map[string]bool{}
	}
	for c.peek() != ']' || n > 0 {
		if items != nil && n == s.longest && !c.add(ErrTooMany, "has more than %d items", s.longest) {
			return false
		}
		if items != nil && n >= s.longest {
			items = nil // the rest is only read
		}
		c.push(step{index: n})
		c.last = nil
		if !c.value(items) || seen != nil && !c.fresh(seen) {
			return false
		}
		c.pop()
		n++
		if b := c.peek(); b == ']' {
			break
		} else if b != ',' {
			return c.fail(c.pos, "expected ',' or ']' in a list")
		}
		c.pos++
	}
	c.pos++
	if s != nil && s.kind == list && n < s.shortest {
		return c.add(ErrTooFew, "has %d items, and needs at least %d", n, s.shortest)
	}
	return true
}

// fresh notes a fault if the text that was read is among those seen before.
func (c *checker) fresh(seen map[string]bool) bool {
	if c.last == nil {
		return true // no text, which is told already
	}
	name := string(c.last)
	if seen[name] {
		return c.add(ErrDuplicateItem, "is there twice")
	}
	seen[name] = true
	return true
}

func (c *checker) object(s *shape) bool {
	c.pos++
	if !c.is(s, object) {
		return false
	}
	if s != nil && s.kind != object {
		s = nil
	}
	seen := names{}
	for c.peek() != '}' || seen.count > 0 {
		if c.peek() != '"' {
			return c.fail(c.pos, "expected the name of a field in quotes")
		}
		name, ok := c.string()
		if !ok || !c.expect(':', "after the name of a field") {
			return false
		}
		if !c.field(s, &seen, name) {
			return false
		}
		if b := c.peek(); b == '}' {
			break
		} else if b != ',' {
			return c.fail(c.pos, "expected ',' or '}' in an object")
		}
		c.pos++
	}
	c.pos++
	return s == nil || c.complete(s, seen)
}

// names are those that an object had so far: properties by their index.
type names struct {
	count int
	known uint64
	other map[string]bool
}

// add returns false if the name was there before.
func (n *names) add(name string, index int) bool {
	n.count++
	if index >= 0 && index < 64 {
		bit := uint64(1) << index
		was := n.known & bit
		n.known |= bit
		return was == 0
	}
	if n.other == nil {
		n.other = map[string]bool{}
	}
	was := n.other[name]
	n.other[name] = true
	return !was
}

func (n *names) has(name string, index int) bool {
	if index < 64 {
		return n.known&(1<<index) != 0
	}
	return n.other[name]
}

// field reads the value of a field whose name was read.
func (c *checker) field(s *shape, seen *names, name []byte) bool {
	index, known := -1, false
	if s != nil {
		index, known = s.at(name)
	}
	var value *shape
	var label string
	if known {
		value, label = s.properties[index].shape, s.properties[index].name
	} else {
		label = clipped(name)
	}
	nul := c.nul
	c.push(named(label))
	fresh := true
	if known {
		fresh = seen.add(label, index)
	} else {
		fresh = seen.add(string(name), -1)
	}
	if !fresh && !c.add(ErrDuplicateField, "is there twice") || nul && !c.add(ErrNUL, "has the character NUL in its name") {
		return false
	}
	if s != nil && !known {
		if value = s.others; value == nil && !c.unknown(s, string(name)) {
			return false
		}
	}
	if known && c.peek() == 'n' && !value.null {
		if !c.word("null") || s.properties[index].required && !c.add(problem.ErrRequired, "is required and can't be null") {
			return false
		}
	} else if !c.value(value) {
		return false
	}
	c.pop()
	return true
}

func (s *shape) at(name []byte) (int, bool) {
	i, ok := s.index[string(name)]
	if !ok {
		return -1, false
	}
	return i, true
}

// clipped is an unknown name in a form that can be repeated.
func clipped(name []byte) string {
	if len(name) <= maxName {
		return string(name)
	}
	cut := maxName
	for cut > 0 && !utf8.RuneStart(name[cut]) {
		cut--
	}
	return string(name[:cut]) + "…"
}

// unknown tells why a name is no property.
func (c *checker) unknown(s *shape, name string) bool {
	if s.readOnly[name] {
		return c.add(ErrReadOnly, "can't be set: it follows from other facts")
	}
	all := s.names()
	if i := slices.IndexFunc(all, func(one string) bool { return strings.EqualFold(one, name) }); i >= 0 {
		return c.addAllowed(ErrCase, all[i:i+1], "is spelled %s", all[i])
	}
	if near := problem.Closest(name, all); near != "" {
		return c.addAllowed(ErrUnknownField, []string{near}, "is no field here. Did you mean %s?", near)
	}
	return c.add(ErrUnknownField, "is no field here")
}

// complete looks for required properties that are not there.
func (c *checker) complete(s *shape, seen names) bool {
	for i, p := range s.properties {
		if p.required && !seen.has(p.name, i) {
			c.push(named(p.name))
			if !c.add(problem.ErrRequired, "is required") {
				return false
			}
			c.pop()
		}
	}
	return true
}

func (c *checker) text(s *shape, value []byte) bool {
	if c.nul {
		return c.add(ErrNUL, "has the character NUL")
	}
	if s != nil && s.decimal {
		return c.quantity(s, value)
	}
	if !c.is(s, text) {
		return false
	}
	if s == nil || s.kind != text {
		return true
	}
	if len(s.enum) > 0 {
		return slices.Contains(s.enum, string(value)) || c.addAllowed(ErrNotAllowed, s.enum, "must be one of %s", strings.Join(s.enum, ", "))
	}
	if s.shortest > 0 || len(value) > s.longest {
		switch n := utf8.RuneCount(value); {
		case n < s.shortest:
			return c.add(ErrTooShort, "has %d characters, and needs at least %d", n, s.shortest)
		case n > s.longest:
			return c.add(ErrTooLong, "has %d characters, and takes at most %d", n, s.longest)
		}
	}
	if s.pattern != nil && !s.pattern.Match(value) {
		if name := formatNames[s.format]; name != "" {
			return c.add(problem.ErrInvalidValue, "must be %s", name)
		}
		return c.add(problem.ErrInvalidValue, "must match the pattern %s", s.pattern)
	}
	if s.fits != nil && !s.fits(string(value)) {
		return c.add(problem.ErrInvalidValue, "must be %s", formatNames[s.format])
	}
	if s.places > 0 {
		return c.within(s, value)
	}
	return true
}

var formatNames = map[string]string{
	"date-time": "a time such as 2026-11-21T14:02:00Z", "date": "a date such as 2026-11-21",
	"email": "a mail address", "uri": "an absolute address such as https://example.com/path", "password": "a text",
	formatUnitPrice: `a decimal text such as "12.5", with at most 9 digits before and 6 after the point`,
	formatRate:      `a decimal fraction as a text, such as "0.19", with at most 6 decimals`,
}

func (c *checker) quantity(s *shape, value []byte) bool {
	if _, err := money.ParseDecimal(string(value), len(value)); err == money.ErrSyntax {
		return c.add(ErrType, "must be %s, or the same as a text", s.kind)
	}
	return c.within(s, value)
}

func (c *checker) numeric(s *shape, value []byte) bool {
	if !c.is(s, number) {
		return false
	}
	if s == nil || s.kind != number {
		return true
	}
	if slices.ContainsFunc(value, func(b byte) bool { return b == 'e' || b == 'E' }) {
		return c.add(ErrNumber, "must be written without an exponent")
	}
	return c.within(s, value)
}

// within checks a decimal against the bounds of its shape.
func (c *checker) within(s *shape, value []byte) bool {
	n, err := money.ParseDecimal(string(value), s.places)
	switch {
	case err == money.ErrDecimals && s.places == 0:
		return c.add(ErrType, "must be a whole number")
	case err == money.ErrDecimals:
		return c.add(problem.ErrInvalidValue, "has more than %d decimals", s.places)
	case err == nil && n < s.least:
		return c.add(ErrNumber, "must be at least %s", plain(s.least, s.places))
	case err != nil || n > s.most:
		return c.add(ErrNumber, "must be at least %s and at most %s", plain(s.least, s.places), plain(s.most, s.places))
	}
	return true
}

// plain writes a bound without decimals that say nothing.
func plain(value int64, places int) string {
	text := money.FormatDecimal(value, places)
	if places == 0 {
		return text
	}
	return strings.TrimSuffix(strings.TrimRight(text, "0"), ".")
}
