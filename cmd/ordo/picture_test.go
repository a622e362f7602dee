package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"ordo/engine/db"
)

// stage is a workspace that is brought back to the same state again and again:
// copies of its tables keep it.
type stage struct {
	db     *db.DB
	tables map[string]db.LiveTable
	rows   map[string]map[string]int // per table, how often each row is there
	known  map[string]bool           // ids and numbers in them
}

// keep remembers the state of the workspace.
func keep(t *testing.T, d *db.DB) *stage {
	t.Helper()
	s := &stage{db: d, tables: map[string]db.LiveTable{}, rows: map[string]map[string]int{}, known: map[string]bool{}}
	live, err := d.Live(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var names, copies []string
	for _, table := range live {
		s.tables[table.Name] = table
		names = append(names, table.Name)
		copies = append(copies, `CREATE TABLE kept_`+table.Name+` AS SELECT * FROM `+table.Name)
	}
	s.exec(t, copies)
	for _, row := range s.read(t, names) {
		table, _, _ := strings.Cut(row, " ")
		if s.rows[table] == nil {
			s.rows[table] = map[string]int{}
		}
		s.rows[table][row]++
		for _, token := range drawn.FindAllString(row, -1) {
			s.known[token] = true
		}
	}
	return s
}

// restore brings tables back to what was kept.
func (s *stage) restore(t *testing.T, tables []string) {
	t.Helper()
	texts := []string{`PRAGMA defer_foreign_keys = ON`}
	if s.db.Name == "postgres" {
		texts = []string{`SET LOCAL session_replication_role = replica`} // no foreign keys
	}
	for _, table := range tables {
		texts = append(texts, `DELETE FROM `+table, `INSERT INTO `+table+` SELECT * FROM kept_`+table)
	}
	s.exec(t, texts)
}

func (s *stage) exec(t *testing.T, texts []string) {
	t.Helper()
	if err := s.db.Tx(t.Context(), func(tx *db.Tx) error {
		for _, text := range texts {
			tx.Write(text)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
}

// read returns the rows of tables as text: the name of the table, then each
// column with its value.
func (s *stage) read(t *testing.T, tables []string) (rows []string) {
	t.Helper()
	reads := make([]db.Read, len(tables))
	err := s.db.Read(t.Context(), func(tx *db.Tx) error {
		rows = nil
		for i, name := range tables {
			columns := s.tables[name].Columns
			values, places, texts := make([]string, len(columns)), make([]any, len(columns)), make([]string, len(columns))
			for j, c := range columns {
				places[j], texts[j] = &values[j], `COALESCE(CAST(`+c.Name+` AS TEXT), 'NULL')`
			}
			reads[i] = db.Many(`SELECT `+strings.Join(texts, ", ")+` FROM `+name, nil, func(scan db.Scan) error {
				err := scan(places...)
				row := []byte(name)
				for j, c := range columns {
					row = fmt.Appendf(row, " %s=%s", c.Name, values[j])
				}
				rows = append(rows, string(row))
				return err
			})
		}
		return tx.Load(reads...)
	})
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// changes returns the rows of tables that are new, and those that are gone.
func (s *stage) changes(t *testing.T, tables []string) (lines []string) {
	t.Helper()
	gone := map[string]int{}
	for _, table := range tables {
		maps.Copy(gone, s.rows[table])
	}
	for _, row := range s.read(t, tables) {
		if gone[row] > 0 {
			gone[row]--
		} else {
			lines = append(lines, "+ "+row)
		}
	}
	for row, n := range gone { // order-free: a picture sorts them
		for range n {
			lines = append(lines, "- "+row)
		}
	}
	return lines
}

// drawn are ids and numbers: two runs that do the same draw others.
var drawn = regexp.MustCompile(`\b[a-z]{3}_[0-9a-hjkmnp-tv-z]{26}\b|\b[A-Za-z]+-(?:\d{4}-)?\d{6}\b`)

// picture tells what changed so that two runs that did the same give the same
// text, whatever ids they drew: a new id is named by the lines in which it
// stands, by those in which their other ids stand, and so on.
func (s *stage) picture(lines []string) []string {
	names := map[string]string{}
	for range 3 {
		marks := map[string][]string{}
		for _, line := range lines {
			seen := map[string]bool{}
			for _, token := range drawn.FindAllString(line, -1) {
				if !s.known[token] && !seen[token] {
					seen[token] = true
					marks[token] = append(marks[token], s.named(line, names, token))
				}
			}
		}
		for token, all := range marks { // order-free: each has its own place
			slices.Sort(all)
			names[token] = fmt.Sprintf("%s~%08x", token[:3], uint32(digest(all)))
		}
	}
	all := make([]string, len(lines))
	for i, line := range lines {
		all[i] = s.named(line, names, "")
	}
	slices.Sort(all)
	return all
}

// named puts names in the place of new ids and numbers, and a star in the place
// of one of them. It sorts the members of objects again, since they may have
// been sorted by their ids.
func (s *stage) named(line string, names map[string]string, star string) string {
	name := func(text string) string {
		return drawn.ReplaceAllStringFunc(text, func(token string) string {
			switch {
			case token == star:
				return "*"
			case s.known[token]:
				return token
			}
			return cmp.Or(names[token], token[:3])
		})
	}
	head, body, found := strings.Cut(line, "{")
	if !found {
		return name(line)
	}
	return name(head) + string(sorted([]byte("{"+body), name))
}

// sorted renames what is in a JSON value and sorts the members of its objects.
func sorted(b []byte, name func(string) string) []byte {
	var object map[string]json.RawMessage
	var list []json.RawMessage
	switch {
	case b[0] == '{' && json.Unmarshal(b, &object) == nil:
		members := make([]string, 0, len(object))
		for key, value := range object { // order-free: they are sorted below
			members = append(members, name(key)+":"+string(sorted(value, name)))
		}
		slices.Sort(members)
		return []byte("{" + strings.Join(members, ",") + "}")
	case b[0] == '[' && json.Unmarshal(b, &list) == nil:
		items := make([][]byte, len(list))
		for i, item := range list {
			items[i] = sorted(item, name)
		}
		return append(append([]byte("["), bytes.Join(items, []byte(","))...), ']')
	}
	return []byte(name(string(b)))
}

func digest(texts []string) uint64 {
	h := fnv.New64a()
	for _, text := range texts {
		h.Write([]byte(text))
	}
	return h.Sum64()
}

// writesTo returns the table that a statement writes to, if it does.
func writesTo(text string) string {
	for _, verb := range []string{"INSERT INTO ", "UPDATE ", "DELETE FROM "} {
		if rest, ok := strings.CutPrefix(text, verb); ok {
			return rest[:strings.IndexAny(rest+" ", " \n(")]
		}
	}
	return ""
}
