package order

import (
	"ordo/base/problem"
	"ordo/engine/db"
	"ordo/engine/number"
	"ordo/trade/customer"
)

// Newcomer is a customer who is added with an order.
type Newcomer struct {
	Customer *customer.Facts `json:"customer,omitempty" doc:"Is added and orders, instead of customer_id; needs the permission customer.create"`
}

// join adds the customer and makes the agreement theirs, or returns what is
// wrong with them. What the agreement depends on is read afterwards.
func (n Newcomer) join(tx *db.Tx, numbers *number.Source, in *Agreement) (faults problem.List, err error) {
	if n.Customer == nil || tx.Actor.Scope.Customer != "" { // who may order for one customer only, is told so
		return faults, nil
	}
	if err := tx.Actor.Check("customer.create"); err != nil {
		return faults, err
	}
	if in.CustomerID != "" || in.Contact != nil {
		faults.Add(problem.ErrInvalidValue, "/customer", "a new customer comes instead of customer_id and contact")
		return faults, nil
	}
	if !n.Customer.Active {
		faults.Add(ErrCustomerInactive, "/customer/active", "a customer who orders must be active")
	}
	if err := tx.InTurn(); err != nil {
		return faults, err
	}
	c, err := customer.Add(tx, numbers, *n.Customer, "/customer")
	if p := problem.As(err); p != nil {
		faults.Join(p)
		return faults, nil
	}
	if err == nil && faults.Empty() {
		in.CustomerID = c.ID
	}
	return faults, err
}
