package order

import (
	"math/rand/v2"
	"testing"

	"ordo/base/money"
	"ordo/resource/payment"
)

// sold is an order with random lines, a bundle among them, and charges, of which
// everything was taken.
func sold(r *rand.Rand) *Order {
	o := &Order{Head: Head{ID: "ord", Currency: "EUR", PlacedAt: 1}}
	line := func(id, parent, kind string, q money.Quantity, gross int64) *Line {
		l := &Line{ID: id, ParentID: parent, Kind: kind, SKU: id, Quantity: q, Open: q, PerParent: 1_000, Net: o.money(gross), Gross: o.money(gross)}
		o.Lines = append(o.Lines, l)
		return l
	}
	for i := range 1 + r.IntN(5) {
		line(string(rune('a'+i)), "", "stock", money.Quantity(1+r.Int64N(20))*1_000, r.Int64N(10_000))
	}
	sets := money.Quantity(1+r.Int64N(5)) * 1_000
	line("set", "", Bundle, sets, 0)
	line("set1", "set", "stock", sets, 1+r.Int64N(5_000))
	line("set2", "set", "stock", sets, r.Int64N(5_000))
	for i := range r.IntN(3) {
		o.adjust(&Adjustment{Kind: "shipping", Label: "shipping", Net: o.money(r.Int64N(500)), Tax: o.money(int64(i))})
	}
	o.Rounding.Amount = r.Int64N(3)
	o.derive()
	o.Captured = o.Total
	return o
}

// try grants one refund as the command does, and returns whether it could.
func (f *funds) try(o *Order, ask func(g *granting)) bool {
	g := &granting{order: o, funds: f}
	ask(g)
	if !g.faults.Empty() || g.available() < 0 {
		return false
	}
	f.refunds = append(f.refunds, &payment.Refund{RefundFacts: payment.RefundFacts{Amount: o.money(g.total())}, Parts: g.parts})
	o.derive()
	return true
}

// Spec: 1.5.2
func TestAFullRefundInAnyPartsIsTheTotal(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 500 {
		o, f := sold(r), &funds{}
		left := o.Total.Amount
		for left > 0 {
			n := 1 + r.Int64N(left)
			before := o.lefts()
			if !f.try(o, func(g *granting) { g.plain(&money.Amount{Amount: n, Currency: "EUR"}) }) {
				t.Fatalf("%d of %d could not be granted", n, left)
			}
			left -= n
			after := o.lefts()
			var sum, taken int64
			for i := range before {
				sum += before[i]
				taken += before[i] - after[i]
			}
			for i := range before { // M3: each share differs from its exact one by less than a unit
				if d := (before[i]-after[i])*sum - taken*before[i]; d >= sum && sum > 0 || -d >= sum && sum > 0 {
					t.Fatalf("of %v %d were taken as %v", before, taken, after)
				}
			}
		}
		if f.try(o, func(g *granting) { g.plain(&money.Amount{Amount: 1, Currency: "EUR"}) }) {
			t.Fatal("more than the total was granted")
		}
		for _, n := range o.lefts() {
			if n != 0 {
				t.Fatalf("after the full refund %v are left", o.lefts())
			}
		}
		var sum int64
		for _, r := range f.refunds {
			for _, p := range r.Parts {
				sum += p.Amount.Amount
			}
		}
		if sum != o.Total.Amount {
			t.Fatalf("the parts add up to %d, the total is %d", sum, o.Total.Amount)
		}
	}
}

// lefts is what is left of each line and charge.
func (o *Order) lefts() (all []int64) {
	for _, s := range (&granting{order: o}).slots() {
		all = append(all, s.gross-*s.granted)
	}
	return all
}

func TestRefundsByQuantityAndAmountNeverExceedALine(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 500 {
		o, f := sold(r), &funds{}
		for range 60 {
			l := o.Lines[r.IntN(len(o.Lines))]
			in := RefundPartIn{LineID: l.ID, Quantity: money.Quantity(1 + r.Int64N(int64(l.Quantity)))}
			if r.IntN(4) == 0 {
				in.Quantity, in.Amount = 0, &money.Amount{Amount: 1 + r.Int64N(max(1, l.Gross.Amount)), Currency: "EUR"}
			}
			granted := o.granted()
			if !f.try(o, func(g *granting) { g.part("/parts/0", &in) }) {
				for _, l := range o.Lines { // what a refused refund touched is not saved
					l.Granted.Amount = 0
				}
				for _, r := range f.refunds {
					for _, p := range r.Parts {
						o.Line(p.LineID).Granted.Amount += p.Amount.Amount
					}
				}
				o.derive()
				if o.granted() != granted {
					t.Fatal("the ledger is not what its refunds say")
				}
			}
			for _, l := range o.Lines {
				if l.Granted.Amount < 0 || l.Granted.Amount > l.Gross.Amount {
					t.Fatalf("%d of %d were granted", l.Granted.Amount, l.Gross.Amount)
				}
			}
		}
	}
}

func TestSharesOfAllQuantitiesOfALineAddUpToIt(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	for range 500 {
		o, f := sold(r), &funds{}
		for l := range o.leaves { // every unit is worth something
			l.Gross.Amount += 1_000
			l.Net = l.Gross
		}
		o.derive()
		o.Captured = o.Total
		for _, l := range o.Lines {
			if l.ParentID != "" {
				continue
			}
			for left := l.Quantity; left > 0; {
				n := 1_000 * money.Quantity(1+r.Int64N(int64(left/1_000)))
				left -= n
				if !f.try(o, func(g *granting) { g.part("/parts/0", &RefundPartIn{LineID: l.ID, Quantity: n}) }) {
					t.Fatalf("%s of %s could not be refunded", n, l.SKU)
				}
			}
			if l.Granted != l.Gross {
				t.Fatalf("all quantities of %s give %d of %d", l.SKU, l.Granted.Amount, l.Gross.Amount)
			}
		}
	}
}

func TestABundleHasNoMoneyBesideItsParts(t *testing.T) {
	o := sold(rand.New(rand.NewPCG(7, 8)))
	g := &granting{order: o, funds: &funds{}}
	if s := g.slot("set", 0); s.granted != nil {
		t.Error("a bundle's line has money of its own")
	}
	if s := g.slot("", 0); s.granted != nil {
		t.Error("nothing is a slot")
	}
	if s := g.slot("set1", 0); s.line != o.Line("set1") {
		t.Errorf("found %+v", s)
	}
}
