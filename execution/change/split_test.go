package change_test

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"testing"

	"ordo/base/money"
	"ordo/engine/command/commandtest"
	"ordo/execution/change"
	"ordo/sales/order"
	"ordo/sales/order/ordertest"
)

func part(o *order.Order, line int, units int) order.Step {
	return order.Step{Kind: order.SplitUnits, LineID: o.Lines[line].ID, Quantity: money.Quantity(units) * 1000}
}

// Spec: 1.2.5
func TestASplitIsStagedPreviewedAndCommitted(t *testing.T) {
	eachShop(t, func(t *testing.T, s *shop) {
		o := s.Place(line("TEA", 4), line("MUG", 2))
		c := s.begin(o, part(o, 0, 1))
		c = s.stage(c, part(o, 1, 2))
		if c.Steps[0].Was != "4" {
			t.Errorf("what can move is %s", c.Steps[0].Was)
		}
		seen, err := s.preview(c)
		if err != nil {
			t.Fatal(err)
		}
		if got := amount(seen, "total"); got != "total 60.00 GBP -> 36.00 GBP" {
			t.Errorf("the order: %s", got)
		}
		other := &change.Impact{OrderImpact: seen.Others[0].OrderImpact}
		if got := amount(other, "total"); got != "total 0.00 GBP -> 24.00 GBP" || len(other.Stock) != 2 || len(other.Work) != 1 || seen.Others[0].OrderID != "" {
			t.Errorf("the other one: %s, %+v", got, other)
		}
		done := s.do("change.commit", change.CommitIn{ID: c.ID, Expected: seen.Digest})
		if !reflect.DeepEqual(done.Impact, seen) {
			t.Errorf("committed %+v, not %+v", done.Impact, seen)
		}
		if n := s.Count(`SELECT CAST(SUM(quantity - canceled) AS BIGINT) FROM fulfillment_lines`); n != 6_000 {
			t.Errorf("%d thousandths are to be shipped", n)
		}
	})
}

// Spec: 1.2.5
func TestWhoIsLateWithASplitOrAMergeIsTold(t *testing.T) {
	eachShop(t, func(t *testing.T, s *shop) {
		o, other := s.Place(line("TEA", 4), line("MUG", 2)), s.Place(line("TEA", 1))
		away := s.begin(o, part(o, 0, 3))
		s.Do("order.cancel", order.CancelIn{ID: o.ID, Reason: "other", Lines: []order.CancelLine{{LineID: o.Lines[0].ID, Quantity: 1_000}}})
		s.Refused("change.commit", change.CommitIn{ID: away.ID}, "/steps/0 version_conflict")
		join := s.begin(o, order.Step{Kind: order.MergeOrder, OrderID: other.ID})
		s.Do("order.amend", order.AmendIn{ID: other.ID, Steps: []order.Step{quantity(other, 0, 2)}})
		s.Refused("change.commit", change.CommitIn{ID: join.ID}, "/steps/0 version_conflict")
		s.stage(join, order.Step{Kind: order.MergeOrder, OrderID: other.ID})
		seen, err := s.preview(join)
		if err != nil {
			t.Fatal(err)
		}
		done := s.do("change.commit", change.CommitIn{ID: join.ID, Expected: seen.Digest})
		if !reflect.DeepEqual(done.Impact, seen) || done.Impact.Others[0].OrderID != other.ID {
			t.Errorf("committed %+v, not %+v", done.Impact, seen)
		}
		if n := s.Count(`SELECT CAST(SUM(quantity - canceled) AS BIGINT) FROM fulfillment_lines`); n != 7_000 {
			t.Errorf("%d thousandths are to be shipped", n)
		}
		s.Refused("change.begin", change.BeginIn{ID: o.ID, Steps: []order.Step{{Kind: order.MergeOrder, OrderID: "ord_none"}, {Kind: order.MergeOrder}}}, "/steps/0/order_id not_found", "/steps/1/order_id field_required")
	})
}

// What a preview of a split or a merge tells is what its commit does: 10,000 cases
// by chance if the whole is asked for.
//
// Spec: 1.2.5
func TestAPreviewOfASplitIsWhatComes(t *testing.T) {
	cases := 40
	if commandtest.Whole() {
		cases = 5_000 // per database
	}
	eachShop(t, func(t *testing.T, s *shop) {
		r := rand.New(rand.NewPCG(5, 0))
		skus := []string{"TEA", "MUG", "SET", "GUIDE", "LAMP", "SOFA"}
		committed := 0
		var last *order.Order
		for n := range cases {
			if n%20 == 0 {
				s.Receive(s.South, ordertest.Units("TEA", 20), ordertest.Units("MUG", 40), ordertest.Units("POT", 20))
			}
			placed, err := s.Try("order.place", order.PlaceIn{Agreement: s.Agreement(line(skus[r.IntN(6)], 1+r.IntN(3)), line("LAMP", 1+r.IntN(2)), line("GUIDE", 2))})
			if err != nil {
				continue // sold out
			}
			o := placed.(*order.Order)
			var steps []order.Step
			for i, l := range o.Lines {
				if q := r.IntN(4); l.ParentID == "" && q > 0 {
					steps = append(steps, part(o, i, q))
				}
			}
			if last != nil && r.IntN(2) == 0 || len(steps) == 0 {
				steps = []order.Step{{Kind: order.MergeOrder, OrderID: o.ID}}
				if last != nil {
					o = last
				}
			}
			c := s.begin(o, steps...)
			if r.IntN(4) == 0 {
				s.Try("order.release", order.ReleaseIn{ID: placed.(*order.Order).ID})
			}
			seen, refused := s.preview(c)
			out, err := s.Try("change.commit", change.CommitIn{ID: c.ID})
			if fmt.Sprint(err) != fmt.Sprint(refused) {
				t.Fatalf("the preview tells %v, the commit %v", refused, err)
			}
			if err == nil {
				committed++
				if done := out.(*change.Change); !reflect.DeepEqual(done.Impact, seen) {
					t.Fatalf("the preview tells %+v, the commit %+v", seen, done.Impact)
				}
			}
			if last = o; r.IntN(3) == 0 {
				s.Try("order.cancel", order.CancelIn{ID: o.ID, Reason: "other"})
				last = nil
			}
		}
		if committed < cases/5 {
			t.Errorf("%d of %d changes were committed", committed, cases)
		}
	})
}
