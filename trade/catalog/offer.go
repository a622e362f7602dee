package catalog

import (
	"encoding/json"
	"math"
	"math/bits"
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
	ErrUnit = problem.Declare("unit_unknown", problem.Invalid,
		"The variant is not sold in this unit.", "Choose one of the units that are allowed.")
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
	Units                                []SalesUnit // further units
	TextID                               string      // of description and category; empty without
	OptionsJSON                          string      // name to value; empty without
	Texts                                *Texts      // what both say; nil without
	Limits                               []Limit     // for the channel, the customer or both, beside its own; once Limits was read

	limited bool // it has such
	way     int  // in which it was wanted first
}

// Texts are what the catalog says of a variant beside its title.
type Texts struct {
	Description string            `json:"description,omitempty" doc:"Of the product"`
	Category    string            `json:"category,omitempty" doc:"Of the product: path in the tree"`
	Options     map[string]string `json:"options,omitempty" doc:"Option name to value"`
}

// NewTexts returns the texts, nil if there are none; options is their JSON.
func NewTexts(description, category, options string) (*Texts, error) {
	if description == "" && category == "" && options == "" {
		return nil, nil
	}
	t := &Texts{Description: description, Category: category}
	if options == "" {
		return t, nil
	}
	return t, json.Unmarshal([]byte(options), &t.Options)
}

// Chosen are the values of the options; nil without any.
func (t *Texts) Chosen() map[string]string {
	if t == nil {
		return nil
	}
	return t.Options
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

// In returns how much of the offer's own unit a quantity of another of its
// units is. The error is a fault at the unit or the quantity below pointer.
func (o *Offer) In(unit string, q money.Quantity, pointer string, faults *problem.List) (own money.Quantity, ok bool) {
	if unit == "" || unit == o.Unit {
		return q, true
	}
	known := []string{o.Unit}
	for _, u := range o.Units {
		if u.Unit == unit {
			return u.times(q, pointer+"/quantity", o.Unit, faults)
		}
		known = append(known, u.Unit)
	}
	faults.AddAllowed(ErrUnit, pointer+"/unit", known, "%s is not sold by %s", o.SKU, unit)
	return 0, false
}

// times is how much of the variant's own unit is in a number of units.
func (u SalesUnit) times(q money.Quantity, pointer, own string, faults *problem.List) (money.Quantity, bool) {
	high, low := bits.Mul64(uint64(max(0, q)), uint64(u.Quantity))
	if high >= 1000 {
		high, low = 0, math.MaxInt64
	}
	sum, rest := bits.Div64(high, low, 1000)
	switch {
	case sum > maxQuantity:
		faults.Add(problem.ErrOutOfRange, pointer, "%s %s is more %s than an order can hold", q, u.Unit, own)
	case rest != 0:
		faults.Add(problem.ErrInvalidValue, pointer, "%s %s of %s %s each are no whole thousandths", q, u.Unit, u.Quantity, own)
	default:
		return money.Quantity(sum), true
	}
	return 0, false
}

// maxQuantity is the greatest quantity of an order.
const maxQuantity = 1e12 - 1

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
	byID, bySKU map[string]*Offer   // SKUs folded
	barcodes    map[string][]string // code -> ids
}

// Find returns the offer of a want that Offers was asked for, nil if there is
// no such variant, or several have the barcode.
func (s *OfferSet) Find(w Want) *Offer {
	switch {
	case w.VariantID != "":
		return s.byID[w.VariantID]
	case w.SKU != "":
		return s.bySKU[FoldSKU(w.SKU)]
	}
	if all := s.Matches(w); len(all) == 1 {
		return all[0]
	}
	return nil
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
