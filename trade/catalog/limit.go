package catalog

import (
	"fmt"

	"ordo/base/money"
	"ordo/base/problem"
	"ordo/engine/db"
	"ordo/engine/event"
	"ordo/engine/query"
)

// Limit bounds the quantity of a variant in an order: in a channel, for a
// customer, or for a customer in a channel. Quantities are in the variant's own
// unit; 0 is no limit.
type Limit struct {
	ChannelID  string         `json:"channel_id,omitempty" maxLength:"60" doc:"All channels if not given"`
	CustomerID string         `json:"customer_id,omitempty" maxLength:"60" doc:"All customers if not given"`
	Minimum    money.Quantity `json:"minimum,omitempty" doc:"Least quantity of an order"`
	Maximum    money.Quantity `json:"maximum,omitempty" doc:"Greatest quantity of an order"`
	Multiple   money.Quantity `json:"multiple,omitempty" doc:"Quantities are multiples of it"`
}

// LimitsIn is the input of variant.limits.
type LimitsIn struct {
	ID string `path:"id" json:"id"`
	query.Input
}

// SetLimitsIn is the input of variant.set_limits.
type SetLimitsIn struct {
	ID     string  `path:"id" json:"id"`
	Limits []Limit `json:"limits" minItems:"1" maxItems:"1000" doc:"Each replaces the one of the same channel and customer; without any number it takes it away"`
}

// LimitsSet is the event of limits per channel and customer.
var LimitsSet = event.Declare("variant.limits_set", 1, "Limits of a variant per channel and customer were set.", limitsBody{})

// limitsBody is what the event of limits tells.
type limitsBody struct {
	Limits  []Limit `json:"limits"`
	Version int64   `json:"version"`
}

// SetLimits sets limits of a variant per channel and customer. They hold beside
// its own: the strictest applies.
func SetLimits(tx *db.Tx, in SetLimitsIn) (*Variant, error) {
	v, err := GetVariant(tx, in.ID)
	if err != nil {
		return nil, err
	}
	if err := checkSetLimits(tx, in.Limits); err != nil {
		return nil, err
	}
	v.Version++
	v.sequence++
	upsertLimits(tx, v, in.Limits)
	return v, event.Emit(tx, event.Event{Type: LimitsSet, Subject: v.ID, Sequence: v.sequence, Body: limitsBody{in.Limits, v.Version}})
}

// checkSetLimits finds channels and customers that the actor does not know, and
// limits that no quantity keeps.
func checkSetLimits(tx *db.Tx, limits []Limit) error {
	channels, customers, err := readParties(tx, limits)
	if err != nil {
		return err
	}
	type key struct{ channel, customer string }
	seen := map[key]bool{}
	scope := tx.Actor.Scope
	var faults problem.List
	for i, l := range limits {
		pointer := fmt.Sprintf("/limits/%d", i)
		switch {
		case l.ChannelID == "" && (l.CustomerID == "" || scope.Channels != nil):
			faults.Add(problem.ErrRequired, pointer+"/channel_id", "a limit is for a channel, a customer or both that you may see; for all it is a fact of the variant")
		case l.ChannelID != "" && !channels[l.ChannelID]:
			faults.Add(problem.ErrNotFound, pointer+"/channel_id", "no channel %s", l.ChannelID)
		}
		switch {
		case l.CustomerID == "" && scope.Customer != "":
			faults.Add(problem.ErrRequired, pointer+"/customer_id", "limits for customer %s only can be written", scope.Customer)
		case l.CustomerID != "" && !customers[l.CustomerID]:
			faults.Add(problem.ErrNotFound, pointer+"/customer_id", "no customer %s", l.CustomerID)
		}
		k := key{l.ChannelID, l.CustomerID}
		if seen[k] {
			faults.Add(problem.ErrDuplicate, pointer, "the same channel and customer have two limits")
		}
		seen[k] = true
		checkLimits(pointer, l.Minimum, l.Maximum, l.Multiple, &faults)
	}
	return faults.Err()
}

// Strict is what all limits together leave of a quantity, each with the limit
// that says so.
type Strict struct {
	Least, Most Limit          // with the greatest minimum, and with the least maximum
	Odd         Limit          // of whose multiple the quantity is none
	Step        money.Quantity // multiples of it are multiples for all; 0 if none asks for them
}

// Strictest compares a quantity with the variant's own limits and those for the
// channel and the customer.
func (o *Offer) Strictest(q money.Quantity) (s Strict) {
	s.consider(q, Limit{Minimum: o.Minimum, Maximum: o.Maximum, Multiple: o.Multiple})
	for _, l := range o.Limits {
		s.consider(q, l)
	}
	return s
}

func (s *Strict) consider(q money.Quantity, l Limit) {
	if l.Minimum > s.Least.Minimum {
		s.Least = l
	}
	if l.Maximum > 0 && (s.Most.Maximum == 0 || l.Maximum < s.Most.Maximum) {
		s.Most = l
	}
	if l.Multiple > 0 {
		s.Step = common(s.Step, l.Multiple)
		if q%l.Multiple != 0 && l.Multiple > s.Odd.Multiple {
			s.Odd = l
		}
	}
}

// common is the least common multiple of two quantities, or one that no order
// can hold if it is that large; 0 counts for nothing.
func common(a, b money.Quantity) money.Quantity {
	if a == 0 {
		return b
	}
	x, y := a, b
	for y != 0 {
		x, y = y, x%y
	}
	if a/x > maxQuantity/b {
		return maxQuantity + 1
	}
	return a / x * b
}
