package importer

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"ordo/base/problem"
)

// FuzzCell wants of every cell something that can be sent to an operation.
func FuzzCell(f *testing.F) {
	for _, seed := range []string{"", "1", "1.5", "yes", "true", "a|b", "a:b|c", "2026-01-31", "=1+1", "\x00", "\ufeff1", "1e400"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, cell string) {
		for _, name := range []string{"products", "customers", "stock"} {
			for _, c := range formats[name].all {
				value := c.value(cell)
				text, err := json.Marshal(value)
				if err != nil {
					t.Fatalf("%s, %s: %q is %#v, %v", name, c.name, cell, value, err)
				}
				d := json.NewDecoder(bytes.NewReader(text))
				d.UseNumber()
				var read any
				if err := d.Decode(&read); err != nil {
					t.Fatalf("%q is written %s: %v", cell, text, err)
				}
				if again, ok := asCell(read); ok && utf8.ValidString(cell) {
					if same, err := json.Marshal(c.value(again)); err != nil || !bytes.Equal(same, text) {
						t.Errorf("%s, %s: %q is %s, written %q and that is %s", name, c.name, cell, text, again, same)
					}
				}
			}
		}
	})
}

// FuzzSheet wants of every file either a reason why there is no table in it, or a
// table whose rows can all be judged.
func FuzzSheet(f *testing.F) {
	for _, seed := range []string{"sku,title\nA,B\n", "\ufeffsku,sku\n\"A\"\"\",\xff\nonly one", "sku\n\"open", "{\"sku\":\"A\"}\n{\"title\":[\"a\"],\"x\":{}}", "sku;title\n;\n'=1;\xe4", "\xff\xfes\x00,\x00", "PK\x03\x04", ",,\n\n\ta"} {
		f.Add([]byte(seed))
	}
	f.Add(workbook(f, [][]any{{"sku", "title"}, {"A", 1.5}, {}, {"B", "=1"}}))
	f.Fuzz(func(t *testing.T, file []byte) {
		c, err := readContent(bytes.NewReader(file))
		if err != nil {
			if problem.As(err) == nil {
				t.Errorf("%q is no table for a reason that nobody is told: %v", file, err)
			}
			return
		}
		s := newSheet(c, formats["products"].all, map[string]string{"b": "title"})
		for row, faults := range s.bad {
			if row < 0 || row > len(s.rows) || faults[0].Code == "" {
				t.Errorf("%q: a fault is at row %d of %d: %+v", file, row, len(s.rows), faults)
			}
		}
		grouped := 0
		for _, group := range products(s) {
			grouped += len(group)
		}
		if grouped != len(s.filled()) {
			t.Errorf("%q: %d rows of %d are in groups", file, grouped, len(s.filled()))
		}
		for i, row := range s.rows {
			if row != nil && len(row) != len(s.columns) && s.bad[i+1] == nil {
				t.Errorf("%q: row %d has %d cells for %d columns, and no fault", file, i+1, len(row), len(s.columns))
			}
			for _, cell := range row {
				if !utf8.ValidString(cell) || strings.ContainsRune(cell, 0) {
					t.Errorf("%q: row %d has the cell %q, which no database takes", file, i+1, cell)
				}
			}
		}
		stored, n := c.chunks(), 0
		for _, some := range stored {
			n += len(some.Faults)
		}
		if n != len(c.faults) || len(propose(c, formats["stock"].all)) != len(c.header) {
			t.Errorf("%q: %d faults of %d are stored", file, n, len(c.faults))
		}
	})
}

// workbook is a file of Excel with these rows.
func workbook(t testing.TB, rows [][]any) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	for n, row := range rows {
		if err := f.SetSheetRow("Sheet1", fmt.Sprintf("A%d", n+1), &row); err != nil {
			t.Fatal(err)
		}
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
