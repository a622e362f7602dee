package rest

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"ordo/base/problem"
	"ordo/engine/command"
	"ordo/engine/db"
)

// searchIn has a parameter of every kind at every place.
type searchIn struct {
	ID    string   `path:"id" json:"id"`
	Count int      `query:"count" json:"count,omitempty" minimum:"1" maximum:"10" default:"3"`
	Exact bool     `query:"exact" json:"exact,omitempty"`
	Kinds []string `query:"kind" json:"kinds,omitempty" maxItems:"3" enum:"a,b"`
	Tag   string   `header:"X-Tag" json:"tag,omitempty" maxLength:"5"`
	Body  int      `json:"body,omitempty"`
}

func FuzzDecode(f *testing.F) {
	e := newEndpoint(newRegistry(), command.Def[searchIn, searchIn]{
		Name: "thing.find", Summary: "Find", Method: http.MethodPost, Path: "/v1/things/{id}", Example: searchIn{ID: "x"},
		Run: func(_ *db.Tx, in searchIn) (searchIn, error) { return in, nil },
	})
	f.Add("thi_1", "count=7&exact=true&kind=a&kind=b&dry_run=true", "x", "application/json", []byte(`{"body":1}`))
	f.Add("", "count=11&kind=c&cuont=1&dry_run=yes&%zz", "longer", "text/plain", []byte(`[]`))
	f.Add("\x00", "exact=1&count=%00&exact=true&;", "\xff", "application/json;charset=latin", []byte(nil))
	f.Fuzz(func(t *testing.T, id, query, tag, media string, body []byte) {
		r := httptest.NewRequest(http.MethodPost, "/v1/things/x", bytes.NewReader(body))
		r.URL.RawQuery = query
		r.SetPathValue("id", id)
		r.Header = http.Header{"Content-Type": {media}, "X-Tag": {tag}}
		in, err := e.decode(httptest.NewRecorder(), r)
		if err != nil {
			if p := problem.As(err); p == nil || p.Kind() == problem.Internal || len(p.Faults) == 0 {
				t.Errorf("%q?%q: %v", id, query, err)
			}
			return
		}
		values, _ := url.ParseQuery(query)
		got, _ := in.value.(*searchIn)
		if got.ID != id || got.Tag != tag || got.Count < 1 || got.Count > 10 || len(got.Kinds) > 3 || !slices.Equal(got.Kinds, values["kind"]) || strings.ContainsRune(id+tag, 0) {
			t.Errorf("%q?%q is read as %+v", id, query, got)
		}
	})
}

func FuzzIfMatch(f *testing.F) {
	e := orderEndpoint()
	e.matches = true
	for _, seed := range []string{`"1"`, `W/"3-12"`, `"1", "2"`, `*`, `"1`, `"-1"`, `"999999999999999999999"`, `,`, "\x00"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, header string) {
		r := httptest.NewRequest(http.MethodPost, "/v1/orders", nil)
		r.Header = http.Header{"If-Match": {header}}
		match, err := e.ifMatch(r)
		if err != nil {
			if p := problem.As(err); p == nil || p.Faults[0].Code != problem.ErrETag {
				t.Errorf("%q: %v", header, err)
			}
			return
		}
		if (match == nil) != (header == "" || header == "*") {
			t.Errorf("%q gives the condition %v", header, match)
		}
		matches(header, `"1"`)
	})
}

func FuzzRequestID(f *testing.F) {
	f.Add("abc-1")
	f.Add("a\nb")
	f.Add(strings.Repeat("x", 101))
	f.Fuzz(func(t *testing.T, given string) {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.Header = http.Header{"X-Request-Id": {given}}
		id := requestID(r)
		if id == "" || len(id) > 100 || strings.ContainsFunc(id, func(r rune) bool { return r <= ' ' || r > '~' || r == '"' }) {
			t.Errorf("%q gives the id %q", given, id)
		}
	})
}

func FuzzPointer(f *testing.F) {
	f.Add("a/b", "~1", 3)
	f.Add("", "~", 0)
	f.Fuzz(func(t *testing.T, first, second string, index int) {
		index &= 1<<20 - 1
		c := checker{path: []step{named(first), {index: index}, named(second)}}
		parts := strings.Split(c.pointer(), "/")
		read := strings.NewReplacer("~1", "/", "~0", "~")
		if len(parts) != 4 || read.Replace(parts[1]) != first || read.Replace(parts[3]) != second || parts[0] != "" {
			t.Errorf("%q, %d, %q gives %s", first, index, second, c.pointer())
		}
	})
}

func FuzzView(f *testing.F) {
	f.Add([]byte(`{"items":[{"id":"a","x":{"y":[1.50,null,"\u0000<"]}}],"next":"n"}`), "items.x.y")
	f.Add([]byte(`[[],{},""]`), "")
	f.Fuzz(func(t *testing.T, text []byte, field string) {
		var compact bytes.Buffer
		if json.Compact(&compact, text) != nil || duplicates(text) {
			return
		}
		root, err := parse(compact.Bytes())
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		var same, whole any
		if json.Unmarshal(written(nil, root), &same) != nil || json.Unmarshal(compact.Bytes(), &whole) != nil {
			t.Fatalf("%s is written %s", text, written(nil, root))
		}
		if a, b := marshaled(t, same), marshaled(t, whole); a != b {
			t.Fatalf("%s is written %s", b, a)
		}
		kept := tree{}.add(strings.Split(field, ".")).prune(root)
		once := string(written(nil, kept))
		again, err := parse([]byte(once))
		if err != nil || string(written(nil, tree{}.add(strings.Split(field, ".")).prune(again))) != once {
			t.Fatalf("%s of %s is %s, %v", field, text, once, err)
		}
	})
}

// duplicates tells whether an object may have a name twice, which no answer has.
func duplicates(text []byte) bool {
	var value any
	if json.Unmarshal(text, &value) != nil {
		return true
	}
	return bytes.Count(text, []byte{':'}) != members(value)
}

func members(value any) (n int) {
	switch v := value.(type) {
	case map[string]any:
		n = len(v)
		for name, one := range v { // order-free: it counts
			n += members(one) + strings.Count(name, ":")
		}
	case []any:
		for _, one := range v {
			n += members(one)
		}
	case string:
		n = strings.Count(v, ":")
	}
	return n
}

func marshaled(t *testing.T, value any) string {
	text, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
