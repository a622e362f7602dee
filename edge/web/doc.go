// Package web owns the pages for people: the first page with live counts, the
// set-up form, the console as the build of web/console leaves it, the API reader,
// the pages about problem codes, their assets, and the probes of liveness and
// readiness. It does not own the API (edge/rest): console and set-up form are
// clients of it like any other.
package web
