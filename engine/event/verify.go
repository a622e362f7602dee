package event

import (
	"context"
	"crypto/ed25519"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"

	"ordo/engine/auth"
	"ordo/engine/db"
)

// signed is a checkpoint: a head that was signed.
type signed struct{ hash, signature string }

const absent = "position %d is missing"

// check is one walk over the log.
type check struct {
	verifier    ed25519.PublicKey
	checkpoints map[int64]signed
	settled     int64 // events before this time are sealed by now
	head        Head  // so far
	count       int64 // of settled events
	buffer      []byte
}

// Verify walks the whole log page by page and returns the first break of the
// hash chain, of its checkpoints, of the sequence of a subject, or events that
// are not in the log though they should be, described for people; "" if there
// is none. verifier is the public key of the checkpoints.
func Verify(ctx context.Context, d *db.DB, verifier ed25519.PublicKey, progress func(done int64)) (fault string, head Head, err error) {
	c := &check{verifier: verifier, checkpoints: map[int64]signed{}}
	if err := d.Read(ctx, c.load); err != nil {
		return "", head, err
	}
	for n := batch; n == batch; {
		if fault, n, err = c.page(ctx, d); err != nil || fault != "" {
			return fault, c.head, err
		}
		if progress != nil {
			progress(c.head.Position)
		}
	}
	if fault := c.end(); fault != "" {
		return fault, c.head, nil
	}
	err = d.Read(ctx, func(tx *db.Tx) (err error) {
		fault, err = c.unsealed(tx)
		return err
	})
	return fault, c.head, err
}

// page goes over the next n events of the log, up to the first fault.
func (c *check) page(ctx context.Context, d *db.DB) (fault string, n int, err error) {
	from, count := c.head, c.count
	err = d.Read(ctx, func(tx *db.Tx) error {
		tx.Actor = auth.Internal("verify")
		c.head, c.count = from, count
		fault, n, err = c.next(tx, batch)
		return err
	})
	return fault, n, err
}

// next goes over the events behind the head, up to limit or the first fault, and
// tells how many it read.
func (c *check) next(tx *db.Tx, limit int) (fault string, n int, err error) {
	behind := c.head.Position
	there, ordered := map[place]bool{}, true
	err = tx.Load(db.Many(`SELECT l.position, l.hash, `+columns+` FROM log l JOIN events e ON e.id = l.event_id WHERE l.position > $1 ORDER BY l.position LIMIT $2`,
		[]any{behind, limit}, func(scan db.Scan) error {
			var e Sealed
			var body string
			if err := scan(&e.Position, &e.Hash, &e.ID, &e.Subject, &e.Sequence, &e.Type, &e.Version, &e.Actor, &e.Command, &e.At, &e.Channel, &e.Location, &e.Customer, &body); err != nil {
				return err
			}
			n++
			if fault == "" {
				fault = c.event(&e, body)
			}
			ordered = ordered && (e.Sequence == 1 || there[place{e.Subject, e.Sequence - 1}])
			there[place{e.Subject, e.Sequence}] = true
			return nil
		}))
	if err == nil && fault == "" && !ordered {
		fault, err = orphan(tx, behind, limit)
	}
	return fault, n, err
}

func (c *check) load(tx *db.Tx) error {
	c.settled = tx.Now.Add(-2 * longest).UnixMicro()
	return tx.Load(db.Many(`SELECT position, hash, signature FROM checkpoints`, nil, c.collect))
}

// collect takes in a checkpoint.
func (c *check) collect(scan db.Scan) error {
	var p int64
	var s signed
	err := scan(&p, &s.hash, &s.signature)
	c.checkpoints[p] = s
	return err
}

// event judges the next event.
func (c *check) event(e *Sealed, body string) string {
	head, b := c.head.linked(e, body, c.buffer)
	s, isSigned := c.checkpoints[e.Position]
	switch {
	case e.Position != head.Position:
		return fmt.Sprintf(absent, head.Position)
	case e.Hash != head.Hash:
		return fmt.Sprintf("the hash at position %d does not fit event %s", e.Position, e.ID)
	case isSigned && (s.hash != head.Hash || !valid(c.verifier, head, s.signature)):
		return fmt.Sprintf("the checkpoint at position %d does not fit", e.Position)
	}
	c.head, c.buffer = head, b
	if e.At < c.settled {
		c.count++
	}
	return ""
}

// end judges whether the log reaches as far as it once did, and all checkpoints
// stand in it.
func (c *check) end() string {
	positions := slices.Sorted(maps.Keys(c.checkpoints))
	if len(positions) == 0 {
		return ""
	}
	return c.head.within(positions[0], positions[len(positions)-1])
}

// within judges whether the first and the last checkpoint stand in a log that
// ends here.
func (h Head) within(first, last int64) string {
	switch {
	case last > h.Position:
		return fmt.Sprintf("the log ends at %d, before its checkpoint %d", h.Position, last)
	case first < 1:
		return fmt.Sprintf("there is a checkpoint at position %d, before the first event", first)
	}
	return ""
}

// orphan finds an event that does not stand behind its predecessor in the log.
func orphan(tx *db.Tx, position int64, limit int) (fault string, err error) {
	var subject string
	var sequence int64
	err = tx.Load(db.One(`SELECT e.subject, e.sequence FROM log l JOIN events e ON e.id = l.event_id
		LEFT JOIN events p ON p.subject = e.subject AND p.sequence = e.sequence - 1 LEFT JOIN log pl ON pl.event_id = p.id
		WHERE l.position > $1 AND l.position <= $2 AND e.sequence <> 1 AND (pl.position IS NULL OR pl.position > l.position)
		ORDER BY l.position LIMIT 1`, []any{position, position + int64(limit)}, &subject, &sequence))
	if subject != "" {
		fault = fmt.Sprintf("event %d of %s does not stand behind event %d", sequence, subject, sequence-1)
	}
	return fault, err
}

// unsealed finds events that should be in the log by now.
func (c *check) unsealed(tx *db.Tx) (fault string, err error) {
	var all int64
	err = tx.Load(db.One(`SELECT COUNT(*) FROM events WHERE at < $1`, []any{c.settled}, &all))
	if all > c.count {
		fault = fmt.Sprintf("%d events are not in the log", all-c.count)
	}
	return fault, err
}

func valid(key ed25519.PublicKey, h Head, signature string) bool {
	b, err := hex.DecodeString(signature)
	return err == nil && len(key) == ed25519.PublicKeySize && ed25519.Verify(key, h.message(), b)
}
