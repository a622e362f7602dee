package db

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync/atomic"
	"time"

	"ordo/base/clock"
)

// call is a command that waits for its outcome.
type call struct {
	ctx  context.Context
	fn   func(*Tx) error
	peek []*Stmt       // instead of fn: a trip of a command that runs ahead
	done chan struct{} // closed when the outcome below is final

	watch *Watch // of the request; may be nil

	err   error
	panic any
	stack []byte
	after []func() // to be called if it became durable

	undone    int64 // groups that had failed when peek was run
	tentative bool  // peek saw what was not committed yet
}

// inTx is the key that marks the context of a running command.
type inTx struct{}

// lanes share the calls of one kind. A lane starts when more calls are under way
// than there are lanes: who comes alone finds the same lane again, and what its
// connection has prepared.
type lanes struct {
	db    *DB
	calls chan *call // not buffered: a call is taken only to be run at once
	most  int64
	kind  lane // what each of them is at first

	underway, started atomic.Int64
	waiting, waits    atomic.Int64 // at present; so far
	waited            atomic.Int64 // nanoseconds so far
}

func (d *DB) newLanes(most int, kind lane) *lanes {
	l := &lanes{db: d, calls: make(chan *call), most: int64(most), kind: kind}
	l.kind.db, l.kind.calls = d, l.calls
	return l
}

// serve hands a lane the call and waits for its outcome.
func (l *lanes) serve(ctx context.Context, c *call) error {
	defer l.underway.Add(-1)
	if started := l.started.Load(); l.underway.Add(1) > started && started < l.most {
		l.start()
	}
	if err := l.enter(ctx, c); err != nil {
		return err
	}
	<-c.done // soon: a command sees a ctx that ends at its next statement
	return nil
}

// start starts a lane, unless there are enough.
func (l *lanes) start() {
	l.db.starting.Lock()
	defer l.db.starting.Unlock()
	select {
	case <-l.db.closed:
		return
	default:
	}
	if l.started.Load() < l.most {
		l.started.Add(1)
		another := l.kind
		l.db.ended.Go(another.serve)
	}
}

// enter waits for a lane and hands it the call.
func (l *lanes) enter(ctx context.Context, c *call) error {
	select {
	case l.calls <- c: // a lane is free
		return nil
	default:
	}
	defer l.wait(c)()
	select {
	case l.calls <- c:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	case <-l.db.closed:
		return ErrClosed
	}
}

// wait notes that the call waits, until it is called back.
func (l *lanes) wait(c *call) (end func()) {
	l.waiting.Add(1)
	begun := clock.System.Now()
	return func() {
		took := clock.System.Now().Sub(begun)
		l.waiting.Add(-1)
		l.waits.Add(1)
		l.waited.Add(int64(took))
		c.watch.wait(took)
	}
}

// Lanes tells how the lanes of one kind do.
type Lanes struct {
	Most, Started int64         // connections
	Busy          int64         // of them, with a call
	Waiting       int64         // calls without a lane at present
	Waits         int64         // calls that had to wait since Open
	Waited        time.Duration // in all
}

// Lanes tells how the lanes do that write, and those that read.
func (d *DB) Lanes() (writes, reads Lanes) { return d.writes.tell(), d.reads.tell() }

// Waiting is how many commands and reads wait for a lane at present.
func (d *DB) Waiting() int64 { return d.writes.waiting.Load() + d.reads.waiting.Load() }

func (l *lanes) tell() Lanes {
	waiting := l.waiting.Load()
	return Lanes{
		Most: l.most, Started: l.started.Load(), Busy: min(max(l.underway.Load()-waiting, 0), l.started.Load()), Waiting: waiting,
		Waits: l.waits.Load(), Waited: time.Duration(l.waited.Load()),
	}
}

// lane is a connection and the goroutine that owns it. It runs the commands
// that wait one after the other, each in a savepoint, commits them together,
// and only then gives the answers. A lane with groups of one needs no
// savepoints.
type lane struct {
	db       *DB
	calls    <-chan *call
	pauses   <-chan func() // run between two groups
	begin    string
	group    int // commands per commit at most
	readOnly bool

	conn conn // nil until needed, and after it broke
	open bool // in a transaction
}

func (l *lane) serve() {
	defer l.end()
	for {
		select {
		case first := <-l.calls:
			l.serveGroup(first)
		case fn := <-l.pauses:
			fn()
		case <-l.db.closed:
			return
		}
	}
}

// end closes the connection. Lanes do so one after the other: of two that close a
// SQLite file at once none is the last one, which copies the WAL back.
func (l *lane) end() {
	l.db.starting.Lock()
	defer l.db.starting.Unlock()
	l.disconnect()
}

// serveGroup runs first and whatever else waits, commits, and answers. A group
// that fails as a whole is run again one by one, so that each command gets its
// own true answer.
func (l *lane) serveGroup(first *call) {
	group, err := l.runGroup(first, l.group)
	if err == nil || len(group) <= 1 || errors.Is(err, ErrUnknown) {
		l.answer(group, err)
		return
	}
	for _, c := range group {
		alone, err := l.runGroup(c, 1)
		l.answer(alone, err)
	}
}

// runGroup runs first, and commands that wait until there are most, and
// commits them together. An error undoes them all.
func (l *lane) runGroup(first *call, most int) (group []*call, err error) {
	if err = l.connect(first.ctx); err == nil && !l.readOnly {
		err = l.db.room()
	}
	begun := clock.System.Now()
	for c := first; c != nil; c = l.next(len(group), most, begun, err) {
		if c.peek != nil {
			l.peek(c, err)
			continue
		}
		group = append(group, c)
		if err == nil {
			err = l.run(c)
		}
	}
	if err == nil {
		err = l.commit(group)
	}
	if err != nil {
		l.rollback()
	}
	return group, err
}

// answer releases the callers. err, if set, is the group's.
func (l *lane) answer(group []*call, err error) {
	for _, c := range group {
		if c.err == nil {
			c.err = err
		}
		close(c.done)
	}
}

// soon is how long a group waits for a command that runs ahead: a commit costs
// more than that.
const soon = time.Millisecond

// next returns a command that waits, or nil if the group is complete, which it
// is after a while: those who stand in it wait for its commit.
func (l *lane) next(taken, most int, begun time.Time, err error) *call {
	if taken == most || err != nil || taken > 0 && clock.System.Now().Sub(begun) > longest {
		return nil
	}
	select {
	case c := <-l.calls:
		return c
	default:
	}
	if taken == 0 || l.group == 1 || l.db.planned.Load() == 0 {
		return nil
	}
	wait, stop := context.WithTimeout(context.Background(), soon)
	defer stop()
	select {
	case c := <-l.calls:
		return c
	case <-wait.Done():
		return nil
	}
}

// run runs one command. If it fails, its work is undone and the error is the
// caller's alone; the error that run returns ends the whole group.
func (l *lane) run(c *call) error {
	t := l.tx(c)
	c.err = t.do(c)
	c.after = t.after
	l.open = l.open || t.begun
	switch {
	case !t.begun:
		return nil
	case c.err != nil && l.conn.broken():
		c.err = fmt.Errorf("%w: %w", errUndone, c.err)
		return c.err
	case l.group == 1:
		return c.err
	case c.err == nil:
		return l.send("RELEASE command")
	}
	if err := l.send("ROLLBACK TO command", "RELEASE command"); err != nil {
		return fmt.Errorf("%w: %w", errUndone, err) // the whole transaction is gone, as after some full disks
	}
	return nil
}

func (l *lane) tx(c *call) *Tx {
	t := &Tx{
		Now:     l.db.Clock.Now(),
		db:      l.db,
		ctx:     context.WithValue(c.ctx, inTx{}, true),
		sendCtx: context.Background(),
		conn:    l.conn,
		watch:   c.watch,
	}
	if l.readOnly {
		t.sendCtx = c.ctx // a long read can be cut off in the middle
	}
	if !l.open {
		t.prelude = append(t.prelude, plain(l.begin))
	}
	if l.group > 1 {
		t.prelude = append(t.prelude, plain("SAVEPOINT command"))
	}
	return t
}

// longest is what a command may hold a writer that others share.
const longest = 20 * time.Millisecond

// do calls the command and sends what it left in the queue. The Tx is of no
// use afterwards.
func (t *Tx) do(c *call) (err error) {
	start := clock.System.Now()
	defer func() {
		if c.panic = recover(); c.panic != nil {
			c.stack, err = debug.Stack(), fmt.Errorf("db: panic: %v", c.panic)
		}
		t.err = ErrClosed
		if held := clock.System.Now().Sub(start); held > longest && t.db.Group > 1 && t.Operation != "" {
			slog.Warn("a command held the writer", "operation", t.Operation, "ms", held.Milliseconds())
		}
	}()
	if err := c.fn(t); err != nil {
		return err
	}
	t.renew()
	return t.Flush()
}

func (l *lane) connect(ctx context.Context) (err error) {
	if l.conn != nil {
		return nil
	}
	l.conn, err = l.db.open(ctx, l.db.url, l.readOnly)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return err
}

func (l *lane) commit(group []*call) error {
	if !l.open {
		return nil
	}
	commands := len(group)
	if err := l.db.fault.at(Commit, commands); err != nil {
		return err
	}
	begun := clock.System.Now()
	if err := l.send(commitText); err != nil {
		return l.lost(err)
	}
	l.open = false
	took := clock.System.Now().Sub(begun)
	for _, c := range group {
		c.watch.note(commitTrip, took)
	}
	if !l.readOnly {
		l.db.Commits.Add(1)
		l.db.Commands.Add(int64(commands))
	}
	if err := l.db.fault.at(Committed, commands); err != nil {
		return fmt.Errorf("%w: %w", l.unknown(), err)
	}
	return nil
}

const commitText = "COMMIT"

var commitTrip = []*Stmt{plain(commitText)}

// lost tells what a failed COMMIT means.
func (l *lane) lost(err error) error {
	if l.conn.broken() {
		return fmt.Errorf("%w: %w", l.unknown(), err)
	}
	return err
}

// unknown is the outcome of a transaction whose COMMIT got no answer: a read
// has lost nothing and runs again.
func (l *lane) unknown() error {
	if l.readOnly {
		return errUndone
	}
	return ErrUnknown
}

// rollback ends the transaction, if need be by ending the connection.
func (l *lane) rollback() {
	if l.open {
		l.db.undone.Add(1)
	}
	if l.conn != nil && (l.conn.broken() || l.open && l.send("ROLLBACK") != nil) {
		l.disconnect()
	}
	l.open = false
}

func (l *lane) disconnect() {
	if l.conn != nil {
		l.conn.close()
		l.conn = nil
	}
}

func (l *lane) send(texts ...string) error {
	batch := make([]*Stmt, len(texts))
	for i, t := range texts {
		batch[i] = plain(t)
	}
	return l.conn.run(context.Background(), batch)
}
