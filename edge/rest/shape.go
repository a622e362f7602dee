package rest

import (
	"fmt"
	"maps"
	"math"
	"net/mail"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"

	"ordo/base/money"
)

type kind string

const (
	anything kind = "anything"
	boolean  kind = "true or false"
	number   kind = "a number"
	text     kind = "a text"
	list     kind = "a list"
	object   kind = "an object"
)

// shape is a schema of an input, prepared for checking.
type shape struct {
	kind kind
	null bool // null is taken, also where the field is required

	enum    []string
	format  string
	fits    func(string) bool // of format
	pattern *regexp.Regexp
	// Texts by characters, lists by items.
	shortest, longest int

	places      int   // decimals of a number
	least, most int64 // of it, in units of 10^-places
	decimal     bool  // the number may come as a decimal text

	items  *shape
	unique bool // no item twice

	properties []property
	index      map[string]int
	others     *shape          // further properties of a map; nil if there are none
	readOnly   map[string]bool // properties of the answer that the input does not have
}

type property struct {
	name     string
	required bool
	*shape
}

var formats = map[string]func(string) bool{
	"date-time": func(s string) bool { var t time.Time; return t.UnmarshalText([]byte(s)) == nil },
	"date":      func(s string) bool { _, err := time.Parse(time.DateOnly, s); return err == nil },
	"email":     func(s string) bool { a, err := mail.ParseAddress(s); return err == nil && a.Address == s },
	"uri":       func(s string) bool { u, err := url.Parse(s); return err == nil && u.Scheme != "" && u.Host != "" },
	"password":  utf8.ValidString,
}

// compiler makes shapes of schemas. The shape of an input also knows the
// schema of the answer at the same place, to tell what is read-only.
type compiler struct {
	registry  huma.Registry
	operation string               // whose input it is, for panics
	done      map[[2]string]*shape // by the references of both
}

func newCompiler(r huma.Registry, operation string) compiler {
	return compiler{r, operation, map[[2]string]*shape{}}
}

// compileField is compile with the name of a field for panics.
func (c *compiler) compileField(name string, in, out *huma.Schema) *shape {
	defer func() {
		if v := recover(); v != nil {
			panic(fmt.Sprintf("rest: %s: %s: %v", c.operation, name, v))
		}
	}()
	return c.compile(in, out)
}

func (c *compiler) resolve(s *huma.Schema) *huma.Schema {
	for s != nil && s.Ref != "" {
		s = c.registry.SchemaFromRef(s.Ref)
	}
	return s
}

// compile panics if the schema asks for a check that does not exist.
func (c *compiler) compile(in, out *huma.Schema) *shape {
	key := [2]string{in.Ref, ""}
	if out != nil {
		key[1] = out.Ref
	}
	if in.Ref != "" && c.done[key] != nil {
		return c.done[key]
	}
	s := &shape{null: in.Nullable, longest: math.MaxInt}
	if in.Ref != "" {
		c.done[key] = s
	}
	in, out = c.resolve(in), c.resolve(out)
	if in.MultipleOf != nil || in.MinProperties != nil || in.MaxProperties != nil || len(in.DependentRequired) > 0 ||
		in.OneOf != nil || in.AnyOf != nil || in.AllOf != nil || in.Not != nil {
		panic("the schema has a keyword that requests are not checked for")
	}
	s.null = s.null || in.Nullable
	for _, value := range in.Enum {
		s.enum = append(s.enum, fmt.Sprint(value))
	}
	switch in.Type {
	case "":
		s.kind = anything
	case huma.TypeBoolean:
		s.kind = boolean
	case huma.TypeInteger, huma.TypeNumber:
		s.numeric(in)
	case huma.TypeString:
		s.textual(in)
	case huma.TypeArray:
		s.kind = list
		s.bounds(in.MinItems, in.MaxItems)
		var items *huma.Schema
		if out != nil && out.Type == huma.TypeArray {
			items = out.Items
		}
		s.items, s.unique = c.compile(in.Items, items), in.UniqueItems
		if s.unique && s.items.kind != text {
			panic("only lists of texts are checked for items that are there twice")
		}
	case huma.TypeObject:
		c.object(s, in, out)
	default:
		panic("schemas of the type " + in.Type + " can't be checked")
	}
	return s
}

func (s *shape) bounds(shortest, longest *int) {
	if shortest != nil {
		s.shortest = *shortest
	}
	if longest != nil {
		s.longest = *longest
	}
}

func (s *shape) numeric(in *huma.Schema) {
	s.kind, s.least, s.most = number, math.MinInt64, math.MaxInt64
	switch in.Format {
	case "int64":
	case "int32":
		s.least, s.most = math.MinInt32, math.MaxInt32
	case formatQuantity:
		s.places, s.decimal = 3, true
		s.least, s.most = -999_999_999_999, 999_999_999_999
	default:
		panic("numbers of the format " + in.Format + " would lose digits")
	}
	s.limits(in)
}

// limits narrows a number by the bounds of its schema.
func (s *shape) limits(in *huma.Schema) {
	if in.Minimum != nil {
		s.least = max(s.least, s.units(*in.Minimum))
	}
	if in.ExclusiveMinimum != nil {
		s.least = max(s.least, s.units(*in.ExclusiveMinimum)+1)
	}
	if in.Maximum != nil {
		s.most = min(s.most, s.units(*in.Maximum))
	}
	if in.ExclusiveMaximum != nil {
		s.most = min(s.most, s.units(*in.ExclusiveMaximum)-1)
	}
}

// units returns a bound from a tag as an integer of 10^-places.
func (s *shape) units(bound float64) int64 {
	units, err := money.ParseDecimal(strconv.FormatFloat(bound, 'f', -1, 64), s.places)
	if err != nil {
		panic(fmt.Sprintf("%v can't bound a number with %d decimals", bound, s.places))
	}
	return units
}

func (s *shape) textual(in *huma.Schema) {
	s.kind, s.format = text, in.Format
	s.bounds(in.MinLength, in.MaxLength)
	if in.Pattern != "" {
		s.pattern = regexp.MustCompile(in.Pattern)
	}
	switch in.Format {
	case "":
	case formatUnitPrice, formatRate:
		s.places, s.least, s.most = 6, math.MinInt64, math.MaxInt64
		s.limits(in)
	default:
		if s.fits = formats[in.Format]; s.fits == nil {
			panic("texts of the format " + in.Format + " can't be checked")
		}
	}
}

func (c *compiler) object(s *shape, in, out *huma.Schema) {
	s.kind, s.index, s.readOnly = object, map[string]int{}, map[string]bool{}
	answer := map[string]*huma.Schema{}
	if out != nil {
		answer = out.Properties
	}
	for _, name := range slices.Sorted(maps.Keys(in.Properties)) {
		s.index[name] = len(s.properties)
		s.properties = append(s.properties, property{
			name: name, required: slices.Contains(in.Required, name), shape: c.compileField(name, in.Properties[name], answer[name]),
		})
	}
	for name := range answer {
		s.readOnly[name] = in.Properties[name] == nil
	}
	if others, ok := in.AdditionalProperties.(*huma.Schema); ok {
		s.others = c.compileField("further fields", others, nil)
	}
}

// names returns the properties in order.
func (s *shape) names() []string {
	names := make([]string, len(s.properties))
	for i, p := range s.properties {
		names[i] = p.name
	}
	return names
}
