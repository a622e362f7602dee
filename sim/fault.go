package sim

import (
	"context"
	"encoding/json"
	"errors"

	"ordo/base/problem"
	"ordo/engine/db"
	"ordo/engine/job"
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
	if w.step > w.broken.until && w.chance(4) {
		a, b := one(w, w.house.Jobs.Schedules...), one(w, w.house.Jobs.Schedules...)
		if b.Every < a.Every {
			a = b
		}
		w.broken = broken{a.Kind, w.step + spell}
	}
	w.disk.Empty()
	switch w.random.IntN(20) {
	case 0, 1, 2, 3, 4, 5, 6, 7:
		w.fault = fault{db.Statement, 1 + w.random.IntN(40)}
	case 8, 9:
		w.fault = fault{db.Commit, 1}
	case 10, 11, 12:
		w.fault = fault{db.Committed, 1}
	case 13, 14, 15, 16:
		w.disk.Arm(disk.IOError, 1+w.random.IntN(20))
	case 17, 18:
		w.disk.Arm(disk.Full, 1+w.random.IntN(20))
	default:
		w.disk.Arm(disk.Crashed, 1+w.random.IntN(60))
	}
}

// broken is a kind of job that fails until a step, whatever it tries.
type broken struct {
	kind  string
	until int
}

// spell is for how many steps: in most of them a job uses up its tries and dies.
const spell = 800

// breakable lets jobs of each kind fail while it is broken.
func (w *world) breakable(kinds map[string]job.Kind) map[string]job.Kind {
	all := map[string]job.Kind{}
	for name, k := range kinds { // order-free: it fills a map
		do := k.Do
		k.Do = func(ctx context.Context, args json.RawMessage) error {
			if w.options.Calm || w.broken.kind != name || w.step > w.broken.until {
				return do(ctx, args)
			}
			w.report.Faults["failed job"]++
			if w.chance(4) { // somebody is told
				w.known.asked = append(w.known.asked, question{"job.list", object{"filter": "state:dead"}})
			}
			return errInjected
		}
		all[name] = k
	}
	return all
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
