package backlog

import (
	"ordo/base/problem"
	"ordo/engine/auth"
	"ordo/engine/db"
	"ordo/engine/query"
)

const columns = `j.id, j.kind, j.args, j.state, j.priority, j.run_at, j.tries, j.max_tries, j.error, j.replays, j.created_at, COALESCE(j.ended_at, 0)`

func (j *Job) places() []any {
	return []any{&j.ID, &j.Kind, db.ScanJSON(&j.Args), &j.State, &j.Priority, &j.RunAt, &j.Tries, &j.MaxTries, &j.Error, &j.Replays, &j.CreatedAt, &j.EndedAt}
}

// Schema is what the list of jobs can be filtered and sorted by.
var Schema = query.Schema{
	ID: "j.id", Sort: "-created",
	Fields: []query.Field{
		{Name: "id", Doc: "Id", Type: query.ID, Column: "j.id", Indexed: true},
		{Name: "kind", Doc: "What it does", Type: query.ID, Column: "j.kind", Sortable: true},
		{Name: "state", Doc: "State", Type: query.Enum, Column: "j.state", Values: []string{"waiting", "running", "done", "dead"}},
		{Name: "tries", Doc: "Tries so far", Type: query.Number, Column: "j.tries", Sortable: true},
		{Name: "created", Doc: "When it was enqueued", Type: query.Time, Column: "j.created_at", Sortable: true},
		{Name: "run", Doc: "Not before", Type: query.Time, Column: "j.run_at", Sortable: true},
	},
}

// scope hides jobs, which belong to the whole workspace, from those who see a
// part of it.
var scope = auth.Columns{}

// List returns a page of jobs.
func List(tx *db.Tx, in query.Input) (query.Rows[*Job], error) {
	return query.Select(tx, in, Schema, query.Source{Columns: columns, From: "jobs j", Scope: scope},
		func(row **Job) []any { *row = &Job{}; return (*row).places() })
}

// Get returns a job, or not found.
func Get(tx *db.Tx, id string) (*Job, error) {
	j := &Job{}
	condition, scoped := tx.Actor.Scope.SQL(scope, 2)
	if err := tx.Load(db.One(`SELECT `+columns+` FROM jobs j WHERE j.id = $1 AND `+condition, append([]any{id}, scoped...), j.places()...)); err != nil {
		return nil, err
	}
	if j.ID == "" {
		return nil, problem.ErrNotFound.New("no job %s", id)
	}
	return j, nil
}

// save lets a dead job wait again.
func save(tx *db.Tx, j *Job) {
	tx.Must(db.ErrStale, `UPDATE jobs SET state = $2, tries = $3, run_at = $4, ended_at = NULL, replays = $5 WHERE id = $1 AND state = 'dead'`,
		j.ID, j.State, j.Tries, j.RunAt, j.Replays)
}
