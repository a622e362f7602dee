package order_test

import (
	"fmt"
	"testing"

	"ordo/engine/auth"
	"ordo/engine/query"
	"ordo/resource/payment"
	"ordo/sales/order"
	"ordo/trade/tradetest"
)

// unclear lists what gateways did not answer, in short.
func (s *till) unclear() (all []string) {
	s.t.Helper()
	page := tradetest.Do[query.Rows[*payment.Unclear]](s.Shop, "payment.unclear", query.Input{})
	for _, u := range page.Items {
		all = append(all, fmt.Sprintf("%s of %s for %s", u.Kind, u.Amount.Format(), u.OrderNumber))
		if u.Key == "" || u.Asked == 0 || u.NextAt <= u.CreatedAt {
			s.t.Errorf("%+v doesn't tell how often it was asked, and when again", u)
		}
	}
	return all
}

func TestWhatAGatewayDidNotAnswerIsListedUntilItIsKnown(t *testing.T) {
	eachTill(t, func(s *till) {
		first := s.place(&order.PaymentIn{Method: payment.Test, Token: "tok_silent"})
		second := s.place(&order.PaymentIn{Method: payment.Test, Token: "tok_approve"})
		s.gateway.kinds = payment.KindCapture
		s.do("capture", order.CaptureIn{ID: second.ID}) // the payment itself is authorized
		want := []string{"authorize of 30.00 GBP for " + first.Number, "capture of 30.00 GBP for " + second.Number}
		if got := s.unclear(); fmt.Sprint(got) != fmt.Sprint(want) {
			t.Fatalf("%q is unclear, want %q", got, want)
		}

		s.Actor.Scope = auth.Scope{Channels: []string{"cha_other"}}
		if got := s.unclear(); got != nil {
			t.Errorf("whoever sees another channel sees %q", got)
		}
		s.Actor.Scope = auth.Scope{}

		p := s.pay(first.ID, 0)
		tradetest.Do[*payment.Payment](s.Shop, "payment.record_result", payment.RecordResultIn{ID: p.ID, OrderID: first.ID, AttemptID: p.Attempts[0].ID, State: payment.StateSucceeded, GatewayReference: "ch_1"})
		p = s.pay(second.ID, 0)
		tradetest.Do[*payment.Payment](s.Shop, "payment.record_result", payment.RecordResultIn{ID: p.ID, OrderID: second.ID, AttemptID: p.Attempts[1].ID, State: payment.StateFailed, Error: "declined"})
		if got := s.unclear(); got != nil {
			t.Errorf("%q is unclear though it was told", got)
		}
		s.is(first.ID, "authorized", 3000, 0, 0)
		s.is(second.ID, "authorized", 3000, 0, 0)
	})
}
