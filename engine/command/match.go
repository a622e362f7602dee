package command

import (
	"ordo/engine/db"
)

// Match is a condition on the resource that a command changes: it still has to
// be as the client saw it.
type Match struct {
	ID string // what Repeat takes; empty where there is only one
	// Check refuses the resource as it is now. Subject is that of its events.
	Check func(tx *db.Tx, subject string, resource any) error
}

// sighting is a subject with the number of its events when it was checked.
type sighting struct {
	subject string
	events  int64
}

// match checks the condition. Events are counted first: what is written between
// the two is found by unmoved.
func (r *attempt[In, Out]) match(tx *db.Tx) (s sighting, err error) {
	m := r.meta.Match
	if m == nil {
		return s, nil
	}
	if s.subject = m.ID; s.subject == "" {
		only, err := r.def.Repeat(tx, "")
		if err != nil {
			return s, err
		}
		s.subject, _ = r.def.Result(only)
	}
	if err := tx.Load(db.One(`SELECT COALESCE(MAX(sequence), 0) FROM events WHERE subject = $1`, []any{s.subject}, &s.events)); err != nil {
		return s, err
	}
	current, err := r.def.Repeat(tx, m.ID)
	if err != nil {
		return s, err
	}
	return s, m.Check(tx, s.subject, current)
}

// unmoved runs the command again if somebody wrote between its check and its
// own reading: then its first event is not the next one.
func (s sighting) unmoved(tx *db.Tx, command string) {
	if s.subject == "" {
		return
	}
	var first int64
	tx.Guard(db.One(`SELECT COALESCE(MIN(sequence), 0) FROM events WHERE subject = $1 AND command = $2`, []any{s.subject, command}, &first), func() error {
		if first > s.events+1 {
			return db.ErrStale
		}
		return nil
	})
}
