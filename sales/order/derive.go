package order

import "ordo/base/money"

// derive recomputes all that follows from other facts: bundles, totals,
// statuses.
func (o *Order) derive() {
	for _, l := range o.Lines {
		if l.Kind == Bundle {
			l.fromParts(o.Parts(l.ID))
		}
	}
	o.total()
	o.denominate()
	o.Status = o.status()
	o.PaymentStatus = o.paymentStatus()
	o.FulfillmentStatus = o.fulfillmentStatus()
	o.ReturnStatus = o.returnStatus()
	o.CancelStatus = o.cancelStatus()
}

// total adds up lines and charges.
func (o *Order) total() {
	var subtotal, discount, charges, net, tax int64
	for l := range o.leaves {
		subtotal += l.Extended.Amount
		discount += l.Discount.Amount
		net += l.Net.Amount
		tax += l.Tax.Amount
	}
	for _, a := range o.Adjustments {
		if a.Charge() {
			charges += a.Net.Amount
			net += a.Net.Amount
			tax += a.Tax.Amount
		}
	}
	o.Subtotal, o.Discount, o.Charges = o.money(subtotal), o.money(discount), o.money(charges)
	o.Net, o.Tax, o.Total = o.money(net), o.money(tax), o.money(net+tax+o.Rounding.Amount)
	o.sortableTotal = o.Total.Thousandths()
}

// money is an amount in the order's currency.
func (o *Order) money(minor int64) money.Amount {
	return money.Amount{Amount: minor, Currency: o.Currency}
}

// denominate gives every amount its currency.
func (h *Head) denominate() {
	for _, a := range []*money.Amount{&h.Subtotal, &h.Discount, &h.Charges, &h.Net, &h.Tax, &h.Rounding, &h.Total, &h.Authorized, &h.Captured, &h.Refunded} {
		a.Currency = h.Currency
	}
}

func (o *Order) denominate() {
	o.Head.denominate()
	var amounts []*money.Amount
	for _, l := range o.Lines {
		amounts = append(amounts, &l.Extended, &l.Discount, &l.Net, &l.Tax, &l.Gross, &l.Granted)
	}
	for _, a := range o.Adjustments {
		amounts = append(amounts, &a.Amount, &a.Net, &a.Tax, &a.Granted)
	}
	for _, a := range amounts {
		a.Currency = o.Currency
	}
}

// fromParts derives a bundle's line: its amounts are the sums of the parts',
// its quantities the whole sets that all parts have reached at least.
func (l *Line) fromParts(parts []*Line) {
	for _, a := range []*money.Amount{&l.Extended, &l.Discount, &l.Net, &l.Tax, &l.Gross, &l.Granted} {
		a.Amount = 0
	}
	for _, p := range parts {
		l.Extended.Amount += p.Extended.Amount
		l.Discount.Amount += p.Discount.Amount
		l.Net.Amount += p.Net.Amount
		l.Tax.Amount += p.Tax.Amount
		l.Gross.Amount += p.Gross.Amount
		l.Granted.Amount += p.Granted.Amount
	}
	sets := func(of func(p *Line) money.Quantity) money.Quantity {
		least := l.Quantity
		for _, p := range parts {
			least = min(least, of(p)/p.PerParent*1000)
		}
		return least
	}
	l.Canceled = sets(func(p *Line) money.Quantity { return p.Canceled })
	l.Shipped = sets(func(p *Line) money.Quantity { return p.Shipped })
	picked := sets(func(p *Line) money.Quantity { return p.Shipped + p.Picked })
	reserved := sets(func(p *Line) money.Quantity { return p.Shipped + p.Picked + p.Reserved })
	waiting := sets(func(p *Line) money.Quantity { return p.Shipped + p.Picked + p.Reserved + p.Backordered })
	l.Picked, l.Reserved, l.Backordered = picked-l.Shipped, reserved-picked, waiting-reserved
	l.Open = l.Quantity - l.Canceled - waiting
	l.Delivered = sets(func(p *Line) money.Quantity { return p.Delivered })
	l.Lost = min(l.Shipped-l.Delivered, sets(func(p *Line) money.Quantity { return p.Lost }))
	l.SentBack = min(l.Shipped-l.Delivered-l.Lost, sets(func(p *Line) money.Quantity { return p.SentBack }))
	l.Returned = min(l.Shipped-l.Lost, sets(func(p *Line) money.Quantity { return p.Returned }))
}
