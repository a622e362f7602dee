package backlog_test

import (
	"context"
	"encoding/json"
	"errors"
	"testing"
	"time"

	"ordo/base/clock"
	"ordo/base/problem"
	"ordo/engine/auth"
	"ordo/engine/command"
	"ordo/engine/db"
	"ordo/engine/db/dbtest"
	"ordo/engine/event"
	"ordo/engine/job"
	"ordo/engine/query"
	"ordo/policy/backlog"
)

// house is a workspace with one dead job and one that is done.
type house struct {
	*testing.T
	command.Engine
	job.Worker
	clock *clock.Manual
	works bool // whether the poison has worn off
}

func each(t *testing.T, fn func(h *house)) {
	for name, url := range map[string]func(*testing.T) string{"sqlite": dbtest.SQLite, "postgres": dbtest.Postgres} {
		t.Run(name, func(t *testing.T) {
			h := &house{T: t, clock: clock.NewManual(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC))}
			d := dbtest.Open(t, url(t), db.Options{Clock: h.clock})
			h.Engine = command.Engine{DB: d, Operations: backlog.Operations, Sealer: event.NewSealer(d, "test", nil)}
			h.Worker = job.Worker{DB: d, Kinds: map[string]job.Kind{
				"poison": {Do: func(context.Context, json.RawMessage) error {
					if h.works {
						return nil
					}
					return errors.New("boom")
				}},
				"good": {Do: func(context.Context, json.RawMessage) error { return nil }},
			}}
			if err := d.Tx(t.Context(), func(tx *db.Tx) error {
				return errors.Join(job.Enqueue(tx, "poison", map[string]any{"order": "ord_1"}, job.Options{}), job.Enqueue(tx, "good", struct{}{}, job.Options{}))
			}); err != nil {
				t.Fatal(err)
			}
			for range 12 {
				h.work()
				h.clock.Advance(2 * time.Hour)
			}
			fn(h)
		})
	}
}

// work runs all jobs that are due.
func (h *house) work() {
	h.Helper()
	for worked := true; worked; {
		var err error
		if worked, err = h.Step(h.Context()); err != nil {
			h.Fatal(err)
		}
	}
}

func (h *house) list(filter string) []*backlog.Job {
	h.Helper()
	out, err := command.Call(h.Context(), &h.Engine, "job.list", command.Meta{Actor: auth.Internal("test")}, query.Input{Filter: filter})
	if err != nil {
		h.Fatal(err)
	}
	return out.(query.Rows[*backlog.Job]).Items
}

func (h *house) replay(id string, a auth.Actor) (*backlog.Job, error) {
	out, err := command.Call(h.Context(), &h.Engine, "job.replay", command.Meta{Actor: a}, backlog.ReplayIn{ID: id})
	j, _ := out.(*backlog.Job)
	return j, err
}

// Spec: 11.1.5
func TestADeadJobIsListedAndReplayedWithAllItsTries(t *testing.T) {
	each(t, func(h *house) {
		dead := h.list("state:dead")
		if len(dead) != 1 || dead[0].Kind != "poison" || dead[0].Tries != 10 || dead[0].Error != "boom" || dead[0].Args["order"] != "ord_1" || dead[0].EndedAt == 0 {
			h.Fatalf("dead are %+v", dead)
		}
		if len(dead[0].Actions) != 0 {
			h.Errorf("a row of a list has actions: %v", dead[0].Actions)
		}
		for n := int64(1); n <= 2; n++ {
			j, err := h.replay(dead[0].ID, auth.Internal("test"))
			if err != nil || j.State != "waiting" || j.Tries != 0 || j.Replays != n || j.EndedAt != 0 {
				h.Fatalf("replayed: %+v, %v", j, err)
			}
			if j.Actions[0].Name != "job.replay" || j.Actions[0].Allowed || j.Actions[0].Code != "job_not_dead" {
				h.Errorf("actions are %v", j.Actions)
			}
			h.works = n == 2
			for range 12 {
				h.work()
				h.clock.Advance(2 * time.Hour)
			}
			want := map[int64]string{1: "dead", 2: "done"}[n]
			if left := h.list("kind:poison"); len(left) != 1 || left[0].State != want {
				h.Errorf("after replay %d: %+v", n, left[0])
			}
		}
		var events int
		if err := h.Engine.DB.Read(h.Context(), func(tx *db.Tx) error {
			return tx.Load(db.One(`SELECT COUNT(*) FROM events WHERE subject = $1 AND type = 'job.replayed'`, []any{dead[0].ID}, &events))
		}); err != nil || events != 2 {
			h.Errorf("%d events, %v", events, err)
		}
	})
}

func TestOnlyADeadJobIsReplayedAndOnlyByWhomItIsPermittedTo(t *testing.T) {
	each(t, func(h *house) {
		done, dead := h.list("state:done")[0].ID, h.list("state:dead")[0].ID
		for _, c := range []struct {
			id, want string
			actor    auth.Actor
		}{
			{done, "job_not_dead", auth.Internal("test")},
			{"job_none", "not_found", auth.Internal("test")},
			{dead, "permission_missing", auth.Actor{ID: "usr_1", Permissions: auth.Permit("job.list")}},
			{dead, "not_found", auth.Actor{ID: "usr_1", Permissions: auth.Permit("*"), Scope: auth.Scope{Channels: []string{"cha_1"}}}},
		} {
			_, err := h.replay(c.id, c.actor)
			if p := problem.As(err); p == nil || p.Faults[0].Code.Name != c.want {
				h.Errorf("told %v, want %s", err, c.want)
			}
		}
		if len(h.list("state:dead")) != 1 {
			h.Error("the job is not dead any more")
		}
	})
}
