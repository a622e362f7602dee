package rest

import (
	"fmt"
	"reflect"
	"strings"
	"time"
	"unicode"

	"github.com/danielgtaylor/huma/v2"

	"ordo/base/clock"
	"ordo/base/money"
)

const schemaPrefix = "#/components/schemas/"

// Lists are never null: an empty one says as much.
func init() { huma.DefaultArrayNullable = false }

// newRegistry returns an empty collection of schemas that knows the types
// whose JSON is not that of their Go kind.
func newRegistry() huma.Registry {
	r := huma.NewMapRegistry(schemaPrefix, schemaName)
	r.RegisterTypeAlias(reflect.TypeFor[money.Quantity](), reflect.TypeFor[quantity]())
	r.RegisterTypeAlias(reflect.TypeFor[money.UnitPrice](), reflect.TypeFor[unitPrice]())
	r.RegisterTypeAlias(reflect.TypeFor[money.Rate](), reflect.TypeFor[rate]())
	r.RegisterTypeAlias(reflect.TypeFor[clock.Stamp](), reflect.TypeFor[time.Time]())
	return r
}

// schemaName names the component of a type: Order for order.Order, OrderLine
// for order.Line, OrderPage for query.Rows[*order.Order].
func schemaName(t reflect.Type, hint string) string {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	name, argument, generic := strings.Cut(t.Name(), "[")
	if generic {
		argument = strings.TrimSuffix(argument, "]")
		pkg, inner, _ := strings.Cut(argument[strings.LastIndex(argument, "/")+1:], ".")
		if name == "Rows" {
			name = "Page"
		}
		return qualified(strings.TrimLeft(pkg, "*"), inner) + name
	}
	if name == "" {
		return hint
	}
	return qualified(t.PkgPath()[strings.LastIndex(t.PkgPath(), "/")+1:], name)
}

func qualified(pkg, name string) string {
	if strings.EqualFold(pkg, name) || pkg == "money" || pkg == "command" || pkg == "rest" {
		return capital(name)
	}
	return capital(pkg) + capital(name)
}

func capital(name string) string {
	if name == "" {
		return ""
	}
	return string(unicode.ToUpper(rune(name[0]))) + name[1:]
}

// Formats of the numbers that are exact decimals.
const (
	formatQuantity  = "quantity"
	formatUnitPrice = "unit-price"
	formatRate      = "rate"
)

type (
	quantity  struct{}
	unitPrice struct{}
	rate      struct{}
)

// Schema describes money.Quantity.
func (quantity) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeNumber, Format: formatQuantity, Description: "Up to three decimals, below 1,000,000,000"}
}

// Schema describes money.UnitPrice.
func (unitPrice) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeString, Format: formatUnitPrice, Pattern: `^-?[0-9]{1,9}(\.[0-9]{1,6})?$`, Description: "Major units as a decimal text, up to six decimals"}
}

// Schema describes money.Rate.
func (rate) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeString, Format: formatRate, Pattern: `^[0-9]{1,3}(\.[0-9]{1,6})?$`, Description: "Decimal fraction as a text: 0.19 is 19 %"}
}

// field is one field of an input type, embedded structs flattened.
type field struct {
	reflect.StructField
	path []int // as in reflect.Value.FieldByIndex
	from string
	name string // in JSON, or of the parameter
}

// Where a field comes from.
const (
	fromBody   = "body"
	fromPath   = "path"
	fromQuery  = "query"
	fromHeader = "header"
)

// fieldsOf returns the exported fields of a struct type. It panics where an
// input can't be filled.
func fieldsOf(t reflect.Type) (fields []field) {
	seen := map[string]bool{}
	var walk func(t reflect.Type, path []int)
	walk = func(t reflect.Type, path []int) {
		var embedded []reflect.StructField
		for i := range t.NumField() {
			f := t.Field(i)
			switch {
			case f.Anonymous && f.Tag.Get("json") == "" && f.Type.Kind() == reflect.Struct:
				embedded = append(embedded, f)
			case f.Anonymous && f.Tag.Get("json") == "":
				panic(fmt.Sprintf("rest: %s embeds %s, which is no struct", t, f.Type))
			case f.IsExported() && !seen[f.Name]:
				seen[f.Name] = true
				fields = append(fields, newField(f, append(path[:len(path):len(path)], i)))
			}
		}
		for _, f := range embedded {
			walk(f.Type, append(path[:len(path):len(path)], f.Index...))
		}
	}
	if t.Kind() != reflect.Struct {
		panic(fmt.Sprintf("rest: the input %s is no struct", t))
	}
	walk(t, nil)
	return fields
}

func newField(f reflect.StructField, path []int) field {
	for _, from := range []string{fromPath, fromQuery, fromHeader} {
		if name := f.Tag.Get(from); name != "" {
			return field{f, path, from, name}
		}
	}
	name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
	if name == "" {
		name = f.Name
	}
	return field{f, path, fromBody, name}
}

// bodySchema returns the schema of those fields of an input type that are its
// body, or nil if there are none.
func bodySchema(r huma.Registry, t reflect.Type) *huma.Schema {
	whole := huma.SchemaFromType(r, t)
	body := &huma.Schema{Type: huma.TypeObject, AdditionalProperties: false, Properties: map[string]*huma.Schema{}}
	for _, f := range fieldsOf(t) {
		if f.from == fromBody && f.name != "-" {
			if f.Tag.Get("default") != "" {
				panic(fmt.Sprintf("rest: %s.%s has a default, which only parameters can have", t, f.Name))
			}
			body.Properties[f.name] = whole.Properties[f.name]
		}
	}
	for _, name := range whole.Required {
		if body.Properties[name] != nil {
			body.Required = append(body.Required, name)
		}
	}
	if len(body.Properties) == 0 {
		return nil
	}
	return body
}
