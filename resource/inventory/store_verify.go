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
		db.Many(`SELECT variant_id, location_id, lot_id, CAST(SUM(CASE WHEN state = 'active' THEN quantity ELSE 0 END) AS BIGINT), CAST(SUM(CASE WHEN state = 'claimed' THEN quantity ELSE 0 END) AS BIGINT)
			FROM reservations WHERE variant_id > $1 AND variant_id <= $2 GROUP BY variant_id, location_id, lot_id`, in, func(scan db.Scan) error {
			var p place
			var b balance
			err := scan(&p.variant, &p.location, &p.lot, &b.promised, &b.claimed)
			l.add(p, b)
			return err
		}),
		db.Many(`SELECT id, state, ended_at, created_at FROM reservations WHERE variant_id > $1 AND variant_id <= $2
			AND ((state = 'active') <> (ended_at = 0) OR ended_at <> 0 AND ended_at < created_at) ORDER BY id`, in, func(scan db.Scan) error {
			var r Reservation
			err := scan(&r.ID, &r.State, (*int64)(&r.EndedAt), (*int64)(&r.CreatedAt))
			l.ended = append(l.ended, r)
			return err
		}),
	}, l.judge
}
