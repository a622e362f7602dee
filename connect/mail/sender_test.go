package mail_test

import (
	"strings"
	"testing"
	"time"

	"ordo/base/money"
	"ordo/connect/mail"
	"ordo/engine/auth"
	"ordo/engine/invariant/invarianttest"
	"ordo/execution/fulfillment"
	"ordo/sales/order"
	"ordo/sales/order/ordertest"
	"ordo/trade/customer"
	"ordo/trade/tradetest"
)

func (w *world) wants(what, got, want string) {
	w.Helper()
	if got != want {
		w.Errorf("%s: got %q, want %q", what, got, want)
	}
}

// Spec: 1.6.10
func TestACustomerIsToldOfEachStepOnce(t *testing.T) {
	each(t, func(w *world) {
		w.server.takes()
		o := w.buy(w.buyer("Ada Byron", "ada@example.com", "en", "Europe/London"), ordertest.Line("TEA", 2), ordertest.Line("MUG", 4))
		w.work()
		w.Do("order.pay", order.PayIn{ID: o.ID, Method: "cash"})
		o = w.Do("order.cancel", order.CancelIn{ID: o.ID, Reason: "customer", Lines: []order.CancelLine{{LineID: o.Lines[1].ID, Quantity: 1000}}})
		w.work()
		w.Do("order.ship", fulfillment.ShipIn{ID: o.ID, Label: fulfillment.Label{Carrier: "dhl", TrackingNumber: "JJD0001"}, Lines: []fulfillment.PackLine{{LineID: o.Lines[0].ID, Quantity: 2000}}})
		w.work()
		o = w.Do("order.grant_refund", order.GrantRefundIn{ID: o.ID, Reason: "goodwill", Amount: &money.Amount{Amount: 500, Currency: "GBP"}})
		w.Do("order.move_refund", order.MoveRefundIn{ID: o.ID, RefundID: o.Refunds[len(o.Refunds)-1].ID})
		for range 3 {
			w.work()
		}
		w.wants("the mails", w.states(o.ID), "order_confirmation sent, cancellation sent, shipment sent, refund sent")
		var subjects []string
		for _, m := range w.server.got {
			subjects = append(subjects, m.Subject)
			if m.To != "ada@example.com" || m.Language != "en" {
				w.Errorf("went %+v", m)
			}
		}
		w.wants("the subjects", strings.Join(subjects, "|"), strings.ReplaceAll("Your order N at Kettle & Co|Canceled: order N|Your order N is on its way|Money back for your order N", "N", o.Number))
		for i, want := range []string{"4  MUG", "1  MUG", "2  TEA", "of the £5.00 that we promised to give back for your order " + o.Number + ", £5.00 has gone back"} {
			if !strings.Contains(w.server.got[i].Text, want) {
				w.Errorf("%q is not in %s", want, w.server.got[i].Text)
			}
		}
		if text := w.server.got[2].Text; !strings.Contains(text, "Carrier: dhl\nTracking number: JJD0001") || !strings.Contains(text, "This is still to come:\n\n  3  MUG") {
			w.Errorf("the shipment is %s", text)
		}
		invarianttest.Clean(w.T, w.DB, mail.Invariants)
		w.Sound()
	})
}

func TestAMailSpeaksItsReadersLanguageAndEscapesWhatPeopleWrite(t *testing.T) {
	each(t, func(w *world) {
		w.server.takes()
		a := w.Agreement(ordertest.Line("POT", 1), ordertest.Line("TEA", 120))
		a.CustomerID = w.buyer("Zoë <b>Müller</b>\u202e", "zoë@münchen.example", "de-AT", "Europe/Vienna")
		a.Deliveries[0].MethodID = w.Parcel
		w.Receive(w.North, ordertest.Units("TEA", 200))
		o := w.Do("order.place", order.PlaceIn{Agreement: a})
		w.work()
		m := w.server.got[0]
		for _, want := range []string{
			"Guten Tag Zoë <b>Müller</b>,", "1. März 2026, 13:00 CET", "120  TEA", "Lieferung an: Ada Byron, 12 St James's Square, London, GB", "Gesamt  £ 1.191,74",
		} {
			if !strings.Contains(strings.ReplaceAll(m.Text, "\u00a0", " "), want) {
				w.Errorf("%q is not in %s", want, m.Text)
			}
		}
		if strings.Contains(m.HTML, "<b>") || !strings.Contains(m.HTML, "Zoë &lt;b&gt;Müller&lt;/b&gt;") || !strings.Contains(m.HTML, `<html lang="de">`) {
			w.Errorf("the page is %s", m.HTML)
		}
		got := w.mail(w.mails(o.ID)[0].ID)
		if got.Text != m.Text || got.HTML != m.HTML || got.Recipient != "zoë@münchen.example" || got.Language != "de" {
			w.Errorf("the log has %+v", got)
		}
	})
}

func TestAGuestIsToldAndWhoHasNoAddressIsNot(t *testing.T) {
	each(t, func(w *world) {
		w.server.takes()
		a := w.Agreement(ordertest.Line("GUIDE", 1))
		a.CustomerID, a.ChannelID, a.Contact = "", w.Till, &customer.Contact{Name: "Guest", Email: "guest@example.com"}
		guest := w.Do("order.place", order.PlaceIn{Agreement: a, Payment: &order.PaymentIn{Method: "cash"}})
		mute := w.buy(w.Customer, ordertest.Line("TEA", 1))
		w.work()
		w.wants("the guest's", w.states(guest.ID), "order_confirmation sent")
		w.wants("who has no address", w.states(mute.ID), "order_confirmation unsent recipient_required")
		again := tradetest.Do[*mail.Mail](w.Shop.Shop, "mail.resend", mail.ResendIn{ID: w.mails(mute.ID)[0].ID, Recipient: "ada@example.com"})
		w.work()
		w.wants("with one", w.mail(again.ID).State+" to "+w.mail(again.ID).Recipient, "sent to ada@example.com")
		w.Refused("mail.resend", mail.ResendIn{ID: again.ID, Recipient: "a@b\r\nBcc: c@d"}, "/recipient value_invalid")
		w.Refused("mail.resend", mail.ResendIn{ID: "mai_x"}, "not_found")
	})
}

// Spec: 1.6.10
func TestWhatMayHaveArrivedIsNotSentAgainByItself(t *testing.T) {
	each(t, func(w *world) {
		ada := w.buyer("Ada", "ada@example.com", "", "")
		w.server.outcome = mail.Outcome{Fate: mail.Lost, Answer: "the connection to the mail server failed or was cut", Broken: true}
		lost := w.buy(ada, ordertest.Line("TEA", 1))
		w.work()
		w.server.takes()
		w.clock.Advance(100 * 24 * time.Hour)
		w.work()
		w.wants("an answer that got lost", w.states(lost.ID), "order_confirmation unknown answer_lost")
		if len(w.server.got) != 1 {
			w.Fatalf("%d mails went", len(w.server.got))
		}
		first := w.mails(lost.ID)[0]
		again := tradetest.Do[*mail.Mail](w.Shop.Shop, "mail.resend", mail.ResendIn{ID: first.ID})
		w.work()
		if w.mail(again.ID).State != "sent" || w.server.got[1].ID != w.server.got[0].ID || w.server.got[1].Text != w.server.got[0].Text {
			w.Errorf("%+v was sent again as %+v", w.server.got[0], w.server.got[1])
		}
		other := tradetest.Do[*mail.Mail](w.Shop.Shop, "mail.resend", mail.ResendIn{ID: again.ID})
		w.Refused("mail.resend", mail.ResendIn{ID: other.ID}, "transition_not_allowed")
		w.work()
		if w.server.got[2].ID == w.server.got[0].ID || w.mail(other.ID).Copy != 2 {
			w.Errorf("a mail that arrived is sent again under its Message-ID: %+v", w.server.got[2])
		}
		invarianttest.Clean(w.T, w.DB, mail.Invariants)
	})
}

func TestAProcessThatEndsWhileItSendsLeavesAMailThatIsNotKnown(t *testing.T) {
	each(t, func(w *world) {
		w.server.takes()
		o := w.buy(w.buyer("Ada", "ada@example.com", "", ""), ordertest.Line("TEA", 1))
		w.server.meet = func() { w.Write(`UPDATE mails SET tries = tries + 1`) } // what it writes afterwards is of no try that there is
		w.work()
		w.wants("on its way", w.states(o.ID), "order_confirmation sending")
		w.server.meet = nil
		w.clock.Advance(3 * time.Minute)
		w.work()
		w.wants("after the lease", w.states(o.ID), "order_confirmation unknown interrupted")
		if len(w.server.got) != 1 {
			w.Errorf("%d mails went", len(w.server.got))
		}
	})
}

func TestAMailThatCanNotHaveArrivedIsTriedForThreeDays(t *testing.T) {
	each(t, func(w *world) {
		ada := w.buyer("Ada", "ada@example.com", "", "")
		w.server.closed = errClosed
		o := w.buy(ada, ordertest.Line("TEA", 1))
		w.work()
		m := w.mails(o.ID)[0]
		if m.State != "waiting" || m.Tries != 1 || m.Answer != errClosed.Error() || m.NextAt.Time().Sub(w.DB.Clock.Now()) != time.Minute {
			w.Errorf("a mail waits as %+v", m)
		}
		w.server.takes().outcome = mail.Outcome{Fate: mail.Later, Answer: "451 4.7.1 greylisted"}
		w.clock.Advance(time.Minute)
		w.work()
		w.server.takes()
		w.clock.Advance(5 * time.Minute)
		w.work()
		w.wants("greylisted", w.states(o.ID), "order_confirmation sent")

		w.server.outcome = mail.Outcome{Fate: mail.Later, Answer: "451 4.7.1 greylisted"}
		o = w.buy(ada, ordertest.Line("TEA", 1))
		start := w.DB.Clock.Now()
		for range len(mail.Schedule) {
			w.work()
			w.wants("waits", w.states(o.ID), "order_confirmation waiting")
			w.clock.Advance(w.mails(o.ID)[0].NextAt.Time().Sub(w.DB.Clock.Now()))
		}
		w.work()
		w.wants("in the end", w.states(o.ID), "order_confirmation failed expired")
		if took := w.DB.Clock.Now().Sub(start); took < 72*time.Hour || took > 80*time.Hour {
			w.Errorf("it took %s", took)
		}
		w.server.outcome = mail.Outcome{Fate: mail.Refused, Answer: "550 5.1.1 no such user"}
		o = w.buy(ada, ordertest.Line("TEA", 1))
		w.work()
		w.wants("refused", w.states(o.ID)+": "+w.mails(o.ID)[0].Answer, "order_confirmation failed refused: 550 5.1.1 no such user")
	})
}

func TestWithoutAMailServerEachMailSaysSo(t *testing.T) {
	each(t, func(w *world) {
		ada := w.buyer("Ada", "ada@example.com", "", "")
		w.server.closed = errClosed
		waits := w.buy(ada, ordertest.Line("TEA", 1))
		w.work()
		w.sender.Server = nil
		o := w.buy(ada, ordertest.Line("TEA", 1))
		w.clock.Advance(time.Minute)
		w.work()
		w.wants("what waited", w.states(waits.ID), "order_confirmation unsent no_mail_server")
		w.wants("what comes", w.states(o.ID), "order_confirmation unsent no_mail_server")
		w.sender.Server = w.server.takes()
		w.clock.Advance(time.Hour)
		w.work()
		if len(w.server.got) != 0 {
			w.Errorf("what was not sent is sent by itself: %+v", w.server.got[0])
		}
		tradetest.Do[*mail.Mail](w.Shop.Shop, "mail.resend", mail.ResendIn{ID: w.mails(o.ID)[0].ID})
		w.work()
		w.wants("on request", w.states(o.ID), "order_confirmation unsent no_mail_server, order_confirmation sent")
	})
}

func TestARestoredWorkspaceSendsNothingAgain(t *testing.T) {
	each(t, func(w *world) {
		ada := w.buyer("Ada", "ada@example.com", "", "")
		w.server.closed = errClosed
		waits := w.buy(ada, ordertest.Line("TEA", 1))
		w.work()
		unread := w.buy(ada, ordertest.Line("TEA", 1))
		w.seal()
		unsealed := w.buy(ada, ordertest.Line("TEA", 1))
		if err := w.DB.Tx(w.Context(), mail.Restored); err != nil {
			w.Fatal(err)
		}
		w.server.takes()
		later := w.buy(ada, ordertest.Line("TEA", 1))
		w.clock.Advance(time.Hour)
		w.work()
		for _, o := range []*order.Order{waits, unread, unsealed} {
			w.wants("of before", w.states(o.ID), "order_confirmation unsent restored")
		}
		w.wants("of afterwards", w.states(later.ID), "order_confirmation sent")
		if len(w.server.got) != 1 {
			w.Errorf("%d mails went", len(w.server.got))
		}
		invarianttest.Clean(w.T, w.DB, mail.Invariants)
	})
}

func TestTwoProcessesSendAMailOnce(t *testing.T) {
	each(t, func(w *world) {
		w.server.takes()
		other := &mail.Sender{Engine: w.Engine, Server: w.server}
		o := w.buy(w.buyer("Ada", "ada@example.com", "", ""), ordertest.Line("TEA", 1))
		w.seal()
		meet := w.server
		meet.meet = func() {
			meet.meet = nil
			if _, err := other.Step(w.Context()); err != nil {
				w.Error(err)
			}
		}
		w.work()
		w.wants("the mail", w.states(o.ID), "order_confirmation sent")
		if len(w.server.got) != 1 {
			w.Errorf("%d mails went", len(w.server.got))
		}
	})
}

func TestMailsAreSeenByWhoSeesTheOrder(t *testing.T) {
	each(t, func(w *world) {
		ada := w.buyer("Ada", "ada@example.com", "", "")
		w.server.takes()
		o := w.buy(ada, ordertest.Line("TEA", 1))
		w.work()
		m := w.mails(o.ID)[0]
		for scope, sees := range map[*auth.Scope]bool{{Customer: ada}: true, {Customer: w.Customer}: false, {Channels: []string{w.Channel}}: true, {Channels: []string{w.Till}}: false, {Locations: []string{w.North}}: false} {
			w.Actor.Scope = *scope
			if n := len(w.mails("")); (n == 1) != sees {
				w.Errorf("%+v sees %d mails", scope, n)
			}
			if sees {
				w.mail(m.ID)
			} else {
				w.Refused("mail.get", mail.GetIn{ID: m.ID}, "not_found")
				w.Refused("mail.resend", mail.ResendIn{ID: m.ID}, "not_found")
			}
		}
	})
}

func TestErrorsInTheLogOfMailsAreFound(t *testing.T) {
	each(t, func(w *world) {
		w.server.takes()
		ada := w.buyer("Ada", "ada@example.com", "", "")
		w.buy(ada, ordertest.Line("TEA", 1))
		w.work()
		o := w.buy(ada, ordertest.Line("TEA", 1))
		w.work()
		m := w.mails(o.ID)[0]
		again := tradetest.Do[*mail.Mail](w.Shop.Shop, "mail.resend", mail.ResendIn{ID: m.ID})
		w.work()
		on := func(id, set string) []string { return []string{"UPDATE mails SET " + set + " WHERE id = '" + id + "'"} }
		invarianttest.Finds(w.T, w.DB, mail.Invariants, []invarianttest.Plant{
			{Name: "of another template", ID: "E4", SQL: on(again.ID, "template = 'refund'"), Undo: on(again.ID, "template = 'order_confirmation'"), Subject: again.ID, Detail: "is refund of"},
			{Name: "about something else", ID: "E4", SQL: on(m.ID, "subject_id = 'ord_x'"), Undo: on(m.ID, "subject_id = '"+m.SubjectID+"'"), Subject: m.ID, Detail: "of ord_x"},
			{Name: "nobody was told", ID: "E4", SQL: on(m.ID, "copy = 7"), Undo: on(m.ID, "copy = 0"), Subject: m.EventID, Detail: "nobody is told"},
		})
	})
}
