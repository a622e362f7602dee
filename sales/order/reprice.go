package order

import (
	"slices"

	"ordo/base/money"
	"ordo/trade/pricing"
)

// reprice computes what lines and charges cost again, from what the order says of
// itself: quantities, prices, rates, and what was asked to be taken off. taxes are
// the names of the lines' taxes. Nothing is read and nothing is written.
func (o *Order) reprice(taxes map[string]string) error {
	c := &calculation{Input: o.calculator()}
	asked, err := decode(o.requested)
	if err != nil {
		return err
	}
	c.Discounts = discounts(asked)
	for _, l := range o.tops() {
		if err := o.calculate(c, l); err != nil {
			return err
		}
	}
	for k, l := range c.leaves {
		c.Lines[k].TaxRate, c.Lines[k].TaxLabel = l.TaxRate, taxes[l.ID]
	}
	o.Adjustments = slices.DeleteFunc(o.Adjustments, func(a *Adjustment) bool { return !a.Charge() })
	c.charges = slices.Clone(o.Adjustments)
	for _, a := range c.charges {
		c.Charges = append(c.Charges, pricing.Charge{Kind: a.Kind, Label: a.Label, Amount: a.Amount.Amount, TaxRate: a.Rate})
	}
	priced, err := pricing.Price(c.Input)
	if err != nil {
		return err
	}
	for k, l := range c.leaves {
		granted := l.Granted
		o.setPrice(l, c.Lines[k], priced.Lines[k])
		l.Granted = granted
	}
	for k, a := range c.charges {
		a.Net, a.Tax = o.money(priced.Charges[k].Net), o.money(priced.Charges[k].Tax)
	}
	o.derive()
	return nil
}

func (o *Order) calculator() pricing.Input {
	digits, _ := money.Digits(o.Currency)
	return pricing.Input{Currency: o.Currency, Digits: digits, TaxInclusive: o.TaxInclusive}
}

// calculate hands a line to the calculator, a bundle as its parts.
func (o *Order) calculate(c *calculation, l *Line) error {
	asked, err := decode(l.requested)
	if err != nil {
		return err
	}
	one := pricing.Line{Quantity: l.Quantity, UnitPrice: l.UnitPrice, Discounts: discounts(asked)}
	if l.Leaf() {
		c.Lines, c.leaves = append(c.Lines, one), append(c.leaves, l)
		return nil
	}
	bundle := o.calculator()
	bundle.Lines = []pricing.Line{one}
	priced, err := pricing.Price(bundle)
	if err != nil {
		return err
	}
	parts := o.Parts(l.ID)
	weights := make([]int64, len(parts))
	for i, p := range parts {
		if weights[i], err = money.Extend(p.UnitPrice, p.Quantity, c.Digits); err != nil {
			return err
		}
	}
	shares := pricing.Shares(priced.Lines[0].Extended, weights)
	off := spread(priced.Lines[0].Adjustments, slices.Clone(shares))
	for i, p := range parts {
		c.Lines = append(c.Lines, pricing.Line{Quantity: p.Quantity, UnitPrice: p.UnitPrice, Extended: &shares[i], Discounts: off[i]})
		c.leaves = append(c.leaves, p)
	}
	return nil
}

// taxNames are the names of the lines' taxes, by the lines' ids.
func (o *Order) taxNames() map[string]string {
	all := map[string]string{}
	for _, a := range o.Adjustments {
		if a.Kind == "tax" {
			all[a.LineID] = a.Label
		}
	}
	return all
}

// settle makes amounts off the lines of what was taken off the whole order: each
// line keeps what it got.
func (o *Order) settle() error {
	whole, err := decode(o.requested)
	if err != nil || len(whole) == 0 {
		return err
	}
	for _, l := range o.tops() {
		own, err := decode(l.requested)
		if err != nil {
			return err
		}
		for k, d := range whole {
			if off := o.shareOf(l, int64(k+1)); off > 0 {
				own = append(own, DiscountIn{Kind: pricing.Amount, Amount: off, Label: d.Label})
			}
		}
		l.requested = encode(own)
	}
	o.requested = ""
	return nil
}

// shareOf is what a line got of one of the order's discounts.
func (o *Order) shareOf(l *Line, discount int64) (sum int64) {
	for _, leaf := range o.leavesOf(l) {
		for _, a := range o.Adjustments {
			if a.LineID == leaf.ID && a.ShareOf == discount {
				sum += a.Amount.Amount
			}
		}
	}
	return sum
}

// divide splits what was taken off an amount over the two that it became, as
// amounts: in proportion to what earlier discounts have left of each.
func divide(all []DiscountIn, whole, stays, goes int64) (left, right []DiscountIn) {
	share := func(to []DiscountIn, d DiscountIn, amount int64) []DiscountIn {
		if amount == 0 {
			return to
		}
		return append(to, DiscountIn{Kind: pricing.Amount, Amount: amount, Label: d.Label})
	}
	for _, d := range all {
		off := d.Amount
		if d.Kind == pricing.Percent {
			off = money.MulRate(whole, d.Rate)
		}
		whole -= off
		shares := money.Split(min(off, stays+goes), []int64{stays, goes})
		stays, goes = stays-shares[0], goes-shares[1]
		left, right = share(left, d, shares[0]), share(right, d, shares[1])
	}
	return left, right
}
