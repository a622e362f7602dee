package sim

import (
	"context"
	"fmt"
	"strings"

	"ordo/engine/invariant"
)

// Planted is what came of errors that were planted in the data of a workspace.
type Planted struct {
	Seed    uint64         `json:"seed"`
	Planted int            `json:"planted"`
	Found   int            `json:"found"`
	Refused int            `json:"refused"` // that a constraint of the database kept out
	Missed  []string       `json:"missed"`  // those that no invariant sees
	By      map[string]int `json:"by"`      // errors found, by the invariant that saw them first
	Exempt  int            `json:"exempt"`  // columns that are left out, each with its reason
}

// String tells it in lines for people.
func (p *Planted) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "seed %d: %d errors planted, %d found, %d refused by constraints; %d columns are left out\nfound by: %s\n", p.Seed, p.Planted, p.Found, p.Refused, p.Exempt, list(p.By))
	for _, m := range p.Missed {
		fmt.Fprintf(&b, "MISSED: %s\n", m)
	}
	return b.String()
}

// Plant simulates a seed without faults, then changes a value in a random
// column of a random row of a random table past all commands, n times, and
// tells how many of these errors the invariants find. Each is mended before the
// next.
func Plant(ctx context.Context, open Open, o Options, n int) (*Planted, error) {
	o.Calm = true
	w := newWorld(o, open)
	defer w.end()
	if err := w.run(ctx); err != nil {
		return nil, err
	}
	if len(w.report.Violations) > 0 {
		return nil, fmt.Errorf("the workspace is not sound before an error is planted: %v", w.report.Violations[0])
	}
	fields, exempt, err := w.fields(ctx)
	if err != nil {
		return nil, err
	}
	p := &Planted{Seed: o.Seed, By: map[string]int{}, Exempt: exempt}
	for p.Planted < n {
		if err := w.plant(ctx, p, fields[w.random.IntN(len(fields))]); err != nil {
			return nil, err
		}
	}
	return p, nil
}

// plant plants one error, looks for it, and mends it.
func (w *world) plant(ctx context.Context, p *Planted, f field) error {
	e, err := w.pick(ctx, f)
	if err != nil || e == nil {
		return err
	}
	if err := w.set(ctx, e, e.to); err != nil {
		p.Refused++
		return nil
	}
	p.Planted++
	if by := w.find(ctx); by == "" {
		p.Missed = append(p.Missed, e.String())
	} else {
		p.Found++
		p.By[by]++
	}
	return w.set(ctx, e, e.from)
}

// find names the first invariant that does not hold; empty if all do. What
// can't be read is found as well: ordo verify fails and names the column.
func (w *world) find(ctx context.Context) string {
	for _, c := range w.house.Checks {
		results, err := invariant.Run(ctx, w.house.Engine.DB, []invariant.Check{c}, invariant.Options{Workers: 1})
		if err != nil {
			return "no reading of " + c.Subject
		}
		for _, r := range results {
			if r.Faults > 0 {
				return r.ID + " of " + r.Subject
			}
		}
	}
	return ""
}

// field is a column of a table.
type field struct {
	table, column string
	whole         bool     // of integers
	keys          []string // columns of the primary key
}

// planted is an error: a value of a row becomes another.
type planted struct {
	field
	row      []any
	from, to any
}

// String names the place and the change.
func (e *planted) String() string {
	return fmt.Sprintf("%s.%s of %v: %v became %v", e.table, e.column, e.row, short(e.from), short(e.to))
}

func short(v any) any {
	if s, ok := v.(string); ok && len(s) > 40 {
		return s[:40] + "…"
	}
	return v
}

// other is a value that is not v, of the same kind.
func (w *world) other(v any, others []any) any {
	if len(others) > 0 && w.chance(2) {
		return others[w.random.IntN(len(others))]
	}
	switch v := v.(type) {
	case int64:
		return v + one[int64](w, 1, -1, 1000, -1000)
	case string:
		if v == "" || w.chance(3) {
			return v + "x"
		}
		at := w.random.IntN(len(v))
		return v[:at] + string(rune('a'+w.random.IntN(26))) + v[at+1:]
	}
	return nil
}
