package importer

import (
	"slices"
	"strings"
	"unicode"

	"ordo/base/problem"
)

// OwnColumns are those that the file of refused rows has beside those of the table,
// so that it can be corrected and imported as it is.
var OwnColumns = []string{"import_row", "import_problem", "import_remedy"}

// samples is how many first cells of a column are shown, and how much of each.
const samples, sampleLength = 5, 80

// propose tells of each column what it seems to be: by its name, or by what others
// call it, or by a name that is nearly so. Each column of the format is proposed
// once.
func propose(c *content, format []column) []SourceColumn {
	taken := map[string]bool{}
	all := make([]SourceColumn, len(c.header))
	for n, name := range c.header {
		all[n] = SourceColumn{Name: name, Samples: first(c, n)}
	}
	for _, guess := range []func(name string) string{
		func(name string) string { return called(format, name) },
		func(name string) string { return problem.Closest(name, columnNames(format)) },
	} {
		for n := range all {
			field := guess(all[n].Name)
			if all[n].Field == "" && field != "" && !taken[field] && !slices.Contains(OwnColumns, all[n].Name) {
				all[n].Field, taken[field] = field, true
			}
		}
	}
	return all
}

// called is the column of the format that has the name, or that others call so.
func called(format []column, name string) string {
	for _, c := range format {
		if lettersOf(name) == lettersOf(c.name) || slices.Contains(c.also, lettersOf(name)) {
			return c.name
		}
	}
	return ""
}

// lettersOf are the letters and digits of a name, in lower case.
func lettersOf(name string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, name)
}

// first are the first cells of a column that are not blank.
func first(c *content, column int) []string {
	cells := []string{}
	for _, row := range c.rows {
		if len(cells) == samples {
			break
		}
		if column < len(row) && strings.TrimSpace(row[column]) != "" {
			cells = append(cells, clip(row[column], sampleLength))
		}
	}
	return cells
}
