package order_test

import (
	"encoding/json"
	"slices"
	"testing"

	"ordo/engine/db"
	"ordo/resource/payment"
	"ordo/sales/order"
)

func TestAnAuthorizationIsAnsweredWithTheOrderAsItIsThen(t *testing.T) {
	for name, meanwhile := range map[string]func(s *till, id string){
		"nothing else happened": func(*till, string) {},
		"it was held meanwhile": func(s *till, id string) { s.do("hold", order.HoldIn{ID: id, Kind: "fraud", Reason: "odd"}) },
		"cash came meanwhile":   func(s *till, id string) { s.cash(id, 100) },
	} {
		for _, token := range []string{"tok_approve", "tok_decline", "tok_action"} {
			t.Run(token+" "+name, func(t *testing.T) {
				eachTill(t, func(s *till) {
					s.gateway.meanwhile = func() { meanwhile(s, s.newest()) }
					s.answered(s.place(&order.PaymentIn{Method: payment.Test, Token: token}))
					open := s.place(nil)
					s.cash(open.ID, 500)
					s.gateway.meanwhile = func() { meanwhile(s, open.ID) }
					s.answered(s.do("pay", order.PayIn{ID: open.ID, Method: payment.Test, Token: token}))
				})
			})
		}
	}
}

func TestAnAuthorizationThatEndsAHoldIsAnsweredWithout(t *testing.T) {
	eachTill(t, func(s *till) {
		o := s.place(nil)
		s.Write(`INSERT INTO holds (id, order_id, kind, reason, owner, release_when, created_at, released_by) VALUES ('hld_1', $1, 'payment', 'unpaid', 'rule', 'authorized', 1, '')`, o.ID)
		o = s.do("pay", order.PayIn{ID: o.ID, Method: payment.Test, Token: "tok_approve"})
		if s.answered(o); len(o.Holds) != 1 || o.Holds[0].Active() {
			s.t.Errorf("the order has the holds %+v", o.Holds)
		}
	})
}

// newest is the id of the order that was placed last.
func (s *till) newest() (id string) {
	s.Read(func(tx *db.Tx) error { return tx.Load(db.One(`SELECT MAX(id) FROM orders`, nil, &id)) })
	return id
}

// answered compares an answer with the order as it is.
func (s *till) answered(o *order.Order) {
	s.t.Helper()
	o.Warnings = nil // of the agreement that was asked for; not stored
	got, _ := json.Marshal(o)
	want, _ := json.Marshal(s.get(o.ID))
	if !slices.Equal(got, want) {
		s.t.Errorf("the answer was\n%s, the order is\n%s", got, want)
	}
}
