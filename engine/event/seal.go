package event

import (
	"cmp"
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
	"unicode/utf8"

	"ordo/base/clock"
	"ordo/base/id"
	"ordo/engine/db"
)

const (
	batch      = 1000                  // events sealed in one transaction at most
	pause      = 20 * time.Millisecond // between two batches
	lease      = 10 * time.Second      // of the one sealer
	poll       = time.Second           // for events of other processes
	longest    = time.Minute           // a transaction lasts, and clocks of processes differ
	checkpoint = 10 * time.Minute      // between two signed heads
)

// windows tell how often the sealer looks how far back for events that it was
// not woken for: those of other processes, and those whose commit lost its
// answer.
var windows = [...]struct{ every, back time.Duration }{
	{poll, 2 * poll},
	{longest / 2, longest},
}

// Sealer gives committed events their position in the log and links them into
// the hash chain, so that a reader with a cursor misses nothing. One process at
// a time holds the lease; should two believe they do, the unique position makes
// one of them start over.
type Sealer struct {
	DB    *db.DB
	Owner string             // of the lease: the process
	Sign  ed25519.PrivateKey // signs checkpoints; none are written if empty
	Clock clock.Clock        // of its pauses and its lease: the machine's, also where the workspace has a test clock

	wake   chan struct{}
	sealed atomic.Pointer[chan struct{}] // closed when a batch was sealed
	looked [len(windows)]time.Time       // when each window was searched last
	signed time.Time                     // time of the last checkpoint

	mu   sync.Mutex
	from int64 // time of the earliest event that may wait; never if none does
}

const never = math.MaxInt64

var errLost = errors.New("event: another process was faster")

// NewSealer returns a sealer of d. Its first search is the whole log.
func NewSealer(d *db.DB, owner string, sign ed25519.PrivateKey) *Sealer {
	s := &Sealer{DB: d, Owner: owner, Sign: sign, Clock: clock.System, wake: make(chan struct{}, 1)}
	c := make(chan struct{})
	s.sealed.Store(&c)
	return s
}

// Wake tells the sealer that there are events of this time, in microseconds.
func (s *Sealer) Wake(at int64) {
	s.note(at)
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

func (s *Sealer) note(at int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.from = min(s.from, at)
}

// Sealed returns a channel that closes when further events have been sealed by
// this process. Readers poll besides, for those sealed elsewhere.
func (s *Sealer) Sealed() <-chan struct{} { return *s.sealed.Load() }

// Run seals until ctx ends.
func (s *Sealer) Run(ctx context.Context) {
	for ctx.Err() == nil {
		n, err := s.Seal(ctx)
		if db.Unexpected(ctx, err) {
			slog.Error("sealing failed", "error", err)
		}
		if n == 0 {
			s.await(ctx)
		}
		s.Clock.Sleep(ctx, pause)
	}
}

// await waits for a wake-up, but not for long.
func (s *Sealer) await(ctx context.Context) {
	waiting, stop := context.WithCancel(ctx)
	defer stop()
	go func() {
		s.Clock.Sleep(waiting, poll)
		stop()
	}()
	select {
	case <-s.wake:
	case <-waiting.Done():
	}
}

// Seal seals one batch and returns its size; 0 if nothing waits, or if another
// process is the sealer. One goroutine calls it at a time.
func (s *Sealer) Seal(ctx context.Context) (int, error) {
	now := s.Clock.Now()
	s.mu.Lock()
	from := s.from
	s.from = never
	s.mu.Unlock()
	n, err := s.seal(ctx, now, from)
	if err != nil {
		s.note(from)
	}
	if errors.Is(err, errLost) {
		err = nil
	}
	return n, err
}

func (s *Sealer) seal(ctx context.Context, now time.Time, from int64) (int, error) {
	var head Head
	var found []Sealed
	err := s.DB.Read(ctx, func(tx *db.Tx) (err error) {
		if head, err = s.head(tx, now); err != nil {
			return err
		}
		found, err = s.find(tx, s.since(now, min(head.At, tx.Micros()), from))
		return err
	})
	if err != nil {
		return 0, err
	}
	if len(found) > 0 {
		if err := s.write(ctx, now, head, found); err != nil {
			return 0, err
		}
		c := make(chan struct{})
		close(*s.sealed.Swap(&c))
	}
	for i, w := range windows {
		if now.Sub(s.looked[i]).Abs() >= w.every {
			s.looked[i] = now
		}
	}
	return len(found), nil
}

// since returns the time from which on to search: that of the earliest event
// the sealer was woken for, and further back now and then.
func (s *Sealer) since(now time.Time, end, from int64) int64 {
	for i, w := range windows {
		if now.Sub(s.looked[i]).Abs() >= w.every {
			from = min(from, end-w.back.Microseconds())
		}
	}
	return from
}

// head reads the end of the log, unless another process holds the lease.
func (s *Sealer) head(tx *db.Tx, now time.Time) (h Head, err error) {
	other := 0
	err = tx.Load(
		db.One(`SELECT 1 FROM leases WHERE name = 'sealer' AND owner <> $1 AND until >= $2`, []any{s.Owner, now.UnixMicro()}, &other),
		db.One(`SELECT l.position, l.hash, e.at FROM log l JOIN events e ON e.id = l.event_id ORDER BY l.position DESC LIMIT 1`, nil, &h.Position, &h.Hash, &h.At))
	if err == nil && other != 0 {
		err = errLost
	}
	return h, err
}

// place is an event's place among those of its subject.
type place struct {
	subject  string
	sequence int64
}

// find returns events since a time that are not in the log, by time, but each
// after its predecessor. One whose predecessor is not visible yet is left for
// later. Ids tell the time they were made, so they need no index besides.
func (s *Sealer) find(tx *db.Tx, since int64) (found []Sealed, err error) {
	for limit := batch; ; limit *= 2 { // ids of one moment have no order: predecessors may lie far behind
		var rows int
		if found, rows, err = s.look(tx, since, limit); err != nil || len(found) > 0 || rows < limit {
			return found, err
		}
	}
}

// look is find among the first events by their ids, and tells how many these are.
func (s *Sealer) look(tx *db.Tx, since int64, limit int) (found []Sealed, n int, err error) {
	type row struct {
		Sealed
		follows int64 // its predecessor is in the log, or there is none
	}
	var rows []row
	err = tx.Load(db.Many(`SELECT e.id, e.subject, e.sequence, e.type, e.version, e.actor, e.command, e.at, e.channel_id, e.location_id, e.customer_id, e.body,
		CASE WHEN e.sequence = 1 THEN 1 ELSE (SELECT COUNT(*) FROM events p JOIN log pl ON pl.event_id = p.id WHERE p.subject = e.subject AND p.sequence = e.sequence - 1) END
		FROM events e LEFT JOIN log l ON l.event_id = e.id WHERE e.id >= $1 AND l.event_id IS NULL ORDER BY e.id LIMIT $2`,
		[]any{id.First("evt", time.UnixMicro(since)), limit}, func(scan db.Scan) error {
			var r row
			err := scan(append(r.fields(), &r.follows)...)
			rows = append(rows, r)
			return err
		}))
	if len(rows) == limit {
		s.note(rows[limit-1].At) // there may be more
	}
	slices.SortFunc(rows, func(a, b row) int {
		return cmp.Or(cmp.Compare(a.At, b.At), cmp.Compare(a.Subject, b.Subject), cmp.Compare(a.Sequence, b.Sequence))
	})
	last := map[string]int64{} // last sequence found of a subject
	waiting := map[place]Sealed{}
	for _, r := range rows {
		e := r.Sealed
		if r.follows == 0 && last[e.Subject] != e.Sequence-1 {
			waiting[place{e.Subject, e.Sequence}] = e
			continue
		}
		for ok := true; ok; e, ok = waiting[place{e.Subject, e.Sequence + 1}] {
			last[e.Subject] = e.Sequence
			found = append(found, e)
		}
	}
	return found, len(rows), err
}

// write appends the events to the log, if its end is still at head.
func (s *Sealer) write(ctx context.Context, now time.Time, head Head, found []Sealed) error {
	rows := make([][]any, len(found))
	next := head
	for i, e := range found {
		next = next.link(e)
		rows[i] = []any{next.Position, e.ID, next.Hash}
	}
	sign := len(s.Sign) > 0 && now.Sub(s.signed) >= checkpoint
	err := s.DB.Tx(ctx, func(tx *db.Tx) error {
		var position int64
		tx.Must(errLost, `INSERT INTO leases (name, owner, until) VALUES ('sealer', $1, $2)
			ON CONFLICT (name) DO UPDATE SET owner = $1, until = $2 WHERE leases.owner = $1 OR leases.until < $3`,
			s.Owner, now.Add(lease).UnixMicro(), now.UnixMicro())
		if err := tx.Load(db.One(`SELECT COALESCE(MAX(position), 0) FROM log`, nil, &position)); err != nil {
			return err
		}
		if position != head.Position {
			return errLost
		}
		tx.Insert("log (position, event_id, hash)", rows...)
		if sign {
			tx.Insert("checkpoints (position, hash, signature, at)",
				[]any{next.Position, next.Hash, hex.EncodeToString(ed25519.Sign(s.Sign, next.message())), tx.Micros()})
		}
		return nil
	})
	if err == nil && sign {
		s.signed = now
	}
	return err
}

// Head is the end of the hash chain.
type Head struct {
	Position int64
	Hash     string
	At       int64 // of the latest event so far
}

func (h Head) message() []byte { return fmt.Appendf(nil, "ordo log %d %s", h.Position, h.Hash) }

// link returns the head after e.
func (h Head) link(e Sealed) Head {
	head, _ := h.linked(&e, string(e.Body), make([]byte, 0, 1024+len(e.Body)*5/4))
	return head
}

// linked is link of an event with that body: the hash is of a list in JSON, which
// is put together in b.
func (h Head) linked(e *Sealed, body string, b []byte) (Head, []byte) {
	texts := [...]string{e.ID, e.Subject, e.Type, e.Actor, e.Command, e.Channel, e.Location, e.Customer, body}
	b = db.AppendText(append(b[:0], '['), h.Hash)
	b = strconv.AppendInt(append(b, ','), h.Position+1, 10)
	b = db.AppendText(append(b, ','), e.ID)
	b = db.AppendText(append(b, ','), e.Subject)
	b = strconv.AppendInt(append(b, ','), e.Sequence, 10)
	b = db.AppendText(append(b, ','), e.Type)
	b = strconv.AppendInt(append(b, ','), e.Version, 10)
	b = db.AppendText(append(b, ','), e.Actor)
	b = db.AppendText(append(b, ','), e.Command)
	b = strconv.AppendInt(append(b, ','), e.At, 10)
	for _, text := range texts[5:] {
		b = db.AppendText(append(b, ','), text)
	}
	b = append(b, ']')
	// JSON writes all broken characters alike: a text with one goes in as it is, too.
	for _, text := range texts {
		if !utf8.ValidString(text) {
			b = fmt.Appendf(b, "%q", text)
		}
	}
	sum := sha256.Sum256(b)
	return Head{Position: h.Position + 1, Hash: hex.EncodeToString(sum[:]), At: max(h.At, e.At)}, b
}
