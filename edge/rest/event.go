package rest

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"ordo/engine/db"
	"ordo/engine/event"
)

// EventSchema names the component that describes the body of a type of event.
func EventSchema(t *event.Type) string { return fmt.Sprintf("Event%sV%d", camel(t.Name), t.Version) }

// addEvents makes a component of the body of every type of event, and returns
// the references to them by type.
func addEvents(registry huma.Registry) map[string]*huma.Schema {
	refs := map[string]*huma.Schema{}
	for _, t := range event.Types() {
		s := closedSchema(registry, reflect.TypeOf(t.Body))
		s.Description = t.Name + ": " + t.Summary
		if rows, ok := t.Body.(event.Rows); ok {
			describeRows(registry, s, t, rows.Rows())
		}
		name := EventSchema(t)
		registry.Map()[name] = s
		refs[t.Name] = &huma.Schema{Ref: schemaPrefix + name}
	}
	return refs
}

// closedSchema is the schema of a struct with the fields of embedded types that
// are not exported, which encoding/json writes and huma passes over.
func closedSchema(registry huma.Registry, t reflect.Type) *huma.Schema {
	s := huma.SchemaFromType(registry, t)
	for f := range t.Fields() {
		if f.Anonymous && !f.IsExported() && f.Tag.Get("json") == "" {
			inner := closedSchema(registry, f.Type)
			maps.Copy(s.Properties, inner.Properties)
			s.Required = append(s.Required, inner.Required...)
		}
	}
	return s
}

// describeRows replaces the fields of a body that hold pieces of JSON. It panics
// if one of them has no table, or a table no such field.
func describeRows(registry huma.Registry, s *huma.Schema, t *event.Type, tables map[string]db.Shape) {
	for _, f := range fieldsOf(reflect.TypeOf(t.Body)) {
		table := tables[f.name]
		switch one, many := reflect.TypeFor[json.RawMessage](), reflect.TypeFor[map[string]json.RawMessage](); {
		case table == nil && f.Type != one && f.Type != many:
			continue
		case table != nil && f.Type == one:
			s.Properties[f.name] = rowSchema(registry, table, false)
		case table != nil && f.Type == many:
			s.Properties[f.name] = &huma.Schema{Type: huma.TypeObject, AdditionalProperties: rowSchema(registry, table, true), Description: "By key; null for one that was removed"}
		default:
			panic(fmt.Sprintf("rest: %s of the event %s holds no rows of a table", f.name, t.Name))
		}
		delete(tables, f.name)
	}
	if len(tables) > 0 {
		panic(fmt.Sprintf("rest: the body of the event %s has no fields for %v", t.Name, tables))
	}
}

// rowSchema refers to the component of a table's changed columns.
func rowSchema(registry huma.Registry, table db.Shape, removable bool) *huma.Schema {
	title, columns := table.Shape()
	name := camel(title) + "Row"
	if removable {
		name += "OrNull"
	}
	if registry.Map()[name] == nil {
		s := &huma.Schema{
			Type: huma.TypeObject, Nullable: removable, AdditionalProperties: false, Properties: map[string]*huma.Schema{},
			Description: "New values of the columns of " + title + " that changed: amounts in minor units, quantities in thousandths, prices and rates in millionths, times in microseconds since 1970, 0 for none",
		}
		for _, c := range columns {
			s.Properties[c.Name] = &huma.Schema{Type: jsonTypes[c.Kind]}
		}
		registry.Map()[name] = s
	}
	return &huma.Schema{Ref: schemaPrefix + name}
}

var jsonTypes = map[reflect.Kind]string{reflect.String: huma.TypeString, reflect.Int64: huma.TypeInteger, reflect.Bool: huma.TypeBoolean}

// camel writes a name such as order.place_draft as OrderPlaceDraft.
func camel(name string) (all string) {
	for part := range strings.FieldsFuncSeq(name, func(r rune) bool { return r == '.' || r == '_' }) {
		all += capital(part)
	}
	return all
}
