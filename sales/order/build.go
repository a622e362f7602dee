package order

import (
	"ordo/base/clock"
	"ordo/base/money"
	"ordo/engine/db"
	"ordo/trade/catalog"
	"ordo/trade/customer"
)

// build makes the rows of the draft, without their amounts. A line that can't
// be priced has none.
func (d *drafting) build() {
	tx, f, in := d.tx, d.facts, d.in
	now := clock.At(tx.Now)
	o := blank()
	o.Head = Head{
		ID: tx.ID("ord"), ChannelID: f.channel.ID, CustomerID: in.CustomerID, CustomerType: f.customer.kind, Currency: f.offers.Currency, TaxInclusive: f.offers.TaxInclusive,
		PriceListID: f.offers.PriceListID, ProfileVersion: f.customer.profileVersion, SourceKind: in.SourceKind, Reference: in.Reference, Priority: in.Priority, ExternalID: in.ExternalID,
		Origin: "ordo", Revision: 1, CreatedAt: now, UpdatedAt: now, requested: encode(in.Discounts),
	}
	if o.SourceKind == "" {
		o.SourceKind = "api"
	}
	o.Warnings = f.warnings(in.Reference)
	d.order = o
	for i, delivery := range in.Deliveries {
		facts := DeliveryFacts{ID: tx.ID("dlv"), Position: int64(i + 1), MethodID: delivery.MethodID, Country: f.channel.TaxCountry}
		if delivery.Address != nil {
			facts.Country = delivery.Address.Country
		}
		o.Deliveries = append(o.Deliveries, &Delivery{DeliveryFacts: facts, Address: delivery.Address})
	}
	o.Billing, o.Contact = in.Billing, f.contact(in.Contact)
	for i := range in.Lines {
		if !d.lines[i].faulty {
			d.addLine(i)
		}
	}
}

// contact is the customer's at present, or the guest's.
func (f *facts) contact(guest *customer.Contact) *customer.Contact {
	if f.customer.id == "" {
		return guest
	}
	own := f.customer.contact
	return &own
}

// addLine adds the line of the input, and one per part of a bundle.
func (d *drafting) addLine(i int) {
	in, a := d.in.Lines[i], d.lines[i]
	l := d.newLine(a.variant, a.quantity)
	d.lines[i].line = l
	l.Item, l.DeliveryID, l.UnitPrice, l.PriceSource = l.Position, d.order.Deliveries[in.Delivery].ID, a.unitPrice, a.source
	l.LotID = a.lot
	if in.free() {
		l.textID = d.tx.ID("txt")
	}
	l.requested = encode(in.Discounts)
	if in.Unit != "" && in.Unit != l.Unit {
		l.SalesUnit, l.SalesQty = in.Unit, in.Quantity
	}
	if !a.variant.Bundle {
		return
	}
	l.Kind = Bundle
	for _, p := range a.variant.Parts {
		c := d.newLine(p.Offer, times(a.quantity, p.Quantity))
		c.Item, c.DeliveryID, c.ParentID, c.PerParent, c.PriceSource = l.Item, l.DeliveryID, l.ID, p.Quantity, "bundle"
	}
}

// times is how much of a part goes into a whole number of bundles.
func times(bundles, part money.Quantity) money.Quantity { return bundles / 1000 * part }

func (d *drafting) newLine(v *catalog.Offer, q money.Quantity) *Line {
	l := &Line{
		ID: d.tx.ID("oli"), Position: int64(len(d.order.Lines) + 1), Kind: v.Kind, VariantID: v.ID, SKU: v.SKU, Title: v.Title, Unit: v.Unit, TaxClass: v.TaxClass, Quantity: q, Open: q,
		Texts: v.Texts, textID: v.TextID, options: v.OptionsJSON,
	}
	d.order.Lines = append(d.order.Lines, l)
	return l
}

// saveCopies writes the copies of addresses and the free texts of a draft that is
// about to be saved.
func (o *Order) saveCopies(tx *db.Tx) {
	insertTexts(tx, o.Lines)
	if o.Billing == nil && len(o.Deliveries) > 0 {
		o.Billing = o.Deliveries[0].Address
	}
	var copies []customer.Address
	places := map[*customer.Address]int{}
	add := func(a *customer.Address) {
		if _, known := places[a]; !known && a != nil {
			places[a] = len(copies)
			copies = append(copies, *a)
		}
	}
	for _, d := range o.Deliveries {
		add(d.Address)
	}
	add(o.Billing)
	ids := customer.InsertAddresses(tx, o.CustomerID, copies...)
	id := func(a *customer.Address) string {
		if a == nil {
			return ""
		}
		return ids[places[a]]
	}
	for _, d := range o.Deliveries {
		d.AddressID = id(d.Address)
	}
	o.BillingID = id(o.Billing)
	if o.Contact != nil && o.CustomerID == "" {
		o.ContactID = customer.InsertAddress(tx, "", customer.Address{Contact: *o.Contact})
	}
}
