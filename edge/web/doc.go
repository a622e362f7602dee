// Package web owns the pages for people that need no console: the first page
// with live counts, the set-up form, the API reader, the pages about problem
// codes, their assets, and the probes of liveness and readiness. It does not
// own the API (edge/rest): the set-up form is a client of it like any other.
package web
