package main

import (
	"bytes"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"ordo/connect/webhook"
	"ordo/engine/db"
	"ordo/engine/number"
	"ordo/policy/system"
)

const root = "../.."

func TestTheGeneratedDocumentsAreFresh(t *testing.T) {
	files, err := documents(root)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, f := range files {
		names = append(names, f.name)
		committed, err := os.ReadFile(filepath.Join(root, generated, f.name))
		if err != nil {
			t.Errorf("%v; run make docs", err)
		} else if !bytes.Equal(committed, f.text) {
			t.Errorf("%s/%s is stale; run make docs", generated, f.name)
		}
	}
	entries, err := os.ReadDir(filepath.Join(root, generated))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if !slices.Contains(names, e.Name()) {
			t.Errorf("%s/%s is made by nothing; run make docs", generated, e.Name())
		}
	}
}

func TestEveryListShowsItsFilters(t *testing.T) {
	for _, o := range operations(number.NewSource(), webhook.NewGuard(false), system.New()) {
		s := o.Spec()
		if s.Out.Kind() != reflect.Struct || !strings.HasPrefix(s.Out.Name(), "Rows[") {
			continue
		}
		if !slices.ContainsFunc(lists, func(l list) bool { return l.operation == s.Name }) {
			t.Errorf("%s is missing in the table of lists in docs_pages.go", s.Name)
		}
	}
}

// Spec: 11.3.1
func TestTheDictionaryRefusesAColumnWithoutMeaningUnitOrTagAndADifference(t *testing.T) {
	tables := written("CREATE TABLE things ( -- what there is\n  id TEXT NOT NULL PRIMARY KEY, -- thi_…\n  owner TEXT NOT NULL REFERENCES users (id),\n  state TEXT NOT NULL CHECK (state IN ('on', 'off')),\n" +
		"  email TEXT NOT NULL, -- personal: to reach them\n  name TEXT, -- as written\n  phone TEXT NOT NULL, -- personal\n  size INT64 NOT NULL DEFAULT 0, -- how large\n" +
		"  weight INT64 NOT NULL, -- in grams\n  made_at INT64 NOT NULL, -- when\n  fresh BOOLEAN NOT NULL, -- still good\n  CHECK (size >= 0)\n) STRICT;\n" +
		"CREATE TABLE others ( -- more\n  id TEXT NOT NULL PRIMARY KEY -- oth_…\n) STRICT;\nALTER TABLE things ADD COLUMN seen_at INT64 NOT NULL DEFAULT 0; -- when last\n")
	live := []db.LiveTable{{Name: "things", Columns: []db.LiveColumn{{Name: "id", Type: "TEXT", NotNull: true}, {Name: "owner", Type: "TEXT", NotNull: true}, {Name: "state", Type: "TEXT", NotNull: true},
		{Name: "email", Type: "TEXT"}, {Name: "name", Type: "TEXT"}, {Name: "phone", Type: "TEXT", NotNull: true}, {Name: "size", Type: "INT64", NotNull: true},
		{Name: "made_at", Type: "INT64", NotNull: true}, {Name: "fresh", Type: "INT64", NotNull: true}, {Name: "more", Type: "TEXT"}, {Name: "seen_at", Type: "INT64", NotNull: true}}},
		{Name: "others", Columns: []db.LiveColumn{{Name: "id", Type: "TEXT", NotNull: true}}}}
	p, err := dataPage(live, tables)
	want := "the schema: things.email is TEXT, not null false, in the database; things.more is in no migration; things.weight is not in the database; " +
		"things.name is not marked as personal; things.phone has no meaning; things.size has no unit"
	if err == nil || err.Error() != want {
		t.Errorf("got %v\nwant %s", err, want)
	}
	for _, want := range []string{
		"## things\n\nWhat there is.\n", "| `owner` | TEXT |  |  | refers to `users` |", "| `state` | TEXT |  |  | one of `on`, `off` |",
		"| `email` | TEXT |  | yes | to reach them |", "| `name` | TEXT, may be null |  |  | as written |", "| `weight` | INT64 | grams |  | in grams |",
		"| `made_at` | INT64 | microseconds since 1970, UTC |  | when |", "| `seen_at` | INT64 | microseconds since 1970, UTC |  | when last |",
	} {
		if !strings.Contains(p.String(), want) {
			t.Errorf("%q is missing in:\n%s", want, &p)
		}
	}
}

// Spec: 11.3.1
func TestBothDatabasesHaveTheSchemaOfTheMigrations(t *testing.T) {
	text, err := migrationText(root)
	if err != nil {
		t.Fatal(err)
	}
	var diagrams []string
	for _, database := range databases {
		live, err := liveSchema(t.Context(), database.url(t))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := dataPage(live, written(text)); err != nil {
			t.Errorf("%s: %v", database.name, err)
		}
		diagram := diagramPage(live)
		diagrams = append(diagrams, diagram.String())
	}
	if diagrams[0] != diagrams[1] {
		t.Errorf("SQLite refers by\n%s\nPostgreSQL by\n%s", diagrams[0], diagrams[1])
	}
	for _, want := range []string{"  orders ||--o{ order_lines : order_id\n", "  variants |o..o{ stock : variant_id\n", "  price_lists |o--o{ customers : price_list_id\n", "  settings\n"} {
		if !strings.Contains(diagrams[0], want) {
			t.Errorf("the diagram lacks %q", want)
		}
	}
}

func TestACapabilityNeedsARowAStateAndATest(t *testing.T) {
	folder := t.TempDir()
	write := func(name, text string) {
		t.Helper()
		path := filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write("docs/spec/01.md", "| 1.1.1 | Number | … |\n| 1.1.2 | Name | … |\n| 1.1.10 | Rate | … |\n")
	write("docs/capabilities.txt", "# remark\n1.1.10 works\n1.1.2 part: lacks a screen\n")
	write("a/a_test.go", "package a\n\n// Spec: 1.1.2, 1.1.10\nfunc TestA() {}\n\n// Spec: 1.1.10\nfunc TestB() {}\n")
	p, err := capabilityPage(folder)
	if err != nil {
		t.Fatal(err)
	}
	if want := "| 1.1.2 | part: lacks a screen | `a TestA` |\n| 1.1.10 | works | `a TestA`, `a TestB` |\n"; !strings.HasSuffix(p.String(), want) {
		t.Errorf("got\n%s", &p)
	}
	write("docs/capabilities.txt", "1.1.1 works\n1.1.2 part: lacks a screen\n9.9.9 works\n")
	_, err = capabilityPage(folder)
	want := "1.1.10 is named by a TestA, a TestB, but has no line in docs/capabilities.txt\n9.9.9 is not in docs/spec\nno test has the comment // Spec: 1.1.1\nno test has the comment // Spec: 9.9.9"
	if err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
	write("docs/capabilities.txt", "1.1.1 nearly\n")
	if _, err := capabilityPage(folder); err == nil {
		t.Error("a state that means nothing was taken")
	}
}
