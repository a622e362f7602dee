package db

import (
	"encoding/json"
	"testing"
)

func FuzzTextsAreWrittenAsTheStandardLibraryWritesThem(f *testing.F) {
	for _, s := range []string{"", "plain", `{"a":"b","c":1}`, `"`, `a\"b`, "<&>", "tab\there", "\x00\x7f", "Zürich", "\u2028", "broken \xff", "\ufffd"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		want, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		if got := AppendJSON([]byte("x"), s); string(got) != "x"+string(want) {
			t.Errorf("%q is %s, not %s", s, got[1:], want)
		}
	})
}
