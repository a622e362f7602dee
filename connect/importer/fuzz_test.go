package importer

import (
	"bytes"
	"encoding/json"
	"testing"
	"unicode/utf8"
)

// FuzzCell wants of every cell something that can be sent to an operation.
func FuzzCell(f *testing.F) {
	for _, seed := range []string{"", "1", "1.5", "yes", "true", "a|b", "a:b|c", "2026-01-31", "=1+1", "\x00", "\ufeff1", "1e400"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, cell string) {
		for _, name := range []string{"products", "customers", "stock"} {
			for _, c := range formats[name].columns {
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

func FuzzSheet(f *testing.F) {
	f.Add([]byte("sku,title\nA,B\n"))
	f.Add([]byte("\ufeffsku,sku\n\"A\"\"\",\xff\nonly one"))
	f.Add([]byte("sku\n\"open"))
	f.Fuzz(func(t *testing.T, file []byte) {
		s, err := readSheet(bytes.NewReader(file), formats["products"].columns, nil)
		if err != nil {
			return
		}
		for _, fault := range s.faults {
			if fault.Row < 0 || fault.Row > len(s.rows) || fault.Code == "" {
				t.Errorf("%q: a fault is at row %d of %d: %+v", file, fault.Row, len(s.rows), fault)
			}
		}
		for i, row := range s.rows {
			if len(row) != len(s.columns) && len(s.faults) == 0 {
				t.Errorf("%q: row %d has %d cells for %d columns, and no fault", file, i+1, len(row), len(s.columns))
			}
		}
	})
}
