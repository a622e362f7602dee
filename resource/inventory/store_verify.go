package inventory

import (
	"ordo/engine/db"
	"ordo/engine/invariant"
)

// lookAtStock reads the stock of the variants above after and up to upto, and
// what movements and reservations add up to.
func lookAtStock(after, upto string) ([]db.Read, func(*invariant.Report)) {
	l := &ledger{balances: map[place]*balance{}}
	in := []any{after, upto}
	return []db.Read{
		db.Many(`SELECT variant_id, location_id, lot_id, on_hand, reserved FROM stock WHERE variant_id > $1 AND variant_id <= $2`, in, func(scan db.Scan) error {
			var p place
			b := balance{there: true}
			err := scan(&p.variant, &p.location, &p.lot, &b.onHand, &b.reserved)
			l.add(p, b)
			return err
		}),
		db.Many(`SELECT m.variant_id, m.location_id, m.lot_id, COUNT(*), CAST(SUM(m.quantity) AS BIGINT), CAST(SUM(CASE WHEN d.kind = 'dispatch' THEN -m.quantity ELSE 0 END) AS BIGINT)
			FROM stock_movements m LEFT JOIN stock_documents d ON d.id = m.document_id
			WHERE m.variant_id > $1 AND m.variant_id <= $2 GROUP BY m.variant_id, m.location_id, m.lot_id`, in, func(scan db.Scan) error {
			var p place
			var b balance
			err := scan(&p.variant, &p.location, &p.lot, &b.moves, &b.moved, &b.dispatched)
			l.add(p, b)
			return err
		}),
		db.Many(`SELECT variant_id, location_id, lot_id, state, quantity FROM reservations WHERE variant_id > $1 AND variant_id <= $2 AND state IN ('active', 'claimed')`, in, func(scan db.Scan) error {
			var p place
			var state string
			var quantity int64
			err := scan(&p.variant, &p.location, &p.lot, &state, &quantity)
			if state == "active" {
				l.add(p, balance{promised: quantity})
			} else {
				l.add(p, balance{claimed: quantity})
			}
			return err
		}),
	}, l.judge
}

// lookAtEnds reads the reservations of the orders above after and up to upto.
func lookAtEnds(after, upto string) ([]db.Read, func(*invariant.Report)) {
	var wrong []Reservation
	read := Reservations.Between("order_id", after, upto, func(r *Reservation) {
		if (r.State == "active") != (r.EndedAt == 0) || r.EndedAt != 0 && r.EndedAt < r.CreatedAt {
			wrong = append(wrong, *r)
		}
	})
	return []db.Read{read}, func(report *invariant.Report) {
		for _, r := range wrong {
			report.Fault("Q4", r.ID, "is %s, but ended at %d and began at %d", r.State, int64(r.EndedAt), int64(r.CreatedAt))
		}
	}
}
