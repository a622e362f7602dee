package presence

import (
	"ordo/engine/db"
	"ordo/sales/order"
)

// sees tells whether the actor sees an order.
func sees(tx *db.Tx, id string) (found bool, err error) {
	condition, args := tx.Actor.Scope.SQL(order.Scope, 2)
	err = tx.Load(db.One(`SELECT TRUE FROM orders o WHERE o.id = $1 AND `+condition, append([]any{id}, args...), &found))
	return found, err
}

func insert(tx *db.Tx, process string, r row, until int64) {
	tx.Write(`INSERT INTO presences (id, process, order_id, user_id, doing, until_at) VALUES ($1, $2, $3, $4, $5, $6)`, r.id, process, r.order, r.user, r.doing, until)
}

func remove(tx *db.Tx, id string) { tx.Write(`DELETE FROM presences WHERE id = $1`, id) }

// extend renews the rows of a process, and deletes those that nobody renewed in time.
func extend(tx *db.Tx, process string, now, until int64) {
	tx.Write(`UPDATE presences SET until_at = $2 WHERE process = $1`, process, until)
	tx.Write(`DELETE FROM presences WHERE until_at < $1`, now)
}

// present reads who is at orders: the table holds no more than that.
func present(tx *db.Tx, now int64) (all []row, err error) {
	err = tx.Load(db.Many(`SELECT p.id, p.order_id, p.user_id, u.name, p.doing FROM presences p JOIN users u ON u.id = p.user_id WHERE p.until_at > $1 ORDER BY u.name, p.user_id, p.id`, []any{now}, func(scan db.Scan) error {
		var r row
		err := scan(&r.id, &r.order, &r.user, &r.name, &r.doing)
		all = append(all, r)
		return err
	}))
	return all, err
}
