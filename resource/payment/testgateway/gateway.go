package testgateway

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"ordo/base/clock"
	"ordo/base/money"
	"ordo/engine/db"
	"ordo/engine/job"
	"ordo/resource/payment"
)

// ConfirmJob is the kind of the jobs that tell an outcome later, or again.
const ConfirmJob = "test_gateway.confirm"

// behavior is what a token makes of an authorization.
type behavior struct {
	state   string
	error   string
	silent  bool          // no answer comes
	mute    bool          // nor does one when it is asked
	lost    bool          // the call never arrives
	confirm time.Duration // a callback comes after so long; none if zero
}

// tokens are the payers that the gateway knows.
var tokens = map[string]behavior{
	"tok_approve": {state: payment.StateSucceeded},
	"tok_decline": {state: payment.StateFailed, error: "card_declined"},
	"tok_action":  {state: payment.StateRequiresAction},
	"tok_timeout": {state: payment.StateSucceeded, silent: true},
	"tok_lost":    {silent: true, lost: true},
	"tok_silent":  {state: payment.StateSucceeded, silent: true, mute: true},
	"tok_late":    {state: payment.StatePending, confirm: 5 * time.Second},
	"tok_twice":   {state: payment.StateSucceeded, confirm: time.Second},
}

// Call is a call as the gateway keeps it.
type Call struct {
	Key       string       `json:"key"`
	Kind      string       `json:"kind" enum:"authorize,capture,void,refund,cancel"`
	Token     string       `json:"token,omitempty"`
	Reference string       `json:"reference" doc:"Key of the authorization that it is about"`
	Currency  string       `json:"currency"`
	Amount    money.Amount `json:"amount"`
	State     string       `json:"state" enum:"pending,requires_action,succeeded,failed"`
	Error     string       `json:"error,omitempty" doc:"Code of a failure"`
	CreatedAt clock.Stamp  `json:"created_at"`
	Version   int64        `json:"version"`
}

// Gateway is the test gateway of a workspace.
type Gateway struct{ DB *db.DB }

// Authorize promises money as the token says.
func (g Gateway) Authorize(ctx context.Context, r payment.Request) (payment.Result, error) {
	b, known := tokens[r.Token]
	switch {
	case !known:
		b = behavior{state: payment.StateFailed, error: "token_unknown"}
	case b.lost:
		return payment.Result{}, payment.ErrNoAnswer
	}
	c, known, err := g.call(ctx, payment.KindAuthorize, r, func(tx *db.Tx, c *Call, _ *balance) error {
		c.Reference, c.State, c.Error = c.Key, b.state, b.error
		if b.confirm == 0 {
			return nil
		}
		return confirm(tx, c.Key, tx.Now.Add(b.confirm))
	})
	if err == nil && b.silent && !known {
		return payment.Result{}, payment.ErrNoAnswer
	}
	return c.result(), err
}

// Capture takes promised money.
func (g Gateway) Capture(ctx context.Context, r payment.Request) (payment.Result, error) {
	return g.move(ctx, payment.KindCapture, r, func(b *balance) int64 { return b.authorized - b.captured - b.voided })
}

// Void gives up promised money.
func (g Gateway) Void(ctx context.Context, r payment.Request) (payment.Result, error) {
	return g.move(ctx, payment.KindVoid, r, func(b *balance) int64 { return b.authorized - b.captured - b.voided })
}

// Refund gives money back.
func (g Gateway) Refund(ctx context.Context, r payment.Request) (payment.Result, error) {
	return g.move(ctx, payment.KindRefund, r, func(b *balance) int64 { return b.captured - b.refunded })
}

// Cancel gives up an authorization that waits for its payer.
func (g Gateway) Cancel(ctx context.Context, r payment.Request) (payment.Result, error) {
	c, _, err := g.call(ctx, payment.KindCancel, r, func(tx *db.Tx, c *Call, _ *balance) error {
		of := &Call{}
		if err := tx.Load(find(r.Reference, of)); err != nil {
			return err
		}
		if of.State != payment.StateRequiresAction {
			c.State, c.Error = payment.StateFailed, "not_waiting"
			return nil
		}
		c.State = payment.StateSucceeded
		of.settle(tx, payment.StateFailed, "canceled")
		return nil
	})
	return c.result(), err
}

// Find tells what became of a call.
func (g Gateway) Find(ctx context.Context, key string) (payment.Result, error) {
	c := &Call{}
	if err := g.DB.Read(ctx, func(tx *db.Tx) error { return tx.Load(find(key, c)) }); err != nil {
		return payment.Result{}, err
	}
	switch {
	case c.Key == "":
		return payment.Result{}, payment.ErrUnknownKey
	case tokens[c.Token].mute:
		return payment.Result{}, payment.ErrNoAnswer
	}
	return c.result(), nil
}

// move moves money of an authorization, as far as there is some left.
func (g Gateway) move(ctx context.Context, kind string, r payment.Request, left func(*balance) int64) (payment.Result, error) {
	c, _, err := g.call(ctx, kind, r, func(_ *db.Tx, c *Call, b *balance) error {
		c.State = payment.StateSucceeded
		if c.Amount.Amount > left(b) || c.Currency != b.currency {
			c.State, c.Error = payment.StateFailed, "amount_too_large"
		}
		return nil
	})
	return c.result(), err
}

// errKnown says that a call with the key is there.
var errKnown = errors.New("testgateway: the key is known")

// call writes a call that decide completes; known tells that it was there, and
// nothing is written.
func (g Gateway) call(ctx context.Context, kind string, r payment.Request, decide func(*db.Tx, *Call, *balance) error) (c *Call, known bool, err error) {
	err = g.DB.Tx(ctx, func(tx *db.Tx) error {
		b := &balance{}
		if err := tx.Load(balances(tx, r.Reference, b)...); err != nil {
			return err
		}
		c = &Call{Key: r.Key, Kind: kind, Token: r.Token, Reference: r.Reference, Currency: r.Amount.Currency, Amount: r.Amount, CreatedAt: clock.At(tx.Now), Version: 1}
		if err := decide(tx, c, b); err != nil {
			return err
		}
		calls.Insert(tx, c).Unique(errKnown)
		return nil
	})
	if errors.Is(err, errKnown) {
		c, known = &Call{}, true
		err = g.DB.Read(ctx, func(tx *db.Tx) error { return tx.Load(find(r.Key, c)) })
	}
	return c, known, err
}

func (c *Call) result() payment.Result {
	r := payment.Result{State: c.State, Reference: c.Reference, Error: c.Error}
	if c.State == payment.StateRequiresAction {
		r.ActionURL = "/v1/test-gateway/" + c.Key + "/complete"
	}
	return r
}

// balance is what became of an authorization.
type balance struct {
	currency                               string
	authorized, captured, voided, refunded int64
}

// confirmation is what a job of kind ConfirmJob holds.
type confirmation struct {
	Key string `json:"key"`
}

func confirm(tx *db.Tx, key string, at time.Time) error {
	return job.Enqueue(tx, ConfirmJob, confirmation{key}, job.Options{At: at})
}

// Confirm is the handler of ConfirmJob: a call that was pending has succeeded,
// and its outcome is told.
func Confirm(d *db.DB, tell payment.Callback) job.Handler {
	return func(ctx context.Context, args json.RawMessage) error {
		var in confirmation
		if err := json.Unmarshal(args, &in); err != nil {
			return err
		}
		var c *Call
		err := d.Tx(ctx, func(tx *db.Tx) (err error) {
			if c, err = get(tx, in.Key); err != nil || c.State != payment.StatePending {
				return err
			}
			c.settle(tx, payment.StateSucceeded, "")
			return nil
		})
		if err != nil {
			return err
		}
		return tell(ctx, c.Key, c.result())
	}
}

// settle gives a call its outcome.
func (c *Call) settle(tx *db.Tx, state, code string) {
	was := *c
	c.State, c.Error = state, code
	c.Version++
	calls.Update(tx, db.ErrStale, &was, c, "version = $next", was.Version)
}
