// Package sim owns the simulation: the production code over a disk in memory
// and a clock that it moves, driven by random actors from one seeded queue,
// with faults, and the judgment of what came of it. It does not own any rule of
// the business, nor the invariants that it judges by (each subject declares its
// own), nor the wiring, which cmd/ordo hands to it.
package sim
