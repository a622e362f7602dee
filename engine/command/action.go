package command

import (
	"slices"

	"ordo/base/problem"
	"ordo/engine/auth"
)

// actions asks every Guard that is about resources of this kind.
func (e *Engine) actions(a auth.Actor, resource any) []Action {
	var all []Action
	for _, o := range e.Operations {
		if action, ok := o.action(a, resource); ok {
			all = append(all, action)
		}
	}
	return all
}

func (d Def[In, Out]) action(a auth.Actor, resource any) (Action, bool) {
	out, ok := resource.(Out)
	if !ok || d.Guard == nil {
		return Action{}, false
	}
	err := a.Check(d.Spec().Permission)
	if err == nil {
		err = d.Guard(out, a)
	}
	action := Action{Name: d.Name, Allowed: err == nil}
	if p := problem.As(err); p != nil {
		action.Code, action.Reason = p.Faults[0].Code.Name, p.Faults[0].Detail
	}
	return action, true
}

// sorted returns the ids of one kind, each once, in order.
func sorted(anchors []Anchor, kind string) []Anchor {
	var some []Anchor
	for _, a := range anchors {
		if a.Kind == kind && a.ID != "" && !slices.Contains(some, a) {
			some = append(some, a)
		}
	}
	slices.SortFunc(some, func(a, b Anchor) int {
		switch {
		case a.ID < b.ID:
			return -1
		case a.ID > b.ID:
			return 1
		}
		return 0
	})
	return some
}
