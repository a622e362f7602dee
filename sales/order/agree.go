package order

import (
	"fmt"
	"slices"

	"ordo/base/clock"
	"ordo/base/money"
	"ordo/base/problem"
	"ordo/engine/auth"
	"ordo/engine/db"
	"ordo/trade/catalog"
	"ordo/trade/customer"
	"ordo/trade/pricing"
)

// Codes of the agreement.
var (
	ErrMultiple = problem.Declare("quantity_multiple", problem.Invalid,
		"The variant is sold in multiples only.", "Order one of the quantities that are allowed.")
	ErrLimits = problem.Declare("quantity_out_of_limits", problem.Invalid,
		"The quantity of the variant, summed over the order, is below its minimum or above its maximum.", "Change the quantity.")
	ErrCustomerInactive = problem.Declare("customer_inactive", problem.Conflict,
		"The customer may not order.", "Activate the customer.")
	ErrChannelInactive = problem.Declare("channel_inactive", problem.Conflict,
		"The channel takes no orders.", "Activate the channel.")
	ErrDuplicate = problem.Declare("duplicate_external_id", problem.Conflict,
		"The channel has an order with this external id already.", "Use the order that is there.")
	ErrMethod = problem.Declare("shipping_not_possible", problem.Invalid,
		"The shipping method does not go there, or not in this currency or size.", "Choose another method.")
	ErrPriceOverride = problem.Declare("price_override_forbidden", problem.Forbidden,
		"Setting a price by hand needs the permission order.set_price.", "Leave the price out, or ask for the permission.")
)

// drafting is an order on its way from what was asked to a priced draft.
type drafting struct {
	tx     *db.Tx
	in     *Agreement
	facts  *facts
	order  *Order
	faults problem.List
	lines  []asked // one per line of the input
}

// asked is a line of the input with what it means.
type asked struct {
	variant   *catalog.Offer
	unitPrice money.UnitPrice
	source    string
	line      *Line
}

// agree makes a priced draft of what was asked, or names all faults at once;
// with placing those too that only stand in the way of placing it. Nothing is
// written.
func agree(tx *db.Tx, in *Agreement, placing *placing) (*Order, *facts, error) {
	f, err := load(tx, in)
	if err != nil {
		return nil, nil, err
	}
	if len(in.Deliveries) == 0 {
		in.Deliveries = []DeliveryIn{{}}
	}
	d := &drafting{tx: tx, in: in, facts: f, lines: make([]asked, len(in.Lines))}
	d.checkParties()
	d.checkLines()
	if placing != nil {
		f.checkPayment(placing.payment, &d.faults)
		f.checkStock(d.demand(), &d.faults)
	}
	if err := d.faults.Err(); err != nil {
		return nil, nil, err
	}
	d.build()
	if err := d.price(); err != nil {
		return nil, nil, err
	}
	return d.order, f, d.faults.Err()
}

// checkParties looks at the channel, the customer and the deliveries.
func (d *drafting) checkParties() {
	f, in := d.facts, d.in
	switch {
	case f.channel.ID == "":
		d.faults.Add(problem.ErrNotFound, "/channel_id", "no channel %s", in.ChannelID)
	case !f.channel.Active:
		d.faults.Add(ErrChannelInactive, "/channel_id", "channel %s is not active", f.channel.Code)
	}
	switch {
	case in.CustomerID == "" && in.Contact == nil && !f.anonymous():
		d.faults.Add(problem.ErrRequired, "/contact", "an order without a customer needs a contact")
	case in.CustomerID != "" && f.customer.id == "":
		d.faults.Add(problem.ErrNotFound, "/customer_id", "no customer %s", in.CustomerID)
	case in.CustomerID != "" && !f.customer.active:
		d.faults.Add(ErrCustomerInactive, "/customer_id", "customer %s is not active", in.CustomerID)
	}
	if f.duplicate != "" {
		d.faults.Add(ErrDuplicate, "/external_id", "order %s has the external id %s", f.duplicate, in.ExternalID)
	}
	if in.Contact != nil {
		in.Contact.Check("/contact", &d.faults)
	}
	if in.Billing != nil {
		in.Billing.Check("/billing_address", &d.faults)
	}
	for i, delivery := range in.Deliveries {
		if m := f.methods[delivery.MethodID]; delivery.MethodID != "" && (m == nil || !m.Active) {
			d.faults.Add(problem.ErrNotFound, fmt.Sprintf("/deliveries/%d/shipping_method_id", i), "no shipping method %s", delivery.MethodID)
		}
		if a := delivery.Address; a != nil {
			a.Check(fmt.Sprintf("/deliveries/%d/address", i), &d.faults)
		}
	}
}

// anonymous tells whether the channel sells without a name: over the counter.
func (f *facts) anonymous() bool { return f.channel.Kind == "point_of_sale" }

// checkLines finds out what each line means and whether it can be sold.
func (d *drafting) checkLines() {
	sums := map[string]money.Quantity{} // of a variant over the order
	for i := range d.in.Lines {
		l := &d.in.Lines[i]
		v := d.facts.offers.Find(l.want())
		pointer := fmt.Sprintf("/lines/%d", i)
		if l.Quantity <= 0 {
			d.faults.Add(problem.ErrOutOfRange, pointer+"/quantity", "%s is not above zero", l.Quantity)
		}
		switch {
		case v == nil:
			d.faults.Add(catalog.ErrSKU, pointer+"/"+l.named(), "no variant %s", l.name())
		case !v.Active:
			d.faults.Add(catalog.ErrInactive, pointer+"/"+l.named(), "%s is not sold any more", v.SKU)
		case !v.Listed:
			d.faults.Add(catalog.ErrNotListed, pointer+"/"+l.named(), "%s is not sold in channel %s", v.SKU, d.facts.channel.Code)
		}
		if l.Delivery >= len(d.in.Deliveries) {
			d.faults.Add(problem.ErrInvalidValue, pointer+"/delivery", "there is no delivery %d", l.Delivery)
		}
		if v != nil {
			d.checkParts(v, pointer+"/"+l.named())
			sums[v.ID] += l.Quantity
			d.lines[i].variant = v
		}
	}
	for i := range d.in.Lines {
		if v := d.lines[i].variant; v != nil {
			d.checkQuantity(i, v, sums[v.ID])
			d.findPrice(i, v, sums[v.ID])
		}
	}
}

// checkParts finds parts of a bundle that are not sold any more.
func (d *drafting) checkParts(v *catalog.Offer, pointer string) {
	for _, p := range v.Parts {
		if !p.Active {
			d.faults.Add(catalog.ErrInactive, pointer, "%s has the part %s, which is not sold any more", v.SKU, p.SKU)
		}
	}
}

// named is the field that names a line's variant.
func (l *LineIn) named() string {
	switch {
	case l.VariantID != "":
		return "variant_id"
	case l.Barcode != "" && l.SKU == "":
		return "barcode"
	}
	return "sku"
}

func (l *LineIn) name() string {
	switch l.named() {
	case "variant_id":
		return l.VariantID
	case "barcode":
		return l.Barcode
	}
	return l.SKU
}

// checkQuantity holds the limits of the variant against its sum over the order.
func (d *drafting) checkQuantity(i int, v *catalog.Offer, sum money.Quantity) {
	pointer := fmt.Sprintf("/lines/%d/quantity", i)
	q := d.in.Lines[i].Quantity
	if v.Multiple > 0 && q%v.Multiple != 0 && q > 0 {
		low := q / v.Multiple * v.Multiple
		allowed := []string{(low + v.Multiple).String()}
		if low > 0 {
			allowed = slices.Insert(allowed, 0, low.String())
		}
		d.faults.AddAllowed(ErrMultiple, pointer, allowed, "%s is sold in multiples of %s, not %s", v.SKU, v.Multiple, q)
	}
	if v.Minimum > 0 && sum < v.Minimum {
		d.faults.AddAllowed(ErrLimits, pointer, []string{v.Minimum.String()}, "%s is sold from %s on, not %s", v.SKU, v.Minimum, sum)
	}
	if v.Maximum > 0 && sum > v.Maximum {
		d.faults.AddAllowed(ErrLimits, pointer, []string{v.Maximum.String()}, "%s is sold up to %s, not %s", v.SKU, v.Maximum, sum)
	}
}

// findPrice takes the list price for the variant's sum over the order, or the
// price that was set by hand.
func (d *drafting) findPrice(i int, v *catalog.Offer, sum money.Quantity) {
	pointer := fmt.Sprintf("/lines/%d", i)
	a := &d.lines[i]
	if by := d.in.Lines[i].UnitPrice; by != nil {
		a.unitPrice, a.source = *by, "manual"
		if !d.tx.Actor.Permissions.Has("order.set_price") {
			d.faults.Add(ErrPriceOverride, pointer+"/unit_price", "the price of %s was set by hand", v.SKU)
		}
		return
	}
	price, ok := v.Price(sum)
	if !ok {
		d.faults.Add(catalog.ErrNoPrice, pointer+"/"+d.in.Lines[i].named(), "%s has no price in the list of this order", v.SKU)
	}
	a.unitPrice, a.source = price, "list"
}

// build makes the rows of the draft, without their amounts.
func (d *drafting) build() {
	tx, f, in := d.tx, d.facts, d.in
	now := clock.At(tx.Now)
	o := &Order{Deliveries: []*Delivery{}, Lines: []*Line{}, Adjustments: []*Adjustment{}, Holds: []*Hold{}}
	o.Head = Head{
		ID: tx.ID("ord"), ChannelID: f.channel.ID, CustomerID: in.CustomerID, CustomerType: f.customer.kind, Currency: f.offers.Currency, TaxInclusive: f.offers.TaxInclusive,
		PriceListID: f.offers.PriceListID, ProfileVersion: f.customer.profileVersion, SourceKind: in.SourceKind, Reference: in.Reference, Priority: in.Priority, ExternalID: in.ExternalID,
		Origin: "ordo", Revision: 1, CreatedAt: now, UpdatedAt: now,
	}
	if o.SourceKind == "" {
		o.SourceKind = "api"
	}
	d.order = o
	for i, delivery := range in.Deliveries {
		facts := DeliveryFacts{ID: tx.ID("dlv"), Position: int64(i + 1), MethodID: delivery.MethodID, Country: f.channel.TaxCountry}
		if delivery.Address != nil {
			facts.Country = delivery.Address.Country
		}
		o.Deliveries = append(o.Deliveries, &Delivery{DeliveryFacts: facts, Address: delivery.Address})
	}
	o.Billing, o.Contact = in.Billing, in.Contact
	for i := range in.Lines {
		d.addLine(i)
	}
}

// addLine adds the line of the input, and one per part of a bundle.
func (d *drafting) addLine(i int) {
	in, a := d.in.Lines[i], d.lines[i]
	l := d.newLine(a.variant, in.Quantity)
	d.lines[i].line = l
	l.Item, l.DeliveryID, l.UnitPrice, l.PriceSource = l.Position, d.order.Deliveries[in.Delivery].ID, a.unitPrice, a.source
	if !a.variant.Bundle {
		return
	}
	l.Kind = Bundle
	for _, p := range a.variant.Parts {
		c := d.newLine(p.Offer, times(in.Quantity, p.Quantity))
		c.Item, c.DeliveryID, c.ParentID, c.PerParent, c.PriceSource = l.Item, l.DeliveryID, l.ID, p.Quantity, "bundle"
	}
}

// times is how much of a part goes into a quantity of bundles.
func times(bundles, part money.Quantity) money.Quantity {
	return bundles/1000*part + bundles%1000*part/1000
}

func (d *drafting) newLine(v *catalog.Offer, q money.Quantity) *Line {
	l := &Line{
		ID: d.tx.ID("oli"), Position: int64(len(d.order.Lines) + 1), Kind: v.Kind, VariantID: v.ID, SKU: v.SKU, Title: v.Title, Unit: v.Unit, TaxClass: v.TaxClass, Quantity: q, Open: q,
	}
	d.order.Lines = append(d.order.Lines, l)
	return l
}

// saveAddresses writes the address copies of a draft that is about to be saved.
func (o *Order) saveAddresses(tx *db.Tx) {
	if o.Billing == nil && len(o.Deliveries) > 0 {
		o.Billing = o.Deliveries[0].Address
	}
	ids := map[*customer.Address]string{nil: ""}
	var copies []customer.Address
	add := func(a *customer.Address) {
		if _, known := ids[a]; !known {
			ids[a] = tx.ID("adr")
			copies = append(copies, *a)
		}
	}
	for _, d := range o.Deliveries {
		add(d.Address)
		d.AddressID = ids[d.Address]
	}
	add(o.Billing)
	o.BillingID = ids[o.Billing]
	if o.Contact != nil && o.CustomerID == "" {
		o.ContactID = customer.InsertAddress(tx, "", customer.Address{Contact: *o.Contact})
	}
}

// demand is what the lines want from stock, bundles taken apart.
func (d *drafting) demand() (all []demand) {
	for i, l := range d.in.Lines {
		v := d.lines[i].variant
		switch pointer := fmt.Sprintf("/lines/%d/quantity", i); {
		case v == nil:
		case v.Bundle:
			for _, p := range v.Parts {
				all = append(all, demand{p.Offer, times(l.Quantity, p.Quantity), pointer})
			}
		default:
			all = append(all, demand{v, l.Quantity, pointer})
		}
	}
	return all
}

// checkDiscount holds the whole discount against the actor's limit.
func (d *drafting) checkDiscount(p pricing.Priced) {
	if p.Totals.Discount == 0 {
		return
	}
	limit := money.Rate(d.tx.Actor.Limits.DiscountRate)
	if allowed := money.MulRate(p.Totals.Subtotal, limit); p.Totals.Discount > allowed {
		d.faults.Add(auth.ErrLimit, "/discounts", "a discount of %s is above your limit of %s", d.order.money(p.Totals.Discount).Format(), d.order.money(allowed).Format())
	}
}
