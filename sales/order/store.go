package order

import (
	"strings"

	"ordo/base/money"
	"ordo/base/problem"
	"ordo/engine/auth"
	"ordo/engine/db"
	"ordo/resource/inventory"
	"ordo/resource/payment"
	"ordo/trade/catalog"
	"ordo/trade/customer"
)

var heads = &db.Table[Head]{
	Name: "orders", Key: 1, Spare: 3,
	Columns: "id, number, channel_id, customer_id, customer_type, currency, tax_inclusive, price_list_id, status, payment_status, fulfillment_status, return_status, cancel_status, " +
		"subtotal, discount, charges, net, tax, rounding, total, authorized, captured, refunded, attempts_open, returns_open, payment_method, terms_days, due_at, " +
		"source_kind, reference, external_id, origin, contact_id, profile_version, billing_id, cloned_from, priority, revision, version, event_sequence, created_at, placed_at, business_day, updated_at, sortable_total, asked_discounts, split_from, merged_into",
	Places: func(h *Head) []any {
		return []any{&h.ID, &h.Number, &h.ChannelID, &h.CustomerID, &h.CustomerType, &h.Currency, &h.TaxInclusive, &h.PriceListID, &h.Status, &h.PaymentStatus, &h.FulfillmentStatus, &h.ReturnStatus, &h.CancelStatus,
			&h.Subtotal.Amount, &h.Discount.Amount, &h.Charges.Amount, &h.Net.Amount, &h.Tax.Amount, &h.Rounding.Amount, &h.Total.Amount, &h.Authorized.Amount, &h.Captured.Amount, &h.Refunded.Amount, &h.AttemptsOpen, &h.ReturnsOpen, &h.PaymentMethod, &h.TermsDays, (*int64)(&h.DueAt),
			&h.SourceKind, &h.Reference, &h.ExternalID, &h.Origin, &h.ContactID, &h.ProfileVersion, &h.BillingID, &h.ClonedFrom, &h.Priority, &h.Revision, &h.Version, &h.sequence, (*int64)(&h.CreatedAt), (*int64)(&h.PlacedAt), &h.BusinessDay, (*int64)(&h.UpdatedAt), &h.sortableTotal, &h.requested, &h.SplitFrom, &h.MergedInto}
	},
}

var deliveries = &db.Table[DeliveryFacts]{
	Name: "deliveries", Key: 2,
	Columns: "order_id, id, position, address_id, method_id, country, released_at, promised_at",
	Places: func(d *DeliveryFacts) []any {
		return []any{&d.orderID, &d.ID, &d.Position, &d.AddressID, &d.MethodID, &d.Country, (*int64)(&d.ReleasedAt), (*int64)(&d.PromisedAt)}
	},
}

var lines = &db.Table[Line]{
	Name: "order_lines", Key: 2, Spare: 7,
	Columns: "order_id, id, delivery_id, position, item, parent_id, kind, variant_id, sku, title, unit, tax_class, per_parent, quantity, unit_price, price_source, " +
		"extended, discount, tax_rate, net, tax, gross, granted, canceled, open, backordered, reserved, picked, shipped, delivered, lost, sent_back, returned, source_row, text_id, options, lot_id, asked_discounts, sales_unit, sales_quantity",
	Places: func(l *Line) []any {
		return []any{&l.orderID, &l.ID, &l.DeliveryID, &l.Position, &l.Item, &l.ParentID, &l.Kind, &l.VariantID, &l.SKU, l.column(), &l.Unit, &l.TaxClass, (*int64)(&l.PerParent), (*int64)(&l.Quantity), (*int64)(&l.UnitPrice), &l.PriceSource,
			&l.Extended.Amount, &l.Discount.Amount, (*int64)(&l.TaxRate), &l.Net.Amount, &l.Tax.Amount, &l.Gross.Amount, &l.Granted.Amount,
			(*int64)(&l.Canceled), (*int64)(&l.Open), (*int64)(&l.Backordered), (*int64)(&l.Reserved), (*int64)(&l.Picked), (*int64)(&l.Shipped),
			(*int64)(&l.Delivered), (*int64)(&l.Lost), (*int64)(&l.SentBack), (*int64)(&l.Returned), &l.SourceRow, &l.textID, &l.options, &l.LotID, &l.requested, &l.SalesUnit, (*int64)(&l.SalesQty)}
	},
}

var adjustments = &db.Table[Adjustment]{
	Name: "adjustments", Key: 2,
	Columns: "order_id, position, line_id, delivery_id, kind, label, rate, tax_class, amount, net, tax, granted, quantity, unit_price, source_row, share_of",
	Places: func(a *Adjustment) []any {
		return []any{&a.orderID, &a.Position, &a.LineID, &a.DeliveryID, &a.Kind, &a.Label, (*int64)(&a.Rate), &a.TaxClass, &a.Amount.Amount, &a.Net.Amount, &a.Tax.Amount, &a.Granted.Amount, (*int64)(&a.Quantity), (*int64)(&a.UnitPrice), &a.SourceRow, &a.ShareOf}
	},
}

var holds = &db.Table[Hold]{
	Name: "holds", Key: 1,
	Columns: "id, order_id, kind, reason, owner, release_when, created_at, released_at, released_by",
	Places: func(h *Hold) []any {
		return []any{&h.ID, &h.orderID, &h.Kind, &h.Reason, &h.Owner, &h.ReleaseWhen, (*int64)(&h.CreatedAt), (*int64)(&h.ReleasedAt), &h.ReleasedBy}
	},
}

// Scope tells how an actor's scope narrows orders.
var Scope = auth.Columns{Channel: "o.channel_id", Customer: "o.customer_id", Location: ""}

// Get returns an order in the actor's scope with all that belongs to it, or
// not found. It takes one round trip, however many lines there are.
func Get(tx *db.Tx, id string) (*Order, error) {
	o := blank()
	own := []any{id}
	copies := map[string]*customer.Address{}
	err := tx.Load(
		o.readHead(tx, id),
		db.Many(`SELECT `+deliveries.Select("d")+` FROM deliveries d WHERE d.order_id = $1 ORDER BY d.position`, own,
			deliveries.Scan(func(d *DeliveryFacts) { o.Deliveries = append(o.Deliveries, &Delivery{DeliveryFacts: *d}) })),
		db.Many(`SELECT `+lines.Select("l")+`, COALESCE(t.title, ''), COALESCE(t.description, ''), COALESCE(t.category, '')
			FROM order_lines l LEFT JOIN line_texts t ON t.id = l.text_id WHERE l.order_id = $1 ORDER BY l.position`, own, o.readLine),
		db.Many(`SELECT `+adjustments.Select("a")+` FROM adjustments a WHERE a.order_id = $1 ORDER BY a.position`, own,
			adjustments.Scan(func(a *Adjustment) { o.Adjustments = append(o.Adjustments, a) })),
		o.readHolds(id),
		o.readTags(id),
		inventory.OfOrder(id, &o.Reservations),
		payment.OfOrder(id, &o.Payments),
		payment.RefundsOf(id, &o.Refunds),
		customer.AddressesIn(`SELECT address_id FROM deliveries WHERE order_id = $1 UNION ALL SELECT billing_id FROM orders WHERE id = $1 UNION ALL SELECT contact_id FROM orders WHERE id = $1`, own, copies),
		customer.Profiles(`SELECT customer_id, profile_version FROM orders WHERE id = $1`, own, func(_ string, _ int64, c *customer.Contact) { o.Contact = c }),
	)
	if err != nil {
		return nil, err
	}
	if o.ID == "" {
		return nil, NotFound(id)
	}
	o.denominate()
	o.refer(copies)
	o.showTags(tx)
	o.read = o.snapshot()
	o.showSources()
	return o, o.showAgreement()
}

// readHead reads the row of an order in the actor's scope.
func (o *Order) readHead(tx *db.Tx, id string) db.Read {
	condition, args := tx.Actor.Scope.SQL(Scope, 2)
	return db.One(`SELECT `+heads.Select("o")+` FROM orders o WHERE o.id = $1 AND `+condition, append([]any{id}, args...), heads.Places(&o.Head)...)
}

func (o *Order) readHolds(id string) db.Read {
	return db.Many(`SELECT `+holds.Select("h")+` FROM holds h WHERE h.order_id = $1 ORDER BY h.created_at, h.id`, []any{id},
		holds.Scan(func(h *Hold) { o.Holds = append(o.Holds, h) }))
}

// readLine reads a line with its texts.
func (o *Order) readLine(scan db.Scan) (err error) {
	l := &Line{}
	var title, description, category string
	if err := scan(append(lines.Places(l), &title, &description, &category)...); err != nil {
		return err
	}
	l.Title += title
	l.Texts, err = catalog.NewTexts(description, category, l.options)
	o.Lines = append(o.Lines, l)
	return err
}

// insertTexts writes the titles of lines without a variant.
func insertTexts(tx *db.Tx, all []*Line) {
	var rows [][]any
	for _, l := range all {
		if l.free() {
			rows = append(rows, []any{l.textID, l.Title})
		}
	}
	tx.Insert("line_texts (id, title)", rows...)
}

// siblings are the newest orders of the order's customer, but for it and those at
// an end.
func siblings(tx *db.Tx, o *Order) (ids []string, err error) {
	condition, args := tx.Actor.Scope.SQL(Scope, 4)
	err = tx.Load(db.All(`SELECT o.id FROM orders o WHERE o.customer_id = $1 AND o.placed_at > 0 AND o.status <> 'canceled' AND o.id <> $2 AND `+condition+` ORDER BY o.placed_at DESC, o.id DESC LIMIT $3`,
		append([]any{o.CustomerID, o.ID, mostCandidates}, args...), &ids))
	return ids, err
}

// NotFound is the problem of an order that is not there, or out of scope.
func NotFound(id string) error { return problem.ErrNotFound.New("no order %s", id) }

// refer fills in the personal copies.
func (o *Order) refer(copies map[string]*customer.Address) {
	for _, d := range o.Deliveries {
		d.Address = copies[d.AddressID]
	}
	o.Billing = copies[o.BillingID]
	if c := copies[o.ContactID]; c != nil {
		o.Contact = &c.Contact
	}
}

// deleteRows deletes what belongs to the agreement of a draft, with its copies
// of addresses.
func deleteRows(tx *db.Tx, id string) {
	tx.Write(`DELETE FROM addresses WHERE id IN (SELECT address_id FROM deliveries WHERE order_id = $1 UNION ALL SELECT billing_id FROM orders WHERE id = $1 UNION ALL SELECT contact_id FROM orders WHERE id = $1)`, id)
	tx.Write(`DELETE FROM line_texts WHERE id IN (SELECT text_id FROM order_lines WHERE order_id = $1 AND variant_id = '')`, id)
	tx.Write(`DELETE FROM adjustments WHERE order_id = $1`, id)
	tx.Write(`DELETE FROM order_lines WHERE order_id = $1`, id)
	tx.Write(`DELETE FROM deliveries WHERE order_id = $1`, id)
}

// deleteParts deletes what takes apart the amounts of an order's lines: all
// adjustments but charges.
func deleteParts(tx *db.Tx, id string) {
	tx.Write(`DELETE FROM adjustments WHERE order_id = $1 AND kind IN ('`+strings.Join(partKinds, `', '`)+`')`, id)
}

// deleteLines deletes lines of a draft with what is taken off or put on them.
func deleteLines(tx *db.Tx, order string, ids []string) {
	args := []any{order}
	for _, id := range ids {
		args = append(args, id)
	}
	tx.Write(`DELETE FROM line_texts WHERE id IN (SELECT text_id FROM order_lines WHERE order_id = $1 AND variant_id = '' AND id IN (`+db.Params(2, len(ids))+`))`, args...)
	tx.Write(`DELETE FROM adjustments WHERE order_id = $1 AND line_id IN (`+db.Params(2, len(ids))+`)`, args...)
	tx.Write(`DELETE FROM order_lines WHERE order_id = $1 AND id IN (`+db.Params(2, len(ids))+`)`, args...)
}

// wait is a line that waits for stock.
type wait struct {
	order, variant string
	quantity       money.Quantity
}

// backordered returns the lines that wait for one of the variants and belong
// to orders that sell from the location, those of the highest priority and age
// first.
func backordered(tx *db.Tx, variants []string, location string) (all []wait, err error) {
	args := []any{location}
	for _, v := range variants {
		args = append(args, v)
	}
	err = tx.Load(db.Many(`SELECT o.id, l.variant_id, l.backordered FROM order_lines l JOIN orders o ON o.id = l.order_id
		WHERE l.backordered > 0 AND l.variant_id IN (`+db.Params(2, len(variants))+`)
		AND EXISTS (SELECT 1 FROM channel_locations cl JOIN locations p ON p.id = cl.location_id AND p.active WHERE cl.channel_id = o.channel_id AND cl.location_id = $1)
		ORDER BY o.priority DESC, o.placed_at, o.id, l.position LIMIT 2000`, args, func(scan db.Scan) error {
		var w wait
		err := scan(&w.order, &w.variant, (*int64)(&w.quantity))
		all = append(all, w)
		return err
	}))
	return all, err
}

// servable returns the orders that wait for stock of which their channel has
// some free, those of the highest priority and age first.
func servable(tx *db.Tx) (ids []string, err error) {
	err = tx.Load(db.All(`SELECT o.id FROM orders o WHERE o.id IN (SELECT w.order_id FROM order_lines w WHERE w.backordered > 0)
		AND EXISTS (SELECT 1 FROM order_lines l JOIN stock s ON s.variant_id = l.variant_id JOIN channel_locations cl ON cl.location_id = s.location_id JOIN locations p ON p.id = cl.location_id
			WHERE l.order_id = o.id AND l.backordered > 0 AND cl.channel_id = o.channel_id AND p.active AND s.on_hand - s.reserved - s.safety > 0)
		ORDER BY o.priority DESC, o.placed_at, o.id LIMIT 1000`, nil, &ids))
	return ids, err
}
