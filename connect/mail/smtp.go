package mail

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/mail"
	"net/textproto"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	gomail "github.com/wneessen/go-mail"
	"github.com/wneessen/go-mail/smtp"
	"golang.org/x/net/idna"
)

// patience is how long connecting, and then handing one mail over, may take.
const patience = 30 * time.Second

// SMTP is a mail server that is reached by SMTP.
type SMTP struct {
	client   *gomail.Client
	from     *mail.Address
	patience time.Duration
}

// Options of a mail server.
type Options struct {
	From     string        // who sends, such as "Kettle & Co <orders@kettle.example>"; the user of the URL if empty
	Patience time.Duration // 30 seconds if 0
	Roots    *tls.Config   // which certificates are trusted; those of the machine if nil
}

// NewSMTP returns the server at a URL: smtp://user:password@host:587, which has to
// offer STARTTLS, or smtps:// for TLS from the start. With ?tls=off nothing is
// encrypted, which is for servers on the same machine. No error tells the
// password.
func NewSMTP(address string, o Options) (*SMTP, error) {
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" || u.Scheme != "smtp" && u.Scheme != "smtps" || strings.Trim(u.Path, "/") != "" {
		return nil, errors.New("the mail server is no URL like smtp://user:password@mail.example.com:587 or smtps://…; special characters in the password are written as %XX")
	}
	off := u.Query().Get("tls") == "off"
	if off && u.Scheme == "smtps" || u.Query().Has("tls") && !off {
		return nil, errors.New("of the mail server's URL, ?tls can be off only, and only with smtp://")
	}
	if o.From == "" && strings.Contains(u.User.Username(), "@") {
		o.From = u.User.Username()
	}
	from, err := mail.ParseAddress(o.From)
	if err != nil {
		return nil, fmt.Errorf("say who sends mails by --mail-from or ORDO_MAIL_FROM, such as \"Kettle & Co <orders@kettle.example>\"; %q is no address", o.From)
	}
	if from.Address, err = ascii(from.Address); err != nil {
		return nil, fmt.Errorf("the address %q can't send mails: %w", o.From, err)
	}
	s := &SMTP{from: from, patience: cmp.Or(o.Patience, patience)}
	s.client, err = gomail.NewClient(u.Hostname(), append(s.options(u, off, o), gomail.WithHELO(s.hello()))...)
	return s, err
}

func (s *SMTP) options(u *url.URL, off bool, o Options) []gomail.Option {
	trusted := &tls.Config{MinVersion: tls.VersionTLS12}
	if o.Roots != nil {
		trusted = o.Roots.Clone()
	}
	trusted.ServerName = u.Hostname()
	all := []gomail.Option{gomail.WithTimeout(s.patience), gomail.WithTLSConfig(trusted), gomail.WithTLSPolicy(gomail.TLSMandatory)}
	port := 587
	switch {
	case u.Scheme == "smtps":
		all, port = append(all, gomail.WithSSL()), 465
	case off:
		all = append(all, gomail.WithTLSPolicy(gomail.NoTLS))
	}
	if n, err := strconv.Atoi(u.Port()); err == nil {
		port = n
	}
	if password, ok := u.User.Password(); ok {
		all = append(all, gomail.WithSMTPAuth(gomail.SMTPAuthAutoDiscover), gomail.WithUsername(u.User.Username()), gomail.WithPassword(password))
	}
	return append(all, gomail.WithPort(port))
}

// hello is the name by which servers are greeted: of this machine if it is a full
// one, else of the sender's domain.
func (s *SMTP) hello() string {
	if name, err := os.Hostname(); err == nil && strings.Contains(name, ".") {
		return name
	}
	return s.domain()
}

func (s *SMTP) domain() string {
	return s.from.Address[strings.LastIndex(s.from.Address, "@")+1:]
}

// Open connects, encrypts and signs in.
func (s *SMTP) Open(ctx context.Context) (Connection, error) {
	c, err := s.client.DialToSMTPClientWithContext(ctx)
	if err != nil {
		return nil, errors.New(s.why(err))
	}
	return &connection{s, c}, nil
}

// why is what is wrong, for people who may see mails and need not know addresses of
// the network.
func (s *SMTP) why(err error) string {
	answer, hasAnswer := errors.AsType[*textproto.Error](err)
	timeout, hasTimeout := errors.AsType[net.Error](err)
	_, isDNS := errors.AsType[*net.DNSError](err)
	_, isOp := errors.AsType[*net.OpError](err)
	_, untrusted := errors.AsType[*tls.CertificateVerificationError](err)
	switch {
	case hasAnswer:
		return fmt.Sprintf("%d %s", answer.Code, answer.Msg)
	case isDNS:
		return "the name of the mail server can't be resolved"
	case untrusted:
		return "the certificate of the mail server is not trusted"
	case hasTimeout && timeout.Timeout() || errors.Is(err, os.ErrDeadlineExceeded):
		return "the mail server took too long"
	case isOp, errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return "the connection to the mail server failed or was cut"
	}
	return err.Error()
}

type connection struct {
	server *SMTP
	client *smtp.Client
}

// Close says goodbye, as far as the server listens.
func (c *connection) Close() { _ = c.server.client.CloseWithSMTPClient(c.client) }

// Send hands a message over.
func (c *connection) Send(m *Message) Outcome {
	msg, to, err := c.server.message(m)
	if err != nil {
		return Outcome{Fate: Refused, Answer: "the address can't be used: " + err.Error()}
	}
	if err := c.client.UpdateDeadline(c.server.patience); err != nil {
		return c.failed(Later, err)
	}
	if err := c.client.Mail("<" + c.server.from.Address + ">"); err != nil {
		return c.failed(Later, err) // it may refuse us, not the recipient
	}
	if err := c.client.Rcpt("<" + to + ">"); err != nil {
		return c.refused(err)
	}
	w, err := c.client.Data()
	if err != nil {
		return c.refused(err)
	}
	if _, err := msg.WriteTo(w); err != nil {
		return c.failed(Later, err) // it lacks its end
	}
	if err := w.Close(); err != nil {
		if _, answered := errors.AsType[*textproto.Error](err); !answered {
			return c.failed(Lost, err)
		}
		return c.refused(err)
	}
	o := Outcome{Fate: Taken}
	if d, ok := w.(*smtp.DataCloser); ok {
		o.Answer = "250 " + d.ServerResponse()
	}
	return o
}

// refused is an answer that is no success: from 500 on it is final.
func (c *connection) refused(err error) Outcome {
	if answer, answered := errors.AsType[*textproto.Error](err); answered && answer.Code >= 500 {
		return c.failed(Refused, err)
	}
	return c.failed(Later, err)
}

// failed is an outcome after which the next mail can be sent only if the server
// answered, and forgets this one.
func (c *connection) failed(f Fate, err error) Outcome {
	_, answered := errors.AsType[*textproto.Error](err)
	return Outcome{Fate: f, Answer: c.server.why(err), Broken: !answered || c.client.Reset() != nil}
}

// message is a mail in its parts. Every value of a header is encoded, so that none
// of them begins another.
func (s *SMTP) message(m *Message) (msg *gomail.Msg, to string, err error) {
	if !deliverable(m.To) {
		return nil, "", fmt.Errorf("%q is no mail address", m.To)
	}
	if to, err = ascii(m.To); err != nil {
		return nil, "", err
	}
	msg = gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	msg.FromMailAddress(s.from)
	if err := msg.To(to); err != nil {
		return nil, "", err
	}
	msg.SetMessageIDWithValue(m.ID + "@" + s.domain())
	msg.SetDateWithValue(m.At)
	msg.Subject(oneLine(m.Subject))
	msg.SetGenHeader("Auto-Submitted", "auto-generated")
	msg.SetGenHeader("Content-Language", m.Language)
	msg.SetBodyString(gomail.TypeTextPlain, m.Text)
	msg.AddAlternativeString(gomail.TypeTextHTML, m.HTML)
	return msg, to, nil
}

// deliverable tells whether a text is a mail address alone.
func deliverable(address string) bool {
	a, err := mail.ParseAddress(address)
	if err != nil || a.Name != "" || a.Address != strings.TrimSpace(address) {
		return false
	}
	_, err = ascii(a.Address)
	return err == nil
}

// ascii is the address with its domain as servers write it. What stands before the
// @ may have any letters.
func ascii(address string) (string, error) {
	at := strings.LastIndex(address, "@")
	domain, err := idna.Lookup.ToASCII(address[at+1:])
	if err != nil || at < 1 {
		return "", fmt.Errorf("%q has no domain that mails can be sent to", address)
	}
	return address[:at+1] + domain, nil
}

// oneLine is a text without line breaks and other control characters, and without
// those that turn the direction of what follows.
func oneLine(text string) string {
	return strings.Join(strings.Fields(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r >= 0x202A && r <= 0x202E || r >= 0x2066 && r <= 0x2069 || r == utf8.RuneError {
			return ' '
		}
		return r
	}, text)), " ")
}

// answerKept is how many bytes of an answer are kept.
const answerKept = 1000

// printable is text that both databases take, cut to what is kept.
func printable(text string) string {
	text = oneLine(strings.ToValidUTF8(text, " "))
	return strings.ToValidUTF8(text[:min(len(text), answerKept)], "")
}
