package db_test

import (
	"slices"
	"strings"
	"testing"

	"ordo/engine/db"
	"ordo/engine/db/dbtest"
)

func TestAStatementThatIsToTravelAloneMakesATripOfItsOwn(t *testing.T) {
	var trips []string
	o := db.Options{
		Alone: func(text string) bool { return strings.HasPrefix(text, "UPDATE ") },
		Record: func(trip []db.Recorded) {
			var verbs []string
			for _, s := range trip {
				verb, _, _ := strings.Cut(s.Text, " ")
				verbs = append(verbs, verb)
			}
			trips = append(trips, strings.Join(verbs, " "))
		},
	}
	dbtest.Each(t, o, func(t *testing.T, d *db.DB) {
		setUp(t, d)
		trips = nil
		tx(t, d, func(tx *db.Tx) error {
			tx.Guard(db.One(`SELECT 1`, nil, new(int)), nil)
			tx.Write(`DELETE FROM counters WHERE name = 'none'`)
			tx.Write(`UPDATE counters SET next = 1 WHERE name = 'a'`)
			tx.Write(`UPDATE counters SET next = 2 WHERE name = 'b'`)
			tx.Insert("counters (name, next)", []any{"c", 3})
			return nil
		})
		if want := []string{"SELECT DELETE", "UPDATE", "UPDATE", "INSERT"}; !slices.Equal(trips, want) {
			t.Errorf("trips %q, want %q", trips, want)
		}
		for i, name := range []string{"a", "b", "c"} {
			want(t, d, name, int64(i+1))
		}
	})
}
