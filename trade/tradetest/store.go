package tradetest

import (
	"encoding/json"
	"fmt"

	"ordo/engine/db"
)

func (s *Shop) countEvents() int64 {
	s.t.Helper()
	return s.Count(`SELECT count(*) FROM events`)
}

// Events returns the events of a subject, each "sequence type body" with the
// fields of the body in order.
func (s *Shop) Events(subject string) []string {
	s.t.Helper()
	var all []string
	s.Read(func(tx *db.Tx) error {
		all = nil
		return tx.Load(db.Many(`SELECT sequence, type, body FROM events WHERE subject = $1 ORDER BY sequence`, []any{subject}, func(scan db.Scan) error {
			var sequence int64
			var name, body string
			if err := scan(&sequence, &name, &body); err != nil {
				return err
			}
			var fields map[string]any
			if err := json.Unmarshal([]byte(body), &fields); err != nil {
				return err
			}
			ordered, err := json.Marshal(fields)
			all = append(all, fmt.Sprintf("%d %s %s", sequence, name, ordered))
			return err
		}))
	})
	return all
}
