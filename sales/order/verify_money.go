package order

import (
	"maps"
	"slices"

	"ordo/base/money"
	"ordo/engine/invariant"
)

// judgeAmounts recomputes a line from its quantity, price, discounts and rate.
func (o *whole) judgeAmounts(l *Line, digits int, r *invariant.Report) {
	if l.PriceSource != Bundle {
		if extended, err := money.Extend(l.UnitPrice, l.Quantity, digits); err != nil || extended != l.Extended.Amount {
			r.Fault("M1", l.ID, "%s x %s is %d, not %d", l.Quantity, l.UnitPrice, extended, l.Extended.Amount)
		}
	}
	f := o.facets[l.ID]
	if f.discount != l.Discount.Amount || f.discount < 0 || f.discount > max(l.Extended.Amount, 0) {
		r.Fault("M1", l.ID, "the discount is %d of %d, its adjustments add up to %d", l.Discount.Amount, l.Extended.Amount, f.discount)
	}
	base := l.Extended.Amount - l.Discount.Amount
	net, tax := o.taxed(base, l.TaxRate)
	if l.Net.Amount != net || l.Tax.Amount != tax || l.Gross.Amount != net+tax {
		r.Fault("M1", l.ID, "net %d, tax %d, gross %d; %d at a rate of %s gives %d, %d, %d", l.Net.Amount, l.Tax.Amount, l.Gross.Amount, base, l.TaxRate, net, tax, net+tax)
	}
	if f.tax != tax {
		r.Fault("M1", l.ID, "the tax is %d, its adjustments add up to %d", tax, f.tax)
	}
}

// taxed splits an amount as the order's prices are.
func (o *whole) taxed(base int64, rate money.Rate) (net, tax int64) {
	if o.TaxInclusive {
		tax = money.IncludedTax(base, rate)
		return base - tax, tax
	}
	return base, money.MulRate(base, rate)
}

// judgeAdjustments recomputes charges and percentages of lines, and splits the
// order's discounts again over what those of the lines have left.
func (o *whole) judgeAdjustments(r *invariant.Report) {
	left, shares := map[string]int64{}, map[int64]map[string]int64{}
	for l := range o.leaves {
		left[l.ID] = l.Extended.Amount
	}
	for _, a := range o.Adjustments {
		switch amount := a.Amount.Amount; {
		case a.Charge():
			if net, tax := o.taxed(amount, a.Rate); a.Net.Amount != net || a.Tax.Amount != tax {
				r.Fault("M1", o.ID, "charge %d has net %d and tax %d; %d at a rate of %s gives %d and %d", a.Position, a.Net.Amount, a.Tax.Amount, amount, a.Rate, net, tax)
			}
		case a.ShareOf != 0:
			if shares[a.ShareOf] == nil {
				shares[a.ShareOf] = map[string]int64{}
			}
			shares[a.ShareOf][a.LineID] += amount
		case a.Kind == "discount" || a.Kind == "promotion":
			if exact := money.MulRate(left[a.LineID], a.Rate); a.Rate != 0 && amount != exact {
				r.Fault("M3", o.ID, "adjustment %d takes %d, %s of %d is %d", a.Position, amount, a.Rate, left[a.LineID], exact)
			}
			left[a.LineID] -= amount
		}
	}
	for _, k := range slices.Sorted(maps.Keys(shares)) {
		o.judgeShares(k, shares[k], left, r)
	}
}

// judgeShares splits one of the order's discounts again over what is left of its
// lines, and takes it off.
func (o *whole) judgeShares(k int64, shares, left map[string]int64, r *invariant.Report) {
	var ids []string
	var weights []int64
	var total, sum int64
	for l := range o.leaves {
		ids, weights = append(ids, l.ID), append(weights, max(0, left[l.ID]))
		total += shares[l.ID]
		sum += left[l.ID]
	}
	if len(ids) == 0 {
		return
	}
	for i, share := range money.Split(total, weights) {
		if is := shares[ids[i]]; is != share {
			r.Fault("M3", o.ID, "the share of line %s in discount %d of %d is %d, not %d", ids[i], k, total, share, is)
		}
		left[ids[i]] -= shares[ids[i]]
	}
	for _, a := range o.Adjustments {
		if exact := money.MulRate(sum, a.Rate); a.ShareOf == k && a.Rate != 0 && total != exact {
			r.Fault("M3", o.ID, "discount %d takes %d, %s of %d is %d", k, total, a.Rate, sum, exact)
			return
		}
	}
}

// judgeTotals adds up the order again.
func (o *whole) judgeTotals(r *invariant.Report) {
	again := Order{Head: o.Head, Lines: o.Lines, Adjustments: o.Adjustments}
	again.total()
	for _, s := range []struct {
		name           string
		stored, summed money.Amount
	}{
		{"subtotal", o.Subtotal, again.Subtotal},
		{"discount", o.Discount, again.Discount},
		{"charges", o.Charges, again.Charges},
		{"net", o.Net, again.Net},
		{"tax", o.Tax, again.Tax},
		{"total", o.Total, again.Total},
	} {
		if s.stored != s.summed {
			r.Fault("M2", o.ID, "%s is %d, lines and charges add up to %d", s.name, s.stored.Amount, s.summed.Amount)
		}
	}
	if o.sortableTotal != again.sortableTotal {
		r.Fault("M2", o.ID, "sortable_total is %d, a total of %s makes %d", o.sortableTotal, again.Total.Format(), again.sortableTotal)
	}
	var gross int64
	for l := range o.leaves {
		gross += l.Gross.Amount
	}
	for _, a := range o.Adjustments {
		if a.Charge() {
			gross += a.Net.Amount + a.Tax.Amount
		}
	}
	if sum := gross + o.Rounding.Amount; sum != o.Total.Amount {
		r.Fault("M2", o.ID, "total is %d, gross amounts and rounding add up to %d", o.Total.Amount, sum)
	}
}
