package event

import (
	"context"
	"crypto/ed25519"
	"encoding/hex"
	"encoding/json"
	"fmt"

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
	Actor    string          `json:"actor"`
	Command  string          `json:"command"`
	At       int64           `json:"-"`
	Time     string          `json:"at" format:"date-time"`
	Channel  string          `json:"-"`
	Location string          `json:"-"`
	Customer string          `json:"-"`
	Body     json.RawMessage `json:"body" doc:"The full new value of every changed field that is not personal"`
	Hash     string          `json:"-"`
}

// fields are the destinations of columns.
func (e *Sealed) fields() []any {
	return []any{&e.ID, &e.Subject, &e.Sequence, &e.Type, &e.Version, &e.Actor, &e.Command, &e.At, &e.Channel, &e.Location, &e.Customer, (*[]byte)(&e.Body)}
}

const columns = `e.id, e.subject, e.sequence, e.type, e.version, e.actor, e.command, e.at, e.channel_id, e.location_id, e.customer_id, e.body`

// scope narrows events to what the actor may read.
func scope(a auth.Actor, first int) (string, []any) {
	return a.Scope.SQL(auth.Columns{Channel: "e.channel_id", Location: "e.location_id", Customer: "e.customer_id"}, first)
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

// After returns the sealed events behind a position, oldest first, as far as
// the actor may read them, and the position up to which it has looked.
func After(tx *db.Tx, position int64, limit int) (all []Sealed, next int64, err error) {
	condition, args := scope(tx.Actor, 3)
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

// visible cuts bodies down to what customers may see of each type.
func visible(a auth.Actor, all []Sealed) []Sealed {
	if a.Scope.Customer == "" {
		return all
	}
	for i, e := range all {
		all[i].Body = public(e)
	}
	return all
}

func public(e Sealed) json.RawMessage {
	mu.Lock()
	t := types[e.Type]
	mu.Unlock()
	var body, seen = map[string]json.RawMessage{}, map[string]json.RawMessage{}
	if t != nil && json.Unmarshal(e.Body, &body) == nil {
		for _, name := range t.Public {
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

// Consumer deals with every sealed event once per batch, in order.
type Consumer struct {
	Name   string
	Handle func(ctx context.Context, events []Sealed) error // before the cursor moves: it may see a batch again after a crash
}

// Step hands the next batch to the consumer and moves its cursor. It returns
// the size of the batch.
func (c *Consumer) Step(ctx context.Context, d *db.DB) (int, error) {
	var from, next int64
	var events []Sealed
	err := d.Read(ctx, func(tx *db.Tx) (err error) {
		tx.Actor = auth.Internal("consumer:" + c.Name)
		if err := tx.Load(db.One(`SELECT position FROM cursors WHERE consumer = $1`, []any{c.Name}, &from)); err != nil {
			return err
		}
		events, next, err = After(tx, from, batch)
		return err
	})
	if err != nil || len(events) == 0 {
		return 0, err
	}
	if err := c.Handle(ctx, events); err != nil {
		return 0, err
	}
	return len(events), d.Tx(ctx, func(tx *db.Tx) error {
		tx.Write(`INSERT INTO cursors (consumer, position) VALUES ($1, $2) ON CONFLICT (consumer) DO UPDATE SET position = $2`, c.Name, next)
		return nil
	})
}

// Verify walks the whole log page by page and returns the first break of the
// hash chain, of its checkpoints or of a subject's sequence, described for
// people; "" if there is none. verifier is the public key of the checkpoints.
func Verify(ctx context.Context, d *db.DB, verifier ed25519.PublicKey, progress func(done int64)) (fault string, head Head, err error) {
	signatures := map[int64][2]string{}
	if err := d.Read(ctx, func(tx *db.Tx) error {
		return tx.Load(db.Many(`SELECT position, hash, signature FROM checkpoints`, nil, func(scan db.Scan) error {
			var p int64
			var c [2]string
			err := scan(&p, &c[0], &c[1])
			signatures[p] = c
			return err
		}))
	}); err != nil {
		return "", head, err
	}
	for {
		var page []Sealed
		err := d.Read(ctx, func(tx *db.Tx) (err error) {
			tx.Actor = auth.Internal("verify")
			page, _, err = After(tx, head.Position, batch)
			return err
		})
		if err != nil {
			return "", head, err
		}
		for _, e := range page {
			next := head.link(e)
			switch c, signed := signatures[e.Position]; {
			case e.Position != next.Position:
				return fmt.Sprintf("position %d is missing", next.Position), head, nil
			case e.Hash != next.Hash:
				return fmt.Sprintf("the hash at position %d does not fit event %s", e.Position, e.ID), head, nil
			case signed && (c[0] != next.Hash || !valid(verifier, next, c[1])):
				return fmt.Sprintf("the checkpoint at position %d does not fit", e.Position), head, nil
			}
			delete(signatures, e.Position)
			head = next
		}
		if progress != nil {
			progress(head.Position)
		}
		if len(page) < batch {
			break
		}
	}
	for p := range signatures { // order-free: any one shows the cut
		if p > head.Position {
			return fmt.Sprintf("the log ends at %d, before its checkpoint %d", head.Position, p), head, nil
		}
	}
	return "", head, nil
}

func valid(key ed25519.PublicKey, h Head, signature string) bool {
	b, err := hex.DecodeString(signature)
	return err == nil && len(key) == ed25519.PublicKeySize && ed25519.Verify(key, h.message(), b)
}
