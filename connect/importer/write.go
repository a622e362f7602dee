package importer

import (
	"cmp"
	"context"
	"crypto/sha256"
	"fmt"
	"sync"
	"time"

	"ordo/base/clock"
	"ordo/base/id"
	"ordo/engine/command"
	"ordo/engine/db"
)

// writer writes a plan by commands, each of which takes over whole documents
// and holds the database's writer only for a moment.
type writer struct {
	engine   *command.Engine
	source   *source
	begun    begun
	clock    clock.Clock // for measuring
	progress func(Progress)

	variants  map[string]string    // by code
	customers map[string]buyer     // by number
	known     map[string]bool      // codes and customers' external ids that were there before
	returns   map[*Order][]*Return // of each order, oldest first
	numbers   map[*Return]string   // for people: a cancellation may become several returns
	prices    map[string]Line      // the latest priced sale of each code
	first     clock.Stamp          // time of the first document

	started time.Time
	pace    *pace
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

// chunk is some records of a step, prepared to be written.
type chunk struct {
	last   int // number of its last record among those of all steps
	rows   int // source rows of the records
	weight int // what they cost, in rows
	write  writing
}

// write does all steps that are not done yet.
func (w *writer) write(ctx context.Context) error {
	if err := w.prepare(ctx); err != nil {
		return err
	}
	w.started, w.pace = w.clock.Now(), newPace()
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

// prepared is how many chunks wait for the writer at most.
const prepared = 4

// do writes the records of a step from one on; before is how many records the
// earlier steps have. Chunks are prepared while others are written.
func (w *writer) do(ctx context.Context, s step, before, from int) error {
	ctx, stop := context.WithCancel(ctx)
	chunks := make(chan *chunk, prepared)
	var failed error
	var preparing sync.WaitGroup
	preparing.Go(func() {
		defer close(chunks)
		failed = w.cut(ctx, s, before, from, chunks)
	})
	err := w.batches(ctx, before+from, chunks)
	stop()
	preparing.Wait()
	return cmp.Or(err, failed)
}

// cut prepares the records of a step from one on, as chunks of the size that
// the pace asks for, until ctx ends.
func (w *writer) cut(ctx context.Context, s step, before, from int, chunks chan<- *chunk) (err error) {
	for to := from; from < s.n; from = to {
		c := &chunk{}
		for size := w.pace.size(); to < s.n && (to == from || c.weight+ownWeight+s.rows(to) <= size); to++ {
			c.rows += s.rows(to)
			c.weight += ownWeight + s.rows(to)
		}
		c.last = before + to
		if c.write, err = s.prepare(from, to); err != nil {
			return err
		}
		select {
		case chunks <- c:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
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
