package change_test

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"ordo/base/clock"
	"ordo/base/money"
	"ordo/engine/command/commandtest"
	"ordo/engine/db"
	"ordo/engine/db/dbtest"
	"ordo/engine/event"
	"ordo/engine/invariant"
	"ordo/engine/invariant/invarianttest"
	"ordo/engine/number"
	"ordo/execution/change"
	"ordo/execution/fulfillment"
	"ordo/sales/order"
	"ordo/sales/order/ordertest"
	"ordo/trade/tradetest"
)

// shop is a workspace in which placed orders are changed.
type shop struct {
	*ordertest.Shop
	t     *testing.T
	clock *clock.Manual
}

// eachShop runs a test on both databases and checks the books at its end.
func eachShop(t *testing.T, fn func(t *testing.T, s *shop)) {
	t.Helper()
	t.Parallel()
	c := clock.NewManual(time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC))
	dbtest.Each(t, db.Options{Clock: c}, func(t *testing.T, d *db.DB) {
		s := &shop{ordertest.Open(t, d, fulfillment.Operations(number.NewSource()), change.Operations(number.NewSource())), t, c}
		s.Reactions = append(s.Reactions, event.Reaction{On: order.Placed.Name, Name: "plan", Do: fulfillment.Plan})
		for _, on := range []*event.Type{order.Released, order.AllocatedEvent, order.Backordered, order.Canceled, order.Amended, order.Parted, order.PartedFrom, order.Merged, order.Joined} {
			s.Reactions = append(s.Reactions, event.Reaction{On: on.Name, Name: "follow", Do: fulfillment.Follow})
		}
		fn(t, s)
		s.Sound()
		work := slices.DeleteFunc(slices.Clone(fulfillment.Invariants), func(c invariant.Check) bool { return c.Subject == "shipments" })
		invarianttest.Clean(t, d, work)
		invarianttest.Clean(t, d, append(change.Invariants, []invariant.Check{change.Projection.Check()}...))
	})
}

func (s *shop) do(name string, in any) *change.Change {
	s.t.Helper()
	return tradetest.Do[*change.Change](s.Shop.Shop, name, in)
}

func (s *shop) begin(o *order.Order, steps ...order.Step) *change.Change {
	s.t.Helper()
	return s.do("change.begin", change.BeginIn{ID: o.ID, Steps: steps})
}

func (s *shop) stage(c *change.Change, step order.Step) *change.Change {
	s.t.Helper()
	return s.do("change.stage", change.StageIn{ID: c.ID, Step: step})
}

// preview is a dry run of the commit.
func (s *shop) preview(c *change.Change) (*change.Impact, error) {
	s.t.Helper()
	out, err := s.TryDry("change.commit", change.CommitIn{ID: c.ID})
	if err != nil {
		return nil, err
	}
	return out.(*change.Change).Impact, nil
}

func quantity(o *order.Order, line int, units int) order.Step {
	return order.Step{Kind: order.SetQuantity, LineID: o.Lines[line].ID, Quantity: money.Quantity(units) * 1000}
}

var line = ordertest.Line

// Spec: 6.3.1, 6.4.4, 6.5.1
func TestAChangeIsStagedPreviewedAndCommitted(t *testing.T) {
	eachShop(t, func(t *testing.T, s *shop) {
		o := s.Place(line("TEA", 4), line("MUG", 2))
		c := s.begin(o)
		s.Refused("change.commit", change.CommitIn{ID: c.ID}, "change_empty")
		s.stage(c, quantity(o, 0, 9))
		s.stage(c, order.Step{Kind: order.AddLine, SKU: "POT", Quantity: 1_000})
		c = s.stage(c, quantity(o, 0, 12))
		if len(c.Steps) != 2 || c.Steps[0].Quantity != 12_000 || c.Steps[0].Was != "4" {
			t.Errorf("the steps are %+v", c.Steps)
		}
		seen, err := s.preview(c)
		if err != nil {
			t.Fatal(err)
		}
		if now := s.Order(o.ID); now.Version != o.Version || s.do("change.get", change.GetIn{ID: c.ID}).Status != "open" {
			t.Errorf("a preview made version %d of %d", now.Version, o.Version)
		}
		want := "total 60.00 GBP -> 176.60 GBP"
		if got := amount(seen, "total"); got != want {
			t.Errorf("the preview tells %s, not %s", got, want)
		}
		if len(seen.Lines) != 2 || len(seen.Stock) != 3 || len(seen.Work) != 2 {
			t.Errorf("the preview tells %+v", seen)
		}
		s.Refused("change.commit", change.CommitIn{ID: c.ID, Expected: "another"}, "/expected_impact impact_differs")
		done := s.do("change.commit", change.CommitIn{ID: c.ID, Expected: seen.Digest})
		if !reflect.DeepEqual(done.Impact, seen) || done.Status != "committed" || done.Made != 2 {
			t.Errorf("committed as %s in revision %d: %+v, not %+v", done.Status, done.Made, done.Impact, seen)
		}
		if again := s.do("change.get", change.GetIn{ID: c.ID}); !reflect.DeepEqual(again.Impact, seen) {
			t.Errorf("it is kept as %+v", again.Impact)
		}
		s.Refused("change.stage", change.StageIn{ID: c.ID, Step: quantity(o, 0, 1)}, "transition_not_allowed")
	})
}

// amount tells how a sum changes.
func amount(i *change.Impact, name string) string {
	for _, a := range i.Amounts {
		if a.Name == name {
			return fmt.Sprint(a.Name, " ", a.Before.Format(), " -> ", a.After.Format())
		}
	}
	return ""
}

// Spec: 6.4.6
func TestTwoWhoChangeAnOrderAreMergedByField(t *testing.T) {
	eachShop(t, func(t *testing.T, s *shop) {
		o := s.Place(line("TEA", 4), line("MUG", 2))
		mine, yours, late := s.begin(o, quantity(o, 0, 5)), s.begin(o, quantity(o, 1, 3)), s.begin(o, quantity(o, 0, 6), quantity(o, 1, 2))
		s.do("change.commit", change.CommitIn{ID: mine.ID})
		s.do("change.commit", change.CommitIn{ID: yours.ID})
		now := s.Order(o.ID)
		if now.Lines[0].Quantity != 5_000 || now.Lines[1].Quantity != 3_000 || now.Revision != 3 {
			t.Errorf("of both there are %s and %s in revision %d", now.Lines[0].Quantity, now.Lines[1].Quantity, now.Revision)
		}
		s.Refused("change.commit", change.CommitIn{ID: late.ID}, "/steps/0 change_conflict", "/steps/1 change_conflict")
		s.stage(late, quantity(o, 0, 6)) // nevertheless
		s.do("change.unstage", change.UnstageIn{ID: late.ID, StepID: late.Steps[1].ID})
		s.do("change.commit", change.CommitIn{ID: late.ID})
		if now := s.Order(o.ID); now.Lines[0].Quantity != 6_000 || now.Lines[1].Quantity != 3_000 {
			t.Errorf("then there are %s and %s", now.Lines[0].Quantity, now.Lines[1].Quantity)
		}
	})
}

func TestWorkFollowsAChange(t *testing.T) {
	eachShop(t, func(t *testing.T, s *shop) {
		o := s.Place(line("TEA", 4), line("MUG", 2))
		s.Do("order.release", order.ReleaseIn{ID: o.ID})
		s.do("change.commit", change.CommitIn{ID: s.begin(o, quantity(o, 0, 2), order.Step{Kind: order.AddLine, SKU: "POT", Quantity: 2_000}).ID})
		if n := s.Count(`SELECT CAST(SUM(quantity - canceled) AS BIGINT) FROM fulfillment_lines`); n != 6_000 {
			t.Errorf("%d thousandths are to be shipped", n)
		}
		if n := s.Count(`SELECT COUNT(*) FROM fulfillment_orders WHERE status = 'open'`); n != 2 {
			t.Errorf("%d locations have work", n)
		}
	})
}

// Spec: 6.4.3
func TestAnAddressOfADroppedChangeIsForgotten(t *testing.T) {
	eachShop(t, func(t *testing.T, s *shop) {
		o := s.Place(line("TEA", 4))
		before := s.Count(`SELECT COUNT(*) FROM addresses`)
		there := order.Step{Kind: order.SetAddress, DeliveryID: o.Deliveries[0].ID, Address: ordertest.Home("DE")}
		c := s.begin(o, there)
		c = s.stage(c, there)
		if n := s.Count(`SELECT COUNT(*) FROM addresses`); n != before+1 || c.Steps[0].Address == nil {
			t.Errorf("there are %d addresses, and the step has %v", n, c.Steps[0].Address)
		}
		for _, text := range s.Events(c.ID) {
			if strings.Contains(text, "Byron") {
				t.Errorf("an event tells %s", text)
			}
		}
		s.do("change.drop", change.GetIn{ID: c.ID})
		if n := s.Count(`SELECT COUNT(*) FROM addresses`); n != before {
			t.Errorf("%d addresses are left", n)
		}
		c = s.begin(o, there)
		s.do("change.commit", change.CommitIn{ID: c.ID})
		if d := s.Order(o.ID).Deliveries[0]; d.Address.Country != "DE" || d.Country != "DE" || d.AddressID != c.Steps[0].AddressID {
			t.Errorf("the delivery goes to %+v", d)
		}
	})
}

func TestAChangeThatNobodyGoesOnWithExpires(t *testing.T) {
	eachShop(t, func(t *testing.T, s *shop) {
		o := s.Place(line("TEA", 4))
		c := s.begin(o, quantity(o, 0, 5))
		s.Refused("change.expire", change.GetIn{ID: c.ID}, "change_not_due")
		s.clock.Advance(8 * 24 * time.Hour)
		s.Refused("change.commit", change.CommitIn{ID: c.ID}, "change_expired")
		if err := change.ExpireDue(s.Engine)(t.Context(), nil); err != nil {
			t.Fatal(err)
		}
		if c = s.do("change.get", change.GetIn{ID: c.ID}); c.Status != "expired" {
			t.Errorf("the change is %s", c.Status)
		}
	})
}

// What a preview tells is what a commit does, in cases by chance: 10,000 of them
// if the whole is asked for.
//
// Spec: 6.1.8
func TestAPreviewIsWhatComes(t *testing.T) {
	cases := 60
	if commandtest.Whole() {
		cases = 5_000 // per database
	}
	eachShop(t, func(t *testing.T, s *shop) {
		r := rand.New(rand.NewPCG(3, 0))
		skus := []string{"TEA", "MUG", "POT", "SET", "GUIDE", "LAMP", "SOFA"}
		committed := 0
		for n := range cases {
			if n%20 == 0 { // it sells out now and then
				s.Receive(s.South, ordertest.Units("TEA", 20), ordertest.Units("MUG", 40), ordertest.Units("POT", 20))
			}
			placed, err := s.Try("order.place", order.PlaceIn{Agreement: s.Agreement(line(skus[r.IntN(7)], 1+r.IntN(3)), line("LAMP", 1+r.IntN(2)), line("GUIDE", 2))})
			if err != nil {
				continue // sold out
			}
			o := placed.(*order.Order)
			if r.IntN(2) == 0 {
				s.Try("order.release", order.ReleaseIn{ID: o.ID}) // if anything of it is promised
			}
			var steps []order.Step
			for _, l := range o.Lines {
				if q := money.Quantity(r.IntN(4)) * 1000; l.ParentID == "" && q > 0 {
					kind := []string{order.SetQuantity, order.SetQuantity, order.CancelUnits}[r.IntN(3)]
					steps = append(steps, order.Step{Kind: kind, LineID: l.ID, Quantity: q})
				}
			}
			if r.IntN(2) == 0 {
				steps = append(steps, order.Step{Kind: order.AddLine, SKU: skus[r.IntN(7)], Quantity: 1_000})
			}
			if len(steps) == 0 {
				continue
			}
			c := s.begin(o, steps...)
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
			if r.IntN(3) > 0 {
				s.Try("order.cancel", order.CancelIn{ID: o.ID, Reason: "other"})
			}
		}
		if committed < cases/4 {
			t.Errorf("%d of %d changes were committed", committed, cases)
		}
	})
}
