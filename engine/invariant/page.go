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

// SQL makes the check of an invariant that one statement can judge. The text
// selects a subject and a detail for each fault among rows whose column is
// above $1 and up to $2; size rows of the table are a page.
func SQL(i Invariant, table, column string, size int, text string) Check {
	return Check{Subject: table, Invariants: []Invariant{i}, Find: func(ctx context.Context, d *db.DB, r *Report) error {
		return Pages(ctx, d, table, column, size, func(tx *db.Tx, after, upto string, rows int) error {
			err := tx.Load(db.Many(text, []any{after, upto}, func(scan db.Scan) error {
				var subject, detail string
				err := scan(&subject, &detail)
				if err == nil {
					r.Fault(i.ID, subject, "%s", detail)
				}
				return err
			}))
			r.Checked(rows)
			return err
		})
	}}
}
