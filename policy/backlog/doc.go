// Package backlog owns what people see and do about jobs: the list, and the
// replay of a dead one. It does not own how jobs are queued, taken and run
// (engine/job) nor what they do.
package backlog
