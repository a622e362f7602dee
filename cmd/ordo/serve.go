package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"runtime"
	"strings"
	"time"

	"ordo/connect/mail"
	"ordo/engine/db"
	"ordo/policy/account"
)

// serveCmd serves a workspace.
type serveCmd struct {
	database
	listen
	mailing
	continuous
	profiled
}

// listen is where to serve, and who may be called from there.
type listen struct {
	Addr         string `help:"Address to listen on." default:":8080" env:"ORDO_ADDR"`
	WebhookLocal bool   `help:"Let webhooks go to http and to addresses of this machine: for development only." env:"ORDO_WEBHOOK_LOCAL"`
}

// mailing is how customers are told of their orders.
type mailing struct {
	SMTP     string `help:"Mail server that customers are told by: smtp://user:password@host:587, which has to offer STARTTLS, or smtps://; without one each mail says that it was not sent." placeholder:"URL" env:"ORDO_SMTP"`
	URL      string `help:"Where people reach this server, such as https://ordo.example.com: begins links in mails; the address that it listens on if not given." placeholder:"URL" env:"ORDO_URL"`
	MailFrom string `help:"Who sends mails, such as \"Kettle & Co <orders@kettle.example>\"; the user of the mail server if not given." placeholder:"ADDRESS" env:"ORDO_MAIL_FROM"`
}

// server is the mail server that was asked for; nil if none was.
func (m mailing) server() (mail.Server, error) {
	if m.SMTP == "" {
		return nil, nil
	}
	return mail.NewSMTP(m.SMTP, mail.Options{From: m.MailFrom})
}

// Run serves until it is told to stop.
func (c *serveCmd) Run(ctx context.Context) error {
	shipper, err := c.shipper(ctx, &c.Database)
	if err != nil {
		return err
	}
	h, err := open(ctx, c.Database, db.Options{})
	if err != nil {
		return err
	}
	defer h.close()
	h.guard.Local = c.WebhookLocal
	if h.mail.Server, err = c.server(); err != nil {
		return err
	}
	if shipper != nil {
		shipper.DB, h.shipper = h.db, shipper
	}
	end, err := c.profile()
	if err != nil {
		return err
	}
	defer end()
	return h.serve(ctx, c.Addr, func(base string) error {
		h.mail.Base = strings.TrimSuffix(cmp.Or(c.URL, base), "/")
		fmt.Printf("Ordo %s serves %s on %s\n", version, h.db.Name, base)
		token, err := account.FirstAdminLink(context.WithoutCancel(ctx), h.db) // told to stop now, it ends well
		if err == nil && token != "" {
			fmt.Printf("There is no user yet. Set it up here, within a day: %s/?setup=%s\n", base, token)
		}
		return err
	})
}

// grace is how long requests that run may take when the server is told to stop.
const grace = 10 * time.Second

// headroom is how much the collector takes for part of the heap though it is
// never touched, and so takes no memory. The collector runs whenever the heap has
// doubled: of 15 MB that would be every hundred orders, and a seventh of the
// processors' time. A large heap hardly grows by it, as it would by GOGC.
const headroom = 64 << 20

// serve starts the workers and serves on addr until ctx ends. ready is told
// the base URL once connections are taken, before they are answered.
func (h *house) serve(ctx context.Context, addr string, ready func(base string) error) error {
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return fmt.Errorf("can't listen on %s: %w; choose another address with --addr or ORDO_ADDR", addr, err)
	}
	if err := ready(baseURL(l.Addr())); err != nil { // first: who waits for an answer may read what it prints
		return errors.Join(err, l.Close())
	}
	h.start()
	ballast := make([]byte, headroom)
	defer runtime.KeepAlive(ballast)
	s := &http.Server{Handler: h.handler(), ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute}
	failed := make(chan error, 1)
	go func() { failed <- s.Serve(l) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	h.drain()
	patience, stop := context.WithTimeout(context.Background(), grace)
	defer stop()
	if err := s.Shutdown(patience); err != nil {
		slog.Warn("requests were cut off that did not end in time", "after", grace)
		return s.Close()
	}
	return nil
}

// baseURL is how a person on this machine reaches the address.
func baseURL(a net.Addr) string {
	host, port, err := net.SplitHostPort(a.String())
	if ip := net.ParseIP(host); err == nil && (ip == nil || ip.IsUnspecified()) {
		host = "localhost"
	}
	return "http://" + net.JoinHostPort(host, port)
}
