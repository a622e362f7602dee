// Package effect owns calls to the outside: a command writes an intent, and
// after the commit it is performed under a lease, at once by the goroutine that
// served the command, or later by a sweep. It does not own what is called, nor
// the result: that is recorded by a command of the subject.
//
// An intent whose lease ended without a result may have happened. Its performer
// is told so and has to ask the other side under the intent's id, never to send
// again under a new one.
package effect

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"ordo/base/clock"
	"ordo/engine/db"
)

const (
	lease = 30 * time.Second
	poll  = time.Second
	hands = 8 // intents that a sweep performs at once
)

// Intent is a call that a command asked for. Its id is the key that the other
// side gets.
type Intent struct {
	ID      string
	Kind    string
	Subject string
	Request json.RawMessage
	Tries   int64 // leases so far; above 1, an earlier one ended without a result
}

// ErrPending says that an intent has no result yet and waits for another try.
var ErrPending = errors.New("effect: no result yet")

// Performer makes the call and records its result by a command that also calls
// Done. An error means that there is no result yet: the intent is tried again.
// It has 30 seconds.
type Performer func(ctx context.Context, i Intent) error

// Ask writes an intent in the transaction of the command and returns its id.
// Where the command's goroutine is there to perform it (Collect), the intent is
// leased to it at birth, which saves a transaction; if that goroutine dies, the
// lease ends like any other.
func Ask(tx *db.Tx, kind, subject string, request any) (string, error) {
	b, err := json.Marshal(request)
	if err != nil {
		return "", fmt.Errorf("effect: request of %s: %w", kind, err)
	}
	i := Intent{ID: tx.ID("int"), Kind: kind, Subject: subject, Request: b}
	state, until := "waiting", int64(0)
	if a, ok := tx.Context().Value(key{}).(*asked); ok {
		i.Tries, state, until = 1, "leased", tx.Now.Add(lease).UnixMicro()
		a.intents = append(a.intents, i)
	}
	tx.Insert("intents (id, kind, subject, request, state, tries, lease_until, run_at, created_at)",
		[]any{i.ID, kind, subject, string(b), state, i.Tries, until, tx.Micros(), tx.Micros()})
	return i.ID, nil
}

type key struct{}

// asked collects the intents of one transaction.
type asked struct{ intents []Intent }

// Collect has then called after the commit with the intents that were asked
// for in tx, if there are any: it has to Start them.
func Collect(tx *db.Tx, then func([]Intent)) {
	a := &asked{}
	tx.With(key{}, a)
	tx.After(func() {
		if len(a.intents) > 0 {
			then(a.intents)
		}
	})
}

// Done ends an intent, in the transaction that records its result. A second
// result of the same intent changes nothing here; its command has to see that
// for itself.
func Done(tx *db.Tx, id string) {
	tx.Write(`UPDATE intents SET state = 'done', ended_at = $2 WHERE id = $1 AND state <> 'done'`, id, tx.Micros())
}

// Runner performs intents.
type Runner struct {
	DB         *db.DB
	Performers map[string]Performer
}

// Perform claims the intent and performs it. It does nothing if another
// process, or an earlier run, has it. It tells ErrPending if there is no result.
func (r *Runner) Perform(ctx context.Context, id string) error {
	var i Intent
	err := r.DB.Tx(ctx, func(tx *db.Tx) error {
		i = Intent{}
		return tx.Load(db.One(`UPDATE intents SET state = 'leased', tries = tries + 1, lease_until = $2
			WHERE id = $1 AND (state = 'waiting' AND run_at <= $3 OR state = 'leased' AND lease_until < $3)
			RETURNING id, kind, subject, request, tries`,
			[]any{id, tx.Now.Add(lease).UnixMicro(), tx.Micros()}, &i.ID, &i.Kind, &i.Subject, (*[]byte)(&i.Request), &i.Tries))
	})
	if err != nil || i.ID == "" {
		return err
	}
	return r.Start(ctx, i)
}

// Start performs an intent whose lease the caller holds. It tells ErrPending if
// there is no result.
func (r *Runner) Start(ctx context.Context, i Intent) error {
	if err := r.call(ctx, i); err != nil {
		return r.later(context.WithoutCancel(ctx), i, err)
	}
	return nil
}

// call calls the performer; a panic is a failure like any other.
func (r *Runner) call(ctx context.Context, i Intent) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("effect: panic: %v", p)
		}
	}()
	p := r.Performers[i.Kind]
	if p == nil {
		return fmt.Errorf("effect: nobody performs %s", i.Kind)
	}
	ctx, stop := context.WithTimeout(ctx, lease)
	defer stop()
	return p(ctx, i)
}

// later lets an intent without a result wait: 1 s, 2 s, 4 s … up to 10 minutes.
func (r *Runner) later(ctx context.Context, i Intent, failure error) error {
	slog.Warn("an effect has no result yet", "intent", i.ID, "kind", i.Kind, "error", failure)
	pause := min(time.Second<<min(i.Tries-1, 10), 10*time.Minute)
	err := r.DB.Tx(ctx, func(tx *db.Tx) error {
		tx.Write(`UPDATE intents SET state = 'waiting', run_at = $2 WHERE id = $1 AND state = 'leased' AND tries = $3`,
			i.ID, tx.Now.Add(pause).UnixMicro(), i.Tries)
		return nil
	})
	if err != nil {
		return err
	}
	return ErrPending
}

// Sweep performs what nobody else does: intents of processes that died, and
// those that wait for another try. It returns how many it tried.
func (r *Runner) Sweep(ctx context.Context) (tried int, err error) {
	ids, err := r.due(ctx, 100)
	var wg sync.WaitGroup
	free := make(chan bool, hands)
	for _, id := range ids {
		free <- true
		wg.Go(func() {
			r.try(ctx, id)
			<-free
		})
	}
	wg.Wait()
	return len(ids), err
}

// Step performs one intent that a sweep would, if there is any.
func (r *Runner) Step(ctx context.Context) (worked bool, err error) {
	ids, err := r.due(ctx, 1)
	for _, id := range ids {
		r.try(ctx, id)
	}
	return len(ids) > 0, err
}

func (r *Runner) try(ctx context.Context, id string) {
	if err := r.Perform(ctx, id); err != nil && !errors.Is(err, ErrPending) && !errors.Is(err, db.ErrFull) {
		slog.Error("performing an effect failed", "intent", id, "error", err)
	}
}

// due are the first intents that a sweep has to see to.
func (r *Runner) due(ctx context.Context, most int) (ids []string, err error) {
	now := r.DB.Clock.Now().UnixMicro()
	err = r.DB.Read(ctx, func(tx *db.Tx) error {
		ids = nil
		return tx.Load(db.All(`SELECT id FROM intents WHERE state = 'waiting' AND run_at <= $1 AND (tries > 0 OR run_at <= $2) OR state = 'leased' AND lease_until < $1
			ORDER BY run_at LIMIT $3`, []any{now, now - poll.Microseconds(), most}, &ids))
	})
	return ids, err
}

// Run sweeps until ctx ends.
func (r *Runner) Run(ctx context.Context) {
	for ctx.Err() == nil {
		if _, err := r.Sweep(ctx); db.Unexpected(ctx, err) {
			slog.Error("sweeping effects failed", "error", err)
		}
		clock.System.Sleep(ctx, poll) // also where a test clock stands still
	}
}
