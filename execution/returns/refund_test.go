package returns_test

import (
	"slices"
	"sync"
	"testing"

	"ordo/base/money"
	"ordo/engine/db"
	"ordo/engine/db/dbtest"
	"ordo/execution/returns"
	"ordo/sales/order"
	"ordo/trade/tradetest"
)

func TestAReturnInPartsRefundsExactlyTheGross(t *testing.T) {
	dbtest.Each(t, db.Options{}, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		for _, parts := range [][]money.Quantity{{7_000}, {1_000, 6_000}, {1_000, 1_000, 1_000, 1_000, 1_000, 1_000, 1_000}, {333, 2_001, 4_666}} {
			in := order.PlaceIn{}
			in.ChannelID, in.CustomerID = s.channel, s.customer
			in.Lines = []order.LineIn{{SKU: "POT", Quantity: 7_000, Discounts: []order.DiscountIn{{Kind: "amount", Amount: 101, Label: "a pound and a penny"}}}}
			o := tradetest.Do[*order.Order](s.Shop, "order.place", in)
			s.pay(o)
			o = s.ship(shipIn{ID: o.ID})
			var sum int64
			for _, q := range parts {
				r := s.do("complete", returns.CompleteIn{ID: s.inspected(o, item{"POT", q}).ID})
				exact := line(o, "POT").Gross.Amount * int64(q) // of seven thousandths
				if off := r.Value.Amount*7_000 - exact; off <= -7_000 || off >= 7_000 {
					t.Errorf("%s units are worth %s", q, r.Value.Format())
				}
				if n := s.Count(`SELECT amount FROM refunds WHERE id = $1 AND return_id = $2 AND order_id = $3`, r.RefundID, r.ID, o.ID); n != r.Value.Amount {
					t.Errorf("a value of %s was refunded by %d", r.Value.Format(), n)
				}
				sum += r.Value.Amount
			}
			if got := line(s.order(o.ID), "POT"); sum != 23_230 || got.Granted.Amount != sum || got.Gross.Amount != sum {
				t.Errorf("parts %v: %d refunded, granted %v of %v", parts, sum, got.Granted, got.Gross)
			}
		}
		s.sound()
	})
}

func TestARestockingFeeIsKept(t *testing.T) {
	dbtest.Each(t, db.Options{}, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		for name, c := range map[string]struct {
			fee  returns.FeeIn
			want int64
		}{"rate": {returns.FeeIn{Rate: 150_000}, 650}, "amount": {returns.FeeIn{Amount: 1}, 1}, "all": {returns.FeeIn{Rate: 1_000_000}, 4_333}} {
			o := s.sold(item{"MUG", 2_000}, item{"POT", 1_000})
			r := s.do("complete", returns.CompleteIn{ID: s.inspected(o, item{"MUG", 1_000}, item{"POT", 1_000}).ID, Fee: &c.fee})
			if r.Value.Amount != 4_333 || r.Fee.Amount != c.want {
				t.Errorf("%s: worth %v, fee %v", name, r.Value, r.Fee)
			}
			got := s.order(o.ID)
			if granted := line(got, "MUG").Granted.Amount + line(got, "POT").Granted.Amount; granted != 4_333-c.want {
				t.Errorf("%s: %d granted", name, granted)
			}
			if (r.RefundID == "") != (c.want == 4_333) {
				t.Errorf("%s: refund %q", name, r.RefundID)
			}
			// The fee of one return is not given back by the next.
			if r := s.do("complete", returns.CompleteIn{ID: s.inspected(o, item{"MUG", 1_000}).ID}); r.Value.Amount != 1_000 {
				t.Errorf("%s: the other mug is worth %v", name, r.Value)
			}
		}
		s.sound()
	})
}

func TestNoMoreIsRefundedThanWasPaid(t *testing.T) {
	dbtest.Each(t, db.Options{}, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		for paid, want := range map[int64]int64{0: 0, 1_501: 1_501, 4_333: 4_333} {
			o := s.placed(item{"MUG", 1_000}, item{"POT", 1_000})
			tradetest.Do[*order.Order](s.Shop, "test.pay", payIn{ID: o.ID, Amount: paid})
			o = s.ship(shipIn{ID: o.ID})
			r := s.do("complete", returns.CompleteIn{ID: s.inspected(o, item{"MUG", 1_000}, item{"POT", 1_000}).ID})
			if n := s.Count(`SELECT COALESCE(sum(amount), 0) FROM refunds WHERE order_id = $1`, o.ID); r.Value.Amount != 4_333 || n != want {
				t.Errorf("of %d paid %d are refunded", paid, n)
			}
		}
		s.sound()
	})
}

func TestWhatWasRefundedOtherwiseIsNotRefundedAgain(t *testing.T) {
	dbtest.Each(t, db.Options{}, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		o := s.sold(item{"MUG", 3_000})
		some := money.Amount{Amount: 1_500, Currency: "GBP"}
		tradetest.Do[*order.Order](s.Shop, "order.grant_refund", order.GrantRefundIn{ID: o.ID, Reason: "damaged", Parts: []order.RefundPartIn{{LineID: line(o, "MUG").ID, Amount: &some}}})
		for _, want := range []int64{1_000, 500, 0} {
			if r := s.do("complete", returns.CompleteIn{ID: s.inspected(o, item{"MUG", 1_000}).ID}); r.Value.Amount != want {
				t.Errorf("a mug is worth %s, want %d", r.Value.Format(), want)
			}
		}
		if got := line(s.order(o.ID), "MUG"); got.Granted != got.Gross {
			t.Errorf("granted %v of %v", got.Granted, got.Gross)
		}
		s.sound()
	})
}

func TestARefundAboveTheActorsLimitIsRefused(t *testing.T) {
	dbtest.Each(t, db.Options{}, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		r := s.inspected(s.sold(item{"MUG", 1_000}), item{"MUG", 1_000})
		s.Actor.Limits.Refund = 999
		s.Refused("return.complete", returns.CompleteIn{ID: r.ID}, "limit_exceeded")
		s.Actor.Limits.Refund = 1_000
		s.do("complete", returns.CompleteIn{ID: r.ID})
	})
}

func TestOfTwoCommandsThatCompleteAReturnOneGrantsTheRefund(t *testing.T) {
	dbtest.Each(t, db.Options{}, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		o := s.sold(item{"MUG", 1_000})
		r := s.inspected(o, item{"MUG", 1_000})
		codes := make([]string, 4)
		var all sync.WaitGroup
		for i := range codes {
			all.Go(func() {
				_, err := s.Try("return.complete", returns.CompleteIn{ID: r.ID})
				codes[i] = code(err)
			})
		}
		all.Wait()
		slices.Sort(codes)
		if want := []string{"", "transition_not_allowed", "transition_not_allowed", "transition_not_allowed"}; !slices.Equal(codes, want) {
			t.Errorf("got %q", codes)
		}
		if n := s.Count(`SELECT sum(amount) FROM refunds WHERE order_id = $1`, o.ID); n != 1_000 {
			t.Errorf("%d were granted", n)
		}
		s.sound()
	})
}
