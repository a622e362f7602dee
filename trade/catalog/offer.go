package catalog

import (
	"slices"

	"ordo/base/money"
	"ordo/base/problem"
)

// Codes of variants that can't be sold in this way.
var (
	ErrInactive = problem.Declare("variant_inactive", problem.Invalid,
		"The variant is not sold any more.", "Choose another variant, or make it active again.")
	ErrNotListed = problem.Declare("variant_not_in_channel", problem.Invalid,
		"The channel does not sell the variant.", "Publish the variant to the channel, or sell it elsewhere.")
	ErrNoPrice = problem.Declare("price_missing", problem.Invalid,
		"The price list has no price for the variant in this quantity.", "Add a price to the list, or give a price by hand.")
)

// Want names a variant by its id, its SKU or a barcode: exactly one is set.
type Want struct{ VariantID, SKU, Barcode string }

// Offer is a variant as a channel sells it to a customer.
type Offer struct {
	ID, SKU, Title, Kind, Unit, TaxClass string
	WeightGrams                          int64          // of one unit
	Minimum, Maximum, Multiple           money.Quantity // of an order line; 0 for none
	Backorder, LotTracked, Hazardous     bool
	Bundle, Active                       bool
	Listed                               bool    // in the channel's assortment
	Breaks                               []Break // rising by minimum; none without a price
	Parts                                []BundlePart

	way int // in which it was wanted first
}

// Break is a price from a quantity on.
type Break struct {
	Minimum   money.Quantity
	UnitPrice money.UnitPrice
}

// BundlePart is a part of an offer, with its own prices.
type BundlePart struct {
	*Offer
	Quantity money.Quantity // in one bundle
}

// Price returns the unit price for a quantity, and whether the list has one.
func (o *Offer) Price(q money.Quantity) (price money.UnitPrice, ok bool) {
	for _, b := range o.Breaks {
		if b.Minimum <= q {
			price, ok = b.UnitPrice, true
		}
	}
	return price, ok
}

// Terms are those of the effective price list: the customer's, if it is in the
// channel's currency, or else the channel's. The id is empty if the channel is
// not known.
type Terms struct {
	PriceListID, Currency string
	TaxInclusive          bool
}

// OfferSet is the answer of Offers.
type OfferSet struct {
	Terms
	byID, bySKU map[string]*Offer // SKUs folded
	barcodes    map[string]string // code -> id
}

// Find returns the offer of a want that Offers was asked for, nil if there is
// no such variant.
func (s *OfferSet) Find(w Want) *Offer {
	switch {
	case w.VariantID != "":
		return s.byID[w.VariantID]
	case w.SKU != "":
		return s.bySKU[FoldSKU(w.SKU)]
	}
	return s.byID[s.barcodes[w.Barcode]]
}

// IDs returns the ids of all variants in the set and of the parts of bundles,
// each once, sorted.
func (s *OfferSet) IDs() (ids []string) {
	for _, o := range s.byID { // order-free: the ids are sorted
		ids = append(ids, o.ids()...)
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}
