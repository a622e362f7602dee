// Package system owns what a server knows of itself: the use of resources, the
// length of its queues, how long each operation takes, the history of all that,
// its text for Prometheus, and the alarm when answers are slow or the disk fills.
// It does not own the refusal of writes to a full disk (engine/db), nor the
// measuring of a request (edge/rest), nor the profiles of the process (cmd/ordo).
package system
