package order

import (
	"fmt"
	"maps"

	"ordo/base/money"
	"ordo/base/problem"
)

// ErrReference says that a customer's reference came before.
var ErrReference = problem.Declare("duplicate_reference", problem.Conflict,
	"The customer has another order with this reference.", "Look whether the other order is the same one; if so, leave this one out.")

// ErrAlike says that a customer ordered the same a short time ago.
var ErrAlike = problem.Declare("order_alike", problem.Conflict,
	"The customer ordered the same goods within a day.", "Look whether the other order is the same one; if so, leave this one out.")

// Warning is what a client should know though nothing is refused.
type Warning struct {
	Code    string `json:"code" doc:"Of the problem that it could become"`
	Pointer string `json:"pointer" doc:"Field of the order"`
	Detail  string `json:"detail"`
	OrderID string `json:"order_id,omitempty" doc:"The other order"`
}

// warnings are those of an agreement.
func (f *facts) warnings(reference string) (all []Warning) {
	if f.twin.ID != "" {
		twin := Order{Head: f.twin}
		all = append(all, Warning{ErrReference.Told(), "/reference", fmt.Sprintf("order %s of this customer has the reference %s too", twin.name(), reference), f.twin.ID})
	}
	return all
}

// alike is an earlier order of the customer with what it is of.
type alike struct {
	id, number string
	goods      map[string]money.Quantity // by variant
}

// warnAlike warns of the latest order that the customer placed within a day for
// the very same goods.
func (d *drafting) warnAlike() {
	goods := map[string]money.Quantity{}
	for _, a := range d.lines {
		if a.variant == nil || a.variant.ID == "" || a.faulty {
			return
		}
		goods[a.variant.ID] += a.quantity
	}
	for _, before := range d.facts.alike {
		if maps.Equal(before.goods, goods) {
			d.order.Warnings = append(d.order.Warnings, Warning{ErrAlike.Told(), "/lines", fmt.Sprintf("the customer ordered the same goods within a day: order %s", before.number), before.id})
			return
		}
	}
}
