package order

import (
	"fmt"

	"ordo/base/problem"
)

// ErrReference says that a customer's reference came before.
var ErrReference = problem.Declare("duplicate_reference", problem.Conflict,
	"The customer has another order with this reference.", "Look whether the other order is the same one; if so, leave this one out.")

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
