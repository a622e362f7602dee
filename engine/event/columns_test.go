package event

import (
	"encoding/json"
	"testing"
)

func TestMembersAreThoseThatJSONHas(t *testing.T) {
	for _, text := range []string{
		`{}`, `{"a":1}`, `{"a":-1.5e3,"b":"x"}`, `{"a":"","b":"\"}","c":"\\"}`, `{"a":{"b":[1,{"c":"]"}],"d":{}},"e":null,"f":true}`, `{"a\"b":[[]],"ö":"\u0001,"}`,
	} {
		var want map[string]json.RawMessage
		if err := json.Unmarshal([]byte(text), &want); err != nil {
			t.Fatal(err)
		}
		n := 0
		err := members(text, func(name, value string) error {
			n++
			if value != string(want[name]) {
				t.Errorf("%s: %s is %s, want %s", text, name, value, want[name])
			}
			return nil
		})
		if err != nil || n != len(want) {
			t.Errorf("%s has %d members: %v", text, n, err)
		}
	}
	for _, text := range []string{``, `1`, `[]`, `{`, `{"a"`, `{"a":`, `{"a":1`, `{"a":}`, `{"a":1,`, `{a:1}`, `{"a" :1}`, `{"a":"`, `{"a":{}`} {
		if err := members(text, func(string, string) error { return nil }); err == nil {
			t.Errorf("%q has members", text)
		}
	}
}

func TestARowThatIsToldInPiecesIsOne(t *testing.T) {
	columns := []string{"id", "n", "text", "is"}
	for _, c := range []struct {
		told       []string
		is, misfit string
	}{
		{[]string{`{"id":"a","n":1}`}, `{"id":"a","n":1}`, ""},
		{[]string{`{"id":"a","n":1}`, `{"n":9007199254740993,"is":true}`, `{"text":"x"}`}, `{"id":"a","n":9007199254740993,"text":"x","is":true}`, ""},
		{[]string{`{"id":"a","n":1}`, `{"n":0}`}, `{"id":"a"}`, ""},
		{[]string{`{"id":"a","n":9007199254740993}`}, `{"id":"a","n":9007199254740992}`, "n of it is 9007199254740992, the events say 9007199254740993"},
		{[]string{`{"id":"a"}`}, `{"id":"a","text":"%s"}`, `text of it is "%s", the events say empty`},
		{[]string{`{"id":"a","n":1}`, `{"n":2}`}, `{"id":"a","n":1}`, "n of it is 1, the events say 2"},
		{[]string{`{"id":"a"}`}, "", "the events know it, which is not there"},
		{nil, `{"id":"a"}`, "the events know nothing of it"},
	} {
		r := newReplay(Projection{Parts: []Part{{Table: "things"}}}, [][]string{columns})
		for _, text := range c.told {
			r.add(0, "", text)
		}
		row := cell{told: r.tables[0].told, is: c.is}
		told, misfit := row.is, ""
		if !row.fits(columns) {
			told, misfit = row.compare(columns, "it")
		}
		if misfit != c.misfit || misfit == "" && told != row.is {
			t.Errorf("%q beside %s: got %s, %q, want %q", c.told, c.is, told, misfit, c.misfit)
		}
		if alone, same := row.compare(columns, "it"); alone != told || same != misfit {
			t.Errorf("%q beside %s: looking inside gives %s, %q", c.told, c.is, alone, same)
		}
	}
}
