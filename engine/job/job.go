// Package job owns work for later: jobs are written in the transaction that
// causes them and run by whichever process takes them, with leases, priorities,
// backoff and a place for the dead. It does not own what a job does: a handler
// changes state through commands, like everybody.
package job

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"ordo/base/clock"
	"ordo/engine/db"
)

const (
	leased   = time.Minute
	poll     = time.Second
	maxTries = 10
)

// Options of a job; the zero value is a plain one.
type Options struct {
	At       time.Time // not before; now if zero
	Unique   string    // at most one job with this key waits or runs; a second one is dropped
	Priority int64     // higher first
}

// Enqueue writes a job in the transaction that causes it. args hold ids and
// amounts only, no personal values.
func Enqueue(tx *db.Tx, kind string, args any, o Options) error {
	b, err := json.Marshal(args)
	if err != nil {
		return fmt.Errorf("job: arguments of %s: %w", kind, err)
	}
	at := tx.Micros()
	if !o.At.IsZero() {
		at = o.At.UnixMicro()
	}
	var unique any
	if o.Unique != "" {
		unique = o.Unique
	}
	tx.Write(`INSERT INTO jobs (id, kind, args, unique_key, state, priority, run_at, max_tries, created_at) VALUES ($1, $2, $3, $4, 'waiting', $5, $6, $7, $8)
		ON CONFLICT (unique_key) DO NOTHING`, tx.ID("job"), kind, string(b), unique, o.Priority, at, maxTries, tx.Micros())
	return nil
}

// Handler does the jobs of one kind. It has a minute: longer work does a part
// and enqueues the rest. An error is retried with growing pauses; its text is
// stored, so it holds no personal values. After a crash a job runs again.
type Handler func(ctx context.Context, args json.RawMessage) error

// Schedule is work that comes again and again: one job of the kind per period,
// unless the last one is not done yet.
type Schedule struct {
	Kind  string
	Every time.Duration
}

// Kind is what is known of the jobs of a kind.
type Kind struct {
	Do    Handler
	Limit int // how many may run at once, over all processes; 0 for any number
}

// Worker takes jobs and runs them.
type Worker struct {
	DB        *db.DB
	Kinds     map[string]Kind
	Schedules []Schedule
	Hands     int // jobs that it runs at once; 1 if 0
}

// Run works until ctx ends.
func (w *Worker) Run(ctx context.Context) {
	var hands sync.WaitGroup
	for range max(w.Hands, 1) {
		hands.Go(func() { w.hand(ctx) })
	}
	hands.Wait()
}

// inARow is how many jobs a hand runs before it looks at the schedules again.
const inARow = 50

// hand runs one job after the other.
func (w *Worker) hand(ctx context.Context) {
	for ctx.Err() == nil {
		ran, err := w.run(ctx, inARow)
		if db.Unexpected(ctx, err) {
			slog.Error("taking a job failed", "error", err)
		}
		if ran == 0 {
			clock.System.Sleep(ctx, poll) // also where a test clock stands still
		}
	}
}

// task is a job that was taken.
type task struct {
	id, kind, args  string
	tries, maxTries int64
}

// Step runs one job, if one waits.
func (w *Worker) Step(ctx context.Context) (worked bool, err error) {
	ran, err := w.run(ctx, 1)
	return ran > 0, err
}

// run runs jobs until none waits, but not more than most.
func (w *Worker) run(ctx context.Context, most int) (ran int, err error) {
	if err := w.plan(ctx); err != nil {
		return 0, err
	}
	t, err := w.take(ctx)
	for err == nil && t.id != "" {
		failure := w.handle(ctx, t)
		ran++
		t, err = w.finish(context.WithoutCancel(ctx), t, failure, ran < most && ctx.Err() == nil)
	}
	return ran, err
}

// plan enqueues what is due by schedule. A lease until the end of the period
// says that its job was planned.
func (w *Worker) plan(ctx context.Context) error {
	if len(w.Schedules) == 0 {
		return nil
	}
	planned := map[string]bool{}
	err := w.DB.Read(ctx, func(tx *db.Tx) error {
		clear(planned)
		return tx.Load(db.Many(`SELECT name FROM leases WHERE name LIKE 'schedule:%' AND until > $1`, []any{tx.Micros()}, func(scan db.Scan) error {
			var name string
			err := scan(&name)
			planned[name] = true
			return err
		}))
	})
	for _, s := range w.Schedules {
		if err == nil && !planned[s.lease()] {
			err = w.DB.Tx(ctx, s.enqueue)
		}
	}
	return err
}

func (s Schedule) lease() string { return "schedule:" + s.Kind }

// enqueue takes the lease of the period and writes its job, unless that of an
// earlier period still waits or runs.
func (s Schedule) enqueue(tx *db.Tx) error {
	end := tx.Now.Truncate(s.Every).Add(s.Every).UnixMicro()
	var until int64
	err := tx.Load(db.One(`INSERT INTO leases (name, owner, until) VALUES ($1, '', $2)
		ON CONFLICT (name) DO UPDATE SET until = $2 WHERE leases.until <= $3 RETURNING until`,
		[]any{s.lease(), end, tx.Micros()}, &until))
	if err != nil || until == 0 {
		return err
	}
	return Enqueue(tx, s.Kind, struct{}{}, Options{Unique: s.lease()})
}

// take leases a job, if one is due and its kind has a slot free.
func (w *Worker) take(ctx context.Context) (t task, err error) {
	due, ended := 0, 0
	err = w.DB.Read(ctx, func(tx *db.Tx) error {
		return tx.Load(
			db.One(`SELECT COUNT(*) FROM (SELECT 1 AS x FROM jobs WHERE state = 'waiting' AND run_at <= $1 LIMIT 1) w`, []any{tx.Micros()}, &due),
			db.One(`SELECT COUNT(*) FROM (SELECT 1 AS x FROM jobs WHERE state = 'running' AND lease_until < $1 LIMIT 1) r`, []any{tx.Micros()}, &ended))
	})
	if err != nil || due+ended == 0 {
		return t, err
	}
	err = w.DB.Tx(ctx, func(tx *db.Tx) error {
		t = task{}
		if ended > 0 {
			tx.Write(`UPDATE jobs SET state = 'dead', unique_key = NULL, slot = NULL, error = 'its last lease ended without a result', ended_at = $1
				WHERE state = 'running' AND lease_until < $1 AND tries >= max_tries`, tx.Micros())
		}
		return w.lease(tx, &t)
	})
	if err != nil && w.DB.IsUnique(err) { // another process took the slot
		return task{}, nil
	}
	return t, err
}

// lease leases the next job to this process. A unique index refuses a slot that
// another process has just taken.
func (w *Worker) lease(tx *db.Tx, t *task) error {
	args := []any{tx.Now.Add(leased).UnixMicro(), tx.Micros()}
	if limited := w.limited(); len(limited) > 0 {
		used := map[string]bool{}
		if err := tx.Load(db.Many(`SELECT slot FROM jobs WHERE slot > ''`, nil, func(scan db.Scan) error {
			var slot string
			err := scan(&slot)
			used[slot] = true
			return err
		})); err != nil {
			return err
		}
		for _, kind := range limited {
			args = append(args, kind, w.free(kind, used))
		}
	}
	return tx.Load(db.One(w.leasing(tx.SkipLocked()), args, &t.id, &t.kind, &t.args, &t.tries, &t.maxTries))
}

// free is a slot of the kind that is not in use; empty if there is none.
func (w *Worker) free(kind string, used map[string]bool) string {
	for n := range w.Kinds[kind].Limit {
		if slot := fmt.Sprint(kind, ":", n+1); !used[slot] {
			return slot
		}
	}
	return ""
}

// limited are the kinds with a limit.
func (w *Worker) limited() []string {
	return slices.DeleteFunc(slices.Sorted(maps.Keys(w.Kinds)), func(kind string) bool { return w.Kinds[kind].Limit == 0 })
}

// leasing is the statement that leases a job: one whose lease ended, in the slot
// that it has, or the first that waits. Its parameters are the end of the lease,
// now, and the limited kinds, each with a free slot.
func (w *Worker) leasing(skipLocked string) string {
	slot, free := "slot", ""
	if limited := w.limited(); len(limited) > 0 {
		cases := ""
		for i := range limited {
			cases += fmt.Sprintf(" WHEN $%d THEN $%d", 2*i+3, 2*i+4)
		}
		slot, free = "COALESCE(slot, CASE kind"+cases+" END)", " AND CASE kind"+cases+" ELSE 'any' END <> ''"
	}
	return `UPDATE jobs SET state = 'running', tries = tries + 1, lease_until = $1, slot = ` + slot + ` WHERE id = COALESCE(
		(SELECT id FROM jobs WHERE state = 'running' AND lease_until < $2 ORDER BY lease_until LIMIT 1` + skipLocked + `),
		(SELECT id FROM jobs WHERE state = 'waiting' AND run_at <= $2` + free + ` ORDER BY priority DESC, run_at, id LIMIT 1` + skipLocked + `))
		RETURNING id, kind, args, tries, max_tries`
}

// handle runs the handler; a panic is a failure like any other.
func (w *Worker) handle(ctx context.Context, t task) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("job: panic: %v", p)
		}
	}()
	h := w.Kinds[t.kind].Do
	if h == nil {
		return fmt.Errorf("job: no handler for %s", t.kind)
	}
	ctx, stop := context.WithTimeout(ctx, leased)
	defer stop()
	return h(ctx, json.RawMessage(t.args))
}

// finish writes the outcome, unless the lease ended and the job is another's,
// and takes the next job in the same transaction if there should be more.
func (w *Worker) finish(ctx context.Context, t task, failure error, more bool) (next task, err error) {
	err = w.DB.Tx(ctx, func(tx *db.Tx) error {
		next = task{}
		w.end(tx, t, failure)
		if more {
			return w.lease(tx, &next)
		}
		return nil
	})
	if err != nil && more && w.DB.IsUnique(err) { // another process took the slot
		return w.finish(ctx, t, failure, false)
	}
	if failure != nil && err == nil && t.tries >= t.maxTries {
		slog.Error("a job is dead", "job", t.id, "kind", t.kind, "error", failure)
	}
	return next, err
}

func (w *Worker) end(tx *db.Tx, t task, failure error) {
	switch {
	case failure == nil:
		tx.Write(`UPDATE jobs SET state = 'done', unique_key = NULL, slot = NULL, error = '', ended_at = $3 WHERE id = $1 AND state = 'running' AND tries = $2`,
			t.id, t.tries, tx.Micros())
	case t.tries >= t.maxTries:
		tx.Write(`UPDATE jobs SET state = 'dead', unique_key = NULL, slot = NULL, error = $4, ended_at = $3 WHERE id = $1 AND state = 'running' AND tries = $2`,
			t.id, t.tries, tx.Micros(), text(failure))
	default:
		tx.Write(`UPDATE jobs SET state = 'waiting', slot = NULL, error = $4, run_at = $3 WHERE id = $1 AND state = 'running' AND tries = $2`,
			t.id, t.tries, tx.Now.Add(backoff(t)).UnixMicro(), text(failure))
	}
}

// text is what is kept of an error: a start that both databases take.
func text(err error) string {
	t := strings.ReplaceAll(strings.ToValidUTF8(err.Error(), "?"), "\x00", "?")
	return strings.ToValidUTF8(t[:min(len(t), 500)], "")
}

// backoff doubles from one second up to an hour, and half of that again at
// most: the id's last character, which is random, spreads jobs that failed
// together.
func backoff(t task) time.Duration {
	d := min(time.Second<<min(t.tries-1, 12), time.Hour)
	return d + d*time.Duration(t.id[len(t.id)-1]%32)/64
}

// Forget deletes jobs that were done before the given time, in microseconds.
func Forget(tx *db.Tx, before int64) {
	tx.Write(`DELETE FROM jobs WHERE state = 'done' AND ended_at < $1`, before)
}
