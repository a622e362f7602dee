package webhook

import (
	"time"

	"ordo/base/clock"
)

// gone is the status by which a receiver says that it wants nothing any more.
const gone = 410

// judge counts the outcomes of requests and returns why the endpoint should be
// paused; empty if it should not. Trials do not count: they are not what the
// endpoint is for. One success makes up for all failures before it.
func (w *Endpoint) judge(all []*due, outcomes []outcome, now time.Time) (why string) {
	taken, failed, asked := false, int64(0), time.Duration(0)
	for i, o := range outcomes {
		switch {
		case all[i].Type == trialType || o.unsent:
		case o.error == "":
			taken = true
		default:
			failed++
			w.LastError, w.LastFailureAt = o.error, clock.At(now)
			if o.status == gone {
				why = "gone"
			}
			asked = max(asked, o.asked)
		}
	}
	switch {
	case taken:
		w.Failures, w.FailingSince, w.LastSuccessAt = 0, 0, clock.At(now)
	case failed > 0:
		if w.Failures += failed; w.FailingSince == 0 {
			w.FailingSince = clock.At(now)
		}
		if why == "" && now.Sub(w.FailingSince.Time()) >= Patience {
			why = "failing"
		}
	}
	if pause := rest(w.Failures, asked); pause > 0 && failed > 0 {
		w.RestUntil = clock.At(now.Add(pause))
	}
	return why
}

// judge decides what becomes of a delivery after a request. It goes on waiting if
// the endpoint is about to be paused.
func (d *Delivery) judge(o outcome, now time.Time, chance byte, pausing bool) {
	d.Status, d.Error = o.status, o.error
	if !o.unsent {
		d.Attempts++
	}
	if o.error == "" {
		d.State, d.EndedAt = "delivered", clock.At(now)
		return
	}
	if !o.unsent {
		d.Tries++
	}
	wait, more := pause(d.Tries, chance)
	switch {
	case d.Type == trialType, o.unsent, !more && !pausing:
		d.State, d.EndedAt = "failed", clock.At(now)
	default:
		d.NextAt = clock.At(now.Add(wait))
	}
}

// attempt is the request as it is logged, if one was made.
func (d *Delivery) attempt(o outcome) Attempt {
	if o.unsent {
		return Attempt{}
	}
	return Attempt{Number: d.Attempts, At: clock.At(o.at), Took: o.took.Milliseconds(), Status: o.status, Error: o.error, Answer: o.answer}
}
