package payment

import (
	"ordo/base/problem"
	"ordo/engine/command"
	"ordo/engine/db"
	"ordo/engine/effect"
)

// ErrResult says that a late result does not fit the ledger now.
var ErrResult = problem.Declare("payment_result_conflict", problem.Conflict,
	"An attempt that was held to have failed has succeeded, but another one has taken its money.", "Record it again when the other attempts have ended.")

// RecordResultIn is the input of payment.record_result: what a gateway says of
// an attempt.
type RecordResultIn struct {
	ID               string `path:"id" json:"id"`
	OrderID          string `json:"order_id" minLength:"1" maxLength:"60"`
	AttemptID        string `json:"attempt_id" minLength:"1" maxLength:"60"`
	State            string `json:"state" enum:"succeeded,failed,requires_action,pending,unknown" doc:"Pending: the gateway will tell. Unknown: it did not answer"`
	GatewayReference string `json:"gateway_reference,omitempty" maxLength:"100"`
	Error            string `json:"error,omitempty" maxLength:"100" doc:"Code of a failure"`
	ActionURL        string `json:"action_url,omitempty" maxLength:"500" doc:"Where the payer has to go"`
}

// RecordResult takes in what a gateway says of an attempt. Results may repeat
// and come in any order: a repetition changes nothing, a success after a failure
// or an unknown outcome is the truth, and nothing undoes a success.
func RecordResult(tx *db.Tx, in RecordResultIn) (*Payment, error) {
	p, err := current(tx, in.ID)
	if err != nil {
		return nil, err
	}
	if p.OrderID != in.OrderID {
		return nil, problem.ErrNotFound.At("/order_id", "payment %s is not of order %s", p.ID, in.OrderID)
	}
	a := p.attempt(in.AttemptID)
	if a == nil {
		return nil, problem.ErrNotFound.At("/attempt_id", "payment %s has no attempt %s", p.ID, in.AttemptID)
	}
	if in.State != StateUnknown && a.IntentID != "" {
		effect.Done(tx, a.IntentID)
	}
	if a.State == in.State || !AttemptLife.May(a.State, in.State) {
		return p, nil
	}
	return p, p.record(tx, a, in)
}

// current returns the payment with its attempts, from the hands of the command
// that waits for the result if it has just made it.
func current(tx *db.Tx, id string) (*Payment, error) {
	if asking, ok := command.InHand(tx).(interface{ Asked() *Payment }); ok {
		if p := asking.Asked(); p != nil && p.ID == id {
			return p, nil
		}
	}
	return Get(tx, id)
}

// record changes the state of an attempt and what follows from it.
func (p *Payment) record(tx *db.Tx, a *Attempt, in RecordResultIn) error {
	was := a.State
	if final(in.State) {
		p.end(tx, a, in.State)
	} else {
		a.State = in.State
	}
	if in.GatewayReference != "" {
		a.GatewayReference = in.GatewayReference
	}
	a.Error = in.Error
	if a.Kind == KindAuthorize {
		p.authorization, p.ActionURL = a.State, in.ActionURL
		p.Reference = a.GatewayReference
	}
	if final(in.State) {
		if err := p.fold(tx, a, was); err != nil {
			return err
		}
	}
	t := outcomes[in.State]
	if in.State == StateSucceeded {
		t = outcomes[a.Kind]
	}
	after := ""
	if was == StateUnknown || was == StateFailed {
		after = was
	}
	return p.save(tx, t, after)
}

// fold moves the money of an attempt that ended: out of what was on its way,
// unless it was held to have failed, and, if it succeeded, to where it went.
func (p *Payment) fold(tx *db.Tx, a *Attempt, was string) error {
	if a.Kind == KindRefund {
		return p.foldRefund(tx, a, was)
	}
	onItsWay := map[string]*int64{KindCapture: &p.Capturing.Amount, KindVoid: &p.Voiding.Amount}[a.Kind]
	if onItsWay != nil && was != StateFailed {
		*onItsWay -= a.Amount.Amount
	}
	if a.State != StateSucceeded {
		return nil
	}
	if (a.Kind == KindCapture || a.Kind == KindVoid) && a.Amount.Amount > p.Uncaptured() {
		return ErrResult.New("%s of payment %s are left, attempt %s moved %s", p.format(p.Uncaptured()), p.ID, a.ID, a.Amount.Format())
	}
	switch a.Kind {
	case KindAuthorize:
		p.Authorized.Amount += a.Amount.Amount
	case KindCapture:
		p.Captured.Amount += a.Amount.Amount
	case KindVoid:
		p.Authorized.Amount -= a.Amount.Amount
		p.voided()
	case KindCancel:
		p.canceled(tx)
	}
	return nil
}

// canceled ends an authorization that waited for the payer: it has failed.
func (p *Payment) canceled(tx *db.Tx) {
	for _, a := range p.Attempts {
		if a.Kind == KindAuthorize && !final(a.State) {
			p.end(tx, a, StateFailed)
			a.Error, p.authorization, p.ActionURL = "canceled", StateFailed, ""
		}
	}
}

// voided ends an authorization of which nothing is left.
func (p *Payment) voided() {
	if p.Authorized.Amount > 0 {
		return
	}
	p.authorization = StateVoided
	for _, a := range p.Attempts {
		if a.Kind == KindAuthorize {
			a.State = StateVoided
		}
	}
}

// foldRefund moves the money of a refund attempt that ended.
func (p *Payment) foldRefund(tx *db.Tx, a *Attempt, was string) error {
	r := &Refund{}
	if err := tx.Load(findRefund(a.RefundID, r)); err != nil {
		return err
	}
	r.denominate()
	r.snapshot()
	amount := a.Amount.Amount
	if was != StateFailed {
		p.InFlight.Amount -= amount
		r.Moving.Amount -= amount
	}
	if a.State != StateSucceeded {
		return r.save(tx, RefundStopped, p.of)
	}
	if amount > p.Refundable() || amount > r.Left() {
		return ErrResult.New("%s of payment %s and %s of refund %s are left, attempt %s moved %s",
			p.format(p.Refundable()), p.ID, p.format(r.Left()), r.ID, a.ID, a.Amount.Format())
	}
	p.Refunded.Amount += amount
	r.Moved.Amount += amount
	return r.save(tx, RefundMoved, p.of)
}
