// Package returns owns the return (RMA): which units of an order come back, by
// whose leave, what arrived, what became of it, and what it is worth. It does
// not own the order's ledger (sales/order), stock (resource/inventory), nor the
// movement of money (resource/payment).
//
// The order is the anchor: every command of a return locks the order's row,
// reads return and order behind that lock, and changes both in one transaction.
package returns
