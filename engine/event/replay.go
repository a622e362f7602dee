package event

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"hash"
	"slices"
	"strings"

	"ordo/engine/db"
	"ordo/engine/invariant"
)

// Replay is a range of subjects of a projection: what their events tell of
// rows, beside the rows themselves.
type Replay struct {
	p        Projection
	columns  [][]string        // per part
	tables   []table           // per part
	subjects []string          // that have events, sorted
	faults   map[string]string // of the events of a subject
	sequence int64             // of the last event
	now      Told
}

// table has the rows of a part.
type table struct {
	told   []entry // in the order in which events tell them
	before int     // how many of these are of other subjects than the current one
	is     []entry
}

// entry is a row, or a piece of one that events tell later.
type entry struct{ subject, key, text string }

func (a entry) compare(b entry) int {
	return cmp.Or(strings.Compare(a.subject, b.subject), strings.Compare(a.key, b.key))
}

// cell is a row as the events tell it, in pieces, and as it is; empty where they
// know none.
type cell struct {
	subject, key string
	told         []entry
	is           string
}

// has tells whether the entry is of this row.
func (c *cell) has(e entry) bool { return c.subject == e.subject && c.key == e.key }

func newReplay(p Projection, columns [][]string) *Replay {
	return &Replay{p: p, columns: columns, tables: make([]table, len(p.Parts)), faults: map[string]string{}}
}

// events reads those of the subjects above after and up to upto.
func (r *Replay) events(after, upto string) db.Read {
	if r.p.Bare {
		after, upto = r.p.Prefix+after, r.p.Prefix+upto
	}
	last := len(r.p.Prefix) - 1
	below, above := r.p.Prefix[:last]+string(r.p.Prefix[last]-1)+end, r.p.Prefix+end
	return db.Many(`SELECT e.subject, e.sequence, e.type, e.at, e.body FROM events e WHERE e.subject > $1 AND e.subject <= $2 ORDER BY e.subject, e.sequence`,
		[]any{max(after, below), min(upto, above)}, func(scan db.Scan) error {
			var e Told
			if err := scan(&e.Subject, &e.Sequence, &e.Type, &e.At, &e.Body); err != nil {
				return err
			}
			r.tell(e)
			return nil
		})
}

// end sorts behind all ids that begin with the same.
const end = "\U0010FFFF"

// tell adds an event.
func (r *Replay) tell(e Told) {
	if r.p.Bare {
		e.Subject = strings.TrimPrefix(e.Subject, r.p.Prefix)
	}
	if len(r.subjects) == 0 || e.Subject != r.now.Subject {
		r.begin(e.Subject)
	}
	r.sequence++
	r.now = e
	if e.Sequence != r.sequence {
		r.fault("event %d is missing", r.sequence)
	}
	tell := r.p.Tell
	if tell == nil {
		tell = (*Replay).plain
	}
	if err := tell(r, e); err != nil {
		r.fault("event %d can't be read: %v", e.Sequence, err)
	}
}

// begin turns to the events of another subject.
func (r *Replay) begin(subject string) {
	r.subjects = append(r.subjects, subject)
	r.sequence = 0
	for i := range r.tables {
		r.tables[i].before = len(r.tables[i].told)
	}
}

func (r *Replay) fault(format string, a ...any) {
	if r.faults[r.now.Subject] == "" {
		r.faults[r.now.Subject] = fmt.Sprintf(format, a...)
	}
}

// Plain tells of the rows that the body of the event names: a body that is Rows
// does so by the names of parts. Another one has columns of the subject's own
// row, and lists of objects or texts that are rows of the part of that name.
func (r *Replay) Plain() error { return r.plain(r.now) }

// rowsIn takes the rows of a body that is Rows as they stand in it.
func (r *Replay) rowsIn(e Told) error {
	return members(e.Body, func(name, value string) error {
		i := slices.IndexFunc(r.p.Parts, func(p Part) bool { return p.Name == name && p.Rows != nil })
		switch {
		case i < 0 || value[0] != '{':
			return nil
		case len(r.p.Parts[i].Key) == 0:
			r.add(i, "", value)
			return nil
		}
		return r.rowsOf(i, value)
	})
}

// rowsOf takes the rows of a part by their keys; a removed one is null.
func (r *Replay) rowsOf(part int, text string) error {
	return members(text, func(key, row string) error {
		if row[0] == '{' {
			r.add(part, key, row)
		} else {
			r.remove(part, key)
		}
		return nil
	})
}

func (r *Replay) add(part int, key, text string) {
	t := &r.tables[part]
	t.told = append(t.told, entry{r.now.Subject, key, text})
}

func (r *Replay) remove(part int, key string) {
	t := &r.tables[part]
	of := slices.DeleteFunc(t.told[t.before:], func(e entry) bool { return e.key == key })
	t.told = t.told[:t.before+len(of)]
}

// part returns the place of a table in the projection.
func (r *Replay) part(table string) int {
	return slices.IndexFunc(r.p.Parts, func(p Part) bool { return p.Table == table })
}

// Set tells columns of a row of a table, "" being the key of the subject's own.
// They are those of a struct's JSON names, or Columns; a name that is no column
// tells nothing.
func (r *Replay) Set(table, key string, columns any) {
	i := r.part(table)
	part := r.p.Parts[i]
	told := columnsOf(columns)
	told[part.Owner] = r.now.Subject
	if len(part.Key) == 1 {
		if _, named := told[part.Key[0]]; !named {
			told[part.Key[0]] = key
		}
	}
	if i == 0 {
		told["event_sequence"] = r.now.Sequence
		if _, named := told["created_at"]; !named && r.now.Sequence == 1 {
			told["created_at"] = r.now.At
		}
	}
	r.add(i, key, string(told.encode(r.columns[i])))
}

// Remove tells that a row is gone.
func (r *Replay) Remove(table, key string) { r.remove(r.part(table), key) }

// Clear tells that all rows of the subject in a table are gone.
func (r *Replay) Clear(table string) {
	t := &r.tables[r.part(table)]
	t.told = t.told[:t.before]
}

// Count is how many rows of the subject in a table the events know so far.
func (r *Replay) Count(table string) int {
	t := r.tables[r.part(table)]
	keys := map[string]bool{}
	for _, e := range t.told[t.before:] {
		keys[e.key] = true
	}
	return len(keys)
}

// rows reads those of a part.
func (r *Replay) rows(i int, after, upto string) db.Read {
	part, t := r.p.Parts[i], &r.tables[i]
	is := func(subject, key, text string) { t.is = append(t.is, entry{subject, key, text}) }
	if part.Rows != nil {
		return part.Rows.Texts(part.Owner, part.Key, after, upto, is)
	}
	return readColumns(part, r.columns[i], after, upto, is)
}

// sort sorts the rows by subject and key, the pieces of one as they were told.
func (t *table) sort() {
	for _, all := range [][]entry{t.told, t.is} {
		if !slices.IsSortedFunc(all, entry.compare) {
			slices.SortStableFunc(all, entry.compare)
		}
	}
}

// cells puts what is told of each row beside the row; both are sorted.
func (t *table) cells(yield func(cell) bool) {
	told, is := t.told, t.is
	for len(told)+len(is) > 0 {
		var c cell
		if len(told) == 0 || len(is) > 0 && is[0].compare(told[0]) < 0 {
			c.subject, c.key = is[0].subject, is[0].key
		} else {
			c.subject, c.key = told[0].subject, told[0].key
		}
		n := 0
		for n < len(told) && c.has(told[n]) {
			n++
		}
		c.told, told = told[:n], told[n:]
		if len(is) > 0 && c.has(is[0]) {
			c.is, is = is[0].text, is[1:]
		}
		if !yield(c) {
			return
		}
	}
}

// digests are those of a table: of what the events tell, and of its rows. As long
// as these are the same they are one.
type digests struct {
	rows     int64
	told, is hash.Hash
	line     []byte
}

func newDigests() digests {
	both := sha256.New()
	return digests{told: both, is: both}
}

func (d *digests) add(c cell, told string) {
	if c.is != "" {
		d.rows++
	}
	if told != c.is && d.told == d.is {
		d.part()
	}
	d.write(d.told, c, told)
	if d.told != d.is {
		d.write(d.is, c, c.is)
	}
}

// part makes them two.
func (d *digests) part() {
	another, err := d.told.(hash.Cloner).Clone()
	if err != nil {
		panic(err) // SHA-256 can
	}
	d.is = another
}

func (d *digests) write(to hash.Hash, c cell, row string) {
	if row == "" {
		return
	}
	d.line = append(append(append(append(d.line[:0], c.subject...), ' '), c.key...), ' ')
	d.line = append(append(d.line, row...), '\n')
	to.Write(d.line)
}

// judge compares what the events tell with what is there.
func (r *Replay) judge(report *invariant.Report) {
	for i := range r.tables {
		r.tables[i].sort()
	}
	own := r.tables[0].is
	for _, subject := range r.subjects {
		_, there := slices.BinarySearchFunc(own, entry{subject: subject}, entry.compare)
		if !there && r.faults[subject] == "" {
			r.faults[subject] = "has events, but no row"
		}
		if fault := r.faults[subject]; fault != "" {
			report.Fault("E2", subject, "%s", fault)
		}
	}
	for i, part := range r.p.Parts {
		sums := newDigests()
		for c := range r.tables[i].cells {
			told, misfit := c.is, ""
			if !c.fits(r.columns[i]) {
				told, misfit = c.compare(r.columns[i], part.name(c.key))
			}
			sums.add(c, told)
			if misfit != "" && r.faults[c.subject] == "" {
				report.Fault("E2", c.subject, "%s", misfit)
			}
		}
		report.Rebuilt(part.Table, sums.rows, sums.told.Sum(nil), sums.is.Sum(nil))
	}
}

// fits tells, without a look at what values are, that the events tell the row as
// it is. It is what compare finds of nearly all.
func (c *cell) fits(columns []string) bool {
	if len(c.told) == 1 && c.told[0].text == c.is {
		return true
	}
	last := make([]string, len(columns))
	for _, e := range c.told {
		if members(e.text, func(name, value string) error {
			i := slices.Index(columns, name)
			if i < 0 {
				return errJSON
			}
			last[i] = value
			return nil
		}) != nil {
			return false
		}
	}
	b := []byte{'{'}
	for i, value := range last {
		if slices.Contains(mute, value) {
			continue
		}
		if len(b) > 1 {
			b = append(b, ',')
		}
		b = append(append(append(append(b, '"'), columns[i]...), '"', ':'), value...)
	}
	return string(append(b, '}')) == c.is
}

// mute is how columns are written that have the value of one that was never
// told; empty if it was not.
var mute = []string{"", "null", "0", `""`, "false"}

// compare returns the row as the events tell it, and how it differs from what
// is there; "" if it does not.
func (c *cell) compare(columns []string, name string) (told, misfit string) {
	if len(c.told) == 0 {
		return "", "the events know nothing of " + name
	}
	sum, err := fold(c.pieces())
	if err != nil {
		return "", fmt.Sprintf("what the events tell of %s can't be read: %v", name, err)
	}
	told = string(loud(sum, columns).encode(columns))
	switch c.is {
	case "":
		return told, "the events know " + name + ", which is not there"
	case told:
		return told, ""
	}
	row, err := fold([][]byte{[]byte(c.is)})
	if err != nil {
		return told, fmt.Sprintf("%s can't be read: %v", name, err)
	}
	for _, column := range columns {
		a, b := Columns(row).encode([]string{column}), Columns(sum).encode([]string{column})
		if !bytes.Equal(a, b) && !(silent(row[column]) && silent(sum[column])) {
			return told, fmt.Sprintf("%s of %s is %v, the events say %v", column, name, shown(row[column]), shown(sum[column]))
		}
	}
	return told, name + " is not as the events tell it"
}

func (c *cell) pieces() (all [][]byte) {
	for _, e := range c.told {
		all = append(all, []byte(e.text))
	}
	return all
}

// loud are the columns that are not as if they were never told.
func loud(all map[string]any, columns []string) Columns {
	some := Columns{}
	for _, column := range columns {
		if !silent(all[column]) {
			some[column] = all[column]
		}
	}
	return some
}

// shown is a value for people.
func shown(value any) string {
	if value == nil {
		return "empty"
	}
	text, _ := json.Marshal(value) // of a text, a number or a boolean
	return string(text)
}

// name is how people call a row of the part.
func (p Part) name(key string) string {
	name := cmp.Or(p.Name, p.Table)
	one := strings.TrimSuffix(name, "s")
	if stem, ok := strings.CutSuffix(name, "ies"); ok {
		one = stem + "y"
	}
	if len(p.Key) == 0 {
		return "the " + one
	}
	return one + " " + key
}
