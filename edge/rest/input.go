package rest

import "ordo/engine/command"

// Checker returns the check that the body of an operation has to pass, for
// input that comes another way than HTTP: the same mistakes give the same
// faults.
func Checker(o command.Operation) func(body []byte) error {
	e := newEndpoint(newRegistry(), o)
	return func(body []byte) error {
		var c checker
		if err := c.body(body, e.body); err != nil {
			return err
		}
		return c.faults.Err()
	}
}
