package db

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
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
	p := &plan{db: d, ctx: ctx}
	err := p.make(fn)
	if err == nil || p.tentative && ctx.Err() == nil && !errors.Is(err, errAhead) {
		if late := d.once(ctx, d.writes, p.carryOut); late != nil || err == nil {
			err = late
		}
	}
	if d.again(err) || errors.Is(err, errAhead) {
		return d.Tx(ctx, fn)
	}
	return d.explain(err)
}

// plan is a command that runs ahead.
type plan struct {
	db  *DB
	ctx context.Context
	tx  *Tx
	err error // why there is nothing to carry out

	peeked    bool
	tentative bool  // it read what others had not committed yet
	undone    int64 // groups that had failed when it read first
}

// make runs fn and keeps what it writes.
func (p *plan) make(fn func(*Tx) error) error {
	p.db.planned.Add(1)
	defer p.db.planned.Add(-1)
	p.tx = &Tx{Now: p.db.Clock.Now(), db: p.db, ctx: context.WithValue(p.ctx, inTx{}, true), sendCtx: context.Background(), conn: p, ahead: true, watch: watchOf(p.ctx)}
	defer func() { p.tx.err = ErrClosed }()
	if p.err = fn(p.tx); p.err == nil {
		p.tx.renew()
		p.err = p.tx.Flush()
	}
	return p.err
}

// carryOut sends what was kept, on the writer. A command that was refused sends
// nothing, but its answer waits as well until what it was decided on is durable.
// Where that was undone, it runs again.
func (p *plan) carryOut(tx *Tx) error {
	switch {
	case p.peeked && p.undone != p.db.undone.Load():
		return ErrStale
	case p.err == nil:
		tx.Now, tx.Actor, tx.Operation = p.tx.Now, p.tx.Actor, p.tx.Operation
		tx.queue, tx.after = append(tx.queue, p.tx.kept...), p.tx.after
	}
	return nil
}

// run lets the writer make a trip.
func (p *plan) run(_ context.Context, batch []*Stmt) error {
	c := &call{ctx: p.ctx, peek: batch, done: make(chan struct{}), watch: p.tx.watch}
	if err := p.db.writes.serve(p.ctx, c); err != nil {
		return err
	}
	if c.panic != nil {
		panic(fmt.Sprintf("%v\n\n%s", c.panic, c.stack))
	}
	if !p.peeked {
		p.peeked, p.undone = true, c.undone
	}
	p.tentative = p.tentative || c.tentative
	return c.err
}

// peek makes the trip of a command that runs ahead, inside the transaction
// that is open, or in none. It ends with the answer, not with the commit.
func (l *lane) peek(c *call, err error) {
	defer close(c.done)
	defer func() {
		if c.panic = recover(); c.panic != nil {
			c.stack = debug.Stack()
		}
	}()
	c.undone, c.tentative = l.db.undone.Load(), l.open
	if c.err = err; err == nil {
		c.err = l.conn.run(context.Background(), c.peek)
	}
}

// InTurn ends a run ahead, for a command whose reads have to see what it wrote:
// it runs again on the writer.
func (t *Tx) InTurn() error {
	if t.ahead {
		return errAhead
	}
	return nil
}
