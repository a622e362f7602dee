// Package fulfillment owns the work of carrying an order out: fulfillment
// orders, which say what a location owes for a delivery, picks, packages,
// shipments and what carriers say of them. It does not own the quantity ledger
// of the lines (sales/order), nor stock (resource/inventory), nor what comes
// back from a customer (execution/returns).
//
// There is one fulfillment order per delivery and location. What it owes
// follows from the reservations of the order: Plan writes it down when the
// order is placed, and Follow keeps up with whatever changes later.
//
// All commands work in the same way: lock the order, load the order with all
// its fulfillment orders, shipments and reservations in one trip, change them
// in memory, save each of them. The order is the anchor of all that is here.
package fulfillment
