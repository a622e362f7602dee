package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"ordo/engine/db"
)

// schemaPages are the data dictionary and the diagram of the tables: the schema
// as a new database has it, with the comments of the migrations.
func schemaPages(root string) ([]page, error) {
	text, err := migrationText(root)
	if err != nil {
		return nil, err
	}
	folder, err := os.MkdirTemp("", "ordo-docs-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(folder)
	live, err := liveSchema(context.Background(), filepath.Join(folder, "schema.db"))
	if err != nil {
		return nil, err
	}
	data, err := dataPage(live, written(text))
	return []page{data, diagramPage(live)}, err
}

// migrationText is the text of all migrations.
func migrationText(root string) (string, error) {
	paths, err := filepath.Glob(filepath.Join(root, "engine/db/migration/*.sql"))
	if err == nil && len(paths) == 0 {
		err = errors.New("there are no migrations below " + root)
	}
	var text strings.Builder
	for _, path := range paths {
		b, failed := os.ReadFile(path)
		err = errors.Join(err, failed)
		text.Write(b)
	}
	return text.String(), err
}

// liveSchema reads the tables of a new database, but for the one that counts
// migrations.
func liveSchema(ctx context.Context, url string) ([]db.LiveTable, error) {
	d, err := db.Open(ctx, url, db.Options{})
	if err != nil {
		return nil, err
	}
	defer d.Close()
	tables, err := d.Live(ctx)
	return slices.DeleteFunc(tables, func(t db.LiveTable) bool { return t.Name == "schema_versions" }), err
}

var (
	tableStart = regexp.MustCompile(`^CREATE TABLE (\w+) \((?: -- (.*))?$`)
	columnLine = regexp.MustCompile(`^  ([a-z_0-9]+) (TEXT|INT64|BOOLEAN)\b(.*?),?(?: -- (.*))?$`)
	columnMore = regexp.MustCompile(`^ALTER TABLE (\w+) ADD COLUMN (.*?);(.*)$`)
	references = regexp.MustCompile(`REFERENCES (\w+)`)
	choices    = regexp.MustCompile(`CHECK \(\w+ IN \(([^)]*)\)\)`)
)

// writtenTable is what the migrations say of a table.
type writtenTable struct {
	name, about string
	columns     []writtenColumn
}

type writtenColumn struct {
	db.LiveColumn
	personal bool
	meaning  string
}

// written reads every CREATE TABLE and ADD COLUMN of the migrations.
func written(text string) (tables []writtenTable) {
	open := false
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\n")
		if m := tableStart.FindStringSubmatch(line); m != nil {
			tables = slices.DeleteFunc(tables, func(t writtenTable) bool { return t.name == m[1] }) // it is built anew
			tables, open = append(tables, writtenTable{name: m[1], about: m[2]}), true
			continue
		}
		in, one := len(tables)-1, open
		if m := columnMore.FindStringSubmatch(line); m != nil {
			in = slices.IndexFunc(tables, func(t writtenTable) bool { return t.name == m[1] })
			line, one = "  "+m[2]+m[3], true
		}
		m := columnLine.FindStringSubmatch(line)
		switch {
		case strings.HasPrefix(line, ")"):
			open = false
		case one && m != nil:
			tables[in].columns = append(tables[in].columns, column(m))
		}
	}
	return tables
}

// column is what a line of a migration says of a column.
func column(line []string) writtenColumn {
	c := writtenColumn{LiveColumn: db.LiveColumn{Name: line[1], Type: line[2], NotNull: strings.Contains(line[3], "NOT NULL")}}
	after, found := strings.CutPrefix(line[4], "personal")
	if c.personal = found; found {
		after = strings.TrimLeft(after, ":, ")
	}
	c.meaning = meaning(after, line[3])
	return c
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

// units are those of numbers whose comment does not name one, by the names of
// their columns.
var units = []struct {
	unit  string
	names *regexp.Regexp
}{
	{"microseconds since 1970, UTC", regexp.MustCompile(`^at$|_at$|until$|^valid_from$`)},
	{"minor units", regexp.MustCompile(`^(amount|subtotal|discount|charges|net|tax|rounding|total|gross|extended|authorized|captured|capturing|voiding|refunded|in_flight|disputed|granted|moved|moving|value|fee)$`)},
	{"millionths of the major unit", regexp.MustCompile(`^unit_price$`)},
	{"millionths", regexp.MustCompile(`^(rate|tax_rate)$`)},
	{"thousandths", regexp.MustCompile(`^(quantity|minimum|maximum|multiple|per_parent|on_hand|safety|reserved|canceled|open|backordered|picked|packed|shipped|delivered|lost|sent_back|returned|received|restocked|refurbished|scrapped|sent_on)$`)},
	{"grams", regexp.MustCompile(`_grams$`)},
	{"days", regexp.MustCompile(`_days$`)},
	{"count", regexp.MustCompile(`^(version|revision|sequence|tries|attempts|failures|replays|parallel|rank|priority|next|next_part|copy|done|orders|succeeded|refused|parts|checks|checked|row_count|rows_in|rows_due|created|updated|unchanged|undone|kept|requests|client_errors|server_errors|longer|collections|goroutines|handle_limit|consumer_lag)$|^up_to_|^max_tries$|_(version|revision|sequence|open|generation|handles|started|busy|waiting|events)$`)},
	{"status of HTTP", regexp.MustCompile(`^status$`)},
	{"place", regexp.MustCompile(`^(position|number|part|row|record|chunk|source_row|item|adjustment|share_of)$`)},
}

// unitWords are units that a comment names.
var unitWords = regexp.MustCompile(`\b(thousandths|millionths|minor units|microseconds|milliseconds|seconds|grams|days|percent|bytes)\b`)

// unit is that of a number; empty if neither comment nor name tell one.
func (c writtenColumn) unit() string {
	if units := unitWords.FindAllString(c.meaning, -1); units != nil {
		return strings.Join(units, " or ")
	}
	for _, u := range units {
		if u.names.MatchString(c.Name) {
			return u.unit
		}
	}
	return ""
}

// private are names of columns that hold personal values wherever they are.
var private = regexp.MustCompile(`^(email|phone|fax|street\d*|postcode|city|company|first_name|last_name|full_name|birth\w*|ip|ip_address|iban)$`)

// needsTag tells whether a column is personal by its name: name is, beside an
// email.
func (t writtenTable) needsTag(c writtenColumn) bool {
	person := slices.ContainsFunc(t.columns, func(c writtenColumn) bool { return c.Name == "email" })
	return private.MatchString(c.Name) || c.Name == "name" && person
}

// dataPage is the data dictionary. The error names the columns without a
// meaning, a unit or a tag, and those where live schema and migrations differ.
func dataPage(live []db.LiveTable, written []writtenTable) (page, error) {
	p := newPage("data.md", "Data dictionary", "Every table and column that a new database has, with the comments of the migrations; [schema.md](schema.md) shows how the tables refer to one another. What is personal is emptied when a person is erased; it is never copied into events, commands, jobs or logs.")
	faults := differences(live, written)
	for _, t := range written {
		p.section(t.name)
		if t.about != "" {
			p.WriteString(strings.ToUpper(t.about[:1]) + t.about[1:] + ".\n\n")
		}
		p.table("column", "type", "unit", "personal", "meaning")
		for _, c := range t.columns {
			kind, unit := c.Type, ""
			if c.Type == "INT64" {
				unit = c.unit()
			}
			switch {
			case c.meaning == "":
				faults = append(faults, t.name+"."+c.Name+" has no meaning")
			case c.Type == "INT64" && unit == "":
				faults = append(faults, t.name+"."+c.Name+" has no unit")
			case t.needsTag(c) && !c.personal:
				faults = append(faults, t.name+"."+c.Name+" is not marked as personal")
			}
			if !c.NotNull {
				kind += ", may be null"
			}
			p.row(code(c.Name), kind, unit, map[bool]string{true: "yes"}[c.personal], c.meaning)
		}
	}
	if faults != nil {
		return p, errors.New("the schema: " + strings.Join(faults, "; "))
	}
	return p, nil
}

// differences tells where the live schema and the migrations differ.
func differences(live []db.LiveTable, tables []writtenTable) (faults []string) {
	there := map[string]db.LiveColumn{}
	for _, t := range live {
		for _, c := range t.Columns {
			there[t.Name+"."+c.Name] = c
		}
	}
	for _, t := range tables {
		for _, c := range t.columns {
			name, want := t.name+"."+c.Name, c.LiveColumn
			got, ok := there[name]
			delete(there, name)
			switch {
			case !ok:
				faults = append(faults, name+" is not in the database")
			case got != want && !(want.Type == "BOOLEAN" && got.Type == "INT64" && got.NotNull == want.NotNull):
				faults = append(faults, fmt.Sprintf("%s is %s, not null %t, in the database", name, got.Type, got.NotNull))
			}
		}
	}
	for name := range there { // sorted below
		faults = append(faults, name+" is in no migration")
	}
	slices.Sort(faults)
	return faults
}

// diagramPage shows how the tables refer to one another.
func diagramPage(live []db.LiveTable) page {
	p := newPage("schema.md", "Schema", "How the tables refer to one another. A solid line is a foreign key of the database; a dotted one follows from the name of the column, where commands see to it that the row is there. [data.md](data.md) tells what the columns mean.")
	p.WriteString("\n```mermaid\nerDiagram\n")
	for _, t := range live {
		links := links(live, t)
		if len(links) == 0 {
			fmt.Fprintf(&p, "  %s\n", t.Name)
		}
		for _, l := range links {
			fmt.Fprintf(&p, "  %s %s %s : %s\n", l.Table, l.line, t.Name, l.Column)
		}
	}
	p.WriteString("```\n")
	return p
}

// link is a reference, and how it is drawn.
type link struct {
	db.Reference
	line string
}

// links are the references of a table, in the order of its columns.
func links(live []db.LiveTable, t db.LiveTable) (all []link) {
	for _, c := range t.Columns {
		i := slices.IndexFunc(t.References, func(r db.Reference) bool { return r.Column == c.Name })
		to := target(live, c.Name)
		switch {
		case i >= 0 && c.NotNull:
			all = append(all, link{t.References[i], "||--o{"})
		case i >= 0:
			all = append(all, link{t.References[i], "|o--o{"})
		case to != "" && to != t.Name:
			all = append(all, link{db.Reference{Column: c.Name, Table: to}, "|o..o{"})
		}
	}
	return all
}

// target is the table that a column refers to by its name: that which the same
// name refers to by a foreign key, or whose name is the plural.
func target(live []db.LiveTable, column string) string {
	for _, t := range live {
		for _, r := range t.References {
			if r.Column == column {
				return r.Table
			}
		}
	}
	stem, ok := strings.CutSuffix(column, "_id")
	if !ok {
		return ""
	}
	if stem == "line" {
		return "order_lines"
	}
	for _, t := range live {
		if t.Name == stem+"s" || strings.HasSuffix(stem, "y") && t.Name == strings.TrimSuffix(stem, "y")+"ies" {
			return t.Name
		}
	}
	return ""
}
