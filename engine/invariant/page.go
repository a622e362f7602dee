package invariant

import (
	"context"
	"fmt"

	"ordo/engine/db"
)

// end sorts behind every id and code.
const end = "\U0010FFFF"

// keyRange is a range of keys above after and up to upto, with so many rows.
type keyRange struct {
	after, upto string
	rows        int
}

// pages hands the pages of the walk to the workers. A page has about as many
// rows of the table as the checks want, and all rows of its keys; together the
// pages leave no key out, not even one that the table lacks. Narrowed to keys, it
// is one page of them alone.
func (w *walk) pages(ctx context.Context) error {
	if keys := w.shares[0].keys; keys != nil {
		ranges := make([]keyRange, len(keys))
		for i, k := range keys {
			ranges[i] = keyRange{below(k), k, 1}
		}
		w.workers.Go(func() error { return w.page(ctx, 0, func(*db.Tx) ([]keyRange, error) { return ranges, nil }) })
		return nil
	}
	for number, after := 0, ""; after != end; number++ {
		found := make(chan string, 1)
		w.workers.Go(func() error { return w.page(ctx, number, w.behind(after, found)) })
		select {
		case after = <-found:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

// behind finds the page behind a key, in the read that is to look at it, and
// tells once where it ends.
func (w *walk) behind(after string, found chan<- string) func(*db.Tx) ([]keyRange, error) {
	of := w.shares[0]
	text := fmt.Sprintf(`SELECT COALESCE(MAX(p.k), ''), COUNT(*) FROM (SELECT %s AS k FROM %s WHERE %[1]s > $1 ORDER BY %[1]s LIMIT $2) p`, of.Column, of.Subject)
	next := keyRange{after: after}
	return func(tx *db.Tx) ([]keyRange, error) {
		if next.upto == "" { // else the read runs again
			if err := tx.Load(db.One(text, []any{after, of.Size}, &next.upto, &next.rows)); err != nil {
				return nil, err
			}
			if next.rows < of.Size {
				next.upto = end
			}
			found <- next.upto
		}
		return []keyRange{next}, nil
	}
}

// below is a text between a key, which is not empty, and all that are as long
// and sort before it.
func below(key string) string {
	last := len(key) - 1
	return key[:last] + string(rune(key[last]-1)) + end
}
