package audit

import (
	"ordo/engine/auth"
	"ordo/engine/db"
	"ordo/engine/query"
)

const columns = `e.id, COALESCE(l.position, 0), e.at, e.type, e.version, e.actor, e.subject, e.sequence, e.command, e.channel_id, e.location_id, e.customer_id, e.body, COALESCE(l.hash, '')`

func (e *Entry) places() []any {
	return []any{&e.ID, &e.Position, &e.At, &e.Type, &e.Version, &e.Actor, &e.Subject, &e.Sequence, &e.Command, &e.Channel, &e.Location, &e.Customer, (*[]byte)(&e.Body), &e.Hash}
}

// Schema is what the audit log can be filtered and sorted by.
var Schema = query.Schema{
	ID: "e.id", Sort: "-time",
	Fields: []query.Field{
		{Name: "id", Doc: "Id", Type: query.ID, Column: "e.id", Indexed: true},
		{Name: "actor", Doc: "Who did it: the id of a user, an API key or a customer, or a name such as job:forget", Type: query.ID, Column: "e.actor", Indexed: true},
		{Name: "subject", Doc: "Id of what it happened to", Type: query.ID, Column: "e.subject", Indexed: true},
		{Name: "type", Doc: "Such as order.placed", Type: query.ID, Column: "e.type", Indexed: true},
		{Name: "command", Doc: "Id of the command that did it, and what else it did", Type: query.ID, Column: "e.command"},
		{Name: "time", Doc: "When it happened", Type: query.Time, Column: "e.at", Sortable: true},
	},
}

// list returns a page of the audit log. It shows what happened to accounts,
// keys and settings, which belong to the whole workspace: who sees a part of
// that is shown none of it.
func list(tx *db.Tx, in query.Input) (query.Rows[*Entry], error) {
	return query.Select(tx, in, Schema, query.Source{Columns: columns, From: "events e LEFT JOIN log l ON l.event_id = e.id", Scope: auth.Columns{}},
		func(row **Entry) []any { *row = &Entry{}; return (*row).places() })
}
