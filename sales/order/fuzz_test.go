package order

import (
	"slices"
	"testing"

	"ordo/base/clock"
	"ordo/base/money"
)

func FuzzStatus(f *testing.F) {
	f.Add([]byte{2, 0, 0, 0, 2, 0, 0, 2, 0, 0, 0}, true, true, false)
	f.Add([]byte{}, true, false, true)
	f.Fuzz(func(t *testing.T, facts []byte, placed, released, held bool) {
		o := blank()
		if placed {
			o.PlacedAt = clock.Stamp(1)
		}
		d := &Delivery{}
		if released {
			d.ReleasedAt = 1
		}
		o.Deliveries = []*Delivery{d}
		if held {
			o.Holds = []*Hold{{Kind: "fraud"}}
		}
		for len(facts) >= 10 && len(o.Lines) < 20 {
			q := func(i int) money.Quantity { return money.Quantity(facts[i]) }
			l := &Line{Kind: "stock", Canceled: q(0), Open: q(1), Backordered: q(2), Reserved: q(3), Picked: q(4), Shipped: q(5)}
			l.Quantity = l.Canceled + l.Open + l.Backordered + l.Reserved + l.Picked + l.Shipped
			l.Delivered = min(q(6), l.Shipped)
			l.Lost = min(q(7), l.Shipped-l.Delivered)
			l.SentBack = min(q(8), l.Shipped-l.Delivered-l.Lost)
			l.Returned = min(q(9), l.Shipped-l.Lost)
			o.Lines, facts = append(o.Lines, l), facts[10:]
		}
		o.derive()
		first := o.Head
		for _, s := range []struct {
			machine interface{ Codes() []string }
			status  string
		}{{Life, o.Status}, {PaymentLife, o.PaymentStatus}, {FulfillmentLife, o.FulfillmentStatus}, {ReturnLife, o.ReturnStatus}, {CancelLife, o.CancelStatus}} {
			if !slices.Contains(s.machine.Codes(), s.status) {
				t.Errorf("%q is no status of %v", s.status, s.machine.Codes())
			}
		}
		slices.Reverse(o.Lines)
		if o.derive(); o.Head != first {
			t.Errorf("the order of the lines decides: %+v, then %+v", first, o.Head)
		}
		if !placed && o.Status != "draft" {
			t.Errorf("what is not placed is %s", o.Status)
		}
	})
}
