package mail_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"io"
	"math/big"
	"net"
	gomail "net/mail"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"

	"ordo/connect/mail"
)

// post is a real mail server on a socket of this machine, which behaves as it is
// told.
type post struct {
	*testing.T
	addr  string
	roots *tls.Config // that trusts it

	mu    sync.Mutex
	got   []letter
	names []string      // users who signed in
	rcpt  error         // what recipients are answered
	from  error         // what senders are answered
	data  error         // what a whole mail is answered
	deaf  bool          // whole mails are answered by the end of the connection
	slow  chan struct{} // whole mails are answered when it is closed

	listener *cut
}

// letter is a mail that came.
type letter struct {
	from, to string
	header   gomail.Header
	body     string
}

// cut is a listener whose connections can all be ended at once.
type cut struct {
	net.Listener
	mu    sync.Mutex
	conns []net.Conn
}

func (c *cut) Accept() (net.Conn, error) {
	one, err := c.Listener.Accept()
	if err == nil {
		c.mu.Lock()
		c.conns = append(c.conns, one)
		c.mu.Unlock()
	}
	return one, err
}

func (c *cut) end() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, one := range c.conns {
		one.Close()
	}
}

// newPost starts a mail server: with tls it offers STARTTLS.
func newPost(t *testing.T, encrypted bool) *post {
	t.Helper()
	p := &post{T: t}
	s := smtp.NewServer(p)
	s.Domain, s.AllowInsecureAuth, s.EnableSMTPUTF8 = "mail.test", false, true
	if encrypted {
		own, roots := certificate(t)
		s.TLSConfig, p.roots = own, roots
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p.listener, p.addr = &cut{Listener: l}, l.Addr().String()
	go s.Serve(p.listener)
	t.Cleanup(func() { s.Close() })
	return p
}

// certificate makes one for 127.0.0.1, and what trusts it.
func certificate(t *testing.T) (own, roots *tls.Config) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	c := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "mail.test"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign}
	der, err := x509.CreateCertificate(rand.Reader, c, c, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(parsed)
	return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}, &tls.Config{RootCAs: pool}
}

func (p *post) NewSession(*smtp.Conn) (smtp.Session, error) { return &session{post: p}, nil }

// change changes how the server behaves.
func (p *post) change(fn func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	fn()
}

// letters are what came.
func (p *post) letters() []letter {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]letter(nil), p.got...)
}

type session struct {
	*post
	now letter
}

func (s *session) AuthMechanisms() []string { return []string{sasl.Plain} }

func (s *session) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, username, password string) error {
		if password != "geheim!" {
			return smtp.ErrAuthFailed
		}
		s.change(func() { s.names = append(s.names, username) })
		return nil
	}), nil
}

func (s *session) Mail(from string, _ *smtp.MailOptions) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.now = letter{from: from}
	return s.from
}

func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.now.to = to
	return s.rcpt
}

func (s *session) Data(r io.Reader) error {
	b, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	m, err := gomail.ReadMessage(bytes.NewReader(b))
	if err != nil {
		s.Errorf("%s: %v", b, err)
		return err
	}
	body, _ := io.ReadAll(m.Body)
	s.now.header, s.now.body = m.Header, string(body)
	s.mu.Lock()
	slow, deaf, answer := s.slow, s.deaf, s.data
	if answer == nil {
		s.got = append(s.got, s.now)
	}
	s.mu.Unlock()
	if slow != nil {
		<-slow
	}
	if deaf {
		s.listener.end()
	}
	return answer
}

func (s *session) Reset()        {}
func (s *session) Logout() error { return nil }

// client is a way to the server; query is of its URL.
func (p *post) client(user, query string) *mail.SMTP {
	p.Helper()
	s, err := mail.NewSMTP("smtp://"+user+p.addr+query, mail.Options{From: "Kettle & Cö <orders@kettle.example>", Patience: 2 * time.Second, Roots: p.roots})
	if err != nil {
		p.Fatal(err)
	}
	return s
}

func message() *mail.Message {
	return &mail.Message{ID: "mai_1", At: begin, To: "ada@example.com", Language: "en", Subject: "Hello", Text: "plain\n", HTML: "<p>rich</p>"}
}

func send(t *testing.T, s *mail.SMTP, m *mail.Message) mail.Outcome {
	t.Helper()
	c, err := s.Open(t.Context())
	if err != nil {
		return mail.Outcome{Answer: err.Error()}
	}
	defer c.Close()
	return c.Send(m)
}

func TestAMailIsHandedOverEncryptedAndSignedIn(t *testing.T) {
	p := newPost(t, true)
	o := send(t, p.client("orders%40kettle.example:geheim%21@", ""), message())
	if o.Fate != mail.Taken || o.Broken {
		t.Fatalf("the outcome is %+v", o)
	}
	got := p.letters()
	if len(got) != 1 || got[0].from != "orders@kettle.example" || got[0].to != "ada@example.com" || p.names[0] != "orders@kettle.example" {
		t.Fatalf("came %+v by %v", got, p.names)
	}
	h := got[0].header
	for name, want := range map[string]string{"Message-Id": "<mai_1@kettle.example>", "To": "<ada@example.com>", "Subject": "Hello", "Auto-Submitted": "auto-generated", "Content-Language": "en",
		"Date": "Sun, 01 Mar 2026 12:00:00 +0000"} {
		if h.Get(name) != want {
			t.Errorf("%s is %q, want %q", name, h.Get(name), want)
		}
	}
	if !strings.HasPrefix(h.Get("Content-Type"), "multipart/alternative") || !strings.Contains(got[0].body, "plain") || !strings.Contains(got[0].body, "<p>rich</p>") {
		t.Errorf("the mail is %s\n%s", h.Get("Content-Type"), got[0].body)
	}
}

// An answer decides a mail; silence before it is handed over lets it wait, silence
// after it is not known.
func TestWhatAServerAnswersDecidesTheFateOfAMail(t *testing.T) {
	coded := func(code int, text string) error {
		return &smtp.SMTPError{Code: code, EnhancedCode: smtp.EnhancedCode{code / 100, 1, 1}, Message: text}
	}
	for name, c := range map[string]struct {
		change func(p *post)
		want   mail.Fate
		answer string
		came   int
	}{
		"takes it":                     {func(*post) {}, mail.Taken, "", 1},
		"wants it later":               {func(p *post) { p.rcpt = coded(451, "greylisted, come back") }, mail.Later, "451 4.1.1 greylisted", 0},
		"has no such recipient":        {func(p *post) { p.rcpt = coded(550, "no such user") }, mail.Refused, "550 5.1.1 no such user", 0},
		"has no room for it":           {func(p *post) { p.data = coded(452, "disk is full") }, mail.Later, "452 4.1.1 disk is full", 0},
		"takes it for spam":            {func(p *post) { p.data = coded(554, "spam") }, mail.Refused, "554 5.1.1 spam", 0},
		"does not want us":             {func(p *post) { p.from = coded(553, "sender not allowed") }, mail.Later, "553 5.1.1 sender not allowed", 0},
		"drops the line with the mail": {func(p *post) { p.deaf = true }, mail.Lost, "failed or was cut", 1},
		"takes it and does not say so": {func(p *post) { p.slow = make(chan struct{}); p.Cleanup(func() { close(p.slow) }) }, mail.Lost, "took too long", 1},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPost(t, true)
			c.change(p)
			o := send(t, p.client("", ""), message())
			if o.Fate != c.want || !strings.Contains(o.Answer, c.answer) || len(p.letters()) != c.came {
				t.Errorf("the outcome is %+v, and %d came", o, len(p.letters()))
			}
		})
	}
}

func TestNothingIsSentToAServerThatCanNotBeTrusted(t *testing.T) {
	bare, trusted := newPost(t, false), newPost(t, true)
	stranger := newPost(t, true)
	stranger.roots = trusted.roots
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	mute := &post{T: t, addr: silent.Addr().String()}
	closed := newPost(t, true)
	closed.listener.Close()
	for name, c := range map[string]struct {
		p          *post
		user, want string
	}{
		"that does not encrypt":     {bare, "orders:geheim%21@", "STARTTLS"},
		"that nobody vouches for":   {stranger, "orders:geheim%21@", "certificate of the mail server is not trusted"},
		"that refuses the password": {trusted, "orders:wrong@", "535"},
		"that says nothing":         {mute, "", "took too long"},
		"that is not there":         {closed, "", "failed or was cut"},
	} {
		t.Run(name, func(t *testing.T) {
			o := send(t, c.p.client(c.user, ""), message())
			if o.Fate != mail.Later || !strings.Contains(o.Answer, c.want) || strings.Contains(o.Answer, "geheim") || strings.Contains(o.Answer, "127.0.0.1") {
				t.Errorf("the outcome is %+v", o)
			}
			if len(c.p.letters()) > 0 || len(c.p.names) > 0 {
				t.Errorf("came %v from %v", c.p.letters(), c.p.names)
			}
		})
	}
	if o := send(t, bare.client("", "?tls=off"), message()); o.Fate != mail.Taken {
		t.Errorf("a server on the same machine is not used: %+v", o)
	}
}

func TestNoValueOfAHeaderBeginsAnother(t *testing.T) {
	p := newPost(t, true)
	m := message()
	m.Subject = "Grüße\r\nBcc: eve@example.com\r\n\r\n<script>\u202e \U0001F600"
	m.To = "grüße@münchen.example"
	if o := send(t, p.client("", ""), m); o.Fate != mail.Taken {
		t.Fatalf("the outcome is %+v", o)
	}
	got := p.letters()[0]
	if got.to != "grüße@xn--mnchen-3ya.example" || got.header.Get("Bcc") != "" {
		t.Errorf("came %+v", got)
	}
	d := decoded(t, got.header.Get("Subject"))
	if d != "Grüße Bcc: eve@example.com <script> \U0001F600" {
		t.Errorf("the subject is %q", d)
	}
	for _, to := range []string{"a@b\r\nRCPT TO:<eve@example.com>", "a@b, eve@example.com", "Ada <a@b.example>", "a", "@b.example", "a@", "a@b..example"} {
		m := message()
		m.To = to
		if o := send(t, p.client("", ""), m); o.Fate != mail.Refused {
			t.Errorf("%q: the outcome is %+v", to, o)
		}
	}
	if n := len(p.letters()); n != 1 {
		t.Errorf("%d mails came", n)
	}
}

func TestAnAddressOfAServerThatCanNotBeUsedIsRefusedWithoutItsPassword(t *testing.T) {
	for url, from := range map[string]string{
		"http://orders:geheim!@mail.example": "a@b.example", "smtp://": "a@b.example", "smtp://orders:geheim!@mail.example:587": "", "smtps://orders:geheim!@mail.example?tls=off": "a@b.example",
		"smtp://orders:geheim!%zz@mail.example": "a@b.example", "smtp://orders:geheim!@mail.example?tls=on": "a@b.example", "smtp://mail.example": "nobody",
	} {
		_, err := mail.NewSMTP(url, mail.Options{From: from})
		if err == nil || strings.Contains(err.Error(), "geheim") {
			t.Errorf("%s from %q: %v", url, from, err)
		}
	}
	if _, err := mail.NewSMTP("smtp://orders%40kettle.example:geheim@mail.example", mail.Options{}); err != nil {
		t.Errorf("who signs in by an address sends from it: %v", err)
	}
}
