package order

import (
	"net/http"
	"slices"

	"ordo/base/money"
	"ordo/base/problem"
	"ordo/engine/command"
	"ordo/engine/db"
	"ordo/engine/event"
	"ordo/resource/payment"
	"ordo/trade/channel"
)

// MoneyChanged is the event of an order whose payments changed.
var MoneyChanged = event.Declare("order.money_changed", 1, "The sums of the order's payments are others now.", body{}, "order")

// moneyOperations are the commands on an order's money.
func moneyOperations() []command.Operation {
	return []command.Operation{
		command.Def[PayIn, *Order]{
			Name: "order.pay", Summary: "Record cash or a transfer, or authorize at a gateway", Method: http.MethodPost, Path: "/v1/orders/{id}/payments",
			Anchors: func(in PayIn) []command.Anchor { return anchor(in.ID) },
			Guard:   guard(GuardPlaced), Run: Pay, Result: result, Repeat: Get,
			Example: PayIn{ID: "ord_01", Method: payment.Transfer, Reference: "RF18 5390 0754 7034"},
		},
		command.Def[CaptureIn, *Order]{
			Name: "order.capture", Summary: "Take money that the payer's bank promised", Method: http.MethodPost, Path: "/v1/orders/{id}/capture",
			Anchors: func(in CaptureIn) []command.Anchor { return anchor(in.ID) },
			Guard:   guard(guardCapture), Run: Capture, Result: result, Repeat: Get,
			Example: CaptureIn{ID: "ord_01"},
		},
		command.Def[VoidPaymentIn, *Order]{
			Name: "order.void_payment", Summary: "Give up promised money that was not taken, or the wait for a payer", Method: http.MethodPost, Path: "/v1/orders/{id}/payments/{payment_id}/void",
			Anchors: func(in VoidPaymentIn) []command.Anchor { return anchor(in.ID) },
			Guard:   guard(guardVoid), Run: VoidPayment, Result: result, Repeat: Get,
			Example: VoidPaymentIn{ID: "ord_01", PaymentID: "pay_01"},
		},
		command.Def[GrantRefundIn, *Order]{
			Name: "order.grant_refund", Summary: "Promise money back", Method: http.MethodPost, Path: "/v1/orders/{id}/refunds",
			Anchors: func(in GrantRefundIn) []command.Anchor { return anchor(in.ID) },
			Guard:   guard(guardRefund), Run: GrantRefund, Result: result, Repeat: Get,
			Example: GrantRefundIn{ID: "ord_01", Reason: "damaged", Parts: []RefundPartIn{{LineID: "oli_01", Quantity: 1_000}}},
		},
		command.Def[MoveRefundIn, *Order]{
			Name: "order.move_refund", Summary: "Give back money that was promised back", Method: http.MethodPost, Path: "/v1/orders/{id}/refunds/{refund_id}/move",
			Anchors: func(in MoveRefundIn) []command.Anchor { return anchor(in.ID) },
			Guard:   guard(guardRefund), Run: MoveRefund, Result: result, Repeat: Get,
			Example: MoveRefundIn{ID: "ord_01", RefundID: "rfd_01"},
		},
	}
}

// funds are the payments and refunds of an order, oldest first.
type funds struct {
	payments []*payment.Payment
	refunds  []*payment.Refund
}

// withFunds returns an order with its payments and refunds, in one round trip.
func withFunds(tx *db.Tx, id string) (*Order, *funds, error) {
	f := &funds{}
	tx.Guard(payment.OfOrder(id, &f.payments), nil)
	tx.Guard(payment.RefundsOf(id, &f.refunds), nil)
	o, err := Get(tx, id)
	return o, f, err
}

// OnMoney is the reaction to payment.Moving: the order's sums become those of
// its payments, and a hold that waited for the money ends. Without such a hold
// nothing else of the order is read; nothing at all if the command that asked for
// the payment waits with the order in hand.
func OnMoney(tx *db.Tx, e event.Event) error {
	change := e.Data.(*payment.Change)
	if o, ok := command.InHand(tx).(*Order); ok && o.unsettled == change.Payment {
		command.Keep(tx)
		o.Payments[len(o.Payments)-1] = o.unsettled.Brief()
		return o.moneyMoved(tx, payment.Sum(o.Payments))
	}
	var sums payment.Sums
	o, id := blank(), change.OrderID
	if err := tx.Load(o.readHead(tx, id), o.readHolds(id), payment.ReadSums(id, &sums)); err != nil {
		return err
	}
	if o.ID == "" {
		return NotFound(id)
	}
	o.Head.denominate()
	o.read = o.snapshot()
	if o.pay(sums); slices.ContainsFunc(o.Holds, o.satisfies) {
		var err error
		if o, err = Get(tx, id); err != nil {
			return err
		}
	}
	return o.moneyMoved(tx, sums)
}

// moneyMoved takes over the sums of the payments and ends the holds that waited
// for the money.
func (o *Order) moneyMoved(tx *db.Tx, sums payment.Sums) error {
	if o.pay(sums); !slices.ContainsFunc(o.Holds, o.satisfies) {
		return o.saveMoney(tx)
	}
	for _, h := range o.Holds {
		if o.satisfies(h) {
			h.end(tx)
		}
	}
	return o.Save(tx, MoneyChanged, nil)
}

// pay takes over the sums of the payments.
func (o *Order) pay(s payment.Sums) {
	o.Authorized, o.Captured, o.Refunded, o.AttemptsOpen = o.money(s.Authorized), o.money(s.Captured), o.money(s.Refunded), s.Attempts
}

// satisfies tells whether a hold waited for money that is promised now.
func (o *Order) satisfies(h *Hold) bool {
	return h.Active() && h.Kind == "payment" && h.ReleaseWhen == "authorized" && o.Authorized.Amount >= o.Total.Amount
}

// payer is what payments have to know of the order.
func (o *Order) payer() payment.Order {
	return payment.Order{ID: o.ID, ChannelID: o.ChannelID, CustomerID: o.CustomerID}
}

// due is what of the total is neither waived by a refund nor paid.
func (o *Order) due(f *funds) int64 {
	left := o.Total.Amount - o.granted()
	for _, p := range f.payments {
		left -= p.Captured.Amount - p.Refunded.Amount
	}
	return left
}

// owed is what is due and not promised by a payer's bank either.
func (o *Order) owed(f *funds) int64 {
	left := o.due(f)
	for _, p := range f.payments {
		left -= p.Promised()
	}
	return max(0, left)
}

// Owed is what is due for the order and not paid: below zero if too much was.
func (o *Order) Owed() money.Amount { return o.money(o.due(&funds{payments: o.Payments})) }

// granted is what was promised back of lines and charges.
func (o *Order) granted() (sum int64) {
	for l := range o.leaves {
		sum += l.Granted.Amount
	}
	for _, a := range o.Adjustments {
		sum += a.Granted.Amount
	}
	return sum
}

// amount tells whether an amount that was asked for is of the order's currency,
// and above zero.
func (o *Order) amount(in *money.Amount, pointer string, faults *problem.List) bool {
	switch {
	case in.Currency != o.Currency:
		faults.Add(channel.ErrMismatch, pointer+"/currency", "the order is in %s, not %s", o.Currency, in.Currency)
	case in.Amount <= 0:
		faults.Add(problem.ErrOutOfRange, pointer+"/amount", "%s is not above zero", in.Format())
	case in.Amount > money.MaxAmount:
		faults.Add(problem.ErrOutOfRange, pointer+"/amount", "%s is more than the ledger holds", in.Format())
	default:
		return true
	}
	return false
}

// asked returns the amount that was asked for, or else the other one.
func (o *Order) asked(in *money.Amount, otherwise int64) (money.Amount, error) {
	if in == nil {
		return o.money(otherwise), nil
	}
	var faults problem.List
	o.amount(in, "/amount", &faults)
	return *in, faults.Err()
}

// payment returns the order's payment with the id.
func (f *funds) payment(o *Order, id string) (*payment.Payment, error) {
	for _, p := range f.payments {
		if p.ID == id {
			return p, nil
		}
	}
	return nil, problem.ErrNotFound.At("/payment_id", "order %s has no payment %s", o.name(), id)
}

// chosen returns the payment with the id, or all if it is empty.
func (f *funds) chosen(o *Order, id string) ([]*payment.Payment, error) {
	if id == "" {
		return f.payments, nil
	}
	p, err := f.payment(o, id)
	return []*payment.Payment{p}, err
}

// spread takes an amount from payments, the oldest first, as far as each has
// some left.
func (o *Order) spread(amount int64, payments []*payment.Payment, left func(*payment.Payment) int64, take func(*payment.Payment, money.Amount) error) error {
	for _, p := range payments {
		n := min(amount, left(p))
		if n <= 0 {
			continue
		}
		if err := take(p, o.money(n)); err != nil {
			return err
		}
		amount -= n
	}
	return nil
}

// sum adds up what payments have left.
func sum(payments []*payment.Payment, left func(*payment.Payment) int64) (all int64) {
	for _, p := range payments {
		all += max(0, left(p))
	}
	return all
}
