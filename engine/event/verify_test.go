package event_test

import (
	"crypto/ed25519"
	"strings"
	"testing"
	"time"

	"ordo/engine/db"
	"ordo/engine/event"
)

func TestVerifyFindsWhateverWasDoneToTheLog(t *testing.T) {
	public, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	cases := []struct {
		name, fault string
		sql         []string
	}{
		{"nothing", "", nil},
		{"an event changed", "the hash at position 3 does not fit", []string{`UPDATE events SET body = '{"n":7}' WHERE subject = 'a' AND sequence = 3`}},
		{"an actor changed", "the hash at position 3", []string{`UPDATE events SET actor = 'usr_other' WHERE subject = 'a' AND sequence = 3`}},
		{"an event cut out", "position 3 is missing", []string{`DELETE FROM log WHERE position = 3`}},
		{"an event cut out and the gap closed", "the hash at position 3", []string{`DELETE FROM log WHERE position = 3`, `UPDATE log SET position = 3 WHERE position = 4`, `UPDATE log SET position = 4 WHERE position = 5`}},
		{"an event deleted", "position 2 is missing", []string{`DELETE FROM events WHERE subject = 'a' AND sequence = 2`}},
		{"two events swapped", "the hash at position 2", []string{`UPDATE log SET position = 99 WHERE position = 2`, `UPDATE log SET position = 2 WHERE position = 3`, `UPDATE log SET position = 3 WHERE position = 99`}},
		{"an event inserted", "the hash at position 6", []string{
			`INSERT INTO events (id, subject, sequence, type, version, actor, command, at, body) SELECT 'evt_x', 'x', 1, type, version, actor, command, at, body FROM events WHERE subject = 'a' AND sequence = 1`,
			`INSERT INTO log (position, event_id, hash) SELECT 6, 'evt_x', hash FROM log WHERE position = 5`}},
		{"the tail cut", "the log ends at 3, before its checkpoint 5", []string{`DELETE FROM log WHERE position > 3`}},
		{"a checkpoint forged", "the checkpoint at position 5 does not fit", []string{`UPDATE checkpoints SET signature = 'beef'`}},
		{"a checkpoint moved before the log", "there is a checkpoint at position -4", []string{`UPDATE checkpoints SET position = -4`}},
		{"an event hidden from the log", "1 events are not in the log", []string{
			`INSERT INTO events (id, subject, sequence, type, version, actor, command, at, body) SELECT 'evt_x', 'x', 1, type, version, actor, command, 0, body FROM events WHERE subject = 'a' AND sequence = 1`}},
		{"a sequence changed", "the hash at position 5", []string{`UPDATE events SET sequence = 9 WHERE subject = 'a' AND sequence = 5`}},
	}
	each(t, func(f fixture) {
		s := event.NewSealer(f.db, "one", private)
		s.Clock = f.clock
		for i := range int64(5) {
			f.emit(i+1, "a")
		}
		f.wantSealed(s, 5)
		f.clock.Advance(time.Hour)
		for _, c := range cases {
			err := f.db.Tx(f.Context(), func(tx *db.Tx) error {
				for _, sql := range c.sql {
					tx.Write(sql)
				}
				return nil
			})
			if err != nil {
				f.Fatalf("%s: %v", c.name, err)
			}
			fault, _ := f.verify(public)
			if (c.fault == "") != (fault == "") || !strings.HasPrefix(fault, c.fault) {
				f.Errorf("%s: found %q", c.name, fault)
			}
			f.restore(s)
		}
	})
}

// restore makes the log of five events anew.
func (f fixture) restore(s *event.Sealer) {
	f.Helper()
	f.tx(func(tx *db.Tx) error {
		for _, table := range []string{"events", "log", "checkpoints"} {
			tx.Write(`DELETE FROM ` + table)
		}
		return nil
	})
	for i := range int64(5) {
		f.emit(i+1, "a")
	}
	s.Wake(0)
	f.wantSealed(s, 5)
	f.clock.Advance(time.Hour)
}

func TestVerifyFindsAnEventWithoutItsPredecessor(t *testing.T) {
	each(t, func(f fixture) {
		s := f.sealer("one")
		f.emit(1, "a")
		f.emit(3, "a")
		f.wantSealed(s, 1)
		f.clock.Advance(time.Hour)
		if fault, _ := f.verify(nil); fault != "1 events are not in the log" {
			f.Errorf("found %q", fault)
		}
		f.emit(2, "a")
		s.Wake(0)
		f.wantSealed(s, 2)
		f.wantWhole(3)
	})
}

func TestVerifyFindsThatASealerPutAnEventBeforeItsPredecessor(t *testing.T) {
	each(t, func(f fixture) {
		f.emit(2, "a")
		f.clock.Advance(time.Hour)
		var waits []event.Sealed
		if err := f.db.Read(f.Context(), func(tx *db.Tx) (err error) {
			waits, err = event.Of(tx, "a", 0, 1)
			return err
		}); err != nil {
			f.Fatal(err)
		}
		head := event.Link(event.Head{}, waits[0])
		f.tx(func(tx *db.Tx) error {
			tx.Insert("log (position, event_id, hash)", []any{1, waits[0].ID, head.Hash})
			return nil
		})
		if fault, _ := f.verify(nil); fault != "event 2 of a does not stand behind event 1" {
			f.Errorf("found %q", fault)
		}
	})
}
