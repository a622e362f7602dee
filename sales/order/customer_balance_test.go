package order_test

import (
	"fmt"
	"testing"
	"time"

	"ordo/base/money"
	"ordo/engine/auth"
	"ordo/resource/payment"
	"ordo/sales/order"
	"ordo/trade/customer"
	"ordo/trade/tradetest"
)

// owes tells the balance of the till's customer in short.
func (s *till) owes() (text string) {
	s.t.Helper()
	list := tradetest.Do[order.BalanceList](s.Shop, "customer.balance", customer.GetIn{ID: s.customer})
	for _, b := range list.Items {
		text += fmt.Sprintf("%d orders for %s: owes %s, overdue %s, gets %s", b.Orders, b.Ordered.Format(), b.Owed.Format(), b.Overdue.Format(), b.Credit.Format())
	}
	return text
}

// Spec: 1.6.9
func TestABalanceTellsWhatACustomerOwesForAllOrders(t *testing.T) {
	eachTill(t, func(s *till) {
		is := func(want string) {
			s.t.Helper()
			if got := s.owes(); got != want {
				s.t.Errorf("the balance is %q, want %q", got, want)
			}
		}
		is("")
		tradetest.Do[*customer.Customer](s.Shop, "customer.update", customer.UpdateIn{ID: s.customer, Facts: customer.Facts{
			Terms: customer.Terms{Type: "retail", Active: true, OnAccount: true, PaymentTermsDays: 30}, Contact: customer.Contact{Name: "Ada Byron"}}})
		s.do("draft", order.DraftIn{Agreement: s.asked(nil).Agreement}) // is no order yet
		is("")
		open := s.place(&order.PaymentIn{Method: order.OnAccount})
		paid := s.paid()
		canceled := s.place(&order.PaymentIn{Method: order.OnAccount})
		s.do("cancel", order.CancelIn{ID: canceled.ID, Reason: "customer"})
		is("3 orders for 60.00 GBP: owes 30.00 GBP, overdue 0.00 GBP, gets 0.00 GBP")

		s.do("pay", order.PayIn{ID: open.ID, Method: payment.Cash, Amount: &money.Amount{Amount: 1000, Currency: "GBP"}})
		s.grant(open.ID, 500)
		is("3 orders for 60.00 GBP: owes 15.00 GBP, overdue 0.00 GBP, gets 0.00 GBP")
		refund := s.grant(paid.ID, 1200)
		is("3 orders for 60.00 GBP: owes 15.00 GBP, overdue 0.00 GBP, gets 12.00 GBP")
		s.do("move_refund", order.MoveRefundIn{ID: paid.ID, RefundID: refund})
		s.later(100 * 24 * time.Hour)
		is("3 orders for 60.00 GBP: owes 15.00 GBP, overdue 15.00 GBP, gets 0.00 GBP")
		if whole := s.get(open.ID); whole.Owed().Amount != 1500 {
			s.t.Errorf("the order says that %s are owed", whole.Owed().Format())
		}

		s.Actor.Scope = auth.Scope{Channels: []string{"cha_other"}}
		is("")
		s.Actor.Scope = auth.Scope{Customer: "cus_other"}
		s.Refused("customer.balance", customer.GetIn{ID: s.customer}, "not_found")
		s.Actor.Scope = auth.Scope{}
	})
}
