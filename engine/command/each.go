package command

import (
	"context"
	"errors"

	"ordo/base/problem"
	"ordo/engine/db"
)

// batch is how many ids Each reads at a time.
const batch = 100

// Each does something about every row that a job finds, page by page: next reads
// up to n ids behind one. What somebody else was faster with is passed over; of
// the others all errors are told at the end.
func Each(ctx context.Context, e *Engine, next func(tx *db.Tx, after string, n int64) ([]string, error), do func(id string) error) error {
	var failures []error
	for last := ""; ; {
		var ids []string
		err := e.DB.Read(ctx, func(tx *db.Tx) (err error) {
			ids, err = next(tx, last, batch)
			return err
		})
		if err != nil {
			return errors.Join(append(failures, err)...)
		}
		for _, id := range ids {
			if err := do(id); !errors.Is(err, problem.ErrTransition) {
				failures = append(failures, err)
			}
		}
		if len(ids) < batch {
			return errors.Join(failures...)
		}
		last = ids[len(ids)-1]
	}
}
