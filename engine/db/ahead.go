package db

import "context"

// Ahead runs fn like Tx, but where commands share one writer it lets fn read
// beside it: fn runs on a lane that reads, its writes are kept, and the writer
// only sends them. That is for commands that read first and then write, and
// whose every write fails with ErrStale if what it was decided on has changed
// and an invariant hangs on it; they then run again on the writer. What fn
// reads besides is as it was a moment before the commit.
func (d *DB) Ahead(ctx context.Context, fn func(*Tx) error) error {
	if d.Group == 1 {
		return d.Tx(ctx, fn)
	}
	if ctx.Value(inTx{}) != nil {
		return ErrNested
	}
	var plan *Tx
	var after []func()
	err := d.once(ctx, d.reads, func(tx *Tx) error {
		plan, tx.ahead = tx, true
		err := fn(tx)
		after, tx.after = tx.after, nil
		return err
	})
	if err == nil {
		err = d.once(ctx, d.writes, func(tx *Tx) error {
			tx.Now, tx.Actor, tx.Operation = plan.Now, plan.Actor, plan.Operation
			tx.queue, tx.after = append(tx.queue, plan.kept...), after
			return nil
		})
	}
	if d.again(err) || d.readOnly(err) {
		return d.Tx(ctx, fn)
	}
	return d.explain(err)
}

// InTurn ends a run beside the writer, for a command whose reads have to see
// what it wrote: it runs again on the writer.
func (t *Tx) InTurn() error {
	if t.ahead {
		return ErrStale
	}
	return nil
}
