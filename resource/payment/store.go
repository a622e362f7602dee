package payment

import (
	"ordo/base/problem"
	"ordo/engine/auth"
	"ordo/engine/db"
	"ordo/engine/query"
)

var payments = &db.Table[Facts]{
	Name: "payments", Key: 1,
	Columns: "id, order_id, method, currency, amount, authorized, captured, refunded, in_flight, disputed, capturing, voiding, status, reference, action_url, origin, created_at, version, event_sequence",
	Places: func(p *Facts) []any {
		return []any{&p.ID, &p.OrderID, &p.Method, &p.Currency, &p.Amount.Amount, &p.Authorized.Amount, &p.Captured.Amount, &p.Refunded.Amount, &p.InFlight.Amount, &p.Disputed.Amount,
			&p.Capturing.Amount, &p.Voiding.Amount, &p.Status, &p.Reference, &p.ActionURL, &p.Origin, (*int64)(&p.CreatedAt), &p.Version, &p.sequence}
	},
}

var attempts = &db.Table[Attempt]{
	Name: "payment_attempts", Key: 1,
	Columns: "id, payment_id, kind, amount, state, refund_id, intent_id, gateway_reference, error, created_at, ended_at",
	Places: func(a *Attempt) []any {
		return []any{&a.ID, &a.PaymentID, &a.Kind, &a.Amount.Amount, &a.State, &a.RefundID, &a.IntentID, &a.GatewayReference, &a.Error, (*int64)(&a.CreatedAt), (*int64)(&a.EndedAt)}
	},
}

var refunds = &db.Table[RefundFacts]{
	Name: "refunds", Key: 1,
	Columns: "id, order_id, return_id, currency, amount, moved, moving, reason, status, created_at, version, event_sequence",
	Places: func(r *RefundFacts) []any {
		return []any{&r.ID, &r.OrderID, &r.ReturnID, &r.Currency, &r.Amount.Amount, &r.Moved.Amount, &r.Moving.Amount, &r.Reason, &r.Status, (*int64)(&r.CreatedAt), &r.Version, &r.sequence}
	},
}

var refundParts = &db.Table[Part]{
	Name: "refund_parts", Key: 2,
	Columns: "refund_id, position, line_id, adjustment, quantity, amount",
	Places: func(p *Part) []any {
		return []any{&p.refundID, &p.Position, &p.LineID, &p.Adjustment, (*int64)(&p.Quantity), &p.Amount.Amount}
	},
}

// What a payment is read with: its order's readers, what its own attempts tell.
// An imported payment has no attempt to authorize.
var (
	columns = payments.Select("p") + `, o.channel_id, o.customer_id,
		COALESCE((SELECT a.state FROM payment_attempts a WHERE a.payment_id = p.id AND a.kind = 'authorize'), 'succeeded'),
		(SELECT COUNT(*) FROM payment_attempts a WHERE a.payment_id = p.id AND a.ended_at = 0)`
	scope = auth.Columns{Channel: "o.channel_id", Customer: "o.customer_id"}
)

const from = `payments p JOIN orders o ON o.id = p.order_id`

func (p *Payment) places() []any {
	return append(payments.Places(&p.Facts), &p.of.ChannelID, &p.of.CustomerID, &p.authorization, &p.AttemptsOpen)
}

// loaded makes a payment whole after its columns were read.
func (p *Payment) loaded() {
	p.of.ID = p.OrderID
	p.denominate()
	p.snapshot()
}

// Get returns a payment in the actor's scope with its attempts, or not found.
func Get(tx *db.Tx, id string) (*Payment, error) {
	p := &Payment{}
	condition, args := tx.Actor.Scope.SQL(scope, 2)
	if err := tx.Load(
		db.One(`SELECT `+columns+` FROM `+from+` WHERE p.id = $1 AND `+condition, append([]any{id}, args...), p.places()...),
		db.Many(`SELECT `+attempts.Select("a")+` FROM payment_attempts a WHERE a.payment_id = $1 ORDER BY a.created_at, a.id`, []any{id},
			attempts.Scan(func(a *Attempt) { p.Attempts = append(p.Attempts, a) })),
	); err != nil {
		return nil, err
	}
	if p.ID == "" {
		return nil, problem.ErrNotFound.New("no payment %s", id)
	}
	p.loaded()
	return p, nil
}

// Sees tells whether the actor may see the payment that asked its gateway
// something under a key.
func Sees(tx *db.Tx, key string) (seen bool, err error) {
	condition, args := tx.Actor.Scope.SQL(scope, 2)
	err = tx.Load(db.One(`SELECT TRUE FROM payment_attempts a JOIN payments p ON p.id = a.payment_id JOIN orders o ON o.id = p.order_id WHERE a.intent_id <> '' AND a.intent_id = $1 AND `+condition,
		append([]any{key}, args...), &seen))
	return seen, err
}

// OfOrder reads the payments of an order, oldest first, without attempts. The
// order's own scope is the reader's.
func OfOrder(order string, into *[]*Payment) db.Read {
	return db.Many(`SELECT `+columns+` FROM `+from+` WHERE p.order_id = $1 ORDER BY p.created_at, p.id`, []any{order}, func(scan db.Scan) error {
		p := &Payment{}
		if err := scan(p.places()...); err != nil {
			return err
		}
		p.loaded()
		*into = append(*into, p)
		return nil
	})
}

// Sums are what the payments of an order add up to.
type Sums struct {
	OrderID                                  string
	Authorized, Captured, Refunded, Attempts int64 // Attempts counts those in flight
}

const sums = `SELECT p.order_id, CAST(SUM(p.authorized) AS BIGINT), CAST(SUM(p.captured) AS BIGINT), CAST(SUM(p.refunded) AS BIGINT),
		CAST(SUM((SELECT COUNT(*) FROM payment_attempts a WHERE a.payment_id = p.id AND a.ended_at = 0)) AS BIGINT) FROM payments p`

func (s *Sums) places() []any {
	return []any{&s.OrderID, &s.Authorized, &s.Captured, &s.Refunded, &s.Attempts}
}

// Sum adds up all payments of an order.
func Sum(all []*Payment) (s Sums) {
	for _, p := range all {
		s.Authorized += p.Authorized.Amount
		s.Captured += p.Captured.Amount
		s.Refunded += p.Refunded.Amount
		s.Attempts += p.AttemptsOpen
	}
	return s
}

// ReadSums reads the sums of an order; they stay as they are without payments.
func ReadSums(order string, into *Sums) db.Read {
	return db.One(sums+` WHERE p.order_id = $1 GROUP BY p.order_id`, []any{order}, into.places()...)
}

// RefundsOf reads the refunds of an order with their parts, oldest first.
func RefundsOf(order string, into *[]*Refund) db.Read {
	return db.Many(`SELECT `+refunds.Select("r")+`, `+refundParts.Select("p")+` FROM refunds r JOIN refund_parts p ON p.refund_id = r.id
		WHERE r.order_id = $1 ORDER BY r.created_at, r.id, p.position`, []any{order}, func(scan db.Scan) error {
		r, p := &Refund{}, &Part{}
		if err := scan(append(refunds.Places(&r.RefundFacts), refundParts.Places(p)...)...); err != nil {
			return err
		}
		if n := len(*into); n > 0 && (*into)[n-1].ID == r.ID {
			r = (*into)[n-1]
		} else {
			*into = append(*into, r)
		}
		r.Parts = append(r.Parts, p)
		r.denominate()
		r.snapshot()
		return nil
	})
}

// findRefund reads the row of a refund.
func findRefund(id string, r *Refund) db.Read {
	return db.One(`SELECT `+refunds.Select("r")+` FROM refunds r WHERE r.id = $1`, []any{id}, refunds.Places(&r.RefundFacts)...)
}

// findKey reads whose attempt has a key at a gateway.
func findKey(key string, in *RecordResultIn) db.Read {
	return db.One(`SELECT a.id, p.id, p.order_id FROM payment_attempts a JOIN payments p ON p.id = a.payment_id WHERE a.intent_id <> '' AND a.intent_id = $1`, []any{key},
		&in.AttemptID, &in.ID, &in.OrderID)
}

// Schema is what the list of payments can be filtered and sorted by.
var Schema = query.Schema{
	ID: "p.id", Sort: "-created",
	Fields: []query.Field{
		{Name: "id", Doc: "Id", Type: query.ID, Column: "p.id", Indexed: true},
		{Name: "order", Doc: "Id of the order", Type: query.ID, Column: "p.order_id", Indexed: true},
		{Name: "channel", Doc: "Id of the order's channel", Type: query.ID, Column: "o.channel_id"},
		{Name: "status", Doc: "Status", Type: query.Enum, Column: "p.status", Values: Life.Codes(), Indexed: true},
		{Name: "method", Doc: "Method", Type: query.Enum, Column: "p.method", Values: []string{Cash, Transfer, Test, Imported}},
		{Name: "currency", Doc: "Currency", Type: query.ID, Column: "p.currency"},
		{Name: "reference", Doc: "Reference of the gateway or the bank", Type: query.ID, Column: "p.reference"},
		{Name: "created", Doc: "When it began", Type: query.Time, Column: "p.created_at", Sortable: true},
		{Name: "origin", Doc: "Where its facts come from", Type: query.Enum, Column: "p.origin", Values: []string{"ordo", "imported"}},
	},
}

// List returns a page of payments, without their attempts.
func List(tx *db.Tx, in query.Input) (query.Rows[*Payment], error) {
	page, err := query.Select(tx, in, Schema, query.Source{Columns: columns, From: from, Scope: scope},
		func(row **Payment) []any { *row = &Payment{}; return (*row).places() })
	for _, p := range page.Items {
		p.loaded()
	}
	return page, err
}
