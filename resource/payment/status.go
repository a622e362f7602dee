package payment

import "ordo/base/state"

// States of an attempt.
const (
	StatePending        = "pending"
	StateRequiresAction = "requires_action"
	StateUnknown        = "unknown"
	StateSucceeded      = "succeeded"
	StateFailed         = "failed"
	StateVoided         = "voided"
	StateExpired        = "expired"
)

// AttemptLife is the life cycle of an attempt. A success that comes after a
// failure is the truth; a success is never undone by a late failure.
var AttemptLife = state.Declare("payment attempt", []state.Status{
	{Code: StatePending, Meaning: "Asked for; the outcome is to come."},
	{Code: StateRequiresAction, Meaning: "The payer has to do something first."},
	{Code: StateUnknown, Meaning: "No answer came: it may have happened."},
	{Code: StateSucceeded, Meaning: "It happened."},
	{Code: StateFailed, Meaning: "It did not happen."},
	{Code: StateVoided, Meaning: "An authorization that was given up."},
	{Code: StateExpired, Meaning: "An authorization that ran out."},
}, map[string]string{
	"":                  "pending succeeded",
	StatePending:        "requires_action unknown succeeded failed",
	StateRequiresAction: "succeeded failed expired",
	StateUnknown:        "pending requires_action succeeded failed",
	StateFailed:         "succeeded",
	StateSucceeded:      "voided expired",
})

// Life is the life cycle of a payment.
var Life = state.Declare("payment", []state.Status{
	{Code: "pending", Meaning: "Asked for; the outcome is to come."},
	{Code: "requires_action", Meaning: "The payer has to do something first."},
	{Code: "unknown", Meaning: "No answer came: it may have happened."},
	{Code: "authorized", Meaning: "The payer's bank promised the money."},
	{Code: "captured", Meaning: "Money was taken, all or a part."},
	{Code: "refunded", Meaning: "All that was taken went back."},
	{Code: "failed", Meaning: "No money was promised."},
	{Code: "voided", Meaning: "The promise was given up, or ran out, before money was taken."},
}, map[string]string{
	"":                "pending captured refunded",
	"pending":         "requires_action unknown authorized failed",
	"requires_action": "authorized failed voided",
	"unknown":         "pending requires_action authorized failed",
	"failed":          "authorized",
	"authorized":      "captured voided",
	"captured":        "refunded",
	"refunded":        "captured",
})

// RefundLife is the life cycle of a granted refund.
var RefundLife = state.Declare("refund", []state.Status{
	{Code: "granted", Meaning: "Promised; no money is on its way."},
	{Code: "moving", Meaning: "Money is on its way."},
	{Code: "partially_moved", Meaning: "A part went back, and nothing is on its way."},
	{Code: "moved", Meaning: "All of it went back."},
}, map[string]string{
	"":                "granted moved",
	"granted":         "moving partially_moved moved",
	"moving":          "granted partially_moved moved",
	"partially_moved": "moving moved",
})

// status computes a payment's status from its facts: the first that holds.
func (p *Payment) status() string {
	switch {
	case p.Captured.Amount > 0 && p.Refunded.Amount == p.Captured.Amount:
		return "refunded"
	case p.Captured.Amount > 0:
		return "captured"
	case p.Authorized.Amount > 0:
		return "authorized"
	}
	switch p.authorization {
	case StatePending, StateRequiresAction, StateUnknown, StateFailed:
		return p.authorization
	}
	return "voided"
}

// status computes a refund's status from its facts: the first that holds.
func (r *Refund) status() string {
	switch {
	case r.Moved.Amount == r.Amount.Amount:
		return "moved"
	case r.Moving.Amount > 0:
		return "moving"
	case r.Moved.Amount > 0:
		return "partially_moved"
	}
	return "granted"
}

// final tells whether an attempt in this state is over.
func final(state string) bool {
	return state != StatePending && state != StateRequiresAction && state != StateUnknown
}
