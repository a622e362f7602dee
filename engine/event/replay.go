package event

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"hash"
	"maps"
	"slices"
	"strings"

	"ordo/engine/db"
	"ordo/engine/invariant"
)

// Replay is a range of subjects of a projection: what their events tell of
// rows, beside the rows themselves.
type Replay struct {
	p       Projection
	columns [][]string // per part
	cells   []map[spot]*cell
	counts  map[string]int64  // events of a subject
	faults  map[string]string // of the events of a subject
	now     Told
}

// spot names a row of a part.
type spot struct{ subject, key string }

func (a spot) compare(b spot) int {
	return cmp.Or(strings.Compare(a.subject, b.subject), strings.Compare(a.key, b.key))
}

// cell is a row as the events tell it, in pieces, and as it is; nil where they
// know none.
type cell struct {
	told []byte
	more [][]byte // told later
	is   []byte
}

func newReplay(p Projection, columns [][]string) *Replay {
	r := &Replay{p: p, columns: columns, counts: map[string]int64{}, faults: map[string]string{}}
	for range p.Parts {
		r.cells = append(r.cells, map[spot]*cell{})
	}
	return r
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
	r.counts[e.Subject]++
	r.now = e
	err := error(nil)
	if e.Sequence != r.counts[e.Subject] {
		r.fault("event %d is missing", r.counts[e.Subject])
	}
	if r.p.Tell != nil {
		err = r.p.Tell(r, e)
	} else {
		err = r.plain(e)
	}
	if err != nil {
		r.fault("event %d can't be read: %v", e.Sequence, err)
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
	told, err := members(e.Body)
	if err != nil {
		return err
	}
	for _, m := range told {
		i := slices.IndexFunc(r.p.Parts, func(p Part) bool { return p.Name == m.name && p.Rows != nil })
		switch {
		case i < 0 || m.value[0] != '{':
		case len(r.p.Parts[i].Key) == 0:
			r.add(i, "", m.value)
		default:
			err = r.rowsOf(i, m.value)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// rowsOf takes the rows of a part by their keys; a removed one is null.
func (r *Replay) rowsOf(part int, text []byte) error {
	rows, err := members(text)
	for _, row := range rows {
		if row.value[0] == '{' {
			r.add(part, row.name, row.value)
		} else {
			r.remove(part, row.name)
		}
	}
	return err
}

func (r *Replay) add(part int, key string, text []byte) {
	at := spot{r.now.Subject, key}
	c := r.cells[part][at]
	if c == nil {
		c = &cell{}
		r.cells[part][at] = c
	}
	if c.told == nil {
		c.told = text
	} else {
		c.more = append(c.more, text)
	}
}

func (r *Replay) remove(part int, key string) {
	if c := r.cells[part][spot{r.now.Subject, key}]; c != nil {
		c.told, c.more = nil, nil
	}
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
	r.add(i, key, told.encode(r.columns[i]))
}

// Remove tells that a row is gone.
func (r *Replay) Remove(table, key string) { r.remove(r.part(table), key) }

// Clear tells that all rows of the subject in a table are gone.
func (r *Replay) Clear(table string) {
	for at, c := range r.cells[r.part(table)] { // order-free: each row stands for itself
		if at.subject == r.now.Subject {
			c.told, c.more = nil, nil
		}
	}
}

// Count is how many rows of the subject in a table the events know so far.
func (r *Replay) Count(table string) (n int) {
	for at, c := range r.cells[r.part(table)] { // order-free: it counts
		if at.subject == r.now.Subject && c.told != nil {
			n++
		}
	}
	return n
}

// rows reads those of a part.
func (r *Replay) rows(i int, after, upto string) db.Read {
	part, cells := r.p.Parts[i], r.cells[i]
	is := func(subject, key string, text []byte) {
		at := spot{subject, key}
		if cells[at] == nil {
			cells[at] = &cell{}
		}
		cells[at].is = text
	}
	if part.Rows != nil {
		return part.Rows.Texts(part.Owner, part.Key, after, upto, is)
	}
	return readColumns(part, r.columns[i], after, upto, is)
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

func (d *digests) add(at spot, told, is []byte) {
	if is != nil {
		d.rows++
	}
	same := told != nil && bytes.Equal(told, is)
	if !same && d.told == d.is {
		d.part()
	}
	d.write(d.told, at, told)
	if !same || d.told != d.is {
		d.write(d.is, at, is)
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

func (d *digests) write(to hash.Hash, at spot, row []byte) {
	if row == nil {
		return
	}
	d.line = append(append(append(append(d.line[:0], at.subject...), ' '), at.key...), ' ')
	d.line = append(append(d.line, row...), '\n')
	to.Write(d.line)
}

// judge compares what the events tell with what is there.
func (r *Replay) judge(report *invariant.Report, sums []digests) {
	strange := map[string]bool{}
	for _, subject := range slices.Sorted(maps.Keys(r.counts)) {
		own := r.cells[0][spot{subject: subject}]
		strange[subject] = own == nil || own.is == nil
		switch {
		case r.faults[subject] != "":
			report.Fault("E2", subject, "%s", r.faults[subject])
		case strange[subject]:
			report.Fault("E2", subject, "has events, but no row")
		}
	}
	for i, part := range r.p.Parts {
		for _, at := range slices.SortedFunc(maps.Keys(r.cells[i]), spot.compare) {
			c := r.cells[i][at]
			told, misfit := c.compare(r.columns[i], part.name(at.key))
			sums[i].add(at, told, c.is)
			if misfit != "" && !strange[at.subject] && r.faults[at.subject] == "" {
				report.Fault("E2", at.subject, "%s", misfit)
			}
		}
	}
}

// compare returns the row as the events tell it, and how it differs from what
// is there; "" if it does not.
func (c *cell) compare(columns []string, name string) (told []byte, misfit string) {
	switch {
	case c.more == nil && c.told != nil && bytes.Equal(c.told, c.is): // the usual case, without a look inside
		return c.is, ""
	case c.told == nil && c.is == nil:
		return nil, ""
	case c.told == nil:
		return nil, "the events know nothing of " + name
	}
	sum, err := fold(append([][]byte{c.told}, c.more...))
	if err != nil {
		return nil, fmt.Sprintf("what the events tell of %s can't be read: %v", name, err)
	}
	told = loud(sum, columns).encode(columns)
	switch {
	case c.is == nil:
		return told, "the events know " + name + ", which is not there"
	case bytes.Equal(told, c.is):
		return told, ""
	}
	row, err := fold([][]byte{c.is})
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
