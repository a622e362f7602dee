package webhook

import (
	"fmt"

	"ordo/base/clock"
	"ordo/base/problem"
	"ordo/engine/auth"
	"ordo/engine/db"
	"ordo/engine/query"
)

const endpointColumns = `w.id, w.name, w.url, w.types, w.filter, w.channels, w.locations, w.customer_id, w.parallel, w.state, w.paused_for, w.secret_generation, w.previous_until,
	w.replay_after, w.replay_until, w.replay_until <> '', w.failures, w.failing_since, w.rest_until, w.last_success_at, w.last_failure_at, w.last_error, w.created_at, w.version, w.event_sequence,
	COALESCE((SELECT MAX(l.position) FROM log l) - (SELECT c.position FROM cursors c WHERE c.consumer = 'webhook:' || w.id), 0),
	(SELECT COUNT(*) FROM (SELECT 1 AS x FROM webhook_deliveries d WHERE d.endpoint_id = w.id AND d.state = 'waiting' LIMIT 10000) waiting)`

func (w *Endpoint) places() []any {
	return []any{&w.ID, &w.Name, &w.URL, db.ScanJSON(&w.Types), &w.Filter, db.ScanJSON(&w.Channels), db.ScanJSON(&w.Locations), &w.CustomerID, &w.Parallel, &w.State, &w.PausedFor, &w.Generation, &w.PreviousUntil,
		&w.replayAfter, &w.replayUntil, &w.Replaying, &w.Failures, &w.FailingSince, &w.RestUntil, &w.LastSuccessAt, &w.LastFailureAt, &w.LastError, &w.CreatedAt, &w.Version, &w.sequence,
		&w.Behind, &w.Waiting}
}

// scope hides endpoints, which belong to the whole workspace, from those who see
// a part of it.
var scope = auth.Columns{}

// Schema is what the list of endpoints can be filtered and sorted by.
var Schema = query.Schema{
	ID: "w.id", Sort: "name",
	Fields: []query.Field{
		{Name: "id", Doc: "Id", Type: query.ID, Column: "w.id"},
		{Name: "name", Doc: "What it is for", Type: query.Text, Column: "lower(w.name)", Sortable: true},
		{Name: "state", Doc: "Whether it is sent to", Type: query.Enum, Column: "w.state", Values: []string{"active", "paused"}},
		{Name: "paused_for", Doc: "Why it is paused", Type: query.Enum, Column: "w.paused_for", Values: []string{"request", "failing", "gone"}},
		{Name: "failures", Doc: "Requests in a row that failed", Type: query.Number, Column: "w.failures", Sortable: true},
		{Name: "created", Doc: "When it was added", Type: query.Time, Column: "w.created_at", Sortable: true},
	},
}

// List returns a page of endpoints, but for deleted ones.
func List(tx *db.Tx, in query.Input) (query.Rows[*Endpoint], error) {
	return query.Select(tx, in, Schema, query.Source{Columns: endpointColumns, From: "webhook_endpoints w", Where: "w.state <> 'deleted'", Scope: scope},
		func(row **Endpoint) []any { *row = &Endpoint{}; return (*row).places() })
}

// Get returns an endpoint without its secret, also one that was deleted, or not
// found.
func Get(tx *db.Tx, id string) (*Endpoint, error) { return get(tx, id, "") }

// get is Get, with what is to be locked.
func get(tx *db.Tx, id, lock string) (*Endpoint, error) {
	w := &Endpoint{}
	condition, scoped := tx.Actor.Scope.SQL(scope, 2)
	if err := tx.Load(db.One(`SELECT `+endpointColumns+` FROM webhook_endpoints w WHERE w.id = $1 AND `+condition+lock, append([]any{id}, scoped...), w.places()...)); err != nil {
		return nil, err
	}
	if w.ID == "" {
		return nil, problem.ErrNotFound.New("no webhook endpoint %s", id)
	}
	return w, nil
}

// known notes channels, locations and a customer that are not there.
func (f Facts) known(tx *db.Tx, faults *problem.List) error {
	customers := []string{}
	if f.CustomerID != "" {
		customers = append(customers, f.CustomerID)
	}
	there := map[string]bool{}
	if err := tx.Load(existing("channels", f.Channels, there), existing("locations", f.Locations, there), existing("customers", customers, there)); err != nil {
		return err
	}
	for i, id := range f.Channels {
		if !there[id] {
			faults.Add(problem.ErrInvalidValue, fmt.Sprintf("/channels/%d", i), "there is no channel %q", id)
		}
	}
	for i, id := range f.Locations {
		if !there[id] {
			faults.Add(problem.ErrInvalidValue, fmt.Sprintf("/locations/%d", i), "there is no location %q", id)
		}
	}
	for _, id := range customers {
		if !there[id] {
			faults.Add(problem.ErrInvalidValue, "/customer_id", "there is no customer %q", id)
		}
	}
	return nil
}

// existing notes which of the ids a table has.
func existing(table string, ids []string, there map[string]bool) db.Read {
	args := []any{""} // so that there is one
	for _, id := range ids {
		args = append(args, id)
	}
	return db.Many(`SELECT id FROM `+table+` WHERE id IN (`+db.Params(1, len(args))+`)`, args, func(scan db.Scan) error {
		var id string
		err := scan(&id)
		there[id] = true
		return err
	})
}

func insert(tx *db.Tx, w *Endpoint) {
	tx.Write(`INSERT INTO webhook_endpoints (id, name, url, types, filter, channels, locations, customer_id, parallel, state, secret_generation, created_at, version, event_sequence)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
		w.ID, w.Name, w.URL, db.JSON(w.Types), w.Filter, db.JSON(w.Channels), db.JSON(w.Locations), w.CustomerID, w.Parallel, w.State, w.Generation, w.CreatedAt, w.Version, w.sequence)
}

// save writes what commands decide of an endpoint that was read in this
// transaction. What the dispatcher counts stays.
func save(tx *db.Tx, w *Endpoint) {
	tx.Must(db.ErrStale, `UPDATE webhook_endpoints SET name = $3, url = $4, types = $5, filter = $6, channels = $7, locations = $8, customer_id = $9, parallel = $10,
		state = $11, paused_for = $12, secret_generation = $13, previous_until = $14, version = $15, event_sequence = $16 WHERE id = $1 AND version = $2`,
		w.ID, w.Version-1, w.Name, w.URL, db.JSON(w.Types), w.Filter, db.JSON(w.Channels), db.JSON(w.Locations), w.CustomerID, w.Parallel,
		w.State, w.PausedFor, w.Generation, w.PreviousUntil, w.Version, w.sequence)
}

// forgive forgets failures and lets what waits be sent now, with all its tries.
func forgive(tx *db.Tx, w *Endpoint) {
	tx.Write(`UPDATE webhook_endpoints SET failures = 0, failing_since = 0, rest_until = 0 WHERE id = $1`, w.ID)
	tx.Write(`UPDATE webhook_deliveries SET tries = 0, next_at = $2 WHERE endpoint_id = $1 AND state = 'waiting'`, w.ID, tx.Micros())
}

// deleted locks an endpoint and tells whether it was deleted: nothing comes to
// wait for it then.
func deleted(tx *db.Tx, id string) (is bool, err error) {
	err = tx.Load(db.One(`SELECT w.state = 'deleted' FROM webhook_endpoints w WHERE w.id = $1`+tx.ForUpdate(), []any{id}, &is))
	return is, err
}

// giveUp ends what waits for an endpoint that was deleted.
func giveUp(tx *db.Tx, w *Endpoint) {
	tx.Write(`UPDATE webhook_deliveries SET state = 'failed', error = 'the endpoint was deleted', ended_at = $2 WHERE endpoint_id = $1 AND state = 'waiting'`, w.ID, tx.Micros())
}

// beginReplay writes where a replay begins and ends.
func beginReplay(tx *db.Tx, w *Endpoint) {
	tx.Must(db.ErrStale, `UPDATE webhook_endpoints SET replay_after = $2, replay_until = $3 WHERE id = $1 AND replay_until = ''`, w.ID, w.replayAfter, w.replayUntil)
}

// moveReplay writes how far a replay has come; it ends at an empty until.
func moveReplay(tx *db.Tx, w *Endpoint, after, until string) {
	tx.Must(errElsewhere, `UPDATE webhook_endpoints SET replay_after = $4, replay_until = $5 WHERE id = $1 AND replay_after = $2 AND replay_until = $3 AND state <> 'deleted'`,
		w.ID, w.replayAfter, w.replayUntil, after, until)
}

// working are the ids of the endpoints for which there is something to do, and
// whether there is any that may be sent to at all: if not, nothing else is read.
func working(tx *db.Tx) (ids []string, some bool, err error) {
	found := 0
	if err := tx.Load(db.One(`SELECT 1 FROM webhook_endpoints w WHERE w.state = 'active' OR `+trialWaits+` LIMIT 1`, nil, &found)); err != nil || found == 0 {
		return nil, false, err
	}
	err = tx.Load(db.Many(`SELECT w.id FROM webhook_endpoints w LEFT JOIN cursors c ON c.consumer = 'webhook:' || w.id
		WHERE w.state = 'active' AND w.rest_until <= $1 AND (w.replay_until <> '' OR c.position < (SELECT MAX(l.position) FROM log l)
			OR EXISTS (SELECT 1 FROM webhook_deliveries d WHERE d.endpoint_id = w.id AND d.state = 'waiting' AND d.next_at <= $1))
		OR `+trialWaits+` ORDER BY w.id`, []any{tx.Micros()}, func(scan db.Scan) error {
		var id string
		err := scan(&id)
		ids = append(ids, id)
		return err
	}))
	return ids, true, err
}

const trialWaits = `EXISTS (SELECT 1 FROM webhook_deliveries d WHERE d.endpoint_id = w.id AND d.state = 'waiting' AND d.position = 0)`

// recordHealth writes how an endpoint does after some requests.
func recordHealth(tx *db.Tx, w *Endpoint) {
	tx.Write(`UPDATE webhook_endpoints SET failures = $2, failing_since = $3, rest_until = $4, last_success_at = $5, last_failure_at = $6, last_error = $7 WHERE id = $1`,
		w.ID, w.Failures, w.FailingSince, w.RestUntil, w.LastSuccessAt, w.LastFailureAt, w.LastError)
}

// hold takes the lease on sending to an endpoint, or fails with errElsewhere.
func hold(tx *db.Tx, w *Endpoint, owner string, until clock.Stamp) {
	tx.Must(errElsewhere, `INSERT INTO leases (name, owner, until) VALUES ($1, $2, $3)
		ON CONFLICT (name) DO UPDATE SET owner = $2, until = $3 WHERE leases.owner = $2 OR leases.until < $4`, w.consumer(), owner, until, tx.Micros())
}

// letGo ends the leases of a process that stops.
func letGo(tx *db.Tx, owner string) {
	tx.Write(`DELETE FROM leases WHERE owner = $1 AND name LIKE 'webhook:%'`, owner)
}

// active reads the ids of the endpoints that are sent events.
func active(ids *[]string) db.Read {
	return db.All(`SELECT w.id FROM webhook_endpoints w WHERE w.state = 'active' ORDER BY w.id`, nil, ids)
}
