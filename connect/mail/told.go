package mail

import (
	"ordo/base/clock"
	"ordo/engine/db"
	"ordo/engine/event"
	"ordo/execution/fulfillment"
	"ordo/policy/account"
	"ordo/resource/payment"
	"ordo/sales/order"
)

// told are the events that are told by mail, and what it says. What was taken over
// from another system has events of its own, which nobody is told of.
var told = []struct {
	event    *event.Type
	template string
}{
	{order.Placed, "order_confirmation"},
	{fulfillment.ShipmentLeft, "shipment"},
	{payment.RefundMoved, "refund"},
	{order.Canceled, "cancellation"},
	{account.Invited, "invitation"},
	{account.Forgotten, "password_reset"},
}

// secret tells whether a mail holds a secret, so that its text is stored nowhere and
// nobody sends it again.
func (m *Mail) secret() bool { return m.Template == "invitation" || m.Template == "password_reset" }

var templateNames = func() (all []string) {
	for _, t := range told {
		all = append(all, t.template)
	}
	return all
}()

// consumer is the name of the sender's cursor in the log.
const consumer = "mail"

// follow is the sender as a consumer of the log.
func (s *Sender) follow() *event.Consumer {
	var types []string
	for _, t := range told {
		types = append(types, t.event.Name)
	}
	return &event.Consumer{Name: consumer, Batch: batch, Types: types, Apply: func(tx *db.Tx, events []event.Sealed) error {
		all, err := mailsOf(tx, events)
		if s.Server == nil {
			for _, m := range all {
				m.State, m.Reason, m.EndedAt = "unsent", "no_mail_server", m.CreatedAt
			}
		}
		insertNew(tx, all)
		return err
	}}
}

// mailsOf makes a mail of each event.
func mailsOf(tx *db.Tx, events []event.Sealed) (all []*Mail, err error) {
	now := clock.Stamp(tx.Micros())
	var elsewhere []any
	for _, e := range events {
		for _, t := range told {
			if e.Type != t.event.Name {
				continue
			}
			m := &Mail{ID: tx.ID("mai"), Template: t.template, EventID: e.ID, SubjectID: e.Subject, OrderID: e.Subject, channelID: e.Channel, CustomerID: e.Customer, State: "waiting", NextAt: now, CreatedAt: now}
			m.messageID = m.ID
			switch t.event {
			case fulfillment.ShipmentLeft, payment.RefundMoved:
				elsewhere = append(elsewhere, e.Subject)
			case account.Invited, account.Forgotten:
				m.OrderID = ""
			}
			all = append(all, m)
		}
	}
	if len(elsewhere) == 0 {
		return all, nil
	}
	of := map[string]string{}
	err = tx.Load(orders(elsewhere, of))
	for _, m := range all {
		if id, ok := of[m.SubjectID]; ok {
			m.OrderID = id
		}
	}
	return all, err
}

// Restored is told that the database is an older state of itself: what waits, and
// what happened last, may have been sent since. None of it is sent; each mail
// stands in the list, where somebody may send it again.
func Restored(tx *db.Tx) error {
	unsend(tx, "restored", true)
	var events []event.Sealed
	if err := tx.Load(untold(&events)); err != nil {
		return err
	}
	all, err := mailsOf(tx, events)
	for _, m := range all {
		m.State, m.Reason, m.EndedAt = "unsent", "restored", m.CreatedAt
	}
	insertNew(tx, all)
	return err
}
