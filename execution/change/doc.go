// Package change owns the change of a placed order: typed steps that are staged
// one by one, previewed with their impact, and committed all at once or dropped.
// It does not own what a step does to the order (sales/order), nor the stock and
// the work that follow.
//
// An open change blocks nobody. Each step remembers what the order had where it
// sets something; a change whose fields nobody else touched commits whatever else
// became of the order, so that the work of two people is merged field by field.
package change
