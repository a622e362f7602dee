package payment

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"ordo/base/money"
	"ordo/base/problem"
	"ordo/engine/auth"
	"ordo/engine/command"
	"ordo/engine/db"
	"ordo/engine/effect"
)

// Errors of gateways.
var (
	// ErrNoAnswer says that the outcome of a call is not known.
	ErrNoAnswer = errors.New("payment: the gateway did not answer")
	// ErrUnknownKey says that a gateway never got a call with the key.
	ErrUnknownKey = errors.New("payment: the gateway does not know the key")
)

// Request is a call to a gateway.
type Request struct {
	Key       string       // a second call under it changes nothing and is answered like the first
	Token     string       // of the payer; of authorizations only
	Reference string       // of the authorization; of all others
	Amount    money.Amount // of a void: what is left of the authorization; of a cancel: all of it
}

// Result is what a gateway says of a call. State is StateSucceeded, StateFailed,
// StateRequiresAction or StatePending, whose outcome comes by a callback.
type Result struct {
	State     string
	Reference string // of the gateway
	Error     string // code of a failure
	ActionURL string // where the payer has to go
}

// Gateway moves money. Any error but ErrUnknownKey of Find means that the
// outcome is not known. An authorization can be captured in parts, and what
// was captured refunded in parts. The suite in gatewaytest says the rest.
type Gateway interface {
	Authorize(ctx context.Context, r Request) (Result, error)
	Capture(ctx context.Context, r Request) (Result, error)
	Void(ctx context.Context, r Request) (Result, error)
	Refund(ctx context.Context, r Request) (Result, error)
	// Cancel gives up an authorization that waits for its payer. It fails if the
	// payer was faster.
	Cancel(ctx context.Context, r Request) (Result, error)
	// Find tells what became of the call with the key.
	Find(ctx context.Context, key string) (Result, error)
}

// Run records a result: it invokes payment.record_result.
type Run func(ctx context.Context, in RecordResultIn) error

// Recorder records results in a workspace.
func Recorder(e *command.Engine) Run {
	return func(ctx context.Context, in RecordResultIn) error {
		_, err := command.Invoke(ctx, e, recordResult, command.Meta{Actor: auth.Internal("gateway")}, in)
		return err
	}
}

// Performers make the calls to gateways, each by the method that it serves,
// and record the results.
func Performers(run Run, gateways map[string]Gateway) map[string]effect.Performer {
	all := map[string]effect.Performer{}
	for kind, name := range intents { // order-free: it fills a map
		all[name] = func(ctx context.Context, i effect.Intent) error { return perform(ctx, run, gateways, kind, i) }
	}
	return all
}

// perform makes a call, or asks what became of it if an earlier try ended
// without a result, and records the answer. An outcome that is not known leaves
// the intent open.
func perform(ctx context.Context, run Run, gateways map[string]Gateway, kind string, i effect.Intent) error {
	var r request
	if err := json.Unmarshal(i.Request, &r); err != nil {
		return err
	}
	g := gateways[r.Method]
	if g == nil {
		return fmt.Errorf("payment: there is no gateway %s", r.Method)
	}
	result, failure := call(ctx, g, kind, i, r)
	switch {
	case errors.Is(failure, ErrUnknownKey):
		result, failure = Result{State: StateFailed, Error: "never_arrived"}, nil
	case failure != nil:
		result = Result{State: StateUnknown}
	}
	err := run(context.WithoutCancel(ctx), result.of(RecordResultIn{ID: r.PaymentID, OrderID: r.OrderID, AttemptID: r.AttemptID}))
	if err != nil {
		return err
	}
	return failure
}

func call(ctx context.Context, g Gateway, kind string, i effect.Intent, r request) (Result, error) {
	if i.Tries > 1 {
		return g.Find(ctx, i.ID)
	}
	send := map[string]func(context.Context, Request) (Result, error){
		KindAuthorize: g.Authorize, KindCapture: g.Capture, KindVoid: g.Void, KindRefund: g.Refund, KindCancel: g.Cancel,
	}[kind]
	return send(ctx, Request{Key: i.ID, Token: r.Token, Reference: r.Reference, Amount: r.Amount})
}

// of is the result as the input of its command, for the attempt that in names.
func (r Result) of(in RecordResultIn) RecordResultIn {
	in.State, in.GatewayReference, in.Error, in.ActionURL = r.State, r.Reference, r.Error, r.ActionURL
	return in
}

// Callback is how a gateway tells, later or again, what became of a call.
type Callback func(ctx context.Context, key string, r Result) error

// Callbacks find the attempt with the key and record the result.
func Callbacks(d *db.DB, run Run) Callback {
	return func(ctx context.Context, key string, r Result) error {
		var in RecordResultIn
		if err := d.Read(ctx, func(tx *db.Tx) error { return tx.Load(findKey(key, &in)) }); err != nil {
			return err
		}
		if in.ID == "" {
			return problem.ErrNotFound.New("no attempt has the key %s", key)
		}
		return run(ctx, r.of(in))
	}
}
