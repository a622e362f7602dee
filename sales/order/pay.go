package order

import (
	"slices"

	"ordo/base/money"
	"ordo/base/problem"
	"ordo/engine/db"
	"ordo/resource/payment"
	"ordo/trade/channel"
)

// ErrExceedsOwed says that more would be asked of a payer than is owed.
var ErrExceedsOwed = problem.Declare("amount_exceeds_owed", problem.Conflict,
	"More than is owed: the total, less what is paid, promised by a bank, asked for or promised back.", "Lower the amount. Money that came nevertheless is recorded with an amount.")

// PayIn is the input of order.pay.
type PayIn struct {
	ID        string        `path:"id" json:"id"`
	Method    string        `json:"method" enum:"cash,transfer,test"`
	Amount    *money.Amount `json:"amount,omitempty" doc:"What is owed, if not given; cash and transfers may be more"`
	Token     string        `json:"token,omitempty" maxLength:"100" doc:"Of the payer at the gateway; never a card number"`
	Reference string        `json:"reference,omitempty" maxLength:"100" doc:"Of the bank or the receipt; no personal values"`
}

// Pay records money that came, or asks a gateway for it.
func Pay(tx *db.Tx, in PayIn) (*Order, error) {
	o, f, err := withFunds(tx, in.ID)
	if err != nil {
		return nil, err
	}
	if err := GuardPlaced(o); err != nil {
		return nil, err
	}
	owed := o.owed(f)
	amount, err := o.asked(in.Amount, owed)
	if err != nil {
		return nil, err
	}
	if amount.Amount == 0 || payment.ByGateway(in.Method) && amount.Amount > owed {
		return nil, ErrExceedsOwed.At("/amount", "%s of order %s are owed", o.money(owed).Format(), o.name()).With("owed", o.money(owed))
	}
	if payment.ByGateway(in.Method) {
		return o, o.authorize(tx, in, amount)
	}
	if _, err := payment.Record(tx, o.payer(), in.Method, amount, in.Reference); err != nil {
		return nil, err
	}
	return Get(tx, in.ID)
}

// authorize asks a gateway for an amount.
func (o *Order) authorize(tx *db.Tx, in PayIn, amount money.Amount) error {
	var c channel.Channel
	if err := tx.Load(channel.Find(tx, o.ChannelID, &c)); err != nil {
		return err
	}
	var faults problem.List
	if !slices.Contains(c.PaymentMethods, in.Method) {
		faults.AddAllowed(ErrPaymentMethod, "/method", c.PaymentMethods, "channel %s does not take %s", c.Code, in.Method)
	}
	if in.Token == "" {
		faults.Add(problem.ErrRequired, "/token", "the gateway needs a token of the payer")
	}
	if err := faults.Err(); err != nil {
		return err
	}
	o.AttemptsOpen++
	if err := o.Save(tx, MoneyChanged, nil); err != nil {
		return err
	}
	return o.ask(tx, in.Method, amount, in.Token)
}

// authorizes tells whether placing the order asks a gateway for the total.
func (o *Order) authorizes(p *PaymentIn) bool {
	return p != nil && payment.ByGateway(p.Method) && o.Total.Amount > 0
}

// startPayment asks a gateway for the total of an order that was placed, if it
// is to be paid so. The attempt is counted already.
func (o *Order) startPayment(tx *db.Tx, p *PaymentIn) error {
	if !o.authorizes(p) {
		return nil
	}
	return o.ask(tx, p.Method, o.Total, p.Token)
}

// ask asks a gateway for an amount and keeps the payment in hand: its result
// comes soon.
func (o *Order) ask(tx *db.Tx, method string, amount money.Amount, token string) (err error) {
	if o.unsettled, err = payment.Authorize(tx, o.payer(), method, amount, token); err == nil {
		o.Payments = append(o.Payments, o.unsettled.Brief())
	}
	return err
}

// Asked is the payment that the command asked a gateway for, with its attempt;
// nil if it asked for none.
func (o *Order) Asked() *payment.Payment { return o.unsettled }

// CaptureIn is the input of order.capture.
type CaptureIn struct {
	ID        string        `path:"id" json:"id"`
	PaymentID string        `json:"payment_id,omitempty" maxLength:"60" doc:"All payments, the oldest first, if not given"`
	Amount    *money.Amount `json:"amount,omitempty" doc:"All that is promised, but not more than is due, if not given"`
}

// Capture takes promised money.
func Capture(tx *db.Tx, in CaptureIn) (*Order, error) {
	o, f, err := withFunds(tx, in.ID)
	if err != nil {
		return nil, err
	}
	if err := guardCapture(o); err != nil {
		return nil, err
	}
	from, err := f.chosen(o, in.PaymentID)
	if err != nil {
		return nil, err
	}
	left := sum(from, (*payment.Payment).Uncaptured)
	due := o.due(f)
	for _, p := range f.payments {
		due -= p.Capturing.Amount
	}
	amount, err := o.asked(in.Amount, min(left, due))
	switch {
	case err != nil:
		return nil, err
	case amount.Amount > left || left == 0:
		return nil, payment.ErrExceedsAuthorized.At("/amount", "%s are promised and not taken", o.money(left).Format())
	case amount.Amount <= 0:
		return nil, ErrExceedsOwed.At("/amount", "nothing of order %s is due; give an amount to take promised money nevertheless", o.name())
	}
	if err := o.spread(amount.Amount, from, (*payment.Payment).Uncaptured, func(p *payment.Payment, n money.Amount) error {
		return payment.Capture(tx, p, n)
	}); err != nil {
		return nil, err
	}
	return Get(tx, in.ID)
}

// VoidPaymentIn is the input of order.void_payment.
type VoidPaymentIn struct {
	ID        string `path:"id" json:"id"`
	PaymentID string `path:"payment_id" json:"payment_id"`
}

// VoidPayment gives up what of a payment is promised and not taken, or one that
// waits for its payer.
func VoidPayment(tx *db.Tx, in VoidPaymentIn) (*Order, error) {
	o, f, err := withFunds(tx, in.ID)
	if err != nil {
		return nil, err
	}
	p, err := f.payment(o, in.PaymentID)
	if err == nil {
		err = guardVoid(o)
	}
	if err != nil {
		return nil, err
	}
	if err := payment.Void(tx, p); err != nil {
		return nil, err
	}
	return Get(tx, in.ID)
}

func guardCapture(o *Order) error {
	if err := GuardPlaced(o); err != nil {
		return err
	}
	if err := guardPromised(o); err != nil {
		return err
	}
	return o.Blocked("order.capture")
}

func guardVoid(o *Order) error {
	if slices.ContainsFunc(o.Payments, (*payment.Payment).Waiting) {
		return nil
	}
	return guardPromised(o)
}

func guardPromised(o *Order) error {
	if o.Authorized.Amount <= o.Captured.Amount {
		return o.refuse("no money of it is promised and not taken", "Ask the payer first (order.pay).").With("payment_status", o.PaymentStatus)
	}
	return nil
}
