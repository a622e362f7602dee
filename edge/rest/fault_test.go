package rest_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"ordo/base/problem"
	"ordo/engine/db"
)

// with returns the good body with another value for a field.
func with(field string) string { return strings.Replace(good, "{", "{"+field+",", 1) }

// lines returns a body with these lines.
func lines(text string) string { return `{"method":"post","lines":` + text + `}` }

var badInputs = []struct {
	name, path, body string
	header           map[string]string
	want             []string // code and pointer of every fault
}{
	{name: "no JSON", body: `hello`, want: []string{"json_malformed "}},
	{name: "half", body: `{"method":`, want: []string{"json_malformed "}},
	{name: "two values", body: good + `{}`, want: []string{"json_malformed "}},
	{name: "comma at the end", body: `{"method":"post",}`, want: []string{"json_malformed "}},
	{name: "comma at the end of a list", body: lines(`[1,]`), want: []string{"json_malformed "}},
	{name: "name without quotes", body: `{method:"post"}`, want: []string{"json_malformed "}},
	{name: "wrong word", body: with(`"gift":nope`), want: []string{"json_malformed "}},
	{name: "zero in front", body: with(`"priority":01`), want: []string{"json_malformed "}},
	{name: "control character", body: with("\"mail\":\"a\nb\""), want: []string{"json_malformed "}},
	{name: "not UTF-8", body: with("\"mail\":\"a\xffb\""), want: []string{"json_malformed "}},
	{name: "half a surrogate", body: with(`"mail":"\ud83c"`), want: []string{"json_malformed "}},
	{name: "unknown escape", body: with(`"mail":"\x"`), want: []string{"json_malformed "}},
	{name: "too deep", body: with(`"data":` + strings.Repeat("[", 40) + strings.Repeat("]", 40)), want: []string{"json_too_deep "}},
	{name: "not an object", body: `[]`, want: []string{"type_mismatch "}},
	{name: "null", body: `null`, want: []string{"type_mismatch "}},
	{name: "not declared as JSON", body: good, header: map[string]string{"Content-Type": "text/plain"}, want: []string{"content_type_invalid "}},
	{name: "not declared at all", body: good, header: map[string]string{"Content-Type": ""}, want: []string{"content_type_invalid "}},
	{name: "too large", body: with(`"mail":"` + strings.Repeat("x", 1<<20) + `"`), want: []string{"body_too_large "}},
	{name: "nothing", body: ``, want: []string{"field_required /lines", "field_required /method"}},
	{name: "empty", body: `{}`, want: []string{"field_required /lines", "field_required /method"}},
	{name: "null for a required field", body: `{"method":null,"lines":null}`, want: []string{"field_required /method", "field_required /lines"}},
	{name: "unknown", body: with(`"colour":"red"`), want: []string{"field_unknown /colour"}},
	{name: "unknown with a slash", body: with(`"a/b~c":1`), want: []string{"field_unknown /a~1b~0c"}},
	{name: "no name", body: with(`"":1`), want: []string{"field_unknown /"}},
	{name: "unknown in a line", body: lines(`[{"sku":"ab","quantity":1,"qty":2}]`), want: []string{"field_unknown /lines/0/qty"}},
	{name: "other case", body: with(`"Priority":1`), want: []string{"field_case /Priority"}},
	{name: "twice", body: with(`"gift":true,"gift":true`), want: []string{"field_duplicate /gift"}},
	{name: "twice with an escape", body: with(`"gift":true,"g\u0069ft":true`), want: []string{"field_duplicate /gift"}},
	{name: "twice within any value", body: with(`"data":{"a":{"b":1,"b":1}}`), want: []string{"field_duplicate /data/a/b"}},
	{name: "status", body: with(`"status":"sent"`), want: []string{"field_read_only /status"}},
	{name: "id of the path", body: with(`"id":"par_2"`), want: []string{"field_read_only /id"}},
	{name: "number and version", body: with(`"number":"1","version":2`), want: []string{"field_read_only /number", "field_read_only /version"}},
	{name: "total of a line", body: lines(`[{"sku":"ab","quantity":1,"total":{"amount":1}}]`), want: []string{"field_read_only /lines/0/total"}},
	{name: "text for a number", body: with(`"priority":"1"`), want: []string{"type_mismatch /priority"}},
	{name: "number for a text", body: with(`"mail":1`), want: []string{"type_mismatch /mail"}},
	{name: "number for a price", body: lines(`[{"sku":"ab","quantity":1,"unit_price":1}]`), want: []string{"type_mismatch /lines/0/unit_price"}},
	{name: "text for a word", body: with(`"gift":"true"`), want: []string{"type_mismatch /gift"}},
	{name: "object for a list", body: lines(`{}`), want: []string{"type_mismatch /lines"}},
	{name: "list for an object", body: with(`"address":[]`), want: []string{"type_mismatch /address"}},
	{name: "null in a list", body: lines(`[null]`), want: []string{"type_mismatch /lines/0"}},
	{name: "number in a map of texts", body: with(`"notes":{"a":1}`), want: []string{"type_mismatch /notes/a"}},
	{name: "half a piece", body: with(`"priority":1.5`), want: []string{"type_mismatch /priority"}},
	{name: "word for a quantity", body: lines(`[{"sku":"ab","quantity":"many"}]`), want: []string{"type_mismatch /lines/0/quantity"}},
	{name: "pattern", body: with(`"address":{"country":"de"}`), want: []string{"value_invalid /address/country"}},
	{name: "mail", body: with(`"mail":"nobody"`), want: []string{"value_invalid /mail"}},
	{name: "time", body: with(`"due":"tomorrow"`), want: []string{"value_invalid /due"}},
	{name: "decimals of a quantity", body: lines(`[{"sku":"ab","quantity":1.0005}]`), want: []string{"value_invalid /lines/0/quantity"}},
	{name: "decimals of a price", body: lines(`[{"sku":"ab","quantity":1,"unit_price":"0.0000001"}]`), want: []string{"value_invalid /lines/0/unit_price"}},
	{name: "price in words", body: lines(`[{"sku":"ab","quantity":1,"unit_price":"1e3"}]`), want: []string{"value_invalid /lines/0/unit_price"}},
	{name: "negative rate", body: with(`"rate":"-0.1"`), want: []string{"value_invalid /rate"}},
	{name: "too long", body: lines(`[{"sku":"123456789","quantity":1}]`), want: []string{"value_too_long /lines/0/sku"}},
	{name: "too short", body: lines(`[{"sku":"ä","quantity":1}]`), want: []string{"value_too_short /lines/0/sku"}},
	{name: "zero", body: lines(`[{"sku":"ab","quantity":0}]`), want: []string{"number_out_of_range /lines/0/quantity"}},
	{name: "negative quantity", body: lines(`[{"sku":"ab","quantity":-1}]`), want: []string{"number_out_of_range /lines/0/quantity"}},
	{name: "negative quantity as a text", body: lines(`[{"sku":"ab","quantity":"-1"}]`), want: []string{"number_out_of_range /lines/0/quantity"}},
	{name: "oversized quantity", body: lines(`[{"sku":"ab","quantity":1000000000}]`), want: []string{"number_out_of_range /lines/0/quantity"}},
	{name: "negative price", body: lines(`[{"sku":"ab","quantity":1,"unit_price":"-1"}]`), want: []string{"number_out_of_range /lines/0/unit_price"}},
	{name: "exponent", body: with(`"priority":1e3`), want: []string{"number_out_of_range /priority"}},
	{name: "exponent of a quantity", body: lines(`[{"sku":"ab","quantity":1E0}]`), want: []string{"number_out_of_range /lines/0/quantity"}},
	{name: "above the maximum", body: with(`"priority":10`), want: []string{"number_out_of_range /priority"}},
	{name: "below the minimum", body: with(`"priority":0`), want: []string{"number_out_of_range /priority"}},
	{name: "more than 64 bits", body: with(`"weight":9223372036854775808`), want: []string{"number_out_of_range /weight"}},
	{name: "none of the values", body: `{"method":"pigeon","lines":[{"sku":"ab","quantity":1}]}`, want: []string{"value_not_allowed /method"}},
	{name: "too many lines", body: lines(`[{"sku":"ab","quantity":1},{"sku":"ab","quantity":1},{"sku":"ab","quantity":1},{"sku":"ab"},{"sku":"ab"}]`), want: []string{"too_many_items /lines"}},
	{name: "no lines", body: lines(`[]`), want: []string{"too_few_items /lines"}},
	{name: "a tag twice", body: with(`"tags":["a","b","\u0061"]`), want: []string{"item_duplicate /tags/2"}},
	{name: "numbers among the tags", body: with(`"tags":["a",1,1]`), want: []string{"type_mismatch /tags/1", "type_mismatch /tags/2"}},
	{name: "NUL", body: with(`"mail":"a\u0000b"`), want: []string{"nul_character /mail"}},
	{name: "NUL itself", body: with("\"mail\":\"a\x00b\""), want: []string{"nul_character /mail"}},
	{name: "NUL in any value", body: with(`"data":["a\u0000b"]`), want: []string{"nul_character /data/0"}},
	{name: "NUL in a name", body: with(`"notes":{"a\u0000b":"c"}`), want: []string{"nul_character /notes/a\x00b"}},
	{name: "unknown parameter", path: "?dryrun=true", body: good, want: []string{"query_unknown /dryrun"}},
	{name: "parameter twice", path: "?copies=1&copies=2", body: good, want: []string{"field_duplicate /copies"}},
	{name: "parameter of another type", path: "?copies=two", body: good, want: []string{"type_mismatch /copies"}},
	{name: "empty parameter", path: "?copies=", body: good, want: []string{"type_mismatch /copies"}},
	{name: "parameter out of range", path: "?copies=6", body: good, want: []string{"number_out_of_range /copies"}},
	{name: "too many of a parameter", path: "?label=a&label=b&label=c", body: good, want: []string{"too_many_items /label"}},
	{name: "NUL in a parameter", path: "?label=%00", body: good, want: []string{"nul_character /label/0"}},
	{name: "parameter not UTF-8", path: "?label=%ff", body: good, want: []string{"value_invalid /label/0"}},
	{name: "maybe dry", path: "?dry_run=perhaps", body: good, want: []string{"value_not_allowed /dry_run"}},
	{name: "broken query", path: "?copies=%zz", body: good, want: []string{"query_malformed "}},
	{name: "key with a blank", body: good, header: map[string]string{"Idempotency-Key": "a b"}, want: []string{"key_invalid "}},
	{name: "all at once", path: "?copies=0", body: `{"Method":"post","lines":[{"sku":"a","quantity":-1,"total":1}],"gift":1}`, want: []string{
		"field_case /Method", "value_too_short /lines/0/sku", "number_out_of_range /lines/0/quantity", "field_read_only /lines/0/total",
		"type_mismatch /gift", "field_required /method", "number_out_of_range /copies",
	}},
	{name: "refused by the command", body: with(`"priority":9`), want: []string{"parcel_sent /priority"}},
}

// Spec: 1.3.4, 11.2.7, 11.2.8
func TestBadInputIsRefusedWithAllFaultsAndNothingIsWritten(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB, h http.Handler) {
		before := written(t, d)
		for _, c := range badInputs {
			r, body := request{"POST", "/v1/parcels/par_1/pack" + c.path, c.body, c.header}.send(t, h)
			code, _, _ := strings.Cut(c.want[0], " ")
			p := wanted(t, r, body, code)
			var got []string
			for _, f := range p.Faults {
				got = append(got, f.Code+" "+f.Pointer)
				if f.Detail == "" || f.Remedy == "" {
					t.Errorf("%s: %+v says too little", c.name, f)
				}
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("%s: %q, want %q", c.name, got, c.want)
			}
			if kind := kindOf(code); r.StatusCode != map[problem.Kind]int{"malformed": 400, "invalid": 422, "too_large": 413, "conflict": 409}[kind] {
				t.Errorf("%s: %s has the status %d", c.name, kind, r.StatusCode)
			}
		}
		if after := written(t, d); after != before {
			t.Errorf("%d rows before, %d after", before, after)
		}
	})
}

func kindOf(code string) problem.Kind {
	i := slices.IndexFunc(problem.All(), func(c *problem.Code) bool { return c.Name == code })
	return problem.All()[i].Kind
}

// Spec: 11.2.7, 11.2.8
func TestFaultsSayWhereAndWhatWouldDo(t *testing.T) {
	each(t, func(t *testing.T, _ *db.DB, h http.Handler) {
		for body, want := range map[string]string{
			"{\n  \"method\": post\n}":                  `"detail":"line 2, column 13: expected a value"`,
			"{\"mail\":\"ä\" \"gift\":true}":            `"column":13`,
			with(`"prioritty":1`):                       `"allowed":["priority"]`,
			with(`"Gift":true`):                         `"allowed":["gift"]`,
			strings.Replace(good, "post", "pigeon", 1):  `"allowed":["post","courier"]`,
			lines(`[{"sku":"ab","quantity":1.0005}]`):   `"detail":"lines[0].quantity has more than 3 decimals"`,
			lines(`[{"sku":"ab","quantity":-1}]`):       `"detail":"lines[0].quantity must be at least 0.001"`,
			with(`"priority":9`):                        `"left_at":"noon"`,
			with(`"mail":"` + strings.Repeat("x", 2e6)): `"limit":1048576`,
		} {
			if _, got := (request{method: "POST", path: "/v1/parcels/par_1/pack", body: body}).send(t, h); !strings.Contains(got, want) {
				t.Errorf("%.100s gives %s, want %s", body, got, want)
			}
		}
	})
}

func TestValuesAreNeverRepeated(t *testing.T) {
	each(t, func(t *testing.T, _ *db.DB, h http.Handler) {
		for _, body := range []string{
			with(`"mail":"hunter2"`), with(`"due":"hunter2"`), with(`"gift":"hunter2"`), `{"method":"hunter2"}`, with(`"hunter":"hunter2"`),
			with(`"address":{"country":"hunter2"}`), lines(`[{"sku":"hunter2hunter2","quantity":"hunter2"}]`), `hunter2`,
		} {
			if _, got := (request{method: "POST", path: "/v1/parcels/par_1/pack?copies=hunter2", body: body}).send(t, h); strings.Contains(got, "hunter2") {
				t.Errorf("%s gives %s", body, got)
			}
		}
		long := with(`"` + strings.Repeat("ä", 500) + `":1`)
		if _, got := (request{method: "POST", path: "/v1/parcels/par_1/pack", body: long}).send(t, h); strings.Contains(got, strings.Repeat("ä", 40)) || !json.Valid([]byte(got)) {
			t.Errorf("a long name is repeated whole: %s", got)
		}
	})
}

func TestManyFaultsEndAfterAHundred(t *testing.T) {
	each(t, func(t *testing.T, _ *db.DB, h http.Handler) {
		var fields []string
		for i := range 500 {
			fields = append(fields, fmt.Sprintf(`"unknown%d":1`, i))
		}
		r, body := request{method: "POST", path: "/v1/parcels/par_1/pack", body: "{" + strings.Join(fields, ",") + "}"}.send(t, h)
		if p := wanted(t, r, body, "field_unknown"); len(p.Faults) != 100 {
			t.Errorf("%d faults", len(p.Faults))
		}
	})
}

func TestUnknownAddressesAndMethods(t *testing.T) {
	each(t, func(t *testing.T, _ *db.DB, h http.Handler) {
		for _, c := range []struct{ method, path, code, allow string }{
			{"GET", "/v1/parcel", "route_unknown", ""},
			{"GET", "/v1/parcels/par_1/unpack", "route_unknown", ""},
			{"PATCH", "/v1/parcels/par_1", "method_not_allowed", "GET"},
			{"GET", "/v1/parcels/par_1/pack", "method_not_allowed", "POST"},
			{"DELETE", "/v1/locations", "method_not_allowed", "GET, POST"},
		} {
			r, body := request{method: c.method, path: c.path}.send(t, h)
			wanted(t, r, body, c.code)
			if status := map[string]int{"route_unknown": 404, "method_not_allowed": 405}[c.code]; r.StatusCode != status || r.Header.Get("Allow") != c.allow {
				t.Errorf("%s %s gives %d, Allow %q", c.method, c.path, r.StatusCode, r.Header.Get("Allow"))
			}
		}
	})
}

func TestABodyIsRefusedWhereThereIsNothingToSay(t *testing.T) {
	each(t, func(t *testing.T, _ *db.DB, h http.Handler) {
		r, body := request{method: "POST", path: "/v1/parcels/par_1/send", body: `{"carrier":"x","status":"sent"}`}.send(t, h)
		if p := wanted(t, r, body, "field_unknown"); len(p.Faults) != 2 || p.Faults[1].Code != "field_read_only" {
			t.Error(body)
		}
		if r, body := (request{method: "POST", path: "/v1/parcels/par_1/send", body: `{}`}).send(t, h); r.StatusCode != 200 {
			t.Error(body)
		}
	})
}

func TestABodyOfUnknownLengthIsRefusedAsWell(t *testing.T) {
	each(t, func(t *testing.T, _ *db.DB, h http.Handler) {
		for code, body := range map[string]io.Reader{
			"body_too_large":  io.LimitReader(endless{}, 1<<21),
			"body_incomplete": io.MultiReader(strings.NewReader(good[:10]), iotest.ErrReader(io.ErrUnexpectedEOF)),
		} {
			r := httptest.NewRequestWithContext(t.Context(), "POST", "/v1/parcels/par_1/pack", struct{ io.Reader }{body})
			r.Header.Set("Authorization", "Bearer admin")
			r.Header.Set("Content-Type", "application/json")
			w := httptest.NewRecorder()
			h.ServeHTTP(w, r)
			wanted(t, w.Result(), w.Body.String(), code)
		}
	})
}

// endless is a text that never ends.
type endless struct{}

func (endless) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = ' '
	}
	return len(b), nil
}
