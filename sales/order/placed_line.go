package order

import (
	"slices"

	"ordo/trade/catalog"
)

// placedLine is a line of a placed order, with its parts if it is a bundle: it
// stays what it was, whatever became of its variant since.
type placedLine struct {
	line  *Line
	parts []*Line
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
