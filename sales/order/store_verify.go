package order

import (
	"cmp"
	"slices"

	"ordo/base/money"
	"ordo/engine/db"
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

// page is a range of orders.
type page struct {
	orders []*whole
	facets map[string]*facet
}

// loadPage reads the orders above after and up to upto with all that belongs
// to them, in one round trip.
func loadPage(tx *db.Tx, after, upto string) (*page, error) {
	p := &page{facets: map[string]*facet{}}
	in := []any{after, upto}
	const within = ` WHERE order_id > $1 AND order_id <= $2 ORDER BY order_id`
	ofDelivery, ofLine, ofAdjustment := p.follow(), p.follow(), p.follow()
	ofHold := p.follow()
	ofReservation, ofPayment, ofPart := p.follow(), p.follow(), p.follow()
	err := tx.Load(
		db.Many(`SELECT `+heads.Columns+` FROM orders WHERE id > $1 AND id <= $2 ORDER BY id`, in, heads.Scan(func(h *Head) {
			p.orders = append(p.orders, &whole{Order: &Order{Head: *h}, facets: p.facets})
		})),
		db.Many(`SELECT `+deliveries.Columns+` FROM deliveries`+within, in, deliveries.Scan(func(d *DeliveryFacts) {
			if o := ofDelivery(d.orderID); o != nil {
				o.Deliveries = append(o.Deliveries, &Delivery{DeliveryFacts: *d})
			}
		})),
		db.Many(`SELECT `+lines.Columns+` FROM order_lines`+within, in, lines.Scan(func(l *Line) {
			if o := ofLine(l.orderID); o != nil {
				o.Lines = append(o.Lines, l)
				p.facets[l.ID] = &facet{}
			}
		})),
		db.Many(`SELECT `+adjustments.Columns+` FROM adjustments`+within+`, position`, in, adjustments.Scan(func(a *Adjustment) {
			if o := ofAdjustment(a.orderID); o != nil {
				o.Adjustments = append(o.Adjustments, a)
			}
		})),
		db.Many(`SELECT `+holds.Columns+` FROM holds`+within+`, created_at, id`, in, holds.Scan(func(h *Hold) {
			if o := ofHold(h.orderID); o != nil {
				o.Holds = append(o.Holds, h)
			}
		})),
		inventory.ActiveOf(after, upto, func(r *inventory.Reservation) {
			if o := ofReservation(r.OrderID); o != nil {
				o.promised(r)
			}
		}),
		payment.SumsOf(after, upto, func(s payment.Sums) {
			if o := ofPayment(s.OrderID); o != nil {
				o.paid = s
			}
		}),
		payment.PartsOf(after, upto, func(order string, part payment.Part) {
			if o := ofPart(order); o != nil {
				o.parts = append(o.parts, part)
			}
		}),
	)
	for _, o := range p.orders { // the few of an order are sorted sooner here
		slices.SortFunc(o.Deliveries, func(a, b *Delivery) int { return cmp.Compare(a.Position, b.Position) })
		slices.SortFunc(o.Lines, func(a, b *Line) int { return cmp.Compare(a.Position, b.Position) })
	}
	return p, err
}

// follow returns a function that finds the order of each of some rows that are
// sorted by order; nil if there is none.
func (p *page) follow() func(id string) *whole {
	i := 0
	return func(id string) *whole {
		for i < len(p.orders) && p.orders[i].ID < id {
			i++
		}
		if i < len(p.orders) && p.orders[i].ID == id {
			return p.orders[i]
		}
		return nil
	}
}
