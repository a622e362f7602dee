package query

import (
	"errors"
	"slices"
	"strings"
	"time"

	"ordo/base/money"
)

// checker finds the field and the values that terms mean.
type checker struct {
	schema *Schema
	now    time.Time // in the reader's zone
	faults *faults
}

func (c *checker) term(t *term) {
	if t.name == "" {
		c.word(t)
		return
	}
	t.field = c.schema.field(t.name)
	if t.field == nil {
		names := c.schema.names(anyField)
		c.faults.add(t.pos, ErrField, names, "There is no field %q.%s", t.name, hint(t.name, names))
		return
	}
	if t.op != ":" {
		c.comparison(t)
	}
	if t.op == ":" && len(t.values) == 1 && t.values[0].text == "*" && !t.values[0].quoted {
		t.isSet = true
		return
	}
	for i := range t.values {
		c.value(t.field, &t.values[i])
	}
}

func (c *checker) word(t *term) {
	word := t.values[0].text
	if c.schema.Search == nil {
		c.faults.add(t.pos, ErrSyntax, c.schema.names(anyField), "This list has no text search for %q; write field:value.", word)
		return
	}
	t.search, t.searchArgs = c.schema.Search(word)
}

func (c *checker) comparison(t *term) {
	if !t.field.ordered() {
		c.faults.add(t.pos, ErrValue, []string{":"}, "The field %s is a %s and cannot be compared by %s.", t.name, t.field.Type, t.op)
	}
	if len(t.values) > 1 {
		c.faults.add(t.values[1].pos, ErrValue, nil, "Only : takes several values, %s takes one.", t.op)
	}
}

func (c *checker) value(f *Field, v *value) {
	if v.text == "" && !v.quoted {
		return // the lexer has said so
	}
	v.arg = v.text
	switch f.Type {
	case Text:
		v.arg = c.schema.fold(v.text)
	case ID:
		if f.Fold != nil {
			v.arg = f.Fold(v.text)
		}
	case Enum:
		c.oneOf(f, v, f.Values)
	case Bool:
		c.oneOf(f, v, []string{"true", "false"})
	case Number, Money:
		c.number(f, v)
	case Time:
		c.time(f, v)
	}
}

func (c *checker) oneOf(f *Field, v *value, allowed []string) {
	if !slices.Contains(allowed, v.text) {
		c.faults.add(v.pos, ErrValue, allowed, "The field %s has no value %q.%s", f.Name, v.text, hint(strings.ToLower(v.text), allowed))
	}
}

// maxNumber keeps the sum of any number and one within an int64.
const maxNumber = 1e18

func (c *checker) number(f *Field, v *value) {
	n, err := money.ParseDecimal(v.text, f.Scale)
	if err == nil && (n > maxNumber || n < -maxNumber) {
		err = money.ErrRange
	}
	switch {
	case errors.Is(err, money.ErrDecimals):
		c.faults.add(v.pos, ErrValue, nil, "The field %s has at most %d decimals, %q has more.", f.Name, f.Scale, v.text)
	case err != nil:
		c.faults.add(v.pos, ErrValue, nil, "The field %s takes a number; %q is %v.", f.Name, v.text, err)
	}
	v.from, v.to = n, n+1
}

func (c *checker) time(f *Field, v *value) {
	from, to, ok := interval(v.text, c.now)
	if !ok {
		c.faults.add(v.pos, ErrValue, dateWords,
			"The field %s takes a day (2026-11-21), a time (2026-11-21T10:00:00Z), a word (today) or a distance from now (-7d, +2w, -3h), not %q.", f.Name, v.text)
	}
	v.from, v.to = from, to
}
