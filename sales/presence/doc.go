// Package presence owns who is at an order at the moment, looking at it or changing
// it. It does not own the order, nor who may change it. As long as a page follows the
// stream of an order, its user is there.
//
// Nothing of it is an event, and nothing of it stays: a row per stream is renewed by
// the process that serves the stream, so that all processes know of each other's, and
// counts no more when that one dies.
package presence
