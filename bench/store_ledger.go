package bench

import (
	"context"
	"strconv"

	"ordo/engine/command"
	"ordo/engine/db"
)

// ledger is what is read of a workspace after a load: what still waits, and the
// orders that were placed under keys of clients.
type ledger struct {
	events, calls, deliveries, jobs int64
	orders                          map[string]placed // by idempotency key
	waiting                         int64             // lines that have no stock
	broken                          int64             // stocks that promise more than there is
}

// readQueues counts what waits and is due.
func (l *ledger) readQueues(ctx context.Context, e *command.Engine) error {
	return e.DB.Read(ctx, func(tx *db.Tx) error {
		return tx.Load(
			db.One(`SELECT (SELECT COUNT(*) FROM events) - (SELECT COUNT(*) FROM log)`, nil, &l.events),
			db.One(`SELECT COUNT(*) FROM intents WHERE state <> 'done'`, nil, &l.calls),
			db.One(`SELECT (SELECT COUNT(*) FROM webhook_deliveries WHERE state = 'waiting')
				+ (SELECT COUNT(*) FROM webhook_endpoints w WHERE w.state = 'active' AND COALESCE((SELECT position FROM cursors WHERE consumer = 'webhook:' || w.id), 0) < (SELECT COALESCE(MAX(position), 0) FROM log))`, nil, &l.deliveries),
			db.One(`SELECT COUNT(*) FROM jobs WHERE state IN ('waiting', 'running') AND run_at <= $1`, []any{tx.Micros()}, &l.jobs))
	})
}

// countOrders tells how many orders there are, drafts among them.
func countOrders(ctx context.Context, e *command.Engine) (n int, err error) {
	err = e.DB.Read(ctx, func(tx *db.Tx) error { return tx.Load(db.One(`SELECT COUNT(*) FROM orders`, nil, &n)) })
	return n, err
}

// readOrders reads the orders that were placed.
func (l *ledger) readOrders(ctx context.Context, e *command.Engine) error {
	l.orders = map[string]placed{}
	return e.DB.Read(ctx, func(tx *db.Tx) error {
		return tx.Load(
			db.Many(`SELECT c.key, o.id, o.number, o.total FROM orders o JOIN commands c ON c.result = o.id AND c.operation = 'order.place'`, nil, func(scan db.Scan) error {
				var key string
				var o placed
				var total int64
				err := scan(&key, &o.id, &o.number, &total)
				o.total = strconv.FormatInt(total, 10)
				l.orders[key] = o
				return err
			}),
			db.One(`SELECT COUNT(*) FROM order_lines WHERE backordered > 0`, nil, &l.waiting),
			db.One(`SELECT COUNT(*) FROM stock WHERE reserved > on_hand`, nil, &l.broken))
	})
}
