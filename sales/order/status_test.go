package order

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"ordo/base/clock"
	"ordo/base/money"
	"ordo/base/state"
)

// Spec: 1.1.7
func TestEachStatusFollowsFromItsFacts(t *testing.T) {
	type facts = func(o *Order, l *Line)
	placed := func(more facts) facts {
		return func(o *Order, l *Line) { o.PlacedAt, l.Open, l.Reserved = 1, 0, 2; more(o, l) }
	}
	shipped := func(more facts) facts {
		return placed(func(o *Order, l *Line) { l.Reserved, l.Shipped = 0, 2; more(o, l) })
	}
	none := func(*Order, *Line) {}
	for _, c := range []struct {
		name  string
		facts facts
		want  string // status, fulfillment, return, cancel
	}{
		{"a draft", none, "draft unfulfilled none none"},
		{"placed", placed(none), "approved unfulfilled none none"},
		{"placed without lines, as an import may be", func(o *Order, _ *Line) { o.PlacedAt, o.Lines = 1, nil }, "delivered delivered none none"},
		{"fully backordered", placed(func(_ *Order, l *Line) { l.Reserved, l.Backordered = 0, 2 }), "approved unfulfilled none none"},
		{"held", placed(func(o *Order, _ *Line) { o.Holds = []*Hold{{Kind: "credit"}} }), "pending unfulfilled none none"},
		{"a hold that ended", placed(func(o *Order, _ *Line) { o.Holds = []*Hold{{Kind: "credit", ReleasedAt: 1}} }), "approved unfulfilled none none"},
		{"released", placed(func(o *Order, _ *Line) { o.Deliveries[0].ReleasedAt = 1 }), "processing unfulfilled none none"},
		{"held after the release", placed(func(o *Order, _ *Line) { o.Deliveries[0].ReleasedAt, o.Holds = 1, []*Hold{{Kind: "fraud"}} }), "processing unfulfilled none none"},
		{"picked", placed(func(_ *Order, l *Line) { l.Reserved, l.Picked = 1, 1 }), "processing unfulfilled none none"},
		{"shipped in part", placed(func(_ *Order, l *Line) { l.Reserved, l.Shipped = 1, 1 }), "processing partial none none"},
		{"shipped in part, the rest canceled", placed(func(_ *Order, l *Line) { l.Reserved, l.Shipped, l.Canceled = 0, 1, 1 }), "shipped fulfilled none partial"},
		{"canceled in part", placed(func(_ *Order, l *Line) { l.Reserved, l.Canceled = 1, 1 }), "approved unfulfilled none partial"},
		{"canceled", placed(func(_ *Order, l *Line) { l.Reserved, l.Canceled = 0, 2 }), "canceled unfulfilled none full"},
		{"under way", shipped(none), "shipped fulfilled none none"},
		{"half arrived", shipped(func(_ *Order, l *Line) { l.Delivered = 1 }), "shipped fulfilled none none"},
		{"one arrived, one is lost", shipped(func(_ *Order, l *Line) { l.Delivered, l.Lost = 1, 1 }), "delivered delivered none none"},
		{"all is lost", shipped(func(_ *Order, l *Line) { l.Lost = 2 }), "shipped fulfilled none none"},
		{"on the way back", shipped(func(_ *Order, l *Line) { l.SentBack = 2 }), "shipped fulfilled none none"},
		{"arrived", shipped(func(_ *Order, l *Line) { l.Delivered = 2 }), "delivered delivered none none"},
		{"a return is open", shipped(func(o *Order, l *Line) { l.Delivered, o.ReturnsOpen = 2, 1 }), "delivered delivered requested none"},
		{"a part came back", shipped(func(o *Order, l *Line) { l.Delivered, l.Returned, o.ReturnsOpen = 2, 1, 1 }), "delivered delivered partial none"},
		{"all came back", shipped(func(_ *Order, l *Line) { l.Delivered, l.Returned = 2, 2 }), "returned delivered full none"},
		{"one is lost, the other came back", shipped(func(_ *Order, l *Line) { l.Delivered, l.Lost, l.Returned = 1, 1, 1 }), "returned delivered full none"},
		{"what was shipped came back, more is to come", placed(func(_ *Order, l *Line) { l.Reserved, l.Shipped, l.Delivered, l.Returned = 1, 1, 1, 1 }), "processing partial full none"},
	} {
		o, l := blank(), &Line{Kind: "stock", Quantity: 2, Open: 2}
		o.Lines, o.Deliveries = []*Line{l}, []*Delivery{{}}
		c.facts(o, l)
		o.derive()
		if got := o.Status + " " + o.FulfillmentStatus + " " + o.ReturnStatus + " " + o.CancelStatus; got != c.want {
			t.Errorf("%s: got %s, want %s", c.name, got, c.want)
		}
	}
}

// Spec: 1.1.7, 1.5.2
func TestEachPaymentStatusFollowsFromItsFacts(t *testing.T) {
	for _, c := range []struct {
		total, authorized, captured, refunded, open int64
		want                                        string
	}{
		{100, 0, 0, 0, 0, "unpaid"}, {100, 0, 0, 0, 1, "pending"}, {100, 99, 0, 0, 0, "unpaid"}, {100, 99, 0, 0, 1, "pending"}, {100, 100, 0, 0, 0, "authorized"}, {100, 100, 0, 0, 1, "authorized"},
		{100, 100, 1, 0, 0, "partially_paid"}, {100, 100, 100, 0, 0, "paid"}, {100, 101, 101, 0, 0, "overpaid"}, {100, 101, 101, 1, 0, "partially_refunded"}, {100, 100, 100, 100, 0, "refunded"},
		{0, 0, 0, 0, 0, "paid"}, {0, 1, 1, 0, 0, "overpaid"}, {0, 1, 1, 1, 0, "refunded"},
	} {
		o := blank()
		o.PlacedAt = 1
		o.Total.Amount, o.Authorized.Amount, o.Captured.Amount, o.Refunded.Amount, o.AttemptsOpen = c.total, c.authorized, c.captured, c.refunded, c.open
		if got := o.paymentStatus(); got != c.want {
			t.Errorf("%+v: got %s", c, got)
		}
	}
}

// steps are the pairs of statuses that were seen, "" before the first.
type steps map[state.Step]bool

// compare wants the steps that were seen to be those of the life cycle; beyond
// are those that no command of today can take.
func (s steps) compare(t *testing.T, m *state.Machine, beyond ...state.Step) {
	t.Helper()
	for _, step := range slices.SortedFunc(maps.Keys(s), func(a, b state.Step) int { return slices.Compare([]string{a.From, a.To}, []string{b.From, b.To}) }) {
		if !m.May(step.From, step.To) {
			t.Errorf("the facts of an %s take a step that is not in its table: %q to %q", m.Name, step.From, step.To)
		}
	}
	for _, step := range m.Steps {
		if never := slices.Contains(beyond, step); s[step] == never {
			t.Errorf("%s: %q to %q is in the table, was taken: %v", m.Name, step.From, step.To, s[step])
		}
	}
}

// goods are the facts of a small order: comparable, so that all histories can
// be walked through.
type goods struct {
	lines                               [2]Line
	placed, released, held, merged      bool
	returnsOpen                         int64
	life, fulfilled, returned, canceled string
}

// order is an order of these facts.
func (g *goods) order() *Order {
	o := blank()
	o.Deliveries = []*Delivery{{}}
	for i := range g.lines {
		if g.lines[i].Quantity > 0 {
			o.Lines = append(o.Lines, &g.lines[i])
		}
	}
	if g.placed {
		o.PlacedAt = 1
	}
	if g.released {
		o.Deliveries[0].ReleasedAt = 1
	}
	if g.held {
		o.Holds = []*Hold{{Kind: "manual"}}
	}
	if g.merged {
		o.MergedInto = "other"
	}
	o.ReturnsOpen = g.returnsOpen
	return o
}

// next lists what can happen to the order.
func (g goods) next() (all []goods) {
	do := func(may bool, change func(n *goods)) {
		if may {
			n := g
			change(&n)
			all = append(all, n)
		}
	}
	do(!g.placed, func(n *goods) { n.place(false) })
	do(!g.placed, func(n *goods) { n.place(true) })
	do(!g.placed, func(n *goods) { n.place(false); n.held = true }) // by a rule
	if !g.placed {
		return all
	}
	alive := g.life != "canceled"
	do(alive && !g.held, func(n *goods) { n.held = true })
	do(g.held, func(n *goods) { n.held = false })
	do(alive && !g.held && !g.released && g.lines[0].Reserved+g.lines[1].Reserved > 0, func(n *goods) { n.released = true })
	untouched := g.lines[0].Quantity > 0 && !g.released && g.lines[0].Picked+g.lines[1].Picked+g.lines[0].Shipped+g.lines[1].Shipped == 0
	do(alive && untouched, func(n *goods) { n.merged, n.lines = true, [2]Line{} }) // into another order
	do(g.lines[0].Returnable()+g.lines[1].Returnable() > 0 && g.returnsOpen == 0, func(n *goods) { n.returnsOpen = 1 })
	do(g.returnsOpen > 0, func(n *goods) { n.returnsOpen = 0 })
	do(alive && g.lines[0].Quantity > 0 && g.lines[1].Quantity == 0, func(n *goods) { n.lines[1] = Line{ID: "new", Kind: "stock", Quantity: 1, Reserved: 1} })
	for i := range g.lines {
		l := &g.lines[i]
		move := func(may bool, change func(l *Line)) { do(may, func(n *goods) { change(&n.lines[i]) }) }
		move(l.Backordered > 0, func(l *Line) { l.Backordered--; l.Reserved++ })
		move(l.Reserved > 0, func(l *Line) { l.Reserved--; l.Backordered++ }) // stock was lost
		move(l.Open > 0, func(l *Line) { l.Open--; l.Canceled++ })
		move(l.Backordered > 0, func(l *Line) { l.Backordered--; l.Canceled++ })
		move(l.Reserved > 0, func(l *Line) { l.Reserved--; l.Canceled++ })
		do(l.cancelable() > 0, func(n *goods) {
			for i := range n.lines {
				l := &n.lines[i]
				l.Canceled += l.cancelable()
				l.Open, l.Backordered, l.Reserved = 0, 0, 0
			}
		})
		move(g.released && !g.held && l.Reserved > 0, func(l *Line) { l.Reserved--; l.Picked++ })
		move(l.Picked > 0, func(l *Line) { l.Picked--; l.Reserved++ })
		move(!g.held && l.Picked > 0, func(l *Line) { l.Shipped += l.Picked; l.Picked = 0 })
		move(!g.held && l.Open > 0, func(l *Line) { l.Shipped += l.Open; l.Delivered += l.Open; l.Open = 0 })
		move(!g.held && l.Open > 0, func(l *Line) { l.Shipped += l.Open; l.Open = 0 })
		move(l.Returned < l.Shipped-l.Lost, func(l *Line) { l.Returned++ })
		move(l.Returned < l.Shipped-l.Lost, func(l *Line) { l.Returned = l.Shipped - l.Lost })
		for _, from := range []Fate{UnderWay, Arrived, GoneLost, SentBack} {
			for _, to := range []Fate{UnderWay, Arrived, GoneLost, SentBack} {
				has := l.InTransit()
				if f := l.fate(from); f != nil {
					has = *f
				}
				for _, q := range []money.Quantity{1, has} {
					move(has >= q && q > 0 && from != to && (to != GoneLost || l.Shipped-l.Lost-l.Returned >= q), func(l *Line) {
						if f := l.fate(from); f != nil {
							*f -= q
						}
						if f := l.fate(to); f != nil {
							*f += q
						}
					})
				}
			}
		}
	}
	return all
}

func (g *goods) place(short bool) {
	g.placed = true
	for i := range g.lines {
		l := &g.lines[i]
		if l.Stocked() {
			l.Reserved, l.Open = l.Open, 0
			if short {
				l.Backordered, l.Reserved = l.Reserved, 0
			}
		}
	}
}

// Spec: 1.1.7, 11.3.1
func TestEveryHistoryStaysInTheTablesAndUsesAllOfThem(t *testing.T) {
	var life, fulfillment, returned, canceled = steps{}, steps{}, steps{}, steps{}
	seen := map[goods]bool{}
	var todo []goods
	visit := func(from, to goods) {
		o := to.order()
		to.life, to.fulfilled, to.returned, to.canceled = o.status(), o.fulfillmentStatus(), o.returnStatus(), o.cancelStatus()
		for _, s := range []struct {
			steps    steps
			from, to string
		}{{life, from.life, to.life}, {fulfillment, from.fulfilled, to.fulfilled}, {returned, from.returned, to.returned}, {canceled, from.canceled, to.canceled}} {
			if s.from != s.to {
				s.steps[state.Step{From: s.from, To: s.to}] = true
			}
		}
		if !seen[to] {
			seen[to] = true
			todo = append(todo, to)
		}
	}
	for _, kind := range []string{"stock", "service"} {
		visit(goods{}, goods{lines: [2]Line{{ID: "a", Kind: kind, Quantity: 2, Open: 2}}})
	}
	for _, l := range []Line{{Quantity: 2, Shipped: 2, Delivered: 2}, {Quantity: 2, Shipped: 2, Delivered: 2, Returned: 2}, {Quantity: 2, Shipped: 2, Delivered: 2, Returned: 1}, {}} { // as imports have them
		l.ID, l.Kind = "a", "stock"
		visit(goods{}, goods{placed: true, lines: [2]Line{l}})
	}
	visit(goods{}, goods{placed: true, lines: [2]Line{{ID: "a", Kind: "stock", Quantity: 2, Reserved: 2}}})
	visit(goods{}, goods{placed: true, held: true, lines: [2]Line{{ID: "a", Kind: "stock", Quantity: 2, Reserved: 2}}})
	for len(todo) > 0 {
		g := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		for _, n := range g.next() {
			visit(g, n)
		}
	}
	t.Logf("%d different orders", len(seen))
	life.compare(t, Life)
	fulfillment.compare(t, FulfillmentLife)
	returned.compare(t, ReturnLife)
	canceled.compare(t, CancelLife, waitingRequest...)
}

// waitingRequest are the steps of a request to cancel that waits, which no command
// makes yet.
var waitingRequest = []state.Step{{From: "none", To: "pending"}, {From: "pending", To: "none"}, {From: "pending", To: "partial"}, {From: "pending", To: "full"}, {From: "partial", To: "pending"}}

// purse are the facts of an order's money.
type purse struct {
	total, authorized, captured, refunded, open int64
	placed                                      bool
}

func (p purse) status() string {
	o := blank()
	if p.placed {
		o.PlacedAt = clock.Stamp(1)
	}
	o.Total.Amount, o.Authorized.Amount, o.Captured.Amount, o.Refunded.Amount, o.AttemptsOpen = p.total, p.authorized, p.captured, p.refunded, p.open
	return o.paymentStatus()
}

func TestEveryHistoryOfMoneyStaysInTheTable(t *testing.T) {
	seen, taken := map[purse]bool{}, steps{}
	var todo []purse
	visit := func(from string, p purse) {
		if p.total < 0 || p.total > 3 || p.authorized > 5 || p.open > 1 {
			return
		}
		if to := p.status(); from != to {
			taken[state.Step{From: from, To: to}] = true
		}
		if !seen[p] {
			seen[p] = true
			todo = append(todo, p)
		}
	}
	for total := range int64(3) {
		visit("", purse{total: total})
		visit("", purse{total: total, placed: true})
		visit("", purse{total: total, placed: true, open: 1})
		for paid := range int64(4) { // as imports have them
			for back := range paid + 1 {
				visit("", purse{total: total, placed: true, authorized: paid, captured: paid, refunded: back})
			}
		}
	}
	for len(todo) > 0 {
		p := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		from := p.status()
		if !p.placed {
			visit(from, purse{total: p.total, placed: true})
			visit(from, purse{total: p.total, placed: true, open: 1})
			continue
		}
		for _, total := range []int64{0, 1, 2, 3} { // the order is edited
			visit(from, purse{total, p.authorized, p.captured, p.refunded, p.open, true})
		}
		visit(from, purse{p.total, p.authorized, p.captured, p.refunded, p.open + 1, true})
		visit(from, purse{p.total, p.captured, p.captured, p.refunded, p.open, true}) // voided
		if p.open > 0 {
			visit(from, purse{p.total, p.authorized, p.captured, p.refunded, p.open - 1, true})
		}
		for n := int64(1); n <= 3; n++ {
			visit(from, purse{p.total, p.authorized + n, p.captured, p.refunded, max(0, p.open-1), true})
			visit(from, purse{p.total, p.authorized + n, p.captured + n, p.refunded, p.open, true}) // cash
			if p.captured+n <= p.authorized {
				visit(from, purse{p.total, p.authorized, p.captured + n, p.refunded, p.open, true})
			}
			if p.refunded+n <= p.captured {
				visit(from, purse{p.total, p.authorized, p.captured, p.refunded + n, p.open, true})
			}
		}
	}
	t.Log(fmt.Sprint(len(seen), " different orders"))
	taken.compare(t, PaymentLife)
}
