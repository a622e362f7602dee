package sim

import (
	"context"
	"regexp"
	"slices"

	"ordo/engine/db"
	"ordo/engine/invariant"
)

// narrowing tells which invariants a step can have broken: those of checks that
// read a table that the step wrote. Which tables a check reads is learned from
// the statements that it sends. One that it has not sent yet it can only send
// once other rows of the tables are there that it is known to read, and then it
// is judged.
type narrowing struct {
	texts map[string]tables          // tables of a statement
	reads map[string]map[string]bool // by check: the tables that it reads
	wrote map[string]bool            // tables that the step wrote
	check string                     // that is being judged; empty during a step
}

// tables are those of a statement.
type tables struct{ reads, writes []string }

func newNarrowing() *narrowing {
	return &narrowing{texts: map[string]tables{}, reads: map[string]map[string]bool{}, wrote: map[string]bool{}}
}

var (
	reading = regexp.MustCompile(`(?:FROM|JOIN)\s+([a-z_]+)`)
	writing = regexp.MustCompile(`(?:INSERT INTO|UPDATE|DELETE FROM)\s+([a-z_]+)`)
)

// record is the seam that sees every trip to the database.
func (n *narrowing) record(trip []db.Recorded) {
	for _, s := range trip {
		t, known := n.texts[s.Text]
		if !known {
			t = tables{tablesIn(reading, s.Text), tablesIn(writing, s.Text)}
			n.texts[s.Text] = t
		}
		for _, name := range t.writes {
			n.wrote[name] = true
		}
		if n.check != "" {
			for _, name := range t.reads {
				n.reads[n.check][name] = true
			}
		}
	}
}

func tablesIn(of *regexp.Regexp, text string) (all []string) {
	for _, m := range of.FindAllStringSubmatch(text, -1) {
		all = append(all, m[1])
	}
	return all
}

// learn judges a check and notes what it reads.
func (n *narrowing) learn(ctx context.Context, d *db.DB, c invariant.Check) ([]invariant.Result, error) {
	n.check = nameOf(c)
	defer func() { n.check = "" }()
	if n.reads[n.check] == nil {
		n.reads[n.check] = map[string]bool{}
	}
	return invariant.Run(ctx, d, []invariant.Check{c}, nil, nil)
}

// nameOf tells checks apart.
func nameOf(c invariant.Check) string {
	name := c.Subject
	for _, i := range c.Invariants {
		name += " " + i.ID + ": " + i.Formula
	}
	return name
}

// keys are those of a check's rows that the step can have made wrong: all that
// belong to what it touched if it wrote a table that the check reads, those with
// new events if that is the log of events alone, else none.
func (n *narrowing) keys(c invariant.Check, related []string, touched map[string]bool) []string {
	reads := n.reads[nameOf(c)]
	if reads == nil {
		return related
	}
	for name := range reads { // order-free: any will do
		if name != "events" && n.wrote[name] {
			return related
		}
	}
	if !reads["events"] {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(related), func(key string) bool { return !touched[key] })
}
