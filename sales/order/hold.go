package order

import (
	"slices"
	"strings"

	"ordo/base/problem"
)

// ErrHeld says that an active hold blocks the command.
var ErrHeld = problem.Declare("order_held", problem.Conflict,
	"A hold blocks the step.", "Release the hold, or remove its cause.")

// blocks names the commands that each kind of hold blocks until it is released.
var blocks = map[string][]string{
	"approval":   {"order.release"},
	"credit":     {"order.release", "shipment.dispatch"},
	"fraud":      {"order.release", "order.capture", "fulfillment.pick", "shipment.dispatch"},
	"payment":    {"order.release", "shipment.dispatch"},
	"address":    {"order.release", "shipment.dispatch"},
	"stock":      {"order.release"},
	"compliance": {"order.release", "fulfillment.pick", "shipment.dispatch"},
	"manual":     {"order.release", "fulfillment.pick", "shipment.dispatch"},
}

// Blocked returns a problem that names the active holds which block the
// command, or nil.
func (o *Order) Blocked(command string) error {
	kinds := o.blocked(command)
	if kinds == nil {
		return nil
	}
	return Refuse(ErrHeld, "order "+o.name(), o.Status, kinds, "", "Release the hold of kind "+strings.Join(kinds, " and ")+" (order.release_hold), or remove its cause.")
}

// blocked returns the kinds of the active holds that block the command.
func (o *Order) blocked(command string) []string {
	return o.held(func(kind string) bool { return slices.Contains(blocks[kind], command) })
}

func (o *Order) held(is func(kind string) bool) (kinds []string) {
	for _, h := range o.Holds {
		if h.Active() && is(h.Kind) && !slices.Contains(kinds, h.Kind) {
			kinds = append(kinds, h.Kind)
		}
	}
	return kinds
}
