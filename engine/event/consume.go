package event

import (
	"context"
	"errors"

	"ordo/engine/auth"
	"ordo/engine/db"
)

// Consumer deals with every sealed event once, in order, in batches.
type Consumer struct {
	Name string

	// Handle runs before the cursor moves: after a crash it may see a batch
	// again.
	Handle func(ctx context.Context, events []Sealed) error
	// Apply runs in the transaction that moves the cursor: what it writes there
	// has one effect per event. Either may be nil.
	Apply func(tx *db.Tx, events []Sealed) error
}

// Step hands the next batch to the consumer and moves its cursor. It returns
// the size of the batch, 0 also if another process dealt with it first.
func (c *Consumer) Step(ctx context.Context, d *db.DB) (int, error) {
	var from, next int64
	var events []Sealed
	err := d.Read(ctx, func(tx *db.Tx) (err error) {
		tx.Actor = auth.Internal("consumer:" + c.Name)
		from = 0
		if err := tx.Load(db.One(`SELECT position FROM cursors WHERE consumer = $1`, []any{c.Name}, &from)); err != nil {
			return err
		}
		events, next, err = After(tx, from, batch)
		return err
	})
	if err != nil || len(events) == 0 {
		return 0, err
	}
	if c.Handle != nil {
		if err := c.Handle(ctx, events); err != nil {
			return 0, err
		}
	}
	err = d.Tx(ctx, func(tx *db.Tx) error {
		tx.Actor = auth.Internal("consumer:" + c.Name)
		tx.Must(errLost, `INSERT INTO cursors (consumer, position) VALUES ($1, $2)
			ON CONFLICT (consumer) DO UPDATE SET position = $2 WHERE cursors.position = $3`, c.Name, next, from)
		if c.Apply == nil {
			return nil
		}
		return c.Apply(tx, events)
	})
	if errors.Is(err, errLost) {
		return 0, nil
	}
	return len(events), err
}
