package order_test

import (
	"testing"

	"ordo/base/money"
	"ordo/engine/auth"
	"ordo/resource/payment"
	"ordo/sales/order"
)

// repaired places an order of three hours of advice and two repairs, shipped:
// 30.00 + 66.66 + 3.95.
func (s *till) repaired() *order.Order {
	s.t.Helper()
	in := s.asked(nil)
	in.Lines = append(in.Lines, order.LineIn{SKU: "REPAIR", Quantity: 2_000})
	in.Deliveries = []order.DeliveryIn{{MethodID: s.method}}
	return s.do("place", in)
}

func TestARefundMovesInPartsOverTwoPayments(t *testing.T) {
	eachTill(t, func(s *till) {
		o := s.repaired()
		s.cash(o.ID, 4000)
		s.do("pay", order.PayIn{ID: o.ID, Method: payment.Test, Token: "tok_approve"})
		s.do("capture", order.CaptureIn{ID: o.ID})
		s.is(o.ID, "paid", 10061, 10061, 0)
		refund := s.grant(o.ID, 10061)
		move := func(minor int64, id string) {
			s.t.Helper()
			s.do("move_refund", order.MoveRefundIn{ID: o.ID, RefundID: refund, PaymentID: id, Amount: pounds(minor)})
		}
		cash, card := s.payments(o.ID)[0], s.payments(o.ID)[1]
		s.Refused("order.move_refund", order.MoveRefundIn{ID: o.ID, RefundID: refund, PaymentID: cash.ID, Amount: pounds(4001)}, "/amount amount_exceeds_captured")
		s.Refused("order.move_refund", order.MoveRefundIn{ID: o.ID, RefundID: refund, Amount: pounds(10062)}, "/amount amount_exceeds_refund", "/amount amount_exceeds_captured")
		s.Refused("order.move_refund", order.MoveRefundIn{ID: o.ID, RefundID: "rfd_none"}, "/refund_id not_found")
		s.Refused("order.move_refund", order.MoveRefundIn{ID: o.ID, RefundID: refund, PaymentID: "pay_none"}, "/payment_id not_found")
		move(3000, cash.ID)
		move(61, card.ID)
		move(2000, "") // 1000 of the cash that is left, then of the card
		if a, b := s.payments(o.ID)[0], s.payments(o.ID)[1]; a.Refunded.Amount != 4000 || a.Status != "refunded" || b.Refunded.Amount != 1061 || b.Status != "captured" {
			s.t.Errorf("the payments are %s with %d and %s with %d refunded", a.Status, a.Refunded.Amount, b.Status, b.Refunded.Amount)
		}
		s.is(o.ID, "partially_refunded", 10061, 10061, 5061)
		s.do("move_refund", order.MoveRefundIn{ID: o.ID, RefundID: refund})
		s.is(o.ID, "refunded", 10061, 10061, 10061)
		if r := s.refunds(o.ID)[0]; r.Status != "moved" {
			s.t.Errorf("the refund is %s", r.Status)
		}
		for _, l := range s.get(o.ID).Lines {
			if l.Granted != l.Gross {
				s.t.Errorf("%s of %s of line %s were granted", l.Granted.Format(), l.Gross.Format(), l.SKU)
			}
		}
		s.Refused("order.move_refund", order.MoveRefundIn{ID: o.ID, RefundID: refund}, "transition_not_allowed")
	})
}

func TestARefundIsGrantedByQuantityAmountAndCharge(t *testing.T) {
	eachTill(t, func(s *till) {
		o := s.repaired()
		s.cash(o.ID, o.Total.Amount)
		advice, repair, shipping := o.Lines[0], o.Lines[1], int64(0)
		for _, a := range o.Adjustments {
			if a.Kind == "shipping" {
				shipping = a.Position
			}
		}
		grant := func(parts ...order.RefundPartIn) *order.Order {
			s.t.Helper()
			return s.do("grant_refund", order.GrantRefundIn{ID: o.ID, Reason: "damaged", Parts: parts})
		}
		o = grant(order.RefundPartIn{LineID: advice.ID, Quantity: 1_000}, order.RefundPartIn{LineID: repair.ID, Amount: pounds(100)}, order.RefundPartIn{Adjustment: shipping, Amount: pounds(395)})
		if o.Lines[0].Granted.Amount != 1000 || o.Lines[1].Granted.Amount != 100 {
			s.t.Errorf("granted are %s and %s", o.Lines[0].Granted.Format(), o.Lines[1].Granted.Format())
		}
		r := s.refunds(o.ID)[0]
		if len(r.Parts) != 3 || r.Amount.Amount != 1495 || r.Parts[0].Quantity != 1_000 || r.Parts[2].Adjustment != shipping || r.Status != "granted" {
			s.t.Errorf("the refund is %+v", r.RefundFacts)
		}
		s.Wrote(r.ID, []string{"1 refund.granted", `"amount":1495`, `"reason":"damaged"`, `"line_id":"` + advice.ID + `"`, `"quantity":1000`})
		// What goodwill gave already is not given again.
		o = grant(order.RefundPartIn{LineID: repair.ID, Quantity: 1_000})
		o = grant(order.RefundPartIn{LineID: repair.ID, Quantity: 1_000})
		if o.Lines[1].Granted != o.Lines[1].Gross {
			s.t.Errorf("%s of %s were granted", o.Lines[1].Granted.Format(), o.Lines[1].Gross.Format())
		}
		refused := func(want string, p order.RefundPartIn) {
			s.t.Helper()
			s.Refused("order.grant_refund", order.GrantRefundIn{ID: o.ID, Reason: "damaged", Parts: []order.RefundPartIn{p}}, want)
		}
		refused("/parts/0/quantity amount_exceeds_line", order.RefundPartIn{LineID: advice.ID, Quantity: 2_001})
		refused("/parts/0/quantity amount_exceeds_line", order.RefundPartIn{LineID: repair.ID, Quantity: 1})
		refused("/parts/0/quantity amount_out_of_range", order.RefundPartIn{LineID: repair.ID, Quantity: -1})
		refused("/parts/0/amount amount_exceeds_line", order.RefundPartIn{LineID: advice.ID, Amount: pounds(2001)})
		refused("/parts/0/amount amount_exceeds_line", order.RefundPartIn{Adjustment: shipping, Amount: pounds(1)})
		refused("/parts/0/amount/amount amount_out_of_range", order.RefundPartIn{LineID: advice.ID, Amount: pounds(0)})
		refused("/parts/0/amount/currency currency_mismatch", order.RefundPartIn{LineID: advice.ID, Amount: &money.Amount{Amount: 1, Currency: "EUR"}})
		refused("/parts/0/line_id not_found", order.RefundPartIn{LineID: "oli_none", Quantity: 1_000})
		refused("/parts/0/adjustment not_found", order.RefundPartIn{Adjustment: 99, Amount: pounds(1)})
		refused("/parts/0 value_invalid", order.RefundPartIn{LineID: advice.ID})
		refused("/parts/0 value_invalid", order.RefundPartIn{LineID: advice.ID, Quantity: 1, Amount: pounds(1)})
		refused("/parts/0 value_invalid", order.RefundPartIn{Adjustment: shipping, Quantity: 1})
		refused("/parts/0 value_invalid", order.RefundPartIn{LineID: advice.ID, Adjustment: shipping, Amount: pounds(1)})
		refused("/parts/0 value_invalid", order.RefundPartIn{Amount: pounds(1)})
		s.Refused("order.grant_refund", order.GrantRefundIn{ID: o.ID, Reason: "damaged"}, "/amount field_required")
		s.Refused("order.grant_refund", order.GrantRefundIn{ID: o.ID, Reason: "damaged", Parts: []order.RefundPartIn{{LineID: "x", Quantity: 1}, {}}}, "/parts/0/line_id not_found", "/parts/1 value_invalid")
	})
}

// Spec: 1.5.2
func TestNoMoreIsGrantedThanWasTaken(t *testing.T) {
	eachTill(t, func(s *till) {
		o := s.place(nil)
		s.cash(o.ID, 1000)
		s.Refused("order.grant_refund", order.GrantRefundIn{ID: o.ID, Reason: "late", Amount: pounds(1001)}, "/amount amount_exceeds_captured")
		s.Refused("order.grant_refund", order.GrantRefundIn{ID: o.ID, Reason: "late", Parts: []order.RefundPartIn{{LineID: o.Lines[0].ID, Quantity: 2_000}}}, "amount_exceeds_captured")
		s.grant(o.ID, 600)
		s.Refused("order.grant_refund", order.GrantRefundIn{ID: o.ID, Reason: "late", Amount: pounds(401)}, "/amount amount_exceeds_captured")
		// What was promised back is not owed any more.
		if o = s.do("pay", order.PayIn{ID: o.ID, Method: payment.Cash}); o.Captured.Amount != 2400 {
			s.t.Errorf("%s were taken in all, want 24.00", o.Captured.Format())
		}
	})
}

func TestARefundAboveTheActorsLimitIsRefused(t *testing.T) {
	eachTill(t, func(s *till) {
		o := s.paid()
		s.Actor.Limits = auth.Limits{Refund: 999}
		in := order.GrantRefundIn{ID: o.ID, Reason: "late", Amount: pounds(1000)}
		s.Refused("order.grant_refund", in, "/amount limit_exceeded")
		s.Refused("order.grant_refund", order.GrantRefundIn{ID: o.ID, Reason: "late", Parts: []order.RefundPartIn{{LineID: o.Lines[0].ID, Quantity: 1_000}}}, "/amount limit_exceeded")
		in.Amount = pounds(999)
		s.do("grant_refund", in)
	})
}
