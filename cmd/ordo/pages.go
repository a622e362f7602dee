package main

import (
	"context"
	"net/http"

	"ordo/edge/rest"
	"ordo/edge/web"
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
