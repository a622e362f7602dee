package order

import (
	"strings"

	"ordo/base/problem"
)

// Refuse says that a step is not possible now: of what, in which status, under
// which active holds of its order, why, and what helps.
func Refuse(c *problem.Code, subject, status string, holds []string, why, remedy string) *problem.Problem {
	detail := subject + " is " + status
	if len(holds) > 0 {
		detail += " and held (" + strings.Join(holds, ", ") + ")"
	}
	if why != "" {
		detail += ": " + why
	}
	if holds == nil {
		holds = []string{}
	}
	return c.New("%s", detail).Helped(remedy).With("current_status", status).With("holds", holds)
}

// refuse says that a step of the order is not possible in its status.
func (o *Order) refuse(why, remedy string) *problem.Problem {
	return o.refuseBy(problem.ErrTransition, why, remedy)
}

func (o *Order) refuseBy(c *problem.Code, why, remedy string) *problem.Problem {
	return Refuse(c, "order "+o.name(), o.Status, o.Held(), why, remedy)
}

// Held returns the kinds of the active holds, each once.
func (o *Order) Held() []string {
	return o.held(func(string) bool { return true })
}

// GuardPlaced lets only orders pass that are agreed and not at an end.
func GuardPlaced(o *Order) error {
	switch {
	case o.PlacedAt == 0:
		return o.refuse("it is not placed", "Place it first (order.place_draft).")
	case o.MergedInto != "":
		return o.refuse("it is a part of another order now", "Go on with that one.").With("merged_into", o.MergedInto)
	case o.Status == "canceled":
		return o.refuse("nothing of it is wanted any more", "Copy it to order again (order.clone).")
	}
	return nil
}

// name is how people call the order: its number, or its id while a draft.
func (o *Order) name() string {
	if o.Number != "" {
		return o.Number
	}
	return "draft " + o.ID
}
