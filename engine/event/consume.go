package event

import (
	"cmp"
	"context"
	"errors"

	"ordo/engine/auth"
	"ordo/engine/db"
)

// Consumer deals with every sealed event once, in order, in batches.
type Consumer struct {
	Name string
	// Reader is who reads: their scope narrows what is seen, and how much of it.
	// The consumer itself, which sees all, if it has no ID.
	Reader auth.Actor
	Batch  int // events at most; 1,000 if 0
	// Types are those that it wants; all if there is none. The others are passed
	// over without being read.
	Types []string

	// Handle runs before the cursor moves: after a crash it may see a batch
	// again.
	Handle func(ctx context.Context, events []Sealed) error
	// Apply runs in the transaction that moves the cursor: what it writes there
	// has one effect per event. Either may be nil.
	Apply func(tx *db.Tx, events []Sealed) error
}

// Start puts the cursor of a consumer at the end of the log: it will see what is
// sealed from here on.
func Start(tx *db.Tx, consumer string) {
	tx.Write(`INSERT INTO cursors (consumer, position) SELECT $1, COALESCE(MAX(position), 0) FROM log`, consumer)
}

// Stop forgets the cursor of a consumer that reads no more.
func Stop(tx *db.Tx, consumer string) { tx.Write(`DELETE FROM cursors WHERE consumer = $1`, consumer) }

func (c *Consumer) actor() auth.Actor {
	if c.Reader.ID != "" {
		return c.Reader
	}
	return auth.Internal("consumer:" + c.Name)
}

// Step hands the next batch to the consumer and moves its cursor. It returns
// how far that moved, which is the size of the batch for those who see all; 0
// also if another process dealt with it first.
func (c *Consumer) Step(ctx context.Context, d *db.DB) (int, error) {
	var from, next int64
	var events []Sealed
	err := d.Read(ctx, func(tx *db.Tx) (err error) {
		tx.Actor = c.actor()
		from = 0
		if err := tx.Load(db.One(`SELECT position FROM cursors WHERE consumer = $1`, []any{c.Name}, &from)); err != nil {
			return err
		}
		events, next, err = after(tx, from, cmp.Or(c.Batch, batch), c.Types)
		return err
	})
	if err != nil || next == from {
		return 0, err
	}
	if c.Handle != nil && len(events) > 0 {
		if err := c.Handle(ctx, events); err != nil {
			return 0, err
		}
	}
	err = d.Tx(ctx, func(tx *db.Tx) error {
		tx.Actor = c.actor()
		if from > 0 { // it may have been stopped meanwhile
			tx.Must(errLost, `UPDATE cursors SET position = $2 WHERE consumer = $1 AND position = $3`, c.Name, next, from)
		} else {
			tx.Must(errLost, `INSERT INTO cursors (consumer, position) VALUES ($1, $2)
				ON CONFLICT (consumer) DO UPDATE SET position = $2 WHERE cursors.position = $3`, c.Name, next, from)
		}
		if c.Apply == nil || len(events) == 0 {
			return nil
		}
		return c.Apply(tx, events)
	})
	if errors.Is(err, errLost) {
		return 0, nil
	}
	return int(next - from), err
}
