package returns

import (
	"context"
	"encoding/json"
	"errors"

	"ordo/base/problem"
	"ordo/engine/auth"
	"ordo/engine/command"
	"ordo/engine/db"
	"ordo/engine/job"
)

// ExpireJob is the kind of the job that ends returns whose time is over.
const ExpireJob = "returns.expire"

// batch is how many returns the job reads at a time.
const batch = 100

// ExpireDue returns the handler of ExpireJob: it runs return.expire for every
// approved return whose goods were not sent in time.
func ExpireDue(e *command.Engine) job.Handler {
	return func(ctx context.Context, _ json.RawMessage) error {
		var failures []error
		for last := ""; ; {
			var ids []string
			err := e.DB.Read(ctx, func(tx *db.Tx) (err error) {
				ids, err = due(tx, last, batch)
				return err
			})
			if err != nil {
				return err
			}
			for _, id := range ids {
				_, err := command.Invoke(ctx, e, expire, command.Meta{Actor: auth.Internal(ExpireJob)}, ActIn{ID: id})
				if !errors.Is(err, problem.ErrTransition) { // else somebody was faster
					failures = append(failures, err)
				}
			}
			if len(ids) < batch {
				return errors.Join(failures...)
			}
			last = ids[len(ids)-1]
		}
	}
}
