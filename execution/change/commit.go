package change

import (
	"fmt"

	"ordo/base/problem"
	"ordo/engine/db"
	"ordo/execution/fulfillment"
	"ordo/sales/order"
)

// Codes of a commit.
var (
	ErrEmpty = problem.Declare("change_empty", problem.Conflict,
		"The change has no step.", "Stage a step first (change.stage), or drop the change.")
	ErrConflict = problem.Declare("change_conflict", problem.Conflict,
		"Somebody else changed the same since the step was staged.", "Stage the step again to set it nevertheless, or take it back (change.unstage).")
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
func Commit(tx *db.Tx, in CommitIn) (*Change, error) {
	c, o, err := open(tx, in.ID)
	if err != nil {
		return nil, err
	}
	if err := c.ready(o); err != nil {
		return nil, err
	}
	before, err := look(tx, o)
	if err != nil {
		return nil, err
	}
	if err := o.Amend(tx, c.asked()); err != nil {
		return nil, err
	}
	after, err := look(tx, o)
	if err != nil {
		return nil, err
	}
	c.Impact = compare(before, after)
	if in.Expected != "" && in.Expected != c.Impact.Digest {
		return nil, ErrOtherImpact.At("/expected_impact", "the impact is %s, not %s", c.Impact.Digest, in.Expected).With("impact", c.Impact)
	}
	c.Made = o.Revision
	c.end(tx, "committed")
	return c, c.save(tx, Committed)
}

// ready tells whether there are steps, and none that somebody else was faster
// with.
func (c *Change) ready(o *order.Order) error {
	if len(c.Steps) == 0 {
		return ErrEmpty.New("change %s of order %s has no step", c.ID, c.OrderNumber)
	}
	var faults problem.List
	for i, s := range c.Steps {
		if now := s.Is(o); s.Field() != "" && now != s.Was {
			faults.AddAllowed(ErrConflict, fmt.Sprintf("/steps/%d", i), []string{now}, "it was %s when the step was staged, and is %s by now", s.Was, now)
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

// look notes what of an order an impact compares.
func look(tx *db.Tx, o *order.Order) (*seen, error) {
	s := see(o)
	return s, tx.Load(fulfillment.ReadOwed(o.ID, &s.owed))
}
