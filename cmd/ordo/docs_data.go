package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// dataPage is the data dictionary, read from the migrations.
func dataPage(root string) (page, error) {
	p := newPage("data.md", "Data dictionary", "Every table and column, from the migrations. INT64 holds minor units, thousandths, millionths or microseconds, as the column says. What is personal is emptied when a person is erased; it is never copied into events, commands, jobs or logs.")
	paths, err := filepath.Glob(filepath.Join(root, "engine/db/migration/*.sql"))
	if err == nil && len(paths) == 0 {
		err = errors.New("there are no migrations below " + root)
	}
	if err != nil {
		return p, err
	}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			return p, err
		}
		if err := p.tables(string(text)); err != nil {
			return p, fmt.Errorf("%s: %w", filepath.Base(path), err)
		}
	}
	return p, nil
}

var (
	tableStart = regexp.MustCompile(`^CREATE TABLE (\w+) \((?: -- (.*))?$`)
	columnLine = regexp.MustCompile(`^  ([a-z_0-9]+) (TEXT|INT64|BOOLEAN)\b(.*?),?(?: -- (.*))?$`)
	references = regexp.MustCompile(`REFERENCES (\w+)`)
	choices    = regexp.MustCompile(`CHECK \(\w+ IN \(([^)]*)\)\)`)
)

// tables writes a section per CREATE TABLE. A column whose meaning follows
// neither from a comment, nor from what it refers to, nor from its values is an
// error.
func (p *page) tables(text string) error {
	table, missing := "", []string(nil)
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\n")
		if m := tableStart.FindStringSubmatch(line); m != nil {
			table = m[1]
			p.section(table)
			if m[2] != "" {
				p.WriteString(strings.ToUpper(m[2][:1]) + m[2][1:] + ".\n\n")
			}
			p.table("column", "type", "personal", "meaning")
			continue
		}
		m := columnLine.FindStringSubmatch(line)
		if table == "" || m == nil {
			if strings.HasPrefix(line, ")") {
				table = ""
			}
			continue
		}
		name, kind, rest, comment := m[1], m[2], m[3], m[4]
		personal := ""
		if after, found := strings.CutPrefix(comment, "personal"); found {
			personal, comment = "yes", strings.TrimLeft(after, ":, ")
		}
		meaning := meaning(comment, rest)
		if meaning == "" && personal == "" {
			missing = append(missing, table+"."+name)
		}
		if !strings.Contains(rest, "NOT NULL") {
			kind += ", may be null"
		}
		p.row(code(name), kind, personal, meaning)
	}
	if missing != nil {
		return fmt.Errorf("columns without a meaning: %s", strings.Join(missing, ", "))
	}
	return nil
}

// meaning joins what is said of a column with what its definition says.
func meaning(comment, definition string) string {
	var parts []string
	if comment != "" {
		parts = append(parts, comment)
	}
	if m := references.FindStringSubmatch(definition); m != nil {
		parts = append(parts, "refers to "+code(m[1]))
	}
	if m := choices.FindStringSubmatch(definition); m != nil {
		parts = append(parts, "one of "+strings.ReplaceAll(m[1], "'", "`"))
	}
	return strings.Join(parts, "; ")
}
