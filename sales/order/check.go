package order

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"ordo/base/money"
	"ordo/base/problem"
	"ordo/resource/inventory"
	"ordo/trade/catalog"
	"ordo/trade/tax"
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
	ErrLot = problem.Declare("lot_unknown", problem.Invalid,
		"There is no lot of the variant with this code and expiry.", "Receive the lot first, or order without a lot.")
	ErrFreeLine = problem.Declare("free_line_forbidden", problem.Forbidden,
		"A line without a variant needs the permission order.add_free_line.", "Order a variant, or ask for the permission.")
	ErrPriceOverride = problem.Declare("price_override_forbidden", problem.Forbidden,
		"Setting a price by hand needs the permission order.set_price.", "Leave the price out, or ask for the permission.")
)

// checkParties looks at the channel, the customer and the deliveries.
func (d *drafting) checkParties() {
	f, in := d.facts, d.in
	switch {
	case f.channel.ID == "":
		d.faults.Add(problem.ErrNotFound, "/channel_id", "no channel %s", in.ChannelID)
	case !f.channel.Active:
		d.faults.Add(ErrChannelInactive, "/channel_id", "channel %s is not active", f.channel.Code)
	}
	switch own := d.tx.Actor.Scope.Customer; {
	case in.CustomerID == "" && own != "":
		d.faults.Add(problem.ErrRequired, "/customer_id", "orders for customer %s only can be written", own)
	case in.CustomerID == "" && in.Contact == nil && !f.anonymous() && !f.unknown:
		d.faults.Add(problem.ErrRequired, "/contact", "an order without a customer needs a contact")
	case in.CustomerID == "":
	case f.customer.id == "":
		d.faults.Add(problem.ErrNotFound, "/customer_id", "no customer %s", in.CustomerID)
	case !f.customer.active:
		d.faults.Add(ErrCustomerInactive, "/customer_id", "customer %s is not active", in.CustomerID)
	}
	if in.CustomerID != "" && in.Contact != nil {
		d.faults.Add(problem.ErrInvalidValue, "/contact", "a contact is for guests; that of customer %s is in the profile", in.CustomerID)
	}
	switch {
	case f.duplicate.id == "" || f.channel.ID == "":
	case f.duplicate.seen:
		d.faults.Add(ErrDuplicate, "/external_id", "order %s has the external id %s", f.duplicate.id, in.ExternalID)
	default:
		d.faults.Add(ErrDuplicate, "/external_id", "another order of the channel has the external id %s", in.ExternalID)
	}
	if in.Contact != nil {
		in.Contact.Check("/contact", &d.faults)
	}
	if in.Billing != nil {
		in.Billing.Check("/billing_address", &d.faults)
	}
}

// checkDeliveries looks at where the order goes, and how.
func (d *drafting) checkDeliveries() {
	used := map[int]bool{}
	for _, l := range d.in.Lines {
		used[l.Delivery] = true
	}
	for i, delivery := range d.in.Deliveries {
		if m := d.facts.methods[delivery.MethodID]; delivery.MethodID != "" && (m == nil || !m.Active) {
			d.faults.Add(problem.ErrNotFound, fmt.Sprintf("/deliveries/%d/shipping_method_id", i), "no shipping method %s", delivery.MethodID)
		}
		if a := delivery.Address; a != nil {
			a.Check(fmt.Sprintf("/deliveries/%d/address", i), &d.faults)
		}
		if !used[i] && len(d.in.Lines) > 0 { // a draft without lines goes there later
			d.faults.Add(problem.ErrInvalidValue, fmt.Sprintf("/deliveries/%d", i), "no line goes there")
		}
	}
}

// anonymous tells whether the channel sells without a name: over the counter.
func (f *facts) anonymous() bool { return f.channel.Kind == "point_of_sale" }

// checkLines finds out what each line means and whether it can be sold.
func (d *drafting) checkLines() {
	sums := map[string]money.Quantity{} // of a variant over the order
	rows := 0
	if len(d.in.Lines) == 0 && d.placing {
		d.faults.Add(ErrNoLine, "/lines", "an order needs a line")
	}
	for i := range d.in.Lines {
		l, a := &d.in.Lines[i], &d.lines[i]
		if l.free() {
			d.checkFree(i)
		} else {
			a.variant = l.placed.offer(d.facts.offers.Find(l.want()))
		}
		d.checkLine(i)
		if v := a.variant; v != nil {
			sums[v.ID] += max(0, a.quantity)
			rows += 1 + len(v.Parts)
		}
	}
	if rows > maxLines {
		d.faults.Add(problem.ErrInvalidValue, "/lines", "with the parts of its bundles the order has %d lines, more than %d", rows, maxLines)
	}
	for i := range d.in.Lines {
		if v := d.lines[i].variant; v != nil && d.lines[i].quantity > 0 {
			if !d.in.Lines[i].kept {
				d.facts.checkQuantity(fmt.Sprintf("/lines/%d/quantity", i), v, sums[v.ID], &d.faults)
			}
			d.findPrice(i, v, sums[v.ID])
		}
	}
}

// maxLines is how many lines an order has at most.
const maxLines = 2000

// checkLine looks at a line by itself.
func (d *drafting) checkLine(i int) {
	l, a := &d.in.Lines[i], &d.lines[i]
	v, pointer := a.variant, fmt.Sprintf("/lines/%d", i)
	if l.Quantity <= 0 {
		d.faults.Add(problem.ErrOutOfRange, pointer+"/quantity", "%s is not above zero", l.Quantity)
		a.faulty = true
	}
	if l.LineID != "" && !l.stays {
		d.faults.Add(problem.ErrNotFound, pointer+"/line_id", "the draft has no line %s", l.LineID)
	}
	switch {
	case v == nil && l.named() == "barcode":
		d.checkBarcode(l, pointer)
		a.faulty = true
	case v == nil:
		d.faults.Add(catalog.ErrSKU, pointer+"/"+l.named(), "no variant %s", l.name())
		a.faulty = true
	case l.kept:
	case !v.Active:
		d.faults.Add(catalog.ErrInactive, pointer+"/"+l.named(), "%s is not sold any more", v.SKU)
	case !v.Listed && d.facts.channel.ID != "":
		d.faults.Add(catalog.ErrNotListed, pointer+"/"+l.named(), "%s is not sold in channel %s", v.SKU, d.facts.channel.Code)
	}
	if !l.free() && l.Title+l.Kind+l.TaxClass != "" {
		d.faults.Add(problem.ErrInvalidValue, pointer+"/title", "title, kind and tax class of %s are those of the variant", l.name())
	}
	if l.Delivery >= len(d.in.Deliveries) {
		d.faults.Add(problem.ErrInvalidValue, pointer+"/delivery", "there is no delivery %d", l.Delivery)
		a.faulty = true
	}
	if v == nil {
		return
	}
	if l.Barcode+l.lot != "" {
		d.checkLot(i, v, pointer)
	}
	own, ok := v.In(l.Unit, l.Quantity, pointer, &d.faults)
	a.quantity, a.faulty = own, a.faulty || !ok
	if v.Bundle {
		d.checkBundle(i, v, pointer)
	}
}

// checkBarcode tells why a barcode leads to no variant.
func (d *drafting) checkBarcode(l *LineIn, pointer string) {
	var skus []string
	for _, o := range d.facts.offers.Matches(l.want()) {
		skus = append(skus, o.SKU)
	}
	_, valid := catalog.ReadBarcode(l.Barcode)
	switch {
	case !valid:
		d.faults.Add(catalog.ErrBarcode, pointer+"/barcode", "%q is no barcode", l.Barcode)
	case len(skus) > 1:
		slices.Sort(skus)
		d.faults.AddAllowed(catalog.ErrAmbiguous, pointer+"/barcode", skus, "%q is the barcode of %s", l.Barcode, strings.Join(skus, ", "))
	default:
		d.faults.Add(catalog.ErrSKU, pointer+"/barcode", "no variant %s", l.Barcode)
	}
}

// checkLot finds the lot that was scanned, where stock is kept by lot.
func (d *drafting) checkLot(i int, v *catalog.Offer, pointer string) {
	l, a := &d.in.Lines[i], &d.lines[i]
	a.lot = l.lot
	scanned, valid := catalog.ReadBarcode(l.Barcode)
	switch lot, known := d.facts.lots[inventory.LotKey{Variant: v.ID, Code: scanned.Lot}]; {
	case l.Barcode == "":
	case !valid:
		d.faults.Add(catalog.ErrBarcode, pointer+"/barcode", "%q is no barcode", l.Barcode)
	case scanned.Lot == "" || !v.LotTracked || v.Bundle:
	case !known:
		d.faults.Add(ErrLot, pointer+"/barcode", "there is no lot %s of %s", scanned.Lot, v.SKU)
	case scanned.Expires != "" && !d.facts.expires(lot, scanned.Expires):
		d.faults.Add(ErrLot, pointer+"/barcode", "the lot %s of %s is not known to expire on %s", scanned.Lot, v.SKU, scanned.Expires)
	default:
		a.lot = lot.ID
	}
}

// expires tells whether a lot ends with the day, as the channel counts days.
func (f *facts) expires(lot inventory.Lot, day string) bool {
	at := time.UnixMicro(lot.Expires).In(f.channel.Zone())
	return lot.Expires != 0 && (at.Format(time.DateOnly) == day || at.Add(-1).Format(time.DateOnly) == day)
}

// maxQuantity is the greatest quantity of a line.
const maxQuantity money.Quantity = 1e12 - 1

// checkBundle finds parts of a bundle that are not sold any more, and
// quantities that are no whole bundles or make too much of a part.
func (d *drafting) checkBundle(i int, v *catalog.Offer, pointer string) {
	l, quantity := &d.in.Lines[i], d.lines[i].quantity
	if quantity%1000 != 0 {
		d.faults.Add(ErrMultiple, pointer+"/quantity", "%s is a bundle, which is sold whole, not %s", v.SKU, quantity)
		d.lines[i].faulty = true
	}
	for _, p := range v.Parts {
		if !p.Active && !l.kept {
			d.faults.Add(catalog.ErrInactive, pointer+"/"+l.named(), "%s has the part %s, which is not sold any more", v.SKU, p.SKU)
		}
		if quantity/1000 > maxQuantity/p.Quantity {
			d.faults.Add(problem.ErrOutOfRange, pointer+"/quantity", "%s of %s take more of %s than an order can hold", quantity, v.SKU, p.SKU)
			d.lines[i].faulty = true
		}
	}
}

// free tells whether the line asks for something that is no variant.
func (l *LineIn) free() bool { return l.Title != "" && l.VariantID+l.SKU+l.Barcode == "" }

// checkFree looks at a line without a variant and makes what it asks for.
func (d *drafting) checkFree(i int) {
	l, a := &d.in.Lines[i], &d.lines[i]
	pointer := fmt.Sprintf("/lines/%d", i)
	if !l.agreed && l.placed == nil && !d.tx.Actor.Permissions.Has("order.add_free_line") {
		d.faults.Add(ErrFreeLine, pointer+"/title", "%q is no variant", l.Title)
	}
	if l.UnitPrice == nil {
		d.faults.Add(problem.ErrRequired, pointer+"/unit_price", "%q has no price in any list", l.Title)
		a.faulty = true
	}
	if l.TaxClass == "" {
		d.faults.Add(tax.ErrMissing, pointer+"/tax_class", "%q has no tax class", l.Title)
		a.faulty = true
	}
	a.variant = &catalog.Offer{Title: l.Title, Kind: cmp.Or(l.Kind, "service"), Unit: cmp.Or(l.Unit, "each"), TaxClass: l.TaxClass, Active: true, Listed: true}
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

// checkQuantity holds the limits of the variant, its own and those for the
// channel and the customer, against its sum over the order.
func (f *facts) checkQuantity(pointer string, v *catalog.Offer, sum money.Quantity, faults *problem.List) {
	strict := v.Strictest(sum)
	if by := strict.Odd; by.Multiple > 0 {
		var allowed []string
		low := sum / strict.Step * strict.Step
		for _, q := range []money.Quantity{low, low + strict.Step} {
			if 0 < q && q <= maxQuantity {
				allowed = append(allowed, q.String())
			}
		}
		faults.AddAllowed(ErrMultiple, pointer, allowed, "%s is sold%s in multiples of %s, not %s", v.SKU, f.whose(by), by.Multiple, sum)
	}
	if by := strict.Least; sum < by.Minimum {
		faults.AddAllowed(ErrLimits, pointer, []string{by.Minimum.String()}, "%s is sold%s from %s on, not %s", v.SKU, f.whose(by), by.Minimum, sum)
	}
	if by := strict.Most; by.Maximum > 0 && sum > by.Maximum {
		faults.AddAllowed(ErrLimits, pointer, []string{by.Maximum.String()}, "%s is sold%s up to %s, not %s", v.SKU, f.whose(by), by.Maximum, sum)
	}
}

// whose names the channel and the customer that a limit is for; those of the
// variant itself are for all.
func (f *facts) whose(l catalog.Limit) (name string) {
	if l.CustomerID != "" {
		name += " to customer " + l.CustomerID
	}
	if l.ChannelID != "" {
		name += " in channel " + f.channel.Code
	}
	return name
}

// findPrice takes the list price for the variant's sum over the order, or the
// price that was set by hand.
func (d *drafting) findPrice(i int, v *catalog.Offer, sum money.Quantity) {
	pointer := fmt.Sprintf("/lines/%d", i)
	a := &d.lines[i]
	if by := d.in.Lines[i].UnitPrice; by != nil {
		a.unitPrice, a.source = *by, "manual"
		if l := &d.in.Lines[i]; !l.agreed && (!l.free() || l.placed != nil) && !d.tx.Actor.Permissions.Has("order.set_price") {
			d.faults.Add(ErrPriceOverride, pointer+"/unit_price", "the price of %s was set by hand", v.SKU)
		}
		return
	}
	if d.in.Lines[i].free() {
		return // the missing price was told
	}
	price, ok := v.Price(sum)
	a.faulty = a.faulty || !ok
	if !ok && d.facts.channel.ID != "" {
		d.faults.Add(catalog.ErrNoPrice, pointer+"/"+d.in.Lines[i].named(), "%s has no price in the list of this order", v.SKU)
	}
	a.unitPrice, a.source = price, "list"
}

// demand is what the lines want from stock, bundles taken apart.
func (d *drafting) demand() (all []demand) {
	for i := range d.in.Lines {
		v := d.lines[i].variant
		switch pointer := fmt.Sprintf("/lines/%d/quantity", i); {
		case d.lines[i].faulty || !v.Active:
		case v.Bundle:
			for _, p := range v.Parts {
				all = append(all, demand{p.Offer, times(d.lines[i].quantity, p.Quantity), pointer, ""})
			}
		default:
			all = append(all, demand{v, d.lines[i].quantity, pointer, d.lines[i].lot})
		}
	}
	return all
}
