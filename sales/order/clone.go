package order

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"ordo/base/problem"
	"ordo/engine/db"
	"ordo/trade/catalog"
)

// CloneIn is the input of order.clone.
type CloneIn struct {
	ID    string   `path:"id" json:"id"`
	Notes []string `json:"notes,omitempty" maxItems:"100" uniqueItems:"true" doc:"Ids of the notes that are copied too; none if not given"`

	CustomerID string `json:"customer_id,omitempty" maxLength:"60" doc:"For whom the copy is, if for another customer than the source: addresses are not copied then"`
}

// Difference is a value of a cloned order that is not as in its source.
type Difference struct {
	SKU   string `json:"sku,omitempty" doc:"Of the line, or its title without one; none if it is about the whole order"`
	Field string `json:"field"`
	Was   string `json:"was"`
	Is    string `json:"is"`
	Code  string `json:"code,omitempty" doc:"Of a line that was left out: why"`
	Why   string `json:"why,omitempty" doc:"The same for people"`
}

// Clone drafts a copy of an order: its lines, addresses and the chosen notes, at
// fresh prices and taxes; never discounts and prices by hand, payments, holds, external ids or
// tracking. Lines that can't be sold any more are left out. What is not as in
// the source is listed in Differences.
func Clone(tx *db.Tx, in CloneIn) (*Order, error) {
	source, err := Get(tx, in.ID)
	if err != nil {
		return nil, err
	}
	wanted := source.wanted()
	if len(wanted) == 0 {
		return nil, catalog.ErrInactive.New("order %s has no line of a variant that could be ordered again", source.name())
	}
	o, err := source.again(tx, wanted, in.CustomerID)
	blocked, kept := blockedLines(err, wanted), wanted
	if len(blocked) > 0 && len(blocked) < len(wanted) {
		kept = slices.DeleteFunc(slices.Clone(wanted), func(l *Line) bool { return blocked[l].Code != nil })
		o, err = source.again(tx, kept, in.CustomerID)
	}
	if err != nil {
		return nil, err
	}
	o.ClonedFrom = source.ID
	o.Differences = o.differences(source, blocked)
	notes, err := o.copyNotes(tx, source, in.Notes)
	if err != nil {
		return nil, err
	}
	o.saveCopies(tx)
	if err := o.Save(tx, Drafted, nil); err != nil {
		return nil, err
	}
	insertNotes(tx, notes...)
	return o, nil
}

// DifferenceList is what of a copy is not as in its source now.
type DifferenceList struct {
	ClonedFrom string       `json:"cloned_from,omitempty" doc:"The source; none if the order is no copy"`
	Items      []Difference `json:"items"`
}

// Differences compares an order with the one that it was copied from, both as
// they are now.
func Differences(tx *db.Tx, id string) (DifferenceList, error) {
	o, err := Get(tx, id)
	if err != nil || o.ClonedFrom == "" {
		return DifferenceList{Items: []Difference{}}, err
	}
	source, err := Get(tx, o.ClonedFrom)
	if err != nil {
		return DifferenceList{}, err
	}
	return DifferenceList{o.ClonedFrom, append([]Difference{}, o.differences(source, nil)...)}, nil
}

// wanted are the lines that can be asked for again.
func (o *Order) wanted() (all []*Line) {
	for _, l := range o.Lines {
		if l.ParentID == "" && l.Quantity > 0 && (l.VariantID != "" || l.free()) {
			all = append(all, l)
		}
	}
	return all
}

// again prices a draft of some lines of an order, for the same places, or for
// another customer.
func (o *Order) again(tx *db.Tx, some []*Line, customer string) (*Order, error) {
	a := Agreement{ChannelID: o.ChannelID, CustomerID: cmp.Or(customer, o.CustomerID)}
	other := a.CustomerID != o.CustomerID
	if !other {
		a.Billing = o.Billing
	}
	if a.CustomerID == "" {
		a.Contact = o.Contact
	}
	index := map[string]int{}
	for _, l := range some {
		i, known := index[l.DeliveryID]
		if !known {
			i = len(a.Deliveries)
			index[l.DeliveryID] = i
			d := DeliveryIn{MethodID: o.Delivery(l.DeliveryID).MethodID}
			if !other {
				d.Address = o.Delivery(l.DeliveryID).Address
			}
			a.Deliveries = append(a.Deliveries, d)
		}
		a.Lines = append(a.Lines, l.again(i))
	}
	draft, _, err := agree(tx, &a, "", nil, problem.List{})
	return draft, err
}

// again asks for the line once more, in the unit that it was ordered in.
func (l *Line) again(delivery int) LineIn {
	in := LineIn{VariantID: l.VariantID, Quantity: l.Quantity, Delivery: delivery}
	if l.free() {
		in.Title, in.Kind, in.Unit, in.TaxClass, in.UnitPrice = l.Title, l.Kind, l.Unit, l.TaxClass, &l.UnitPrice
	}
	if l.SalesUnit != "" {
		in.Unit, in.Quantity = l.SalesUnit, l.SalesQty
	}
	return in
}

// blockedLines are the first faults of lines, if an agreement of them was
// refused for its lines alone.
func blockedLines(err error, lines []*Line) map[*Line]problem.Fault {
	p := problem.As(err)
	if p == nil {
		return nil
	}
	blocked := map[*Line]problem.Fault{}
	for _, f := range p.Faults {
		rest, ok := strings.CutPrefix(f.Pointer, "/lines/")
		digits, _, _ := strings.Cut(rest, "/")
		i, err := strconv.Atoi(digits)
		if !ok || err != nil {
			return nil
		}
		if _, known := blocked[lines[i]]; !known {
			blocked[lines[i]] = f
		}
	}
	return blocked
}

// tops are the lines that are no part of a bundle.
func (o *Order) tops() []*Line {
	return slices.DeleteFunc(slices.Clone(o.Lines), func(l *Line) bool { return l.ParentID != "" })
}

// pair is a line of a source and its copy; either may be nil.
type pair struct{ was, is *Line }

// pairs matches the lines of a source with those of its copy by variant, or by
// what stands in its place, in their order; blocked ones have no copy.
func (o *Order) pairs(source *Order, blocked map[*Line]problem.Fault) (all []pair) {
	left := o.tops()
	for _, was := range source.tops() {
		if was.Quantity == 0 {
			continue // it went to another order
		}
		i := slices.IndexFunc(left, func(l *Line) bool {
			return l.VariantID == was.VariantID && (was.VariantID != "" || l.free() && was.free() && l.Title == was.Title && l.Kind == was.Kind)
		})
		if i < 0 || blocked[was].Code != nil {
			all = append(all, pair{was, nil})
			continue
		}
		all = append(all, pair{was, left[i]})
		left = slices.Delete(left, i, i+1)
	}
	for _, is := range left {
		all = append(all, pair{nil, is})
	}
	return all
}

// differences compares a copy with its source; blocked tells why lines were
// left out.
func (o *Order) differences(source *Order, blocked map[*Line]problem.Fault) (all []Difference) {
	compare := func(sku, field, was, is string) {
		if was != is {
			all = append(all, Difference{SKU: sku, Field: field, Was: was, Is: is})
		}
	}
	for _, p := range o.pairs(source, blocked) {
		switch was, is := p.was, p.is; {
		case is == nil:
			lost := Difference{SKU: was.name(), Field: "quantity", Was: was.Quantity.String(), Is: "0"}
			if f := blocked[was]; f.Code != nil {
				lost.Code, lost.Why = f.Code.Name, f.Detail
			}
			all = append(all, lost)
		case was == nil:
			compare(is.name(), "quantity", "0", is.Quantity.String())
		default:
			compare(is.name(), "sku", was.SKU, is.SKU)
			compare(is.name(), "title", was.Title, is.Title)
			compare(is.name(), "quantity", was.Quantity.String(), is.Quantity.String())
			compare(is.name(), "unit_price", was.UnitPrice.String(), is.UnitPrice.String())
			compare(is.name(), "discount", was.Discount.Format(), is.Discount.Format())
			compare(is.name(), "tax_rate", was.TaxRate.String(), is.TaxRate.String())
			compare(is.name(), "gross", was.Gross.Format(), is.Gross.Format())
		}
	}
	compare("", "charges", source.Charges.Format(), o.Charges.Format())
	compare("", "total", source.Total.Format(), o.Total.Format())
	return all
}
