package fulfillment

import (
	"ordo/base/money"
	"ordo/engine/db"
	"ordo/engine/invariant"
	"ordo/resource/inventory"
	"ordo/sales/order"
)

// page is a range of fulfillment orders, or of shipments, with what other rows
// say of them.
type page struct {
	set
	lines    []LineFacts       // of fulfillment orders
	released map[string]bool   // fulfillment orders whose delivery is
	held     map[rowKey]held   // by their lines
	stray    map[string]string // by shipment: what does not belong together
}

// rowKey names a line of a fulfillment order.
type rowKey struct{ fulfillment, line string }

// held is what the shipments of a fulfillment order hold of a line.
type held struct{ packed, left money.Quantity }

func newPage() *page {
	return &page{set: newSet(), released: map[string]bool{}, held: map[rowKey]held{}, stray: map[string]string{}}
}

// lookAtFulfillments reads the fulfillment orders above after and up to upto with
// all that belongs to them.
func lookAtFulfillments(after, upto string) ([]db.Read, func(*invariant.Report)) {
	p := newPage()
	in := []any{after, upto}
	return []db.Read{
		fulfillments.Between("id", after, upto, func(f *Facts) { p.add(&Fulfillment{Facts: *f}) }),
		lines.Between("fulfillment_id", after, upto, func(l *LineFacts) { p.lines = append(p.lines, *l) }),
		db.Many(`SELECT f.id, d.released_at > 0 FROM fulfillment_orders f JOIN deliveries d ON d.id = f.delivery_id AND d.order_id = f.order_id WHERE f.id > $1 AND f.id <= $2`, in, func(scan db.Scan) error {
			var id string
			var released bool
			err := scan(&id, &released)
			p.released[id] = released
			return err
		}),
		db.Many(`SELECT f.id, c.line_id, CAST(SUM(CASE WHEN s.unpacked_at > 0 THEN 0 ELSE c.quantity END) AS BIGINT), CAST(SUM(CASE WHEN s.shipped_at > 0 THEN c.quantity ELSE 0 END) AS BIGINT)
			FROM fulfillment_orders f JOIN shipments s ON s.order_id = f.order_id AND s.fulfillment_id = f.id JOIN shipment_lines c ON c.shipment_id = s.id
			WHERE f.id > $1 AND f.id <= $2 GROUP BY f.id, c.line_id`, in, func(scan db.Scan) error {
			var k rowKey
			var h held
			err := scan(&k.fulfillment, &k.line, (*int64)(&h.packed), (*int64)(&h.left))
			p.held[k] = h
			return err
		}),
	}, p.judgeFulfillments
}

// lookAtShipments reads the shipments above after and up to upto with all that
// belongs to them.
func lookAtShipments(after, upto string) ([]db.Read, func(*invariant.Report)) {
	p := newPage()
	in := []any{after, upto}
	reads := []db.Read{
		shipments.Between("id", after, upto, func(f *ShipmentFacts) { p.addShipment(newShipment(*f)) }),
		db.Many(`SELECT s.id, 'is of order ' || s.order_id || ' from ' || s.location_id || ', its fulfillment order is not'
			FROM shipments s LEFT JOIN fulfillment_orders f ON f.id = s.fulfillment_id AND f.order_id = s.order_id AND f.location_id = s.location_id
			WHERE s.id > $1 AND s.id <= $2 AND s.origin = 'ordo' AND f.id IS NULL
			UNION ALL SELECT c.shipment_id, 'holds line ' || c.line_id || ' in package ' || c.package_id || ', which is not its own'
			FROM shipment_lines c LEFT JOIN packages k ON k.id = c.package_id AND k.shipment_id = c.shipment_id
			WHERE c.shipment_id > $1 AND c.shipment_id <= $2 AND k.id IS NULL ORDER BY 1, 2`, in, func(scan db.Scan) error {
			var id, detail string
			err := scan(&id, &detail)
			p.stray[id] = detail
			return err
		}),
	}
	return append(reads, p.readPackages(`SELECT x.id FROM shipments x WHERE x.id > $1 AND x.id <= $2`, in...)...), p.judgeShipments
}

// lookAtGoods reads what is owed, promised and carried of the orders above after
// and up to upto.
func lookAtGoods(after, upto string) ([]db.Read, func(*invariant.Report)) {
	g := &goods{imported: map[string]bool{}, owed: map[place]*owed{}, debtors: map[debt][]string{}, carried: map[string]*carried{}}
	in := []any{after, upto}
	return []db.Read{
		order.HeadsBetween(after, upto, func(h *order.Head) {
			if h.Origin != "ordo" {
				g.imported[h.ID] = true
			}
		}),
		order.LinesBetween(after, upto, func(of string, l *order.Line) {
			if is := (fates{l.Shipped, l.Delivered, l.Lost, l.SentBack}); l.Stocked() && is != (fates{}) {
				c := g.carriedOf(l.ID)
				c.order, c.line = of, is
			}
		}),
		inventory.Reservations.Between("order_id", after, upto, g.promised),
		db.Many(`SELECT f.id, f.delivery_id, f.location_id, COALESCE(l.line_id, ''), COALESCE(l.quantity - l.canceled - l.picked, 0), COALESCE(l.picked - l.shipped, 0), COALESCE(l.shipped, 0)
			FROM fulfillment_orders f LEFT JOIN fulfillment_lines l ON l.fulfillment_id = f.id WHERE f.order_id > $1 AND f.order_id <= $2`, in, func(scan db.Scan) error {
			var id string
			var of debt
			var line string
			var o owed
			err := scan(&id, &of.delivery, &of.location, &line, (*int64)(&o.owed), (*int64)(&o.taken), (*int64)(&o.gone))
			g.owes(id, of, line, o)
			return err
		}),
		db.Many(`SELECT c.line_id, c.quantity, s.status FROM shipments s JOIN shipment_lines c ON c.shipment_id = s.id
			WHERE s.order_id > $1 AND s.order_id <= $2 AND s.shipped_at > 0 AND s.origin = 'ordo'`, in, func(scan db.Scan) error {
			var line, status string
			var quantity money.Quantity
			err := scan(&line, (*int64)(&quantity), &status)
			g.carries(line, quantity, status)
			return err
		}),
	}, g.judge
}
