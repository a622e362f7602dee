package fulfillment

import (
	"ordo/base/money"
	"ordo/engine/db"
)

// page is a range of fulfillment orders, or of shipments, with what other rows
// say of them.
type page struct {
	set
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

// loadFulfillments reads the fulfillment orders above after and up to upto with
// all that belongs to them, in one round trip.
func loadFulfillments(tx *db.Tx, after, upto string) (*page, error) {
	p := newPage()
	in := []any{after, upto}
	return p, tx.Load(
		db.Many(`SELECT `+fulfillments.Columns+` FROM fulfillment_orders WHERE id > $1 AND id <= $2 ORDER BY id`, in,
			fulfillments.Scan(func(f *Facts) { p.add(&Fulfillment{Facts: *f}) })),
		p.readLines(`SELECT x.id FROM fulfillment_orders x WHERE x.id > $1 AND x.id <= $2`, in...),
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
	)
}

// loadShipments reads the shipments above after and up to upto with all that
// belongs to them, in one round trip.
func loadShipments(tx *db.Tx, after, upto string) (*page, error) {
	p := newPage()
	in := []any{after, upto}
	reads := []db.Read{
		db.Many(`SELECT `+shipments.Columns+` FROM shipments WHERE id > $1 AND id <= $2 ORDER BY id`, in,
			shipments.Scan(func(f *ShipmentFacts) { p.addShipment(newShipment(*f)) })),
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
	return p, tx.Load(append(reads, p.readPackages(`SELECT x.id FROM shipments x WHERE x.id > $1 AND x.id <= $2`, in...)...)...)
}

// The statements find faults among the orders above $1 and up to $2.
const (
	owedOtherwise = `SELECT line_id, 'at ' || location_id || ' owed ' || CAST(SUM(owed) AS TEXT) || ', picked ' || CAST(SUM(taken) AS TEXT) || ', shipped ' || CAST(SUM(gone) AS TEXT) ||
			'; reservations keep ' || CAST(SUM(kept) AS TEXT) || ', have picked ' || CAST(SUM(picked) AS TEXT) || ', were claimed for ' || CAST(SUM(claimed) AS TEXT)
		FROM (
			SELECT l.line_id, f.location_id, l.quantity - l.canceled - l.picked AS owed, l.picked - l.shipped AS taken, l.shipped AS gone, 0 AS kept, 0 AS picked, 0 AS claimed
				FROM fulfillment_orders f JOIN fulfillment_lines l ON l.fulfillment_id = f.id WHERE f.order_id > $1 AND f.order_id <= $2
			UNION ALL SELECT line_id, location_id, 0, 0, 0, CASE WHEN state = 'active' THEN quantity - picked ELSE 0 END, CASE WHEN state = 'active' THEN picked ELSE 0 END, CASE WHEN state = 'claimed' THEN quantity ELSE 0 END
				FROM reservations WHERE order_id > $1 AND order_id <= $2
		) all_of_it
		GROUP BY line_id, location_id HAVING SUM(owed) <> SUM(kept) OR SUM(taken) <> SUM(picked) OR SUM(gone) <> SUM(claimed) ORDER BY 1, 2`

	carriedOtherwise = `SELECT line_id, 'shipped ' || CAST(SUM(shipped) AS TEXT) || ', delivered ' || CAST(SUM(delivered) AS TEXT) || ', lost ' || CAST(SUM(lost) AS TEXT) || ', sent back ' || CAST(SUM(sent_back) AS TEXT) ||
			'; shipments say ' || CAST(SUM(gone) AS TEXT) || ', ' || CAST(SUM(arrived) AS TEXT) || ', ' || CAST(SUM(missing) AS TEXT) || ', ' || CAST(SUM(back) AS TEXT)
		FROM (
			SELECT l.id AS line_id, l.shipped, l.delivered, l.lost, l.sent_back, 0 AS gone, 0 AS arrived, 0 AS missing, 0 AS back
				FROM orders o JOIN order_lines l ON l.order_id = o.id WHERE o.id > $1 AND o.id <= $2 AND o.origin = 'ordo' AND l.kind = 'stock'
				AND (l.shipped <> 0 OR l.delivered <> 0 OR l.lost <> 0 OR l.sent_back <> 0)
			UNION ALL SELECT c.line_id, 0, 0, 0, 0, c.quantity, CASE WHEN s.status = 'delivered' THEN c.quantity ELSE 0 END, CASE WHEN s.status = 'lost' THEN c.quantity ELSE 0 END, CASE WHEN s.status = 'returned_to_sender' THEN c.quantity ELSE 0 END
				FROM shipments s JOIN shipment_lines c ON c.shipment_id = s.id WHERE s.order_id > $1 AND s.order_id <= $2 AND s.shipped_at > 0 AND s.origin = 'ordo'
		) all_of_it
		GROUP BY line_id HAVING SUM(shipped) <> SUM(gone) OR SUM(delivered) <> SUM(arrived) OR SUM(lost) <> SUM(missing) OR SUM(sent_back) <> SUM(back)
		UNION ALL SELECT MAX(f.id), 'is one of ' || CAST(COUNT(*) AS TEXT) || ' that owe delivery ' || f.delivery_id || ' at ' || f.location_id
			FROM fulfillment_orders f WHERE f.order_id > $1 AND f.order_id <= $2 GROUP BY f.delivery_id, f.location_id HAVING COUNT(*) > 1 ORDER BY 1, 2`
)
