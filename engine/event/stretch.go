package event

import (
	"crypto/ed25519"
	"fmt"

	"ordo/base/id"
	"ordo/engine/db"
)

// Stretch is what was found in a part of the log.
type Stretch struct {
	Head              // the last event that fits, and all before it in the part
	Fault      string // the first break behind it, for people; "" if there is none
	Last       int64  // position at which the log ends
	Done       bool   // the part reaches as far
	Checked    int64  // events
	Signed     int64  // checkpoints among them that fit
	Checkpoint Head   // the last of these
	Signature  string // of the last of these
}

// VerifyStretch judges the events behind a head, up to limit of them, by all that
// Verify judges. A head without a hash is taken as it is stored: parts that
// follow each other, each from the head of the one before, judge the whole. It
// reads no more than the part, but that it looks a little to either side for
// events that are not in the log. The actor has to see all events.
func VerifyStretch(tx *db.Tx, verifier ed25519.PublicKey, from Head, limit int) (p Stretch, err error) {
	c := check{verifier: verifier, checkpoints: map[int64]signed{}, settled: tx.Now.Add(-2 * longest).UnixMicro()}
	first, last := int64(1), int64(0) // checkpoints
	if err := tx.Load(
		db.One(`SELECT COALESCE(MAX(position), 0) FROM log`, nil, &p.Last),
		db.One(`SELECT COALESCE(MIN(position), 1) FROM checkpoints`, nil, &first),
		db.One(`SELECT COALESCE(MAX(position), 0) FROM checkpoints`, nil, &last),
		db.One(`SELECT l.position, l.hash, e.at FROM log l JOIN events e ON e.id = l.event_id WHERE l.position = $1`, []any{from.Position}, &p.Position, &p.Hash, &p.At),
		db.Many(`SELECT position, hash, signature FROM checkpoints WHERE position > $1 AND position <= $2`, []any{from.Position, from.Position + int64(limit)}, c.collect),
	); err != nil {
		return p, err
	}
	if p.Fault = from.goesOn(p); p.Fault != "" {
		return p, nil
	}
	behind := p.Head
	c.head = behind
	fault, n, err := c.next(tx, limit)
	p.Head, p.Fault, p.Checked, p.Done = c.head, fault, c.head.Position-behind.Position, n < limit
	p.sign(c.checkpoints)
	switch {
	case err != nil || p.Fault != "":
	case p.Done && p.Last > p.Position:
		p.Fault = fmt.Sprintf(absent, p.Position+1)
	case p.Done && p.within(first, last) != "":
		p.Fault = p.within(first, last)
	default:
		p.Fault, err = c.hidden(tx, behind, p)
	}
	return p, err
}

// goesOn judges whether a head is the one that is stored.
func (h Head) goesOn(p Stretch) string {
	switch {
	case h.Position > p.Last:
		return fmt.Sprintf("the log ends at %d, before %d", p.Last, h.Position)
	case h.Position != p.Position:
		return fmt.Sprintf(absent, h.Position)
	case h.Hash != "" && h.Hash != p.Hash:
		return fmt.Sprintf("the hash at position %d is not the one that was told before", h.Position)
	}
	return ""
}

// sign tells of the checkpoints as far as the stretch fits.
func (p *Stretch) sign(checkpoints map[int64]signed) {
	for position, s := range checkpoints { // order-free: they are counted, and the last is kept
		if position > p.Position {
			continue
		}
		p.Signed++
		if position > p.Checkpoint.Position {
			p.Checkpoint, p.Signature = Head{Position: position, Hash: s.hash}, s.signature
		}
	}
}

// hidden finds an event that was made about when those of the part were, or
// before all or since, and is not in the log though it should be. What lies
// between two parts belongs to both.
func (c *check) hidden(tx *db.Tx, behind Head, p Stretch) (fault string, err error) {
	from, until := id.First("evt", db.Time(behind.At-longest.Microseconds())), id.First("evt", db.Time(p.At))
	if behind.Position == 0 {
		from = ""
	}
	if p.Done {
		until = "~" // behind all ids
	}
	found := ""
	err = tx.Load(db.One(`SELECT e.id FROM events e LEFT JOIN log l ON l.event_id = e.id
		WHERE e.id >= $1 AND e.id < $2 AND e.at < $3 AND l.event_id IS NULL ORDER BY e.id LIMIT 1`, []any{from, until, c.settled}, &found))
	if found != "" {
		fault = fmt.Sprintf("event %s is not in the log", found)
	}
	return fault, err
}
