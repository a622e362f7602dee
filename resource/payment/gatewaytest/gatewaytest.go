// Package gatewaytest owns the suite that every payment gateway has to pass.
// It does not own any gateway.
package gatewaytest

import (
	"errors"
	"fmt"
	"testing"

	"ordo/base/money"
	"ordo/resource/payment"
)

// Fixture is a gateway under test with the payers that it knows.
type Fixture struct {
	Gateway payment.Gateway
	Approve string // token of a payer whose bank promises
	Decline string // token of a payer whose bank refuses
	Act     string // token of a payer who has to act first
}

func euros(minor int64) money.Amount { return money.Amount{Amount: minor, Currency: "EUR"} }

// Run runs the suite on a gateway. Its keys hold the name of the test.
func Run(t *testing.T, f Fixture) {
	for _, c := range []struct {
		name string
		run  func(*bench)
	}{
		{"a promise is taken and given back in parts, never beyond", parts},
		{"a repeated key changes nothing and is answered like the first", repeats},
		{"a refusal is a failure with a code", refusals},
		{"a voided promise can't be taken", voids},
		{"the wait for a payer is given up, and nothing else", cancels},
		{"a call is found by its key", finds},
		{"a promise in another currency is not touched", currencies},
	} {
		t.Run(c.name, func(t *testing.T) { c.run(&bench{T: t, Fixture: f}) })
	}
}

// bench is one test of the suite; keys are its own.
type bench struct {
	*testing.T
	Fixture
	keys int
}

func (b *bench) key() string {
	b.keys++
	return fmt.Sprintf("%s#%d", b.Name(), b.keys)
}

// want sends a call under a fresh key and checks the state of its answer.
func (b *bench) want(kind string, r payment.Request, state string) payment.Result {
	b.Helper()
	if r.Key == "" {
		r.Key = b.key()
	}
	send := map[string]func() (payment.Result, error){
		payment.KindAuthorize: func() (payment.Result, error) { return b.Gateway.Authorize(b.Context(), r) },
		payment.KindCapture:   func() (payment.Result, error) { return b.Gateway.Capture(b.Context(), r) },
		payment.KindVoid:      func() (payment.Result, error) { return b.Gateway.Void(b.Context(), r) },
		payment.KindRefund:    func() (payment.Result, error) { return b.Gateway.Refund(b.Context(), r) },
		payment.KindCancel:    func() (payment.Result, error) { return b.Gateway.Cancel(b.Context(), r) },
	}[kind]
	got, err := send()
	if err != nil {
		b.Fatalf("%s of %s: %v", kind, r.Amount.Format(), err)
	}
	if got.State != state {
		b.Fatalf("%s of %s is %s (%s), want %s", kind, r.Amount.Format(), got.State, got.Error, state)
	}
	if (got.Error != "") != (state == payment.StateFailed) {
		b.Errorf("%s that has %s says %q", kind, state, got.Error)
	}
	return got
}

// promise authorizes an amount and returns its reference.
func (b *bench) promise(minor int64) string {
	b.Helper()
	reference := b.want(payment.KindAuthorize, payment.Request{Token: b.Approve, Amount: euros(minor)}, payment.StateSucceeded).Reference
	if reference == "" {
		b.Fatal("an authorization has no reference")
	}
	return reference
}

func parts(b *bench) {
	of := b.promise(100)
	b.want(payment.KindRefund, payment.Request{Reference: of, Amount: euros(1)}, payment.StateFailed)
	b.want(payment.KindCapture, payment.Request{Reference: of, Amount: euros(60)}, payment.StateSucceeded)
	b.want(payment.KindCapture, payment.Request{Reference: of, Amount: euros(41)}, payment.StateFailed)
	b.want(payment.KindCapture, payment.Request{Reference: of, Amount: euros(40)}, payment.StateSucceeded)
	b.want(payment.KindRefund, payment.Request{Reference: of, Amount: euros(70)}, payment.StateSucceeded)
	b.want(payment.KindRefund, payment.Request{Reference: of, Amount: euros(31)}, payment.StateFailed)
	b.want(payment.KindRefund, payment.Request{Reference: of, Amount: euros(30)}, payment.StateSucceeded)
}

func repeats(b *bench) {
	of := b.promise(100)
	for _, kind := range []string{payment.KindCapture, payment.KindRefund} {
		first := payment.Request{Key: b.key(), Reference: of, Amount: euros(60)}
		answer := b.want(kind, first, payment.StateSucceeded)
		if again := b.want(kind, first, payment.StateSucceeded); again != answer {
			b.Errorf("%s is answered with %+v, then with %+v", kind, answer, again)
		}
		if kind == payment.KindCapture {
			b.want(kind, payment.Request{Reference: of, Amount: euros(40)}, payment.StateSucceeded)
		}
	}
	b.want(payment.KindRefund, payment.Request{Reference: of, Amount: euros(40)}, payment.StateSucceeded)
	promise := payment.Request{Key: b.key(), Token: b.Approve, Amount: euros(10)}
	one, two := b.want(payment.KindAuthorize, promise, payment.StateSucceeded), b.want(payment.KindAuthorize, promise, payment.StateSucceeded)
	if one != two {
		b.Errorf("authorize is answered with %+v, then with %+v", one, two)
	}
}

func refusals(b *bench) {
	r := payment.Request{Key: b.key(), Token: b.Decline, Amount: euros(100)}
	first := b.want(payment.KindAuthorize, r, payment.StateFailed)
	b.want(payment.KindCapture, payment.Request{Reference: first.Reference, Amount: euros(1)}, payment.StateFailed)
	b.want(payment.KindCapture, payment.Request{Reference: "nowhere", Amount: euros(1)}, payment.StateFailed)
}

func voids(b *bench) {
	of := b.promise(100)
	b.want(payment.KindCapture, payment.Request{Reference: of, Amount: euros(30)}, payment.StateSucceeded)
	b.want(payment.KindVoid, payment.Request{Reference: of, Amount: euros(70)}, payment.StateSucceeded)
	b.want(payment.KindCapture, payment.Request{Reference: of, Amount: euros(1)}, payment.StateFailed)
	b.want(payment.KindRefund, payment.Request{Reference: of, Amount: euros(30)}, payment.StateSucceeded)
}

func cancels(b *bench) {
	waiting := payment.Request{Key: b.key(), Token: b.Act, Amount: euros(100)}
	of := b.want(payment.KindAuthorize, waiting, payment.StateRequiresAction).Reference
	b.want(payment.KindCapture, payment.Request{Reference: of, Amount: euros(1)}, payment.StateFailed)
	b.want(payment.KindCancel, payment.Request{Reference: of, Amount: euros(100)}, payment.StateSucceeded)
	if got, err := b.Gateway.Find(b.Context(), waiting.Key); err != nil || got.State != payment.StateFailed {
		b.Errorf("found %+v (%v), want that it has failed", got, err)
	}
	b.want(payment.KindCancel, payment.Request{Reference: of, Amount: euros(100)}, payment.StateFailed)
	promised := b.promise(100)
	b.want(payment.KindCancel, payment.Request{Reference: promised, Amount: euros(100)}, payment.StateFailed)
	b.want(payment.KindCapture, payment.Request{Reference: promised, Amount: euros(100)}, payment.StateSucceeded)
}

func finds(b *bench) {
	if _, err := b.Gateway.Find(b.Context(), "key_never"); !errors.Is(err, payment.ErrUnknownKey) {
		b.Errorf("an unknown key is answered with %v", err)
	}
	r := payment.Request{Key: b.key(), Token: b.Decline, Amount: euros(100)}
	refused := b.want(payment.KindAuthorize, r, payment.StateFailed)
	if got, err := b.Gateway.Find(b.Context(), r.Key); err != nil || got != refused {
		b.Errorf("found %+v (%v), was answered %+v", got, err, refused)
	}
	r = payment.Request{Key: b.key(), Token: b.Approve, Amount: euros(100)}
	promised := b.want(payment.KindAuthorize, r, payment.StateSucceeded)
	if got, err := b.Gateway.Find(b.Context(), r.Key); err != nil || got != promised {
		b.Errorf("found %+v (%v), was answered %+v", got, err, promised)
	}
}

func currencies(b *bench) {
	of := b.promise(100)
	b.want(payment.KindCapture, payment.Request{Reference: of, Amount: money.Amount{Amount: 1, Currency: "GBP"}}, payment.StateFailed)
}
