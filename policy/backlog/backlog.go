package backlog

import (
	"net/http"

	"ordo/base/clock"
	"ordo/base/problem"
	"ordo/engine/auth"
	"ordo/engine/command"
	"ordo/engine/db"
	"ordo/engine/event"
	"ordo/engine/query"
)

// ErrNotDead says that a job that is to be replayed waits, runs or is done.
var ErrNotDead = problem.Declare("job_not_dead", problem.Conflict,
	"Only a dead job can be replayed.", "Nothing has to be done about a job that waits, runs or is done.")

// Replayed is the event of a dead job that waits again.
var Replayed = event.Declare("job.replayed", 1, "A dead job was put back to wait, with all its tries.", replayed{})

// Job is work for later.
type Job struct {
	ID        string           `json:"id"`
	Kind      string           `json:"kind" doc:"What it does"`
	Args      map[string]any   `json:"args,omitempty" doc:"What it is about: ids and amounts"`
	State     string           `json:"state" enum:"waiting,running,done,dead" doc:"dead: all its tries failed, and nobody tries again"`
	Priority  int64            `json:"priority" doc:"Higher is served first"`
	RunAt     clock.Stamp      `json:"run_at" doc:"Not before"`
	Tries     int64            `json:"tries" doc:"So far, since the last replay"`
	MaxTries  int64            `json:"max_tries" doc:"Then it is dead"`
	Error     string           `json:"error" doc:"Of the last try"`
	Replays   int64            `json:"replays" doc:"How often it was brought back from the dead"`
	CreatedAt clock.Stamp      `json:"created_at"`
	EndedAt   clock.Stamp      `json:"ended_at,omitzero" doc:"When it was done, or dead"`
	Actions   []command.Action `json:"actions,omitempty"`
}

// SetActions shows which operations are open.
func (j *Job) SetActions(a []command.Action) { j.Actions = a }

// GetIn is the input of job.get.
type GetIn struct {
	ID string `path:"id" json:"id"`
}

// ReplayIn is the input of job.replay.
type ReplayIn struct {
	ID string `path:"id" json:"id"`
}

// Operations on jobs.
var Operations = []command.Operation{
	command.Def[query.Input, query.Rows[*Job]]{
		Name: "job.list", Summary: "List jobs", Method: http.MethodGet, Path: "/v1/jobs",
		Read: List,
	},
	command.Def[GetIn, *Job]{
		Name: "job.get", Summary: "Show a job", Method: http.MethodGet, Path: "/v1/jobs/{id}",
		Read: func(tx *db.Tx, in GetIn) (*Job, error) { return Get(tx, in.ID) },
	},
	command.Def[ReplayIn, *Job]{
		Name: "job.replay", Summary: "Let a dead job wait again, with all its tries", Method: http.MethodPost, Path: "/v1/jobs/{id}/replay",
		Run: Replay, Guard: guard, Result: func(j *Job) (string, int64) { return j.ID, j.Replays }, Repeat: Get,
		Example: ReplayIn{ID: "job_01"},
	},
}

func guard(j *Job, _ auth.Actor) error {
	if j.State != "dead" {
		return ErrNotDead.New("the job %s of kind %s is %s", j.ID, j.Kind, j.State)
	}
	return nil
}

// Replay lets a dead job wait again. Its key is not unique any more: another
// job may have taken its place.
func Replay(tx *db.Tx, in ReplayIn) (*Job, error) {
	j, err := Get(tx, in.ID)
	if err != nil {
		return nil, err
	}
	if err := guard(j, tx.Actor); err != nil {
		return nil, err
	}
	j.State, j.Tries, j.RunAt, j.EndedAt = "waiting", 0, clock.Stamp(tx.Micros()), 0
	j.Replays++
	save(tx, j)
	return j, event.Emit(tx, event.Event{Type: Replayed, Subject: j.ID, Sequence: j.Replays, Body: replayed{j.State, j.Tries, j.RunAt, j.Replays}})
}

// replayed is what the event of a job that waits again tells.
type replayed struct {
	State   string      `json:"state"`
	Tries   int64       `json:"tries"`
	RunAt   clock.Stamp `json:"run_at"`
	Replays int64       `json:"replays"`
}
