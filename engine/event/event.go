// Package event owns the log of what happened: events are appended by
// commands, a single sealer gives them their global order and a hash chain, and
// readers follow it by position. It does not own what an event means, nor who
// hears of it outside (SSE, webhooks, mail).
package event

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"ordo/engine/db"
)

// Type is a kind of event with the version of its body's schema.
type Type struct {
	Name    string // past tense, such as "order.placed"
	Version int64
	Summary string
	Body    any      // a zero struct that encodes as bodies do; Rows where it tells of changed columns
	Public  []string // fields of the body that the customer may see; without any, not even that it happened
}

var (
	mu    sync.Mutex
	types = map[string]*Type{}
)

// Declare adds a type of event, with the zero value of its body. It panics if
// the name is taken or the body is no struct.
func Declare(name string, version int64, summary string, body any, public ...string) *Type {
	mustBe(name, body)
	mu.Lock()
	defer mu.Unlock()
	if types[name] != nil {
		panic("event: type " + name + " is declared twice")
	}
	t := &Type{name, version, summary, body, public}
	types[name] = t
	return t
}

// Types returns all types, sorted by name.
func Types() []*Type {
	mu.Lock()
	defer mu.Unlock()
	all := make([]*Type, 0, len(types))
	for _, t := range types {
		all = append(all, t)
	}
	slices.SortFunc(all, func(a, b *Type) int { return strings.Compare(a.Name, b.Name) })
	return all
}

// Encoded is a body that is JSON already, as encoding/json writes it.
type Encoded []byte

// Event is one thing that happens to a subject.
type Event struct {
	Type     *Type
	Subject  string // id of the resource
	Sequence int64  // per subject from 1 without gaps: the subject's row counts it
	Body     any    // the full new value of each changed field that is not personal; folding the bodies gives the row
	Data     any    // for reactions only, not stored

	Channel, Location, Customer string // scope of its readers
}

// Reaction carries an event to another subject in the same transaction, where
// an invariant ties the two together. All else follows the log.
type Reaction struct {
	On   string // name of the type
	Name string // what it does, for people
	Do   func(tx *db.Tx, e Event) error
}

// depth bounds reactions that cause events that cause reactions.
const depth = 5

var errDepth = errors.New("event: reactions nest too deep")

type key struct{}

// emitter is the state of emitting in one transaction.
type emitter struct {
	command   string
	reactions []Reaction
	depth     int
	seen      bool
}

// Prepare tells a transaction which command it runs and how to react. wake is
// called after the commit, with the time of its events in microseconds, if the
// command emitted any.
func Prepare(tx *db.Tx, command string, reactions []Reaction, wake func(at int64)) {
	e := &emitter{command: command, reactions: reactions}
	tx.With(key{}, e)
	if wake != nil {
		at := tx.Micros()
		tx.After(func() {
			if e.seen {
				wake(at)
			}
		})
	}
}

// Emit appends events in the transaction that causes them, then runs their
// reactions, in the order of the table.
func Emit(tx *db.Tx, events ...Event) error {
	em, ok := tx.Context().Value(key{}).(*emitter)
	if !ok {
		return errors.New("event: emitted outside a command")
	}
	em.seen = true
	rows := make([][]any, len(events))
	for i, e := range events {
		b, ok := e.Body.(Encoded)
		if !ok {
			var err error
			if b, err = json.Marshal(e.Body); err != nil {
				return fmt.Errorf("event: body of %s: %w", e.Type.Name, err)
			}
		}
		rows[i] = []any{tx.ID("evt"), e.Subject, e.Sequence, e.Type.Name, e.Type.Version, tx.Actor.ID, em.command, tx.Micros(), e.Channel, e.Location, e.Customer, string(b)}
	}
	tx.Join("events (id, subject, sequence, type, version, actor, command, at, channel_id, location_id, customer_id, body)", rows...)
	return em.react(tx, events)
}

func (em *emitter) react(tx *db.Tx, events []Event) error {
	em.depth++
	defer func() { em.depth-- }()
	for _, e := range events {
		for _, r := range em.reactions {
			if r.On != e.Type.Name {
				continue
			}
			if em.depth > depth {
				return errDepth
			}
			if err := r.Do(tx, e); err != nil {
				return err
			}
		}
	}
	return nil
}
