package order

import (
	"cmp"
	"slices"

	"ordo/base/money"
	"ordo/engine/db"
	"ordo/engine/invariant"
	"ordo/resource/inventory"
	"ordo/resource/payment"
)

// whole is an order with what other subjects say about it.
type whole struct {
	*Order
	paid   payment.Sums
	parts  []payment.Part    // of its refunds
	facets map[string]*facet // by line; shared by the page
}

// facet is what other rows say about a line.
type facet struct {
	promised, picked money.Quantity // by active reservations
	discount, tax    int64          // by adjustments
	granted          int64          // by refunds
}

// page is a range of orders with all that belongs to them, sorted by order.
type page struct {
	heads        []Head
	deliveries   []DeliveryFacts
	lines        []Line
	adjustments  []Adjustment
	holds        []Hold
	reservations []inventory.Reservation
	sums         []payment.Sums
	parts        []part
}

// part is one of a refund of an order.
type part struct {
	order string
	payment.Part
}

// look reads the orders above after and up to upto with all that belongs to
// them.
func look(after, upto string) ([]db.Read, func(*invariant.Report)) {
	p := &page{}
	return []db.Read{
		heads.Between("id", after, upto, keep(&p.heads)),
		deliveries.Between("order_id", after, upto, keep(&p.deliveries)),
		lines.Between("order_id", after, upto, keep(&p.lines)),
		adjustments.Between("order_id", after, upto, keep(&p.adjustments)),
		holds.Between("order_id", after, upto, keep(&p.holds)),
		inventory.Reservations.Between("order_id", after, upto, func(r *inventory.Reservation) {
			if r.State == "active" {
				p.reservations = append(p.reservations, *r)
			}
		}),
		payment.SumsOf(after, upto, func(s payment.Sums) { p.sums = append(p.sums, s) }),
		payment.PartsOf(after, upto, func(order string, of payment.Part) { p.parts = append(p.parts, part{order, of}) }),
	}, p.judge
}

func keep[T any](all *[]T) func(*T) { return func(row *T) { *all = append(*all, *row) } }

// orders puts together what was read.
func (p *page) orders() []*whole {
	all, facets := make([]*whole, len(p.heads)), make(map[string]*facet, len(p.lines))
	for i, h := range p.heads {
		all[i] = &whole{Order: &Order{Head: h}, facets: facets}
	}
	join(all, p.deliveries, func(d *DeliveryFacts) string { return d.orderID }, func(o *whole, d *DeliveryFacts) {
		o.Deliveries = append(o.Deliveries, &Delivery{DeliveryFacts: *d})
	})
	join(all, p.lines, func(l *Line) string { return l.orderID }, func(o *whole, l *Line) {
		o.Lines = append(o.Lines, l)
		facets[l.ID] = &facet{}
	})
	join(all, p.adjustments, func(a *Adjustment) string { return a.orderID }, func(o *whole, a *Adjustment) { o.Adjustments = append(o.Adjustments, a) })
	join(all, p.holds, func(h *Hold) string { return h.orderID }, func(o *whole, h *Hold) { o.Holds = append(o.Holds, h) })
	join(all, p.reservations, func(r *inventory.Reservation) string { return r.OrderID }, (*whole).promised)
	join(all, p.sums, func(s *payment.Sums) string { return s.OrderID }, func(o *whole, s *payment.Sums) { o.paid = *s })
	join(all, p.parts, func(p *part) string { return p.order }, func(o *whole, p *part) { o.parts = append(o.parts, p.Part) })
	for _, o := range all {
		slices.SortFunc(o.Deliveries, func(a, b *Delivery) int { return cmp.Compare(a.Position, b.Position) })
		slices.SortFunc(o.Lines, func(a, b *Line) int { return cmp.Compare(a.Position, b.Position) })
	}
	return all
}

// join adds rows to their orders; both are sorted by order. What belongs to none
// is left out.
func join[T any](all []*whole, rows []T, of func(*T) string, add func(*whole, *T)) {
	for i := range rows {
		row := &rows[i]
		for len(all) > 0 && all[0].ID < of(row) {
			all = all[1:]
		}
		if len(all) > 0 && all[0].ID == of(row) {
			add(all[0], row)
		}
	}
}

// strangers finds orders that belong to one which they can't belong to, and those
// that were merged and are not empty.
const strangers = `SELECT o.id, 'it is or was a part of ' || b.of_id || ', which is of another customer, channel or currency, or not there'
	FROM (SELECT x.id, x.split_from AS of_id FROM orders x WHERE x.id > $1 AND x.id <= $2 AND x.split_from <> ''
		UNION ALL SELECT y.id, y.merged_into FROM orders y WHERE y.id > $1 AND y.id <= $2 AND y.merged_into <> '') b
	JOIN orders o ON o.id = b.id LEFT JOIN orders f ON f.id = b.of_id
	WHERE f.id IS NULL OR f.customer_id <> o.customer_id OR f.channel_id <> o.channel_id OR f.currency <> o.currency
	UNION ALL SELECT o.id, 'it was merged, but costs ' || o.total || ' or has units' FROM orders o
	WHERE o.id > $1 AND o.id <= $2 AND o.merged_into <> '' AND (o.total <> 0 OR EXISTS (SELECT 1 FROM order_lines l WHERE l.order_id = o.id AND l.quantity > 0))`

// HeadsBetween reads the orders above after and up to upto, for those who judge
// what they have of them. A row is gone with the next one.
func HeadsBetween(after, upto string, each func(*Head)) db.Read {
	return heads.Between("id", after, upto, each)
}

// LinesBetween reads their lines, sorted by order.
func LinesBetween(after, upto string, each func(order string, l *Line)) db.Read {
	return lines.Between("order_id", after, upto, func(l *Line) { each(l.orderID, l) })
}
