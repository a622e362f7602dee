// Package bulk owns commands on many orders: which orders, how far they are, what
// came of each, and the work through them in the background. It does not own what
// happens to an order: each gets the ordinary command, under the rights of who
// began. Which commands may be run so is said where they are declared.
package bulk
