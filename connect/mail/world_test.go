package mail_test

import (
	"context"
	"errors"
	"fmt"
	"mime"
	"strings"
	"testing"
	"time"

	"ordo/base/clock"
	"ordo/connect/mail"
	"ordo/engine/db"
	"ordo/engine/db/dbtest"
	"ordo/engine/event"
	"ordo/engine/number"
	"ordo/engine/query"
	"ordo/execution/fulfillment"
	"ordo/policy/account"
	"ordo/policy/setting"
	"ordo/resource/payment"
	"ordo/sales/order"
	"ordo/sales/order/ordertest"
	"ordo/trade/customer"
	"ordo/trade/tradetest"
)

var begin = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// world is a shop that tells its customers by mail, whose clock stands still.
type world struct {
	*testing.T
	*ordertest.Shop
	clock  *clock.Manual
	server *fake
	sender *mail.Sender
}

// each runs a test on both databases.
func each(t *testing.T, fn func(w *world)) {
	for name, url := range map[string]func(*testing.T) string{"sqlite": dbtest.SQLite, "postgres": dbtest.Postgres} {
		t.Run(name, func(t *testing.T) {
			c := clock.NewManual(begin)
			fn(newWorld(t, dbtest.Open(t, url(t), db.Options{Clock: c}), c))
		})
	}
}

func newWorld(t *testing.T, d *db.DB, c *clock.Manual) *world {
	w := &world{T: t, clock: c, server: &fake{}}
	w.Shop = ordertest.Open(t, d, fulfillment.Operations(number.NewSource()), payment.Operations, mail.Operations, setting.Operations, account.Operations)
	w.Sealer.Clock = c
	w.Reactions = append(w.Reactions, event.Reaction{On: order.Placed.Name, Do: fulfillment.Plan}, event.Reaction{On: order.Released.Name, Do: fulfillment.Follow}, event.Reaction{On: order.Canceled.Name, Do: fulfillment.Follow})
	for _, moving := range payment.Moving {
		w.Reactions = append(w.Reactions, event.Reaction{On: moving.Name, Do: order.OnMoney})
	}
	w.sender = &mail.Sender{Engine: w.Engine, Server: w.server}
	tradetest.Do[*setting.Workspace](w.Shop.Shop, "setting.update", setting.UpdateIn{Facts: setting.Facts{Company: "Kettle & Co", Currency: "GBP", TaxCountry: "GB", TimeZone: "Europe/London", Language: "en"}})
	return w
}

// seal gives events their place in the log.
func (w *world) seal() {
	w.Helper()
	w.clock.Advance(time.Second) // so that the sealer looks
	for n := 1; n > 0; {
		var err error
		if n, err = w.Sealer.Seal(w.Context()); err != nil {
			w.Fatal(err)
		}
	}
}

// work has everything done that is due.
func (w *world) work() {
	w.Helper()
	w.seal()
	for did := true; did; {
		var err error
		if did, err = w.sender.Step(w.Context()); err != nil {
			w.Fatal(err)
		}
	}
}

// buyer adds a customer with an address.
func (w *world) buyer(name, address, language, zone string) string {
	w.Helper()
	return tradetest.Do[*customer.Customer](w.Shop.Shop, "customer.create", customer.CreateIn{Facts: customer.Facts{
		Terms:   customer.Terms{Type: "retail", Active: true, OnAccount: true, PaymentTermsDays: 30, Language: language, TimeZone: zone},
		Contact: customer.Contact{Name: name, Email: address},
	}}).ID
}

// buy lets a customer place an order.
func (w *world) buy(customer string, lines ...order.LineIn) *order.Order {
	w.Helper()
	a := w.Agreement(lines...)
	a.CustomerID = customer
	return w.Do("order.place", order.PlaceIn{Agreement: a})
}

// mails are those of an order, or of all, oldest first.
func (w *world) mails(order string) []*mail.Mail {
	w.Helper()
	in := query.Input{Sort: "created"}
	in.Limit = 200
	if order != "" {
		in.Filter = "order:" + order
	}
	return tradetest.Do[query.Rows[*mail.Mail]](w.Shop.Shop, "mail.list", in).Items
}

func (w *world) mail(id string) *mail.Mail {
	w.Helper()
	return tradetest.Do[*mail.Mail](w.Shop.Shop, "mail.get", mail.GetIn{ID: id})
}

// states are those of an order's mails, in short.
func (w *world) states(order string) string {
	w.Helper()
	var all []string
	for _, m := range w.mails(order) {
		all = append(all, strings.TrimSpace(fmt.Sprintf("%s %s %s", m.Template, m.State, m.Reason)))
	}
	return strings.Join(all, ", ")
}

// fake is a mail server that does as it is told.
type fake struct {
	got     []*mail.Message
	closed  error // why nobody can connect
	outcome mail.Outcome
	meet    func() // called while a mail is on its way
}

func (f *fake) Open(context.Context) (mail.Connection, error) {
	if f.closed != nil {
		return nil, f.closed
	}
	return f, nil
}

func (f *fake) Close() {}

func (f *fake) Send(m *mail.Message) mail.Outcome {
	if f.meet != nil {
		f.meet()
	}
	if f.outcome.Fate == mail.Taken || f.outcome.Fate == mail.Lost {
		f.got = append(f.got, m)
	}
	return f.outcome
}

// takes lets the server take everything.
func (f *fake) takes() *fake {
	f.outcome, f.closed = mail.Outcome{Fate: mail.Taken, Answer: "250 queued"}, nil
	return f
}

var errClosed = errors.New("the mail server took too long")

func decoded(t *testing.T, header string) string {
	t.Helper()
	text, err := (&mime.WordDecoder{}).DecodeHeader(header)
	if err != nil {
		t.Fatal(err)
	}
	return text
}
