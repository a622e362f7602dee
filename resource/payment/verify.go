package payment

import "ordo/engine/invariant"

// Invariants are those of payments, their attempts and refunds.
var Invariants = []invariant.Check{
	invariant.Walk("payments", "id", pageSize, lookAtPayments,
		invariant.Invariant{ID: "M4", Formula: "per payment refunded + disputed + in flight <= captured, captured + on the way <= authorized, all >= 0, and each is the sum of its attempts"},
		invariant.Invariant{ID: "W1", Formula: "the stored status is the function of the facts"},
	),
	invariant.Walk("refunds", "id", pageSize, lookAtRefunds,
		invariant.Invariant{ID: "M5", Formula: "a refund is the sum of its parts; what was moved and is moving are the sums of its attempts, together at most the refund"},
		invariant.Invariant{ID: "W1", Formula: "the stored status is the function of the facts"},
	),
	disordered,
}

const pageSize = 1_000

func (p *Payment) verify(m moved, r *invariant.Report) {
	captured, authorized := p.Captured.Amount, p.Authorized.Amount
	refunded, inFlight, disputed, capturing, voiding := p.Refunded.Amount, p.InFlight.Amount, p.Disputed.Amount, p.Capturing.Amount, p.Voiding.Amount
	if min(refunded, inFlight, disputed, capturing, voiding) < 0 || refunded+disputed+inFlight > captured || captured+capturing+voiding > authorized {
		r.Fault("M4", p.ID, "refunded %d, disputed %d, in flight %d, captured %d, capturing %d, voiding %d, authorized %d", refunded, disputed, inFlight, captured, capturing, voiding, authorized)
	}
	if is := (moved{captured, refunded, inFlight, capturing, voiding}); p.Origin == "ordo" && is != m {
		r.Fault("M4", p.ID, "captured, refunded, in flight, capturing, voiding are %v, the attempts add up to %v", is, m)
	}
	if s := p.status(); p.Status != s {
		r.Fault("W1", p.ID, "status is %s, the facts give %s", p.Status, s)
	}
}

func (f *Refund) verify(s totals, r *invariant.Report) {
	if f.Amount.Amount != s.parts {
		r.Fault("M5", f.ID, "the refund is %d, its parts add up to %d", f.Amount.Amount, s.parts)
	}
	if f.Moved.Amount != s.moved || f.Moving.Amount != s.moving || s.moved+s.moving > f.Amount.Amount {
		r.Fault("M5", f.ID, "of %d, %d are moved and %d moving; the attempts add up to %d and %d", f.Amount.Amount, f.Moved.Amount, f.Moving.Amount, s.moved, s.moving)
	}
	if status := f.status(); f.Status != status {
		r.Fault("W1", f.ID, "status is %s, the facts give %s", f.Status, status)
	}
}
