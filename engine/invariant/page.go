package invariant

import (
	"context"
	"fmt"

	"ordo/engine/auth"
	"ordo/engine/db"
)

// end sorts behind every id and code.
const end = "\U0010FFFF"

// Pages calls visit for ranges of a text column of a table, (after, upto], each
// in a read of its own. A range holds about size rows, and all rows of its
// values; together the ranges leave no value out, not even one that the table
// lacks. rows is how many rows of the table are in the range.
func Pages(ctx context.Context, d *db.DB, table, column string, size int, visit func(tx *db.Tx, after, upto string, rows int) error) error {
	if keys, narrowed := ctx.Value(onlyKey{}).(map[string][]string); narrowed {
		return visitEach(ctx, d, keys[table], visit)
	}
	text := fmt.Sprintf(`SELECT COALESCE(MAX(p.k), ''), COUNT(*) FROM (SELECT %s AS k FROM %s WHERE %[1]s > $1 ORDER BY %[1]s LIMIT $2) p`, column, table)
	for after := ""; after != end; {
		upto := ""
		err := d.Read(ctx, func(tx *db.Tx) error {
			tx.Actor = auth.Internal("verify")
			rows := 0
			upto = ""
			if err := tx.Load(db.One(text, []any{after, size}, &upto, &rows)); err != nil {
				return err
			}
			if rows < size {
				upto = end
			}
			return visit(tx, after, upto, rows)
		})
		if err != nil {
			return err
		}
		after = upto
	}
	return nil
}

type onlyKey struct{}

// Only narrows walks by Pages under the context: of each table they visit the
// rows with these keys, of a table without keys none.
func Only(ctx context.Context, keys map[string][]string) context.Context {
	return context.WithValue(ctx, onlyKey{}, keys)
}

// visitEach makes a page of each key.
func visitEach(ctx context.Context, d *db.DB, keys []string, visit func(tx *db.Tx, after, upto string, rows int) error) error {
	if len(keys) == 0 {
		return nil
	}
	return d.Read(ctx, func(tx *db.Tx) error {
		tx.Actor = auth.Internal("verify")
		for _, k := range keys {
			if err := visit(tx, below(k), k, 1); err != nil {
				return err
			}
		}
		return nil
	})
}

// below is a text between a key, which is not empty, and all that are as long
// and sort before it.
func below(key string) string {
	last := len(key) - 1
	return key[:last] + string(rune(key[last]-1)) + end
}

// SQL makes the check of an invariant that one statement can judge. The text
// selects a subject and a detail for each fault among rows whose column is
// above $1 and up to $2; size rows of the table are a page.
func SQL(i Invariant, table, column string, size int, text string) Check {
	type fault struct{ subject, detail string }
	return Walk(table, column, size, func(tx *db.Tx, after, upto string) (all []fault, err error) {
		err = tx.Load(db.Many(text, []any{after, upto}, func(scan db.Scan) error {
			var f fault
			err := scan(&f.subject, &f.detail)
			all = append(all, f)
			return err
		}))
		return all, err
	}, func(all []fault, r *Report) {
		for _, f := range all {
			r.Fault(i.ID, f.subject, "%s", f.detail)
		}
	}, i)
}

// Walk makes a check that reads the rows of a table page by page, with all that
// belongs to them, and judges each page. load gets the range of the column that
// Pages gives it; size rows are a page.
func Walk[T any](table, column string, size int, load func(tx *db.Tx, after, upto string) (T, error), judge func(page T, r *Report), all ...Invariant) Check {
	return Check{Subject: table, Invariants: all, Find: func(ctx context.Context, d *db.DB, r *Report) error {
		return Pages(ctx, d, table, column, size, func(tx *db.Tx, after, upto string, rows int) error {
			page, err := load(tx, after, upto)
			if err == nil {
				judge(page, r)
			}
			r.Checked(rows)
			return err
		})
	}}
}
