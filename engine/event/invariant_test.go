package event_test

import (
	"fmt"
	"testing"

	"ordo/engine/db"
	"ordo/engine/db/dbtest"
	"ordo/engine/event"
	"ordo/engine/invariant/invarianttest"
)

func TestEveryPlantedErrorOfTheLogIsFoundAndNamed(t *testing.T) {
	dbtest.Each(t, db.Options{}, func(t *testing.T, d *db.DB) {
		err := d.Tx(t.Context(), func(tx *db.Tx) error {
			for i := range 3 {
				tx.Insert("events (id, subject, sequence, type, version, actor, command, at, body)",
					[]any{fmt.Sprintf("evt_a%d", i+1), "sub_a", i + 1, "test.done", 1, "", "", i + 1, "{}"}, []any{fmt.Sprintf("evt_b%d", i+1), "sub_b", i + 1, "test.done", 1, "", "", i + 1, "{}"})
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if n, err := event.NewSealer(d, "test", nil).Seal(t.Context()); n != 6 || err != nil {
			t.Fatalf("sealed %d events: %v", n, err)
		}
		plant := func(name, id, sql, undo, subject, detail string) invarianttest.Plant {
			return invarianttest.Plant{Name: name, ID: id, SQL: []string{sql}, Undo: []string{undo}, Subject: subject, Detail: detail}
		}
		invarianttest.Finds(t, d, event.Invariants(nil), []invarianttest.Plant{
			plant("a gap", "E2", `UPDATE events SET sequence = 4 WHERE id = 'evt_a3'`, `UPDATE events SET sequence = 3 WHERE id = 'evt_a3'`, "sub_a", "has 3 events, numbered 1 to 4"),
			plant("a late beginning", "E2", `UPDATE events SET sequence = 9 WHERE id = 'evt_b1'`, `UPDATE events SET sequence = 1 WHERE id = 'evt_b1'`, "sub_b", "numbered 2 to 9"),
			plant("another actor", "T2", `UPDATE events SET actor = 'usr_x' WHERE id = 'evt_a2'`, `UPDATE events SET actor = '' WHERE id = 'evt_a2'`, "log", "does not fit event evt_a2"),
			plant("a cut out position", "T2", `UPDATE log SET position = 99 WHERE event_id = 'evt_b2'`, `UPDATE log SET position = 21 - (SELECT SUM(position) FROM log WHERE position <> 99) WHERE position = 99`, "log", "is missing"),
			plant("an event that was never sealed", "T2", `INSERT INTO events (id, subject, sequence, type, version, actor, command, at, body) VALUES ('evt_c1', 'sub_c', 1, 'test.done', 1, '', '', 1, '{}')`, `DELETE FROM events WHERE id = 'evt_c1'`, "log", "1 events are not in the log"),
		})
	})
}
