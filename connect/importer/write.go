package importer

import (
	"cmp"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"sync"
	"time"

	"ordo/base/clock"
	"ordo/base/id"
	"ordo/base/problem"
	"ordo/engine/command"
	"ordo/engine/db"
)

// writer writes a plan by commands, each of which takes over a batch of whole
// documents and holds the database's writer only for a moment.
type writer struct {
	engine   *command.Engine
	source   *source
	begun    begun
	progress func(Progress)

	variants  map[string]string    // by code
	customers map[string]buyer     // by number
	known     map[string]bool      // codes and customers' external ids that were there before
	returns   map[*Order][]*Return // of each order, oldest first
	numbers   map[*Return]string   // for people: a cancellation may become several returns
	prices    map[string]Line      // the latest priced sale of each code
	first     clock.Stamp          // time of the first document

	started time.Time
	size    pace
	done    int // source rows, those of earlier runs included
	new     int // source rows of this run
	of      int
}

// buyer is a customer of the workspace.
type buyer struct {
	id      string
	profile int64 // version
}

// step is a part of the work: records of one kind, in their one order.
type step struct {
	n       int
	rows    func(i int) int // source rows of a record
	prepare func(from, to int) (writing, error)
}

// writing writes records that were prepared.
type writing func(tx *db.Tx) error

// batch is some records of a step, in a command of their own.
type batch struct {
	batchIn
	to     int // record of the step behind the last one
	rows   int // source rows of the records
	weight int // what they cost, in rows
	write  writing
}

type batchIn struct {
	Import string `json:"import"`
	First  int    `json:"first"`
	Last   int    `json:"last"`
}

// write does all steps that are not done yet.
func (w *writer) write(ctx context.Context) error {
	if err := w.prepare(ctx); err != nil {
		return err
	}
	w.started, w.size = clock.System.Now(), pace{rows: firstBatch}
	before := 0
	for _, s := range w.steps() {
		skip := min(max(w.begun.Done-before, 0), s.n)
		for i := range skip {
			w.done += s.rows(i)
		}
		if err := w.do(ctx, s, before, skip); err != nil {
			return err
		}
		before += s.n
	}
	return nil
}

// do writes the records of a step from one on; before is how many records the
// earlier steps have. A batch is prepared while the one before it is written.
func (w *writer) do(ctx context.Context, s step, before, from int) error {
	b, err := w.next(s, before, from)
	for b != nil && err == nil {
		var after *batch
		var failed error
		var preparing sync.WaitGroup
		preparing.Go(func() { after, failed = w.next(s, before, b.to) })
		var held time.Duration
		held, err = w.run(ctx, b)
		preparing.Wait()
		w.size.learn(b.weight, held)
		b, err = after, cmp.Or(err, failed)
	}
	return err
}

// next prepares the batch that starts at a record of a step; nil behind the last.
func (w *writer) next(s step, before, from int) (*batch, error) {
	if from == s.n {
		return nil, nil
	}
	b := &batch{to: from}
	for b.to < s.n && (b.to == from || b.weight+ownWeight+s.rows(b.to) <= w.size.rows) {
		b.rows += s.rows(b.to)
		b.weight += ownWeight + s.rows(b.to)
		b.to++
	}
	b.batchIn = batchIn{w.begun.ID, before + from + 1, before + b.to}
	var err error
	b.write, err = s.prepare(from, b.to)
	return b, err
}

// run writes a batch and tells for how long that held the database's writer.
// The key of its command names its first record, so that a lost answer is found.
func (w *writer) run(ctx context.Context, b *batch) (held time.Duration, err error) {
	def := command.Def[batchIn, int]{
		Name: "import.batch",
		Run: func(tx *db.Tx, in batchIn) (int, error) {
			start := clock.System.Now()
			advance(tx, in.Import, in.First-1, in.Last)
			if err := b.write(tx); err != nil {
				return 0, err
			}
			err := tx.Flush()
			held = clock.System.Now().Sub(start)
			return in.Last, err
		},
		Result: func(last int) (string, int64) { return b.Import, int64(last) },
		Repeat: func(*db.Tx, string) (int, error) { return b.Last, nil },
	}
	_, err = command.Invoke(ctx, w.engine, def, command.Meta{Actor: actor, Key: fmt.Sprintf("%s:%d", b.Import, b.First)}, b.batchIn)
	switch {
	case errors.Is(err, command.ErrKeyReused): // a batch of another size began here
		return held, errConcurrent.New("the import %s has gone beyond record %d", b.Import, b.First)
	case err != nil && problem.As(err) == nil && w.engine.DB.IsUnique(err):
		return held, ErrOverlap.New("a number, SKU or customer of the records %d to %d is taken: %v", b.First, b.Last, err)
	case err != nil:
		return held, err
	}
	w.done += b.rows
	w.new += b.rows
	if w.progress != nil {
		w.progress(Progress{Done: w.done, Of: w.of, New: w.new, Took: clock.System.Now().Sub(w.started)})
	}
	return held, nil
}

// A batch should hold the writer for less than 20 ms.
const (
	target     = 12 * time.Millisecond
	firstBatch = 100
	least      = 10
	most       = 4000
	ownWeight  = 3 // rows: what a document costs beside its lines
)

// pace sizes batches by how long the last ones took.
type pace struct {
	rows int
	each time.Duration // per row, smoothed
}

// learn takes a slow batch at its word and believes in faster ones by and by.
func (p *pace) learn(weight int, held time.Duration) {
	each := held / time.Duration(max(weight, 1))
	if p.each > each {
		each = (3*p.each + each) / 4
	}
	p.each = max(each, 1)
	p.rows = min(max(int(target/p.each), least), 2*p.rows, most)
}

// id makes the id of a record from the file and a name, so that the same file
// gives the same ids in every workspace and in every run.
func (w *writer) id(prefix string, at clock.Stamp, name string) string {
	b := make([]byte, 0, sha256.Size+64)
	b = append(append(b, w.source.hash[:]...), prefix...)
	sum := sha256.Sum256(append(append(b, ' '), name...))
	return id.Source{Read: func(b []byte) { copy(b, sum[:]) }}.New(prefix, at.Time())
}

// prepare reads what is there and finds out what belongs together.
func (w *writer) prepare(ctx context.Context) error {
	w.variants, w.customers, w.known = map[string]string{}, map[string]buyer{}, map[string]bool{}
	if err := w.engine.DB.Read(ctx, func(tx *db.Tx) error { return readKnown(tx, w) }); err != nil {
		return err
	}
	w.name()
	p := w.source.plan
	w.of = p.Rows
	w.returns, w.numbers, w.prices = map[*Order][]*Return{}, map[*Return]string{}, map[string]Line{}
	times := map[string]int{}
	for _, r := range p.Returns {
		w.returns[r.Order] = append(w.returns[r.Order], r)
		times[r.Invoice]++
		w.numbers[r] = r.Invoice
		if n := times[r.Invoice]; n > 1 {
			w.numbers[r] = fmt.Sprintf("%s-%d", r.Invoice, n)
		}
	}
	for _, o := range p.Orders {
		for _, l := range o.Lines {
			if l.UnitPrice > 0 {
				w.prices[l.Code] = l
			}
		}
	}
	return nil
}

// name gives ids to the variants and customers that are not there.
func (w *writer) name() {
	for h := range w.source.plan.heads {
		if w.first == 0 || h.At < w.first {
			w.first = h.At
		}
	}
	for _, v := range w.source.plan.Variants {
		if !w.known[v.Code] {
			w.variants[v.Code] = w.id("var", w.first, v.Code)
		}
	}
	for _, c := range w.source.plan.Customers {
		if !w.known[customerKey(c.Number)] {
			w.customers[c.Number] = buyer{w.id("cus", c.Since, c.Number), 1}
		}
	}
}

// now is the time of the workspace.
func (w *writer) now() time.Time { return w.engine.DB.Clock.Now() }

// quiet is a step whose records are no source rows.
func quiet(int) int { return 0 }
