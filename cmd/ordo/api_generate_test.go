package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// resolved follows a reference.
func (d *described) resolved(s *schema) *schema {
	for s != nil && s.Ref != "" {
		s = d.Components.Schemas[strings.TrimPrefix(s.Ref, "#/components/schemas/")]
	}
	return s
}

// deepest is how far made values go down.
const deepest = 5

// value makes one that fits a schema, or nearly so.
func (p *prober) value(s *schema, depth int) any {
	s = p.resolved(s)
	switch {
	case s == nil || p.one(40):
		return p.odd()
	case len(s.Enum) > 0:
		return pick(p, s.Enum...)
	case s.is("null") && s.Type != nil && p.one(3):
		return nil
	case s.is("object") && s.Type != nil:
		return p.object(s, depth)
	case s.is("array") && s.Type != nil:
		return p.list(s, depth)
	case s.is("boolean") && s.Type != nil:
		return p.one(2)
	case (s.is("integer") || s.is("number")) && s.Type != nil && !p.one(6):
		return p.number(s)
	}
	return p.word(s)
}

// object makes one with the required properties and some of the others.
func (p *prober) object(s *schema, depth int) map[string]any {
	out := map[string]any{}
	if s == nil {
		return out
	}
	for _, name := range slices.Sorted(maps.Keys(s.Properties)) {
		required := slices.Contains(s.Required, name)
		if required && !p.one(30) || !required && depth < deepest && p.one(2) {
			out[name] = p.named(name, s.Properties[name], depth+1)
		}
	}
	if s.Others.schema != nil {
		out[p.text()] = p.value(s.Others.schema, depth+1)
	}
	return out
}

// named makes a value of a property, from what is there where it names something.
func (p *prober) named(name string, s *schema, depth int) any {
	if (name == "id" || strings.HasSuffix(name, "_id")) && !p.one(5) {
		prefix := name[:min(3, len(name))]
		of := slices.DeleteFunc(slices.Clone(p.ids), func(id string) bool { return !strings.HasPrefix(id, prefix) })
		if len(of) > 0 {
			return pick(p, of...)
		}
		return pick(p, p.ids...)
	}
	known := map[string][]any{
		"sku": {"POT", "TEA", "ADVICE", "pot", "NONE"}, "currency": {"GBP", "EUR", "JPY", "XXX"}, "country": {"GB", "DE", "XX"}, "time_zone": {"Europe/London", "UTC", "Mars"},
		"quantity": {json.Number("1"), json.Number("2"), json.Number("0.001"), json.Number("999999999")}, "unit_price": {"1", "0.000001", "999999999"}, "email": {"a@example.com", "x"},
		"method": {"cash", "test", "on_account", "transfer"}, "token": {"tok_approve", "tok_action", "tok_decline"}, "number_pattern": {"A-{seq:6}", "{seq}", "x"},
	}
	if words := known[name]; words != nil && !p.one(4) {
		return pick(p, words...)
	}
	return p.value(s, depth)
}

func (p *prober) list(s *schema, depth int) []any {
	n := max(s.MinItems, p.random.IntN(4))
	if s.MaxItems != nil && p.one(60) {
		n = min(*s.MaxItems+1, 2500)
	}
	if depth >= deepest {
		n = s.MinItems
	}
	items := []any{}
	for range n {
		items = append(items, p.value(s.Items, depth+1))
	}
	return items
}

func (p *prober) number(s *schema) json.Number {
	some := []json.Number{"0", "1", "2", "100", "-1"}
	if s.Minimum != nil {
		some = append(some, *s.Minimum, *s.Minimum, *s.Minimum)
	}
	if s.Maximum != nil {
		some = append(some, *s.Maximum, *s.Maximum)
	}
	if p.one(10) {
		some = []json.Number{"9223372036854775807", "-9223372036854775808", "1e400", "0.1", "1e3", "-0", "999999999999999999999"}
	}
	return pick(p, some...)
}

// word makes a text of the format and the length that are wanted.
func (p *prober) word(s *schema) string {
	if p.one(12) {
		return p.text()
	}
	switch s.Format {
	case "date-time":
		return pick(p, "2026-03-01T12:00:00Z", "2027-01-01T00:00:00.000001Z", "1970-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z", "2026-02-30T00:00:00Z")
	case "date":
		return pick(p, "2026-03-01", "2011-01-01", "9999-12-31", "2026-13-01")
	case "email":
		return pick(p, "a@example.com", "ä@example.com", "@")
	}
	text := pick(p, "a", "web", "GB", "GBP", "1", "0.5", "12.345678", "A-{seq}", "POT", "Ada Byron", "x y", "éß漢")
	if s.MaxLength != nil && p.one(8) {
		return strings.Repeat("x", *s.MaxLength+p.random.IntN(2))
	}
	return strings.Repeat(text, 1+s.MinLength/len(text))
}

// text is a text that nobody wants.
func (p *prober) text() string {
	return pick(p, "", " ", "x", "\x00", "\u202e", "'; DROP TABLE orders; --", "%", "_", "\\", `"`, "{{.}}", "<b>", "😀", "null", "-1", "1e9", "../..", strings.Repeat("long", 300), "\u00a0", "İ")
}

// odd is a value that fits nowhere.
func (p *prober) odd() any {
	return pick[any](p, nil, true, "x", json.Number("1"), json.Number("-1"), json.Number("1.5"), []any{}, map[string]any{}, []any{nil}, p.text(), nested(40))
}

func nested(depth int) any {
	var value any = "x"
	for range depth {
		value = []any{value}
	}
	return value
}

// spoil changes one place in an input.
func (p *prober) spoil(in map[string]any) {
	names := slices.Sorted(maps.Keys(in))
	if len(names) == 0 || p.one(12) {
		in[pick(p, "colour", "status", "id", "ID", "version", "lines", "")] = p.odd()
		return
	}
	name := pick(p, names...)
	if p.one(8) {
		delete(in, name)
		return
	}
	in[name] = p.changed(in[name])
}

func (p *prober) changed(value any) any {
	if p.one(5) {
		return p.odd()
	}
	switch v := value.(type) {
	case map[string]any:
		p.spoil(v)
		return v
	case []any:
		if len(v) == 0 {
			return []any{p.odd()}
		}
		i := p.random.IntN(len(v))
		switch p.random.IntN(4) {
		case 0:
			return append(v, v[i])
		case 1:
			return slices.Delete(v, i, i+1)
		}
		v[i] = p.changed(v[i])
		return v
	case string:
		if idText.MatchString(v) {
			return pick(p, append(slices.Clone(p.ids), v[:len(v)-1]+"0")...)
		}
		return pick(p, p.word(&schema{}), v+" ", strings.ToUpper(v), p.text())
	case json.Number, float64:
		return p.number(&schema{})
	case bool:
		return !v
	}
	return p.odd()
}

// plainText is a value as it stands in an address or a header.
func plainText(value any) string {
	switch v := value.(type) {
	case string:
		return v
	case nil:
		return ""
	case []any, map[string]any:
		text, _ := json.Marshal(v) // what was made of JSON is JSON
		return string(text)
	}
	return fmt.Sprint(value)
}

// printable leaves out what no header can hold.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return -1
		}
		return r
	}, text)
}
