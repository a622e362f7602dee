package event

import (
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"ordo/engine/db"
)

const (
	batch      = 1000                  // events sealed in one transaction at most
	pause      = 20 * time.Millisecond // between two batches
	lease      = 10 * time.Second      // of the one sealer
	poll       = time.Second           // for events of other processes
	near       = 200 * time.Millisecond
	far        = time.Minute      // the longest permitted transaction, and clock skew
	rounds     = 50               // rounds until the far window is searched again
	checkpoint = 10 * time.Minute // between two signed heads
)

// Sealer gives committed events their position in the log and links them into
// the hash chain, so that a reader with a cursor misses nothing. One process at
// a time holds the lease; should two believe they do, the unique position makes
// one of them start over.
type Sealer struct {
	DB    *db.DB
	Owner string             // of the lease: the process
	Sign  ed25519.PrivateKey // signs checkpoints; none are written if empty

	wake   chan struct{}
	sealed atomic.Pointer[chan struct{}] // closed when a batch was sealed
	round  int
	signed int64 // time of the last checkpoint
}

// NewSealer returns a sealer of d.
func NewSealer(d *db.DB, owner string, sign ed25519.PrivateKey) *Sealer {
	s := &Sealer{DB: d, Owner: owner, Sign: sign, wake: make(chan struct{}, 1)}
	c := make(chan struct{})
	s.sealed.Store(&c)
	return s
}

// Wake tells the sealer that there are events.
func (s *Sealer) Wake() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// Sealed returns a channel that closes when further events have been sealed by
// this process. Readers poll besides, for those sealed elsewhere.
func (s *Sealer) Sealed() <-chan struct{} { return *s.sealed.Load() }

// Run seals until ctx ends.
func (s *Sealer) Run(ctx context.Context) {
	for ctx.Err() == nil {
		n, err := s.Seal(ctx)
		if err != nil && ctx.Err() == nil {
			slog.Error("sealing failed", "error", err)
		}
		wait := poll
		if n > 0 {
			wait = pause
		}
		s.await(ctx, wait, n > 0)
	}
}

// await waits for d, or, if nothing was found, for a wake-up and then a pause.
func (s *Sealer) await(ctx context.Context, d time.Duration, busy bool) {
	if busy {
		s.DB.Clock.Sleep(ctx, d)
		return
	}
	waiting, stop := context.WithCancel(ctx)
	defer stop()
	go func() {
		select {
		case <-s.wake:
			stop()
		case <-waiting.Done():
		}
	}()
	s.DB.Clock.Sleep(waiting, d)
}

// Seal seals one batch and returns its size.
func (s *Sealer) Seal(ctx context.Context) (int, error) {
	var head Head
	var found []Sealed
	if err := s.DB.Read(ctx, func(tx *db.Tx) (err error) {
		if head, err = loadHead(tx); err != nil {
			return err
		}
		found, err = s.find(tx, head)
		return err
	}); err != nil {
		return 0, err
	}
	if len(found) == 0 {
		return 0, nil
	}
	rows := make([][]any, len(found))
	next := head
	for i, e := range found {
		next = next.link(e)
		rows[i] = []any{next.Position, e.ID, next.Hash}
	}
	err := s.DB.Tx(ctx, func(tx *db.Tx) error {
		var position int64
		s.hold(tx)
		if err := tx.Load(db.One(`SELECT COALESCE(MAX(position), 0) FROM log`, nil, &position)); err != nil {
			return err
		}
		if position != head.Position {
			return errLost
		}
		tx.Insert("log (position, event_id, hash)", rows...)
		s.check(tx, next)
		return nil
	})
	if err != nil {
		return 0, err
	}
	c := make(chan struct{})
	close(*s.sealed.Swap(&c))
	return len(found), nil
}

var errLost = fmt.Errorf("event: another process seals")

// hold takes or extends the lease.
func (s *Sealer) hold(tx *db.Tx) {
	tx.Must(errLost, `INSERT INTO leases (name, owner, until) VALUES ('sealer', $1, $2)
		ON CONFLICT (name) DO UPDATE SET owner = $1, until = $2 WHERE leases.owner = $1 OR leases.until < $3`,
		s.Owner, tx.Now.Add(lease).UnixMicro(), tx.Micros())
}

// find returns events that are not in the log, in an order in which each comes
// after its predecessor. An event may become visible after a later one was
// sealed: most rounds look back a little, some far.
func (s *Sealer) find(tx *db.Tx, head Head) (found []Sealed, err error) {
	window := near
	if s.round%rounds == 0 {
		window = far
	}
	s.round++
	low := head.At - window.Microseconds()
	known := map[string]int64{} // last sequence of a subject that may be sealed
	err = tx.Load(db.Many(`SELECT e.id, e.subject, e.sequence, e.type, e.version, e.actor, e.command, e.at, e.channel_id, e.location_id, e.customer_id, e.body,
		CASE WHEN e.sequence = 1 THEN 1 ELSE (SELECT COUNT(*) FROM events p JOIN log pl ON pl.event_id = p.id WHERE p.subject = e.subject AND p.sequence = e.sequence - 1) END
		FROM events e LEFT JOIN log l ON l.event_id = e.id WHERE e.at >= $1 AND l.event_id IS NULL ORDER BY e.at, e.subject, e.sequence LIMIT $2`,
		[]any{low, batch}, func(scan db.Scan) error {
			var e Sealed
			var follows int64
			if err := scan(append(e.fields(), &follows)...); err != nil {
				return err
			}
			if follows == 0 && known[e.Subject] != e.Sequence-1 {
				s.round = 0 // its predecessor lies further back
				return nil
			}
			known[e.Subject] = e.Sequence
			found = append(found, e)
			return nil
		}))
	return found, err
}

// check writes a signed checkpoint now and then.
func (s *Sealer) check(tx *db.Tx, h Head) {
	if len(s.Sign) == 0 || tx.Micros()-s.signed < checkpoint.Microseconds() {
		return
	}
	s.signed = tx.Micros()
	tx.Insert("checkpoints (position, hash, signature, at)",
		[]any{h.Position, h.Hash, hex.EncodeToString(ed25519.Sign(s.Sign, h.message())), tx.Micros()})
}

// Head is the end of the hash chain.
type Head struct {
	Position int64
	Hash     string
	At       int64 // of the event there
}

func (h Head) message() []byte { return fmt.Appendf(nil, "ordo log %d %s", h.Position, h.Hash) }

// link returns the head after e.
func (h Head) link(e Sealed) Head {
	b, err := json.Marshal([]any{h.Hash, h.Position + 1, e.ID, e.Subject, e.Sequence, e.Type, e.Version, e.Actor, e.Command, e.At, e.Channel, e.Location, e.Customer, string(e.Body)})
	if err != nil {
		panic(err) // strings and integers only
	}
	sum := sha256.Sum256(b)
	return Head{Position: h.Position + 1, Hash: hex.EncodeToString(sum[:]), At: max(h.At, e.At)}
}

func loadHead(tx *db.Tx) (h Head, err error) {
	err = tx.Load(db.One(`SELECT l.position, l.hash, e.at FROM log l JOIN events e ON e.id = l.event_id ORDER BY l.position DESC LIMIT 1`, nil, &h.Position, &h.Hash, &h.At))
	return h, err
}
