package importer

import (
	"cmp"
	"slices"

	"ordo/base/money"
)

// purchase is what a cancellation can be about: goods that a customer bought.
type purchase struct{ customer, code string }

// sale is a line of an order with what has not come back yet.
type sale struct {
	order *Order
	line  *Line
	left  money.Quantity
}

// reversal is a row of a cancellation, in turn.
type reversal struct {
	draft *draft
	line  Line
	key   purchase
}

// linkable tells whether the row may reverse sales: goods of a known customer.
func (r *reversal) linkable() bool {
	return r.line.Kind == Product && r.key.customer != "" && r.line.Quantity < 0 && r.line.UnitPrice >= 0
}

// outcome is what a cancellation becomes.
type outcome struct {
	returns []*Return
	rest    []Line // of its credit
}

// cancel links the rows of cancellations, in order of time and row, to sales.
// What is linked becomes returns, one per order; the rest one credit each.
func (p *Plan) cancel(drafts []*draft) {
	rows := reversals(drafts)
	sales := p.sales(rows)
	outcomes := make(map[*draft]*outcome, len(drafts))
	for _, d := range drafts {
		outcomes[d] = &outcome{}
	}
	for i := range rows {
		outcomes[rows[i].draft].reverse(&rows[i], sales[rows[i].key])
	}
	for _, d := range drafts {
		p.Returns = append(p.Returns, outcomes[d].returns...)
		if rest := outcomes[d].rest; len(rest) > 0 {
			p.Credits = append(p.Credits, d.credit(rest))
		}
	}
}

// reversals lists the rows of cancellations in the order in which they take
// their turn.
func reversals(drafts []*draft) (rows []reversal) {
	for _, d := range drafts {
		for _, l := range d.lines {
			rows = append(rows, reversal{d, l, purchase{d.Customer, l.Code}})
		}
	}
	slices.SortFunc(rows, func(a, b reversal) int {
		return cmp.Or(cmp.Compare(a.draft.At, b.draft.At), cmp.Compare(a.line.Row, b.line.Row))
	})
	return rows
}

// sales lists the order lines that the rows may reverse, the latest first and
// the later source row first.
func (p *Plan) sales(rows []reversal) map[purchase][]*sale {
	sales := map[purchase][]*sale{}
	for i := range rows {
		if rows[i].linkable() {
			sales[rows[i].key] = nil
		}
	}
	for _, o := range slices.Backward(p.Orders) {
		for i := range o.Lines {
			l := &o.Lines[i]
			key := purchase{o.Customer, l.Code}
			if _, wanted := sales[key]; wanted {
				sales[key] = append(sales[key], &sale{o, l, l.Quantity})
			}
		}
	}
	for _, list := range sales { // order-free
		slices.SortFunc(list, func(a, b *sale) int {
			return cmp.Or(cmp.Compare(b.order.At, a.order.At), cmp.Compare(b.line.Row, a.line.Row))
		})
	}
	return sales
}

// reverse takes a row back from sales placed at or before it, those at the same
// price first, and leaves the rest to the credit.
func (o *outcome) reverse(r *reversal, sales []*sale) {
	rest := r.line
	if r.linkable() {
		for _, same := range []bool{true, false} {
			for _, s := range sales {
				if s.left > 0 && s.order.At <= r.draft.At && (s.line.UnitPrice == rest.UnitPrice) == same && rest.Quantity < 0 {
					part := cut(&rest, min(s.left, -rest.Quantity))
					s.left -= part.Quantity
					o.giveBack(r.draft, s, part)
				}
			}
		}
	}
	if rest.Quantity != 0 {
		o.rest = append(o.rest, rest)
	}
}

// cut takes pieces off a line with a negative quantity and returns them as a
// positive one. Both amounts add up to the line's.
func cut(rest *Line, pieces money.Quantity) Line {
	part := *rest
	rest.Quantity += pieces
	amount, _ := money.Extend(rest.UnitPrice, rest.Quantity, digits) // in bounds, as the whole line's is
	part.Quantity, part.Amount = pieces, amount-rest.Amount
	rest.Amount = amount
	return part
}

// giveBack adds a part to the return of the sale's order.
func (o *outcome) giveBack(d *draft, s *sale, part Line) {
	i := slices.IndexFunc(o.returns, func(r *Return) bool { return r.Order == s.order })
	if i < 0 {
		i = len(o.returns)
		o.returns = append(o.returns, &Return{Head: d.Head, Order: s.order})
	}
	o.returns[i].Lines = append(o.returns[i].Lines, ReturnLine{part, s.line.Row})
	o.returns[i].Total += part.Amount
}
