package query_test

import (
	"encoding/base64"
	"slices"
	"strings"
	"testing"

	"ordo/base/problem"
	"ordo/engine/query"
)

func TestSortsBecomeSQL(t *testing.T) {
	for text, want := range map[string]string{
		"":                 "o.placed DESC, o.id DESC",
		"placed":           "o.placed, o.id",
		"-status,quantity": "o.status DESC, COALESCE(o.quantity, -1), o.id",
		"total,-placed":    "o.total, o.placed DESC, o.id DESC",
	} {
		if s, err := query.ParseSort(text, orders); err != nil || s.OrderBy() != want {
			t.Errorf("%q gives %s, %v; want %s", text, s.OrderBy(), err, want)
		}
	}
}

func TestAListWithoutASortOfItsOwnIsSortedByID(t *testing.T) {
	schema := orders
	schema.Sort = ""
	if s, err := query.ParseSort("", schema); err != nil || s.OrderBy() != "o.id" {
		t.Errorf("got %s, %v", s.OrderBy(), err)
	}
}

func TestAllFaultsOfARequestAreToldAtOnce(t *testing.T) {
	_, err := query.Request{
		Filter: "status:x", Sort: "name,totl,placed,placed", Page: query.Page{Limit: 201, After: "x"},
	}.Parse(orders, now)
	p := problem.As(err)
	if p == nil {
		t.Fatal(err)
	}
	var got []string
	for _, f := range p.Faults {
		got = append(got, f.Pointer+" "+f.Code.Name)
	}
	want := []string{"/filter filter_value_invalid", "/sort sort_field_unknown", "/sort sort_field_unknown", "/sort value_invalid", "/limit value_invalid"}
	if !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if allowed := p.Faults[1].Allowed; !slices.Equal(allowed, []string{"id", "status", "quantity", "total", "placed"}) {
		t.Errorf("sortable are %v", allowed)
	}
	if detail := p.Faults[2].Detail; !strings.Contains(detail, "Did you mean total?") {
		t.Errorf("got %s", detail)
	}
}

func TestAtMostThreeFieldsSort(t *testing.T) {
	if _, err := query.ParseSort("status,total,placed", orders); err != nil {
		t.Error(err)
	}
	if _, err := query.ParseSort("status,total,placed,quantity", orders); problem.As(err) == nil || problem.As(err).Faults[0].Code != problem.ErrInvalidValue {
		t.Errorf("four fields give %v", err)
	}
}

func TestPagesHave50RowsUnlessAsked(t *testing.T) {
	for limit, want := range map[int]int{0: 50, 1: 1, 200: 200} {
		if l, err := (query.Request{Page: query.Page{Limit: limit}}).Parse(orders, now); err != nil || l.Limit != want {
			t.Errorf("limit %d gives %d, %v", limit, l.Limit, err)
		}
	}
	for _, limit := range []int{-1, 201} {
		if _, err := (query.Request{Page: query.Page{Limit: limit}}).Parse(orders, now); err == nil {
			t.Errorf("limit %d is taken", limit)
		}
	}
}

func TestCursorsBelongToOneFilterAndSort(t *testing.T) {
	parse := func(filter, sort, after string) (query.List, error) {
		return query.Request{Filter: filter, Sort: sort, Page: query.Page{After: after}}.Parse(orders, now)
	}
	l, err := parse("gift:true", "status,-placed", "")
	if err != nil {
		t.Fatal(err)
	}
	key := l.Sort.Row()
	*key[0].(*string), *key[1].(*int64), *key[2].(*string) = "draft", 777_777_777, "ord_1"
	after := l.Cursor(key)

	l, err = parse(" (gift:true) ", "status,-placed", after)
	if err != nil {
		t.Fatal(err)
	}
	condition, args := l.SQL(1)
	if want := "o.gift AND (o.status > $1 OR (o.status = $1 AND (o.placed < $2 OR (o.placed = $2 AND o.id < $3))))"; condition != want {
		t.Errorf("got %s, want %s", condition, want)
	}
	if want := []any{"draft", int64(777_777_777), "ord_1"}; !slices.Equal(args, want) {
		t.Errorf("got %v, want %v", args, want)
	}
	content, _ := base64.RawURLEncoding.DecodeString(after)
	forge := func(old, new string) string {
		return base64.RawURLEncoding.EncodeToString([]byte(strings.Replace(string(content), old, new, 1)))
	}
	for name, c := range map[string]struct{ filter, sort, after string }{
		"another filter":  {"gift:false", "status,-placed", after},
		"another sort":    {"gift:true", "status,placed", after},
		"cut":             {"gift:true", "status,-placed", after[:len(after)-4]},
		"no base64":       {"gift:true", "status,-placed", "ä"},
		"another type":    {"gift:true", "status,-placed", forge("777777777", `"777777777"`)},
		"a NUL":           {"gift:true", "status,-placed", forge("ord_1", `\u0000`)},
		"a value missing": {"gift:true", "status,-placed", forge(`,"ord_1"`, "")},
	} {
		if _, err := parse(c.filter, c.sort, c.after); problem.As(err) == nil || problem.As(err).Faults[0].Code != query.ErrCursor {
			t.Errorf("%s: %v", name, err)
		}
	}
}
