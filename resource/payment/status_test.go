package payment

import (
	"slices"
	"testing"

	"ordo/base/money"
)

func euros(minor int64) money.Amount { return money.Amount{Amount: minor, Currency: "EUR"} }

func TestThePaymentStatusIsTheFirstThatHolds(t *testing.T) {
	for _, c := range []struct {
		authorized, captured, refunded int64
		authorization, want            string
	}{
		{0, 0, 0, StatePending, "pending"},
		{0, 0, 0, StateRequiresAction, "requires_action"},
		{0, 0, 0, StateUnknown, "unknown"},
		{0, 0, 0, StateFailed, "failed"},
		{0, 0, 0, StateVoided, "voided"},
		{0, 0, 0, StateExpired, "voided"},
		{100, 0, 0, StateSucceeded, "authorized"},
		{100, 1, 0, StateSucceeded, "captured"},
		{100, 100, 99, StateSucceeded, "captured"},
		{100, 60, 60, StateSucceeded, "refunded"},
	} {
		p := &Payment{authorization: c.authorization, Facts: Facts{Authorized: euros(c.authorized), Captured: euros(c.captured), Refunded: euros(c.refunded)}}
		if got := p.status(); got != c.want {
			t.Errorf("%+v gives %s", c, got)
		}
	}
}

func TestTheRefundStatusIsTheFirstThatHolds(t *testing.T) {
	for _, c := range []struct {
		moved, moving int64
		want          string
	}{{0, 0, "granted"}, {0, 1, "moving"}, {50, 50, "moving"}, {50, 0, "partially_moved"}, {100, 0, "moved"}} {
		r := &Refund{RefundFacts: RefundFacts{Amount: euros(100), Moved: euros(c.moved), Moving: euros(c.moving)}}
		if got := r.status(); got != c.want {
			t.Errorf("%+v gives %s", c, got)
		}
	}
}

func TestNothingUndoesASuccess(t *testing.T) {
	for _, to := range []string{StatePending, StateRequiresAction, StateUnknown, StateFailed} {
		for _, from := range []string{StateSucceeded, StateVoided, StateExpired} {
			if AttemptLife.May(from, to) {
				t.Errorf("an attempt may go from %s to %s", from, to)
			}
		}
	}
	for _, from := range []string{StatePending, StateRequiresAction, StateUnknown, StateFailed} {
		if !AttemptLife.May(from, StateSucceeded) {
			t.Errorf("a success after %s is lost", from)
		}
	}
}

func TestWhatWaitsForThePayerIsNotPromised(t *testing.T) {
	for state, want := range map[string]int64{StatePending: 100, StateUnknown: 100, StateRequiresAction: 0, StateFailed: 0} {
		p := &Payment{authorization: state, Facts: Facts{Amount: euros(100)}}
		if got := p.Promised(); got != want {
			t.Errorf("a payment that is %s promises %d", state, got)
		}
	}
	p := &Payment{authorization: StateSucceeded, Facts: Facts{Amount: euros(100), Authorized: euros(100), Captured: euros(30), Capturing: euros(20), Voiding: euros(5)}}
	if p.Promised() != 65 || p.Uncaptured() != 45 {
		t.Errorf("it promises %d, of which %d are not on their way", p.Promised(), p.Uncaptured())
	}
}

func TestEveryKindAndStateHasItsEvent(t *testing.T) {
	for _, state := range AttemptLife.Codes() {
		if state == StateSucceeded || state == StateVoided || state == StateExpired {
			continue // told by kind, or never as a result
		}
		if outcomes[state] == nil {
			t.Errorf("%s has no event", state)
		}
	}
	for kind := range intents {
		if outcomes[kind] == nil || !slices.Contains(Moving, outcomes[kind]) {
			t.Errorf("a success of %s is told by %v, which moves nothing", kind, outcomes[kind])
		}
	}
}
