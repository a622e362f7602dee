package order

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"ordo/base/money"
	"ordo/base/problem"
	"ordo/engine/auth"
	"ordo/trade/pricing"
	"ordo/trade/tax"
)

// calculation is the calculator's input, with the way back from each of its
// parts to what was asked.
type calculation struct {
	pricing.Input
	asked   []int         // per line: index into the agreement's
	leaves  []*Line       // per line
	goesTo  []int         // per charge: index into the agreement's deliveries
	charges []*Adjustment // per charge
}

// price calculates the amounts of the draft: lines, discounts, shipping, tax.
// Lines that can't be priced are left out; then a discount on the whole order
// is not looked at.
func (d *drafting) price() {
	c := &calculation{Input: d.empty()}
	whole := true
	for i := range d.in.Lines {
		if d.lines[i].faulty || !d.priceLine(i, c) {
			whole = false
		}
	}
	if whole {
		c.Discounts = discounts(d.in.Discounts)
	}
	d.charge(c, whole)
	priced, err := pricing.Price(c.Input)
	if err != nil {
		d.refuse(c, err)
		return
	}
	for k, l := range c.leaves {
		d.order.setPrice(l, c.Lines[k], priced.Lines[k])
	}
	for k, a := range c.charges {
		p := priced.Charges[k]
		a.Net, a.Tax, a.Rate = d.order.money(p.Net), d.order.money(p.Tax), c.Charges[k].TaxRate
		d.order.adjust(a)
	}
	d.order.derive()
	if whole {
		d.checkDiscount(c, priced)
	}
}

func (d *drafting) empty() pricing.Input {
	digits, _ := money.Digits(d.order.Currency)
	return pricing.Input{Currency: d.order.Currency, Digits: digits, TaxInclusive: d.order.TaxInclusive}
}

// refuse notes the calculator's faults where they are in the agreement.
func (d *drafting) refuse(c *calculation, err error) {
	for _, f := range problem.As(err).Faults {
		d.faults.AddAllowed(f.Code, c.pointer(f.Pointer), f.Allowed, "%s", f.Detail)
	}
}

func (c *calculation) pointer(p string) string {
	steps := strings.Split(p, "/") // "", "lines", "2", …
	k, _ := strconv.Atoi(steps[2])
	switch steps[1] {
	case "lines":
		steps[2] = strconv.Itoa(c.asked[k])
	case "charges":
		return fmt.Sprintf("/deliveries/%d/shipping_method_id", c.goesTo[k])
	}
	return strings.Join(steps, "/")
}

// priceLine hands a line of the agreement to the calculator, if it is a bundle
// as its parts.
func (d *drafting) priceLine(i int, c *calculation) bool {
	if line := d.lines[i].line; line.Kind != Bundle {
		in := pricing.Line{Quantity: line.Quantity, UnitPrice: line.UnitPrice, Discounts: discounts(d.in.Lines[i].Discounts)}
		d.add(c, i, -1, line, in)
		return true
	}
	return d.priceBundle(i, c)
}

// add adds a line to the calculation, or a part of a bundle, with the tax where it
// goes to.
func (d *drafting) add(c *calculation, i, part int, l *Line, in pricing.Line) {
	r, agreed := d.in.Lines[i].placed.rate(part)
	if !agreed {
		r = d.rateIn(d.order.Delivery(l.DeliveryID).Country, l.TaxClass, fmt.Sprintf("/lines/%d", i))
	}
	in.TaxRate, in.TaxLabel = r.Rate, r.Name
	c.Lines, c.leaves, c.asked = append(c.Lines, in), append(c.leaves, l), append(c.asked, i)
}

// priceBundle splits a bundle's price, and what is taken off it, over its parts
// by their list prices.
func (d *drafting) priceBundle(i int, c *calculation) bool {
	line := d.lines[i].line
	bundle := &calculation{Input: d.empty(), asked: []int{i}}
	bundle.Lines = []pricing.Line{{Quantity: line.Quantity, UnitPrice: line.UnitPrice, Discounts: discounts(d.in.Lines[i].Discounts)}}
	priced, err := pricing.Price(bundle.Input)
	if err != nil {
		d.refuse(bundle, err)
		return false
	}
	parts := d.order.Parts(line.ID)
	weights := make([]int64, len(parts))
	for j, p := range parts {
		p.UnitPrice, _ = d.lines[i].variant.Parts[j].Price(p.Quantity)
		if weights[j], err = money.Extend(p.UnitPrice, p.Quantity, c.Digits); err != nil {
			d.faults.Add(problem.ErrOutOfRange, fmt.Sprintf("/lines/%d/quantity", i), "%s x %s of %s is more than an order can hold", p.Quantity, p.UnitPrice, p.SKU)
			return false
		}
	}
	shares := pricing.Shares(priced.Lines[0].Extended, weights)
	off := spread(priced.Lines[0].Adjustments, slices.Clone(shares))
	for j, p := range parts {
		d.add(c, i, j, p, pricing.Line{Quantity: p.Quantity, UnitPrice: p.UnitPrice, Extended: &shares[j], Discounts: off[j]})
	}
	return true
}

// spread splits discounts in proportion to what is left of each part.
func spread(all []pricing.Adjustment, left []int64) [][]pricing.Discount {
	off := make([][]pricing.Discount, len(left))
	for _, a := range all {
		for j, share := range money.Split(a.Amount, left) {
			if share > 0 {
				off[j] = append(off[j], pricing.Discount{Kind: pricing.Amount, Amount: share, Label: a.Label})
				left[j] -= share
			}
		}
	}
	return off
}

func (d *drafting) rateIn(country, class, pointer string) tax.Rate {
	return d.facts.rates.Rate(country, class, d.facts.customer.exempt, d.at.In(d.facts.channel.Zone()), pointer, &d.faults)
}

// charge asks each delivery's shipping method for its charge.
func (d *drafting) charge(c *calculation, whole bool) {
	if len(d.in.Lines) == 0 {
		return // nothing goes anywhere yet
	}
	worth := d.worth(c)
	for i, delivery := range d.order.Deliveries {
		m := d.facts.methods[delivery.MethodID]
		if m == nil || !m.Active {
			continue
		}
		pointer := fmt.Sprintf("/deliveries/%d/shipping_method_id", i)
		amount, ok := m.Charge(delivery.Country, d.weight(delivery.ID), worth[delivery.ID])
		switch {
		case m.Currency != d.order.Currency:
			d.faults.Add(ErrMethod, pointer, "%s is charged in %s, the order is in %s", m.Name, m.Currency, d.order.Currency)
		case !ok && whole:
			d.faults.Add(ErrMethod, pointer, "%s does not go to %s", m.Name, delivery.Country)
		}
		r := d.rateIn(delivery.Country, m.TaxClass, pointer)
		c.Charges = append(c.Charges, pricing.Charge{Kind: "shipping", Label: m.Name, Amount: amount, TaxRate: r.Rate, TaxLabel: r.Name})
		c.goesTo = append(c.goesTo, i)
		c.charges = append(c.charges, &Adjustment{DeliveryID: delivery.ID, Kind: "shipping", Label: m.Name, TaxClass: m.TaxClass, Amount: d.order.money(amount)})
	}
}

// worth is the amount of each delivery's goods after discounts, if a shipping
// method depends on it.
func (d *drafting) worth(c *calculation) map[string]int64 {
	all := map[string]int64{}
	for _, delivery := range d.order.Deliveries {
		if m := d.facts.methods[delivery.MethodID]; m != nil && m.Kind == pricing.ByAmount {
			priced, err := pricing.Price(c.Input)
			if err != nil {
				return all // it will be told
			}
			for k, l := range c.leaves {
				all[l.DeliveryID] += priced.Lines[k].Extended - priced.Lines[k].Discount
			}
			return all
		}
	}
	return all
}

// heaviest bounds a weight in grams, above every step of a table.
const heaviest = 1e18

// weight is that of a delivery's goods in grams. A bundle without a weight of
// its own weighs what its parts do.
func (d *drafting) weight(delivery string) (sum int64) {
	for _, a := range d.lines {
		if a.faulty || a.line.DeliveryID != delivery {
			continue
		}
		var parts int64
		for _, p := range a.variant.Parts {
			parts += grams(p.WeightGrams, p.Quantity)
		}
		sum = min(heaviest, sum+grams(cmp.Or(a.variant.WeightGrams, parts), a.line.Quantity))
	}
	return sum
}

// grams is the weight of a quantity.
func grams(one int64, q money.Quantity) int64 {
	one = min(one, 1e9)
	return one*int64(q/1000) + one*int64(q%1000)/1000
}

// checkDiscount holds the discounts of each line, and all of them together,
// against the actor's limit.
func (d *drafting) checkDiscount(c *calculation, priced pricing.Priced) {
	extended, own := make([]int64, len(d.in.Lines)), make([]int64, len(d.in.Lines))
	for k, i := range c.asked {
		extended[i] += priced.Lines[k].Extended
		for _, a := range priced.Lines[k].Adjustments[:len(c.Lines[k].Discounts)] {
			own[i] += a.Amount
		}
	}
	for i := range own {
		before := int64(0)
		if p := d.in.Lines[i].placed; p != nil {
			before = p.off
		}
		d.limit(fmt.Sprintf("/lines/%d/discounts", i), own[i], extended[i], before)
	}
	before := int64(0)
	if d.placed != nil {
		before = d.placed.Discount.Amount
	}
	d.limit("/discounts", priced.Totals.Discount, priced.Totals.Subtotal, before)
}

// limit refuses a discount above the actor's limit that is more than there was
// before, which somebody else has given.
func (d *drafting) limit(pointer string, discount, of, before int64) {
	if allowed := money.MulRate(of, money.Rate(d.tx.Actor.Limits.DiscountRate)); discount > max(allowed, before) {
		d.faults.Add(auth.ErrLimit, pointer, "a discount of %s is above your limit of %s", d.order.money(discount).Format(), d.order.money(allowed).Format())
	}
}

// setPrice takes over what the calculator found for a line.
func (o *Order) setPrice(l *Line, in pricing.Line, p pricing.PricedLine) {
	l.Extended, l.Discount, l.TaxRate = o.money(p.Extended), o.money(p.Discount), in.TaxRate
	l.Net, l.Tax, l.Gross = o.money(p.Net), o.money(p.Tax), o.money(p.Gross)
	l.Granted = o.money(0)
	for _, a := range p.Adjustments {
		o.adjust(&Adjustment{LineID: l.ID, DeliveryID: l.DeliveryID, Kind: a.Kind, Label: a.Label, Rate: a.Rate, Amount: o.money(a.Amount), ShareOf: a.Share})
	}
}

func (o *Order) adjust(a *Adjustment) {
	a.Position = int64(len(o.Adjustments) + 1)
	o.Adjustments = append(o.Adjustments, a)
}

func discounts(in []DiscountIn) []pricing.Discount {
	if len(in) == 0 {
		return nil
	}
	all := make([]pricing.Discount, len(in))
	for i, d := range in {
		all[i] = pricing.Discount{Kind: d.Kind, Rate: d.Rate, Amount: d.Amount, Label: d.Label}
	}
	return all
}
