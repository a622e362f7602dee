// Package order owns the sales order: what was agreed (deliveries, lines,
// prices, adjustments, holds, revisions) and, per line, the quantity ledger of
// what has happened to it. Statuses follow from these facts. It does not own
// stock (resource/inventory), payments (resource/payment), nor the work of
// fulfilling and returning (execution).
//
// Every command loads the whole order, changes it in memory and hands it to
// save, which recomputes what is derived, checks the step, writes the rows that
// changed and emits the difference as one event.
package order
