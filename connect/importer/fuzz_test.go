package importer

import (
	"bytes"
	"testing"
)

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
