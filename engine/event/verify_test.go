package event_test

import (
	"cmp"
	"crypto/ed25519"
	"strings"
	"testing"
	"time"

	"ordo/engine/auth"
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
		inParts     string // the fault, where it is told otherwise part by part
	}{
		{"nothing", "", nil, ""},
		{"an event changed", "the hash at position 3 does not fit", []string{`UPDATE events SET body = '{"n":7}' WHERE subject = 'a' AND sequence = 3`}, ""},
		{"an actor changed", "the hash at position 3", []string{`UPDATE events SET actor = 'usr_other' WHERE subject = 'a' AND sequence = 3`}, ""},
		{"an event cut out", "position 3 is missing", []string{`DELETE FROM log WHERE position = 3`}, ""},
		{"an event cut out and the gap closed", "the hash at position 3", []string{`DELETE FROM log WHERE position = 3`, `UPDATE log SET position = 3 WHERE position = 4`, `UPDATE log SET position = 4 WHERE position = 5`}, ""},
		{"an event deleted", "position 2 is missing", []string{`DELETE FROM events WHERE subject = 'a' AND sequence = 2`}, ""},
		{"the last event deleted", "the log ends at 4, before its checkpoint 5", []string{`DELETE FROM events WHERE subject = 'a' AND sequence = 5`}, "position 5 is missing"},
		{"two events swapped", "the hash at position 2", []string{`UPDATE log SET position = 99 WHERE position = 2`, `UPDATE log SET position = 2 WHERE position = 3`, `UPDATE log SET position = 3 WHERE position = 99`}, ""},
		{"an event inserted", "the hash at position 6", []string{
			`INSERT INTO events (id, subject, sequence, type, version, actor, command, at, body) SELECT 'evt_x', 'x', 1, type, version, actor, command, at, body FROM events WHERE subject = 'a' AND sequence = 1`,
			`INSERT INTO log (position, event_id, hash) SELECT 6, 'evt_x', hash FROM log WHERE position = 5`}, ""},
		{"the tail cut", "the log ends at 3, before its checkpoint 5", []string{`DELETE FROM log WHERE position > 3`}, ""},
		{"a checkpoint forged", "the checkpoint at position 5 does not fit", []string{`UPDATE checkpoints SET signature = 'beef'`}, ""},
		{"a checkpoint moved before the log", "there is a checkpoint at position -4", []string{`UPDATE checkpoints SET position = -4`}, ""},
		{"an event hidden from the log", "1 events are not in the log", []string{
			`INSERT INTO events (id, subject, sequence, type, version, actor, command, at, body) SELECT 'evt_x', 'x', 1, type, version, actor, command, 0, body FROM events WHERE subject = 'a' AND sequence = 1`}, "event evt_x is not in the log"},
		{"a sequence changed", "the hash at position 5", []string{`UPDATE events SET sequence = 9 WHERE subject = 'a' AND sequence = 5`}, ""},
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
			for limit := 1; limit <= 6; limit++ {
				if part, _ := f.verifyInParts(public, limit); part.Fault != cmp.Or(c.inParts, fault) {
					f.Errorf("%s: %d at a time, found %q", c.name, limit, part.Fault)
				}
			}
			f.restore(s)
		}
	})
}

// verifyInParts judges the log by parts until one has a fault or is the last,
// and returns that, and how many checkpoints fit.
func (f fixture) verifyInParts(key ed25519.PublicKey, limit int) (p event.Stretch, signed int64) {
	f.Helper()
	for {
		if err := f.db.Read(f.Context(), func(tx *db.Tx) (err error) {
			tx.Actor = auth.Internal("test")
			p, err = event.VerifyStretch(tx, key, p.Head, limit)
			return err
		}); err != nil {
			f.Fatal(err)
		}
		signed += p.Signed
		if p.Fault != "" || p.Done {
			return p, signed
		}
	}
}

func TestPartsOfTheLogAreVerifiedOneAfterAnother(t *testing.T) {
	public, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	each(t, func(f fixture) {
		s := event.NewSealer(f.db, "one", private)
		s.Clock = f.clock
		for i := range int64(6) {
			f.emit(i+1, "a", "b")
			f.wantSealed(s, 2)
			f.clock.Advance(20 * time.Minute)
		}
		for _, limit := range []int{1, 5, 12, 100} {
			p, signed := f.verifyInParts(public, limit)
			if p.Fault != "" || p.Position != 12 || p.Last != 12 || signed != 6 {
				f.Errorf("%d at a time: %d checkpoints, %+v", limit, signed, p)
			}
		}
		part := func(from event.Head, limit int) (p event.Stretch) {
			f.Helper()
			if err := f.db.Read(f.Context(), func(tx *db.Tx) (err error) {
				tx.Actor = auth.Internal("test")
				p, err = event.VerifyStretch(tx, public, from, limit)
				return err
			}); err != nil {
				f.Fatal(err)
			}
			return p
		}
		p := part(event.Head{Position: 4}, 3)
		if p.Fault != "" || p.Position != 7 || p.Checked != 3 || p.Done || p.Signed != 1 || p.Checkpoint.Position != 6 || p.Signature == "" {
			f.Errorf("a part in the middle: %+v", p)
		}
		if p := part(event.Head{Position: 4, Hash: p.Hash}, 3); p.Fault != "the hash at position 4 is not the one that was told before" || p.Checked != 0 {
			f.Errorf("told another hash: %+v", p)
		}
		if p := part(event.Head{Position: 13}, 3); p.Fault != "the log ends at 12, before 13" {
			f.Errorf("behind the end: %+v", p)
		}
		// What was hidden lies in the time of one part, and no other tells of it.
		f.tx(func(tx *db.Tx) error {
			tx.Write(`INSERT INTO events (id, subject, sequence, type, version, actor, command, at, body)
				SELECT SUBSTR(id, 1, LENGTH(id) - 4) || 'ZZZZ', 'x', 1, type, version, actor, command, at, body FROM events WHERE subject = 'a' AND sequence = 4`)
			return nil
		})
		for from, want := range map[int64]bool{0: false, 2: false, 4: false, 6: false, 8: true, 10: false} { // order-free: each by itself
			if p := part(event.Head{Position: from}, 2); strings.HasSuffix(p.Fault, "ZZZZ is not in the log") != want {
				f.Errorf("behind %d: %+v", from, p)
			}
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
