package order

import (
	"math/rand/v2"
	"testing"

	"ordo/base/money"
	"ordo/base/problem"
)

func TestTheWorthOfUnitsAddsUpToTheGrossAmountInAnyParts(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 2_000 {
		l := Line{Quantity: money.Quantity(1 + random.Int64N(20_000)), Gross: money.Amount{Amount: random.Int64N(1_000_000)}}
		var back money.Quantity
		var sum int64
		for back < l.Quantity {
			units := 1 + money.Quantity(random.Int64N(int64(l.Quantity-back)))
			part := l.Worth(back, units)
			off := part*int64(l.Quantity) - l.Gross.Amount*int64(units)
			if part < 0 || off <= -int64(l.Quantity) || off >= int64(l.Quantity) {
				t.Fatalf("%d of %d units of %d are worth %d", units, l.Quantity, l.Gross.Amount, part)
			}
			back += units
			sum += part
		}
		if sum != l.Gross.Amount {
			t.Fatalf("all parts of %d units of %d are worth %d", l.Quantity, l.Gross.Amount, sum)
		}
	}
}

func TestGoodsComeBackUpToWhatWasShippedAndNotLost(t *testing.T) {
	l := &Line{ID: "oli_1", Kind: "stock", SKU: "MUG", Quantity: 5_000, Shipped: 4_000, Delivered: 2_000, Lost: 1_000}
	o := &Order{Lines: []*Line{l}}
	var faults problem.List
	o.TakeBack(l, 2_000, "/a", &faults)
	if err := faults.Err(); err != nil || l.Returned != 2_000 || l.Returnable() != 1_000 {
		t.Fatalf("%s came back: %v", l.Returned, err)
	}
	o.TakeBack(l, 1_001, "/b", &faults)
	o.TakeBack(l, 0, "/c", &faults)
	p := problem.As(faults.Err())
	if p == nil || len(p.Faults) != 2 || p.Faults[0].Code != ErrReturnExceeds || p.Faults[0].Pointer != "/b" || p.Faults[1].Code != problem.ErrOutOfRange {
		t.Errorf("refusal: %v", p)
	}
	if l.Returned != 2_000 {
		t.Errorf("%s came back after refusals", l.Returned)
	}
}

func TestReturnsAreCountedUntilTheyEnd(t *testing.T) {
	o := &Order{Lines: []*Line{{Kind: "stock", Quantity: 1_000}}}
	if err := o.OpenReturn(); err == nil || o.ReturnsOpen != 0 {
		t.Errorf("nothing was shipped, yet %d returns are open", o.ReturnsOpen)
	}
	o.Lines[0].Shipped = 1_000
	if err := o.OpenReturn(); err != nil || o.ReturnsOpen != 1 {
		t.Errorf("%d returns are open: %v", o.ReturnsOpen, err)
	}
	if err := o.CloseReturn(); err != nil || o.ReturnsOpen != 0 {
		t.Errorf("%d returns are open: %v", o.ReturnsOpen, err)
	}
	if o.CloseReturn() == nil || o.ReturnsOpen != 0 {
		t.Error("a return that was never counted can't end")
	}
}
