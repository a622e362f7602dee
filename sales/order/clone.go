package order

import (
	"slices"
	"strconv"
	"strings"

	"ordo/base/problem"
	"ordo/engine/db"
	"ordo/trade/catalog"
)

// CloneIn is the input of order.clone.
type CloneIn struct {
	ID string `path:"id" json:"id"`
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

// Clone drafts a copy of an order: its lines and addresses, at fresh prices and
// taxes; never discounts and prices by hand, payments, holds, external ids or
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
	o, err := source.again(tx, wanted)
	blocked := blockedLines(err)
	kept, lost := []*Line{}, []Difference{}
	for i, l := range wanted {
		if f, ok := blocked[i]; ok {
			lost = append(lost, Difference{l.name(), "quantity", l.Quantity.String(), "0", f.Code.Name, f.Detail})
		} else {
			kept = append(kept, l)
		}
	}
	if len(lost) > 0 && len(kept) > 0 {
		o, err = source.again(tx, kept)
	}
	if err != nil {
		return nil, err
	}
	o.ClonedFrom = source.ID
	o.Differences = append(lost, o.differences(source, kept)...)
	o.saveCopies(tx)
	return o, o.Save(tx, Drafted, nil)
}

// wanted are the lines that can be asked for again.
func (o *Order) wanted() (all []*Line) {
	for _, l := range o.Lines {
		if l.ParentID == "" && (l.VariantID != "" || l.free()) {
			all = append(all, l)
		}
	}
	return all
}

// again prices a draft of some lines of an order, for the same places.
func (o *Order) again(tx *db.Tx, some []*Line) (*Order, error) {
	a := Agreement{ChannelID: o.ChannelID, CustomerID: o.CustomerID, Billing: o.Billing}
	if o.CustomerID == "" {
		a.Contact = o.Contact
	}
	index := map[string]int{}
	for _, l := range some {
		i, known := index[l.DeliveryID]
		if !known {
			i = len(a.Deliveries)
			index[l.DeliveryID] = i
			d := o.Delivery(l.DeliveryID)
			a.Deliveries = append(a.Deliveries, DeliveryIn{Address: d.Address, MethodID: d.MethodID})
		}
		a.Lines = append(a.Lines, l.again(i))
	}
	draft, _, err := agree(tx, &a, "", nil)
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

// blockedLines are the first faults of lines by their index, if an agreement
// was refused for its lines alone.
func blockedLines(err error) map[int]problem.Fault {
	p := problem.As(err)
	if p == nil {
		return nil
	}
	blocked := map[int]problem.Fault{}
	for _, f := range p.Faults {
		rest, ok := strings.CutPrefix(f.Pointer, "/lines/")
		digits, _, _ := strings.Cut(rest, "/")
		i, err := strconv.Atoi(digits)
		if !ok || err != nil {
			return nil
		}
		if _, known := blocked[i]; !known {
			blocked[i] = f
		}
	}
	return blocked
}

// differences compares a clone with its source, whose lines it has copied from.
func (o *Order) differences(source *Order, copied []*Line) (all []Difference) {
	compare := func(sku, field, was, is string) {
		if was != is {
			all = append(all, Difference{SKU: sku, Field: field, Was: was, Is: is})
		}
	}
	for i, l := range slices.DeleteFunc(slices.Clone(o.Lines), func(l *Line) bool { return l.ParentID != "" }) {
		was := copied[i]
		compare(l.name(), "sku", was.SKU, l.SKU)
		compare(l.name(), "title", was.Title, l.Title)
		compare(l.name(), "quantity", was.Quantity.String(), l.Quantity.String())
		compare(l.name(), "unit_price", was.UnitPrice.String(), l.UnitPrice.String())
		compare(l.name(), "discount", was.Discount.Format(), l.Discount.Format())
		compare(l.name(), "tax_rate", was.TaxRate.String(), l.TaxRate.String())
		compare(l.name(), "gross", was.Gross.Format(), l.Gross.Format())
	}
	compare("", "charges", source.Charges.Format(), o.Charges.Format())
	compare("", "total", source.Total.Format(), o.Total.Format())
	return all
}
