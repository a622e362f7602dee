package inventory

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"ordo/base/money"
	"ordo/base/problem"
)

// Free is what a location has of a variant that is not promised.
type Free struct {
	SKU          string         `json:"sku"`
	LocationID   string         `json:"location_id"`
	LocationCode string         `json:"location_code"`
	Available    money.Quantity `json:"available"`
}

// Clone copies the supplies, so that changes of one leave the other alone.
func (s Supplies) Clone() Supplies {
	all := Supplies{}
	for variant, some := range s { // order-free: each variant stands for itself
		all[variant] = slices.Clone(some)
	}
	return all
}

// Give adds a quantity of a reservation to what its place can promise, or takes
// it from there if it is negative. A place that is not among the supplies stays
// out of them.
func (s Supplies) Give(r *Reservation, q money.Quantity) {
	for i, p := range s[r.VariantID] {
		if p.Location == r.Location && p.Lot == r.Lot {
			s[r.VariantID][i].Available += q
		}
	}
}

// At returns the supply of a variant at a location; only of a lot if its code is
// given.
func (s Supplies) At(variant, location, lot string) Supplies {
	there := slices.Clone(s[variant])
	return Supplies{variant: slices.DeleteFunc(there, func(p Supply) bool {
		return p.Location != location || lot != "" && p.LotCode != lot
	})}
}

// Elsewhere sums what other locations than one have free of a variant, by their
// codes.
func (s Supplies) Elsewhere(variant, sku, location string) (all []Free) {
	for _, p := range s[variant] {
		if p.Location == location || p.Available <= 0 {
			continue
		}
		i := slices.IndexFunc(all, func(f Free) bool { return f.LocationID == p.Location })
		if i < 0 {
			i, all = len(all), append(all, Free{SKU: sku, LocationID: p.Location, LocationCode: p.LocationCode})
		}
		all[i].Available += p.Available
	}
	slices.SortFunc(all, func(a, b Free) int {
		return cmp.Or(cmp.Compare(a.LocationCode, b.LocationCode), cmp.Compare(a.LocationID, b.LocationID))
	})
	return all
}

// Enough returns the ids of the locations that have a quantity.
func Enough(all []Free, q money.Quantity) (ids []string) {
	for _, f := range all {
		if f.Available >= q {
			ids = append(ids, f.LocationID)
		}
	}
	return ids
}

// Tell says in words what locations have.
func Tell(all []Free) string {
	if len(all) == 0 {
		return "no other location has any"
	}
	texts := make([]string, min(named, len(all)))
	for i := range texts {
		texts[i] = fmt.Sprintf("%s has %s", all[i].LocationCode, all[i].Available)
	}
	if more := len(all) - named; more > 0 {
		texts = append(texts, fmt.Sprintf("%d more have some", more))
	}
	return strings.Join(texts, ", ")
}

// WithLocations adds to a refusal what locations have instead, for machines.
func WithLocations(err error, all []Free) error {
	p := problem.As(err)
	if p == nil || len(all) == 0 {
		return err
	}
	return p.With("locations", all)
}
