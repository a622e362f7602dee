package returns

import (
	"context"
	"encoding/json"

	"ordo/engine/auth"
	"ordo/engine/command"
	"ordo/engine/job"
)

// ExpireJob is the kind of the job that ends returns whose time is over.
const ExpireJob = "returns.expire"

// ExpireDue returns the handler of ExpireJob: it runs return.expire for every
// approved return whose goods were not sent in time.
func ExpireDue(e *command.Engine) job.Handler {
	return func(ctx context.Context, _ json.RawMessage) error {
		return command.Each(ctx, e, due, func(id string) error {
			_, err := command.Invoke(ctx, e, expire, command.Meta{Actor: auth.Internal(ExpireJob)}, ActIn{ID: id})
			return err
		})
	}
}
