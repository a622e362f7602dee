package mail_test

import (
	"strings"
	"testing"

	"ordo/connect/mail"
	"ordo/engine/invariant"
	"ordo/engine/invariant/invarianttest"
	"ordo/sales/order/ordertest"
	"ordo/trade/tradetest"
)

func words(template, language, subject, body string) mail.WordIn {
	return mail.WordIn{WordingIn: mail.WordingIn{Template: template, Language: language}, Subject: subject, Body: body}
}

func TestAWorkspaceHasWordsOfItsOwn(t *testing.T) {
	each(t, func(w *world) {
		w.server.takes()
		ada := w.buyer("Ada <i>", "ada@example.com", "en", "")
		own := tradetest.Do[*mail.Wording](w.Shop.Shop, "mail_template.set", words("order_confirmation", "en", "Hurra: {number}", "Dear {name},\n\nyou ordered:\n{lines}\n\nFor {total} <b>in all</b>. {address}"))
		if !own.Own || own.Version != 1 {
			w.Errorf("the template is %+v", own)
		}
		o := w.buy(ada, ordertest.Line("TEA", 2))
		w.work()
		got := w.server.got[0]
		w.wants("the subject", got.Subject, "Hurra: "+o.Number)
		if !strings.Contains(got.Text, "For £24.00 <b>in all</b>.") || !strings.Contains(got.HTML, "&lt;b&gt;in all&lt;/b&gt;") || strings.Contains(got.HTML, "<i>") {
			w.Errorf("the mail is %s\n%s", got.Text, got.HTML)
		}
		if m := w.mails(o.ID)[0]; m.TemplateVersion != 1 {
			w.Errorf("the log has version %d", m.TemplateVersion)
		}
		back := tradetest.Do[*mail.Wording](w.Shop.Shop, "mail_template.reset", mail.WordingIn{Template: "order_confirmation", Language: "en"})
		if back.Own || back.Version != 2 || !strings.Contains(back.Body, "thank you for your order") {
			w.Errorf("the template is %+v", back)
		}
		again := tradetest.Do[*mail.Wording](w.Shop.Shop, "mail_template.reset", mail.WordingIn{Template: "order_confirmation", Language: "en"})
		if again.Version != 2 {
			w.Errorf("what is built in was reset: %+v", again)
		}
		second := w.buy(ada, ordertest.Line("TEA", 2))
		w.work()
		w.wants("the subject", w.server.got[1].Subject, "Your order "+second.Number+" at Kettle & Co")
		invarianttest.Clean(w.T, w.DB, []invariant.Check{mail.Projection.Check()})
	})
}

func TestATemplateIsRefusedWithAllItsFaults(t *testing.T) {
	each(t, func(w *world) {
		w.Refused("mail_template.set", words("order_confirmation", "en", "{everything} {lines}\r\nBcc: eve@example.com", "Hello {name,\n\nsee {lines} and {tracking}"),
			"/subject value_invalid", "/subject placeholder_invalid", "/subject placeholder_invalid", "/body placeholder_invalid", "/body placeholder_invalid", "/body placeholder_invalid")
		w.Refused("mail_template.set", words("invitation", "de", "Hallo", "Kommen Sie!"), "/body field_required")
		w.Refused("mail_template.set", words("invitation", "de", "{link}", "Hier: {link}"), "/subject placeholder_invalid", "/body placeholder_invalid")
		w.Refused("mail_template.set", words("refund", "de", "Hallo", " \n "), "/body value_invalid")
	})
}

func TestEveryTemplateIsShownAndFitsItsOwnRules(t *testing.T) {
	each(t, func(w *world) {
		all := tradetest.Do[mail.Wordings](w.Shop.Shop, "mail_template.list", mail.WordingsIn{}).Items
		if len(all) != 12 {
			w.Errorf("there are %d templates", len(all))
		}
		for _, one := range all {
			p := tradetest.Do[*mail.Preview](w.Shop.Shop, "mail_template.preview", words(one.Template, one.Language, one.Subject, one.Body))
			for _, text := range []string{p.Subject, p.Text, p.HTML} {
				if text == "" || strings.ContainsAny(strings.ReplaceAll(text, "{{", ""), "{}") {
					w.Errorf("%s in %s is %q", one.Template, one.Language, text)
				}
			}
			if one.Own || one.Version != 0 || strings.Contains(p.Subject, "{") {
				w.Errorf("%+v", one)
			}
		}
	})
}
