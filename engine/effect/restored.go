package effect

import "ordo/engine/db"

// Restored is told that the database is an older state of itself: every call
// that had no result then may have been made since. Its performer asks the other
// side under the intent's id, as after a lease that ended without a result.
func Restored(tx *db.Tx) error {
	tx.Write(`UPDATE intents SET state = 'waiting', tries = CASE WHEN tries = 0 THEN 1 ELSE tries END, lease_until = 0, run_at = $1
		WHERE state <> 'done'`, tx.Micros())
	return nil
}
