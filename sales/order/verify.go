package order

import (
	"ordo/base/money"
	"ordo/engine/invariant"
	"ordo/resource/inventory"
)

// Invariants are those of orders with all that belongs to them, judged in one
// walk.
var Invariants = []invariant.Check{
	invariant.Walk("orders", "id", invariant.PageSize, look,
		invariant.Invariant{ID: "M1", Formula: "per line base = round(quantity x unit price) - discounts; prices without tax: net = base, tax = round(base x rate); with tax: gross = base, tax = round(base x rate / (1 + rate)); gross = net + tax; charges likewise"},
		invariant.Invariant{ID: "M2", Formula: "total = sum of gross lines + sum of gross charges + rounding, and so are its parts"},
		invariant.Invariant{ID: "M3", Formula: "the shares of a bundle's price and of each of the order's discounts split it exactly, and percentages are those of what earlier discounts left"},
		invariant.Invariant{ID: "M4", Formula: "what an order says was authorized, captured, refunded and is in flight is the sum over its payments"},
		invariant.Invariant{ID: "M5", Formula: "what was granted back of a line or charge is the sum over the refunds, and at most its gross; of an imported order at most its total"},
		invariant.Invariant{ID: "Q2", Formula: "per line reserved + picked = sum of its active reservations, picked = what was picked of them"},
		invariant.Invariant{ID: "Q3", Formula: "ordered = canceled + open + backordered + reserved + picked + shipped, delivered + lost + sent_back <= shipped, returned <= shipped - lost, none negative; a bundle's ledger derives from its parts"},
		invariant.Invariant{ID: "W1", Formula: "the five statuses of an order are the functions of its facts"},
	),
	invariant.SQL(invariant.Invariant{ID: "M2", Formula: "an order is of the same customer, channel and currency as the one that it was split from, or is merged into; one that was merged has no units and costs nothing"},
		"orders", "id", invariant.PageSize, strangers),
}

func (p *page) judge(r *invariant.Report) {
	for _, o := range p.orders() {
		o.judge(r)
	}
}

// judge reports every invariant that does not hold.
func (o *whole) judge(r *invariant.Report) {
	o.denominate()
	o.assign()
	digits, _ := money.Digits(o.Currency)
	for l := range o.leaves {
		o.judgeAmounts(l, digits, r)
		o.judgeQuantities(l, r)
	}
	for _, l := range o.Lines {
		if l.Kind == Bundle {
			o.judgeBundle(l, digits, r)
		}
	}
	o.judgeAdjustments(r)
	o.judgeTotals(r)
	o.judgePayments(r)
	o.judgeStatuses(r)
}

// assign adds up what adjustments and refunds say about lines.
func (o *whole) assign() {
	for _, a := range o.Adjustments {
		f := o.facets[a.LineID]
		switch {
		case f == nil:
		case a.Kind == "discount" || a.Kind == "promotion":
			f.discount += a.Amount.Amount
		case a.Kind == "tax":
			f.tax += a.Amount.Amount
		}
	}
	for _, p := range o.parts {
		if f := o.facets[p.LineID]; f != nil {
			f.granted += p.Amount.Amount
		}
	}
}

func (o *whole) promised(r *inventory.Reservation) {
	if f := o.facets[r.LineID]; f != nil {
		f.promised += r.Quantity
		f.picked += r.Picked
	}
}

func (o *whole) judgeQuantities(l *Line, r *invariant.Report) {
	sum := l.Canceled + l.Open + l.Backordered + l.Reserved + l.Picked + l.Shipped
	least := min(l.Canceled, l.Open, l.Backordered, l.Reserved, l.Picked, l.Shipped, l.Delivered, l.Lost, l.SentBack, l.Returned)
	switch {
	case l.Quantity != sum:
		r.Fault("Q3", l.ID, "%s are ordered, the ledger adds up to %s", l.Quantity, sum)
	case least < 0:
		r.Fault("Q3", l.ID, "a place of the ledger holds %s", least)
	case l.InTransit() < 0:
		r.Fault("Q3", l.ID, "delivered %s, lost %s, sent back %s of %s shipped", l.Delivered, l.Lost, l.SentBack, l.Shipped)
	case l.Returnable() < 0:
		r.Fault("Q3", l.ID, "%s returned of %s shipped, %s lost", l.Returned, l.Shipped, l.Lost)
	}
	if f := o.facets[l.ID]; l.Reserved+l.Picked != f.promised || l.Picked != f.picked {
		r.Fault("Q2", l.ID, "reserved %s and picked %s, active reservations hold %s, %s of it picked", l.Reserved, l.Picked, f.promised, f.picked)
	}
}

// judgeBundle compares a bundle's line with what its parts say.
func (o *whole) judgeBundle(l *Line, digits int, r *invariant.Report) {
	parts := o.Parts(l.ID)
	weights := make([]int64, len(parts))
	for i, p := range parts {
		if p.PerParent <= 0 {
			r.Fault("Q3", l.ID, "its part %s says that %s of it make one", p.ID, p.PerParent)
			return
		}
		var err error
		if weights[i], err = money.Extend(p.UnitPrice, p.Quantity, digits); err != nil {
			r.Fault("M3", p.ID, "the weight of its share is out of range")
			return
		}
	}
	derived := *l
	derived.fromParts(parts)
	if derived != *l {
		r.Fault("Q3", l.ID, "differs from what its %d parts add up to", len(parts))
	}
	price, err := money.Extend(l.UnitPrice, l.Quantity, digits)
	if err != nil || len(parts) == 0 {
		r.Fault("M3", l.ID, "a bundle of %d parts can't be priced", len(parts))
		return
	}
	for i, share := range money.Split(price, weights) {
		if parts[i].PriceSource == Bundle && parts[i].Extended.Amount != share {
			r.Fault("M3", parts[i].ID, "its share of %d is %d, not %d", price, share, parts[i].Extended.Amount)
		}
	}
}

// judgePayments compares the order's sums with its payments and refunds.
func (o *whole) judgePayments(r *invariant.Report) {
	if p := o.paid; o.Authorized.Amount != p.Authorized || o.Captured.Amount != p.Captured || o.Refunded.Amount != p.Refunded || o.AttemptsOpen != p.Attempts {
		r.Fault("M4", o.ID, "authorized %d, captured %d, refunded %d, in flight %d; its payments add up to %d, %d, %d, %d",
			o.Authorized.Amount, o.Captured.Amount, o.Refunded.Amount, o.AttemptsOpen, p.Authorized, p.Captured, p.Refunded, p.Attempts)
	}
	imported, granted := o.Origin == "imported", int64(0)
	for l := range o.leaves {
		sum := o.facets[l.ID].granted
		granted += sum
		if l.Granted.Amount != sum || !imported && (sum < 0 || sum > l.Gross.Amount) {
			r.Fault("M5", l.ID, "granted %d of %d, the refunds add up to %d", l.Granted.Amount, l.Gross.Amount, sum)
		}
	}
	for _, a := range o.Adjustments {
		if a.Charge() {
			sum := o.grantedOf(a)
			granted += sum
			if gross := a.Net.Amount + a.Tax.Amount; a.Granted.Amount != sum || !imported && (sum < 0 || sum > max(gross, 0)) {
				r.Fault("M5", o.ID, "granted %d of charge %d of %d, the refunds add up to %d", a.Granted.Amount, a.Position, gross, sum)
			}
		}
	}
	if granted > o.Total.Amount {
		r.Fault("M5", o.ID, "granted %d of %d", granted, o.Total.Amount)
	}
}

func (o *whole) grantedOf(a *Adjustment) (sum int64) {
	for _, p := range o.parts {
		if p.LineID == "" && p.Adjustment == a.Position {
			sum += p.Amount.Amount
		}
	}
	return sum
}

func (o *whole) judgeStatuses(r *invariant.Report) {
	for _, s := range []struct{ name, stored, computed string }{
		{"status", o.Status, o.status()},
		{"payment_status", o.PaymentStatus, o.paymentStatus()},
		{"fulfillment_status", o.FulfillmentStatus, o.fulfillmentStatus()},
		{"return_status", o.ReturnStatus, o.returnStatus()},
		{"cancel_status", o.CancelStatus, o.cancelStatus()},
	} {
		if s.stored != s.computed {
			r.Fault("W1", o.ID, "%s is %s, the facts give %s", s.name, s.stored, s.computed)
		}
	}
}
