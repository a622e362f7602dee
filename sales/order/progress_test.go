package order

import (
	"testing"

	"ordo/base/money"
	"ordo/base/problem"
)

// Spec: 11.2.8
func TestGoodsMeetNoMoreThanWhatWasShippedAndIsStillOpenToIt(t *testing.T) {
	for _, c := range []struct {
		name     string
		line     Line
		from, to Fate
		q        money.Quantity
		want     string // empty: it is done
	}{
		{"all arrives", Line{Shipped: 3}, UnderWay, Arrived, 3, ""},
		{"more arrives than was shipped", Line{SKU: "TEA", Shipped: 3000}, UnderWay, Arrived, 3001, "/q: quantity_exceeds_shipped: 3 of TEA is in_transit, not 3.001"},
		{"what arrived arrives again", Line{SKU: "TEA", Shipped: 3000, Delivered: 3000}, UnderWay, Arrived, 1000, "/q: quantity_exceeds_shipped: 0 of TEA is in_transit, not 1"},
		{"what is lost comes back", Line{SKU: "TEA", Shipped: 3000, Delivered: 1000, Lost: 2000}, UnderWay, SentBack, 1000, "/q: quantity_exceeds_shipped: 0 of TEA is in_transit, not 1"},
		{"what did not get lost is found", Line{SKU: "TEA", Shipped: 3000, Lost: 1000}, GoneLost, Arrived, 2000, "/q: quantity_exceeds_shipped: 1 of TEA is lost, not 2"},
		{"what came back gets lost", Line{SKU: "TEA", Shipped: 3000, Delivered: 3000, Returned: 2000}, Arrived, GoneLost, 2000, "/q: quantity_exceeds_shipped: 1 of TEA is delivered, not 2"},
	} {
		l, faults := c.line, problem.List{}
		new(Order).Meet(&l, c.q, c.from, c.to, "/q", &faults)
		p := problem.As(faults.Err())
		switch {
		case c.want == "" && (p != nil || l.Delivered != c.q):
			t.Errorf("%s: told %v, the line is %+v", c.name, p, l)
		case c.want != "" && (p == nil || p.Error() != c.want || l != c.line):
			t.Errorf("%s: told %v, want %s; the line is %+v", c.name, p, c.want, l)
		}
	}
}
