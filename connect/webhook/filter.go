package webhook

import (
	"bytes"
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"sync"
	"time"

	"ordo/base/clock"
	"ordo/engine/db"
	"ordo/engine/event"
	"ordo/engine/query"
)

// trialType is the type of the message of a trial, which is no event.
const trialType = "webhook.trial"

// covers tells whether an event's type is one of those that were asked for:
// order.placed, order.* or *.
func covers(asked []string, name string) bool {
	subject, _, _ := strings.Cut(name, ".")
	return slices.ContainsFunc(asked, func(a string) bool { return a == "*" || a == name || a == subject+".*" })
}

// allowedTypes are all that may be asked for.
func allowedTypes() []string {
	all := []string{"*"}
	for _, t := range event.Types() {
		subject, _, _ := strings.Cut(t.Name, ".")
		all = append(all, subject+".*", t.Name)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// always are the fields that every event can be filtered by.
var always = []query.Field{
	{Name: "type", Doc: "Type of the event", Type: query.ID},
	{Name: "subject", Doc: "Id of what it happened to", Type: query.ID},
	{Name: "sequence", Doc: "Its place among those of its subject", Type: query.Number},
	{Name: "version", Doc: "Version of the body's schema", Type: query.Number},
	{Name: "actor", Doc: "Who did it", Type: query.ID},
	{Name: "at", Doc: "When", Type: query.Time},
	{Name: "channel", Doc: "Id of its channel", Type: query.ID},
	{Name: "location", Doc: "Id of its location", Type: query.ID},
	{Name: "customer", Doc: "Id of its customer", Type: query.ID},
}

// schema is what events of these types can be filtered by: what every event has,
// and what their bodies hold, as body.order.total or body.lines.sku. Amounts are
// the integers of the body. The column of a field is its path in the body, with *
// where there are several.
func schema(asked []string) query.Schema {
	fields, known := slices.Clone(always), map[string]bool{}
	for _, t := range bodies() {
		if !covers(asked, t.name) {
			continue
		}
		for _, f := range t.fields {
			if !known[f.Name] {
				known[f.Name] = true
				fields = append(fields, f)
			}
		}
	}
	return query.Schema{Fields: fields}
}

// described is what the body of a type of event holds.
type described struct {
	name   string
	fields []query.Field
}

// bodies are those of all types, looked at once.
var bodies = sync.OnceValue(func() (all []described) {
	for _, t := range event.Types() {
		d := described{name: t.Name}
		b := body{add: func(f query.Field) { d.fields = append(d.fields, f) }}
		if rows, ok := t.Body.(event.Rows); ok {
			b.rows = rows.Rows()
		}
		b.walk(reflect.TypeOf(t.Body), "body", nil)
		all = append(all, d)
	}
	return all
})

// body finds the fields of a body by its Go type.
type body struct {
	rows map[string]db.Shape
	add  func(query.Field)
}

var (
	aRow     = reflect.TypeFor[json.RawMessage]()
	manyRows = reflect.TypeFor[map[string]json.RawMessage]()
	ownJSON  = reflect.TypeFor[json.Marshaler]()
)

func (b *body) walk(t reflect.Type, name string, path []string) {
	switch {
	case t == reflect.TypeFor[clock.Stamp](), t == reflect.TypeFor[time.Time]():
		b.field(name, path, query.Time)
	case t.Implements(ownJSON):
		b.written(t, name, path)
	case t.Kind() == reflect.Pointer:
		b.walk(t.Elem(), name, path)
	case t.Kind() == reflect.Slice, t.Kind() == reflect.Map:
		b.walk(t.Elem(), name, append(slices.Clone(path), "*"))
	case t.Kind() == reflect.Struct:
		for f := range t.Fields() {
			b.member(f, name, path)
		}
	default:
		b.scalar(t.Kind(), name, path)
	}
}

// member is a field of a struct, as encoding/json writes it.
func (b *body) member(f reflect.StructField, name string, path []string) {
	tag, _, _ := strings.Cut(f.Tag.Get("json"), ",")
	switch {
	case f.Anonymous && tag == "":
		b.walk(f.Type, name, path)
		return
	case !f.IsExported() || tag == "-":
		return
	}
	if tag == "" {
		tag = f.Name
	}
	inner := append(slices.Clone(path), tag)
	if f.Type != aRow && f.Type != manyRows {
		b.walk(f.Type, name+"."+tag, inner)
		return
	}
	if f.Type == manyRows {
		inner = append(inner, "*")
	}
	if table := b.rows[tag]; table != nil {
		_, columns := table.Shape()
		for _, c := range columns {
			b.column(c, name+"."+tag+"."+c.Name, append(slices.Clone(inner), c.Name))
		}
	}
}

// column is one of a row: times are microseconds there.
func (b *body) column(c db.Column, name string, path []string) {
	if c.Kind == reflect.Int64 && (c.Name == "at" || strings.HasSuffix(c.Name, "_at")) {
		b.field(name, path, query.Time)
		return
	}
	b.scalar(c.Kind, name, path)
}

// written is a type that writes its own JSON: its zero value shows the kind.
func (b *body) written(t reflect.Type, name string, path []string) {
	text, err := json.Marshal(reflect.New(t).Elem().Interface())
	switch {
	case err != nil || len(text) == 0:
	case text[0] == '"':
		b.scalar(reflect.String, name, path)
	case text[0] >= '0' && text[0] <= '9':
		b.scalar(reflect.Int64, name, path)
	}
}

func (b *body) scalar(k reflect.Kind, name string, path []string) {
	switch k {
	case reflect.String:
		b.field(name, path, query.ID)
	case reflect.Bool:
		b.field(name, path, query.Bool)
	case reflect.Int, reflect.Int32, reflect.Int64:
		b.field(name, path, query.Number)
	}
}

func (b *body) field(name string, path []string, t query.Type) {
	b.add(query.Field{Name: name, Doc: "In the body", Type: t, Column: strings.Join(path, "/")})
}

// selection is what an endpoint wants to hear, at one moment.
type selection struct {
	types  []string
	filter query.Filter
}

// selects reads types and filter. Words such as today mean those of now, in UTC.
func selects(types []string, filter string, now time.Time) (selection, error) {
	if filter == "" {
		return selection{types: types}, nil
	}
	f, err := query.Parse(filter, schema(types), now)
	return selection{types, f}, err
}

// takes tells whether the event is wanted, as far as the endpoint sees it.
func (s selection) takes(e event.Sealed) bool {
	if !covers(s.types, e.Type) {
		return false
	}
	var content any
	return s.filter.Match(func(f *query.Field) []any {
		if f.Column == "" {
			return present(header(e, f.Name))
		}
		if content == nil {
			content = decode(e.Body)
		}
		return gather(content, strings.Split(f.Column, "/"), f.Type, nil)
	})
}

// header is what every event has under the name of a field.
func header(e event.Sealed, name string) any {
	switch name {
	case "type":
		return e.Type
	case "subject":
		return e.Subject
	case "sequence":
		return e.Sequence
	case "version":
		return e.Version
	case "actor":
		return e.Actor
	case "at":
		return e.At
	case "channel":
		return e.Channel
	case "location":
		return e.Location
	}
	return e.Customer
}

// present is a value that is set: ids are not where they are empty.
func present(value any) []any {
	if value == "" {
		return nil
	}
	return []any{value}
}

// decode reads a body with its numbers as they are written.
func decode(b []byte) any {
	d := json.NewDecoder(bytes.NewReader(b))
	d.UseNumber()
	var v any
	if d.Decode(&v) != nil {
		return false // has no fields
	}
	return v
}

// gather appends what lies at a path.
func gather(v any, path []string, t query.Type, all []any) []any {
	if len(path) == 0 {
		return append(all, plain(v, t)...)
	}
	switch v := v.(type) {
	case []any:
		if path[0] == "*" {
			for _, one := range v {
				all = gather(one, path[1:], t, all)
			}
		}
	case map[string]any:
		if path[0] != "*" {
			if inner, ok := v[path[0]]; ok {
				return gather(inner, path[1:], t, all)
			}
			return all
		}
		for _, one := range v { // order-free: any of them is enough
			all = gather(one, path[1:], t, all)
		}
	}
	return all
}

// plain is a value of JSON as query.Match wants it.
func plain(v any, t query.Type) []any {
	switch v := v.(type) {
	case bool:
		return []any{v}
	case json.Number:
		if n, err := v.Int64(); err == nil {
			return []any{n}
		}
	case string:
		if at, err := time.Parse(time.RFC3339, v); t == query.Time && err == nil {
			return []any{at.UnixMicro()}
		}
		return present(v)
	}
	return nil
}
