package audit_test

import (
	"crypto/ed25519"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"ordo/base/clock"
	"ordo/base/problem"
	"ordo/engine/auth"
	"ordo/engine/command"
	"ordo/engine/db"
	"ordo/engine/db/dbtest"
	"ordo/engine/event"
	"ordo/engine/query"
	"ordo/policy/audit"
	"ordo/policy/setting"
)

var happened = event.Declare("test.happened", 1, "Something happened in a test of the audit log.", struct{}{})

// house is a workspace in which ann, then ben and ann again did something, a
// minute after each other.
type house struct {
	*testing.T
	command.Engine
	clock *clock.Manual
}

func each(t *testing.T, fn func(h *house)) {
	for name, url := range map[string]func(*testing.T) string{"sqlite": dbtest.SQLite, "postgres": dbtest.Postgres} {
		t.Run(name, func(t *testing.T) {
			h := &house{T: t, clock: clock.NewManual(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC))}
			d := dbtest.Open(t, url(t), db.Options{Clock: h.clock})
			sign, err := setting.SigningKey(t.Context(), d)
			if err != nil {
				t.Fatal(err)
			}
			sealer := event.NewSealer(d, "test", sign)
			sealer.Clock = h.clock
			h.Engine = command.Engine{DB: d, Operations: slices.Concat(audit.Operations, setting.Operations), Sealer: sealer}
			for i, who := range []string{"usr_ann", "usr_ben", "usr_ann"} {
				h.happen(who, "thing_1", int64(i+1))
				h.clock.Advance(time.Minute)
			}
			fn(h)
		})
	}
}

// happen lets somebody do something, which is sealed.
func (h *house) happen(who, subject string, sequence int64) {
	h.Helper()
	if err := h.DB.Tx(h.Context(), func(tx *db.Tx) error {
		tx.Actor = auth.Actor{ID: who}
		event.Prepare(tx, fmt.Sprintf("cmd_%d", sequence), nil, nil)
		return event.Emit(tx, event.Event{Type: happened, Subject: subject, Sequence: sequence, Body: map[string]int64{"n": sequence}, Channel: "cha_1"})
	}); err != nil {
		h.Fatal(err)
	}
	if n, err := h.Sealer.Seal(h.Context()); n != 1 || err != nil {
		h.Fatalf("%d events were sealed: %v", n, err)
	}
}

func (h *house) list(filter string) (found string) {
	h.Helper()
	out, err := command.Call(h.Context(), &h.Engine, "event.list", command.Meta{Actor: auth.Internal("test")}, query.Input{Filter: filter})
	if err != nil {
		h.Fatal(err)
	}
	for _, e := range out.(query.Rows[*audit.Entry]).Items {
		found += fmt.Sprintf("%d %s %s; ", e.Position, e.Actor, e.Body)
	}
	return found
}

func (h *house) verify(in audit.VerifyIn) *audit.Verification {
	h.Helper()
	out, err := command.Call(h.Context(), &h.Engine, "event.verify", command.Meta{Actor: auth.Internal("test")}, in)
	if err != nil {
		h.Fatal(err)
	}
	return out.(*audit.Verification)
}

// Spec: 6.4.3
func TestTheAuditLogTellsWhoDidWhatToWhatAndWhen(t *testing.T) {
	each(t, func(h *house) {
		h.happen("key_1", "thing_2", 1)
		for filter, want := range map[string]string{ // order-free: each by itself
			"":                          `4 key_1 {"n":1}; 3 usr_ann {"n":3}; 2 usr_ben {"n":2}; 1 usr_ann {"n":1}; `,
			"actor:usr_ann":             `3 usr_ann {"n":3}; 1 usr_ann {"n":1}; `,
			"actor:usr_ben,key_1":       `4 key_1 {"n":1}; 2 usr_ben {"n":2}; `,
			"subject:thing_2":           `4 key_1 {"n":1}; `,
			"type:test.happened":        `4 key_1 {"n":1}; 3 usr_ann {"n":3}; 2 usr_ben {"n":2}; 1 usr_ann {"n":1}; `,
			"type:test.else":            ``,
			"command:cmd_2":             `2 usr_ben {"n":2}; `,
			"time<2026-03-01T12:01:00Z": `1 usr_ann {"n":1}; `,
			"actor:usr_ann time>2026-03-01T12:00:00Z": `3 usr_ann {"n":3}; `,
		} {
			if got := h.list(filter); got != want {
				h.Errorf("%q finds %s", filter, got)
			}
		}
	})
}

func TestTheLogIsVerifiedPartByPart(t *testing.T) {
	each(t, func(h *house) {
		first := h.verify(audit.VerifyIn{Limit: 2})
		if first.Checked != 2 || first.To != 2 || first.Last != 3 || first.Done || first.Fault != "" || first.Checkpoints != 1 || first.Checkpoint == nil {
			h.Fatalf("the first part: %+v", first)
		}
		key, _ := hex.DecodeString(first.PublicKey)
		signature, _ := hex.DecodeString(first.Checkpoint.Signature)
		if c := first.Checkpoint; !ed25519.Verify(key, fmt.Appendf(nil, "ordo log %d %s", c.Position, c.Hash), signature) {
			h.Errorf("the signature of %+v does not fit %s", c, first.PublicKey)
		}
		if rest := h.verify(audit.VerifyIn{After: first.To, Hash: first.Hash, Limit: 2}); rest.Checked != 1 || rest.To != 3 || !rest.Done || rest.Fault != "" {
			h.Errorf("the rest: %+v", rest)
		}
		if whole := h.verify(audit.VerifyIn{}); whole.Checked != 3 || !whole.Done || whole.Fault != "" {
			h.Errorf("all at once: %+v", whole)
		}
		if err := h.DB.Tx(h.Context(), func(tx *db.Tx) error {
			tx.Write(`UPDATE events SET body = '{"n":7}' WHERE actor = 'usr_ben'`)
			return nil
		}); err != nil {
			h.Fatal(err)
		}
		if broken := h.verify(audit.VerifyIn{}); broken.To != 1 || !strings.HasPrefix(broken.Fault, "the hash at position 2 does not fit event evt_") {
			h.Errorf("after a value was changed: %+v", broken)
		}
	})
}

func TestWhoSeesAPartOfTheWorkspaceSeesNothingOfTheAuditLog(t *testing.T) {
	each(t, func(h *house) {
		part := command.Meta{Actor: auth.Actor{ID: "usr_1", Permissions: auth.All, Scope: auth.Scope{Channels: []string{"cha_1"}}}}
		out, err := command.Call(h.Context(), &h.Engine, "event.list", part, query.Input{})
		if err != nil || len(out.(query.Rows[*audit.Entry]).Items) != 0 {
			h.Errorf("told %+v, %v", out, err)
		}
		if _, err := command.Call(h.Context(), &h.Engine, "event.verify", part, audit.VerifyIn{}); problem.As(err) == nil || problem.As(err).Faults[0].Code != problem.ErrNotFound {
			h.Errorf("told %v", err)
		}
	})
}
