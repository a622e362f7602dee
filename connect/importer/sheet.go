package importer

import (
	"cmp"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"

	"ordo/base/money"
	"ordo/base/problem"
)

// Codes of tables.
var (
	ErrColumn = problem.Declare("import_column_unknown", problem.Invalid,
		"The table has a column that is not known.", "Rename the column or leave it out; the order of columns does not matter.")
	ErrColumnTwice = problem.Declare("import_column_twice", problem.Invalid,
		"The table has a column twice.", "Leave one of them out.")
	ErrCells = problem.Declare("import_cells_wrong", problem.Invalid,
		"A row has more or fewer cells than the first line has names.", "Check the separators; quote cells that hold a comma.")
	ErrEncoding = problem.Declare("import_encoding", problem.Invalid,
		"A cell is not in UTF-8.", "Save the table as UTF-8.")
	errTogether = problem.Declare("import_rows_together", problem.Invalid,
		"Another row of the same record is refused, and a record is written whole or not at all.", "Correct that row and import all rows of the record again.")
)

// CellFault is what is wrong with a cell.
type CellFault struct {
	Row      int    `json:"row" doc:"From 1, without the header; 0 for the header"`
	Column   string `json:"column" doc:"Column of the format; empty where the whole row is wrong"`
	Code     string `json:"code" doc:"That of the API for the same mistake"`
	Sentence string `json:"sentence" doc:"What is wrong"`
	Remedy   string `json:"remedy" doc:"What helps"`
}

func faultOf(row int, column string, code *problem.Code, format string, a ...any) CellFault {
	return CellFault{row, column, code.Told(), code.At("", format, a...).Faults[0].Detail, code.Remedy}
}

// cellKind is what a cell becomes in JSON.
type cellKind int

const (
	text    cellKind = iota
	number           // a plain decimal
	boolean          // true, yes, 1, false, no, 0
	list             // texts with blanks between them
	moment           // a time, or a day as a spreadsheet counts it
)

// column is a column of a format.
type column struct {
	name     string
	kind     cellKind
	empty    any      // value of an empty cell; none if nil
	required bool     // must be in the table
	unique   bool     // no value may come twice
	also     []string // what others call it, plain
}

// sheet is a table whose columns are known.
type sheet struct {
	columns []column // those that it has, in its order; without a name if left out
	rows    [][]string
	bad     map[int][]CellFault // what is wrong with each row, from 1; 0 is the header
}

func (s *sheet) fault(f CellFault) { s.bad[f.Row] = append(s.bad[f.Row], f) }

// newSheet finds the columns of a table, which are called as they are or as the
// mapping says, and what is wrong with its cells whatever they mean.
func newSheet(c *content, format []column, mapping map[string]string) *sheet {
	s := &sheet{rows: c.rows, bad: map[int][]CellFault{}}
	var wrong []misnamed
	s.columns, wrong = resolve(c.header, format, mapping)
	for _, w := range wrong {
		s.fault(faultOf(0, w.column, w.code, "%s", w.detail))
	}
	for _, f := range c.faults {
		if f.At >= len(s.columns) || s.columns[f.At].name != "" {
			if f.At < len(s.columns) {
				f.Column = s.columns[f.At].name
			}
			s.fault(f.CellFault)
		}
	}
	for i, cells := range s.rows {
		if cells != nil && !s.square(i) {
			s.fault(faultOf(i+1, "", ErrCells, "The row has %d cells, the first line names %d columns.", len(cells), len(s.columns)))
		}
	}
	s.twice()
	return s
}

// misnamed is a column that is missing, or of which nobody knows what it is.
type misnamed struct {
	column, detail string
	code           *problem.Code
}

// resolve finds the columns of a format by the names that a table has for them.
func resolve(names []string, format []column, mapping map[string]string) (columns []column, wrong []misnamed) {
	known := columnNames(format)
	has := func(name string) bool {
		return slices.ContainsFunc(columns, func(c column) bool { return c.name == name })
	}
	fault := func(column string, code *problem.Code, detail string) {
		wrong = append(wrong, misnamed{column, detail, code})
	}
	for _, name := range names {
		name = foldColumn(name)
		if ours, mapped := mapping[name]; mapped && ours == "" || !mapped && slices.Contains(OwnColumns, name) {
			columns = append(columns, column{}) // left out
			continue
		} else if mapped {
			name = ours
		}
		i := slices.Index(known, name)
		switch near := problem.Closest(name, known); {
		case i < 0 && near != "":
			fault(name, ErrColumn, `There is no column "`+name+`". Did you mean `+near+`?`)
		case i < 0:
			fault(name, ErrColumn, `There is no column "`+name+`"; there are `+strings.Join(known, ", ")+`.`)
		case has(name):
			fault(name, ErrColumnTwice, "The column "+name+" is there twice.")
		}
		c := column{name: name}
		if i >= 0 {
			c = format[i]
		}
		columns = append(columns, c)
	}
	for _, c := range format {
		if c.required && !has(c.name) {
			fault(c.name, problem.ErrRequired, "The column "+c.name+" must be there.")
		}
	}
	return columns, wrong
}

func (s *sheet) has(name string) bool {
	return slices.ContainsFunc(s.columns, func(c column) bool { return c.name == name })
}

// square tells whether a row has a cell of each column.
func (s *sheet) square(row int) bool { return len(s.rows[row]) == len(s.columns) }

// twice finds values that no two rows may have.
func (s *sheet) twice() {
	for _, c := range s.columns {
		if !c.unique {
			continue
		}
		seen := map[string]int{}
		for n := range s.rows {
			if !s.square(n) {
				continue
			}
			for _, value := range parted(c.kind, s.cell(n, c.name)) {
				first, again := seen[strings.ToUpper(value)]
				if again {
					s.fault(faultOf(n+1, c.name, problem.ErrDuplicate, "Row %d has %q already.", first, value))
				} else {
					seen[strings.ToUpper(value)] = n + 1
				}
			}
		}
	}
}

// parted returns the values of a cell.
func parted(kind cellKind, cell string) []string {
	switch {
	case kind == list:
		return strings.Fields(cell)
	case cell == "":
		return nil
	}
	return []string{cell}
}

// filled are the rows that are not blank, from 0.
func (s *sheet) filled() (rows []int) {
	for i, cells := range s.rows {
		if cells != nil {
			rows = append(rows, i)
		}
	}
	return rows
}

// cell returns the text of a row's cell, without outer blanks; "" if the table
// has no such column.
func (s *sheet) cell(row int, name string) string {
	for i, c := range s.columns {
		if c.name == name && i < len(s.rows[row]) {
			return strings.TrimSpace(s.rows[row][i])
		}
	}
	return ""
}

// value is a cell in JSON; nil if there is nothing in it. What does not fit its
// kind stays a text, which the operation refuses.
func (c *column) value(cell string) any {
	cell = strings.TrimSpace(cell)
	if cell == "" {
		return c.empty
	}
	switch c.kind {
	case number:
		if _, err := money.ParseDecimal(cell, len(cell)); !errors.Is(err, money.ErrSyntax) && json.Valid([]byte(cell)) {
			return json.Number(cell)
		}
	case boolean:
		switch strings.ToLower(cell) {
		case "true", "yes", "1":
			return true
		case "false", "no", "0":
			return false
		}
	case list:
		values := strings.Fields(cell)
		slices.Sort(values)
		return values
	case moment:
		return asMoment(cell)
	}
	return cell
}

// asMoment writes a day, or a number of days as spreadsheets count them, as the
// API takes it.
func asMoment(cell string) string {
	if day, err := time.Parse(time.DateOnly, cell); err == nil {
		return day.Format(time.RFC3339)
	}
	if days, err := money.ParseDecimal(cell, 0); err == nil && days >= 10_000 && days < 100_000 {
		if day, err := excelize.ExcelDateToTime(float64(days), false); err == nil {
			return day.Format(time.RFC3339)
		}
	}
	return cell
}

// before is the order of faults: by row, then by column.
func before(columns []column) func(a, b CellFault) int {
	at := func(name string) int { return slices.IndexFunc(columns, func(c column) bool { return c.name == name }) }
	return func(a, b CellFault) int {
		return cmp.Or(cmp.Compare(a.Row, b.Row), cmp.Compare(at(a.Column), at(b.Column)), cmp.Compare(a.Column, b.Column), cmp.Compare(a.Code, b.Code))
	}
}
