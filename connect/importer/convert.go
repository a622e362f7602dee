package importer

import (
	"strconv"

	"ordo/base/money"
	"ordo/engine/db"
	"ordo/execution/returns"
	"ordo/resource/inventory"
	"ordo/resource/payment"
	"ordo/sales/order"
	"ordo/trade/catalog"
	"ordo/trade/customer"
)

// steps are the parts of the work in their order.
func (w *writer) steps() []step {
	p, aside := w.source.plan, w.source.aside
	return []step{
		{len(aside), quiet, func(from, to int) (writing, error) {
			return func(tx *db.Tx) error { insertFaults(tx, w.begun.ID, aside[from:to]); return nil }, nil
		}},
		{len(p.Variants), quiet, func(from, to int) (writing, error) {
			return func(tx *db.Tx) error { return w.writeVariants(tx, p.Variants[from:to]) }, nil
		}},
		{len(p.Customers), quiet, func(from, to int) (writing, error) {
			return func(tx *db.Tx) error { return w.writeCustomers(tx, p.Customers[from:to]) }, nil
		}},
		{len(p.Orders), func(i int) int { return len(p.Orders[i].Lines) + len(p.Orders[i].Charges) }, func(from, to int) (writing, error) {
			return w.prepareOrders(p.Orders[from:to])
		}},
		{len(p.StockNotes), func(i int) int { return len(p.StockNotes[i].Lines) }, func(from, to int) (writing, error) {
			return func(tx *db.Tx) error { return w.writeNotes(tx, p.StockNotes[from:to]) }, nil
		}},
		{len(p.Credits), func(i int) int { return len(p.Credits[i].Lines) }, func(from, to int) (writing, error) {
			return func(tx *db.Tx) error { return w.writeCredits(tx, p.Credits[from:to]) }, nil
		}},
	}
}

// writeVariants adds the variants that are not there, and sets prices of all.
func (w *writer) writeVariants(tx *db.Tx, all []Variant) error {
	var missing []*catalog.Imported
	var prices []catalog.PriceRow
	for i := range all {
		v := &all[i]
		if !w.known[v.Code] {
			missing = append(missing, &catalog.Imported{ID: w.variants[v.Code], ProductID: w.id("prd", w.first, v.Code), SKU: v.Code, Title: v.Title, Kind: v.Kind})
		}
		if l, ok := w.prices[v.Code]; ok {
			prices = append(prices, catalog.PriceRow{SKU: v.Code, UnitPrice: l.UnitPrice})
		}
	}
	if err := catalog.Import(tx, missing...); err != nil || len(prices) == 0 {
		return err
	}
	_, err := catalog.SetPrices(tx, catalog.SetPricesIn{ID: w.begun.shop.priceList, Prices: prices})
	return err
}

// writeCustomers adds the customers that are not there.
func (w *writer) writeCustomers(tx *db.Tx, all []Customer) error {
	var missing []*customer.Imported
	for _, c := range all {
		if !w.known[customerKey(c.Number)] {
			missing = append(missing, &customer.Imported{
				ID: w.customers[c.Number].id, AddressID: w.id("adr", c.Since, c.Number), Number: c.Number, Name: "Customer " + c.Number,
				Type: customerType, Country: c.Country, TimeZone: TimeZone, Since: c.Since,
			})
		}
	}
	return customer.Import(tx, missing...)
}

// customerType is what is assumed of the source's customers.
const customerType = "retail"

// prepareOrders prepares orders with all that belongs to them: a payment, what
// came back of them, and the refunds. So every commit leaves whole orders.
func (w *writer) prepareOrders(all []*Order) (writing, error) {
	b := orderBatch{writer: w}
	for _, o := range all {
		b.add(o)
	}
	prepared, err := order.Prepare(w.now(), TimeZone, b.orders...)
	if err != nil {
		return nil, err
	}
	return func(tx *db.Tx) error {
		if err := prepared.Import(tx); err != nil {
			return err
		}
		if err := payment.Import(tx, b.payments...); err != nil {
			return err
		}
		b.rows.insert(tx)
		return returns.Import(tx, b.returns, b.of)
	}, nil
}

// orderBatch collects orders with what belongs to them.
type orderBatch struct {
	*writer
	orders   []*order.Order
	payments []*payment.Settled
	returns  []*returns.Return
	of       []returns.ImportOf
	rows     rows
}

func pounds(pennies int64) money.Amount { return money.Amount{Amount: pennies, Currency: Currency} }

func (b *orderBatch) add(in *Order) {
	o := b.order(in)
	lines := make(map[int]*order.Line, len(in.Lines))
	for _, l := range in.Lines {
		line := b.line(in, l)
		o.Lines, lines[l.Row] = append(o.Lines, line), line
	}
	for _, c := range in.Charges {
		o.Adjustments = append(o.Adjustments, &order.Adjustment{Kind: string(c.Kind), Label: c.Title, TaxClass: taxClass, Amount: pounds(c.Amount),
			Quantity: c.Quantity, UnitPrice: c.UnitPrice, SourceRow: int64(c.Row)})
	}
	b.orders = append(b.orders, o)
	b.rows.add(b.writer, o.ID, "order", in.Lines)
	b.rows.add(b.writer, o.ID, "order", in.Charges)
	paid := &payment.Settled{ID: b.id("pay", in.At, in.Invoice), Of: payment.Order{ID: o.ID, ChannelID: o.ChannelID, CustomerID: o.CustomerID}, Amount: pounds(in.Total), At: in.At}
	left := in.Total
	for _, r := range b.writer.returns[in] {
		left = b.giveBack(r, o, lines, paid, left)
	}
	if in.Total > 0 {
		b.payments = append(b.payments, paid)
	}
}

const taxClass = "standard"

func (b *orderBatch) order(in *Order) *order.Order {
	shop, buyer := b.begun.shop, b.customers[in.Customer]
	o := &order.Order{Head: order.Head{
		ID: b.id("ord", in.At, in.Invoice), Number: in.Invoice, ExternalID: in.Invoice, ChannelID: shop.channel, PriceListID: shop.priceList,
		CustomerID: buyer.id, ProfileVersion: buyer.profile, Currency: Currency, PlacedAt: in.At,
	}}
	if buyer.id != "" {
		o.CustomerType = customerType
	}
	o.Deliveries = []*order.Delivery{{DeliveryFacts: order.DeliveryFacts{ID: b.id("dlv", in.At, in.Invoice), Country: in.Country}}}
	return o
}

func (b *orderBatch) line(in *Order, l Line) *order.Line {
	return &order.Line{
		ID: b.id("oli", in.At, strconv.Itoa(l.Row)), Kind: kindOf(l.Code), VariantID: b.variants[l.Code], SKU: l.Code, Title: l.Title, Unit: "each", TaxClass: taxClass,
		Quantity: l.Quantity, UnitPrice: l.UnitPrice, Extended: pounds(l.Amount), SourceRow: int64(l.Row),
	}
}

// giveBack adds a return and its refund, and tells what of the order's total is
// then left to refund: no more is refunded than was paid, also where a
// cancellation has a higher price than the sale had.
func (b *orderBatch) giveBack(in *Return, o *order.Order, lines map[int]*order.Line, paid *payment.Settled, left int64) int64 {
	name := in.ExternalID()
	r := &returns.Return{Head: returns.Head{ID: b.id("ret", in.At, name), Number: b.numbers[in], OrderID: o.ID, LocationID: b.begun.shop.location, ExternalID: name, CreatedAt: in.At}}
	refund := &payment.SettledRefund{ID: b.id("rfd", in.At, name), AttemptID: b.id("att", in.At, name), ReturnID: r.ID, At: in.At}
	var source []Line
	for _, l := range in.Lines {
		line := lines[l.Sale]
		r.Lines = append(r.Lines, &returns.Line{LineID: line.ID, Quantity: l.Quantity, Amount: pounds(l.Amount), SourceRow: int64(l.Row)})
		line.Returned += l.Quantity
		if amount := min(l.Amount, left); amount > 0 {
			refund.Parts = append(refund.Parts, &payment.Part{LineID: line.ID, Quantity: l.Quantity, Amount: pounds(amount)})
			line.Granted.Amount += amount
			left -= amount
		}
		source = append(source, l.Line)
	}
	if len(refund.Parts) > 0 {
		r.RefundID = refund.ID
		paid.Refunds = append(paid.Refunds, refund)
	}
	b.returns = append(b.returns, r)
	b.of = append(b.of, returns.ImportOf{ChannelID: o.ChannelID, CustomerID: o.CustomerID})
	b.rows.add(b.writer, r.ID, "return", source)
	return left
}

func (w *writer) writeNotes(tx *db.Tx, all []*StockNote) error {
	var notes []*inventory.NoteIn
	var became rows
	for _, in := range all {
		n := &inventory.NoteIn{ID: w.id("sdo", in.At, in.Invoice), LocationID: w.begun.shop.location, ExternalID: in.Invoice, At: in.At}
		for _, l := range in.Lines {
			n.Lines = append(n.Lines, inventory.NoteLine{VariantID: w.variants[l.Code], Quantity: l.Quantity, Note: l.Title, SourceRow: int64(l.Row)})
		}
		notes = append(notes, n)
		became.add(w, n.ID, "stock_note", in.Lines)
	}
	became.insert(tx)
	return inventory.ImportNotes(tx, notes...)
}

func (w *writer) writeCredits(tx *db.Tx, all []*Credit) error {
	var credits []*payment.WholeCredit
	var became rows
	for _, in := range all {
		c := &payment.WholeCredit{Credit: payment.Credit{
			ID: w.id("crd", in.At, in.Invoice), Number: in.Invoice, ExternalID: in.Invoice, CustomerID: w.customers[in.Customer].id, Country: in.Country,
			Currency: Currency, At: in.At,
		}}
		for _, l := range in.Lines {
			c.Lines = append(c.Lines, &payment.CreditLine{Kind: string(l.Kind), VariantID: w.variants[l.Code], Label: l.Title,
				Quantity: l.Quantity, UnitPrice: l.UnitPrice, Amount: pounds(l.Amount), SourceRow: int64(l.Row)})
		}
		credits = append(credits, c)
		became.add(w, c.ID, "credit", in.Lines)
	}
	became.insert(tx)
	return payment.ImportCredits(tx, credits...)
}
