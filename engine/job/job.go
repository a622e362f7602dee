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
	"strings"
	"time"

	"ordo/base/clock"
	"ordo/engine/db"
)

const (
	lease    = time.Minute
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

// Worker takes jobs and runs them, one at a time.
type Worker struct {
	DB        *db.DB
	Handlers  map[string]Handler
	Schedules []Schedule
}

// Run works until ctx ends.
func (w *Worker) Run(ctx context.Context) {
	for ctx.Err() == nil {
		worked, err := w.Step(ctx)
		if err != nil && ctx.Err() == nil {
			slog.Error("taking a job failed", "error", err)
		}
		if !worked {
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
	if err := w.plan(ctx); err != nil {
		return false, err
	}
	t, err := w.take(ctx)
	if err != nil || t.id == "" {
		return false, err
	}
	failure := w.handle(ctx, t)
	return true, w.finish(context.WithoutCancel(ctx), t, failure)
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

func (w *Worker) take(ctx context.Context) (t task, err error) {
	var waiting int64
	now := w.DB.Clock.Now()
	err = w.DB.Read(ctx, func(tx *db.Tx) error {
		return tx.Load(db.One(`SELECT COUNT(*) FROM (SELECT 1 AS x FROM jobs WHERE state = 'waiting' AND run_at <= $1
			UNION ALL SELECT 1 FROM jobs WHERE state = 'running' AND lease_until < $1 LIMIT 1) w`, []any{now.UnixMicro()}, &waiting))
	})
	if err != nil || waiting == 0 {
		return t, err
	}
	err = w.DB.Tx(ctx, func(tx *db.Tx) error {
		t = task{}
		tx.Write(`UPDATE jobs SET state = 'dead', unique_key = NULL, error = 'its last lease ended without a result', ended_at = $1
			WHERE state = 'running' AND lease_until < $1 AND tries >= max_tries`, tx.Micros())
		return tx.Load(db.One(`UPDATE jobs SET state = 'running', tries = tries + 1, lease_until = $1 WHERE id = (
			SELECT id FROM jobs WHERE state = 'waiting' AND run_at <= $2 OR state = 'running' AND lease_until < $2
			ORDER BY priority DESC, run_at, id LIMIT 1`+tx.SkipLocked()+`)
			RETURNING id, kind, args, tries, max_tries`, []any{tx.Now.Add(lease).UnixMicro(), tx.Micros()}, &t.id, &t.kind, &t.args, &t.tries, &t.maxTries))
	})
	return t, err
}

// handle runs the handler; a panic is a failure like any other.
func (w *Worker) handle(ctx context.Context, t task) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("job: panic: %v", p)
		}
	}()
	h := w.Handlers[t.kind]
	if h == nil {
		return fmt.Errorf("job: no handler for %s", t.kind)
	}
	ctx, stop := context.WithTimeout(ctx, lease)
	defer stop()
	return h(ctx, json.RawMessage(t.args))
}

// finish writes the outcome, unless the lease ended and the job is another's.
func (w *Worker) finish(ctx context.Context, t task, failure error) error {
	return w.DB.Tx(ctx, func(tx *db.Tx) error {
		switch {
		case failure == nil:
			tx.Write(`UPDATE jobs SET state = 'done', unique_key = NULL, error = '', ended_at = $3 WHERE id = $1 AND state = 'running' AND tries = $2`,
				t.id, t.tries, tx.Micros())
		case t.tries >= t.maxTries:
			slog.Error("a job is dead", "job", t.id, "kind", t.kind, "error", failure)
			tx.Write(`UPDATE jobs SET state = 'dead', unique_key = NULL, error = $4, ended_at = $3 WHERE id = $1 AND state = 'running' AND tries = $2`,
				t.id, t.tries, tx.Micros(), text(failure))
		default:
			tx.Write(`UPDATE jobs SET state = 'waiting', error = $4, run_at = $3 WHERE id = $1 AND state = 'running' AND tries = $2`,
				t.id, t.tries, tx.Now.Add(backoff(t)).UnixMicro(), text(failure))
		}
		return nil
	})
}

// text is what is kept of an error: a start that both databases take.
func text(err error) string {
	t := strings.ReplaceAll(strings.ToValidUTF8(err.Error(), "?"), "\x00", "?")
	return strings.ToValidUTF8(t[:min(len(t), 500)], "")
}

// backoff doubles from one second up to an hour. The id's last character
// spreads jobs that failed together.
func backoff(t task) time.Duration {
	d := min(time.Second<<min(t.tries-1, 12), time.Hour)
	return d + d*time.Duration(t.id[len(t.id)-1]%32)/64
}

// Forget deletes jobs that were done before the given time, in microseconds.
func Forget(tx *db.Tx, before int64) {
	tx.Write(`DELETE FROM jobs WHERE state = 'done' AND ended_at < $1`, before)
}
