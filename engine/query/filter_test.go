package query_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"ordo/base/problem"
	"ordo/engine/query"
)

// berlin is one hour ahead of UTC in November.
var berlin = time.FixedZone("Europe/Berlin", 3600)

// now is 10:30 in Berlin.
var now = time.Date(2026, 11, 21, 10, 30, 0, 0, berlin)

var orders = query.Schema{
	ID:   "o.id",
	Sort: "-placed",
	Fields: []query.Field{
		{Name: "id", Type: query.ID, Column: "o.id", Sortable: true, Indexed: true},
		{Name: "name", Type: query.Text, Column: "o.name"},
		{Name: "status", Type: query.Enum, Column: "o.status", Values: []string{"draft", "processing", "shipped"}, Sortable: true, Indexed: true},
		{Name: "quantity", Type: query.Number, Column: "o.quantity", Scale: 3, Sortable: true, SortBy: "COALESCE(o.quantity, -1)"},
		{Name: "total", Type: query.Money, Column: "o.total", Scale: 2, Sortable: true},
		{Name: "placed", Type: query.Time, Column: "o.placed", Sortable: true},
		{Name: "gift", Type: query.Bool, Column: "o.gift"},
		{Name: "tag", Type: query.ID, Column: "t.tag", Exists: "EXISTS (SELECT 1 FROM tags t WHERE t.order_id = o.id AND %s)", Indexed: true},
	},
	Search: func(word string) (string, []any) {
		return "o.name = ? OR o.id = ?", []any{strings.ToLower(word), word}
	},
}

func micros(text string) int64 {
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		panic(err)
	}
	return at.UnixMicro()
}

func TestFiltersBecomeSQL(t *testing.T) {
	for _, c := range []struct {
		filter string
		sql    string
		args   []any
	}{
		{"", "TRUE", nil},
		{" \t\n", "TRUE", nil},
		{"status:draft", "o.status = $3", []any{"draft"}},
		{"status:draft,shipped", "(o.status = $3 OR o.status = $4)", []any{"draft", "shipped"}},
		{"id:ord_1 gift:true", "(o.id = $3 AND o.gift)", []any{"ord_1"}},
		{"gift:false", "(NOT o.gift)", nil},
		{"name:Mül_50%", "(o.name >= $3 AND o.name < $4)", []any{"mül_50%", "mül_50%\U0010FFFF"}},
		{`name:"Two \"words\" \\"`, "(o.name >= $3 AND o.name < $4)", []any{`two "words" \`, `two "words" \` + "\U0010FFFF"}},
		{"total:500", "o.total = $3", []any{int64(50000)}},
		{"total>500", "o.total >= $3", []any{int64(50001)}},
		{"total>=-0.5", "o.total >= $3", []any{int64(-50)}},
		{"quantity<1.5", "o.quantity < $3", []any{int64(1500)}},
		{"quantity<=2", "o.quantity < $3", []any{int64(2001)}},
		{"placed>now", "o.placed >= $3", []any{now.UnixMicro() + 1}},
		{"placed<tomorrow", "o.placed < $3", []any{micros("2026-11-21T23:00:00Z")}},
		{"placed>yesterday", "o.placed >= $3", []any{micros("2026-11-20T23:00:00Z")}},
		{"placed:today", "(o.placed >= $3 AND o.placed < $4)", []any{micros("2026-11-20T23:00:00Z"), micros("2026-11-21T23:00:00Z")}},
		{"placed:2026-02-28", "(o.placed >= $3 AND o.placed < $4)", []any{micros("2026-02-27T23:00:00Z"), micros("2026-02-28T23:00:00Z")}},
		{"placed>=-7d", "o.placed >= $3", []any{micros("2026-11-14T09:30:00Z")}},
		{"placed<+2w", "o.placed < $3", []any{micros("2026-12-05T09:30:00Z")}},
		{"placed<-3h", "o.placed < $3", []any{micros("2026-11-21T06:30:00Z")}},
		{"placed:2026-11-21T10:00:00+02:00", "o.placed = $3", []any{micros("2026-11-21T08:00:00Z")}},
		{"quantity:*", "o.quantity IS NOT NULL", nil},
		{"-quantity:*", "((o.quantity IS NOT NULL) IS NOT TRUE)", nil},
		{`id:"*"`, "o.id = $3", []any{"*"}},
		{"tag:vip,new", "EXISTS (SELECT 1 FROM tags t WHERE t.order_id = o.id AND (t.tag = $3 OR t.tag = $4))", []any{"vip", "new"}},
		{"-tag:*", "((EXISTS (SELECT 1 FROM tags t WHERE t.order_id = o.id AND t.tag IS NOT NULL)) IS NOT TRUE)", nil},
		{"Ann", "(o.name = $3 OR o.id = $4)", []any{"ann", "Ann"}},
		{`"OR"`, "(o.name = $3 OR o.id = $4)", []any{"or", "OR"}},
		{"10:30", "(o.name = $3 OR o.id = $4)", []any{"10:30", "10:30"}},
		{"gift:true OR id:a id:b", "(o.gift OR (o.id = $3 AND o.id = $4))", []any{"a", "b"}},
		{"(gift:true OR id:a) id:b", "((o.gift OR o.id = $3) AND o.id = $4)", []any{"a", "b"}},
		{"-(gift:true id:a)", "(((o.gift AND o.id = $3)) IS NOT TRUE)", []any{"a"}},
	} {
		f, err := query.Parse(c.filter, orders, now)
		if err != nil {
			t.Errorf("%s: %v", c.filter, err)
			continue
		}
		if sql, args := f.SQL(3); sql != c.sql || !slices.Equal(args, c.args) {
			t.Errorf("%s\n gives %s %v\n want  %s %v", c.filter, sql, args, c.sql, c.args)
		}
	}
}

func TestFaultsAreToldAllAtOnceWithTheirPositions(t *testing.T) {
	type fault struct {
		pos  int
		code *problem.Code
		says string
	}
	for _, c := range []struct {
		filter string
		want   []fault
	}{
		{"stats:draft", []fault{{0, query.ErrField, "Did you mean status?"}}},
		{"gift:true xyz:1", []fault{{10, query.ErrField, `no field "xyz".`}}},
		{"status:Shiped", []fault{{7, query.ErrValue, "Did you mean shipped?"}}},
		{"status:draft,x,y", []fault{{13, query.ErrValue, `"x"`}, {15, query.ErrValue, `"y"`}}},
		{"gift:yes", []fault{{5, query.ErrValue, `"yes"`}}},
		{"total>1.234", []fault{{6, query.ErrValue, "at most 2 decimals"}}},
		{"total>1e3", []fault{{6, query.ErrValue, "not a plain decimal number"}}},
		{"total>99999999999999999999", []fault{{6, query.ErrValue, "outside the bounds"}}},
		{"total>92233720368547758.07", []fault{{6, query.ErrValue, "outside the bounds"}}},
		{"total>1,2", []fault{{8, query.ErrValue, "several values"}}},
		{"total>*", []fault{{6, query.ErrValue, "number"}}},
		{"placed<soon", []fault{{7, query.ErrValue, "2026-11-21"}}},
		{"placed<2026-02-30", []fault{{7, query.ErrValue, "2026-02-30"}}},
		{"placed<-7x", []fault{{7, query.ErrValue, "-7x"}}},
		{"placed<-d", []fault{{7, query.ErrValue, "-d"}}},
		{"name>a", []fault{{0, query.ErrValue, "cannot be compared by >"}}},
		{"status:", []fault{{7, query.ErrSyntax, "value is missing"}}},
		{"status:draft,,shipped", []fault{{13, query.ErrSyntax, "value is missing"}}},
		{"status: draft", []fault{{7, query.ErrSyntax, "value is missing"}}},
		{`name:"open`, []fault{{5, query.ErrSyntax, "quote is not closed"}}},
		{"(gift:true", []fault{{0, query.ErrSyntax, "This ( has no )."}}},
		{"gift:true)", []fault{{9, query.ErrSyntax, "This ) has no (."}}},
		{"()", []fault{{1, query.ErrSyntax, "term is missing"}}},
		{"gift:true OR", []fault{{12, query.ErrSyntax, "term is missing"}}},
		{"OR gift:true", []fault{{0, query.ErrSyntax, "term is missing"}}},
		{"a - b", []fault{{2, query.ErrSyntax, "negates"}}},
		{"--a", []fault{{0, query.ErrSyntax, "negates"}}},
		{"-", []fault{{0, query.ErrSyntax, "negates"}}},
		{"-OR a", []fault{{0, query.ErrSyntax, "negates"}}},
		{"ä\x00", []fault{{2, query.ErrSyntax, "no character"}}},
		{"a\xff", []fault{{1, query.ErrSyntax, "no character"}}},
		{"(stats:x total>y) OR ) gift:", []fault{
			{1, query.ErrField, "stats"}, {15, query.ErrValue, "total"}, {21, query.ErrSyntax, "term is missing"},
			{21, query.ErrSyntax, "This )"}, {28, query.ErrSyntax, "value is missing"},
		}},
	} {
		_, err := query.Parse(c.filter, orders, now)
		p := problem.As(err)
		if p == nil || len(p.Faults) != len(c.want) {
			t.Errorf("%q gives %v, want %d faults", c.filter, err, len(c.want))
			continue
		}
		positions := make([]int, len(c.want))
		for i, want := range c.want {
			positions[i] = want.pos
			if got := p.Faults[i]; got.Code != want.code || !strings.Contains(got.Detail, want.says) || got.Pointer != "/filter" {
				t.Errorf("%q: fault %d is %+v, want %s: %s", c.filter, i, got, want.code.Name, want.says)
			}
		}
		if !reflect.DeepEqual(p.Extra["positions"], positions) {
			t.Errorf("%q: positions %v, want %v", c.filter, p.Extra["positions"], positions)
		}
	}
}

func TestAFaultNamesTheValuesThatWouldDo(t *testing.T) {
	for filter, want := range map[string][]string{
		"status:x":  {"draft", "processing", "shipped"},
		"gift:x":    {"true", "false"},
		"nothing:x": {"id", "name", "status", "quantity", "total", "placed", "gift", "tag"},
	} {
		_, err := query.Parse(filter, orders, now)
		if p := problem.As(err); p == nil || !slices.Equal(p.Faults[0].Allowed, want) {
			t.Errorf("%s gives %+v, want %v", filter, p, want)
		}
	}
}

func TestAWordIsRefusedWhereTheListHasNoSearch(t *testing.T) {
	schema := orders
	schema.Search = nil
	if _, err := query.Parse("ann", schema, now); problem.As(err) == nil || problem.As(err).Faults[0].Code != query.ErrSyntax {
		t.Errorf("got %v", err)
	}
}

func TestTheCallersFoldIsUsed(t *testing.T) {
	schema := orders
	schema.Fold = func(text string) string { return strings.ReplaceAll(strings.ToLower(text), "ü", "u") }
	f, err := query.Parse("name:MÜLL", schema, now)
	if err != nil {
		t.Fatal(err)
	}
	if _, args := f.SQL(1); args[0] != "mull" {
		t.Errorf("got %v", args)
	}
	if f.String() != "name:MÜLL" {
		t.Errorf("printed %s", f)
	}
}

func TestFiltersAreBounded(t *testing.T) {
	nested := func(n int) string { return strings.Repeat("(", n) + "a b" + strings.Repeat(")", n) }
	for name, c := range map[string]struct {
		filter string
		ok     bool
	}{
		"2,000 characters":          {`"` + strings.Repeat("ä", 1998) + `"`, true},
		"2,001 characters":          {`"` + strings.Repeat("ä", 1999) + `"`, false},
		"50 terms":                  {strings.Repeat("a ", 50), true},
		"51 terms":                  {strings.Repeat("a ", 51), false},
		"49 values and a term":      {"b id:a" + strings.Repeat(",a", 48), true},
		"50 values and a term":      {"b id:a" + strings.Repeat(",a", 49), false},
		"10 parentheses":            {nested(10), true},
		"11 parentheses":            {nested(11), false},
		"11 parentheses negated":    {strings.Repeat("-(", 11) + "a" + strings.Repeat(")", 11), false},
		"nothing but parentheses":   {strings.Repeat("(", 2000), false},
		"a row of closing brackets": {strings.Repeat(")", 2000), false},
	} {
		_, err := query.Parse(c.filter, orders, now)
		if (err == nil) != c.ok {
			t.Errorf("%s: %v", name, err)
		}
		if p := problem.As(err); p != nil && len(p.Faults) > 50 {
			t.Errorf("%s: %d faults", name, len(p.Faults))
		}
	}
}

func TestFiltersArePrintedWithoutNeedlessBlanksAndParentheses(t *testing.T) {
	for filter, want := range map[string]string{
		"":                                "",
		"  a   b ":                        "a b",
		"((a)) (b)":                       "a b",
		"(a b) OR (c d)":                  "a b OR c d",
		"(a OR b) c":                      "(a OR b) c",
		"-(a)":                            "-a",
		"-(-(a b))":                       "-(-(a b))",
		`name:"x \"y\" \\",z`:             `name:"x \"y\" \\",z`,
		"placed>=2026-11-21T10:00:00Z -b": "placed>=2026-11-21T10:00:00Z -b",
	} {
		if f, err := query.Parse(filter, orders, now); err != nil || f.String() != want {
			t.Errorf("%s is printed %s, %v; want %s", filter, f, err, want)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		"status:processing tag:fraud total>500 placed<tomorrow -tag:vip", `name:"a \" b",c OR -(x (y OR z))`,
		"(((", ")", `"`, "-", "a,b:c", "total>=-1.5", "placed:-7d,2026-11-21", "tag:*", "OR", "gift:true\u00a0x", "é:1",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		filter, err := query.Parse(text, orders, now)
		if err != nil {
			checkFaults(t, text, problem.As(err))
			return
		}
		sql, args := filter.SQL(1)
		if strings.Count(sql, "(") != strings.Count(sql, ")") || strings.Count(sql, "$") != len(args) {
			t.Fatalf("%q gives %s with %d arguments", text, sql, len(args))
		}
		printed := filter.String()
		again, err := query.Parse(printed, orders, now)
		if err != nil || again.String() != printed {
			t.Fatalf("%q is printed %q and then %q, %v", text, printed, again, err)
		}
		if sql2, args2 := again.SQL(1); sql2 != sql || !slices.Equal(args2, args) {
			t.Fatalf("%q and %q, as it is printed, give different SQL", text, printed)
		}
	})
}

func checkFaults(t *testing.T, text string, p *problem.Problem) {
	if p == nil || len(p.Faults) == 0 {
		t.Fatalf("%q is refused without a problem", text)
	}
	positions := p.Extra["positions"].([]int)
	for _, pos := range positions {
		if pos < 0 || pos > len(text) {
			t.Fatalf("%q has a fault at %d", text, pos)
		}
	}
	if len(positions) != len(p.Faults) || !slices.IsSorted(positions) {
		t.Fatalf("%q: %d faults at %v", text, len(p.Faults), positions)
	}
}
