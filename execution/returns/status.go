package returns

import (
	"slices"

	"ordo/base/money"
	"ordo/base/problem"
	"ordo/base/state"
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
	return problem.ErrTransition.New("return %s is %s and can't be %s", r.Number, r.Status, step).With("current_status", r.Status)
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
	return problem.ErrTransition.New("all of return %s came back already", r.Number).With("current_status", r.Status)
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
		return problem.ErrTransition.New("the customer keeps the goods of return %s", r.Number).With("current_status", r.Status)
	}
	return nil
}
