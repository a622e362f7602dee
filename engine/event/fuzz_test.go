package event_test

import (
	"testing"

	"ordo/engine/event"
)

func FuzzChain(f *testing.F) {
	f.Add("evt_1", "ord_1", `{"a":1}`, int64(1), uint16(3), uint8(1))
	f.Add("", "", "", int64(0), uint16(0), uint8(255))
	f.Fuzz(func(t *testing.T, id, subject, body string, sequence int64, at uint16, flip uint8) {
		if flip == 0 || len(body) == 0 {
			return
		}
		e := event.Sealed{ID: id, Subject: subject, Sequence: sequence, Body: []byte(body), Type: "thing.happened", Version: 1}
		next := event.Sealed{ID: "evt_2", Body: []byte("{}")}
		head := event.Link(event.Link(event.Head{}, e), next)
		changed := e
		changed.Body = []byte(body)
		changed.Body[int(at)%len(body)] ^= flip
		moved, other := e, e
		moved.ID, moved.Subject = id+subject, ""
		other.Sequence++
		for _, forged := range []event.Sealed{changed, other, moved} {
			if forged.ID == e.ID && forged.Subject == e.Subject && forged.Sequence == e.Sequence && string(forged.Body) == body {
				continue
			}
			if event.Link(event.Link(event.Head{}, forged), next) == head {
				t.Errorf("%+v and %+v have one hash", e, forged)
			}
		}
	})
}
