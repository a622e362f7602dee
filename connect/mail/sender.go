package mail

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"ordo/base/clock"
	"ordo/engine/auth"
	"ordo/engine/command"
	"ordo/engine/db"
)

const (
	poll   = time.Second           // for what other processes, and commands, want to have sent
	breath = 50 * time.Millisecond // between two looks, however much is sealed
	lease  = 2 * time.Minute       // on a mail that is being sent; longer than that lasts
	batch  = 200                   // events taken from the log at once
	atOnce = 50                    // mails over one connection
)

var errElsewhere = errors.New("mail: another process sends it")

// Schedule is the pauses between the tries of a mail that can't have arrived:
// three days and a bit. Servers that let strangers wait take it after minutes.
var Schedule = []time.Duration{
	time.Minute, 5 * time.Minute, 10 * time.Minute, 20 * time.Minute, time.Hour, 2 * time.Hour, 4 * time.Hour, 8 * time.Hour, 12 * time.Hour, 20 * time.Hour, 26 * time.Hour,
}

// Server takes mails on their way.
type Server interface {
	// Open connects. Nothing has been sent if it fails.
	Open(ctx context.Context) (Connection, error)
}

// Connection is one to a mail server.
type Connection interface {
	Send(m *Message) Outcome
	Close()
}

// Message is a mail as it is handed over.
type Message struct {
	ID       string // that its Message-ID is made of
	At       time.Time
	To       string
	Language string
	Subject  string
	Text     string
	HTML     string
}

// Fate is what became of a message.
type Fate int

const (
	Later   Fate = iota // it was not taken and can't have arrived
	Taken               // the server took it
	Refused             // the server refuses it, or its recipient, for good
	Lost                // it was handed over, and the answer got lost
)

// Outcome is what came of sending a message.
type Outcome struct {
	Fate   Fate
	Answer string // of the server, or what was wrong
	Broken bool   // the connection can't be used any more
}

// Sender takes events from the log and sends mails about them. Any number of
// processes may run one.
type Sender struct {
	Engine *command.Engine
	Server Server // nil: nothing is sent, and each mail says so
	Base   string // where people reach the server, such as https://ordo.example.com: begins links
}

// Run sends until ctx ends.
func (s *Sender) Run(ctx context.Context) {
	for ctx.Err() == nil {
		sealed := s.Engine.Sealer.Sealed()
		did, err := s.Step(ctx)
		if db.Unexpected(ctx, err) {
			slog.Error("sending mail failed", "error", err)
		}
		if err != nil || !did {
			wait(ctx, sealed)
		}
		clock.System.Sleep(ctx, breath)
	}
}

// wait returns when something was sealed, or after a poll.
func wait(ctx context.Context, sealed <-chan struct{}) {
	waiting, stop := context.WithTimeout(ctx, poll)
	defer stop()
	select {
	case <-sealed:
	case <-waiting.Done():
	}
}

// Step takes some events from the log and sends some of what is due. It tells
// whether that was anything.
func (s *Sender) Step(ctx context.Context) (did bool, err error) {
	n, err := s.follow().Step(ctx, s.Engine.DB)
	if err != nil {
		return false, err
	}
	var ids []string
	var lapsed bool
	if err := s.Engine.DB.Read(ctx, func(tx *db.Tx) (err error) { ids, lapsed, err = due(tx, atOnce); return err }); err != nil {
		return false, err
	}
	if lapsed {
		err = s.tx(ctx, func(tx *db.Tx) error { lapse(tx); return nil })
	}
	switch {
	case err != nil || len(ids) == 0:
	case s.Server == nil:
		err = s.tx(ctx, func(tx *db.Tx) error { unsend(tx, "no_mail_server", false); return nil })
	default:
		err = s.send(ctx, ids)
	}
	return n > 0 || lapsed || len(ids) > 0, err
}

// tx runs fn as the sender.
func (s *Sender) tx(ctx context.Context, fn func(tx *db.Tx) error) error {
	return s.Engine.DB.Tx(ctx, func(tx *db.Tx) error {
		tx.Actor = auth.Internal(consumer)
		return fn(tx)
	})
}

// send sends mails over one connection, one after the other.
func (s *Sender) send(ctx context.Context, ids []string) error {
	c, err := s.Server.Open(ctx)
	if err != nil {
		if ctx.Err() != nil {
			return nil
		}
		return s.postpone(ctx, ids, err.Error())
	}
	defer c.Close()
	for _, id := range ids {
		m, err := s.claim(ctx, id)
		if err != nil {
			return err
		}
		if m == nil {
			continue
		}
		o := c.Send(&Message{ID: m.messageID, At: s.Engine.DB.Clock.Now(), To: m.Recipient, Language: m.Language, Subject: m.Subject, Text: m.Text, HTML: m.HTML})
		err = s.tx(context.WithoutCancel(ctx), func(tx *db.Tx) error {
			after := *m
			after.judge(o, tx.Now)
			record(tx, &after)
			return nil
		})
		if err != nil || o.Broken || ctx.Err() != nil {
			return err
		}
	}
	return nil
}

// claim takes a mail that waits, written if it was not, to be sent now. It returns
// nil if there is nothing to send.
func (s *Sender) claim(ctx context.Context, id string) (m *Mail, err error) {
	err = s.tx(ctx, func(tx *db.Tx) (err error) {
		if m, err = get(tx, id, tx.ForUpdate()); err != nil {
			return err
		}
		if m.State != "waiting" || m.NextAt > clock.Stamp(tx.Micros()) {
			return errElsewhere
		}
		open := true
		switch {
		case m.secret():
			open, err = s.writeLink(tx, m)
		case m.Language == "":
			err = write(tx, m)
		}
		if err != nil {
			return err
		}
		switch {
		case !open:
			m.State, m.Reason, m.EndedAt = "failed", "expired", clock.Stamp(tx.Micros())
		case m.Recipient == "":
			m.State, m.Reason, m.EndedAt = "unsent", "recipient_required", clock.Stamp(tx.Micros())
		default:
			m.State, m.leaseUntil = "sending", clock.At(tx.Now.Add(lease))
			m.Tries++
		}
		stored := *m
		if m.secret() {
			stored.Text, stored.HTML = "", ""
		}
		claim(tx, &stored)
		return nil
	})
	if errors.Is(err, errElsewhere) || err == nil && m.State != "sending" {
		return nil, nil
	}
	return m, err
}

// postpone lets mails wait whose server can't be reached.
func (s *Sender) postpone(ctx context.Context, ids []string, why string) error {
	slog.Warn("the mail server can't be used", "error", why, "waiting", len(ids))
	return s.tx(context.WithoutCancel(ctx), func(tx *db.Tx) error {
		for _, id := range ids {
			m, err := Get(tx, id)
			if err != nil {
				return err
			}
			if m.State == "waiting" {
				m.Tries++
				m.judge(Outcome{Answer: why}, tx.Now)
				postpone(tx, m)
			}
		}
		return nil
	})
}

// judge decides what becomes of a mail after a try.
func (m *Mail) judge(o Outcome, now time.Time) {
	m.Answer, m.State, m.Reason, m.EndedAt = printable(o.Answer), "waiting", "", clock.At(now)
	switch {
	case o.Fate == Taken:
		m.State = "sent"
	case o.Fate == Refused:
		m.State, m.Reason = "failed", "refused"
	case o.Fate == Lost:
		m.State, m.Reason = "unknown", "answer_lost"
	case m.Tries > int64(len(Schedule)):
		m.State, m.Reason = "failed", "expired"
	default:
		m.NextAt, m.EndedAt = clock.At(now.Add(Schedule[max(m.Tries-1, 0)])), 0
	}
}
