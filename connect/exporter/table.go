package exporter

import (
	"bufio"
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"

	"ordo/base/clock"
)

// decimal is a number as text, such as -12.50.
type decimal string

// table is a file under way. A cell is a text, a decimal, an int64 or a Stamp.
type table interface {
	row(cells []any) error
	close() error // writes the rest
	abandon()     // gives back what it holds, also after close
}

// harmless is a text that no spreadsheet takes for a formula.
func harmless(text string) string {
	if text != "" && strings.ContainsRune("=+-@\t\r\n", rune(text[0])) {
		return "'" + text
	}
	return text
}

// csvTable is a table with commas, as RFC 4180 has it.
type csvTable struct {
	w     *csv.Writer
	texts []string
}

func newCSV(w io.Writer) table {
	c := csv.NewWriter(w)
	c.UseCRLF = true
	return &csvTable{w: c}
}

func (t *csvTable) row(cells []any) error {
	t.texts = t.texts[:0]
	for _, cell := range cells {
		t.texts = append(t.texts, cellText(cell))
	}
	return t.w.Write(t.texts)
}

func (t *csvTable) close() error {
	t.w.Flush()
	return t.w.Error()
}

func (t *csvTable) abandon() {}

func cellText(cell any) string {
	switch c := cell.(type) {
	case string:
		return harmless(c)
	case decimal:
		return string(c)
	case int64:
		return strconv.FormatInt(c, 10)
	case clock.Stamp:
		if c == 0 {
			return ""
		}
		return c.Time().Format(time.RFC3339)
	}
	panic(fmt.Sprintf("exporter: a cell of %T", cell))
}

// sheetSize is how many rows a sheet takes.
var sheetSize = excelize.TotalRows

// workbook is an Excel file. Its rows wait in a temporary file until it is closed.
type workbook struct {
	w     io.Writer
	file  *excelize.File
	sheet *excelize.StreamWriter
	head  []any // first row of each sheet
	bold  int
	names int // sheets so far
	rows  int // in the sheet
}

func newWorkbook(w io.Writer) table {
	return &workbook{w: w, file: excelize.NewFile()}
}

func (t *workbook) row(cells []any) error {
	if t.head == nil {
		t.head = cells
		return t.begin()
	}
	if t.rows == sheetSize {
		if err := t.sheet.Flush(); err != nil {
			return err
		}
		if err := t.begin(); err != nil {
			return err
		}
	}
	return t.write(cells)
}

// begin begins the next sheet with the head.
func (t *workbook) begin() (err error) {
	if t.names == 0 {
		if t.bold, err = t.file.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}}); err != nil {
			return err
		}
	}
	t.names++
	name := "Sheet" + strconv.Itoa(t.names)
	if _, err = t.file.NewSheet(name); err != nil { // the first is there
		return err
	}
	if t.sheet, err = t.file.NewStreamWriter(name); err != nil {
		return err
	}
	if err = t.sheet.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return err
	}
	t.rows = 0
	head := make([]any, len(t.head))
	for i, text := range t.head {
		head[i] = excelize.Cell{StyleID: t.bold, Value: text}
	}
	return t.write(head)
}

func (t *workbook) write(cells []any) error {
	t.rows++
	values := make([]any, len(cells))
	for i, cell := range cells {
		v, err := cellValue(cell)
		if err != nil {
			return err
		}
		values[i] = v
	}
	at, err := excelize.CoordinatesToCellName(1, t.rows)
	if err != nil {
		return err
	}
	return t.sheet.SetRow(at, values)
}

// cellValue is a cell as a workbook keeps it: its numbers are binary fractions, of
// which those nearest to decimals of up to 15 digits show as they were.
func cellValue(cell any) (any, error) {
	switch c := cell.(type) {
	case string:
		return harmless(c), nil
	case decimal:
		return strconv.ParseFloat(string(c), 64)
	case clock.Stamp:
		if c == 0 {
			return nil, nil
		}
		return c.Time(), nil
	}
	return cell, nil
}

// abandon removes the files in which a large sheet waits for its end.
func (t *workbook) abandon() { t.file.Close() }

func (t *workbook) close() error {
	if err := t.sheet.Flush(); err != nil {
		return err
	}
	b := bufio.NewWriterSize(t.w, 64<<10)
	if err := t.file.Write(b); err != nil {
		return err
	}
	return b.Flush()
}
