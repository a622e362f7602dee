package importer

import (
	"bufio"
	"encoding/csv"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

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
)

// CellFault is what is wrong with a cell.
type CellFault struct {
	Row      int    `json:"row"`    // from 1, without the header; 0 for the header
	Column   string `json:"column"` // name; empty where the whole row is wrong
	Code     string `json:"code"`   // that of the API for the same mistake
	Sentence string `json:"sentence"`
}

// cellKind is what a cell becomes in JSON.
type cellKind int

const (
	text    cellKind = iota
	number           // a plain decimal
	boolean          // true, yes, 1, false, no, 0
	list             // texts with blanks between them
)

// column is a column of a format.
type column struct {
	name     string
	kind     cellKind
	empty    any  // value of an empty cell; none if nil
	required bool // must be in the table
	unique   bool // no value may come twice
}

// sheet is a table that was read.
type sheet struct {
	columns []column // those that it has, in its order
	rows    [][]string
	faults  []CellFault
}

func (s *sheet) fault(row int, column string, code *problem.Code, format string, a ...any) {
	s.faults = append(s.faults, CellFault{row, column, code.Told(), code.At("", format, a...).Faults[0].Detail})
}

// readSheet reads a CSV file whose first line names columns of the format, or
// JSON Lines: an object on each line, which has them as names. They are called
// as they are or as the mapping says. The error is ErrFile; all else that is
// wrong is in the faults.
func readSheet(file io.Reader, format []column, mapping map[string]string) (*sheet, error) {
	in := bufio.NewReader(file)
	if mark, _ := in.Peek(3); string(mark) == "\ufeff" {
		in.Discard(3)
	}
	s := &sheet{}
	if first, _ := in.Peek(1); string(first) == "{" {
		return s, s.readLines(in, format, mapping)
	}
	r := csv.NewReader(in)
	r.FieldsPerRecord = -1
	header, err := r.Read()
	if err != nil {
		return nil, ErrFile.New("The first line can't be read: %v.", err)
	}
	s.header(header, format, mapping)
	for {
		cells, err := r.Read()
		switch {
		case errors.Is(err, io.EOF):
			return s, nil
		case err != nil:
			return nil, unreadable(len(s.rows), err)
		}
		s.rows = append(s.rows, cells)
		s.check(len(s.rows), cells)
	}
}

// readLines reads JSON Lines as a table that has all names of all objects as its
// columns. Lists of texts become words; other lists and objects are faults.
func (s *sheet) readLines(in io.Reader, format []column, mapping map[string]string) error {
	var objects []map[string]any
	names := map[string]bool{}
	d := json.NewDecoder(in)
	d.UseNumber()
	for d.More() {
		var object map[string]any
		if err := d.Decode(&object); err != nil {
			return unreadable(len(objects), err)
		}
		for name := range object { // order-free: a set
			names[name] = true
		}
		objects = append(objects, object)
	}
	header := slices.Sorted(maps.Keys(names))
	s.header(header, format, mapping)
	for i, object := range objects {
		cells := make([]string, len(header))
		for k, name := range header {
			cell, ok := asCell(object[name])
			if !ok {
				s.fault(i+1, s.columns[k].name, problem.ErrInvalidValue, "The value is no text, number, true, false, null or list of texts.")
			}
			cells[k] = cell
		}
		s.rows = append(s.rows, cells)
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

// header finds the columns by their names.
func (s *sheet) header(names []string, format []column, mapping map[string]string) {
	known := columnNames(format)
	for _, name := range names {
		name = foldColumn(name)
		if ours, mapped := mapping[name]; mapped && ours == "" {
			s.columns = append(s.columns, column{}) // left out
			continue
		} else if mapped {
			name = ours
		}
		i := slices.Index(known, name)
		switch near := problem.Closest(name, known); {
		case i < 0 && near != "":
			s.fault(0, name, ErrColumn, "There is no column %q. Did you mean %s?", name, near)
		case i < 0:
			s.fault(0, name, ErrColumn, "There is no column %q; there are %s.", name, strings.Join(known, ", "))
		case s.has(name):
			s.fault(0, name, ErrColumnTwice, "The column %s is there twice.", name)
		}
		c := column{name: name}
		if i >= 0 {
			c = format[i]
		}
		s.columns = append(s.columns, c)
	}
	for _, c := range format {
		if c.required && !s.has(c.name) {
			s.fault(0, c.name, problem.ErrRequired, "The column %s must be there.", c.name)
		}
	}
}

func (s *sheet) has(name string) bool {
	return slices.ContainsFunc(s.columns, func(c column) bool { return c.name == name })
}

// check finds what is wrong with cells, whatever they mean.
func (s *sheet) check(row int, cells []string) {
	if len(cells) != len(s.columns) {
		s.fault(row, "", ErrCells, "The row has %d cells, the first line names %d columns.", len(cells), len(s.columns))
		return
	}
	for i, cell := range cells {
		if !utf8.ValidString(cell) {
			s.fault(row, s.columns[i].name, ErrEncoding, "The cell is not in UTF-8.")
		}
	}
}

// twice finds values that no two rows may have.
func (s *sheet) twice() {
	for i, c := range s.columns {
		seen := map[string]int{}
		for n, cells := range s.rows {
			if !c.unique {
				break
			}
			for _, value := range parted(c.kind, cells[i]) {
				first, again := seen[strings.ToUpper(value)]
				if again {
					s.fault(n+1, c.name, problem.ErrDuplicate, "Row %d has %q already.", first, value)
				} else {
					seen[strings.ToUpper(value)] = n + 1
				}
			}
		}
	}
}

// parted returns the values of a cell.
func parted(kind cellKind, cell string) []string {
	cell = strings.TrimSpace(cell)
	switch {
	case kind == list:
		return strings.Fields(cell)
	case cell == "":
		return nil
	}
	return []string{cell}
}

// cell returns the text of a row's cell, without outer blanks; "" if the table
// has no such column.
func (s *sheet) cell(row int, name string) string {
	for i, c := range s.columns {
		if c.name == name {
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
	}
	return cell
}
