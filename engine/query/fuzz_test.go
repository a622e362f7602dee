package query_test

import (
	"encoding/base64"
	"slices"
	"strings"
	"testing"

	"ordo/base/problem"
	"ordo/engine/query"
)

func FuzzCursor(f *testing.F) {
	list, err := query.Request{}.Parse(orders, now)
	if err != nil {
		f.Fatal(err)
	}
	placed, id := int64(1_700_000_000_000_000), "ord_1"
	good := list.Cursor([]any{&placed, &id})
	f.Add(good)
	f.Add(good[1:])
	f.Add(base64.RawURLEncoding.EncodeToString([]byte(`{"l":"","r":[1,"x"]}`)))
	f.Add("")
	f.Fuzz(func(t *testing.T, text string) {
		l, err := query.Request{Page: query.Page{After: text}}.Parse(orders, now)
		if err != nil {
			if p := problem.As(err); p == nil || p.Faults[0].Code != query.ErrCursor || p.Faults[0].Pointer != "/after" {
				t.Fatalf("%q: %v", text, err)
			}
			return
		}
		sql, args := l.SQL(1)
		if text == "" {
			return
		}
		if strings.Count(sql, "$") != len(args) || len(args) != 2 {
			t.Fatalf("%q gives %s with %v", text, sql, args)
		}
		at, isTime := args[0].(int64)
		id, isText := args[1].(string)
		if !isTime || !isText || strings.ContainsRune(id, 0) {
			t.Fatalf("%q gives the values %v", text, args)
		}
		again, err := query.Request{Page: query.Page{After: l.Cursor([]any{&at, &id})}}.Parse(orders, now)
		if err != nil {
			t.Fatalf("%q is written anew and refused: %v", text, err)
		}
		if _, args2 := again.SQL(1); !slices.Equal(args, args2) {
			t.Fatalf("%q means %v, written anew %v", text, args, args2)
		}
	})
}

func FuzzSort(f *testing.F) {
	for _, seed := range []string{"", "-placed", "status,-quantity", "placed,placed", "-", ",", "o.id; DROP TABLE orders"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		s, err := query.ParseSort(text, orders)
		if err != nil {
			if p := problem.As(err); p == nil || len(p.Faults) == 0 {
				t.Fatalf("%q is refused without a problem: %v", text, err)
			}
			return
		}
		again, err := query.ParseSort(s.String(), orders)
		if err != nil || again.OrderBy() != s.OrderBy() || len(s.Row()) != strings.Count(s.OrderBy(), "o.") {
			t.Fatalf("%q is printed %q, which sorts by %s and not by %s, %v", text, s.String(), again.OrderBy(), s.OrderBy(), err)
		}
	})
}
