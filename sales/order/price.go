package order

import (
	"fmt"

	"ordo/base/money"
	"ordo/base/problem"
	"ordo/trade/pricing"
	"ordo/trade/tax"
)

// price calculates the amounts of the draft: lines, discounts, shipping, tax.
func (d *drafting) price() error {
	digits, _ := money.Digits(d.order.Currency)
	in := pricing.Input{Currency: d.order.Currency, Digits: digits, TaxInclusive: d.order.TaxInclusive, Discounts: discounts(d.in.Discounts)}
	var leaves []*Line
	for i := range d.in.Lines {
		leaves = append(leaves, d.priceLine(i, &in)...)
	}
	charges := d.charges(&in)
	if err := d.faults.Err(); err != nil {
		return err
	}
	priced, err := pricing.Price(in)
	if err != nil {
		return err
	}
	for i, l := range leaves {
		d.order.setPrice(l, in.Lines[i], priced.Lines[i])
	}
	for i, c := range charges {
		p := priced.Charges[i]
		c.Net, c.Tax, c.Rate = d.order.money(p.Net), d.order.money(p.Tax), in.Charges[i].TaxRate
		d.order.adjust(c)
	}
	d.order.derive()
	d.checkDiscount(priced)
	return nil
}

// priceLine hands a line of the input to the calculator: as it is, or, if it
// is a bundle, as its parts with their shares of its price.
func (d *drafting) priceLine(i int, in *pricing.Input) []*Line {
	line := d.lines[i].line
	parts := []*Line{line}
	if line.Kind == Bundle {
		parts = d.order.Parts(line.ID)
	}
	shares := d.shares(i, line, parts)
	for j, p := range parts {
		r := d.rate(i, p)
		l := pricing.Line{Quantity: p.Quantity, UnitPrice: p.UnitPrice, TaxRate: r.Rate, TaxLabel: r.Name, Discounts: discounts(d.in.Lines[i].Discounts)}
		if shares != nil {
			l.Extended = &shares[j]
		}
		in.Lines = append(in.Lines, l)
	}
	return parts
}

// shares splits a bundle's price over its parts by their list prices; nil if
// the line is no bundle.
func (d *drafting) shares(i int, line *Line, parts []*Line) []int64 {
	if line.Kind != Bundle {
		return nil
	}
	digits, _ := money.Digits(d.order.Currency)
	whole, err := money.Extend(line.UnitPrice, line.Quantity, digits)
	weights := make([]int64, len(parts))
	for j, p := range parts {
		p.UnitPrice, _ = d.lines[i].variant.Parts[j].Price(p.Quantity)
		var partErr error
		if weights[j], partErr = money.Extend(p.UnitPrice, p.Quantity, digits); partErr != nil {
			err = partErr
		}
	}
	if err != nil {
		d.faults.Add(problem.ErrOutOfRange, fmt.Sprintf("/lines/%d/quantity", i), "%s x %s is more than an order can hold", line.Quantity, line.UnitPrice)
		return make([]int64, len(parts))
	}
	return pricing.Shares(whole, weights)
}

// rate returns the tax on a line where it goes to.
func (d *drafting) rate(i int, l *Line) tax.Rate {
	return d.rateIn(d.order.Delivery(l.DeliveryID).Country, l.TaxClass, fmt.Sprintf("/lines/%d", i))
}

func (d *drafting) rateIn(country, class, pointer string) tax.Rate {
	return d.facts.rates.Rate(country, class, d.facts.customer.exempt, d.tx.Now.In(d.facts.channel.Zone()), pointer, &d.faults)
}

// charges asks each delivery's shipping method for its charge.
func (d *drafting) charges(in *pricing.Input) (all []*Adjustment) {
	for i, delivery := range d.order.Deliveries {
		m := d.facts.methods[delivery.MethodID]
		if m == nil {
			continue
		}
		pointer := fmt.Sprintf("/deliveries/%d/shipping_method_id", i)
		weight, amount := d.load(delivery.ID)
		charge, ok := m.Charge(delivery.Country, weight, amount)
		switch {
		case m.Currency != d.order.Currency:
			d.faults.Add(ErrMethod, pointer, "%s is charged in %s, the order is in %s", m.Name, m.Currency, d.order.Currency)
		case !ok:
			d.faults.Add(ErrMethod, pointer, "%s does not go to %s", m.Name, delivery.Country)
		}
		r := d.rateIn(delivery.Country, m.TaxClass, pointer)
		in.Charges = append(in.Charges, pricing.Charge{Kind: "shipping", Label: m.Name, Amount: charge, TaxRate: r.Rate, TaxLabel: r.Name})
		all = append(all, &Adjustment{DeliveryID: delivery.ID, Kind: "shipping", Label: m.Name, TaxClass: m.TaxClass, Amount: d.order.money(charge)})
	}
	return all
}

// load is the weight in grams and the worth of a delivery's goods, before
// discounts.
func (d *drafting) load(delivery string) (weight, amount int64) {
	digits, _ := money.Digits(d.order.Currency)
	for i := range d.in.Lines {
		if l := d.lines[i].line; l.DeliveryID == delivery {
			weight += d.lines[i].variant.WeightGrams * int64(l.Quantity) / 1000
			extended, _ := money.Extend(l.UnitPrice, l.Quantity, digits) // a fault is found by the calculator
			amount += extended
		}
	}
	return weight, amount
}

// setPrice takes over what the calculator found for a line.
func (o *Order) setPrice(l *Line, in pricing.Line, p pricing.PricedLine) {
	l.Extended, l.Discount, l.TaxRate = o.money(p.Extended), o.money(p.Discount), in.TaxRate
	l.Net, l.Tax, l.Gross = o.money(p.Net), o.money(p.Tax), o.money(p.Gross)
	l.Granted = o.money(0)
	for _, a := range p.Adjustments {
		o.adjust(&Adjustment{LineID: l.ID, DeliveryID: l.DeliveryID, Kind: a.Kind, Label: a.Label, Rate: a.Rate, Amount: o.money(a.Amount)})
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
