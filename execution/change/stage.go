package change

import (
	"fmt"
	"slices"
	"time"

	"ordo/base/clock"
	"ordo/base/problem"
	"ordo/engine/command"
	"ordo/engine/db"
	"ordo/sales/order"
	"ordo/trade/customer"
)

// BeginIn is the input of change.begin.
type BeginIn struct {
	ID    string       `path:"id" json:"id" doc:"Of the order"`
	Steps []order.Step `json:"steps,omitempty" maxItems:"500" doc:"To stage at once"`
}

// GetIn names a change.
type GetIn struct {
	ID string `path:"id" json:"id"`
}

// StageIn is the input of change.stage.
type StageIn struct {
	ID string `path:"id" json:"id"`
	order.Step
}

// UnstageIn is the input of change.unstage.
type UnstageIn struct {
	ID     string `path:"id" json:"id"`
	StepID string `path:"step_id" json:"step_id"`
}

// Begin begins a change of a placed order. It promises and blocks nothing.
func Begin(tx *db.Tx, in BeginIn) (*Change, error) {
	o, err := order.Get(tx, in.ID)
	if err != nil {
		return nil, err
	}
	if err := order.GuardAmend(o); err != nil {
		return nil, err
	}
	c := &Change{Facts: Facts{ID: tx.ID("chg"), OrderID: o.ID, Status: "open", BegunBy: tx.Actor.ID, CreatedAt: clock.At(tx.Now)}, Steps: []*Staged{}}
	c.of(o)
	var faults problem.List
	for i, s := range in.Steps {
		c.stage(tx, o, s, fmt.Sprintf("/steps/%d", i), &faults)
	}
	if err := faults.Err(); err != nil {
		return nil, err
	}
	return c, c.save(tx, Begun)
}

// of takes over what a change tells of its order.
func (c *Change) of(o *order.Order) {
	c.OrderNumber, c.channel, c.customer = o.Number, o.ChannelID, o.CustomerID
}

// Stage stages a step; one that sets the same as another takes its place. Whether
// the order can take it is told by a dry run of change.commit.
func Stage(tx *db.Tx, in StageIn) (*Change, error) {
	c, o, err := open(tx, in.ID)
	if err != nil {
		return nil, err
	}
	var faults problem.List
	c.stage(tx, o, in.Step, "", &faults)
	if len(c.Steps) > mostSteps {
		faults.Add(problem.ErrInvalidValue, "", "the change has %d steps already, which is all that fit", mostSteps)
	}
	if err := faults.Err(); err != nil {
		return nil, err
	}
	return c, c.save(tx, StagedOne)
}

func (c *Change) stage(tx *db.Tx, o *order.Order, step order.Step, pointer string, faults *problem.List) {
	step.Check(o, pointer, faults)
	s := &Staged{ID: tx.ID("stp"), Step: step, Was: step.Is(o)}
	if step.Kind == order.MergeOrder && step.OrderID != "" {
		other, err := order.Get(tx, step.OrderID)
		if err != nil {
			faults.Add(problem.ErrNotFound, pointer+"/order_id", "no order %s", step.OrderID)
			return
		}
		s.Was = revision(other)
	}
	if step.Address != nil {
		s.AddressID = customer.InsertAddress(tx, o.CustomerID, *step.Address)
	}
	for i, other := range c.Steps {
		if field := step.Field(); field != "" && field == other.Field() {
			c.forget(tx, other)
			s.ID, c.Steps[i] = other.ID, s
			return
		}
	}
	c.Steps = append(c.Steps, s)
}

// Unstage takes a step back.
func Unstage(tx *db.Tx, in UnstageIn) (*Change, error) {
	c, _, err := open(tx, in.ID)
	if err != nil {
		return nil, err
	}
	i := c.step(in.StepID)
	if i < 0 {
		return nil, problem.ErrNotFound.New("change %s has no step %s", c.ID, in.StepID)
	}
	c.forget(tx, c.Steps[i])
	c.Steps = append(c.Steps[:i], c.Steps[i+1:]...)
	return c, c.save(tx, Unstaged)
}

// Drop gives a change up.
func Drop(tx *db.Tx, in GetIn) (*Change, error) {
	c, _, err := open(tx, in.ID)
	if err != nil {
		return nil, err
	}
	c.forget(tx, c.Steps...)
	c.end(tx, "dropped")
	return c, c.save(tx, Dropped)
}

// ErrNotDue says that a change still has time.
var ErrNotDue = problem.Declare("change_not_due", problem.Conflict,
	"The time to go on with the change is not over yet.", "Wait, or drop the change.")

// Expire ends a change that nobody went on with.
func Expire(tx *db.Tx, in GetIn) (*Change, error) {
	c, _, err := find(tx, in.ID)
	if err != nil {
		return nil, err
	}
	if err := c.guard(); err != nil {
		return nil, err
	}
	if !c.due(tx) {
		return nil, ErrNotDue.New("change %s has time until %s", c.ID, c.ExpiresAt.Time().Format(time.RFC3339))
	}
	c.forget(tx, c.Steps...)
	c.end(tx, "expired")
	return c, c.save(tx, Expired)
}

// open returns an open change with its order, behind the lock of the order's row
// that all writers of an order and its changes share.
func open(tx *db.Tx, id string) (*Change, *order.Order, error) {
	c, o, err := find(tx, id)
	switch {
	case err != nil:
		return nil, nil, err
	case c.due(tx):
		return nil, nil, ErrOver.New("change %s had time until %s", c.ID, c.ExpiresAt.Time().Format(time.RFC3339))
	}
	return c, o, c.guard()
}

// ErrOver says that the time to go on with a change is over.
var ErrOver = problem.Declare("change_expired", problem.Conflict,
	"Nobody went on with the change in time.", "Begin another one, and stage its steps again.")

// find returns a change with its order, behind the locks of that and of the orders
// that it makes a part of it.
func find(tx *db.Tx, id string) (*Change, *order.Order, error) {
	of, steps, err := orderOf(tx, id)
	if err != nil {
		return nil, nil, err
	}
	anchors := []command.Anchor{{Kind: "order", ID: of}}
	for _, other := range merges(steps) {
		anchors = append(anchors, command.Anchor{Kind: "order", ID: other})
	}
	command.Lock(tx, anchors...)
	o, err := order.Get(tx, of)
	if err != nil {
		return nil, nil, err
	}
	c, err := Get(tx, id)
	if err == nil && !slices.Equal(merges(steps), merges(c.Steps)) {
		err = db.ErrStale // another step was staged before the orders were locked
	}
	return c, o, err
}

// merges are the orders that steps make a part of another one.
func merges(steps []*Staged) (ids []string) {
	for _, s := range steps {
		if s.Kind == order.MergeOrder {
			ids = append(ids, s.OrderID)
		}
	}
	return ids
}
