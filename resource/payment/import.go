package payment

import (
	"ordo/base/clock"
	"ordo/base/money"
	"ordo/engine/db"
	"ordo/engine/event"
)

// Events of what was taken over from another system.
var (
	PaymentImported = event.Declare("payment.imported", 1, "A payment that was settled elsewhere was taken over.", body{}, "payment")
	RefundImported  = event.Declare("refund.imported", 1, "A refund that was moved elsewhere was taken over.", refundBody{}, "refund", "parts")
)

// Settled is a payment of another system: all of it was taken at once.
type Settled struct {
	ID      string
	Of      Order
	Amount  money.Amount
	At      clock.Stamp
	Refunds []*SettledRefund
}

// SettledRefund is a refund of another system. Its parts make up its amount.
type SettledRefund struct {
	ID        string
	AttemptID string // of its movement
	ReturnID  string
	At        clock.Stamp
	Parts     []*Part
}

// Import writes payments that were settled elsewhere, with their refunds.
func Import(tx *db.Tx, settled ...*Settled) error {
	rows := importRows{}
	for _, s := range settled {
		refunded := int64(0)
		for _, r := range s.Refunds {
			refunded += rows.addRefund(s, r)
		}
		rows.addPayment(s, refunded)
	}
	payments.Insert(tx, rows.payments...)
	attempts.Insert(tx, rows.attempts...)
	refunds.Insert(tx, rows.refunds...)
	refundParts.Insert(tx, rows.parts...)
	return event.Emit(tx, rows.events...)
}

// importRows are the rows of many payments, to be written by few statements.
type importRows struct {
	payments []*Facts
	attempts []*Attempt
	refunds  []*RefundFacts
	parts    []*Part
	events   []event.Event
}

func (rows *importRows) addPayment(s *Settled, refunded int64) {
	p := &Payment{Facts: Facts{
		ID: s.ID, OrderID: s.Of.ID, Method: Imported, Currency: s.Amount.Currency, Amount: s.Amount, Authorized: s.Amount, Captured: s.Amount,
		Refunded: money.Amount{Amount: refunded, Currency: s.Amount.Currency}, Origin: "imported", CreatedAt: s.At, Version: 1, sequence: 1,
	}}
	for _, r := range s.Refunds {
		p.Attempts = append(p.Attempts, &Attempt{
			ID: r.AttemptID, PaymentID: p.ID, Kind: KindRefund, Amount: r.amount(s), State: StateSucceeded, RefundID: r.ID, CreatedAt: r.At, EndedAt: r.At,
		})
	}
	p.Status = p.status()
	rows.payments = append(rows.payments, &p.Facts)
	rows.attempts = append(rows.attempts, p.Attempts...)
	rows.events = append(rows.events, event.Event{Type: PaymentImported, Subject: p.ID, Sequence: 1, Channel: s.Of.ChannelID, Customer: s.Of.CustomerID,
		Body: body{Payment: payments.Changes(nil, &p.Facts), Attempts: p.attemptChanges()}})
}

func (r *SettledRefund) amount(s *Settled) money.Amount {
	sum := money.Amount{Currency: s.Amount.Currency}
	for _, p := range r.Parts {
		sum.Amount += p.Amount.Amount
	}
	return sum
}

// addRefund returns the amount of the refund.
func (rows *importRows) addRefund(s *Settled, in *SettledRefund) int64 {
	amount := in.amount(s)
	r := &Refund{Parts: in.Parts, RefundFacts: RefundFacts{
		ID: in.ID, OrderID: s.Of.ID, ReturnID: in.ReturnID, Currency: amount.Currency, Amount: amount, Moved: amount, Reason: "returned", CreatedAt: in.At, Version: 1, sequence: 1,
	}}
	for i, p := range r.Parts {
		p.Position, p.refundID = int64(i+1), r.ID
	}
	r.Status = r.status()
	rows.refunds = append(rows.refunds, &r.RefundFacts)
	rows.parts = append(rows.parts, r.Parts...)
	rows.events = append(rows.events, event.Event{Type: RefundImported, Subject: r.ID, Sequence: 1, Channel: s.Of.ChannelID, Customer: s.Of.CustomerID,
		Body: refundBody{Refund: refunds.Changes(nil, &r.RefundFacts), Parts: r.partChanges()}})
	return amount.Amount
}
