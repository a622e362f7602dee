package payment

import (
	"ordo/engine/db"
	"ordo/engine/invariant"
)

// SumsOf reads the sums of the orders above after and up to upto, sorted; an
// order without payments is left out.
func SumsOf(after, upto string, each func(Sums)) db.Read {
	return db.Many(sums+` WHERE p.order_id > $1 AND p.order_id <= $2 GROUP BY p.order_id ORDER BY p.order_id`, []any{after, upto}, func(scan db.Scan) error {
		var s Sums
		if err := scan(s.places()...); err != nil {
			return err
		}
		each(s)
		return nil
	})
}

// PartsOf reads the parts of the refunds of the orders above after and up to
// upto, sorted by order.
func PartsOf(after, upto string, each func(order string, p Part)) db.Read {
	return db.Many(`SELECT r.order_id, `+refundParts.Select("p")+` FROM refunds r JOIN refund_parts p ON p.refund_id = r.id
		WHERE r.order_id > $1 AND r.order_id <= $2 ORDER BY r.order_id, r.id, p.position`, []any{after, upto}, func(scan db.Scan) error {
		var order string
		var p Part
		if err := scan(append([]any{&order}, refundParts.Places(&p)...)...); err != nil {
			return err
		}
		each(order, p)
		return nil
	})
}

// moved is what the attempts of a payment say.
type moved struct{ captured, refunded, inFlight, capturing, voiding int64 }

// tried is a payment with what its attempts say.
type tried struct {
	*Payment
	moved
}

// lookAtPayments reads the payments above after and up to upto.
func lookAtPayments(after, upto string) ([]db.Read, func(*invariant.Report)) {
	sum := func(kind, state string) string {
		return `, CAST(COALESCE((SELECT SUM(a.amount) FROM payment_attempts a WHERE a.payment_id = p.id AND a.kind = '` + kind + `' AND ` + state + `), 0) AS BIGINT)`
	}
	text := `SELECT ` + columns + sum("capture", "a.state = 'succeeded'") + sum("refund", "a.state = 'succeeded'") + sum("refund", "a.ended_at = 0") +
		sum("capture", "a.ended_at = 0") + sum("void", "a.ended_at = 0") + ` FROM ` + from + ` WHERE p.id > $1 AND p.id <= $2 ORDER BY p.id`
	var all []tried
	read := db.Many(text, []any{after, upto}, func(scan db.Scan) error {
		p, m := &Payment{}, moved{}
		if err := scan(append(p.places(), &m.captured, &m.refunded, &m.inFlight, &m.capturing, &m.voiding)...); err != nil {
			return err
		}
		p.loaded()
		all = append(all, tried{p, m})
		return nil
	})
	return []db.Read{read}, func(r *invariant.Report) {
		for _, p := range all {
			p.verify(p.moved, r)
		}
	}
}

// totals are those of the parts of a refund and of its attempts.
type totals struct{ parts, moved, moving int64 }

// summed is a refund with what its parts and attempts add up to.
type summed struct {
	*Refund
	totals
}

// lookAtRefunds reads the refunds above after and up to upto.
func lookAtRefunds(after, upto string) ([]db.Read, func(*invariant.Report)) {
	var all []summed
	read := db.Many(`SELECT `+refunds.Select("r")+`, CAST(COALESCE((SELECT SUM(p.amount) FROM refund_parts p WHERE p.refund_id = r.id), 0) AS BIGINT),
			CAST(COALESCE(SUM(CASE WHEN a.state = 'succeeded' THEN a.amount END), 0) AS BIGINT), CAST(COALESCE(SUM(CASE WHEN a.ended_at = 0 THEN a.amount END), 0) AS BIGINT)
		FROM refunds r LEFT JOIN payments y ON y.order_id = r.order_id LEFT JOIN payment_attempts a ON a.payment_id = y.id AND a.refund_id = r.id
		WHERE r.id > $1 AND r.id <= $2 GROUP BY r.id ORDER BY r.id`, []any{after, upto}, func(scan db.Scan) error {
		r, s := &Refund{}, totals{}
		if err := scan(append(refunds.Places(&r.RefundFacts), &s.parts, &s.moved, &s.moving)...); err != nil {
			return err
		}
		r.denominate()
		all = append(all, summed{r, s})
		return nil
	})
	return []db.Read{read}, func(r *invariant.Report) {
		for _, f := range all {
			f.verify(f.totals, r)
		}
	}
}

// disordered finds attempts whose end does not fit their state.
var disordered = invariant.SQL(invariant.Invariant{
	ID: "E3", Formula: "an attempt is in flight until its outcome is known, and an attempt at a gateway has the key that it is asked for under",
}, "payment_attempts", "id", 2_000, `SELECT a.id, 'is ' || a.state || ', ended at ' || CAST(a.ended_at AS TEXT) || ', has the key ''' || a.intent_id || ''''
	FROM payment_attempts a JOIN payments p ON p.id = a.payment_id WHERE a.id > $1 AND a.id <= $2
	AND ((a.ended_at = 0) <> (a.state IN ('pending', 'requires_action', 'unknown')) OR (a.intent_id = '') <> (p.method IN ('cash', 'transfer', 'imported'))) ORDER BY 1`)
