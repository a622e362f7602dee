package rest

import (
	"bytes"
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"ordo/engine/auth"
	"ordo/engine/command"
	"ordo/engine/query"
)

// Reference is a field that holds the id of another resource. ?expand shows a
// row of that resource's list beside it, under the name without "_id".
type Reference struct {
	Field string // such as "customer_id", in whatever answer it stands
	List  string // operation that lists such resources, such as "customer.list"
}

const (
	fieldsQuery = "fields"
	expandQuery = "expand"
	mostNames   = 100 // in one of these parameters
)

// view is what a read is to show; the zero value shows everything as it is.
type view struct {
	fields tree
	expand []expansion
}

// tree holds names of fields below each other; nil stands for all there is.
type tree map[string]tree

// expansion is a reference at a place of the answer.
type expansion struct {
	path []string // to the field
	list *endpoint
}

func (x *expansion) name() string { return strings.TrimSuffix(strings.Join(x.path, "."), "_id") }

// refer finds the references in what a read answers.
func (e *endpoint) refer(r huma.Registry, references map[string]*endpoint) {
	if e.registry = r; e.Method != http.MethodGet || e.answer == nil {
		return
	}
	e.query[fieldsQuery] = true
	var walk func(s *huma.Schema, path []string, seen []*huma.Schema)
	walk = func(s *huma.Schema, path []string, seen []*huma.Schema) {
		if s = below(r, s); slices.Contains(seen, s) {
			return
		}
		for _, name := range slices.Sorted(maps.Keys(s.Properties)) {
			here := append(slices.Clone(path), name)
			if list := references[name]; list != nil {
				e.expansions = append(e.expansions, expansion{here, list})
			}
			walk(s.Properties[name], here, append(seen, s))
		}
	}
	walk(e.answer, nil, nil)
	if len(e.expansions) > 0 {
		e.query[expandQuery] = true
	}
}

// below is the schema of the objects that a value is, or that its items are.
func below(r huma.Registry, s *huma.Schema) *huma.Schema {
	for s.Ref != "" || s.Type == huma.TypeArray {
		if s.Ref != "" {
			s = r.SchemaFromRef(s.Ref)
		} else {
			s = s.Items
		}
	}
	return s
}

// view reads the parameters fields and expand.
func (e *endpoint) view(c *checker, query url.Values) (v view) {
	var known []string
	for _, x := range e.expansions {
		known = append(known, x.name())
	}
	for i, name := range e.names(c, query, expandQuery) {
		switch at := slices.Index(known, name); {
		case at < 0:
			c.path = append(c.path[:0], named(expandQuery), step{index: i})
			c.addAllowed(ErrUnknownField, known, "is %q, which %s can't expand", clipped([]byte(name)), e.Name)
		case !slices.ContainsFunc(v.expand, func(x expansion) bool { return x.name() == name }):
			v.expand = append(v.expand, e.expansions[at])
		}
	}
	for i, name := range e.names(c, query, fieldsQuery) {
		c.path = append(c.path[:0], named(fieldsQuery), step{index: i})
		if e.fieldKnown(c, name, v.expand) {
			v.fields = v.fields.add(strings.Split(name, "."))
		}
	}
	return v
}

func (e *endpoint) names(c *checker, query url.Values, parameter string) []string {
	c.path = append(c.path[:0], named(parameter))
	if !e.query[parameter] || len(query[parameter]) == 0 {
		return nil
	}
	names := strings.Split(strings.Join(query[parameter], ","), ",")
	if len(names) > mostNames {
		c.add(ErrTooMany, "has more than %d names", mostNames)
		return nil
	}
	return names
}

// fieldKnown notes a fault, with the names at that place, if the answer has no
// such field.
func (e *endpoint) fieldKnown(c *checker, name string, expand []expansion) bool {
	s, path := e.answer, ""
	for part := range strings.SplitSeq(name, ".") {
		s = below(e.registry, s)
		properties := maps.Clone(s.Properties)
		for _, x := range expand {
			if before, last := cutLast(x.name()); before == path && properties != nil {
				properties[last] = x.list.answer
			}
		}
		next := properties[part]
		if next == nil {
			c.addAllowed(ErrUnknownField, slices.Sorted(maps.Keys(properties)), "is %q, which %s does not show", clipped([]byte(name)), e.Name)
			return false
		}
		s, path = next, strings.TrimPrefix(path+"."+part, ".")
	}
	return true
}

func cutLast(name string) (before, last string) {
	at := strings.LastIndexByte(name, '.')
	return name[:max(at, 0)], name[at+1:]
}

// add returns the tree with one more path.
func (t tree) add(path []string) tree {
	if len(path) == 0 {
		return nil // all of it
	}
	if t == nil {
		t = tree{}
	}
	if sub, there := t[path[0]]; !there || sub != nil {
		t[path[0]] = sub.add(path[1:])
	}
	return t
}

// render rewrites an answer: it reads what is to be expanded, one list for the
// whole page, and leaves out what was not asked for.
func (v view) render(r *http.Request, engine *command.Engine, a auth.Actor, list bool, text []byte) ([]byte, error) {
	if v.fields == nil && v.expand == nil {
		return text, nil
	}
	root, err := parse(text)
	if err != nil {
		return nil, err
	}
	shown := root
	if list {
		shown = root.(*record).values["items"]
	}
	for _, x := range v.expand {
		ids := map[string]bool{}
		reach(shown, x.path, func(_ *record, id string) { ids[id] = true })
		if len(ids) == 0 {
			continue
		}
		rows, err := x.list.rows(r, engine, a, slices.Sorted(maps.Keys(ids)))
		if err != nil {
			return nil, err
		}
		_, name := cutLast(x.name())
		reach(shown, x.path, func(o *record, id string) {
			if row := rows[id]; row != nil { // else it is not within the actor's scope
				o.set(name, row)
			}
		})
	}
	v.fields.prune(shown)
	return append(written(nil, root), '\n'), nil
}

// rows reads those resources of a list that have these ids, as far as the
// actor may see them.
func (e *endpoint) rows(r *http.Request, engine *command.Engine, a auth.Actor, ids []string) (map[string]node, error) {
	in := reflect.New(e.In)
	in.Elem().Set(reflect.ValueOf(query.Input{IDs: ids}))
	answer, err := e.operation.Invoke(r.Context(), engine, command.Meta{Actor: a}, in.Interface())
	if err != nil {
		return nil, err
	}
	text, err := encode(nil, answer.Value)
	if err != nil {
		return nil, err
	}
	page, err := parse(text)
	if err != nil {
		return nil, err
	}
	rows := map[string]node{}
	reach(page, []string{"items", "id"}, func(o *record, id string) { rows[id] = o })
	return rows, nil
}

// reach calls do for every text at the path that is not empty, with the object
// that has it.
func reach(n node, path []string, do func(o *record, id string)) {
	switch n := n.(type) {
	case []node:
		for _, item := range n {
			reach(item, path, do)
		}
	case *record:
		value := n.values[path[0]]
		if len(path) > 1 {
			reach(value, path[1:], do)
			return
		}
		var id string
		if text, ok := value.(json.RawMessage); ok && json.Unmarshal(text, &id) == nil && id != "" {
			do(n, id)
		}
	}
}

// prune leaves those members that the tree names.
func (t tree) prune(n node) node {
	if t == nil {
		return n
	}
	switch n := n.(type) {
	case []node:
		for i, item := range n {
			n[i] = t.prune(item)
		}
	case *record:
		n.names = slices.DeleteFunc(n.names, func(name string) bool { _, asked := t[name]; return !asked })
		for _, name := range n.names {
			n.values[name] = t[name].prune(n.values[name])
		}
	}
	return n
}

// node is a JSON value whose members keep their order: an *record, a []node,
// or the text of anything else.
type node any

type record struct {
	names  []string
	values map[string]node
}

func (o *record) set(name string, value node) {
	if _, there := o.values[name]; !there {
		o.names = append(o.names, name)
	}
	o.values[name] = value
}

func parse(text json.RawMessage) (n node, err error) {
	if text[0] != '{' && text[0] != '[' {
		return text, nil
	}
	d := json.NewDecoder(bytes.NewReader(text))
	if _, err := d.Token(); err != nil {
		return nil, err
	}
	o, items := &record{values: map[string]node{}}, []node{}
	for d.More() {
		var name json.Token = ""
		if text[0] == '{' {
			if name, err = d.Token(); err != nil {
				return nil, err
			}
		}
		var inner json.RawMessage
		if err := d.Decode(&inner); err != nil {
			return nil, err
		}
		value, err := parse(inner)
		if err != nil {
			return nil, err
		}
		if text[0] == '{' {
			o.set(name.(string), value)
		} else {
			items = append(items, value)
		}
	}
	if text[0] == '{' {
		return o, nil
	}
	return items, nil
}

func written(b []byte, n node) []byte {
	switch n := n.(type) {
	case json.RawMessage:
		return append(b, n...)
	case []node:
		b = append(b, '[')
		for i, item := range n {
			if i > 0 {
				b = append(b, ',')
			}
			b = written(b, item)
		}
		return append(b, ']')
	case *record:
		b = append(b, '{')
		for i, name := range n.names {
			if i > 0 {
				b = append(b, ',')
			}
			quoted, _ := json.Marshal(name) // a text never fails
			b = written(append(append(b, quoted...), ':'), n.values[name])
		}
		return append(b, '}')
	}
	return append(b, "null"...)
}
