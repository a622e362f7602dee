package mail_test

import (
	"os"
	"regexp"
	"testing"

	"ordo/connect/mail"
	"ordo/sales/order/ordertest"
	"ordo/trade/tradetest"
)

func TestAnOrderReachesAMailboxOverARealServer(t *testing.T) {
	each(t, func(w *world) {
		p := newPost(w.T, true)
		w.sender.Server = p.client("", "")
		ada := w.buyer("Ada", "ada@example.com", "de", "")
		first := w.buy(ada, ordertest.Line("TEA", 1))
		w.work()
		p.change(func() { p.deaf = true })
		lost := w.buy(ada, ordertest.Line("TEA", 1))
		w.work()
		p.change(func() { p.deaf = false })
		w.work()
		w.wants("the first", w.states(first.ID), "order_confirmation sent")
		w.wants("the second", w.states(lost.ID), "order_confirmation unknown answer_lost")
		tradetest.Do[*mail.Mail](w.Shop.Shop, "mail.resend", mail.ResendIn{ID: w.mails(lost.ID)[0].ID})
		w.work()
		got := p.letters()
		if len(got) != 3 {
			w.Fatalf("%d mails came", len(got))
		}
		w.wants("the subject", decoded(w.T, got[0].header.Get("Subject")), "Ihre Bestellung "+first.Number+" bei Kettle & Co")
		w.wants("the copy", got[2].header.Get("Message-Id"), got[1].header.Get("Message-Id"))
		if got[0].header.Get("Message-Id") == got[1].header.Get("Message-Id") {
			w.Error("two mails have one Message-ID")
		}
	})
}

func TestNobodyIsToldWhatHappenedBeforeMailsWere(t *testing.T) {
	text, err := os.ReadFile("../../engine/db/migration/0013_mail.sql")
	if err != nil {
		t.Fatal(err)
	}
	begin := regexp.MustCompile(`(?m)^INSERT INTO cursors .*$`).FindString(string(text))
	each(t, func(w *world) {
		w.server.takes()
		ada := w.buyer("Ada", "ada@example.com", "", "")
		w.buy(ada, ordertest.Line("TEA", 1))
		w.seal()
		w.Write(`DELETE FROM cursors WHERE consumer = 'mail'`)
		w.Write(begin[:len(begin)-1])
		o := w.buy(ada, ordertest.Line("TEA", 1))
		w.work()
		w.wants("afterwards", w.states(o.ID), "order_confirmation sent")
		if len(w.server.got) != 1 {
			w.Errorf("%d mails went", len(w.server.got))
		}
	})
}
