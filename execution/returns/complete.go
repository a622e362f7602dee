package returns

import (
	"ordo/base/money"
	"ordo/base/problem"
	"ordo/engine/auth"
	"ordo/engine/db"
	"ordo/engine/event"
	"ordo/resource/payment"
	"ordo/sales/order"
)

// ErrFee says that a restocking fee is above what would be refunded.
var ErrFee = problem.Declare("restocking_fee_too_high", problem.Invalid,
	"The restocking fee is above the worth of the goods.", "Lower the fee.")

// Completed is the event of a return that was closed.
var Completed = event.Declare("return.completed", 1, "A return was closed and its refund granted.", body{}, "return", "lines")

// CompleteIn is the input of return.complete.
type CompleteIn struct {
	ID  string `path:"id" json:"id"`
	Fee *FeeIn `json:"restocking_fee,omitempty" doc:"Kept of what is refunded"`
}

// FeeIn is a fee: a rate of the worth, or an amount.
type FeeIn struct {
	Rate   money.Rate `json:"rate,omitempty" doc:"Of the worth: 0.1 keeps a tenth"`
	Amount int64      `json:"amount,omitempty" minimum:"0" maximum:"999999999999999" doc:"Minor units of the order's currency"`
}

// Complete closes a return and grants the refund of what came back, or of what
// the customer keeps: per line its exact share of the line's gross amount.
func Complete(tx *db.Tx, in CompleteIn) (*Return, error) {
	tallies, refunds := map[string]tally{}, []*payment.Refund(nil)
	r, o, err := open(tx, in.ID,
		func(order string) db.Read { return readTallies(order, tallies) },
		func(order string) db.Read { return payment.RefundsOf(order, &refunds) })
	if err != nil {
		return nil, err
	}
	if err := r.guardComplete(); err != nil {
		return nil, err
	}
	r.value(o, tallies)
	if err := r.charge(in.Fee); err != nil {
		return nil, err
	}
	if err := r.grant(tx, o, refunds); err != nil {
		return nil, err
	}
	return r, r.close(tx, o, completed, Completed)
}

// settled is how much of the line is refunded.
func (r *Return) settled(l *Line) money.Quantity {
	if r.Outcome == KeepIt {
		return l.Quantity
	}
	return l.Received - l.SentOn
}

// value says what the units are worth, at most what of their line was not
// granted yet.
func (r *Return) value(o *order.Order, tallies map[string]tally) {
	r.Value.Amount = 0
	for _, l := range r.Lines {
		of := o.Line(l.LineID)
		worth := of.Worth(tallies[l.LineID].refunded, r.settled(l))
		l.Amount.Amount = max(0, min(worth, of.Gross.Amount-of.Granted.Amount))
		r.Value.Amount += l.Amount.Amount
	}
}

// charge keeps the fee of the value.
func (r *Return) charge(fee *FeeIn) error {
	if fee == nil {
		return nil
	}
	if fee.Rate != 0 && fee.Amount != 0 {
		return problem.ErrInvalidValue.At("/restocking_fee", "a fee is a rate or an amount, not both")
	}
	r.Fee.Amount = fee.Amount + money.MulRate(r.Value.Amount, fee.Rate)
	if r.Fee.Amount > r.Value.Amount {
		return ErrFee.At("/restocking_fee", "a fee of %s is above the %s that the goods are worth", r.Fee.Format(), r.Value.Format())
	}
	return nil
}

// grant promises the value less the fee, spread over the lines, as far as it
// was paid: of an order that is not paid yet there is nothing to give back.
func (r *Return) grant(tx *db.Tx, o *order.Order, refunds []*payment.Refund) error {
	paid := o.Captured.Amount
	for _, refund := range refunds {
		paid -= refund.Amount.Amount
	}
	amount := min(r.Value.Amount-r.Fee.Amount, paid)
	if amount <= 0 {
		return nil
	}
	if err := auth.Limit("a refund", "", amount, tx.Actor.Limits.Refund); err != nil {
		return err
	}
	worths := make([]int64, len(r.Lines))
	for i, l := range r.Lines {
		worths[i] = l.Amount.Amount
	}
	var parts []*payment.Part
	for i, share := range money.Split(amount, worths) {
		if l := r.Lines[i]; share > 0 {
			parts = append(parts, &payment.Part{LineID: l.LineID, Quantity: r.settled(l), Amount: money.Amount{Amount: share, Currency: o.Currency}})
		}
	}
	refund, err := o.Grant(tx, parts, "returned", r.ID)
	if err != nil {
		return err
	}
	r.RefundID = refund.ID
	return nil
}
