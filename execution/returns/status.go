package returns

import (
	"slices"
	"strings"

	"ordo/base/money"
	"ordo/base/problem"
	"ordo/base/state"
	"ordo/sales/order"
)

// Life is the life cycle of a return.
var Life = state.Declare("return", []state.Status{
	{Code: "requested", Meaning: "Somebody wants to send goods back."},
	{Code: "approved", Meaning: "The goods may come back."},
	{Code: "in_transit", Meaning: "The goods are on their way back."},
	{Code: "received", Meaning: "Goods came back; of some it is not decided what becomes of them."},
	{Code: "inspected", Meaning: "It is decided what becomes of all that came back."},
	{Code: "completed", Meaning: "Closed; what came back is settled."},
	{Code: "rejected", Meaning: "The goods may not come back."},
	{Code: "canceled", Meaning: "Called off before anything came back."},
	{Code: "expired", Meaning: "Approved, but nothing was sent in time."},
}, map[string]string{
	"":           "requested completed",
	"requested":  "approved rejected canceled",
	"approved":   "in_transit received canceled completed expired",
	"in_transit": "received canceled",
	"received":   "inspected",
	"inspected":  "received completed",
})

// status computes the status from the facts: the first that holds.
func (r *Return) status() string {
	var received, decided money.Quantity
	for _, l := range r.Lines {
		received += l.Received
		decided += l.decided()
	}
	switch {
	case r.ClosedAt != 0:
		return r.ClosedAs
	case received > 0 && decided == received:
		return "inspected"
	case received > 0:
		return "received"
	case r.SentAt != 0:
		return "in_transit"
	case r.ApprovedAt != 0:
		return "approved"
	}
	return "requested"
}

// in lets only returns of these statuses pass.
func (r *Return) in(step string, statuses ...string) error {
	if slices.Contains(statuses, r.Status) {
		return nil
	}
	return r.refuse("it can't be "+step, "This is possible while the return is "+strings.Join(statuses, " or ")+".")
}

// refuse says that the step is not possible now.
func (r *Return) refuse(why, remedy string) error {
	return order.Refuse(problem.ErrTransition, "return "+r.Number, r.Status, r.holds, why, remedy)
}

func (r *Return) guardApprove() error { return r.in("approved", "requested") }
func (r *Return) guardReject() error  { return r.in("rejected", "requested") }
func (r *Return) guardCancel() error {
	return r.in("canceled", "requested", "approved", "in_transit")
}

func (r *Return) guardSend() error {
	if err := r.in("sent", "approved"); err != nil {
		return err
	}
	return r.comesBack()
}

func (r *Return) guardReceive() error {
	if err := r.in("received", "approved", "in_transit", "received", "inspected"); err != nil {
		return err
	}
	if err := r.comesBack(); err != nil {
		return err
	}
	for _, l := range r.Lines {
		if l.Received < l.Quantity {
			return nil
		}
	}
	return r.refuse("all of it came back", "Decide what becomes of it (return.inspect).")
}

func (r *Return) guardInspect() error { return r.in("inspected", "received") }

func (r *Return) guardComplete() error {
	if r.Outcome == KeepIt {
		return r.in("completed", "approved")
	}
	return r.in("completed", "inspected")
}

func (r *Return) guardExpire() error {
	if err := r.in("expired", "approved"); err != nil {
		return err
	}
	return r.comesBack()
}

// comesBack refuses what needs goods where the customer keeps them.
func (r *Return) comesBack() error {
	if r.Outcome == KeepIt {
		return r.refuse("the customer keeps the goods", "Close it without them (return.complete).")
	}
	return nil
}
