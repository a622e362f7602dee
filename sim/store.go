package sim

import (
	"cmp"
	"context"
	"encoding/json"
	"strings"

	"ordo/engine/auth"
	"ordo/engine/db"
	"ordo/resource/payment"
)

// related reads the keys of all rows that belong to some orders and stock
// documents, by table, as the checks of that subject take them.
func related(tx *db.Tx, orders, documents []string) (map[string][]string, error) {
	keys := map[string][]string{}
	collect := func(table, text string, args []any) db.Read {
		return db.Many(text, args, func(scan db.Scan) error {
			var key string
			err := scan(&key)
			keys[table] = append(keys[table], key)
			return err
		})
	}
	of := func(ids []string) ([]any, string) {
		args := make([]any, len(ids))
		for i, id := range ids {
			args[i] = id
		}
		return args, "(" + db.Params(1, len(ids)) + ")"
	}
	var reads []db.Read
	if len(orders) > 0 {
		args, in := of(orders)
		for _, table := range []string{"payments", "refunds", "fulfillment_orders", "shipments", "returns"} {
			reads = append(reads, collect(table, `SELECT id FROM `+table+` WHERE order_id IN `+in+` ORDER BY id`, args))
		}
		reads = append(reads, collect("payment_attempts", `SELECT a.id FROM payment_attempts a JOIN payments p ON p.id = a.payment_id WHERE p.order_id IN `+in+` ORDER BY a.id`, args),
			collect("stock", `SELECT DISTINCT variant_id FROM reservations WHERE order_id IN `+in+` ORDER BY variant_id`, args))
	}
	if len(documents) > 0 {
		args, in := of(documents)
		reads = append(reads, collect("stock", `SELECT DISTINCT variant_id FROM stock_movements WHERE document_id IN `+in+` ORDER BY variant_id`, args))
	}
	return keys, tx.Load(reads...)
}

// orderOf are the orders of some rows that belong to orders, by their ids.
func ordersOf(tx *db.Tx, table string, ids []string) (orders []string, err error) {
	args := make([]any, len(ids))
	for i, id := range ids {
		args[i] = id
	}
	err = tx.Load(db.Many(`SELECT DISTINCT order_id FROM `+table+` WHERE id IN (`+db.Params(1, len(ids))+`) ORDER BY order_id`, args, func(scan db.Scan) error {
		var id string
		err := scan(&id)
		orders = append(orders, id)
		return err
	}))
	return orders, err
}

// size is how many rows commands leave behind.
func (w *world) size(ctx context.Context) (n int64, err error) {
	quiet := w.quiet
	w.quiet = true
	defer func() { w.quiet = quiet }()
	if w.disk.Struck() {
		return 0, nil
	}
	err = w.look(ctx, func(tx *db.Tx) error {
		return tx.Load(db.One(`SELECT (SELECT COUNT(*) FROM events) + (SELECT COUNT(*) FROM commands) + (SELECT COUNT(*) FROM intents)`, nil, &n))
	})
	return n, err
}

// look reads the workspace without faults.
func (w *world) look(ctx context.Context, fn func(*db.Tx) error) error {
	quiet := w.quiet
	w.quiet = true
	defer func() { w.quiet = quiet }()
	return w.house.Engine.DB.Read(ctx, func(tx *db.Tx) error {
		tx.Actor = auth.Internal("sim")
		return fn(tx)
	})
}

// resultUnder reads what the command under a key named; empty if there is none.
func resultUnder(account, key string, operation, result *string) db.Read {
	return db.One(`SELECT operation, result FROM commands WHERE account = $1 AND key = $2`, []any{account, key}, operation, result)
}

// made is a command that made an order.
type made struct{ key, order string }

// makings reads the commands that made orders, and the orders.
func makings(tx *db.Tx) (commands []made, orders map[string]bool, err error) {
	orders = map[string]bool{}
	err = tx.Load(
		db.Many(`SELECT key, result FROM commands WHERE operation IN ('order.place', 'order.draft', 'order.clone', 'order.split') ORDER BY key`, nil, func(scan db.Scan) error {
			var m made
			err := scan(&m.key, &m.order)
			commands = append(commands, m)
			return err
		}),
		// Those that were split off may be made by a step of a change.
		db.Many(`SELECT id FROM orders WHERE split_from = ''`, nil, func(scan db.Scan) error {
			var id string
			err := scan(&id)
			orders[id] = true
			return err
		}))
	return commands, orders, err
}

// received reads per SKU what stock documents of the actors moved; those of imports
// have the import as their reference. Goods, by the ids of their variants, keep the
// SKU under which the actors know them.
func received(tx *db.Tx, goods map[string]string) (bySKU map[string]int64, err error) {
	bySKU = map[string]int64{}
	err = tx.Load(db.Many(`SELECT v.id, v.sku, SUM(m.quantity) FROM stock_movements m JOIN stock_documents d ON d.id = m.document_id JOIN variants v ON v.id = m.variant_id
		WHERE d.kind IN ('receipt', 'adjustment') AND d.reference NOT LIKE 'tim%' GROUP BY v.id, v.sku ORDER BY v.id`, nil, func(scan db.Scan) error {
		var id, sku string
		var n int64
		err := scan(&id, &sku, &n)
		bySKU[strings.ToUpper(cmp.Or(goods[id], sku))] += n
		return err
	}))
	return bySKU, err
}

// attempt is a movement of money as one side has it.
type attempt struct {
	kind, state string
	amount      int64
}

// attempts reads what the workspace says of calls to the gateway, by their keys.
func attempts(tx *db.Tx) (map[string]attempt, error) {
	all := map[string]attempt{}
	return all, tx.Load(db.Many(`SELECT intent_id, kind, state, amount FROM payment_attempts WHERE intent_id <> ''`, nil, keyed(all)))
}

// calls reads what the gateway says.
func calls(tx *db.Tx) (map[string]attempt, error) {
	all := map[string]attempt{}
	return all, tx.Load(db.Many(`SELECT key, kind, state, amount FROM test_gateway_calls`, nil, keyed(all)))
}

func keyed(all map[string]attempt) func(db.Scan) error {
	return func(scan db.Scan) error {
		var key string
		var a attempt
		err := scan(&key, &a.kind, &a.state, &a.amount)
		all[key] = a
		return err
	}
}

// heardOf reads the ids of what carriers said of a shipment.
func heardOf(tx *db.Tx, shipment string) (codes map[string]string, err error) {
	codes = map[string]string{}
	return codes, tx.Load(db.Many(`SELECT id, code FROM tracking_events WHERE shipment_id = $1`, []any{shipment}, func(scan db.Scan) error {
		var id, code string
		err := scan(&id, &code)
		codes[id] = code
		return err
	}))
}

// undone reads what is left to do: intents without a result, but for those
// whose payer's bank keeps silent, jobs that are due, and dead ones.
func undone(tx *db.Tx) (intents, due, dead int64, err error) {
	err = tx.Load(
		db.One(`SELECT COUNT(*) FROM intents WHERE state <> 'done' AND request NOT LIKE '%tok_silent%'`, nil, &intents),
		db.One(`SELECT COUNT(*) FROM jobs WHERE state IN ('waiting', 'running') AND run_at <= $1`, []any{tx.Micros()}, &due),
		db.One(`SELECT COUNT(*) FROM jobs WHERE state = 'dead'`, nil, &dead))
	return intents, due, dead, err
}

// orderIDs reads the ids of all orders.
func orderIDs(tx *db.Tx) (ids []string, err error) {
	err = tx.Load(db.All(`SELECT id FROM orders ORDER BY id`, nil, &ids))
	return ids, err
}

// countStatuses counts the orders by status.
func countStatuses(tx *db.Tx) (map[string]int, error) {
	all := map[string]int{}
	return all, tx.Load(db.Many(`SELECT status, COUNT(*) FROM orders GROUP BY status`, nil, func(scan db.Scan) error {
		var status string
		var n int
		err := scan(&status, &n)
		all[status] = n
		return err
	}))
}

// head reads the end of the log, and counts events that are not in it.
func head(tx *db.Tx) (hash string, events, unsealed, orders int64, err error) {
	err = tx.Load(
		db.One(`SELECT hash FROM log ORDER BY position DESC LIMIT 1`, nil, &hash),
		db.One(`SELECT COUNT(*) FROM events`, nil, &events),
		db.One(`SELECT COUNT(*) FROM events e LEFT JOIN log l ON l.event_id = e.id WHERE l.event_id IS NULL`, nil, &unsealed),
		db.One(`SELECT COUNT(*) FROM orders`, nil, &orders))
	return hash, events, unsealed, orders, err
}

// final are the states of attempts that nothing changes any more.
var final = map[string]bool{payment.StateSucceeded: true, payment.StateFailed: true}

// letter is a mail as the workspace has it.
type letter struct{ id, message, state, reason string }

// mails reads all mails, oldest first.
func mails(tx *db.Tx) (all []letter, err error) {
	return all, tx.Load(db.Many(`SELECT id, message_id, state, reason FROM mails ORDER BY event_id, copy`, nil, func(scan db.Scan) error {
		var l letter
		err := scan(&l.id, &l.message, &l.state, &l.reason)
		all = append(all, l)
		return err
	}))
}

// endpoints reads those of webhooks, by id.
func endpoints(tx *db.Tx) (map[string]*endpoint, error) {
	all := map[string]*endpoint{}
	return all, tx.Load(db.Many(`SELECT w.id, w.url, w.state, w.types, w.filter, w.channels, w.secret_generation, w.previous_until, COALESCE(c.position, 0), COALESCE(l.position, 0)
		FROM webhook_endpoints w LEFT JOIN cursors c ON c.consumer = 'webhook:' || w.id
		LEFT JOIN events e ON e.subject = w.id AND e.sequence = 1 LEFT JOIN log l ON l.event_id = e.id`, nil, func(scan db.Scan) error {
		var e endpoint
		var url, types, filter, channels string
		if err := scan(&e.id, &url, &e.state, &types, &filter, &channels, &e.generation, &e.previousUntil, &e.position, &e.created); err != nil {
			return err
		}
		e.host, e.choice = hostOf(url), types+filter
		all[e.id] = &e
		return json.Unmarshal([]byte(channels), &e.channels)
	}))
}
