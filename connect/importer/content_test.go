package importer

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"ordo/base/problem"
)

// read tells what is in a file, or by which code it is refused.
func read(file string) string {
	c, err := readContent(strings.NewReader(file))
	if p := problem.As(err); p != nil {
		return p.Faults[0].Code.Told()
	} else if err != nil {
		return err.Error()
	}
	text := fmt.Sprintf("%s %q", c.encoding, c.header)
	for _, row := range c.rows {
		text += fmt.Sprintf(" %q", row)
	}
	for _, f := range c.faults {
		text += fmt.Sprintf(" %d/%d:%s", f.Row, f.At, f.Code)
	}
	return text
}

// Spec: 1.2.3, 11.3.2
func TestEveryCommonTableIsRead(t *testing.T) {
	for _, c := range []struct{ name, file, want string }{
		{"commas", "sku,title\nA,\"B, \"\"b\"\"\"\n", `UTF-8 ["sku" "title"] ["A" "B, \"b\""]`},
		{"semicolons", "sku;title\r\nA;1,5\r\n", `UTF-8 ["sku" "title"] ["A" "1,5"]`},
		{"tabs", "sku\ttitle\nA\tB;C\n", `UTF-8 ["sku" "title"] ["A" "B;C"]`},
		{"a mark", "\ufeffsku\nA", `UTF-8 ["sku"] ["A"]`},
		{"Windows-1252", "sku,title\nA,Tee gr\xfcn \x80", `Windows-1252 ["sku" "title"] ["A" "Tee grün €"]`},
		{"UTF-16", "\xff\xfes\x00\n\x00\xe4\x00", `UTF-16 ["s"] ["ä"]`},
		{"neither", "sku\nA\xff\x81", `UTF-8 ["sku"] ["A�"] 1/0:import_encoding`},
		{"blank rows", "sku,title\n\n,\nA,B\n , \n", `UTF-8 ["sku" "title"] [] ["A" "B"]`},
		{"no name", "sku,,\nA,1,2", `UTF-8 ["sku" "column 2" "column 3"] ["A" "1" "2"]`},
		{"formulas of an export", "sku\n'=1+1\n'ok\n", `UTF-8 ["sku"] ["=1+1"] ["'ok"]`},
		{"JSON Lines", `{"sku":"A","n":1.50,"b":["x","y"]}` + "\n" + `{"o":{},"z":"\u0000"}`, `UTF-8 ["b" "n" "o" "sku" "z"] ["x y" "1.50" "" "A" ""] ["" "" "?" "" "�"] 2/2:value_invalid 2/4:import_encoding`},
		{"a workbook", string(workbook(t, [][]any{{}, {"sku", "title", "weight"}, {"0012", "Mug", 350}, {}, {"B", nil, 2.5}})), `XLSX ["sku" "title" "weight"] ["0012" "Mug" "350"] [] ["B" "" "2.5"]`},
		{"a broken formula", string(workbook(t, [][]any{{"sku"}, {"#REF!"}})), `XLSX ["sku"] ["#REF!"] 1/0:import_cell_error`},
	} {
		if got := read(c.file); got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.name, got, c.want)
		}
	}
}

// Spec: 1.2.3, 11.2.7
func TestWhatIsNoTableIsRefusedAsAWhole(t *testing.T) {
	defer func(rows int) { maxRows = rows }(maxRows)
	maxRows = 5
	whole := workbook(t, [][]any{{"sku"}, {"A"}})
	for _, c := range []struct{ name, file, want string }{
		{"nothing", "", "import_file_empty"},
		{"blanks", " \n\n", "import_file_empty"},
		{"a header", "sku,title\n", "import_file_empty"},
		{"an empty workbook", string(workbook(t, nil)), "import_file_empty"},
		{"an open quote", "sku\n\"A", "import_file_unreadable"},
		{"broken JSON", "{\"sku\":\"A\"}\n{", "import_file_unreadable"},
		{"a picture", "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "import_file_unreadable"},
		{"half a workbook", string(whole[:len(whole)/2]), "import_file_unreadable"},
		{"a workbook of before", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "import_file_unreadable"},
		{"another packed folder", packed(t, "a.txt", 10), "import_file_unreadable"},
		{"a bomb", packed(t, "xl/worksheets/sheet1.xml", maxUnpacked+1), "file_too_large"},
		{"many rows", "sku\n" + strings.Repeat("A\n", 6), "file_too_large"},
		{"a far row", string(workbook(t, [][]any{{"sku"}, {}, {}, {}, {}, {}, {}, {"A"}})), "file_too_large"},
		{"many columns", strings.Repeat("a,", 201), "file_too_large"},
		{"a long file", strings.Repeat("a", MaxFile+1), "file_too_large"},
	} {
		if got := read(c.file); got != c.want {
			t.Errorf("%s:\n got %.300s\nwant %s", c.name, got, c.want)
		}
	}
}

// packed is a folder with one file of zeros.
func packed(t *testing.T, name string, size int) string {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	w, err := z.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(make([]byte, size)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestAHugeCellIsAFaultOfItsRow(t *testing.T) {
	c, err := readContent(strings.NewReader("sku\n" + strings.Repeat("ä", maxCell+1) + "\nB\n"))
	if err != nil || len(c.faults) != 1 || c.faults[0].Row != 1 || c.faults[0].Code != "import_cell_too_long" || len([]rune(c.rows[0][0])) != 100 {
		t.Errorf("read %+v, %v", c, err)
	}
}

func TestAHiddenSheetIsPassedOver(t *testing.T) {
	f := excelize.NewFile()
	defer f.Close()
	f.SetSheetRow("Sheet1", "A1", &[]any{"secret"})
	f.NewSheet("Second")
	f.SetSheetRow("Second", "A1", &[]any{"sku"})
	f.SetSheetRow("Second", "A2", &[]any{"A"})
	f.SetActiveSheet(1)
	f.SetSheetVisible("Sheet1", false)
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	if got := read(b.String()); got != `XLSX ["sku"] ["A"]` {
		t.Error(got)
	}
}

func TestColumnsAreProposedByTheirNames(t *testing.T) {
	propose := func(format, header string) (all []string) {
		c, err := readContent(strings.NewReader(header + "\n" + strings.Repeat("x;", strings.Count(header, ";")) + "x\n"))
		if err != nil {
			t.Fatal(err)
		}
		for _, column := range propose(c, formats[format].all) {
			all = append(all, column.Field)
		}
		return all
	}
	for _, c := range []struct{ format, header, want string }{
		{Products, "Artikel-Nr.;Bezeichnung;Weight (grams);EAN;Farbe", `["sku" "title" "weight_grams" "barcodes" ""]`},
		{Products, "titel;sku;SKU;tax class", `["title" "sku" "" "tax_class"]`},
		{Customers, "Kundennummer;Firma;Telefon;e-mail;import_row;import_problem", `["external_id" "company" "phone" "email" "" ""]`},
		{Stock, "SKU;Lager;Menge;MHD", `["sku" "location" "quantity" "expires_at"]`},
	} {
		if got := fmt.Sprintf("%q", propose(c.format, c.header)); got != c.want {
			t.Errorf("%s: %s, want %s", c.header, got, c.want)
		}
	}
}

func TestDaysOfSpreadsheetsAreTimes(t *testing.T) {
	for cell, want := range map[string]string{
		"2027-01-31": `"2027-01-31T00:00:00Z"`, "46418": `"2027-01-31T00:00:00Z"`, "2027-01-31T10:00:00Z": `"2027-01-31T10:00:00Z"`, "31.1.2027": `"31.1.2027"`, "": "null",
	} {
		if got, _ := json.Marshal((&column{kind: moment}).value(cell)); string(got) != want {
			t.Errorf("%s is %s, want %s", cell, got, want)
		}
	}
}

func TestBlankRowsAtTheEndAreNone(t *testing.T) {
	defer func(rows int) { maxRows = rows }(maxRows)
	maxRows = 5
	for file, want := range map[string]string{
		"sku\nA\n \nB\n" + strings.Repeat(" \n", 10):                        `UTF-8 ["sku"] ["A"] [] ["B"]`,
		"sku,title\nA,B\n" + strings.Repeat(" ", maxCell+1) + ",\n":         `UTF-8 ["sku" "title"] ["A" "B"]`,
		"sku\nA\n" + strings.Repeat(" \n", 4) + "B\n":                       "file_too_large",
		"sku,title\n ," + strings.Repeat(" ", maxCell+1) + "\nA,\xff\x81\n": `UTF-8 ["sku" "title"] [] ["A" "�"] 2/1:import_encoding`,
	} {
		if got := read(file); got != want {
			t.Errorf("%.30q is %s, want %s", file, got, want)
		}
	}
}

// Spec: 11.3.2
func TestAWorkbookThatNamesALongTextOftenIsRefused(t *testing.T) {
	defer func(bytes int) { maxCells = bytes }(maxCells)
	maxCells = 1 << 20
	long := strings.Repeat("x", 30_000)
	few, many := [][]any{{"sku"}}, [][]any{{"sku"}}
	for n := range 40 {
		if many = append(many, []any{long}); n < 30 {
			few = append(few, []any{long})
		}
	}
	if got := read(string(workbook(t, many))); got != "file_too_large" {
		t.Errorf("of 1.2 MB: %.100s", got)
	}
	if got := read(string(workbook(t, few))); !strings.HasPrefix(got, "XLSX") {
		t.Errorf("of 0.9 MB: %.100s", got)
	}
}
