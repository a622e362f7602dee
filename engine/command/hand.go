package command

import "ordo/engine/db"

// hand is the answer of a command that waits for the result of its effect.
type hand struct {
	value any
	taken *db.Tx // of the one run that goes on with it
	kept  bool   // it is as that run left the database
}

type handKey struct{}

// InHand returns the answer of the command that waits for the result which tx
// records, as it was committed, so that it need not be read again; nil if there
// is none. It may be out of date: who goes on with it writes its version with a
// condition. A run that comes after one that was undone reads instead.
func InHand(tx *db.Tx) any {
	h, ok := tx.Context().Value(handKey{}).(*hand)
	if !ok || h.taken != nil && h.taken != tx {
		return nil
	}
	h.taken = tx
	return h.value
}

// Keep tells that what is in hand was changed as tx changes the database: the
// waiting command answers with it.
func Keep(tx *db.Tx) {
	if h, ok := tx.Context().Value(handKey{}).(*hand); ok && h.taken == tx {
		tx.After(func() { h.kept = true })
	}
}
