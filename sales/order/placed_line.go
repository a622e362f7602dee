package order

import (
	"slices"

	"ordo/trade/catalog"
	"ordo/trade/tax"
)

// placedLine is a line of a placed order, with its parts if it is a bundle: it
// stays what it was, whatever became of its variant since.
type placedLine struct {
	line   *Line
	parts  []*Line
	moved  bool              // it goes elsewhere: the tax is another
	labels map[string]string // of the tax, by id of the line and the parts
	off    int64             // discounts of its own
}

// placed is a line of the order as it was agreed.
func (o *Order) placed(l *Line) *placedLine {
	p := &placedLine{line: l, parts: o.Parts(l.ID), labels: map[string]string{}}
	for _, a := range o.Adjustments {
		of := o.Line(a.LineID)
		switch {
		case of == nil || of != l && of.ParentID != l.ID:
		case a.Kind == "tax":
			p.labels[a.LineID] = a.Label
		case a.Kind == "discount" && a.ShareOf == 0:
			p.off += a.Amount.Amount
		}
	}
	return p
}

// rate is the tax of the line, or of a part, as it was agreed; ok is false where
// the place decides anew, and of no line.
func (p *placedLine) rate(part int) (r tax.Rate, ok bool) {
	if p == nil || p.moved {
		return r, false
	}
	l := p.line
	if part >= 0 {
		l = p.parts[part]
	}
	return tax.Rate{Rate: l.TaxRate, Name: p.labels[l.ID]}, true
}

// offer is what the line was sold as. Limits, price breaks, units and weights are
// those of the variant now; a bundle is split by the prices that its parts had.
// Of no line it is the variant itself.
func (p *placedLine) offer(now *catalog.Offer) *catalog.Offer {
	if p == nil {
		return now
	}
	var v catalog.Offer
	if now != nil {
		v = *now
	}
	parts := v.Parts
	p.line.soldAs(&v)
	v.Bundle, v.Parts = p.line.Kind == Bundle, nil
	for _, l := range p.parts {
		part := catalog.Offer{}
		if i := slices.IndexFunc(parts, func(b catalog.BundlePart) bool { return b.ID == l.VariantID }); i >= 0 {
			part = *parts[i].Offer
		}
		l.soldAs(&part)
		part.Breaks = []catalog.Break{{UnitPrice: l.UnitPrice}}
		v.Parts = append(v.Parts, catalog.BundlePart{Offer: &part, Quantity: l.PerParent})
	}
	return &v
}

// soldAs writes what was agreed of the line over what its variant is now.
func (l *Line) soldAs(v *catalog.Offer) {
	v.ID, v.SKU, v.Title, v.Kind, v.Unit, v.TaxClass = l.VariantID, l.SKU, l.Title, l.Kind, l.Unit, l.TaxClass
	v.Active, v.Listed = true, true
}
