package bulk

import (
	"cmp"
	"context"
	"slices"

	"ordo/engine/command"
)

// How much a preview looks at and shows.
const (
	mostChecked  = 200
	mostExamples = 5
)

// foresee tries the command of a dry run on the orders, or on some that are
// spread evenly over them, and undoes it.
func (p *plan) foresee(ctx context.Context, e *command.Engine, m command.Meta) error {
	if !m.DryRun {
		return nil
	}
	some := sample(p.items)
	results, err := runAll(ctx, e, m.Actor, &p.Bulk, some, true)
	if err != nil {
		return err
	}
	p.Preview = sumUp(results)
	return nil
}

// sample are up to mostChecked items, evenly spread.
func sample(items []item) []item {
	n := min(len(items), mostChecked)
	some := make([]item, n)
	for i := range n {
		some[i] = items[i*len(items)/n]
	}
	return some
}

func sumUp(results []outcome) *Preview {
	p := &Preview{Checked: len(results), Refused: []Refusal{}}
	for _, r := range results {
		if r.Outcome == succeeded {
			p.Succeeded++
			continue
		}
		at := slices.IndexFunc(p.Refused, func(f Refusal) bool { return f.Code == r.Code })
		if at < 0 {
			at = len(p.Refused)
			p.Refused = append(p.Refused, Refusal{Code: r.Code, Title: r.title})
		}
		f := &p.Refused[at]
		if f.Orders++; len(f.Examples) < mostExamples {
			f.Examples = append(f.Examples, Example{r.OrderID, r.Number, r.Detail})
		}
	}
	slices.SortStableFunc(p.Refused, func(a, b Refusal) int { return cmp.Compare(b.Orders, a.Orders) })
	return p
}
