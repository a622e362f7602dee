// Package invariant owns the form of an invariant and how it is checked on the
// data of a workspace: page by page, each on a fresh snapshot, with progress
// and findings. It does not own any invariant: each subject declares its own
// beside its rules, and cmd/ordo lists them.
package invariant

import (
	"context"
	"encoding/hex"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"ordo/base/clock"
	"ordo/engine/db"
)

// Invariant is a formula that the facts of a workspace always satisfy.
type Invariant struct {
	ID      string // as in docs/generated/invariants.md, such as Q2
	Formula string // what holds, for people
}

// Check is one walk over the rows of a subject that judges one invariant or
// more on its way. Several checks may judge parts of the same invariant.
type Check struct {
	Subject    string // what it walks over, such as "orders"
	Invariants []Invariant
	// Find walks and reports. Its error says that it could not look.
	Find func(ctx context.Context, d *db.DB, r *Report) error
}

// MaxFindings is how many findings are kept of an invariant in a check; all
// are counted.
const MaxFindings = 100

// Finding is a fault: where a formula does not hold.
type Finding struct {
	Subject string `json:"subject"` // id of the row
	Detail  string `json:"detail"`  // a sentence with the numbers
}

// Result is what a check found of one invariant.
type Result struct {
	ID       string        `json:"id"`
	Formula  string        `json:"formula"`
	Subject  string        `json:"subject"` // what was walked over
	Checked  int64         `json:"checked"` // rows of it
	Faults   int64         `json:"faults"`
	Took     time.Duration `json:"took_ns"` // the walk, which may serve several invariants
	Findings []Finding     `json:"findings,omitempty"`
	Rebuilt  []Rebuilt     `json:"rebuilt,omitempty"` // tables that the walk rebuilt from events
}

// Rebuilt compares a table with what the events rebuild of it.
type Rebuilt struct {
	Table  string `json:"table"`
	Rows   int64  `json:"rows"`
	Events string `json:"events"` // digest of the rows as the events tell them
	Digest string `json:"digest"` // of the rows as they are
}

// Report collects what a walk finds. It belongs to one goroutine.
type Report struct {
	checked  int64
	results  []Result
	rebuilt  []Rebuilt
	progress func(checked int64)
}

// Checked counts rows that were looked at.
func (r *Report) Checked(n int) {
	r.checked += int64(n)
	if r.progress != nil {
		r.progress(r.checked)
	}
}

// Wants tells whether the invariant is to be judged in this walk.
func (r *Report) Wants(id string) bool { return r.result(id) != nil }

// Fault reports that the invariant does not hold at a row. What is not wanted
// is dropped.
func (r *Report) Fault(id, subject, format string, a ...any) {
	result := r.result(id)
	if result == nil {
		return
	}
	if result.Faults++; len(result.Findings) < MaxFindings {
		result.Findings = append(result.Findings, Finding{subject, fmt.Sprintf(format, a...)})
	}
}

// Rebuilt notes the digests of a table that was rebuilt from events and of its
// rows as they are.
func (r *Report) Rebuilt(table string, rows int64, events, digest []byte) {
	r.rebuilt = append(r.rebuilt, Rebuilt{table, rows, hex.EncodeToString(events), hex.EncodeToString(digest)})
}

func (r *Report) result(id string) *Result {
	for i := range r.results {
		if r.results[i].ID == id {
			return &r.results[i]
		}
	}
	return nil
}

// Run performs the checks that judge one of the ids, or all without ids, as many
// at once as there are processors. progress is told about each walk from time
// to time, by one at a time; it may be nil. Results come in the order of the
// checks.
func Run(ctx context.Context, d *db.DB, checks []Check, ids []string, progress func(c Check, checked int64)) (all []Result, err error) {
	var told sync.Mutex
	found := make([][]Result, len(checks))
	walks, ctx := errgroup.WithContext(ctx)
	walks.SetLimit(runtime.GOMAXPROCS(0))
	for at, c := range slices.Backward(checks) { // the long walks stand last: short ones fill up what they leave
		r := c.report(ids)
		if len(r.results) == 0 {
			continue
		}
		if progress != nil {
			r.progress = func(checked int64) {
				told.Lock()
				defer told.Unlock()
				progress(c, checked)
			}
		}
		walks.Go(func() (err error) {
			found[at], err = c.walk(ctx, d, r)
			return err
		})
	}
	err = walks.Wait()
	return slices.Concat(found...), err
}

// report is an empty one for those of the invariants that are wanted.
func (c Check) report(ids []string) *Report {
	r := &Report{}
	for _, i := range c.Invariants {
		if len(ids) == 0 || slices.Contains(ids, i.ID) {
			r.results = append(r.results, Result{ID: i.ID, Formula: i.Formula, Subject: c.Subject})
		}
	}
	return r
}

// walk fills the report and returns its results.
func (c Check) walk(ctx context.Context, d *db.DB, r *Report) ([]Result, error) {
	begin := clock.System.Now()
	if err := c.Find(ctx, d, r); err != nil {
		return nil, fmt.Errorf("checking %s: %w", c.Subject, err)
	}
	took := clock.System.Now().Sub(begin)
	for i := range r.results {
		result := &r.results[i]
		result.Checked, result.Took, result.Rebuilt = r.checked, took, r.rebuilt
	}
	return r.results, nil
}
