package rest

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
)

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
