package event

import (
	"encoding/json"

	"ordo/engine/auth"
	"ordo/engine/db"
)

// Sealed is an event as it is stored.
type Sealed struct {
	Position int64           `json:"position,omitempty" doc:"Place in the log of all events; 0 for a moment after it happened"`
	ID       string          `json:"id"`
	Subject  string          `json:"subject" doc:"Id of the resource it happened to"`
	Sequence int64           `json:"sequence" doc:"Per subject, from 1, without gaps"`
	Type     string          `json:"type"`
	Version  int64           `json:"version" doc:"Version of the body's schema"`
	Actor    string          `json:"actor" doc:"Who did it; empty for customers unless it was them"`
	Command  string          `json:"command"`
	At       int64           `json:"-"`
	Time     string          `json:"at" format:"date-time"`
	Channel  string          `json:"-"`
	Location string          `json:"-"`
	Customer string          `json:"-"`
	Body     json.RawMessage `json:"body" doc:"The full new value of every changed field that is not personal: of order.placed in version 1 as the schema EventOrderPlacedV1 says, and so on; customers are told less"`
	Hash     string          `json:"-"`

	whole func() ([]byte, error) // its JSON, made once for all; nil where one asks alone
}

// JSON is the event as streams show it.
func (e Sealed) JSON() ([]byte, error) {
	if e.whole != nil {
		return e.whole()
	}
	return json.Marshal(e)
}

// fields are the destinations of columns.
func (e *Sealed) fields() []any {
	return []any{&e.ID, &e.Subject, &e.Sequence, &e.Type, &e.Version, &e.Actor, &e.Command, &e.At, &e.Channel, &e.Location, &e.Customer, (*[]byte)(&e.Body)}
}

const columns = `e.id, e.subject, e.sequence, e.type, e.version, e.actor, e.command, e.at, e.channel_id, e.location_id, e.customer_id, e.body`

// scope narrows events to what the actor may read. Customers read only of types
// that show them something.
func scope(a auth.Actor, first int) (string, []any) {
	condition, args := a.Scope.SQL(auth.Columns{Channel: "e.channel_id", Location: "e.location_id", Customer: "e.customer_id"}, first)
	if a.Scope.Customer == "" {
		return condition, args
	}
	var public []any
	for _, t := range Types() {
		if len(t.Public) > 0 {
			public = append(public, t.Name)
		}
	}
	if public == nil {
		return "FALSE", nil
	}
	return condition + " AND e.type IN (" + db.Params(first+len(args), len(public)) + ")", append(args, public...)
}

// Of returns the events of one subject after a sequence, as far as the actor
// may read them.
func Of(tx *db.Tx, subject string, after int64, limit int) (all []Sealed, err error) {
	condition, args := scope(tx.Actor, 4)
	err = tx.Load(db.Many(`SELECT COALESCE(l.position, 0), '', `+columns+` FROM events e LEFT JOIN log l ON l.event_id = e.id
		WHERE e.subject = $1 AND e.sequence > $2 AND `+condition+` ORDER BY e.sequence LIMIT $3`,
		append([]any{subject, after, limit}, args...), collect(&all)))
	return visible(tx.Actor, all), err
}

// By returns the events of one subject that a command caused, as far as the
// actor may read them.
func By(tx *db.Tx, subject, command string) (all []Sealed, err error) {
	condition, args := scope(tx.Actor, 3)
	err = tx.Load(db.Many(`SELECT COALESCE(l.position, 0), '', `+columns+` FROM events e LEFT JOIN log l ON l.event_id = e.id
		WHERE e.subject = $1 AND e.command = $2 AND `+condition+` ORDER BY e.sequence`,
		append([]any{subject, command}, args...), collect(&all)))
	return visible(tx.Actor, all), err
}

// Among returns the events of the subjects that a statement finds for an id,
// newest first, as far as the actor may read them: of some types if they are
// named, and those before the event with the id before if that is given.
func Among(tx *db.Tx, subjects, of string, types []string, before string, limit int) (all []Sealed, err error) {
	args := []any{of, limit}
	where := `e.subject IN (` + subjects + `)`
	if before != "" {
		args = append(args, before)
		where += ` AND (e.at, e.subject, e.sequence) < (SELECT b.at, b.subject, b.sequence FROM events b WHERE b.id = $3)`
	}
	if types != nil {
		where += ` AND e.type IN (` + db.Params(len(args)+1, len(types)) + `)`
		for _, name := range types {
			args = append(args, name)
		}
	}
	condition, scoped := scope(tx.Actor, len(args)+1)
	err = tx.Load(db.Many(`SELECT COALESCE(l.position, 0), '', `+columns+` FROM events e LEFT JOIN log l ON l.event_id = e.id
		WHERE `+where+` AND `+condition+` ORDER BY e.at DESC, e.subject DESC, e.sequence DESC LIMIT $2`, append(args, scoped...), collect(&all)))
	return visible(tx.Actor, all), err
}

// After returns the sealed events behind a position, oldest first, as far as
// the actor may read them, and the position up to which it has looked.
func After(tx *db.Tx, position int64, limit int) (all []Sealed, next int64, err error) {
	return after(tx, position, limit, nil)
}

// after is After for events of some types, or of all.
func after(tx *db.Tx, position int64, limit int, types []string) (all []Sealed, next int64, err error) {
	condition, args := scope(tx.Actor, 3)
	if len(types) > 0 {
		condition += " AND e.type IN (" + db.Params(3+len(args), len(types)) + ")"
		for _, t := range types {
			args = append(args, t)
		}
	}
	err = tx.Load(
		db.One(`SELECT COALESCE(MAX(position), 0) FROM log`, nil, &next),
		db.Many(`SELECT l.position, l.hash, `+columns+` FROM log l JOIN events e ON e.id = l.event_id
			WHERE l.position > $1 AND `+condition+` ORDER BY l.position LIMIT $2`,
			append([]any{position, limit}, args...), collect(&all)))
	if len(all) == limit {
		next = all[limit-1].Position
	}
	return visible(tx.Actor, all), max(next, position), err
}

func collect(all *[]Sealed) func(db.Scan) error {
	return func(scan db.Scan) error {
		var e Sealed
		if err := scan(append([]any{&e.Position, &e.Hash}, e.fields()...)...); err != nil {
			return err
		}
		e.Time = db.Time(e.At).Format(db.TimeFormat)
		*all = append(*all, e)
		return nil
	}
}

// Between returns the sealed events whose ids lie behind after and before until,
// in the order of their ids, as far as the actor may read them. id.First makes a
// time an id.
func Between(tx *db.Tx, after, until string, limit int) (all []Sealed, err error) {
	condition, args := scope(tx.Actor, 4)
	err = tx.Load(db.Many(`SELECT l.position, l.hash, `+columns+` FROM events e JOIN log l ON l.event_id = e.id
		WHERE e.id > $1 AND e.id < $2 AND `+condition+` ORDER BY e.id LIMIT $3`, append([]any{after, until, limit}, args...), collect(&all)))
	return visible(tx.Actor, all), err
}

// Visible tells whether the actor may read the event, and returns it with what
// they may see of it.
func Visible(a auth.Actor, e Sealed) (Sealed, bool) {
	s := a.Scope
	if !s.SeesChannel(e.Channel) || !s.SeesLocation(e.Location) || !s.SeesCustomer(e.Customer) {
		return e, false
	}
	if s.Customer == "" {
		return e, true
	}
	return told(a, e), len(typeOf(e).Public) > 0
}

// visible cuts events down to what customers may see of each type.
func visible(a auth.Actor, all []Sealed) []Sealed {
	if a.Scope.Customer != "" {
		for i, e := range all {
			all[i] = told(a, e)
		}
	}
	return all
}

// told is an event as customers see it. They are not told which of the staff
// acted.
func told(a auth.Actor, e Sealed) Sealed {
	e.whole = nil
	e.Body = public(e)
	if e.Actor != a.ID {
		e.Actor = ""
	}
	return e
}

// typeOf is the type of an event; one that is declared no more shows nothing.
func typeOf(e Sealed) *Type {
	mu.Lock()
	defer mu.Unlock()
	if t := types[e.Type]; t != nil {
		return t
	}
	return &Type{}
}

func public(e Sealed) json.RawMessage {
	var body, seen = map[string]json.RawMessage{}, map[string]json.RawMessage{}
	if json.Unmarshal(e.Body, &body) == nil {
		for _, name := range typeOf(e).Public {
			if v, ok := body[name]; ok {
				seen[name] = v
			}
		}
	}
	b, err := json.Marshal(seen)
	if err != nil {
		return json.RawMessage("{}")
	}
	return b
}
