// Package template owns names for orders that are copied again and again: each
// points to an order or a draft. It does not own the copying, which is
// order.clone, nor what is copied: to change what a template holds is to change
// its draft, or to point it to another order.
package template
