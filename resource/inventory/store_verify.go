package inventory

import "ordo/engine/db"

// The statements find faults among the variants above $1 and up to $2.
const (
	outOfBounds = `SELECT variant_id, 'reserved ' || CAST(reserved AS TEXT) || ', on hand ' || CAST(on_hand AS TEXT) || ' at ' || location_id || ' ' || lot_id
		FROM stock WHERE variant_id > $1 AND variant_id <= $2 AND (reserved < 0 OR reserved > on_hand) ORDER BY 1, 2`

	unbalanced = `SELECT variant_id, 'on hand ' || CAST(SUM(on_hand) AS TEXT) || ', movements ' || CAST(SUM(moved) AS TEXT) ||
			', reserved ' || CAST(SUM(reserved) AS TEXT) || ', reservations ' || CAST(SUM(promised) AS TEXT) || ' at ' || location_id || ' ' || lot_id || ', moved ' || CAST(SUM(moves) AS TEXT) || ' times'
		FROM (
			SELECT variant_id, location_id, lot_id, on_hand, 0 AS moved, reserved, 0 AS promised, 1 AS kept, 0 AS moves FROM stock WHERE variant_id > $1 AND variant_id <= $2
			UNION ALL SELECT variant_id, location_id, lot_id, 0, quantity, 0, 0, 0, 1 FROM stock_movements WHERE variant_id > $1 AND variant_id <= $2
			UNION ALL SELECT variant_id, location_id, lot_id, 0, 0, 0, quantity, 0, 0 FROM reservations WHERE variant_id > $1 AND variant_id <= $2 AND state = 'active'
		) all_of_it
		GROUP BY variant_id, location_id, lot_id HAVING SUM(on_hand) <> SUM(moved) OR SUM(reserved) <> SUM(promised) OR (SUM(kept) = 0) <> (SUM(moves) = 0) ORDER BY 1, 2`

	endedWrongly = `SELECT variant_id, 'claimed ' || CAST(SUM(claimed) AS TEXT) || ', dispatched ' || CAST(SUM(dispatched) AS TEXT) || ' at ' || location_id || ' ' || lot_id
		FROM (
			SELECT variant_id, location_id, lot_id, quantity AS claimed, 0 AS dispatched FROM reservations WHERE variant_id > $1 AND variant_id <= $2 AND state = 'claimed'
			UNION ALL SELECT m.variant_id, m.location_id, m.lot_id, 0, -m.quantity FROM stock_documents d JOIN stock_movements m ON m.document_id = d.id
				WHERE d.kind = 'dispatch' AND m.variant_id > $1 AND m.variant_id <= $2
		) all_of_it
		GROUP BY variant_id, location_id, lot_id HAVING SUM(claimed) <> SUM(dispatched)
		UNION ALL SELECT id, 'is ' || state || ', but ended at ' || CAST(ended_at AS TEXT) || ' and began at ' || CAST(created_at AS TEXT) FROM reservations
		WHERE variant_id > $1 AND variant_id <= $2 AND ((state = 'active') <> (ended_at = 0) OR ended_at <> 0 AND ended_at < created_at) ORDER BY 1, 2`
)

// ActiveOf reads the active reservations of the orders above after and up to
// upto, sorted by order.
func ActiveOf(after, upto string, each func(*Reservation)) db.Read {
	return db.Many(`SELECT `+Reservations.Columns+` FROM reservations WHERE order_id > $1 AND order_id <= $2 AND state = 'active' ORDER BY order_id, id`,
		[]any{after, upto}, Reservations.Scan(each))
}
