package order_test

import (
	"errors"
	"sync"
	"testing"
	"time"

	"ordo/base/money"
	"ordo/base/problem"
	"ordo/engine/auth"
	"ordo/engine/command"
	"ordo/engine/query"
	"ordo/resource/payment"
	"ordo/resource/payment/testgateway"
	"ordo/sales/order"
	"ordo/trade/tradetest"
)

// Spec: 1.5.2
func TestEveryTokenLeadsItsLife(t *testing.T) {
	type step struct {
		after   time.Duration
		payment string // its status then
		order   string // payment status of its order
	}
	for _, c := range []struct {
		token  string
		steps  []step
		events string
	}{
		{"tok_approve", []step{{0, "authorized", "authorized"}, {time.Minute, "authorized", "authorized"}}, "payment.requested payment.authorized"},
		{"tok_decline", []step{{0, "failed", "unpaid"}, {time.Minute, "failed", "unpaid"}}, "payment.requested payment.failed"},
		{"tok_nobody", []step{{0, "failed", "unpaid"}}, "payment.requested payment.failed"},
		{"tok_action", []step{{0, "requires_action", "pending"}, {time.Hour, "requires_action", "pending"}}, "payment.requested payment.action_required"},
		{"tok_timeout", []step{{0, "unknown", "pending"}, {0, "unknown", "pending"}, {time.Minute, "authorized", "authorized"}}, "payment.requested payment.unknown payment.authorized"},
		{"tok_lost", []step{{0, "unknown", "pending"}, {time.Minute, "failed", "unpaid"}, {time.Hour, "failed", "unpaid"}}, "payment.requested payment.unknown payment.failed"},
		{"tok_late", []step{{0, "pending", "pending"}, {time.Second, "pending", "pending"}, {10 * time.Second, "authorized", "authorized"}}, "payment.requested payment.authorized"},
		{"tok_twice", []step{{0, "authorized", "authorized"}, {time.Minute, "authorized", "authorized"}}, "payment.requested payment.authorized"},
	} {
		t.Run(c.token, func(t *testing.T) {
			eachTill(t, func(s *till) {
				o := s.place(&order.PaymentIn{Method: payment.Test, Token: c.token})
				for i, step := range c.steps {
					if i > 0 {
						s.later(step.after)
					}
					if p := s.pay(o.ID, 0); p.Status != step.payment || p.Amount.Amount != 3000 {
						s.t.Errorf("step %d: the payment of %s is %s, want %s", i, p.Amount.Format(), p.Status, step.payment)
					}
					if got := s.get(o.ID).PaymentStatus; got != step.order {
						s.t.Errorf("step %d: the order is %s, want %s", i, got, step.order)
					}
				}
				s.wrote(s.pay(o.ID, 0).ID, c.events)
				if n := s.Count(`SELECT count(*) FROM test_gateway_calls`); n != map[bool]int64{true: 0, false: 1}[c.token == "tok_lost"] {
					s.t.Errorf("the gateway got %d calls", n)
				}
			})
		})
	}
}

func TestThePayerCompletesAnAction(t *testing.T) {
	for _, approve := range []bool{true, false} {
		eachTill(t, func(s *till) {
			o := s.place(&order.PaymentIn{Method: payment.Test, Token: "tok_action"})
			p := s.pay(o.ID, 0)
			key := p.Attempts[0].IntentID
			if p.ActionURL != "/v1/test-gateway/"+key+"/complete" {
				s.t.Errorf("the payer has to go to %q", p.ActionURL)
			}
			in := testgateway.CompleteIn{Key: key, Approve: approve}
			tradetest.Do[*testgateway.Call](s.Shop, "test_gateway.complete", in)
			s.Refused("test_gateway.complete", in, "transition_not_allowed")
			s.Refused("test_gateway.complete", testgateway.CompleteIn{Key: "int_none"}, "not_found")
			s.later(time.Second)
			want := map[bool]string{true: "authorized", false: "failed"}[approve]
			if p := s.pay(o.ID, 0); p.Status != want || p.ActionURL != "" || p.Reference != key {
				s.t.Errorf("the payment is %s (%q, reference %s), want %s", p.Status, p.ActionURL, p.Reference, want)
			}
		})
	}
}

func TestAResultThatRepeatsChangesNothing(t *testing.T) {
	eachTill(t, func(s *till) {
		o := s.paid()
		s.do("move_refund", order.MoveRefundIn{ID: o.ID, RefundID: s.grant(o.ID, 1000)})
		p := s.pay(o.ID, 0)
		before := s.Count(`SELECT count(*) FROM events`)
		for _, a := range p.Attempts {
			for _, state := range []string{payment.StateSucceeded, payment.StateSucceeded, payment.StateFailed, payment.StateUnknown, payment.StatePending, payment.StateRequiresAction} {
				if err := s.tell(s.t.Context(), a.IntentID, payment.Result{State: state, Reference: "another", Error: "late"}); err != nil {
					s.t.Errorf("%s told %s: %v", a.Kind, state, err)
				}
			}
		}
		if after := s.Count(`SELECT count(*) FROM events`); after != before {
			s.t.Errorf("repeated results wrote %d events", after-before)
		}
		if again := s.pay(o.ID, 0); again.Version != p.Version || again.Reference != p.Reference {
			s.t.Errorf("the payment became %+v", again)
		}
		s.is(o.ID, "partially_refunded", 3000, 3000, 1000)
	})
}

func TestASuccessAfterAFailureIsTheTruth(t *testing.T) {
	eachTill(t, func(s *till) {
		o := s.place(&order.PaymentIn{Method: payment.Test, Token: "tok_lost"})
		s.later(time.Minute)
		s.is(o.ID, "unpaid", 0, 0, 0)
		s.do("pay", order.PayIn{ID: o.ID, Method: payment.Test, Token: "tok_approve"})
		s.is(o.ID, "authorized", 3000, 0, 0)
		late := s.pay(o.ID, 0)
		if late.Attempts[0].Error != "never_arrived" {
			s.t.Errorf("the lost attempt failed by %q", late.Attempts[0].Error)
		}
		// The call arrives at the gateway after all.
		s.Write(`INSERT INTO test_gateway_calls (key, kind, token, reference, amount, currency, state, created_at, version) VALUES ($1, 'authorize', 'tok_lost', $1, 3000, 'GBP', 'succeeded', 1, 1)`, late.Attempts[0].IntentID)
		if err := s.tell(s.t.Context(), late.Attempts[0].IntentID, payment.Result{State: payment.StateSucceeded, Reference: late.Attempts[0].IntentID}); err != nil {
			s.t.Fatal(err)
		}
		s.is(o.ID, "authorized", 6000, 0, 0)
		s.Wrote(late.ID, []string{"1 payment.requested"}, []string{"2 payment.unknown"}, []string{"3 payment.failed", `"after":"unknown"`}, []string{"4 payment.authorized", `"after":"failed"`, `"status":"authorized"`})
		// What is due is taken once, also while it is on its way.
		s.gateway.kinds = payment.KindCapture
		s.do("capture", order.CaptureIn{ID: o.ID})
		s.Refused("order.capture", order.CaptureIn{ID: o.ID}, "/amount amount_exceeds_owed")
		s.later(time.Minute)
		s.gateway.kinds = ""
		s.do("capture", order.CaptureIn{ID: o.ID})
		s.is(o.ID, "paid", 6000, 3000, 0)
		s.Refused("order.capture", order.CaptureIn{ID: o.ID}, "/amount amount_exceeds_owed")
		for i := range 2 {
			if p := s.pay(o.ID, i); p.Uncaptured() > 0 {
				s.do("void_payment", order.VoidPaymentIn{ID: o.ID, PaymentID: p.ID})
			}
		}
		s.is(o.ID, "paid", 3000, 3000, 0)
	})
}

func TestMoneyOnItsWayCantBeTakenTwice(t *testing.T) {
	eachTill(t, func(s *till) {
		o := s.place(&order.PaymentIn{Method: payment.Test, Token: "tok_approve"})
		id := s.pay(o.ID, 0).ID
		s.gateway.kinds = payment.KindCapture
		s.do("capture", order.CaptureIn{ID: o.ID, Amount: pounds(2000)})
		p := s.pay(o.ID, 0)
		if p.Capturing.Amount != 2000 || p.Attempts[1].State != payment.StateUnknown || p.Status != "authorized" {
			s.t.Errorf("the payment has %d on its way by an attempt that is %s", p.Capturing.Amount, p.Attempts[1].State)
		}
		s.Refused("order.capture", order.CaptureIn{ID: o.ID, Amount: pounds(1001)}, "/amount amount_exceeds_authorized")
		s.Refused("order.capture", order.CaptureIn{ID: o.ID, PaymentID: id, Amount: pounds(1001)}, "/amount amount_exceeds_authorized")
		// The gateway never got it: the money is free again.
		s.later(time.Minute)
		s.gateway.kinds = ""
		s.is(o.ID, "authorized", 3000, 0, 0)
		s.do("capture", order.CaptureIn{ID: o.ID})
		s.is(o.ID, "paid", 3000, 3000, 0)
		s.wrote(id, "payment.requested payment.authorized payment.capture_requested payment.unknown payment.failed payment.capture_requested payment.captured")

		refund := s.grant(o.ID, 3000)
		s.gateway.kinds = payment.KindRefund
		s.do("move_refund", order.MoveRefundIn{ID: o.ID, RefundID: refund, Amount: pounds(1000)})
		s.Refused("order.move_refund", order.MoveRefundIn{ID: o.ID, RefundID: refund, Amount: pounds(2001)}, "/amount amount_exceeds_refund", "/amount amount_exceeds_captured")
		if r := s.refunds(o.ID)[0]; r.Status != "moving" || r.Left() != 2000 {
			s.t.Errorf("the refund is %s with %d left", r.Status, r.Left())
		}
		s.later(time.Minute)
		s.gateway.kinds = ""
		s.do("move_refund", order.MoveRefundIn{ID: o.ID, RefundID: refund})
		s.is(o.ID, "refunded", 3000, 3000, 3000)
		s.wrote(refund, "refund.granted refund.moving refund.stopped refund.moving refund.moved")
	})
}

func TestMoneyOnItsWayIsNotDueAgain(t *testing.T) {
	eachTill(t, func(s *till) {
		o := s.place(&order.PaymentIn{Method: payment.Test, Token: "tok_approve"})
		s.do("pay", order.PayIn{ID: o.ID, Method: payment.Cash, Amount: pounds(1000)})
		s.gateway.kinds = payment.KindCapture
		s.do("capture", order.CaptureIn{ID: o.ID})
		if p := s.pay(o.ID, 0); p.Capturing.Amount != 2000 {
			s.t.Errorf("%d are on their way, 2000 were due", p.Capturing.Amount)
		}
		s.Refused("order.capture", order.CaptureIn{ID: o.ID}, "/amount amount_exceeds_owed")
	})
}

func TestALateSuccessWaitsForMoneyThatAnotherAttemptHas(t *testing.T) {
	eachTill(t, func(s *till) {
		o := s.place(&order.PaymentIn{Method: payment.Test, Token: "tok_approve"})
		s.gateway.kinds = payment.KindCapture
		s.do("capture", order.CaptureIn{ID: o.ID})
		s.later(time.Minute)
		first := s.pay(o.ID, 0).Attempts[1]
		s.do("capture", order.CaptureIn{ID: o.ID})
		p := s.pay(o.ID, 0)
		result := payment.RecordResultIn{ID: p.ID, OrderID: o.ID, AttemptID: first.ID, State: payment.StateSucceeded}
		s.Refused("payment.record_result", result, "payment_result_conflict")
		s.later(time.Minute)
		s.Write(`INSERT INTO test_gateway_calls (key, kind, reference, amount, currency, state, created_at, version) VALUES ($1, 'capture', $2, 3000, 'GBP', 'succeeded', 1, 1)`, first.IntentID, p.Reference)
		if p := tradetest.Do[*payment.Payment](s.Shop, "payment.record_result", result); p.AttemptsOpen != 0 {
			s.t.Errorf("%d attempts are in flight", p.AttemptsOpen)
		}
		s.is(o.ID, "paid", 3000, 3000, 0)
	})
}

func TestTwoCapturesRaceForOneAuthorization(t *testing.T) {
	eachTill(t, func(s *till) {
		o := s.place(&order.PaymentIn{Method: payment.Test, Token: "tok_approve"})
		captures := make([]error, 4)
		var wg sync.WaitGroup
		for i := range captures {
			wg.Go(func() { _, captures[i] = s.Try("order.capture", order.CaptureIn{ID: o.ID, Amount: pounds(2000)}) })
		}
		wg.Wait()
		won := 0
		for _, err := range captures {
			if err == nil {
				won++
			} else if !errors.Is(err, payment.ErrExceedsAuthorized) {
				s.t.Errorf("a capture fails by %v", err)
			}
		}
		if won != 1 {
			s.t.Errorf("%d captures of 20.00 of 30.00 succeeded", won)
		}
		s.is(o.ID, "partially_paid", 3000, 2000, 0)
	})
}

// Spec: 1.5.2
func TestAnOrderGoesThroughAllPaymentStatuses(t *testing.T) {
	eachTill(t, func(s *till) {
		o := s.place(nil)
		s.is(o.ID, "unpaid", 0, 0, 0)
		s.do("pay", order.PayIn{ID: o.ID, Method: payment.Test, Token: "tok_late", Amount: pounds(1000)})
		s.is(o.ID, "pending", 0, 0, 0)
		s.later(time.Minute)
		s.is(o.ID, "unpaid", 1000, 0, 0)
		s.do("pay", order.PayIn{ID: o.ID, Method: payment.Test, Token: "tok_approve"})
		s.is(o.ID, "authorized", 3000, 0, 0)
		s.Refused("order.pay", order.PayIn{ID: o.ID, Method: payment.Test, Token: "tok_approve"}, "/amount amount_exceeds_owed")
		s.do("capture", order.CaptureIn{ID: o.ID, Amount: pounds(2500)})
		s.is(o.ID, "partially_paid", 3000, 2500, 0)
		s.do("capture", order.CaptureIn{ID: o.ID})
		s.is(o.ID, "paid", 3000, 3000, 0)
		s.cash(o.ID, 500)
		s.is(o.ID, "overpaid", 3500, 3500, 0)
		s.do("move_refund", order.MoveRefundIn{ID: o.ID, RefundID: s.grant(o.ID, 500)})
		s.is(o.ID, "partially_refunded", 3500, 3500, 500)
		if parts := s.refunds(o.ID)[0].Parts; len(parts) != 1 || parts[0].LineID != "" || parts[0].Amount.Amount != 500 {
			s.t.Errorf("money beyond the total is given back of %+v", parts)
		}
		s.do("move_refund", order.MoveRefundIn{ID: o.ID, RefundID: s.grant(o.ID, 3000)})
		s.is(o.ID, "refunded", 3500, 3500, 3500)
		s.Refused("order.pay", order.PayIn{ID: o.ID, Method: payment.Cash}, "/amount amount_exceeds_owed")
		s.Refused("order.grant_refund", order.GrantRefundIn{ID: o.ID, Reason: "other", Amount: pounds(1)}, "transition_not_allowed")
	})
}

func TestVoidingGivesUpThePromise(t *testing.T) {
	eachTill(t, func(s *till) {
		o := s.place(&order.PaymentIn{Method: payment.Test, Token: "tok_approve"})
		p := s.pay(o.ID, 0)
		s.do("void_payment", order.VoidPaymentIn{ID: o.ID, PaymentID: p.ID})
		s.is(o.ID, "unpaid", 0, 0, 0)
		if p := s.pay(o.ID, 0); p.Status != "voided" || p.Attempts[0].State != payment.StateVoided {
			s.t.Errorf("the payment is %s, its authorization %s", p.Status, p.Attempts[0].State)
		}
		s.Refused("order.void_payment", order.VoidPaymentIn{ID: o.ID, PaymentID: p.ID}, "transition_not_allowed")
		s.Refused("order.capture", order.CaptureIn{ID: o.ID}, "transition_not_allowed")

		o = s.place(&order.PaymentIn{Method: payment.Test, Token: "tok_approve"})
		s.do("capture", order.CaptureIn{ID: o.ID, Amount: pounds(1000)})
		s.do("void_payment", order.VoidPaymentIn{ID: o.ID, PaymentID: s.pay(o.ID, 0).ID})
		s.is(o.ID, "partially_paid", 1000, 1000, 0)
		if p := s.pay(o.ID, 0); p.Status != "captured" {
			s.t.Errorf("the payment is %s", p.Status)
		}
	})
}

func TestTheWaitForAPayerIsGivenUp(t *testing.T) {
	eachTill(t, func(s *till) {
		o := s.place(&order.PaymentIn{Method: payment.Test, Token: "tok_action"})
		p := s.pay(o.ID, 0)
		void := order.VoidPaymentIn{ID: o.ID, PaymentID: p.ID}
		s.gateway.kinds = payment.KindCancel // the gateway does not answer
		s.do("void_payment", void)
		if p := s.pay(o.ID, 0); p.Status != "requires_action" || p.AttemptsOpen != 2 {
			s.t.Errorf("the payment is %s with %d attempts in flight", p.Status, p.AttemptsOpen)
		}
		s.Refused("order.void_payment", void, "transition_not_allowed") // once is enough
		s.later(time.Minute)                                            // it never arrived
		s.gateway.kinds = ""
		s.is(o.ID, "pending", 0, 0, 0)
		s.do("void_payment", void)
		s.is(o.ID, "unpaid", 0, 0, 0)
		p = s.pay(o.ID, 0)
		if p.Status != "failed" || p.Attempts[0].State != payment.StateFailed || p.Attempts[0].Error != "canceled" || p.AttemptsOpen != 0 || p.ActionURL != "" {
			s.t.Errorf("the payment is %+v", p)
		}
		s.wrote(p.ID, "payment.requested payment.action_required payment.void_requested payment.unknown payment.failed payment.void_requested payment.voided")
		complete := testgateway.CompleteIn{Key: p.Attempts[0].IntentID, Approve: true}
		s.Refused("test_gateway.complete", complete, "transition_not_allowed")
		s.Refused("order.void_payment", void, "transition_not_allowed")

		// The payer was faster, but nobody has heard of it yet.
		o = s.place(&order.PaymentIn{Method: payment.Test, Token: "tok_action"})
		p = s.pay(o.ID, 0)
		if _, err := s.Try("test_gateway.complete", testgateway.CompleteIn{Key: p.Attempts[0].IntentID, Approve: true}); err != nil {
			s.t.Fatal(err)
		}
		s.do("void_payment", order.VoidPaymentIn{ID: o.ID, PaymentID: p.ID})
		if p := s.pay(o.ID, 0); p.Status != "requires_action" || p.Attempts[1].Error != "not_waiting" {
			s.t.Errorf("the payment is %s", p.Status)
		}
		s.later(time.Minute)
		s.is(o.ID, "authorized", o.Total.Amount, 0, 0)
		s.do("void_payment", order.VoidPaymentIn{ID: o.ID, PaymentID: p.ID})
		s.is(o.ID, "unpaid", 0, 0, 0)
	})
}

func TestAnOrderCountsItsAttemptsInFlight(t *testing.T) {
	eachTill(t, func(s *till) {
		o := s.place(&order.PaymentIn{Method: payment.Test, Token: "tok_action"})
		if o = s.cash(o.ID, 100); o.AttemptsOpen != 1 {
			s.t.Errorf("%d attempts are in flight while the payer has to act", o.AttemptsOpen)
		}
		// Who never acts does not keep another from paying.
		o = s.do("pay", order.PayIn{ID: o.ID, Method: payment.Test, Token: "tok_late"})
		if o.AttemptsOpen != 2 {
			s.t.Errorf("%d attempts are in flight, want 2", o.AttemptsOpen)
		}
		s.Refused("order.pay", order.PayIn{ID: o.ID, Method: payment.Test, Token: "tok_approve"}, "/amount amount_exceeds_owed")
		s.later(time.Minute)
		s.is(o.ID, "partially_paid", 3000, 100, 0)
	})
}

func TestAnOrderOfNothingNeedsNoPayment(t *testing.T) {
	eachTill(t, func(s *till) {
		in := s.asked(&order.PaymentIn{Method: payment.Test, Token: "tok_approve"})
		in.Lines = []order.LineIn{{SKU: "GIFT", Quantity: 1_000}}
		o := s.do("place", in)
		s.is(o.ID, "paid", 0, 0, 0)
		if all := s.payments(o.ID); len(all) != 0 {
			s.t.Errorf("it has the payments %+v", all)
		}
	})
}

func TestAPaymentHoldEndsWhenTheMoneyIsPromised(t *testing.T) {
	eachTill(t, func(s *till) {
		o := s.place(nil)
		for _, kind := range []string{"payment", "payment", "address"} {
			s.do("hold", order.HoldIn{ID: o.ID, Kind: kind, Reason: "waits"})
		}
		s.Write(`UPDATE holds SET release_when = 'authorized' WHERE kind = 'address' OR id = (SELECT min(id) FROM holds WHERE kind = 'payment')`)
		s.do("pay", order.PayIn{ID: o.ID, Method: payment.Test, Token: "tok_approve", Amount: pounds(2999)})
		active := func() (n int) {
			for _, h := range s.get(o.ID).Holds {
				if h.Active() {
					n++
				}
			}
			return n
		}
		if n := active(); n != 3 {
			s.t.Errorf("%d holds are left when a penny is missing", n)
		}
		s.cash(o.ID, 1)
		if n := active(); n != 2 {
			s.t.Errorf("%d holds are left, want the two that wait for something else", n)
		}
	})
}

func TestAFraudHoldBlocksTheCapture(t *testing.T) {
	eachTill(t, func(s *till) {
		o := s.place(&order.PaymentIn{Method: payment.Test, Token: "tok_approve"})
		s.do("hold", order.HoldIn{ID: o.ID, Kind: "fraud", Reason: "velocity"})
		s.Refused("order.capture", order.CaptureIn{ID: o.ID}, "order_held")
	})
}

func TestPayingIsRefused(t *testing.T) {
	eachTill(t, func(s *till) {
		o := s.place(nil)
		cash := func(a *money.Amount) order.PayIn { return order.PayIn{ID: o.ID, Method: payment.Cash, Amount: a} }
		s.Refused("order.pay", cash(&money.Amount{Amount: 1, Currency: "EUR"}), "/amount/currency currency_mismatch")
		s.Refused("order.pay", cash(pounds(0)), "/amount/amount amount_out_of_range")
		s.Refused("order.pay", cash(pounds(-1)), "/amount/amount amount_out_of_range")
		s.Refused("order.pay", cash(pounds(money.MaxAmount+1)), "/amount/amount amount_out_of_range")
		s.Refused("order.pay", order.PayIn{ID: o.ID, Method: payment.Test}, "/token field_required")
		s.Refused("order.pay", order.PayIn{ID: o.ID, Method: payment.Test, Token: "tok_approve", Amount: pounds(3001)}, "/amount amount_exceeds_owed")
		s.Refused("order.pay", order.PayIn{ID: "ord_none", Method: payment.Cash}, "not_found")
		s.Refused("order.capture", order.CaptureIn{ID: o.ID}, "transition_not_allowed")
		s.Refused("order.grant_refund", order.GrantRefundIn{ID: o.ID, Reason: "other", Amount: pounds(1)}, "transition_not_allowed")
		draft := s.do("draft", order.DraftIn{Agreement: s.asked(nil).Agreement})
		s.Refused("order.pay", order.PayIn{ID: draft.ID, Method: payment.Cash}, "transition_not_allowed")
		s.Write(`UPDATE channels SET payment_methods = '["cash"]'`)
		s.Refused("order.pay", order.PayIn{ID: o.ID, Method: payment.Test}, "/method payment_method_not_allowed", "/token field_required")
		s.Refused("order.capture", order.CaptureIn{ID: s.cash(o.ID, 3000).ID}, "transition_not_allowed")
		other := s.place(nil)
		s.Refused("order.void_payment", order.VoidPaymentIn{ID: other.ID, PaymentID: s.payments(o.ID)[0].ID}, "/payment_id not_found")
	})
}

func TestAResultOfAnotherPaymentIsRefused(t *testing.T) {
	eachTill(t, func(s *till) {
		one := s.place(&order.PaymentIn{Method: payment.Test, Token: "tok_action"})
		two := s.place(&order.PaymentIn{Method: payment.Test, Token: "tok_action"})
		p, q := s.pay(one.ID, 0), s.pay(two.ID, 0)
		right := payment.RecordResultIn{ID: p.ID, OrderID: one.ID, AttemptID: p.Attempts[0].ID, State: payment.StateFailed, Error: "card_declined"}
		for _, c := range []struct {
			change func(in *payment.RecordResultIn)
			want   string
		}{
			{func(in *payment.RecordResultIn) { in.ID = "pay_none" }, "not_found"},
			{func(in *payment.RecordResultIn) { in.OrderID = "ord_none" }, "not_found"},
			{func(in *payment.RecordResultIn) { in.OrderID = two.ID }, "/order_id not_found"},
			{func(in *payment.RecordResultIn) { in.AttemptID = "att_none" }, "/attempt_id not_found"},
			{func(in *payment.RecordResultIn) { in.AttemptID = q.Attempts[0].ID }, "/attempt_id not_found"},
		} {
			in := right
			c.change(&in)
			s.Refused("payment.record_result", in, c.want)
		}
		if err := s.tell(s.t.Context(), "int_none", payment.Result{State: payment.StateSucceeded}); problem.As(err) == nil {
			s.t.Errorf("a callback for nothing is answered with %v", err)
		}
		// Recorded by hand, before the gateway says so itself.
		tradetest.Do[*payment.Payment](s.Shop, "payment.record_result", right)
		tradetest.Do[*testgateway.Call](s.Shop, "test_gateway.complete", testgateway.CompleteIn{Key: p.Attempts[0].IntentID})
		s.later(time.Second)
		if p := s.pay(one.ID, 0); p.Status != "failed" || p.Attempts[0].Error != "card_declined" {
			s.t.Errorf("the payment is %s by %q", p.Status, p.Attempts[0].Error)
		}
	})
}

func TestPaymentsOutsideTheScopeAreNotFound(t *testing.T) {
	eachTill(t, func(s *till) {
		o := s.place(&order.PaymentIn{Method: payment.Test, Token: "tok_approve"})
		p := s.pay(o.ID, 0)
		list := func(filter string) []*payment.Payment {
			return tradetest.Do[query.Rows[*payment.Payment]](s.Shop, "payment.list", query.Input{Filter: filter}).Items
		}
		for _, filter := range []string{"", "status:authorized method:test order:" + o.ID, "channel:" + s.channel} {
			if all := list(filter); len(all) != 1 || all[0].ID != p.ID || all[0].Authorized.Currency != "GBP" {
				s.t.Errorf("%q lists %+v", filter, all)
			}
		}
		if all := list("status:failed"); len(all) != 0 {
			s.t.Errorf("failed payments are %+v", all)
		}
		own := s.Actor
		for _, scope := range []auth.Scope{{Channels: []string{"cha_other"}}, {Customer: "cus_other"}} {
			s.Actor.Scope = scope
			s.Refused("payment.get", payment.GetIn{ID: p.ID}, "not_found")
			s.Refused("order.pay", order.PayIn{ID: o.ID, Method: payment.Cash}, "not_found")
			s.Refused("payment.record_result", payment.RecordResultIn{ID: p.ID, OrderID: o.ID, AttemptID: p.Attempts[0].ID, State: payment.StateFailed}, "not_found")
			if all := list(""); len(all) != 0 {
				s.t.Errorf("a stranger sees %+v", all)
			}
		}
		s.Actor = own
	})
}

func TestMoneyActionsAreShownAsTheyAreOpen(t *testing.T) {
	eachTill(t, func(s *till) {
		open := func(o *order.Order) (names string) {
			for _, a := range o.Actions {
				if a.Allowed && (a.Name == "order.pay" || a.Name == "order.capture" || a.Name == "order.void_payment" || a.Name == "order.grant_refund" || a.Name == "order.move_refund") {
					names += a.Name + " "
				}
			}
			return names
		}
		check := func(o *order.Order, want string) {
			s.t.Helper()
			if got := open(s.get(o.ID)); got != want {
				s.t.Errorf("open are %q, want %q", got, want)
			}
		}
		o := s.place(&order.PaymentIn{Method: payment.Test, Token: "tok_approve"})
		check(o, "order.pay order.capture order.void_payment ")
		s.do("capture", order.CaptureIn{ID: o.ID})
		check(o, "order.pay order.grant_refund order.move_refund ")
	})
}

func TestARepeatedKeyPaysOnce(t *testing.T) {
	eachTill(t, func(s *till) {
		o := s.place(nil)
		in := order.PayIn{ID: o.ID, Method: payment.Cash, Amount: pounds(1000)}
		for range 3 {
			if _, err := s.TryWithKey("order.pay", in, "key"); err != nil {
				s.t.Fatal(err)
			}
		}
		s.is(o.ID, "partially_paid", 1000, 1000, 0)
		if _, err := s.TryWithKey("order.pay", order.PayIn{ID: o.ID, Method: payment.Cash}, "key"); !errors.Is(err, command.ErrKeyReused) {
			s.t.Errorf("another input under the key gives %v", err)
		}
	})
}
