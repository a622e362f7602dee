// Package inventory owns the stock ledger: what is on hand, by which movements
// it came to be, and what of it is promised. It does not own the lines it is
// promised to (sales/order) nor the work of picking (execution/fulfillment).
//
// Per (variant, location, lot): on_hand is the sum of the movements, reserved
// the sum of the active reservations, and 0 <= reserved <= on_hand. One
// conditional UPDATE reserves; a CHECK stands behind it.
package inventory
