package order_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"ordo/base/clock"
	"ordo/base/money"
	"ordo/engine/command"
	"ordo/engine/db"
	"ordo/engine/db/dbtest"
	"ordo/engine/event"
	"ordo/engine/job"
	"ordo/engine/number"
	"ordo/resource/payment"
	"ordo/resource/payment/testgateway"
	"ordo/sales/order"
	"ordo/trade/catalog"
	"ordo/trade/channel"
	"ordo/trade/customer"
	"ordo/trade/location"
	"ordo/trade/pricing"
	"ordo/trade/tax"
	"ordo/trade/tradetest"
)

// till is a workspace that sells advice at 10.00 and repairs at 33.33, shipped
// for 3.95, with a test gateway behind it.
type till struct {
	*tradetest.Shop
	t                         *testing.T
	clock                     *clock.Manual
	jobs                      *job.Worker
	tell                      payment.Callback
	gateway                   *mute
	channel, customer, method string
}

// mute is a gateway that neither gets nor answers calls of some kinds.
type mute struct {
	payment.Gateway
	kinds     string
	meanwhile func() // what happens while it authorizes, once
}

func (m *mute) Authorize(ctx context.Context, r payment.Request) (payment.Result, error) {
	if do := m.meanwhile; do != nil {
		m.meanwhile = nil
		do()
	}
	return m.Gateway.Authorize(ctx, r)
}

func (m *mute) Capture(ctx context.Context, r payment.Request) (payment.Result, error) {
	if strings.Contains(m.kinds, payment.KindCapture) {
		return payment.Result{}, payment.ErrNoAnswer
	}
	return m.Gateway.Capture(ctx, r)
}

func (m *mute) Refund(ctx context.Context, r payment.Request) (payment.Result, error) {
	if strings.Contains(m.kinds, payment.KindRefund) {
		return payment.Result{}, payment.ErrNoAnswer
	}
	return m.Gateway.Refund(ctx, r)
}

func (m *mute) Cancel(ctx context.Context, r payment.Request) (payment.Result, error) {
	if strings.Contains(m.kinds, payment.KindCancel) {
		return payment.Result{}, payment.ErrNoAnswer
	}
	return m.Gateway.Cancel(ctx, r)
}

// eachTill runs a test on both databases and checks the books at its end.
func eachTill(t *testing.T, fn func(s *till)) {
	t.Helper()
	c := clock.NewManual(time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC))
	dbtest.Each(t, db.Options{Clock: c}, func(t *testing.T, d *db.DB) {
		s := openTill(t, d, c)
		fn(s)
		s.sound()
	})
}

func openTill(t *testing.T, d *db.DB, c *clock.Manual) *till {
	t.Helper()
	numbers := number.NewSource()
	s := &till{t: t, clock: c, Shop: tradetest.Open(t, d, location.Operations, channel.Operations(numbers), customer.Operations(numbers), catalog.Operations, tax.Operations,
		pricing.Operations, order.Operations(numbers), payment.Operations, testgateway.Operations)}
	s.Anchors = []command.AnchorKind{order.Anchor}
	for _, e := range payment.Moving {
		s.Reactions = append(s.Reactions, event.Reaction{On: e.Name, Name: "sum up the order's payments", Do: order.OnMoney})
	}
	run := payment.Recorder(s.Engine)
	s.tell = payment.Callbacks(d, run)
	s.gateway = &mute{Gateway: testgateway.Gateway{DB: d}}
	s.Effects.Performers = payment.Performers(run, map[string]payment.Gateway{payment.Test: s.gateway})
	s.jobs = &job.Worker{DB: d, Kinds: map[string]job.Kind{testgateway.ConfirmJob: {Do: testgateway.Confirm(d, s.tell)}}}
	s.stock()
	return s
}

// stock adds what is sold, to whom and where.
func (s *till) stock() {
	list := tradetest.Do[*catalog.PriceList](s.Shop, "price_list.create", catalog.CreatePriceListIn{PriceListFacts: catalog.PriceListFacts{Code: "list", Name: "List"}, Currency: "GBP", TaxInclusive: true}).ID
	s.channel = tradetest.Do[*channel.Channel](s.Shop, "channel.create", channel.CreateIn{Facts: channel.Facts{
		Code: "web", Name: "Web", Kind: "online_store", Currency: "GBP", PriceListID: list, NumberPattern: "SO-{seq}", TimeZone: "Europe/London", TaxCountry: "GB",
		PaymentMethods: []string{"on_account", "cash", "test"}, Assortment: "all", Active: true,
	}}).ID
	s.customer = tradetest.Do[*customer.Customer](s.Shop, "customer.create", customer.CreateIn{Facts: customer.Facts{
		Terms: customer.Terms{Type: "retail", Active: true, OnAccount: true}, Contact: customer.Contact{Name: "Ada Byron"}}}).ID
	variant := func(sku string) catalog.VariantFacts {
		return catalog.VariantFacts{SKU: sku, Title: sku, Kind: "service", Unit: "each", TaxClass: "standard", Active: true}
	}
	tradetest.Do[*catalog.Product](s.Shop, "product.create", catalog.CreateIn{ProductFacts: catalog.ProductFacts{Title: "Services"}, Variants: []catalog.VariantFacts{variant("ADVICE"), variant("REPAIR"), variant("GIFT")}})
	tradetest.Do[*catalog.PriceList](s.Shop, "price.set", catalog.SetPricesIn{ID: list, Prices: []catalog.PriceRow{{SKU: "ADVICE", UnitPrice: 10_000_000}, {SKU: "REPAIR", UnitPrice: 33_330_000}, {SKU: "GIFT"}}})
	s.method = tradetest.Do[*pricing.Method](s.Shop, "shipping_method.create", pricing.CreateMethodIn{MethodFacts: pricing.MethodFacts{
		Code: "parcel", Name: "Parcel", Kind: "flat", Currency: "GBP", TaxClass: "standard", Active: true, Table: []pricing.Step{{Amount: 395}}}}).ID
}

// asked is an order of three hours of advice, 30.00 in all.
func (s *till) asked(p *order.PaymentIn) order.PlaceIn {
	var in order.PlaceIn
	in.ChannelID, in.CustomerID, in.Payment = s.channel, s.customer, p
	in.Lines = []order.LineIn{{SKU: "ADVICE", Quantity: 3_000}}
	return in
}

// place places that order.
func (s *till) place(p *order.PaymentIn) *order.Order {
	s.t.Helper()
	return s.do("place", s.asked(p))
}

// do runs a command of an order, each a little later than the one before.
func (s *till) do(name string, in any) *order.Order {
	s.t.Helper()
	s.clock.Advance(time.Millisecond)
	return tradetest.Do[*order.Order](s.Shop, "order."+name, in)
}

func (s *till) get(id string) *order.Order {
	s.t.Helper()
	return s.do("get", order.GetIn{ID: id})
}

// cash pays an amount at the counter.
func (s *till) cash(id string, minor int64) *order.Order {
	s.t.Helper()
	return s.do("pay", order.PayIn{ID: id, Method: payment.Cash, Amount: pounds(minor)})
}

// paid places an order that the gateway promised and took all money of.
func (s *till) paid() *order.Order {
	s.t.Helper()
	o := s.place(&order.PaymentIn{Method: payment.Test, Token: "tok_approve"})
	return s.do("capture", order.CaptureIn{ID: o.ID})
}

// grant promises an amount back and returns the refund.
func (s *till) grant(id string, minor int64) string {
	s.t.Helper()
	s.do("grant_refund", order.GrantRefundIn{ID: id, Reason: "goodwill", Amount: pounds(minor)})
	all := s.refunds(id)
	return all[len(all)-1].ID
}

func (s *till) payments(id string) (all []*payment.Payment) {
	s.t.Helper()
	s.Read(func(tx *db.Tx) error { all = nil; return tx.Load(payment.OfOrder(id, &all)) })
	return all
}

func (s *till) refunds(id string) (all []*payment.Refund) {
	s.t.Helper()
	s.Read(func(tx *db.Tx) error { all = nil; return tx.Load(payment.RefundsOf(id, &all)) })
	return all
}

// pay returns payment i of an order with its attempts.
func (s *till) pay(id string, i int) *payment.Payment {
	s.t.Helper()
	return tradetest.Do[*payment.Payment](s.Shop, "payment.get", payment.GetIn{ID: s.payments(id)[i].ID})
}

// later moves the clock and does what is due: effects, then jobs.
func (s *till) later(d time.Duration) {
	s.t.Helper()
	s.clock.Advance(d)
	if _, err := s.Effects.Sweep(s.t.Context()); err != nil {
		s.t.Fatal(err)
	}
	for worked := true; worked; {
		var err error
		if worked, err = s.jobs.Step(s.t.Context()); err != nil {
			s.t.Fatal(err)
		}
	}
}

// is checks the payment status of an order, and what it adds up.
func (s *till) is(id, status string, authorized, captured, refunded int64) {
	s.t.Helper()
	o := s.get(id)
	got := fmt.Sprint(o.PaymentStatus, " ", o.Authorized.Amount, " ", o.Captured.Amount, " ", o.Refunded.Amount)
	if want := fmt.Sprint(status, " ", authorized, " ", captured, " ", refunded); got != want {
		s.t.Errorf("the order is %s, want %s", got, want)
	}
}

// wrote checks the types of the events of a subject.
func (s *till) wrote(subject, types string) {
	s.t.Helper()
	var got []string
	for _, e := range s.Events(subject) {
		got = append(got, strings.Fields(e)[1])
	}
	if strings.Join(got, " ") != types {
		s.t.Errorf("%s has the events %q, want %q", subject, got, types)
	}
}

func pounds(minor int64) *money.Amount { return &money.Amount{Amount: minor, Currency: "GBP"} }

// sound checks the money of the whole workspace.
func (s *till) sound() {
	s.t.Helper()
	for name, text := range map[string]string{
		"M4: refunded + disputed + in flight <= captured <= authorized": `SELECT count(*) FROM payments WHERE refunded + disputed + in_flight > captured OR captured > authorized
			OR refunded < 0 OR disputed < 0 OR in_flight < 0 OR captured < 0`,
		"authorized is what the attempts say": `SELECT count(*) FROM payments p WHERE p.method = 'test' AND p.authorized <> COALESCE((SELECT sum(CASE kind WHEN 'authorize' THEN amount ELSE -amount END)
			FROM payment_attempts a WHERE a.payment_id = p.id AND a.state IN ('succeeded', 'voided') AND a.kind IN ('authorize', 'void')), 0)`,
		"captured is what the attempts say": `SELECT count(*) FROM payments p WHERE p.captured <> COALESCE((SELECT sum(amount) FROM payment_attempts a WHERE a.payment_id = p.id AND a.state = 'succeeded' AND a.kind = 'capture'), 0)`,
		"refunded is what the attempts say": `SELECT count(*) FROM payments p WHERE p.refunded <> COALESCE((SELECT sum(amount) FROM payment_attempts a WHERE a.payment_id = p.id AND a.state = 'succeeded' AND a.kind = 'refund'), 0)`,
		"capturing is what is on its way":   `SELECT count(*) FROM payments p WHERE p.capturing <> COALESCE((SELECT sum(amount) FROM payment_attempts a WHERE a.payment_id = p.id AND a.ended_at = 0 AND a.kind = 'capture'), 0)`,
		"voiding is what is on its way":     `SELECT count(*) FROM payments p WHERE p.voiding <> COALESCE((SELECT sum(amount) FROM payment_attempts a WHERE a.payment_id = p.id AND a.ended_at = 0 AND a.kind = 'void'), 0)`,
		"in flight is what is on its way":   `SELECT count(*) FROM payments p WHERE p.in_flight <> COALESCE((SELECT sum(amount) FROM payment_attempts a WHERE a.payment_id = p.id AND a.ended_at = 0 AND a.kind = 'refund'), 0)`,
		"refunds moved what their attempts did": `SELECT count(*) FROM refunds r WHERE r.moved <> COALESCE((SELECT sum(amount) FROM payment_attempts a WHERE a.refund_id = r.id AND a.state = 'succeeded'), 0)
			OR r.moving <> COALESCE((SELECT sum(amount) FROM payment_attempts a WHERE a.refund_id = r.id AND a.ended_at = 0), 0)`,
		"refunds are the sum of their parts": `SELECT count(*) FROM refunds r WHERE r.amount <> (SELECT sum(amount) FROM refund_parts p WHERE p.refund_id = r.id)`,
		"M5: refunds of a line are at most its gross": `SELECT count(*) FROM order_lines l WHERE l.granted > l.gross
			OR l.kind <> 'bundle' AND l.granted <> COALESCE((SELECT sum(amount) FROM refund_parts p WHERE p.line_id = l.id), 0)`,
		"refunds of a charge are at most its gross": `SELECT count(*) FROM adjustments a WHERE a.granted > a.net + a.tax
			OR a.granted <> COALESCE((SELECT sum(p.amount) FROM refund_parts p JOIN refunds r ON r.id = p.refund_id WHERE r.order_id = a.order_id AND p.adjustment = a.position), 0)`,
		"orders add up their payments": `SELECT count(*) FROM orders o WHERE o.authorized <> COALESCE((SELECT sum(authorized) FROM payments p WHERE p.order_id = o.id), 0)
			OR o.captured <> COALESCE((SELECT sum(captured) FROM payments p WHERE p.order_id = o.id), 0)
			OR o.refunded <> COALESCE((SELECT sum(refunded) FROM payments p WHERE p.order_id = o.id), 0)
			OR o.attempts_open <> (SELECT count(*) FROM payments p JOIN payment_attempts a ON a.payment_id = p.id WHERE p.order_id = o.id AND a.ended_at = 0)`,
		"sequences have no gaps": `SELECT count(*) FROM (SELECT subject FROM events GROUP BY subject HAVING count(*) <> max(sequence)) x`,
		"results end intents":    `SELECT count(*) FROM intents i JOIN payment_attempts a ON a.intent_id = i.id WHERE i.state <> 'done' AND a.ended_at <> 0`,
		"M7: the gateway's ledger is ours": `SELECT count(*) FROM payment_attempts a LEFT JOIN test_gateway_calls c ON c.key = a.intent_id WHERE a.intent_id <> '' AND a.ended_at <> 0
			AND (a.state IN ('succeeded', 'voided')) <> (COALESCE(c.state, '') = 'succeeded')`,
	} {
		if n := s.Count(text); n != 0 {
			s.t.Errorf("%s: %d rows differ", name, n)
		}
	}
	s.folds("payment", "payments", "pay_%", "status, authorized, captured, refunded, in_flight, capturing, voiding, reference, action_url, version, event_sequence")
	s.folds("refund", "refunds", "rfd_%", "status, amount, moved, moving, version, event_sequence")
}

// folds checks that the events of each subject add up to its row (E2).
func (s *till) folds(name, table, ids, columns string) {
	s.t.Helper()
	sums := map[string]map[string]any{}
	fields := strings.Split(columns, ", ")
	s.Read(func(tx *db.Tx) error {
		clear(sums)
		return tx.Load(db.Many(`SELECT subject, body FROM events WHERE subject LIKE $1 ORDER BY subject, sequence`, []any{ids}, func(scan db.Scan) error {
			var id, body string
			if err := scan(&id, &body); err != nil {
				return err
			}
			var b map[string]map[string]any
			if sums[id] == nil {
				sums[id] = map[string]any{}
			}
			json.Unmarshal([]byte(body), &b) // after is a text and stays behind
			for k, v := range b[name] {
				sums[id][k] = v
			}
			return nil
		}))
	})
	for id, sum := range sums {
		row := make([]any, len(fields))
		s.Read(func(tx *db.Tx) error {
			places := make([]any, len(fields))
			for i := range row {
				places[i] = &row[i]
			}
			return tx.Load(db.One(`SELECT `+columns+` FROM `+table+` WHERE id = $1`, []any{id}, places...))
		})
		for i, f := range fields {
			got := sum[f]
			if n, ok := got.(float64); ok {
				got = int64(n)
			}
			if empty := row[i] == "" || row[i] == int64(0); got != row[i] && !(empty && got == nil) {
				s.t.Errorf("%s of %s is %v, its events say %v", f, id, row[i], got)
			}
		}
	}
}
