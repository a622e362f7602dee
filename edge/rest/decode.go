package rest

import (
	"encoding/json"
	"errors"
	"io"
	"maps"
	"mime"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"unicode/utf8"

	"ordo/base/problem"
)

const dryRun = "dry_run"

// input is a decoded request.
type input struct {
	value  any // pointer to a value of the operation's In
	dryRun bool
	view   view
}

// decode reads a request into the operation's input. The error is a problem:
// why the request can't be read, or all faults of its body and parameters.
func (e *endpoint) decode(w http.ResponseWriter, r *http.Request) (in input, err error) {
	value := reflect.New(e.In)
	in.value = value.Interface()
	data, err := e.readBody(w, r)
	if err != nil {
		return in, err
	}
	query, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return in, ErrQuery.New("the query of the address has a wrong escape or separator")
	}
	var c checker
	if data != nil {
		if err := c.body(data, e.body); err != nil {
			return in, err
		}
		if c.faults.Empty() && json.Unmarshal(data, in.value) != nil {
			return in, problem.ErrInvalidValue.New("the body can't be read as the input of %s", e.Name)
		}
	}
	in.dryRun = e.checkQuery(&c, query)
	in.view = e.view(&c, query)
	for i := range e.parameters {
		e.parameters[i].read(&c, r, query, value.Elem())
	}
	return in, c.faults.Err()
}

// readBody returns nil where there is nothing to check.
func (e *endpoint) readBody(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	if e.Method == http.MethodGet {
		return nil, nil
	}
	if r.ContentLength > e.limit {
		return nil, e.tooLarge()
	}
	data, err := io.ReadAll(http.MaxBytesReader(w, r.Body, e.limit))
	if _, large := errors.AsType[*http.MaxBytesError](err); large {
		return nil, e.tooLarge()
	} else if err != nil {
		return nil, ErrBodyUnread.New("the body ended after %d bytes", len(data))
	}
	if len(data) == 0 {
		return []byte("{}"), nil
	}
	if media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || media != "application/json" {
		return nil, ErrContentType.New("the body of %s is JSON, and its Content-Type has to say so", e.Name)
	}
	return data, nil
}

func (e *endpoint) tooLarge() error {
	return ErrTooLarge.New("%s takes a body of at most %d bytes", e.Name, e.limit).With("limit", e.limit)
}

// checkQuery looks for parameters that the operation does not have, and tells
// whether a dry run is asked for.
func (e *endpoint) checkQuery(c *checker, query url.Values) (dry bool) {
	if len(query) == 0 {
		return false
	}
	for _, name := range slices.Sorted(maps.Keys(query)) {
		c.path = append(c.path[:0], named(clipped([]byte(name))))
		switch {
		case e.query[name]:
		case name == dryRun && e.Writes:
			dry = query.Get(name) == "true"
			if !dry && query.Get(name) != "false" || len(query[name]) > 1 {
				c.addAllowed(ErrNotAllowed, []string{"true", "false"}, "must be true or false")
			}
		default:
			e.unknownQuery(c, name)
		}
	}
	return dry
}

func (e *endpoint) unknownQuery(c *checker, name string) {
	if !utf8.ValidString(name) || strings.ContainsRune(name, 0) {
		c.path[0] = named("?")
	}
	names := slices.Sorted(maps.Keys(e.query))
	if e.Writes {
		names = append(names, dryRun)
	}
	if near := problem.Closest(name, names); near != "" {
		c.addAllowed(ErrQueryUnknown, []string{near}, "is no parameter of %s. Did you mean %s?", e.Name, near)
		return
	}
	c.addAllowed(ErrQueryUnknown, names, "is no parameter of %s", e.Name)
}

// read checks a parameter and puts it into the input.
func (p *parameter) read(c *checker, r *http.Request, query url.Values, in reflect.Value) {
	var values []string
	switch p.from {
	case fromPath:
		values = []string{r.PathValue(p.name)}
	case fromQuery:
		values = query[p.name]
	case fromHeader:
		values = r.Header.Values(p.name)
	}
	c.path = append(c.path[:0], named(p.name))
	if len(values) == 0 && p.Tag.Get("default") != "" {
		values = []string{p.Tag.Get("default")}
	}
	if len(values) == 0 {
		if p.required {
			c.add(problem.ErrRequired, "is required")
		}
		return
	}
	target := in.FieldByIndex(p.path)
	if p.shape.kind == list {
		p.readList(c, values, target)
		return
	}
	if len(values) > 1 {
		c.add(ErrDuplicateField, "is there %d times", len(values))
		return
	}
	p.shape.readText(c, values[0], target)
}

func (p *parameter) readList(c *checker, values []string, target reflect.Value) {
	if len(values) > p.shape.longest {
		c.add(ErrTooMany, "has more than %d items", p.shape.longest)
		return
	}
	target.Set(reflect.MakeSlice(target.Type(), len(values), len(values)))
	for i, value := range values {
		c.push(step{index: i})
		p.shape.items.readText(c, value, target.Index(i))
		c.pop()
	}
}

// readText checks a value that is written without quotes and stores it.
func (s *shape) readText(c *checker, value string, target reflect.Value) {
	if !utf8.ValidString(value) {
		c.add(problem.ErrInvalidValue, "is not UTF-8")
		return
	}
	before := c.count
	data := []byte(value)
	c.nul = strings.ContainsRune(value, 0)
	switch {
	case s.kind == text || c.nul:
		c.text(s, data)
		data, _ = json.Marshal(value)
	case json.Valid(data) && strings.Contains("-0123456789tf", value[:1]):
		scan := c.scanner
		c.scanner = scanner{data: data}
		c.value(s)
		c.scanner = scan
	default:
		c.add(ErrType, "must be %s", s.kind)
	}
	if c.count > before {
		return
	}
	if target.Kind() == reflect.String {
		target.SetString(value)
	} else if json.Unmarshal(data, target.Addr().Interface()) != nil {
		c.add(problem.ErrInvalidValue, "can't be read")
	}
}
