package main

import (
	"context"
	"net/http"

	"ordo/edge/rest"
	"ordo/edge/web"
	"ordo/engine/db"
)

// pages serves the first page, the API reader and the pages on problems.
func (h *house) pages() http.Handler {
	return web.Handler(web.Options{
		Version: version,
		Counts:  h.counts,
		Ready:   func(ctx context.Context) error { _, err := h.counts(ctx); return err },
		Status:  rest.Status,
	})
}

// counts are the figures of the first page.
func (h *house) counts(ctx context.Context) (c web.Counts, err error) {
	err = h.db.Read(ctx, func(tx *db.Tx) error {
		return tx.Load(
			db.One(`SELECT COUNT(*) FROM users`, nil, &c.Users),
			db.One(`SELECT COUNT(*) FROM orders`, nil, &c.Orders),
			db.One(`SELECT COUNT(*) FROM customers`, nil, &c.Customers),
			db.One(`SELECT COUNT(*) FROM variants`, nil, &c.Variants),
			db.One(`SELECT CAST(COALESCE(SUM(on_hand), 0) AS BIGINT) FROM stock`, nil, (*int64)(&c.Units)),
			db.One(`SELECT COALESCE(MAX(position), 0) FROM log`, nil, &c.Events),
		)
	})
	return c, err
}
