// Package audit owns what people see of the log of events: the list of what
// happened in the whole workspace, and the proof, part by part, that nobody
// changed it since. It does not own the log (engine/event), nor how a record
// tells of its own events.
package audit
