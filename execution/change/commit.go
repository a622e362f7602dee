package change

import (
	"fmt"
	"slices"
	"strconv"

	"ordo/base/problem"
	"ordo/engine/db"
	"ordo/engine/number"
	"ordo/execution/fulfillment"
	"ordo/sales/order"
)

// Codes of a commit.
var (
	ErrEmpty = problem.Declare("change_empty", problem.Conflict,
		"The change has no step.", "Stage a step first (change.stage), or drop the change.")
	ErrConflict = problem.Declare("change_conflict", problem.Conflict,
		"Somebody else changed the same since the step was staged.", "Stage the step again to set it nevertheless, or take it back (change.unstage).")
	ErrRace = problem.Declare("version_conflict", problem.Conflict,
		"What is to be split or merged is not as it was when the step was staged.", "Look at the order as it is now, and stage the step again or take it back (change.unstage).")
	ErrOtherImpact = problem.Declare("impact_differs", problem.Conflict,
		"What the change does to the order is not what was expected.", "Look at the new impact and commit again with its digest, or without one.")
)

// CommitIn is the input of change.commit.
type CommitIn struct {
	ID       string `path:"id" json:"id"`
	Expected string `json:"expected_impact,omitempty" maxLength:"64" doc:"Digest of the impact that was shown; refuse if it is another by now"`
}

// Commit takes all steps of a change, or tells what is in the way of each. A dry
// run is its preview.
func Commit(tx *db.Tx, numbers *number.Source, in CommitIn) (*Change, error) {
	c, o, err := open(tx, in.ID)
	if err != nil {
		return nil, err
	}
	others, err := c.others(tx)
	if err != nil {
		return nil, err
	}
	if err := c.ready(o, others); err != nil {
		return nil, err
	}
	before, err := lookAll(tx, append([]*order.Order{o}, others...))
	if err != nil {
		return nil, err
	}
	touched, err := o.Amend(tx, numbers, c.asked())
	if err != nil {
		return nil, err
	}
	after, err := lookAll(tx, append([]*order.Order{o}, touched...))
	if err != nil {
		return nil, err
	}
	c.Impact = impact(before, after)
	if in.Expected != "" && in.Expected != c.Impact.Digest {
		return nil, ErrOtherImpact.At("/expected_impact", "the impact is %s, not %s", c.Impact.Digest, in.Expected).With("impact", c.Impact)
	}
	c.Made = o.Revision
	c.end(tx, "committed")
	return c, c.save(tx, Committed)
}

// ready tells whether there are steps, and none that somebody else was faster
// with.
func (c *Change) ready(o *order.Order, others []*order.Order) error {
	if len(c.Steps) == 0 {
		return ErrEmpty.New("change %s of order %s has no step", c.ID, c.OrderNumber)
	}
	var faults problem.List
	for i, s := range c.Steps {
		code, now := ErrConflict, s.Is(o)
		switch s.Kind {
		case order.SplitUnits:
			code = ErrRace
		case order.MergeOrder:
			code = ErrRace
			if n := slices.IndexFunc(others, func(other *order.Order) bool { return other.ID == s.OrderID }); n >= 0 {
				now = revision(others[n])
			}
		}
		if s.Field() != "" && now != s.Was {
			faults.AddAllowed(code, fmt.Sprintf("/steps/%d", i), []string{now}, "it was %s when the step was staged, and is %s by now", s.Was, now)
		}
	}
	return faults.Err()
}

// asked are the steps as the order takes them.
func (c *Change) asked() []order.Step {
	all := make([]order.Step, len(c.Steps))
	for i, s := range c.Steps {
		all[i] = s.Step
		all[i].Copied(s.AddressID)
	}
	return all
}

// others are the orders that steps make a part of this one.
func (c *Change) others(tx *db.Tx) (all []*order.Order, err error) {
	for _, s := range c.Steps {
		if s.Kind != order.MergeOrder {
			continue
		}
		other, err := order.Get(tx, s.OrderID)
		if err != nil {
			return nil, err
		}
		all = append(all, other)
	}
	return all, nil
}

// revision is what a step that merges an order was staged on.
func revision(o *order.Order) string { return strconv.FormatInt(o.Revision, 10) }

// lookAll looks at orders.
func lookAll(tx *db.Tx, orders []*order.Order) (all []*seen, err error) {
	for _, o := range orders {
		s, err := look(tx, o)
		if err != nil {
			return nil, err
		}
		all = append(all, s)
	}
	return all, nil
}

// look notes what of an order an impact compares.
func look(tx *db.Tx, o *order.Order) (*seen, error) {
	s := see(o)
	return s, tx.Load(fulfillment.ReadOwed(o.ID, &s.owed))
}
