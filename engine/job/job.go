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
	"time"

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

// Handler does the jobs of one kind. An error is retried with growing pauses.
type Handler func(ctx context.Context, args json.RawMessage) error

// Schedule is work that comes again and again.
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
			w.DB.Clock.Sleep(ctx, poll)
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
	return true, w.finish(ctx, t, failure)
}

// plan enqueues what is due by schedule: the unique key holds the period.
func (w *Worker) plan(ctx context.Context) error {
	now := w.DB.Clock.Now()
	var due []Schedule
	err := w.DB.Read(ctx, func(tx *db.Tx) error {
		due = nil
		for _, s := range w.Schedules {
			var n int64
			if err := tx.Load(db.One(`SELECT COUNT(*) FROM jobs WHERE unique_key = $1`, []any{s.key(now)}, &n)); err != nil {
				return err
			}
			if n == 0 {
				due = append(due, s)
			}
		}
		return nil
	})
	if err != nil || len(due) == 0 {
		return err
	}
	return w.DB.Tx(ctx, func(tx *db.Tx) error {
		for _, s := range due {
			if err := Enqueue(tx, s.Kind, struct{}{}, Options{Unique: s.key(now)}); err != nil {
				return err
			}
		}
		return nil
	})
}

func (s Schedule) key(now time.Time) string {
	return fmt.Sprintf("%s@%d", s.Kind, now.Truncate(s.Every).Unix())
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
		return tx.Load(db.One(`UPDATE jobs SET state = 'running', tries = tries + 1, lease_until = $1 WHERE id IN (
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

func (w *Worker) finish(ctx context.Context, t task, failure error) error {
	return w.DB.Tx(ctx, func(tx *db.Tx) error {
		switch {
		case failure == nil:
			tx.Write(`UPDATE jobs SET state = 'done', error = '', ended_at = $2 WHERE id = $1`, t.id, tx.Micros())
		case t.tries >= t.maxTries:
			slog.Error("a job is dead", "job", t.id, "kind", t.kind, "error", failure)
			tx.Write(`UPDATE jobs SET state = 'dead', error = $2, ended_at = $3 WHERE id = $1`, t.id, failure.Error(), tx.Micros())
		default:
			tx.Write(`UPDATE jobs SET state = 'waiting', error = $2, run_at = $3 WHERE id = $1`, t.id, failure.Error(), tx.Now.Add(backoff(t)).UnixMicro())
		}
		return nil
	})
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
