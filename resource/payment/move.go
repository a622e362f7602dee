package payment

import (
	"ordo/base/clock"
	"ordo/base/money"
	"ordo/base/problem"
	"ordo/engine/db"
	"ordo/engine/effect"
)

// Codes of moving money.
var (
	ErrExceedsAuthorized = problem.Declare("amount_exceeds_authorized", problem.Conflict,
		"More than the payer's bank promised, less what is taken or on its way.", "Lower the amount, or authorize another payment.")
	ErrExceedsCaptured = problem.Declare("amount_exceeds_captured", problem.Conflict,
		"More than was taken, less what went back, is promised back or is on its way.", "Lower the amount.")
	ErrExceedsRefund = problem.Declare("amount_exceeds_refund", problem.Conflict,
		"More than was granted, less what was moved or is on its way.", "Lower the amount, or grant another refund.")
)

// intents are the kinds of intents by kind of attempt.
var intents = map[string]string{
	KindAuthorize: "gateway.authorize", KindCapture: "gateway.capture", KindVoid: "gateway.void", KindRefund: "gateway.refund", KindCancel: "gateway.cancel",
}

// request is what an intent holds.
type request struct {
	OrderID   string       `json:"order_id"`
	PaymentID string       `json:"payment_id"`
	AttemptID string       `json:"attempt_id"`
	Method    string       `json:"method"`
	Token     string       `json:"token,omitempty"`
	Reference string       `json:"reference,omitempty"`
	Amount    money.Amount `json:"amount"`
}

// Authorize asks a gateway for the promise of the payer's bank. The caller
// counts the open attempt on the order.
func Authorize(tx *db.Tx, of Order, method string, amount money.Amount, token string) (*Payment, error) {
	p := start(tx, of, method, amount)
	p.authorization = StatePending
	if err := p.send(tx, p.try(tx, KindAuthorize, amount.Amount), token); err != nil {
		return nil, err
	}
	return p, p.save(tx, Requested, "")
}

// Record writes money that is there already: cash, or a transfer with the
// bank's reference. It is promised and taken at once.
func Record(tx *db.Tx, of Order, method string, amount money.Amount, reference string) (*Payment, error) {
	p := start(tx, of, method, amount)
	p.Reference, p.Authorized, p.Captured = reference, amount, amount
	p.authorization = StateSucceeded
	p.end(tx, p.try(tx, KindCapture, amount.Amount), StateSucceeded)
	return p, p.save(tx, Captured, "")
}

// Capture takes promised money.
func Capture(tx *db.Tx, p *Payment, amount money.Amount) error {
	if left := p.Uncaptured(); amount.Amount > left {
		return ErrExceedsAuthorized.At("/amount", "%s are wanted, %s of payment %s are left to take", amount.Format(), p.format(left), p.ID)
	}
	p.Capturing.Amount += amount.Amount
	if err := p.send(tx, p.try(tx, KindCapture, amount.Amount), ""); err != nil {
		return err
	}
	return p.save(tx, CaptureRequested, "")
}

// Void gives up all promised money that is neither taken nor about to be, or
// the wait for a payer who has to act.
func Void(tx *db.Tx, p *Payment) error {
	if p.Waiting() {
		if err := p.send(tx, p.try(tx, KindCancel, p.Amount.Amount), ""); err != nil {
			return err
		}
		return p.save(tx, VoidRequested, "")
	}
	left := p.Uncaptured()
	if left <= 0 {
		return ErrExceedsAuthorized.New("payment %s has no promised money that could be given up", p.ID)
	}
	p.Voiding.Amount += left
	if err := p.send(tx, p.try(tx, KindVoid, left), ""); err != nil {
		return err
	}
	return p.save(tx, VoidRequested, "")
}

// Move gives back money of a payment for a granted refund. Gateways move it
// later; cash, transfers and imported money went back by hand, at once.
func Move(tx *db.Tx, r *Refund, p *Payment, amount money.Amount) error {
	var faults problem.List
	if left := p.Refundable(); amount.Amount > left {
		faults.Add(ErrExceedsCaptured, "/amount", "%s are wanted, %s of payment %s are left to give back", amount.Format(), p.format(left), p.ID)
	}
	if left := r.Left(); amount.Amount > left {
		faults.Add(ErrExceedsRefund, "/amount", "%s are wanted, %s of refund %s are left to move", amount.Format(), p.format(left), r.ID)
	}
	if err := faults.Err(); err != nil {
		return err
	}
	a := p.try(tx, KindRefund, amount.Amount)
	a.RefundID = r.ID
	toRefund, toPayment := RefundMoving, RefundRequested
	if ByGateway(p.Method) {
		r.Moving.Amount += amount.Amount
		p.InFlight.Amount += amount.Amount
		if err := p.send(tx, a, ""); err != nil {
			return err
		}
	} else {
		toRefund, toPayment = RefundMoved, Refunded
		r.Moved.Amount += amount.Amount
		p.Refunded.Amount += amount.Amount
		p.end(tx, a, StateSucceeded)
	}
	if err := r.save(tx, toRefund, p.of); err != nil {
		return err
	}
	return p.save(tx, toPayment, "")
}

func start(tx *db.Tx, of Order, method string, amount money.Amount) *Payment {
	p := &Payment{of: of, Facts: Facts{
		ID: tx.ID("pay"), OrderID: of.ID, Method: method, Currency: amount.Currency, Amount: amount, Origin: "ordo", CreatedAt: clock.At(tx.Now),
	}}
	p.denominate()
	return p
}

// try adds an attempt in flight.
func (p *Payment) try(tx *db.Tx, kind string, amount int64) *Attempt {
	a := &Attempt{ID: tx.ID("att"), PaymentID: p.ID, Kind: kind, Amount: money.Amount{Amount: amount, Currency: p.Currency}, State: StatePending, CreatedAt: clock.At(tx.Now)}
	p.Attempts = append(p.Attempts, a)
	p.AttemptsOpen++
	return a
}

// send writes the intent of an attempt.
func (p *Payment) send(tx *db.Tx, a *Attempt, token string) (err error) {
	a.IntentID, err = effect.Ask(tx, intents[a.Kind], a.ID, request{p.OrderID, p.ID, a.ID, p.Method, token, p.Reference, a.Amount})
	return err
}

// end gives an attempt its final state.
func (p *Payment) end(tx *db.Tx, a *Attempt, state string) {
	if a.EndedAt == 0 {
		p.AttemptsOpen--
	}
	a.State, a.EndedAt = state, clock.At(tx.Now)
}

func (p *Payment) format(minor int64) string {
	return money.Amount{Amount: minor, Currency: p.Currency}.Format()
}
