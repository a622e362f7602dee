package main

import (
	"encoding/json"
	"fmt"
	"math/big"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

// described is the OpenAPI document, read back as a client reads it.
type described struct {
	Paths      map[string]map[string]*describedOperation
	Components struct {
		Schemas   map[string]*schema
		Responses map[string]struct{ Content map[string]content }
	}
}

type describedOperation struct {
	Name       string `json:"operationId"`
	method     string
	path       string
	Parameters []struct {
		Ref      string `json:"$ref"`
		Name, In string
		Example  any
		Schema   *schema
	}
	RequestBody *struct{ Content map[string]content }
	Responses   map[string]struct{ Content map[string]content }
	Events      map[string]*schema `json:"x-ordo-events"` // bodies of those that a stream shows
}

// takes tells whether the operation has a header, its own or a common one.
func (o *describedOperation) takes(name string) bool {
	for _, p := range o.Parameters {
		if p.Name == name && p.In == "header" || p.Ref == "#/components/parameters/"+strings.ReplaceAll(name, "-", "") {
			return true
		}
	}
	return false
}

// query tells whether the operation has a parameter in the query.
func (o *describedOperation) query(name string) bool {
	for _, p := range o.Parameters {
		if p.Name == name && p.In == "query" {
			return true
		}
	}
	return false
}

type content struct {
	Schema   *schema
	Examples map[string]struct{ Value json.RawMessage }
}

// schema is as much of JSON Schema as the document uses for answers. A keyword
// that is not here makes the document unreadable.
type schema struct {
	Ref         string `json:"$ref"`
	Type        any
	Format      string
	Description string
	Enum        []any
	Pattern     string
	MinLength   int
	MaxLength   *int
	Minimum     *json.Number
	Maximum     *json.Number
	MinItems    int
	MaxItems    *int
	UniqueItems bool
	Properties  map[string]*schema
	Required    []string
	Items       *schema
	Others      others `json:"additionalProperties"`
	WriteOnly   bool   // never in answers
	Default     any    // of a parameter that is not there
}

// UnmarshalJSON refuses keywords that match does not look at.
func (s *schema) UnmarshalJSON(b []byte) error {
	type plain schema
	d := json.NewDecoder(strings.NewReader(string(b)))
	d.DisallowUnknownFields()
	return d.Decode((*plain)(s))
}

// others says what properties may be there that are not named.
type others struct {
	none   bool
	schema *schema // of each; nil if nothing is said
}

// UnmarshalJSON reads true, false, or a schema.
func (o *others) UnmarshalJSON(b []byte) error {
	if o.none = string(b) == "false"; o.none || string(b) == "true" {
		return nil
	}
	return json.Unmarshal(b, &o.schema)
}

// match returns what is wrong with a value that was decoded with UseNumber.
func (d *described) match(s *schema, value any, at string) (faults []string) {
	if name, ok := strings.CutPrefix(s.Ref, "#/components/schemas/"); ok {
		if s = d.Components.Schemas[name]; s == nil {
			return []string{fmt.Sprintf("%s: there is no schema %s", at, name)}
		}
	}
	fault := func(format string, args ...any) {
		faults = append(faults, at+": "+fmt.Sprintf(format, args...))
	}
	switch v := value.(type) {
	case map[string]any:
		if !s.is("object") {
			fault("is an object, want %v", s.Type)
		}
		for _, name := range s.Required {
			if _, there := v[name]; !there {
				fault("lacks %s", name)
			}
		}
		for name, one := range v {
			switch property := s.Properties[name]; {
			case property != nil && property.WriteOnly:
				fault("shows %s, which is write-only", name)
			case property != nil:
				faults = append(faults, d.match(property, one, at+"/"+name)...)
			case s.Others.none:
				fault("has %s, which is not described", name)
			case s.Others.schema != nil:
				faults = append(faults, d.match(s.Others.schema, one, at+"/"+name)...)
			}
		}
	case []any:
		if !s.is("array") {
			fault("is a list, want %v", s.Type)
			break
		}
		if len(v) < s.MinItems || s.MaxItems != nil && len(v) > *s.MaxItems {
			fault("has %d items", len(v))
		}
		for i, one := range v {
			faults = append(faults, d.match(s.Items, one, fmt.Sprint(at, "/", i))...)
		}
	case string:
		if !s.is("string") {
			fault("is a text, want %v", s.Type)
		}
		s.text(v, fault)
	case json.Number:
		if n, _ := new(big.Rat).SetString(v.String()); !s.is("number") && !(s.is("integer") && n.IsInt()) ||
			s.Minimum != nil && n.Cmp(rational(*s.Minimum)) < 0 || s.Maximum != nil && n.Cmp(rational(*s.Maximum)) > 0 {
			fault("%s does not fit %v", v, s.Type)
		}
	case bool:
		if !s.is("boolean") {
			fault("is %t, want %v", v, s.Type)
		}
	case nil:
		if !s.is("null") {
			fault("is null")
		}
	}
	return faults
}

func (s *schema) text(v string, fault func(string, ...any)) {
	if n := utf8.RuneCountInString(v); n < s.MinLength || s.MaxLength != nil && n > *s.MaxLength {
		fault("has %d characters", n)
	}
	if len(s.Enum) > 0 && !slices.Contains(s.Enum, any(v)) {
		fault("%q is none of %v", v, s.Enum)
	}
	if s.Pattern != "" && !regexp.MustCompile(s.Pattern).MatchString(v) {
		fault("%q does not match %s", v, s.Pattern)
	}
	layout := map[string]string{"date-time": time.RFC3339Nano, "date": time.DateOnly}[s.Format]
	if _, err := time.Parse(layout, v); layout != "" && err != nil {
		fault("%q is no %s", v, s.Format)
	}
}

// is tells whether the type is permitted; a schema without one takes all.
func (s *schema) is(kind string) bool {
	all, several := s.Type.([]any)
	return s.Type == nil || s.Type == kind || several && slices.Contains(all, any(kind))
}

func rational(n json.Number) *big.Rat {
	r, ok := new(big.Rat).SetString(n.String())
	if !ok {
		panic(n)
	}
	return r
}

func TestAnAnswerIsHeldAgainstItsSchema(t *testing.T) {
	text := `{"type":"object","additionalProperties":false,"required":["id"],"properties":{
		"id":{"type":"string","pattern":"^x_"},"kind":{"type":"string","enum":["a","b"]},"at":{"type":"string","format":"date-time"},"secret":{"type":"string","writeOnly":true},
		"n":{"type":"integer","minimum":1},"list":{"type":"array","items":{"$ref":"#/components/schemas/Other"}},
		"map":{"type":"object","additionalProperties":{"$ref":"#/components/schemas/Other"}}}}`
	var s, other schema
	if err := json.Unmarshal([]byte(text), &s); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal([]byte(`{"type":"boolean","oneOf":[]}`), &other); err == nil {
		t.Error("a keyword that is not looked at was read")
	}
	d := &described{}
	d.Components.Schemas = map[string]*schema{"Other": {Type: "boolean"}}
	for value, want := range map[string]int{
		`{"id":"x_1","kind":"a","at":"2026-11-21T10:00:00Z","n":1,"list":[true]}`: 0,
		`{}`: 1, `[]`: 1, `{"id":null}`: 1, `{"id":"y","more":1}`: 2, `{"id":"x_","secret":""}`: 1,
		`{"id":"x_","kind":"c","at":"now","n":0,"list":[1,true,""]}`: 5, `{"id":"x_","n":1.5,"list":{}}`: 2,
		`{"id":"x_","map":{"a":true,"b":1,"c":null}}`: 2,
	} {
		if faults := d.match(&s, decoded(t, []byte(value)), ""); len(faults) != want {
			t.Errorf("%s has %q, want %d faults", value, faults, want)
		}
	}
}

// decoded reads JSON, numbers as they are written.
func decoded(t *testing.T, b []byte) (value any) {
	t.Helper()
	d := json.NewDecoder(strings.NewReader(string(b)))
	d.UseNumber()
	if err := d.Decode(&value); err != nil {
		t.Fatalf("%s: %v", b, err)
	}
	return value
}
