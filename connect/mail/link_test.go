package mail_test

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"ordo/connect/mail"
	"ordo/engine/auth"
	"ordo/policy/account"
	"ordo/sales/order/ordertest"
	"ordo/trade/tradetest"
)

var linkText = regexp.MustCompile(`https://ordo\.example/console/welcome#([0-9a-f]{64})`)

func TestAUserIsMailedALinkThatIsStoredNowhere(t *testing.T) {
	each(t, func(w *world) {
		w.server.takes()
		w.sender.Base = "https://ordo.example"
		w.Secret = []byte("secret of the workspace")
		role := tradetest.Do[*account.Role](w.Shop.Shop, "role.create", account.CreateRoleIn{RoleFacts: account.RoleFacts{Name: "clerk", Permissions: []string{}}})
		tradetest.Do[*account.User](w.Shop.Shop, "user.invite", account.InviteIn{UserFacts: account.UserFacts{Email: "bob@example.com", Name: "Bob", RoleID: role.ID}})
		w.work()
		m := w.mails("")[0]
		w.wants("the invitation", m.Template+" "+m.State+" to "+m.Recipient, "invitation sent to bob@example.com")
		got := w.server.got[0]
		link := linkText.FindStringSubmatch(got.Text)
		if link == nil || !strings.Contains(got.HTML, `<a href="`+link[0]+`">`) || !strings.Contains(got.Text, "until 8 March 2026, 12:00") {
			w.Fatalf("the mail is %s\n%s", got.Text, got.HTML)
		}
		if text := w.mail(m.ID); text.Text != "" || text.HTML != "" || strings.Contains(text.Subject, link[1]) {
			w.Errorf("the link is stored: %+v", text)
		}
		w.Refused("mail.resend", mail.ResendIn{ID: m.ID}, "transition_not_allowed")
		tradetest.Do[*account.User](w.Shop.Shop, "account.set_password", account.UseLinkIn{Token: link[1], Password: "battery staple"})

		w.server.closed = errClosed
		tradetest.Do[*account.Posted](w.Shop.Shop, "account.forgot_password", account.ForgotPasswordIn{Email: "bob@example.com"})
		w.work()
		w.server.takes()
		w.clock.Advance(time.Minute)
		w.work()
		if len(w.server.got) != 2 || linkText.FindString(w.server.got[1].Text) == "" {
			w.Fatalf("the second try sent %+v", w.server.got)
		}
		w.server.closed = errClosed
		tradetest.Do[*account.Posted](w.Shop.Shop, "account.forgot_password", account.ForgotPasswordIn{Email: "bob@example.com"})
		w.work()
		w.server.takes()
		w.clock.Advance(2 * time.Hour)
		w.work()
		last := w.mails("")[2]
		if len(w.server.got) != 2 || last.State != "failed" || last.Reason != "expired" {
			w.Errorf("a link that does not work any more is sent: %+v", last)
		}

		w.buy(w.buyer("Ada", "ada@example.com", "", ""), ordertest.Line("TEA", 1))
		w.work()
		w.Actor.Permissions = auth.Permissions{"mail.list": true, "mail.get": true}
		if all := w.mails(""); len(all) != 1 || all[0].Template != "order_confirmation" {
			w.Errorf("who may not see users sees %d mails", len(all))
		}
		w.Refused("mail.get", mail.GetIn{ID: m.ID}, "not_found")
		w.Actor = auth.Internal("test")
	})
}
