package rest

import (
	"fmt"
	"net/http"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"ordo/engine/command"
	"ordo/engine/query"
)

// What a body may have at most, in bytes.
const (
	bodyLimit      = 1 << 20
	largeBodyLimit = 4 << 20 // where a list may be long
	longList       = 1000
)

// endpoint is an operation, prepared for serving.
type endpoint struct {
	command.Spec
	operation command.Operation

	fields     []field
	parameters []parameter
	query      map[string]bool // names of those in the query
	body       *shape          // nil if the input has none
	bodySchema *huma.Schema
	example    []byte // body of Spec.Example
	limit      int64  // of the body

	status     int
	location   string // address of what is created, up to its id; empty if there is none
	tag        func(out reflect.Value) string
	answer     *huma.Schema // of what it answers, or of the items of a list; nil if that is no object
	list       bool         // it answers with items
	registry   huma.Registry
	expansions []expansion // what a read can expand

	extra   bool // it steps back first when more comes than can be served
	matches bool // it changes the resource at its address, and takes If-Match
	id      func(out reflect.Value) string
}

// parameter is a field that does not come from the body.
type parameter struct {
	field
	schema   *huma.Schema
	shape    *shape
	required bool
}

// newEndpoint panics if the input type can't be served: a defect that shows at
// the start of the program.
func newEndpoint(r huma.Registry, o command.Operation) *endpoint {
	e := &endpoint{Spec: o.Spec(), operation: o, query: map[string]bool{}, limit: bodyLimit, status: http.StatusOK}
	if e.Creates {
		e.status = http.StatusCreated
	}
	if e.Accepts {
		e.status = http.StatusAccepted
	}
	c := newCompiler(r, e.Name)
	e.fields = fieldsOf(e.In)
	for _, f := range e.fields {
		if f.from == fromBody {
			continue
		}
		schema := huma.SchemaFromField(r, f.StructField, "")
		e.parameters = append(e.parameters, parameter{f, schema, c.compileField(f.name, schema, nil), f.from == fromPath || f.Tag.Get("required") == "true"})
		if f.from == fromQuery {
			e.query[f.name] = true
		}
	}
	e.checkPath()
	var answer *huma.Schema
	if out := deref(e.Out); out.Kind() == reflect.Struct {
		answer = r.Schema(out, true, "")
	}
	if e.bodySchema = bodySchema(r, e.In); e.bodySchema != nil {
		e.body = c.compile(e.bodySchema, answer)
		if e.body.hasLongList() {
			e.limit = largeBodyLimit
		}
	} else {
		e.body = c.compile(&huma.Schema{Type: huma.TypeObject}, answer)
	}
	if e.answer = answer; answer != nil {
		if items := below(r, answer).Properties["items"]; items != nil && items.Type == huma.TypeArray {
			e.answer, e.list = items, true
		}
	}
	e.tag, e.id = entityTag(e.Out), stringField(e.Out, "id")
	if e.bodySchema != nil {
		e.checkExample()
	}
	return e
}

// checkExample holds the body of the example against its own schema.
func (e *endpoint) checkExample() {
	e.example = e.bodyExample(reflect.ValueOf(e.Example))
	var c checker
	err := c.body(e.example, e.body)
	if err == nil {
		err = c.faults.Err()
	}
	if err != nil {
		panic(fmt.Sprintf("rest: the example of %s would be refused: %s", e.Name, err))
	}
}

var pathName = regexp.MustCompile(`\{([^}]*)\}`)

// checkPath compares the names in the path with the fields of the input.
func (e *endpoint) checkPath() {
	wanted := map[string]bool{}
	for _, m := range pathName.FindAllStringSubmatch(e.Path, -1) {
		wanted[m[1]] = true
	}
	for _, p := range e.parameters {
		if p.from == fromPath && !wanted[p.name] {
			panic(fmt.Sprintf("rest: %s: the path %s has no %s", e.Name, e.Path, p.name))
		}
		delete(wanted, p.name)
	}
	for name := range wanted { // order-free
		panic(fmt.Sprintf("rest: %s: the input has no field for %s of the path", e.Name, name))
	}
}

func (s *shape) hasLongList() bool {
	for _, p := range s.properties {
		if p.kind == list && p.longest >= longList && p.longest < 1<<31 {
			return true
		}
	}
	return false
}

// locate finds the address of what e creates: the operation that shows one
// resource of the same type.
func (e *endpoint) locate(all []*endpoint) {
	if !e.Creates && !e.Accepts || e.id == nil {
		return
	}
	for _, o := range all {
		prefix, ok := strings.CutSuffix(o.Path, "{id}")
		if ok && o.Method == http.MethodGet && o.Out == e.Out && !strings.Contains(prefix, "{") {
			e.location = prefix
			return
		}
	}
}

// condition finds out whether e changes the resource that a read at the same
// address, or at the beginning of it, shows. An input with an If-Match of its
// own looks at it itself.
func (e *endpoint) condition(all []*endpoint) {
	if !e.Writes || e.tag == nil || e.parameter(fromHeader, "If-Match") || strings.Contains(e.Path, "{") && !strings.Contains(e.Path, "{id}") {
		return
	}
	for _, o := range all {
		if o.Method == http.MethodGet && o.Out == e.Out && strings.HasPrefix(e.Path+"/", o.Path+"/") {
			e.matches = true
		}
	}
}

func (e *endpoint) parameter(from, name string) bool {
	return slices.ContainsFunc(e.parameters, func(p parameter) bool { return p.from == from && p.name == name })
}

// tagged is a resource that names its own state.
type tagged interface{ ETag() string }

// entityTag returns what makes the ETag of a resource: its method ETag, or its
// revision and version, or its version. It is nil for other answers.
func entityTag(t reflect.Type) func(reflect.Value) string {
	if t.Implements(reflect.TypeFor[tagged]()) {
		return func(v reflect.Value) string { return v.Interface().(tagged).ETag() }
	}
	version, revision := integerField(t, "version"), integerField(t, "revision")
	switch {
	case version == nil:
		return nil
	case revision == nil:
		return func(v reflect.Value) string { return `"` + strconv.FormatInt(version(v), 10) + `"` }
	}
	return func(v reflect.Value) string {
		return `"` + strconv.FormatInt(revision(v), 10) + "-" + strconv.FormatInt(version(v), 10) + `"`
	}
}

func deref(t reflect.Type) reflect.Type {
	if t.Kind() == reflect.Pointer {
		return t.Elem()
	}
	return t
}

// fieldNamed returns the index of a field of the answer by its JSON name.
func fieldNamed(t reflect.Type, name string, kind reflect.Kind) []int {
	if t = deref(t); t.Kind() != reflect.Struct {
		return nil
	}
	for _, f := range reflect.VisibleFields(t) {
		if tag, _, _ := strings.Cut(f.Tag.Get("json"), ","); tag == name && f.Type.Kind() == kind {
			return f.Index
		}
	}
	return nil
}

func integerField(t reflect.Type, name string) func(reflect.Value) int64 {
	index := fieldNamed(t, name, reflect.Int64)
	if index == nil {
		return nil
	}
	return func(v reflect.Value) int64 { return reflect.Indirect(v).FieldByIndex(index).Int() }
}

func stringField(t reflect.Type, name string) func(reflect.Value) string {
	index := fieldNamed(t, name, reflect.String)
	if index == nil {
		return nil
	}
	return func(v reflect.Value) string { return reflect.Indirect(v).FieldByIndex(index).String() }
}

// newEndpoints prepares a table of operations.
// It panics if a reference names a list that can't be asked for ids.
func newEndpoints(r huma.Registry, operations []command.Operation, references []Reference) []*endpoint {
	endpoints := make([]*endpoint, len(operations))
	for i, o := range operations {
		endpoints[i] = newEndpoint(r, o)
	}
	for _, e := range endpoints {
		e.locate(endpoints)
		e.condition(endpoints)
	}
	lists := map[string]*endpoint{}
	for _, ref := range references {
		i := slices.IndexFunc(endpoints, func(e *endpoint) bool { return e.Name == ref.List })
		if i < 0 || endpoints[i].In != reflect.TypeFor[query.Input]() || !strings.HasSuffix(ref.Field, "_id") {
			panic(fmt.Sprintf("rest: %s can't be expanded by %s", ref.Field, ref.List))
		}
		lists[ref.Field] = endpoints[i]
	}
	for _, e := range endpoints {
		e.refer(r, lists)
	}
	return endpoints
}
