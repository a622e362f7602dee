package order

import "ordo/engine/db"

// readBalance reads the balances of a customer's placed orders in the actor's
// scope, by currency.
func readBalance(tx *db.Tx, customer string, each func(*Balance)) db.Read {
	condition, args := tx.Actor.Scope.SQL(Scope, 3)
	return db.Many(`SELECT x.currency, COUNT(*), CAST(SUM(CASE WHEN x.status = 'canceled' THEN 0 ELSE x.total END) AS BIGINT),
			CAST(SUM(CASE WHEN x.status <> 'canceled' AND x.rest > 0 THEN x.rest ELSE 0 END) AS BIGINT),
			CAST(SUM(CASE WHEN x.status <> 'canceled' AND x.rest > 0 AND x.due_at > 0 AND x.due_at < $2 THEN x.rest ELSE 0 END) AS BIGINT),
			CAST(SUM(CASE WHEN x.rest < 0 THEN -x.rest ELSE 0 END) AS BIGINT)
		FROM (SELECT o.currency, o.status, o.total, o.due_at,
				o.total - COALESCE((SELECT SUM(p.amount) FROM refunds r JOIN refund_parts p ON p.refund_id = r.id WHERE r.order_id = o.id AND (p.line_id <> '' OR p.adjustment > 0)), 0) - o.captured + o.refunded AS rest
			FROM orders o WHERE o.customer_id = $1 AND o.placed_at > 0 AND `+condition+`) x
		GROUP BY x.currency ORDER BY x.currency`, append([]any{customer, tx.Micros()}, args...), func(scan db.Scan) error {
		b := &Balance{}
		err := scan(&b.Currency, &b.Orders, &b.Ordered.Amount, &b.Owed.Amount, &b.Overdue.Amount, &b.Credit.Amount)
		b.Ordered.Currency, b.Owed.Currency, b.Overdue.Currency, b.Credit.Currency = b.Currency, b.Currency, b.Currency, b.Currency
		each(b)
		return err
	})
}
