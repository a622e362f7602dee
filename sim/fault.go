package sim

import (
	"errors"

	"ordo/base/problem"
	"ordo/engine/db"
	"ordo/sim/disk"
)

// fault is one that is armed in the database's seam.
type fault struct {
	point db.Point // none if empty
	after int      // times that the point is passed
}

var errInjected = errors.New("sim: a fault")

// arm prepares the next fault, now and then, and makes room on a full disk.
func (w *world) arm() {
	if w.options.Calm || !w.chance(30) {
		return
	}
	w.disk.Empty()
	switch w.random.IntN(12) {
	case 0, 1, 2, 3:
		w.fault = fault{db.Statement, 1 + w.random.IntN(40)}
	case 4:
		w.fault = fault{db.Commit, 1}
	case 5, 6:
		w.fault = fault{db.Committed, 1}
	case 7, 8:
		w.disk.Arm(disk.IOError, 1+w.random.IntN(20))
	case 9:
		w.disk.Arm(disk.Full, 1+w.random.IntN(20))
	default:
		w.disk.Arm(disk.Crashed, 1+w.random.IntN(60))
	}
}

// strike is the seam that the database asks at each point.
func (w *world) strike(p db.Point, _ int) error {
	if w.quiet || w.fault.point != p {
		return nil
	}
	if w.fault.after--; w.fault.after > 0 {
		return nil
	}
	w.fault = fault{}
	w.report.Faults["failed "+string(p)]++
	return errInjected
}

// excused tells an error that follows from a fault.
func (w *world) excused(err error) bool {
	if errors.Is(err, errInjected) || errors.Is(err, db.ErrUnknown) || w.disk.Struck() {
		return true
	}
	p := problem.As(err)
	return p != nil && p.Faults[0].Code.Retryable()
}
