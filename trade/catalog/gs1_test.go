package catalog_test

import (
	"encoding/json"
	"os"
	"testing"

	"ordo/trade/catalog"
)

// Spec: 1.3.1
func TestABarcodeIsReadAsTheScannerGivesIt(t *testing.T) {
	text, err := os.ReadFile("testdata/scans.json") // the console's test reads it too
	if err != nil {
		t.Fatal(err)
	}
	var scans struct {
		Read    map[string]catalog.Scanned
		Refused []string
	}
	if err := json.Unmarshal(text, &scans); err != nil {
		t.Fatal(err)
	}
	for code, want := range scans.Read {
		if got, ok := catalog.ReadBarcode(code); got != want || !ok {
			t.Errorf("%q says %+v, %v; want %+v", code, got, ok, want)
		}
	}
	for _, code := range scans.Refused {
		if got, ok := catalog.ReadBarcode(code); ok {
			t.Errorf("%q is taken as %+v", code, got)
		}
	}
}
