package payment

import (
	"encoding/json"

	"ordo/base/clock"
	"ordo/base/money"
	"ordo/engine/db"
	"ordo/engine/event"
)

// Methods of payments. Cash and transfers are recorded when the money is there.
const (
	Cash     = "cash"
	Transfer = "transfer"
	Test     = "test"     // the built-in test gateway
	Imported = "imported" // settled outside
)

// Kinds of attempts.
const (
	KindAuthorize = "authorize"
	KindCapture   = "capture"
	KindVoid      = "void"
	KindRefund    = "refund"
	KindCancel    = "cancel" // of an authorization that waits for the payer
)

// Order is what a payment has to know of its order.
type Order struct{ ID, ChannelID, CustomerID string }

// Facts are the row of a payment.
type Facts struct {
	ID         string       `json:"id"`
	OrderID    string       `json:"order_id"`
	Method     string       `json:"method" enum:"cash,transfer,test,imported"`
	Currency   string       `json:"currency" doc:"Of the order"`
	Amount     money.Amount `json:"amount" doc:"That it is for"`
	Authorized money.Amount `json:"authorized" doc:"Promised by the payer's bank"`
	Captured   money.Amount `json:"captured" doc:"Taken"`
	Refunded   money.Amount `json:"refunded" doc:"Given back"`
	InFlight   money.Amount `json:"in_flight" doc:"Refunds on their way"`
	Disputed   money.Amount `json:"disputed" doc:"Under dispute"`
	Capturing  money.Amount `json:"capturing" doc:"Captures on their way"`
	Voiding    money.Amount `json:"voiding" doc:"Of the promise, about to be given up"`
	Status     string       `json:"status" enum:"pending,requires_action,unknown,authorized,captured,refunded,failed,voided"`
	Reference  string       `json:"reference,omitempty" doc:"Of the gateway or the bank"`
	ActionURL  string       `json:"action_url,omitempty" doc:"Where the payer has to go"`
	Origin     string       `json:"origin" enum:"ordo,imported"`
	CreatedAt  clock.Stamp  `json:"created_at"`
	Version    int64        `json:"version"`

	sequence int64 // events so far
}

// Payment is money by one method. Attempts are there only if it was read by Get.
type Payment struct {
	Facts
	Attempts     []*Attempt `json:"attempts,omitempty"`
	AttemptsOpen int64      `json:"attempts_open" doc:"Attempts in flight"`

	of            Order
	authorization string // state of the attempt to authorize
	read          *Facts // as it was in the database; nil if it is new
	before        []Attempt
}

// Attempt is one movement of money, or the try.
type Attempt struct {
	ID               string       `json:"id"`
	PaymentID        string       `json:"-"`
	Kind             string       `json:"kind" enum:"authorize,capture,void,refund,cancel"`
	Amount           money.Amount `json:"amount"`
	State            string       `json:"state" enum:"pending,requires_action,unknown,succeeded,failed,voided,expired"`
	RefundID         string       `json:"refund_id,omitempty" doc:"That it moves"`
	IntentID         string       `json:"key,omitempty" doc:"At the gateway; none for cash and transfers"`
	GatewayReference string       `json:"gateway_reference,omitempty"`
	Error            string       `json:"error,omitempty" doc:"Code of a failure"`
	CreatedAt        clock.Stamp  `json:"created_at"`
	EndedAt          clock.Stamp  `json:"ended_at,omitzero" doc:"When its state became final"`
}

// Uncaptured is what was promised and can still be taken.
func (p *Payment) Uncaptured() int64 {
	return p.Authorized.Amount - p.Captured.Amount - p.Capturing.Amount - p.Voiding.Amount
}

// Refundable is what was taken and can still be given back.
func (p *Payment) Refundable() int64 {
	return p.Captured.Amount - p.Refunded.Amount - p.InFlight.Amount - p.Disputed.Amount
}

// Promised is what is likely to be captured yet: promised by the payer's bank,
// or asked for without an answer so far. What waits for the payer does not
// count, for the payer may never act.
func (p *Payment) Promised() int64 {
	if p.authorization == StatePending || p.authorization == StateUnknown {
		return p.Amount.Amount
	}
	return p.Authorized.Amount - p.Captured.Amount - p.Voiding.Amount
}

// Waiting tells whether the payer has to act before money is promised, and
// nobody has asked the gateway to give that up.
func (p *Payment) Waiting() bool {
	return p.authorization == StateRequiresAction && p.AttemptsOpen == 1
}

// ByGateway tells whether a gateway moves the money of the method.
func ByGateway(method string) bool { return method == Test }

// Brief is the payment without its attempts, as orders and lists show it.
func (p *Payment) Brief() *Payment {
	b := *p
	b.Attempts, b.before = nil, nil
	return &b
}

// denominate gives every amount its currency.
func (p *Payment) denominate() {
	for _, a := range []*money.Amount{&p.Amount, &p.Authorized, &p.Captured, &p.Refunded, &p.InFlight, &p.Disputed, &p.Capturing, &p.Voiding} {
		a.Currency = p.Currency
	}
	for _, a := range p.Attempts {
		a.Amount.Currency = p.Currency
	}
}

// Change is the data of a payment's events, for reactions.
type Change struct {
	OrderID string
	Payment *Payment
}

// body is what an event of a payment tells: the columns that changed.
type body struct {
	Payment  json.RawMessage            `json:"payment"`
	Attempts map[string]json.RawMessage `json:"attempts,omitempty"`
	After    string                     `json:"after,omitempty"`
}

// Rows names the tables whose changes it tells.
func (body) Rows() map[string]db.Shape {
	return map[string]db.Shape{"payment": payments, "attempts": attempts}
}

// save writes what changed and tells it. after is the state that an attempt was
// thought to be in, if it turned out otherwise.
func (p *Payment) save(tx *db.Tx, t *event.Type, after string) error {
	from := ""
	if p.read != nil {
		from = p.read.Status
	}
	p.Status = p.status()
	if err := Life.Check(from, p.Status); err != nil {
		return err
	}
	p.Version++
	p.sequence++
	if p.read == nil {
		payments.Insert(tx, &p.Facts)
	} else {
		payments.Update(tx, db.ErrStale, p.read, &p.Facts, "version = $next", p.read.Version)
	}
	attempts.Save(tx, p.before, p.Attempts)
	b := body{Payment: payments.Changes(p.read, &p.Facts), Attempts: p.attemptChanges(), After: after}
	p.snapshot()
	return event.Emit(tx, event.Event{Type: t, Subject: p.ID, Sequence: p.sequence, Channel: p.of.ChannelID, Customer: p.of.CustomerID,
		Body: b, Data: &Change{p.OrderID, p}})
}

// snapshot remembers what is in the database now.
func (p *Payment) snapshot() {
	facts := p.Facts
	p.read = &facts
	p.before = p.before[:0]
	for _, a := range p.Attempts {
		p.before = append(p.before, *a)
	}
}

func (p *Payment) attemptChanges() map[string]json.RawMessage {
	all := map[string]json.RawMessage{}
	for i, a := range p.Attempts {
		var old *Attempt
		if i < len(p.before) {
			old = &p.before[i]
		}
		if c := attempts.Changes(old, a); c != nil {
			all[a.ID] = c
		}
	}
	return all
}

// attempt returns the attempt with the id, or nil.
func (p *Payment) attempt(id string) *Attempt {
	for _, a := range p.Attempts {
		if a.ID == id {
			return a
		}
	}
	return nil
}
