package pricing

import (
	"fmt"

	"ordo/base/money"
	"ordo/base/problem"
)

// ErrDiscount says that a discount takes more than there is.
var ErrDiscount = problem.Declare("discount_exceeds_price", problem.Invalid,
	"A discount is larger than what is left of the price.", "Lower the discount to what is left.")

// Kinds of discounts.
const (
	Percent = "percent" // Rate of what earlier discounts have left
	Amount  = "amount"  // a fixed amount
)

// Kinds of adjustments that Price makes; they are those of an order.
const (
	KindDiscount = "discount"
	KindTax      = "tax"
)

// Input is what is to be priced. Amounts are minor units of the currency; with
// TaxInclusive, prices, discounts and charges include tax, otherwise they don't.
type Input struct {
	Currency     string // ISO 4217, for the words of a refusal
	Digits       int    // decimals of the currency's major unit
	TaxInclusive bool
	Lines        []Line
	Discounts    []Discount // of the whole order, after those of the lines
	Charges      []Charge
}

// Line is a quantity at a price. Discounts apply one after the other.
type Line struct {
	Quantity  money.Quantity
	UnitPrice money.UnitPrice
	Extended  *int64 // instead of the product: the share of a bundle's price
	TaxRate   money.Rate
	TaxLabel  string // name of the tax, such as VAT
	Discounts []Discount
}

// Discount takes something off: Rate of a percent discount, Amount of the other.
type Discount struct {
	Kind   string
	Rate   money.Rate
	Amount int64
	Label  string
}

// Charge is a cost beside the goods, such as shipping.
type Charge struct {
	Kind     string // such as shipping, handling
	Label    string
	Amount   int64 // net or gross as the prices are
	TaxRate  money.Rate
	TaxLabel string
}

// Priced is the answer, with lines and charges in the order of the input.
type Priced struct {
	Lines   []PricedLine
	Charges []PricedCharge
	Totals  Totals
}

// PricedLine is what a line costs: Extended - Discount is Net without tax, or
// Gross where prices include it; Net + Tax = Gross.
type PricedLine struct {
	Extended    int64 // quantity x unit price, rounded once
	Discount    int64 // its own and its share of the order's
	Net         int64
	Tax         int64
	Gross       int64
	Adjustments []Adjustment // discounts as they apply, then the tax
}

// PricedCharge is what a charge costs; Net + Tax = Gross.
type PricedCharge struct{ Net, Tax, Gross int64 }

// Adjustment is a typed part of a line's price. Amount is not negative, also
// where the kind takes off.
type Adjustment struct {
	Kind   string
	Label  string
	Rate   money.Rate // of a percentage or tax; 0 without
	Amount int64
	Share  int64 // of which of the order's discounts, from 1; 0 for the line's own
}

// Totals of an order; Net + Tax = Total.
type Totals struct {
	Subtotal int64 // lines before discounts
	Discount int64
	Charges  int64 // without tax
	Net      int64 // lines and charges without tax
	Tax      int64
	Total    int64 // to pay
}

// Price calculates what an order costs. It reports all faults at once:
// ErrDiscount and problem.ErrInvalidValue at /lines/i/discounts/j or
// /discounts/j, problem.ErrOutOfRange at the number that is too large.
func Price(in Input) (Priced, error) {
	c := calculator{in: &in, left: make([]int64, len(in.Lines))}
	c.out.Lines = make([]PricedLine, len(in.Lines))
	c.room()
	for i := range in.Lines {
		c.extend(i)
	}
	if err := c.faults.Err(); err != nil {
		return Priced{}, err
	}
	c.spread()
	for i := range in.Lines {
		c.close(i)
	}
	c.charge()
	if c.total(); c.faults.Empty() {
		return c.out, nil
	}
	return Priced{}, c.faults.Err()
}

// Shares splits what a bundle costs over its parts by their list prices, which
// are amounts in minor units. The shares add up to total.
func Shares(total int64, listPrices []int64) []int64 { return money.Split(total, listPrices) }

type calculator struct {
	in     *Input
	out    Priced
	left   []int64 // per line: extended less the discounts so far
	faults problem.List
}

// room gives each line the space for its adjustments out of one allocation.
func (c *calculator) room() {
	n := 0
	for i := range c.in.Lines {
		n += c.adjustments(i)
	}
	all := make([]Adjustment, n)
	for i := range c.in.Lines {
		n := c.adjustments(i)
		c.out.Lines[i].Adjustments, all = all[:0:n], all[n:]
	}
}

// adjustments is how many a line has at most.
func (c *calculator) adjustments(i int) int {
	n := len(c.in.Lines[i].Discounts) + len(c.in.Discounts)
	if c.in.Lines[i].TaxRate != 0 {
		n++
	}
	return n
}

// extend multiplies a line and takes off its own discounts.
func (c *calculator) extend(i int) {
	line := &c.in.Lines[i]
	extended, err := money.Extend(line.UnitPrice, line.Quantity, c.in.Digits)
	switch {
	case line.Quantity < 0:
		c.faults.Add(problem.ErrOutOfRange, fmt.Sprintf("/lines/%d/quantity", i), "the quantity %s is negative", line.Quantity)
		return
	case line.UnitPrice < 0:
		c.faults.Add(problem.ErrOutOfRange, fmt.Sprintf("/lines/%d/unit_price", i), "the unit price %s is negative", line.UnitPrice)
		return
	case err != nil:
		c.faults.Add(problem.ErrOutOfRange, fmt.Sprintf("/lines/%d/quantity", i), "%s x %s %s is more than an order can hold", line.Quantity, line.UnitPrice, c.in.Currency)
		return
	}
	if line.Extended != nil {
		extended = *line.Extended
	}
	c.checkRate(line.TaxRate, "lines", i)
	c.out.Lines[i].Extended, c.left[i] = extended, extended
	for j, d := range line.Discounts {
		amount, fault := d.of(c.left[i])
		if fault != nil {
			c.refuse(fault, d, c.left[i], fmt.Sprintf("/lines/%d/discounts/%d", i, j))
			return
		}
		c.discount(i, d, amount, 0)
	}
}

// spread takes the order's discounts off what is left of the lines, in
// proportion to it.
func (c *calculator) spread() {
	for j, d := range c.in.Discounts {
		var left int64
		for _, l := range c.left {
			if left += l; left > money.MaxAmount {
				return // total says so
			}
		}
		amount, fault := d.of(left)
		if fault != nil {
			c.refuse(fault, d, left, fmt.Sprintf("/discounts/%d", j))
			return
		}
		if amount == 0 {
			continue
		}
		for i, share := range money.Split(amount, c.left) {
			if share != 0 {
				c.discount(i, d, share, int64(j+1))
			}
		}
	}
}

// discount takes an amount off a line: for a discount of its own, or as its share
// of one of the order's.
func (c *calculator) discount(i int, d Discount, amount, share int64) {
	line := &c.out.Lines[i]
	line.Discount += amount
	c.left[i] -= amount
	a := Adjustment{Kind: KindDiscount, Label: d.Label, Amount: amount, Share: share}
	if d.Kind == Percent {
		a.Rate = d.Rate
	}
	line.Adjustments = append(line.Adjustments, a)
}

// close taxes what is left of a line.
func (c *calculator) close(i int) {
	line, out := &c.in.Lines[i], &c.out.Lines[i]
	out.Net, out.Tax, out.Gross = taxed(c.left[i], line.TaxRate, c.in.TaxInclusive)
	if line.TaxRate != 0 {
		out.Adjustments = append(out.Adjustments, Adjustment{Kind: KindTax, Label: line.TaxLabel, Rate: line.TaxRate, Amount: out.Tax})
	}
}

func (c *calculator) charge() {
	if len(c.in.Charges) == 0 {
		return
	}
	c.out.Charges = make([]PricedCharge, len(c.in.Charges))
	for i, charge := range c.in.Charges {
		if charge.Amount < 0 || charge.Amount > money.MaxAmount {
			c.faults.Add(problem.ErrOutOfRange, fmt.Sprintf("/charges/%d/amount", i), "a charge is from 0 to %d minor units, not %d", int64(money.MaxAmount), charge.Amount)
			continue
		}
		if c.checkRate(charge.TaxRate, "charges", i) {
			out := &c.out.Charges[i]
			out.Net, out.Tax, out.Gross = taxed(charge.Amount, charge.TaxRate, c.in.TaxInclusive)
		}
	}
}

// total adds up, and stops before a sum leaves the bounds of the ledger.
func (c *calculator) total() {
	t := &c.out.Totals
	for i := range c.out.Lines {
		line := &c.out.Lines[i]
		t.Subtotal += line.Extended
		t.Discount += line.Discount
		if !c.add(line.Net, line.Tax, line.Gross, max(t.Subtotal, line.Gross), "/lines/%d", i) {
			return
		}
	}
	for i, charge := range c.out.Charges {
		t.Charges += charge.Net
		if !c.add(charge.Net, charge.Tax, charge.Gross, charge.Gross, "/charges/%d", i) {
			return
		}
	}
}

// add counts net, tax and gross in; largest is a sum beside them to watch.
func (c *calculator) add(net, tax, gross, largest int64, pointer string, i int) bool {
	t := &c.out.Totals
	t.Net += net
	t.Tax += tax
	t.Total += gross
	if largest = max(largest, t.Total); largest <= money.MaxAmount {
		return true
	}
	c.faults.Add(problem.ErrOutOfRange, fmt.Sprintf(pointer, i), "here the sum passes %s", money.Amount{Amount: money.MaxAmount, Currency: c.in.Currency}.Format())
	return false
}

// whole is 100 %.
const whole money.Rate = 1_000_000

// maxRate bounds tax rates, so that no product leaves an int64.
const maxRate = 1000 * whole

func (c *calculator) checkRate(r money.Rate, list string, i int) bool {
	if r >= 0 && r < maxRate {
		return true
	}
	c.faults.Add(problem.ErrOutOfRange, fmt.Sprintf("/%s/%d/tax_rate", list, i), "the tax rate %s is not from 0 to below %s", r, maxRate)
	return false
}

// of returns what the discount takes off an amount, or why it can't.
func (d Discount) of(left int64) (int64, *problem.Code) {
	switch {
	case d.Kind == Percent && d.Rate >= 0 && d.Rate <= whole:
		return money.MulRate(left, d.Rate), nil
	case d.Kind == Amount && d.Amount >= 0 && d.Amount <= left:
		return d.Amount, nil
	case d.Kind == Percent && d.Rate > whole, d.Kind == Amount && d.Amount > left:
		return 0, ErrDiscount
	}
	return 0, problem.ErrInvalidValue
}

func (c *calculator) refuse(fault *problem.Code, d Discount, left int64, pointer string) {
	format := func(amount int64) string { return money.Amount{Amount: amount, Currency: c.in.Currency}.Format() }
	switch {
	case fault == problem.ErrInvalidValue:
		c.faults.Add(fault, pointer, "a discount is %q with a rate or %q with an amount, and not negative", Percent, Amount)
	case d.Kind == Percent:
		c.faults.Add(fault, pointer, "a rate of %s is more than all of %s", d.Rate, format(left))
	default:
		c.faults.Add(fault, pointer, "%s is more than the %s that are left", format(d.Amount), format(left))
	}
}

// taxed splits a base amount, which includes tax or does not.
func taxed(base int64, r money.Rate, inclusive bool) (net, tax, gross int64) {
	if inclusive {
		tax = money.IncludedTax(base, r)
		return base - tax, tax, base
	}
	tax = money.MulRate(base, r)
	return base, tax, base + tax
}
