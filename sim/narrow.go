package sim

import (
	"context"
	"regexp"
	"slices"

	"ordo/engine/db"
	"ordo/engine/invariant"
)

// narrowing tells which invariants a step can have broken: those of checks that
// read a table that the step wrote.
type narrowing struct {
	writes map[string][]string        // by statement: the tables that it writes
	wrote  map[string]bool            // tables that the step wrote
	reads  map[string]map[string]bool // by check: the tables that it reads
}

func newNarrowing() *narrowing {
	return &narrowing{writes: map[string][]string{}, wrote: map[string]bool{}}
}

var (
	reading = regexp.MustCompile(`(?:FROM|JOIN)\s+([a-z_]+)`)
	writing = regexp.MustCompile(`(?:INSERT INTO|UPDATE|DELETE FROM)\s+([a-z_]+)`)
)

// record is the seam that sees every trip to the database.
func (n *narrowing) record(trip []db.Recorded) {
	for _, s := range trip {
		written, known := n.writes[s.Text]
		if !known {
			written = tablesIn(writing, s.Text)
			n.writes[s.Text] = written
		}
		for _, name := range written {
			n.wrote[name] = true
		}
	}
}

func tablesIn(of *regexp.Regexp, text string) (all []string) {
	for _, m := range of.FindAllStringSubmatch(text, -1) {
		all = append(all, m[1])
	}
	return all
}

// learn notes which tables the checks read, once.
func (n *narrowing) learn(ctx context.Context, d *db.DB, checks []invariant.Check) error {
	if n.reads != nil {
		return nil
	}
	n.reads = map[string]map[string]bool{}
	for _, c := range checks {
		if c.Open == nil {
			continue
		}
		look, err := c.Open(ctx, d)
		if err != nil {
			return err
		}
		tables := map[string]bool{}
		reads, _ := look("", "")
		for _, r := range reads {
			for _, name := range tablesIn(reading, r.Text()) {
				tables[name] = true
			}
		}
		n.reads[nameOf(c)] = tables
	}
	return nil
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
