package invariant

import (
	"cmp"
	"context"
	"fmt"
	"runtime"
	"slices"
	"sync"

	"golang.org/x/sync/errgroup"

	"ordo/base/clock"
	"ordo/engine/auth"
	"ordo/engine/db"
)

// Options narrow a run; the zero value judges everything.
type Options struct {
	IDs      []string                     // of the invariants to judge; all without
	Keys     func(c Check) []string       // whose pages are these keys alone, one each; all rows if nil
	Workers  int                          // pages that are judged at once; one per processor if 0
	Progress func(c Check, checked int64) // told of each page, one at a time; may be nil
}

// Run performs the checks. Results come in their order.
func Run(ctx context.Context, d *db.DB, checks []Check, o Options) ([]Result, error) {
	workers, ctx := errgroup.WithContext(ctx)
	workers.SetLimit(cmp.Or(o.Workers, runtime.GOMAXPROCS(0)))
	r := &run{Options: o, db: d, workers: workers}
	err := r.start(ctx, checks)
	if failed := workers.Wait(); failed != nil {
		err = failed // which also ends what waits for it
	}
	if err != nil {
		return nil, err
	}
	var all []Result
	for _, s := range r.shares {
		all = append(all, s.report.all()...)
	}
	return all, nil
}

// run is a run of some checks.
type run struct {
	Options
	db      *db.DB
	workers *errgroup.Group
	shares  []*share
	telling sync.Mutex
}

// share is what one check has of a run.
type share struct {
	Check
	keys   []string // to which it is narrowed
	look   Look
	report *Report
}

// start hands all to the workers that is to be judged: first what walks by
// itself, which takes long and leaves the others to the rest of them.
func (r *run) start(ctx context.Context, checks []Check) error {
	r.choose(checks)
	for _, s := range r.shares {
		if s.Find != nil {
			r.workers.Go(func() error { return r.find(ctx, s) })
		}
	}
	walks, err := r.walks(ctx)
	if err != nil {
		return err
	}
	if r.Keys != nil {
		return r.narrowed(ctx, walks)
	}
	for _, w := range walks {
		if err := w.pages(ctx); err != nil {
			return w.failed(err)
		}
	}
	return nil
}

// choose takes the checks that have anything to judge.
func (r *run) choose(checks []Check) {
	for _, c := range checks {
		s := &share{Check: c, report: c.report(r.IDs)}
		if r.Keys != nil {
			s.keys = r.Keys(c)
		}
		if len(s.report.results) > 0 && (r.Keys == nil || len(s.keys) > 0) {
			r.shares = append(r.shares, s)
		}
	}
}

// walks puts the checks together that look at the same pages.
func (r *run) walks(ctx context.Context) (all []*walk, err error) {
	for _, s := range r.shares {
		if s.Find != nil {
			continue
		}
		if s.look, err = s.Open(ctx, r.db); err != nil {
			return nil, s.failed(err)
		}
		i := slices.IndexFunc(all, func(w *walk) bool { return w.alongside(s) })
		if i < 0 {
			i = len(all)
			all = append(all, &walk{run: r, share: s, waiting: map[int]func(){}})
		}
		all[i].all = append(all[i].all, s)
	}
	return all, nil
}

// narrowed looks at the keys of all walks in one read, and judges them.
func (r *run) narrowed(ctx context.Context, walks []*walk) error {
	pages := make([]page, len(walks))
	err := r.db.Read(ctx, func(tx *db.Tx) (err error) {
		tx.Actor = auth.Internal("verify")
		for i, w := range walks {
			pages[i] = w.open()
			for _, k := range w.keys {
				if err := pages[i].read(tx, keyRange{below(k), k, 1}); err != nil {
					return w.failed(err)
				}
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, p := range pages {
		p.judge()
		p.add()
	}
	return nil
}

// find performs a check that walks by itself.
func (r *run) find(ctx context.Context, s *share) error {
	begun := clock.System.Now()
	s.report.tell = func() { r.tell(s) }
	err := s.Find(ctx, r.db, s.report)
	s.report.took = clock.System.Now().Sub(begun)
	return s.failed(err)
}

func (r *run) tell(s *share) {
	if r.Progress != nil {
		r.telling.Lock()
		defer r.telling.Unlock()
		r.Progress(s.Check, s.report.checked)
	}
}

// alongside tells whether both look at the same pages.
func (s *share) alongside(other *share) bool {
	return s.Subject == other.Subject && s.Column == other.Column && s.Size == other.Size && slices.Equal(s.keys, other.keys)
}

func (s *share) failed(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("checking %s: %w", s.Subject, err)
}

// walk goes over the pages that some checks share.
type walk struct {
	*run
	*share // the first of them
	all    []*share

	mu      sync.Mutex
	next    int            // page that is to be added next
	waiting map[int]func() // pages that were judged before it
}

// inOrder calls the functions of pages by their numbers, whichever is judged
// first.
func (w *walk) inOrder(number int, add func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.waiting[number] = add
	for w.waiting[w.next] != nil {
		w.waiting[w.next]()
		delete(w.waiting, w.next)
		w.next++
	}
}
