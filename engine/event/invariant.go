package event

import (
	"context"
	"crypto/ed25519"

	"ordo/engine/db"
	"ordo/engine/invariant"
)

// Invariants are those of the log. key verifies its checkpoints.
func Invariants(key ed25519.PublicKey) []invariant.Check {
	return []invariant.Check{
		invariant.SQL(invariant.Invariant{
			ID: "E2", Formula: "the events of every subject are numbered from 1 without gaps",
		}, "events", "subject", 10_000, `SELECT subject, 'has ' || CAST(COUNT(*) AS TEXT) || ' events, numbered ' || CAST(MIN(sequence) AS TEXT) || ' to ' || CAST(MAX(sequence) AS TEXT)
			FROM events WHERE subject > $1 AND subject <= $2 GROUP BY subject HAVING MIN(sequence) <> 1 OR MAX(sequence) <> COUNT(*) ORDER BY 1`),
		{
			Subject: "log",
			Invariants: []invariant.Invariant{
				{ID: "T2", Formula: "the log holds every event once, in the order of its subject, and its hash chain and signed checkpoints fit"},
			},
			Find: func(ctx context.Context, d *db.DB, r *invariant.Report) error {
				var done int64
				fault, head, err := Verify(ctx, d, key, func(position int64) {
					r.Checked(int(position - done))
					done = position
				})
				if err != nil {
					return err
				}
				if fault != "" {
					r.Fault("T2", "log", "%s", fault)
				}
				r.Checked(int(head.Position - done))
				return nil
			},
		},
	}
}
