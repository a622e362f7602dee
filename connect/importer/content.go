package importer

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"ordo/base/problem"
	"ordo/engine/file"
)

// MaxFile is how many bytes a table may have. It is read as a whole, so that this
// bounds the memory.
const MaxFile = 16 << 20

// Further bounds of a table.
var (
	maxRows    = 100_000 // blank ones between others included
	maxColumns = 200
	maxCell    = 32_767   // characters, as in a spreadsheet
	maxCells   = 64 << 20 // bytes of all cells: a workbook may name a long text often
)

// Codes of files.
var (
	ErrTooLarge = file.ErrTooLarge // 16 MiB, 64 MiB unpacked, 100,000 rows and 200 columns are taken
	ErrEmpty    = problem.Declare("import_file_empty", problem.Invalid,
		"There is no row in the file.", "Put the names of the columns in the first line, and a row below.")
	errCellLong = problem.Declare("import_cell_too_long", problem.Invalid,
		"A cell has more characters than a cell can hold.", "Shorten it to 32,767 characters.")
	errCellError = problem.Declare("import_cell_error", problem.Invalid,
		"A cell shows an error of the spreadsheet instead of a value.", "Mend the formula, or write the value.")
)

// content is a file that was read, before it is known what its columns mean.
type content struct {
	encoding string
	header   []string
	rows     [][]string // nil for a blank one
	faults   []placed

	size  int // bytes of all cells
	blank int // rows behind the last one that is not
}

// placed is what is wrong with a cell, by the place of its column.
type placed struct {
	At int `json:"at"` // from 0
	CellFault
}

func (c *content) fault(at int, code *problem.Code, format string, a ...any) {
	c.faults = append(c.faults, placed{at, faultOf(c.read()+1, "", code, format, a...)})
}

// read is how many rows were read.
func (c *content) read() int { return len(c.rows) + c.blank }

// readContent reads a CSV file, JSON Lines or the first sheet of an Excel
// workbook. The error says why there is no table in it.
func readContent(file io.Reader) (c *content, err error) {
	data, err := io.ReadAll(io.LimitReader(file, MaxFile+1))
	switch {
	case err != nil:
		return nil, unreadable(0, err)
	case len(data) > MaxFile:
		return nil, ErrTooLarge.New("it has more than %d bytes", MaxFile)
	case bytes.HasPrefix(data, []byte("PK\x03\x04")):
		c, err = readWorkbook(data)
	case bytes.HasPrefix(data, []byte("\xd0\xcf\x11\xe0")):
		return nil, ErrFile.New("it is a workbook of before 2007, or one with a password").Helped("Save it as .xlsx, without a password.")
	default:
		c, err = readText(data)
	}
	if err != nil {
		return nil, err
	}
	if len(c.rows) == 0 {
		return nil, ErrEmpty.New("there is no row below the names of the columns")
	}
	return c, nil
}

func readText(data []byte) (*content, error) {
	text, encoding := decode(data)
	switch {
	case strings.TrimSpace(text) == "":
		return nil, ErrEmpty.New("the file is empty")
	case strings.ContainsRune(text, 0):
		return nil, ErrFile.New("it is neither a text nor a workbook")
	}
	c := &content{encoding: encoding}
	if strings.HasPrefix(text, "{") {
		return c, c.readLines(text)
	}
	return c, c.readCSV(text)
}

// decode returns the text of a file. One that is not in UTF-8 is taken for
// Windows-1252, unless it has bytes that mean nothing there.
func decode(data []byte) (text, encoding string) {
	if bytes.HasPrefix(data, []byte("\xff\xfe")) || bytes.HasPrefix(data, []byte("\xfe\xff")) {
		if text, err := unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM).NewDecoder().Bytes(data); err == nil {
			return string(text), "UTF-16"
		}
	}
	if data = bytes.TrimPrefix(data, []byte("\ufeff")); utf8.Valid(data) || slices.ContainsFunc(data, meaningless) {
		return string(data), "UTF-8"
	}
	western, _ := charmap.Windows1252.NewDecoder().Bytes(data) // it has a rune for every byte
	return string(western), "Windows-1252"
}

// meaningless tells whether a byte stands for nothing in Windows-1252.
func meaningless(b byte) bool { return strings.IndexByte("\x81\x8d\x8f\x90\x9d", b) >= 0 }

// readCSV reads a table whose cells are separated by commas, semicolons or tabs.
func (c *content) readCSV(text string) error {
	r := csv.NewReader(strings.NewReader(text))
	r.FieldsPerRecord, r.Comma = -1, separator(text)
	header, err := r.Read()
	if err != nil {
		return ErrFile.New("The first line can't be read: %v.", err)
	}
	if err := c.head(header); err != nil {
		return err
	}
	for {
		cells, err := r.Read()
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return unreadable(c.read(), err)
		}
		if err := c.add(restored(cells)); err != nil {
			return err
		}
	}
}

// separator is what the first line has most of, outside of quotes.
func separator(text string) rune {
	quoted, counts := false, map[rune]int{}
	for _, r := range text[:min(len(text), maxLine)] {
		switch {
		case r == '"':
			quoted = !quoted
		case r == '\n' && !quoted:
			return mostOf(counts)
		case !quoted:
			counts[r]++
		}
	}
	return mostOf(counts)
}

// mostOf is the separator that there is most of; a comma, if there is none.
func mostOf(counts map[rune]int) rune {
	return slices.MaxFunc([]rune{',', ';', '\t'}, func(a, b rune) int { return cmp.Compare(counts[a], counts[b]) })
}

// head takes the names of the columns. One without a name is called by its place.
func (c *content) head(names []string) error {
	if len(names) > maxColumns {
		return ErrTooLarge.New("it has %d columns, more than %d", len(names), maxColumns)
	}
	for i, name := range names {
		name = strings.TrimSpace(printable(name))
		if name == "" {
			name = fmt.Sprintf("column %d", i+1)
		}
		c.header = append(c.header, clip(name, 200))
	}
	return nil
}

// printable is a text as every database takes it.
func printable(text string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(text, "\ufffd"), "\x00", "\ufffd")
}

// clip returns the first n characters of a text.
func clip(text string, n int) string {
	if utf8.RuneCountInString(text) > n {
		return string([]rune(text)[:n])
	}
	return text
}

// restored are cells as they were before an export kept spreadsheets from taking
// them for formulas.
func restored(cells []string) []string {
	for i, cell := range cells {
		if len(cell) > 1 && cell[0] == '\'' && strings.IndexByte("=+-@\t\r\n", cell[1]) >= 0 {
			cells[i] = cell[1:]
		}
	}
	return cells
}

// add takes a row. One that is blank counts only if another follows.
func (c *content) add(cells []string) error {
	if len(cells) > maxColumns {
		return ErrTooLarge.New("row %d has %d cells, more than %d", c.read()+1, len(cells), maxColumns)
	}
	blank, before := true, len(c.faults)
	for i, cell := range cells {
		if !utf8.ValidString(cell) || strings.ContainsRune(cell, 0) {
			c.fault(i, ErrEncoding, "The cell is not in UTF-8.")
			cell = printable(cell)
		}
		if n := utf8.RuneCountInString(cell); n > maxCell {
			c.fault(i, errCellLong, "The cell has %d characters.", n)
			cell = clip(cell, 100)
		}
		cells[i] = cell
		c.size += len(cell)
		blank = blank && strings.TrimSpace(cell) == ""
	}
	switch {
	case blank:
		c.faults = c.faults[:before] // of blanks
		c.blank++
		return nil
	case c.read() >= maxRows:
		return ErrTooLarge.New("it has more than %d rows", maxRows)
	case c.size > maxCells:
		return ErrTooLarge.New("its cells have more than %d bytes", maxCells)
	}
	c.rows = append(append(c.rows, make([][]string, c.blank)...), cells)
	c.blank = 0
	return nil
}

// readLines reads JSON Lines as a table that has all names of all objects as its
// columns. Lists of texts become words; other lists and objects are faults.
func (c *content) readLines(text string) error {
	var objects []map[string]any
	names := map[string]bool{}
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	for d.More() {
		var object map[string]any
		if err := d.Decode(&object); err != nil {
			return unreadable(len(objects), err)
		}
		if len(objects) == maxRows {
			return ErrTooLarge.New("it has more than %d rows", maxRows)
		}
		for name := range object { // order-free: a set
			names[name] = true
		}
		objects = append(objects, object)
	}
	header := slices.Sorted(maps.Keys(names))
	if err := c.head(header); err != nil {
		return err
	}
	for _, object := range objects {
		cells := make([]string, len(header))
		for k, name := range header {
			cell, ok := asCell(object[name])
			if !ok {
				c.fault(k, problem.ErrInvalidValue, "The value is no text, number, true, false, null or list of texts.")
				cell = "?"
			}
			cells[k] = cell
		}
		if err := c.add(cells); err != nil {
			return err
		}
	}
	return nil
}

// asCell is a value of JSON as a cell holds it.
func asCell(value any) (cell string, ok bool) {
	switch v := value.(type) {
	case nil:
		return "", true
	case string:
		return v, true
	case json.Number:
		return v.String(), true
	case bool:
		return strconv.FormatBool(v), true
	case []any:
		words := make([]string, len(v))
		for i, one := range v {
			if words[i], ok = one.(string); !ok || len(strings.Fields(words[i])) != 1 {
				return "", false
			}
		}
		return strings.Join(words, " "), true
	}
	return "", false
}
