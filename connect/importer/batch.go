package importer

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	"ordo/base/problem"
	"ordo/engine/command"
	"ordo/engine/db"
)

// batch is what one command writes: as many chunks as its time allows.
type batch struct {
	batchIn
	chunks []*chunk
	next   *chunk // taken already, for the batch behind this one
	from   <-chan *chunk
}

type batchIn struct {
	Import string `json:"import"`
	First  int    `json:"first"` // number of its first record
}

// last is the number of the last record.
func (b *batch) last() int { return b.chunks[len(b.chunks)-1].last }

// batches writes chunks until there are no more; done is how many records are
// written.
func (w *writer) batches(ctx context.Context, done int, chunks <-chan *chunk) error {
	for next := <-chunks; next != nil; {
		b := &batch{batchIn: batchIn{w.begun.ID, done + 1}, chunks: []*chunk{next}, from: chunks}
		if err := w.run(ctx, b); err != nil {
			return err
		}
		done = b.last()
		if next = b.next; next == nil {
			next = <-chunks
		}
	}
	return nil
}

// run writes a batch. The key of its command names its first record, so that a
// lost answer is found.
func (w *writer) run(ctx context.Context, b *batch) error {
	def := command.Def[batchIn, int]{
		Name:   "import.batch",
		Run:    func(tx *db.Tx, _ batchIn) (int, error) { err := w.fill(tx, b); return b.last(), err },
		Result: func(last int) (string, int64) { return b.Import, int64(last) },
		Repeat: func(tx *db.Tx, id string) (int, error) { return b.last(), reached(tx, id, b.last()) },
	}
	_, err := command.Invoke(ctx, w.engine, def, command.Meta{Actor: actor, Key: fmt.Sprintf("%s:%d", b.Import, b.First)}, b.batchIn)
	switch {
	case err != nil && problem.As(err) == nil && w.engine.DB.IsUnique(err):
		return ErrOverlap.New("a number, SKU or customer of the records %d to %d is taken: %v", b.First, b.last(), err)
	case err != nil:
		return err
	}
	for _, c := range b.chunks {
		w.done += c.rows
		w.new += c.rows
	}
	if w.progress != nil {
		w.progress(Progress{Done: w.done, Of: w.of, New: w.new, Took: w.clock.Now().Sub(w.started)})
	}
	return nil
}

// fill writes the chunks of a batch, and takes further ones while there is time
// for them. A command that runs again writes at least those of its last run.
func (w *writer) fill(tx *db.Tx, b *batch) error {
	begun := w.clock.Now()
	done := b.First - 1
	for i := 0; i < len(b.chunks); i++ {
		c, start := b.chunks[i], w.clock.Now()
		advance(tx, b.Import, done, c.last)
		if err := c.write(tx); err != nil {
			return err
		}
		if err := tx.Flush(); err != nil {
			return err
		}
		now := w.clock.Now()
		w.pace.learn(c.weight, now.Sub(start))
		if done = c.last; i == len(b.chunks)-1 {
			b.take(limit-now.Sub(begun), w.pace)
		}
	}
	return nil
}

// take adds a chunk that is prepared, if it can be written within the time that
// is left. It does not wait for one.
func (b *batch) take(left time.Duration, p *pace) {
	if b.next == nil {
		select {
		case b.next = <-b.from:
		default:
		}
	}
	if b.next != nil && p.expects(b.next.weight) <= left {
		b.chunks, b.next = append(b.chunks, b.next), nil
	}
}

// A command may hold the writer for 20 ms.
const (
	limit      = 15 * time.Millisecond // that a batch ends before, as far as can be foreseen
	share      = 3 * time.Millisecond  // of a chunk in it
	firstChunk = 50                    // rows
	least      = 10
	most       = 1000
	ownWeight  = 3 // rows: what a document costs beside its lines
)

// pace is how long rows take, and so how large chunks should be. Chunks are cut
// by one goroutine and written by another.
type pace struct {
	each atomic.Int64 // nanoseconds per row, smoothed
	rows atomic.Int64
}

func newPace() *pace {
	p := &pace{}
	p.rows.Store(firstChunk)
	return p
}

// size is what a chunk should weigh.
func (p *pace) size() int { return int(p.rows.Load()) }

// expects tells how long a chunk of a weight will take.
func (p *pace) expects(weight int) time.Duration {
	return time.Duration(p.each.Load()) * time.Duration(weight)
}

// learn takes a slow chunk at its word and believes in faster ones by and by.
func (p *pace) learn(weight int, took time.Duration) {
	each, before := int64(took)/int64(max(weight, 1)), p.each.Load()
	if before > each {
		each = (before + each) / 2
	}
	each = max(each, 1)
	p.each.Store(each)
	p.rows.Store(min(max(int64(share)/each, least), 2*p.rows.Load(), most))
}
