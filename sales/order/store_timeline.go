package order

import "ordo/engine/db"

// belongings finds the order with the id $1 and all that has events of its own
// and belongs to it.
const belongings = `SELECT id FROM orders WHERE id = $1
	UNION ALL SELECT id FROM payments WHERE order_id = $1
	UNION ALL SELECT id FROM refunds WHERE order_id = $1
	UNION ALL SELECT id FROM fulfillment_orders WHERE order_id = $1
	UNION ALL SELECT id FROM shipments WHERE order_id = $1
	UNION ALL SELECT id FROM attachments WHERE order_id = $1
	UNION ALL SELECT id FROM returns WHERE order_id = $1`

// findEvent tells whether there is an event.
func findEvent(id string, found *bool) db.Read {
	return db.One(`SELECT TRUE FROM events WHERE id = $1`, []any{id}, found)
}
