package command

import (
	"context"

	"ordo/engine/db"
)

// forgetPage is how many keys are looked at in one transaction.
const forgetPage = 5000

// Forget deletes the keys of commands before the given time, in microseconds.
// It walks all keys, page by page, so that commands need no index by their age.
func Forget(ctx context.Context, d *db.DB, before int64) error {
	var account, key string
	for {
		from := []any{account, key}
		n := 0
		err := d.Read(ctx, func(tx *db.Tx) error {
			n = 0
			return tx.Load(db.Many(`SELECT account, key FROM commands WHERE (account, key) > ($1, $2) ORDER BY account, key LIMIT $3`,
				append(from, forgetPage), func(scan db.Scan) error { n++; return scan(&account, &key) }))
		})
		if err != nil || n == 0 {
			return err
		}
		err = d.Tx(ctx, func(tx *db.Tx) error {
			tx.Write(`DELETE FROM commands WHERE (account, key) > ($1, $2) AND (account, key) <= ($3, $4) AND at < $5`, append(from, account, key, before)...)
			return nil
		})
		if err != nil {
			return err
		}
	}
}
