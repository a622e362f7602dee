package rest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"ordo/engine/command"
)

const about = `Orders from the first draft to the last refund.

Every change is a command. It takes an optional Idempotency-Key: the same key with the same input has one effect, and every repeat answers with the same resource. With dry_run=true a command runs, answers and is undone.

Amounts are integers of the smallest unit of their currency; unit prices and rates are decimal texts; times are RFC 3339 in UTC. Refusals are problems (RFC 9457) with a stable code, all faults at once, and what helps.`

// Document returns the OpenAPI 3.1 document of a table of operations. The same
// table gives the same bytes.
func Document(operations []command.Operation, o Options) []byte {
	registry := newRegistry()
	return document(registry, newEndpoints(registry, operations, o.References), o)
}

func document(registry huma.Registry, endpoints []*endpoint, o Options) []byte {
	d := &huma.OpenAPI{
		OpenAPI:    "3.1.0",
		Info:       &huma.Info{Title: "Ordo", Version: o.Version, Description: about},
		Components: components(registry),
	}
	if o.Version == "" {
		d.Info.Version = "dev"
	}
	for _, url := range o.Servers {
		d.Servers = append(d.Servers, &huma.Server{URL: url})
	}
	for _, e := range endpoints {
		add(d, e.Method, e.Path, e.describe(registry))
	}
	events := addEvents(registry)
	for _, s := range o.Streams {
		add(d, http.MethodGet, s.Path, s.describe(events))
	}
	text, err := json.MarshalIndent(d, "", "  ")
	if err != nil {
		panic("rest: the OpenAPI document can't be written: " + err.Error())
	}
	return append(text, '\n')
}

func components(registry huma.Registry) *huma.Components {
	longest := 255
	problem := registry.Schema(reflect.TypeFor[Problem](), true, "")
	registry.SchemaFromRef(problem.Ref).AdditionalProperties = true // a code may tell more, such as the limit
	return &huma.Components{
		Schemas: registry,
		SecuritySchemes: map[string]*huma.SecurityScheme{
			"bearer": {Type: "http", Scheme: "bearer", Description: "An API key, or the token of a session"},
			"cookie": {Type: "apiKey", In: "cookie", Name: CookieName, Description: "A session of a browser, which session.create sets if it is asked to. What writes needs the header " + ownHeader + ": 1 beside it, unless the browser says Sec-Fetch-Site: same-origin."},
		},
		Parameters: map[string]*huma.Param{
			"IdempotencyKey": {
				Name: "Idempotency-Key", In: "header", Schema: &huma.Schema{Type: huma.TypeString, MaxLength: &longest},
				Description: "Names the request: a repeat with the same key has no second effect. One is made where there is none.",
			},
			"DryRun": {
				Name: dryRun, In: "query", Schema: &huma.Schema{Type: huma.TypeBoolean},
				Description: "Run the command, answer with its outcome, and undo it.",
			},
			"Fields": {
				Name: fieldsQuery, In: fromQuery, Schema: &huma.Schema{Type: huma.TypeString},
				Description: "Fields to show, of lists those of the items, with commas between: id,number,lines.sku. All if not given.",
			},
			"IfMatch": {
				Name: "If-Match", In: "header", Schema: &huma.Schema{Type: huma.TypeString},
				Description: "ETag of what the change was made from: answers 412 and names the fields that changed since. Of an order, the revision decides.",
			},
			"IfNoneMatch": {
				Name: "If-None-Match", In: "header", Schema: &huma.Schema{Type: huma.TypeString},
				Description: "ETag of what is known: answers 304 if nothing changed.",
			},
		},
		Responses: map[string]*huma.Response{"Problem": {
			Description: "Refused: nothing was written",
			Content:     map[string]*huma.MediaType{"application/problem+json": {Schema: problem}},
		}},
	}
}

// add puts an operation into the document, and its subject into the tags.
func add(d *huma.OpenAPI, method, path string, o *huma.Operation) {
	o.Method, o.Path = method, path
	d.AddOperation(o)
	for _, t := range d.Tags {
		if t.Name == o.Tags[0] {
			return
		}
	}
	d.Tags = append(d.Tags, &huma.Tag{Name: o.Tags[0]})
}

// outline is what operations and streams have in common.
func outline(name, summary, permission string) *huma.Operation {
	subject, _, _ := strings.Cut(name, ".")
	problem := &huma.Response{Ref: "#/components/responses/Problem"}
	o := &huma.Operation{
		OperationID: name, Summary: summary, Tags: []string{subject},
		Responses:  map[string]*huma.Response{"4XX": problem, "5XX": problem},
		Extensions: map[string]any{"x-ordo-permission": permission},
	}
	if permission != "" {
		o.Security = []map[string][]string{{"bearer": {}}, {"cookie": {}}}
	}
	return o
}

// describe refers to the bodies of events, which are inside the stream's text.
func (s Stream) describe(events map[string]*huma.Schema) *huma.Operation {
	o := outline(s.Name, s.Summary, s.Permission)
	for _, m := range pathName.FindAllStringSubmatch(s.Path, -1) {
		o.Parameters = append(o.Parameters, &huma.Param{Name: m[1], In: fromPath, Required: true, Schema: &huma.Schema{Type: huma.TypeString}})
	}
	for _, p := range s.Takes {
		o.Parameters = append(o.Parameters, &huma.Param{Name: p.Name, In: p.In, Description: p.Doc, Schema: &huma.Schema{Type: huma.TypeString}})
	}
	if s.Type != "" {
		o.Responses["200"] = &huma.Response{
			Description: s.Answer,
			Content:     map[string]*huma.MediaType{s.Type: {Schema: &huma.Schema{Type: huma.TypeString}}},
		}
		return o
	}
	o.Extensions["x-ordo-events"] = events
	o.Responses["200"] = &huma.Response{
		Description: "Server-sent events, until either side ends them",
		Content:     map[string]*huma.MediaType{"text/event-stream": {Schema: &huma.Schema{Type: huma.TypeString}}},
	}
	return o
}

func (e *endpoint) describe(registry huma.Registry) *huma.Operation {
	o := outline(e.Name, e.Summary, e.Permission)
	if e.Writes {
		o.Parameters = append(o.Parameters, &huma.Param{Ref: "#/components/parameters/IdempotencyKey"}, &huma.Param{Ref: "#/components/parameters/DryRun"})
	}
	if e.matches {
		o.Parameters = append(o.Parameters, &huma.Param{Ref: "#/components/parameters/IfMatch"})
	}
	if e.Method == http.MethodGet && e.tag != nil {
		o.Parameters = append(o.Parameters, &huma.Param{Ref: "#/components/parameters/IfNoneMatch"})
		o.Responses["304"] = &huma.Response{Description: "It is as the ETag says"}
	}
	if e.query[fieldsQuery] {
		o.Parameters = append(o.Parameters, &huma.Param{Ref: "#/components/parameters/Fields"})
	}
	if e.query[expandQuery] {
		var names []string
		for _, x := range e.expansions {
			names = append(names, x.name())
		}
		o.Parameters = append(o.Parameters, &huma.Param{
			Name: expandQuery, In: fromQuery, Schema: &huma.Schema{Type: huma.TypeString},
			Description: "Show what these refer to, as far as you may see it, with commas between: " + strings.Join(names, ", "),
		})
	}
	example := reflect.ValueOf(e.Example)
	for _, p := range e.parameters {
		o.Parameters = append(o.Parameters, p.describe(example.FieldByIndex(p.path)))
	}
	if e.bodySchema != nil {
		o.RequestBody = e.describeBody(registry)
	}
	answer := &huma.Response{
		Description: http.StatusText(e.status),
		Content:     map[string]*huma.MediaType{"application/json": {Schema: registry.Schema(e.Out, true, capital(e.Name)+"Answer")}},
	}
	o.Responses[strconv.Itoa(e.status)] = answer
	return o
}

func (p *parameter) describe(example reflect.Value) *huma.Param {
	schema := *p.schema
	schema.Description = ""
	described := &huma.Param{Name: p.name, In: p.from, Required: p.required, Schema: &schema, Description: p.schema.Description}
	if !example.IsZero() {
		described.Example = example.Interface()
	}
	return described
}

// describeBody makes the body a component of its own: OrderPlaceInput.
func (e *endpoint) describeBody(registry huma.Registry) *huma.RequestBody {
	name := camel(e.Name) + "Input"
	if registry.Map()[name] != nil {
		panic(fmt.Sprintf("rest: there are two schemas %s", name))
	}
	registry.Map()[name] = e.bodySchema
	return &huma.RequestBody{
		Required: len(e.bodySchema.Required) > 0,
		Content: map[string]*huma.MediaType{"application/json": {
			Schema: &huma.Schema{Ref: schemaPrefix + name},
			// By name: the reader of web/reader overlooks a single one that is an object.
			Examples: map[string]*huma.Example{"example": {Value: json.RawMessage(e.example)}},
		}},
	}
}

// bodyExample writes those fields of an example that are the body, in the
// order in which the input has them.
func (e *endpoint) bodyExample(example reflect.Value) []byte {
	b := bytes.NewBufferString("{")
	for _, f := range e.fields {
		value := example.FieldByIndex(f.path)
		if f.from != fromBody || f.name == "-" || value.IsZero() && e.body.optional(f.name) {
			continue
		}
		text, err := json.Marshal(value.Interface())
		if err != nil {
			panic(fmt.Sprintf("rest: the example of %s: %s", e.Name, err))
		}
		if b.Len() > 1 {
			b.WriteByte(',')
		}
		fmt.Fprintf(b, "%q:%s", f.name, text)
	}
	b.WriteByte('}')
	return b.Bytes()
}

func (s *shape) optional(name string) bool {
	i, known := s.at([]byte(name))
	return known && !s.properties[i].required
}
