package db

import (
	"context"
	"errors"
)

// errAhead says that a command can't be run ahead: it writes and wants an
// answer to it. It runs on the writer then.
var errAhead = errors.New("db: an answer to a write is wanted ahead of it")

// Ahead runs fn like Tx, but where commands share one writer it leaves it to
// others meanwhile: fn runs on the caller's goroutine, its trips to read are
// done by the writer between two commands, its writes are kept, and the writer
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
	d.planned.Add(1)
	p := &plan{db: d}
	t := &Tx{Now: d.Clock.Now(), db: d, ctx: context.WithValue(ctx, inTx{}, true), sendCtx: context.Background(), conn: p, ahead: true}
	err := fn(t)
	if err == nil {
		t.renew()
		err = t.Flush()
	}
	t.err = ErrClosed
	d.planned.Add(-1)
	if err == nil {
		err = d.once(ctx, d.writes, func(tx *Tx) error {
			if p.peeked && p.undone != d.undone.Load() {
				return ErrStale
			}
			tx.Now, tx.Actor, tx.Operation = t.Now, t.Actor, t.Operation
			tx.queue, tx.after = append(tx.queue, t.kept...), t.after
			return nil
		})
	}
	if d.again(err) || errors.Is(err, errAhead) {
		return d.Tx(ctx, fn)
	}
	return d.explain(err)
}

// plan lets the writer make the trips of a command that runs ahead.
type plan struct {
	db     *DB
	peeked bool
	undone int64 // groups that had failed when it read first: it may have seen what those after undo
}

func (p *plan) run(ctx context.Context, batch []*Stmt) error {
	c := &call{ctx: ctx, peek: batch, done: make(chan struct{})}
	if err := p.db.enter(ctx, p.db.writes, c); err != nil {
		return err
	}
	<-c.done
	if !p.peeked {
		p.peeked, p.undone = true, c.undone
	}
	return c.err
}

// peek makes the trip of a command that runs ahead, inside the transaction
// that is open, or in none. It ends with the answer, not with the commit.
func (l *lane) peek(c *call, err error) {
	c.undone = l.db.undone.Load()
	if c.err = err; err == nil {
		c.err = l.conn.run(context.Background(), c.peek)
	}
	close(c.done)
}

// InTurn ends a run beside the writer, for a command whose reads have to see
// what it wrote: it runs again on the writer.
func (t *Tx) InTurn() error {
	if t.ahead {
		return ErrStale
	}
	return nil
}
