package query

import (
	"slices"
	"strings"
)

// Type says which values and operators a field takes.
type Type string

// The types. Number, Money and Time are compared by : > >= < <=, the others by
// : alone.
const (
	Text   Type = "text"   // a folded column; ":" finds what begins with the value
	Enum   Type = "enum"   // one of Field.Values
	Number Type = "number" // an integer column of 10^-Scale
	Money  Type = "money"  // an integer column of minor units, 10^-Scale of the major unit
	Time   Type = "time"   // an integer column of UTC microseconds
	Bool   Type = "bool"   // a boolean column; true or false
	ID     Type = "id"     // a text column, compared exactly
)

// Field is something that a list can be filtered by.
type Field struct {
	Name   string
	Doc    string // a sentence for the API reference
	Type   Type
	Column string   // an SQL expression, in parentheses if it has operators
	Values []string // of an Enum
	// Exists wraps the condition on Column where the field has several values
	// per row: "EXISTS (SELECT 1 FROM holds h WHERE h.order_id = o.id AND %s)".
	Exists string
	// Indexed is set if an index finds the rows with a value of an Enum or ID, in
	// the list's own order where there are many: several values are then read as
	// a walk each.
	Indexed bool
	// Sortable allows sorting by the field. What is sorted by is never NULL:
	// SortBy if it is set, such as "COALESCE(o.due_at, 0)", or else Column.
	Sortable bool
	SortBy   string
	// Fold brings the values of an ID to the form in which the column has them; nil
	// if they are compared as they are.
	Fold  func(string) string
	Scale int // decimals that Column stores within its integers
}

func (f *Field) sortColumn() string {
	if f.SortBy != "" {
		return f.SortBy
	}
	return f.Column
}

// ordered tells whether the field can be compared by more and less.
func (f *Field) ordered() bool { return f.Type == Number || f.Type == Money || f.Type == Time }

// Schema describes one list.
type Schema struct {
	Fields []Field
	ID     string // the text column that decides between equal rows, such as "o.id"
	Sort   string // the sort of a request that names none, such as "-placed"
	// Fold brings a text value to the form in which text columns are stored;
	// strings.ToLower if nil.
	Fold func(string) string
	// Search makes a condition of a word without field; such words are refused
	// if it is nil. Each "?" in sql stands for the next of args.
	Search func(word string) (sql string, args []any)
}

func (s *Schema) field(name string) *Field {
	i := slices.IndexFunc(s.Fields, func(f Field) bool { return f.Name == name })
	if i < 0 {
		return nil
	}
	return &s.Fields[i]
}

func (s *Schema) fold(text string) string {
	if s.Fold == nil {
		return strings.ToLower(text)
	}
	return s.Fold(text)
}

// names returns the fields that may be used, in the order they are declared.
func (s *Schema) names(usable func(*Field) bool) []string {
	var names []string
	for i := range s.Fields {
		if f := &s.Fields[i]; usable(f) {
			names = append(names, f.Name)
		}
	}
	return names
}

func anyField(*Field) bool   { return true }
func sortable(f *Field) bool { return f.Sortable }
