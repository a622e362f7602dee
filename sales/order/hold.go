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
	return ErrHeld.New("order %s is held: %s", o.Number, strings.Join(kinds, ", ")).With("current_status", o.Status).With("holds", kinds)
}

func (o *Order) blocked(command string) (kinds []string) {
	for _, h := range o.Holds {
		if h.Active() && slices.Contains(blocks[h.Kind], command) && !slices.Contains(kinds, h.Kind) {
			kinds = append(kinds, h.Kind)
		}
	}
	return kinds
}
