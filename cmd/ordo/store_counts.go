package main

import (
	"context"

	"ordo/edge/web"
	"ordo/engine/db"
)

// counts are the figures of the first page.
func (h *house) counts(ctx context.Context) (c web.Counts, err error) {
	err = h.db.Read(ctx, func(tx *db.Tx) error {
		return tx.Load(
			db.One(`SELECT COUNT(*) FROM users`, nil, &c.Users),
			db.One(`SELECT COUNT(*) FROM orders`, nil, &c.Orders),
			db.One(`SELECT COUNT(*) FROM customers`, nil, &c.Customers),
			db.One(`SELECT COUNT(*) FROM variants`, nil, &c.Variants),
			db.One(`SELECT CAST(COALESCE(SUM(on_hand), 0) AS BIGINT) FROM stock`, nil, (*int64)(&c.Units)),
			db.One(logEnd, nil, &c.Events),
		)
	})
	return c, err
}

// lastPosition is that of the youngest event in the log.
func (h *house) lastPosition(ctx context.Context) (last int64, err error) {
	err = h.db.Read(ctx, func(tx *db.Tx) error { return tx.Load(db.One(logEnd, nil, &last)) })
	return last, err
}

const logEnd = `SELECT COALESCE(MAX(position), 0) FROM log`
