package db

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"ordo/base/clock"
	"ordo/base/id"
	"ordo/base/problem"
)

var (
	// ErrStale says that another transaction changed a row first. Tx runs
	// the command again, and tells ErrBusy when that does not help.
	ErrStale = errors.New("db: another transaction changed the row first")

	// ErrUnknown says that the answer to a COMMIT got lost: the command may
	// have happened. Only an idempotency key tells.
	ErrUnknown = errors.New("db: the outcome of the commit is not known")

	// ErrNested says that a command opened a transaction inside its own,
	// which would wait for itself. It has to call the Tx form of the other.
	ErrNested = errors.New("db: a transaction inside a transaction")

	// ErrClosed says that the database, or the transaction, has ended.
	ErrClosed = errors.New("db: closed")

	// errUndone goes to commands that were rolled back through no fault of
	// theirs. They run again.
	errUndone = errors.New("db: rolled back with the group or the connection")
)

// Codes that the database itself can give.
var (
	ErrFull = problem.Declare("storage_full", problem.StorageFull,
		"The disk of the database is full. Nothing was written; reading goes on.", "Free some space and send the same request again.")
	ErrUnavailable = problem.Declare("database_unavailable", problem.Unavailable,
		"The database cannot be reached.", "Send the same request again, with the same idempotency key.")
	ErrBusy = problem.Declare("record_busy", problem.Unavailable,
		"Another transaction holds a record for too long.", "Send the same request again, with the same idempotency key.")
	ErrDamaged = problem.Declare("database_damaged", problem.Internal,
		"The database file is damaged, or is no database of Ordo.", "Restore it from a backup; keep the damaged file.")
	ErrNotEmpty = problem.Declare("target_not_empty", problem.Conflict,
		"A restore writes into a new database only, and there is one already.", "Name a file that does not exist, or an empty schema of PostgreSQL.")
	ErrSchemaNewer = problem.Declare("schema_newer", problem.Internal,
		"The database was written by a newer version of Ordo.", "Start the newer version, or restore a backup from before the upgrade.")
	ErrSchemaOlder = problem.Declare("schema_older", problem.Internal,
		"The database was written by a preview of Ordo, from before its first release.", "Start with a new database and import again what it should hold.")
)

// Options are given to Open; the zero value is for production.
type Options struct {
	Clock   clock.Clock // the system's if nil
	IDs     id.Source   // random if zero
	Fault   Fault
	Record  Record
	Writers int                    // lanes that write; the dialect's if 0
	Group   int                    // commands that share a commit at most; the dialect's if 0
	Alone   func(text string) bool // statements that make a trip of their own; none if nil
	Disk    func() (Disk, error)   // looks at the disk; that of the database's folder if nil
}

// DB is one workspace's database.
type DB struct {
	Dialect
	Clock clock.Clock
	IDs   id.Source

	fault  Fault
	record Record
	alone  func(text string) bool
	disk   func() (Disk, error) // nil if it can't be seen from here
	url    string

	memory  atomic.Pointer[memory]
	tables  atomic.Pointer[[]LiveTable]
	undone  atomic.Int64 // groups that failed as a whole
	planned atomic.Int64 // commands that run ahead at present

	writes, reads *lanes
	pauses        chan func()
	closed        chan struct{}
	starting      sync.Mutex     // held to start a lane, to end one, and to close
	ended         sync.WaitGroup // lanes

	// Counters since Open: transactions that wrote, the commands in them,
	// and statements of both kinds of lanes.
	Commits, Commands, Statements atomic.Int64
	// AccessChanges counts what may have taken access from someone in this
	// process: what is remembered of access from before is void.
	AccessChanges atomic.Int64
}

// Open connects to "postgres://…" or to a SQLite file ("sqlite:PATH", or just
// the path) and brings its schema up to date. It refuses a schema that is newer
// than this program.
func Open(ctx context.Context, url string, o Options) (*DB, error) {
	dialect, url := dialectOf(url)
	d := &DB{
		Dialect: dialect,
		Clock:   o.Clock,
		IDs:     o.IDs,
		fault:   o.Fault,
		record:  o.Record,
		alone:   o.Alone,
		url:     url,
		pauses:  make(chan func()),
		closed:  make(chan struct{}),
	}
	if d.disk = o.Disk; d.disk == nil && d.Name == sqlite.Name {
		d.disk = diskOf(url)
	}
	d.memory.Store(&memory{})
	if d.Clock == nil {
		d.Clock = clock.System
	}
	if d.IDs.Read == nil {
		d.IDs = id.Random
	}
	if o.Writers > 0 {
		d.Writers = o.Writers
	}
	if o.Group > 0 {
		d.Group = o.Group
	}
	if err := d.start(ctx); err != nil {
		return nil, d.explain(err)
	}
	d.writes = d.newLanes(d.Writers, lane{begin: d.beginWrite, group: d.Group, pauses: d.pauses})
	d.reads = d.newLanes(d.Readers, lane{begin: d.beginRead, group: 1, readOnly: true})
	return d, nil
}

// Close waits for the transactions that run and refuses new ones.
func (d *DB) Close() {
	d.starting.Lock()
	close(d.closed)
	d.starting.Unlock()
	d.ended.Wait()
}

// Tx runs fn in a transaction and returns once it is durable, or undone
// because fn failed. fn runs again when the database asks for it, on another
// goroutine than the caller's; it must not keep state of an earlier run. A
// context that ends before the commit undoes fn; Tx returns its error only
// for something that did not happen.
func (d *DB) Tx(ctx context.Context, fn func(*Tx) error) error {
	return d.retry(ctx, d.writes, fn)
}

// Read runs fn in a read-only transaction that sees one state of the database.
func (d *DB) Read(ctx context.Context, fn func(*Tx) error) error {
	return d.retry(ctx, d.reads, fn)
}

// pause runs fn while no command of this process writes. It is for databases
// with one writer.
func (d *DB) pause(ctx context.Context, fn func() error) error {
	if d.writes.started.Load() == 0 {
		d.writes.start()
	}
	done := make(chan error, 1)
	select {
	case d.pauses <- func() { done <- fn() }:
		return <-done
	case <-ctx.Done():
		return ctx.Err()
	case <-d.closed:
		return ErrClosed
	}
}

const tries = 20

func (d *DB) retry(ctx context.Context, on *lanes, fn func(*Tx) error) error {
	if ctx.Value(inTx{}) != nil {
		return ErrNested
	}
	for try := 1; ; try++ {
		err := d.once(ctx, on, fn)
		if !d.again(err) || try == tries {
			return d.explain(err)
		}
		if err := clock.System.Sleep(ctx, time.Duration(try)*time.Millisecond/2); err != nil {
			return err
		}
	}
}

// again tells whether a command that failed may succeed when it runs again.
func (d *DB) again(err error) bool {
	return errors.Is(err, ErrStale) || errors.Is(err, errUndone) || d.retryable(err)
}

func (d *DB) once(ctx context.Context, on *lanes, fn func(*Tx) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	c := &call{ctx: ctx, fn: fn, done: make(chan struct{}), watch: watchOf(ctx)}
	if err := on.serve(ctx, c); err != nil {
		return err
	}
	if c.panic != nil {
		panic(fmt.Sprintf("%v\n\n%s", c.panic, c.stack))
	}
	if c.err == nil {
		for _, fn := range c.after {
			fn()
		}
	}
	return c.err
}

// explain turns what a person can do something about into a problem.
func (d *DB) explain(err error) error {
	switch {
	case err == nil || problem.As(err) != nil || errors.Is(err, ErrUnknown):
		return err
	case d.full(err):
		return ErrFull.New("the database refused to grow")
	case d.damaged(err):
		return ErrDamaged.New("the database cannot be read")
	case d.busy(err):
		return ErrBusy.New("waited for a lock for too long")
	case errors.Is(err, errUndone) || d.unavailable(err):
		return ErrUnavailable.New("the connection to the database failed")
	case d.again(err):
		return ErrBusy.New("others were first %d times", tries)
	}
	return err
}
