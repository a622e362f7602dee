package bench

import (
	"context"
	"encoding/json"
	"sync"

	"ordo/engine/command"
	"ordo/engine/db"
	"ordo/engine/job"
)

const (
	queue     = 50_000 // jobs that wait at the start
	idleJob   = "nothing"
	perCommit = 500
)

// fillQueue enqueues jobs that do nothing.
func fillQueue(ctx context.Context, m *measurement) error {
	m.say("enqueuing %d jobs", queue)
	err := m.inProcess(ctx, nil, func(e *command.Engine) error {
		for range queue / perCommit {
			if err := e.DB.Tx(ctx, func(tx *db.Tx) error {
				for range perCommit {
					if err := job.Enqueue(tx, idleJob, struct{}{}, job.Options{}); err != nil {
						return err
					}
				}
				return nil
			}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return m.database.analyze(ctx)
}

// jobs measures how many jobs a worker takes, runs and ends.
func jobs(ctx context.Context, m *measurement) error {
	return m.inProcess(ctx, nil, func(e *command.Engine) error {
		ctx, stop := context.WithCancel(ctx)
		ran := make(chan struct{})
		w := &job.Worker{DB: e.DB, Hands: m.Clients, Kinds: map[string]job.Kind{idleJob: {Do: func(ctx context.Context, _ json.RawMessage) error {
			select {
			case ran <- struct{}{}:
				return nil
			case <-ctx.Done():
				return ctx.Err()
			}
		}}}}
		var working sync.WaitGroup
		working.Go(func() { w.Run(ctx) })
		f, err := m.grouped(ctx, "jobs", e.DB, func(int) (step, error) {
			return func() error {
				select {
				case <-ran:
					return nil
				case <-ctx.Done():
					return errDone
				}
			}, nil
		})
		stop()
		working.Wait()
		m.result.add(f)
		return err
	})
}
