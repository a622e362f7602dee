// Package webhook owns what other systems are told of events: the endpoints that
// ask for them, the deliveries on their way there, how they are signed, sent,
// tried again and logged, and which addresses are never called. It does not own
// events and their log (engine/event), nor what a receiver does with them.
//
// Each endpoint is a consumer of the log with a cursor of its own and is served
// by a goroutine of its own, so that one that is slow or broken delays nobody
// else. The log is the queue: what an endpoint has not come to costs nothing,
// and a paused one goes on from its cursor.
//
// Every event becomes one delivery per endpoint, whose requests all carry the
// same webhook-id: at least once on the wire, once for a receiver that remembers
// ids. Requests begin in the order of the log, up to Facts.Parallel at a time; a
// delivery that failed is overtaken. Receivers that depend on the order look at
// the sequence of the event's subject.
package webhook
