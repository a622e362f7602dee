package db_test

import (
	"slices"
	"testing"

	"ordo/engine/db"
	"ordo/engine/db/dbtest"
)

func TestAWriteThatIsLastTravelsBehindTheOthersOfItsTripAndBeforeItsReads(t *testing.T) {
	var sent []string
	record := func(trip []db.Recorded) {
		for _, r := range trip {
			sent = append(sent, r.Text)
		}
	}
	dbtest.Each(t, db.Options{Record: record}, func(t *testing.T, d *db.DB) {
		setUp(t, d)
		sent = nil
		const hot, cold, other = `UPDATE counters SET next = next + 1 WHERE name = 'a'`, `UPDATE counters SET next = 5 WHERE name = 'b'`, `UPDATE counters SET next = 6 WHERE name = 'b'`
		const read = `SELECT next FROM counters WHERE name = 'a'`
		var seen int64
		tx(t, d, func(tx *db.Tx) error {
			tx.Must(db.ErrStale, hot).Last()
			tx.Write(cold)
			if err := tx.Load(db.One(read, nil, &seen)); err != nil {
				return err
			}
			tx.Must(db.ErrStale, hot).Last()
			tx.Write(other)
			return nil
		})
		if want := []string{cold, hot, read, other, hot}; !slices.Equal(sent, want) {
			t.Errorf("sent %q, want %q", sent, want)
		}
		if seen != 1 {
			t.Errorf("a read of the trip sees %d", seen)
		}
		want(t, d, "a", 2)
		want(t, d, "b", 6)
	})
}
