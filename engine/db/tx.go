package db

import (
	"context"
	"slices"
	"time"

	"ordo/base/clock"
	"ordo/engine/auth"
)

// Tx is one command's view of the database. Writes are queued and travel with
// the next read, or at the end. The first failure stays: nothing is sent after
// it and the transaction fails with it, so writes need no error check of their
// own. A Tx is used by one goroutine at a time.
type Tx struct {
	Now       time.Time  // the only clock reading of this transaction, UTC microseconds
	Actor     auth.Actor // who runs the command; set by command.Run
	Operation string     // what is run; set by command.Run

	db      *DB
	ctx     context.Context // of the caller: looked at before each trip
	sendCtx context.Context // of the trips
	conn    sender
	prelude []*Stmt // BEGIN, SAVEPOINT: sent with the first trip
	queue   []*Stmt
	queued  int  // statements so far, for the fault seam
	begun   bool // something was sent
	after   []func()
	ahead   bool     // runs beside the writer
	kept    []*Stmt  // writes that the writer will send
	joined  *growing // the last Join, while it waits to be sent
	changed bool     // wrote to a table that is remembered
	watch   *Watch   // of the request; may be nil
	err     error
}

// sender makes the trips of a transaction.
type sender interface {
	run(ctx context.Context, batch []*Stmt) error
}

// Context is the context of the command. No transaction can be opened under it.
func (t *Tx) Context() context.Context { return t.ctx }

// With makes value available under key in the context of the command.
func (t *Tx) With(key, value any) { t.ctx = context.WithValue(t.ctx, key, value) }

// ID returns a new identifier: prefix, an underscore and 26 characters.
func (t *Tx) ID(prefix string) string { return t.db.IDs.New(prefix, t.Now) }

// Micros is the transaction's clock reading in microseconds since 1970.
func (t *Tx) Micros() int64 { return t.Now.UnixMicro() }

// ForUpdate is the suffix that locks the rows a SELECT finds until the
// transaction ends; empty where there is one writer only.
func (t *Tx) ForUpdate() string { return t.db.forUpdate }

// SkipLocked is the suffix that locks the rows a SELECT finds and leaves out
// those that another transaction has locked.
func (t *Tx) SkipLocked() string { return t.db.skipLocked }

// As runs fn with another actor's rights: for reactions that must exceed those
// of the actor who caused them.
func (t *Tx) As(a auth.Actor, fn func() error) error {
	own := t.Actor
	t.Actor = a
	defer func() { t.Actor = own }()
	return fn()
}

// After has fn called once the transaction is durable, by the goroutine that
// asked for it, before it gets its answer.
func (t *Tx) After(fn func()) { t.after = append(t.after, fn) }

// AccessChanged counts a change of access after the commit, before the caller is
// answered: a key was revoked, a role, user or password changed, a session ended.
func (t *Tx) AccessChanged() { t.After(func() { t.db.AccessChanges.Add(1) }) }

// Write queues a statement.
func (t *Tx) Write(text string, args ...any) *Stmt {
	return t.push(&Stmt{Read: Read{text: text, args: args}})
}

// Must queues a statement that has to change exactly one row; if it does not,
// the transaction fails with otherwise. Version checks are written with it.
func (t *Tx) Must(otherwise error, text string, args ...any) *Stmt {
	return t.push(&Stmt{Read: Read{text: text, args: args}, otherwise: otherwise})
}

// parameters is what a statement of an Insert carries at most. The databases
// take 32,000, but SQLite looks them up by name, one after the other: twice as
// many cost it four times as much.
const parameters = 1000

// atOnce is how many of n rows one statement inserts: any number of few rows,
// a multiple of eight of many, so that statements have few shapes. Each shape
// stays prepared, and a thousand of them take hundreds of megabytes.
func atOnce(n, width int) int {
	n = min(n, parameters/width)
	if n > fewRows {
		n -= n % fewRows
	}
	return n
}

// Insert queues one INSERT of several rows; head is "table (column, …)".
// Very many rows become several statements.
func (t *Tx) Insert(head string, rows ...[]any) {
	for len(rows) > 0 {
		width := len(rows[0])
		n := atOnce(len(rows), width)
		args := make([]any, 0, n*width)
		for _, r := range rows[:n] {
			args = append(args, r...)
		}
		t.Write(insertText(head, n, width), args...)
		rows = rows[n:]
	}
}

// growing is an INSERT that takes in further rows until it is sent.
type growing struct {
	*Stmt
	head string
	rows int
}

// fewRows is how many rows are joined at most.
const fewRows = 8

// Join queues rows like Insert, but few of them in one statement with those
// before them that were not sent yet. It is for rows that no other row depends on.
func (t *Tx) Join(head string, rows ...[]any) {
	if len(rows) > fewRows {
		t.Insert(head, rows...)
		return
	}
	for _, row := range rows {
		if j := t.joined; j != nil && j.head == head && j.rows < fewRows {
			j.rows++
			j.text, j.args = insertText(head, j.rows, len(row)), append(j.args, row...)
		} else {
			t.joined = &growing{t.Write(insertText(head, 1, len(row)), row...), head, 1}
		}
	}
}

// Guard queues a read that nobody waits for. When its answer arrives, with
// that of the next Load, check runs and may fail the transaction.
func (t *Tx) Guard(r Read, check func() error) {
	t.push(&Stmt{Read: r, then: check})
}

// Load sends everything queued and these reads in one round trip.
func (t *Tx) Load(reads ...Read) error {
	t.arrange()
	for _, r := range reads {
		t.push(&Stmt{Read: r})
	}
	return t.Flush()
}

// Fail ends the transaction with err, as a failed statement would.
func (t *Tx) Fail(err error) {
	if t.err == nil {
		t.err = err
	}
}

// Flush sends everything queued in one round trip and returns the first failure.
func (t *Tx) Flush() error {
	t.arrange()
	if t.err == nil {
		t.err = t.ctx.Err()
	}
	for left := t.queue; t.err == nil && len(left) > 0; {
		n := t.db.together(left)
		t.send(left[:n])
		left = left[n:]
	}
	t.queue = t.queue[:0]
	if !t.ahead {
		t.joined = nil
	}
	return t.err
}

// arrange moves writes that are to be the last of a trip behind the others.
func (t *Tx) arrange() {
	var last []*Stmt
	t.queue = slices.DeleteFunc(t.queue, func(s *Stmt) bool {
		if !s.last {
			return false
		}
		s.last = false
		last = append(last, s)
		return true
	})
	t.queue = append(t.queue, last...)
}

// together is how many statements of a queue make the next trip: all, unless
// some are to travel alone.
func (d *DB) together(queue []*Stmt) int {
	if d.alone == nil {
		return len(queue)
	}
	for n, s := range queue {
		if d.alone(s.text) {
			return max(1, n)
		}
	}
	return len(queue)
}

// send makes a trip.
func (t *Tx) send(queue []*Stmt) {
	batch := append(t.prelude, queue...)
	t.prelude, t.begun = nil, true
	t.db.Statements.Add(int64(len(batch)))
	t.db.record.trip(queue)
	begun := clock.System.Now()
	t.err = t.conn.run(t.sendCtx, batch)
	t.watch.note(queue, clock.System.Now().Sub(begun))
}

func (t *Tx) push(s *Stmt) *Stmt {
	if t.err != nil {
		return s
	}
	t.queued++
	writes := t.note(s.text)
	switch t.err = t.db.fault.at(Statement, t.queued); {
	case t.err != nil:
	case t.ahead && s.each != nil && writes:
		t.err = errAhead
	case t.ahead && s.each == nil:
		t.kept = append(t.kept, s)
	default:
		t.queue = append(t.queue, s)
	}
	return s
}
