// Package system owns what a server knows of itself: the use of resources, the
// length of its queues, how long each operation takes, the history of all that,
// and the alarm when answers are slow or the disk fills. It does not own the
// refusal of writes to a full disk (engine/db), nor how numbers are scraped
// (cmd/ordo).
package system
