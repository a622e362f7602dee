package sim

import (
	"context"
	"errors"
	"strings"

	"ordo/connect/mail"
	"ordo/engine/db"
)

// post is the mail server that customers are told by, with a ledger of its own.
type post struct {
	world *world
	taken map[string]int // by Message-ID: how often it came
	links []string       // tokens that people were sent, and have not forgotten
}

func newPost(w *world) *post {
	return &post{world: w, taken: map[string]int{}}
}

// Open connects, as a rule.
func (p *post) Open(context.Context) (mail.Connection, error) {
	if p.world.receivers.fails("mail server away", 10) {
		return nil, errors.New("the mail server took too long")
	}
	return p, nil
}

// Close ends nothing: each connection is the same.
func (p *post) Close() {}

// Send takes a message into the ledger, or says why not.
func (p *post) Send(m *mail.Message) mail.Outcome {
	w := p.world
	if m.To == "" || m.Subject == "" || m.Text == "" || m.HTML == "" {
		w.violated("mail", "message %s lacks something: %+v", m.ID, m)
	}
	fails := w.receivers.fails
	switch {
	case fails("mail wanted later", 15):
		return mail.Outcome{Fate: mail.Later, Answer: "451 come back"}
	case fails("mail refused", 60):
		return mail.Outcome{Fate: mail.Refused, Answer: "550 no such user"}
	case fails("mail cut off", 40):
		return mail.Outcome{Fate: mail.Later, Answer: "the connection was cut", Broken: true}
	case fails("mail lost on its way", 80):
		return mail.Outcome{Fate: mail.Lost, Answer: "the connection was cut", Broken: true}
	}
	p.taken[m.ID]++
	if _, link, found := strings.Cut(m.Text, "/console/welcome#"); found {
		p.links = append(p.links[max(0, len(p.links)-3):], link[:strings.IndexByte(link, '\n')])
	}
	if fails("mail server's answer lost", 30) {
		return mail.Outcome{Fate: mail.Lost, Answer: "the connection was cut", Broken: true}
	}
	return mail.Outcome{Fate: mail.Taken, Answer: "250 queued"}
}

// judgePost: no mail came more often than somebody wanted it sent, and the
// workspace knows of each what the server said.
func (w *world) judgePost(tx *db.Tx) error {
	all, err := mails(tx)
	if err != nil {
		return err
	}
	wanted, sent := map[string]int{}, map[string]bool{}
	for _, m := range all {
		wanted[m.message]++
		sent[m.message] = sent[m.message] || m.state == "sent" || m.state == "unknown"
		switch taken := w.post.taken[m.message]; m.state {
		case "sent":
			if taken == 0 {
				w.violated("mail", "mail %s is sent, and never came", m.id)
			}
		case "unknown":
		case "failed", "unsent":
			if taken >= wanted[m.message] {
				w.violated("mail", "mail %s is %s, and came %d times", m.id, m.state, taken)
			}
		default:
			w.violated("mail", "mail %s is %s in the end", m.id, m.state)
		}
		if m.state == "unsent" && m.reason != "recipient_required" {
			w.violated("mail", "mail %s is not sent: %s", m.id, m.reason)
		}
	}
	for _, id := range sortedKeys(w.post.taken) {
		if n := w.post.taken[id]; n > wanted[id] || !sent[id] {
			w.violated("mail", "message %s came %d times, and was to come %d times", id, n, wanted[id])
		}
		w.report.Judged.Mails += int64(w.post.taken[id])
	}
	return nil
}

// wordingOf is a template of mails with words.
func wordingOf(w *world, subject, body string) object {
	return object{"template": one(w, "order_confirmation", "shipment"), "language": one(w, "en", "de"), "subject": subject, "body": body}
}

// aboutMail generates the inputs of mails.
var aboutMail = map[string]generator{
	"mail.list": {"", 1, func(w *world, _ any) object {
		return object{"limit": 10, "filter": one(w, "", "state:unknown", "state:failed")}
	}},
	"mail.get":           {"", 1, need("mail")},
	"mail_template.list": {"", 1, fixed(object{})},
	"mail_template.reset": {"", 1, func(w *world, _ any) object {
		return object{"template": one(w, "order_confirmation", "shipment"), "language": one(w, "en", "de")}
	}},
	"mail_template.set": {"", 1, func(w *world, _ any) object {
		return wordingOf(w, w.next("News of {number} "), one(w, "Hello {name},\n\n{lines}\n\n{company}", "All of it: {everything}"))
	}},
	"mail_template.preview": {"", 1, func(w *world, _ any) object {
		return wordingOf(w, "News of {number}", "Hello {name},\n\n{lines}")
	}},
	"mail.resend": {"", 1, func(w *world, _ any) object {
		return w.named("mail", object{"recipient": one(w, "", "", "ada@example.com", "no address")})
	}},
}
