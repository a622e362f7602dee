package channel

import (
	"ordo/engine/db"
)

// Terms are what placing an order takes from a channel. They are remembered
// and must not be changed.
type Terms struct {
	Channel
	Ranks map[string]int64 // of the active locations it sells from; lower is asked first
}

type termsKey string

var _ = db.Remember("channels", "channel_locations", "locations")

// FindTerms returns the terms of a channel in the actor's scope, from what is
// known or by one trip; its ID is empty if there is none.
func FindTerms(tx *db.Tx, known *db.Known, id string) (*Terms, error) {
	if !tx.Actor.Scope.SeesChannel(id) {
		return &Terms{}, nil
	}
	if t, ok := db.Recall[*Terms](known, termsKey(id)); ok {
		return t, nil
	}
	t := &Terms{Ranks: map[string]int64{}}
	err := tx.Load(
		db.One(`SELECT `+columns+` FROM channels c WHERE c.id = $1`, []any{id}, t.places()...),
		db.Many(`SELECT x.location_id, x.rank FROM channel_locations x JOIN locations l ON l.id = x.location_id WHERE x.channel_id = $1 AND l.active`, []any{id}, func(scan db.Scan) error {
			var location string
			var rank int64
			err := scan(&location, &rank)
			t.Ranks[location] = rank
			return err
		}))
	if err == nil && t.ID != "" {
		known.Put(termsKey(id), t)
	}
	return t, err
}
