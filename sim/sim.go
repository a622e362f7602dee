package sim

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"ordo/base/clock"
	"ordo/connect/mail"
	"ordo/connect/webhook"
	"ordo/engine/command"
	"ordo/engine/db"
	"ordo/engine/invariant"
	"ordo/engine/job"
	"ordo/policy/account"
	"ordo/resource/payment"
	"ordo/sim/disk"
)

// House is a workspace in the production wiring, of which nothing runs by
// itself: the simulation takes every step.
type House struct {
	Engine *command.Engine // with its effects and its sealer
	Jobs   *job.Worker
	Keys   *account.Authenticator
	Guard  *webhook.Guard      // of the lines that webhooks go over
	Hooks  *webhook.Dispatcher // sends them
	Mail   *mail.Sender        // tells customers
	Checks []invariant.Check
	Close  func()
}

// Open wires a workspace. Payments go to the gateway.
type Open func(ctx context.Context, url string, o db.Options, gateway payment.Gateway) (*House, error)

// Options of a run.
type Options struct {
	Seed  uint64 // what the run follows from
	Steps int    // of the safety mode
	Calm  bool   // no faults

	Progress func(step int, r *Report) // called now and then, if set

	url  string                                   // of a database that is used instead of the disk in memory
	hear func(operation string, v any, err error) // gets every answer, if set
}

// Count is how often requests for an operation ended in which way.
type Count struct {
	Done    int `json:"done"`
	Refused int `json:"refused"`
	Unsure  int `json:"unsure"` // the answer did not tell, so that it was sent again
}

// Violation is something that must never be.
type Violation struct {
	Step   int    `json:"step"`
	Rule   string `json:"rule"` // an invariant, or a rule of the clients' model
	Detail string `json:"detail"`
}

// Judged counts what was judged.
type Judged struct {
	Touched int64 `json:"touched"` // judgments of an invariant on a subject, after the step that touched it
	Whole   int64 `json:"whole"`   // and in walks over the whole workspace
	Walks   int64 `json:"walks"`   // of these
	Told    int64 `json:"told"`    // acknowledged writes that were looked up

	Messages int64 `json:"messages"` // that the receivers of webhooks have in their ledgers
	Mails    int64 `json:"mails"`    // that the mail server has in its ledger
}

// Report is what a run came to.
type Report struct {
	Seed       uint64            `json:"seed"`
	Steps      int               `json:"steps"`
	Digest     string            `json:"digest"` // the end of the hash chain over all events
	Events     int64             `json:"events"`
	Orders     int64             `json:"orders"`
	Virtual    time.Duration     `json:"virtual_ns"`
	Took       time.Duration     `json:"took_ns"`
	Operations map[string]*Count `json:"operations"`
	Refusals   map[string]int    `json:"refusals"` // by code
	Work       map[string]int    `json:"work"`     // steps besides requests, by what they did
	Faults     map[string]int    `json:"faults"`   // that struck
	Judged     Judged            `json:"judged"`
	Statuses   map[string]int    `json:"statuses"` // orders at the end of the liveness mode
	Waiting    map[string]int    `json:"waiting"`  // orders that did not end, by what they wait for
	Violations []Violation       `json:"violations"`
}

// Run simulates one seed: the safety mode, then the liveness mode, and judges
// what came of it. Its error says that it could not.
func Run(ctx context.Context, open Open, o Options) (*Report, error) {
	begin := clock.System.Now()
	w := newWorld(o, open)
	defer w.end()
	err := w.run(ctx)
	w.report.Took = clock.System.Now().Sub(begin)
	return w.report, err
}

// run takes the steps. Between them it looks whether it should go on; within them
// nothing is cut off, which costs SQLite's driver a goroutine for each statement.
func (w *world) run(interrupted context.Context) error {
	ctx := context.WithoutCancel(interrupted)
	if err := w.found(ctx); err != nil {
		return fmt.Errorf("the workspace can't be set up: %w", err)
	}
	for w.step = 1; w.step <= w.options.Steps && len(w.report.Violations) < mostViolations; w.step++ {
		if err := interrupted.Err(); err != nil {
			return err
		}
		if err := w.take(ctx); err != nil {
			return fmt.Errorf("step %d: %w", w.step, err)
		}
	}
	w.report.Steps = w.step - 1
	if err := w.settle(ctx); err != nil {
		return fmt.Errorf("after %d steps: %w", w.report.Steps, err)
	}
	return w.conclude(ctx)
}

// mostViolations end a run: what follows from the first is of no interest.
const mostViolations = 20

// violated notes what must never be.
func (w *world) violated(rule, format string, a ...any) {
	w.report.Violations = append(w.report.Violations, Violation{w.step, rule, fmt.Sprintf(format, a...)})
}

// String tells a run in lines for people.
func (r *Report) String() string {
	var b strings.Builder
	done, refused, unsure := 0, 0, 0
	for _, c := range r.Operations { // order-free: sums
		done, refused, unsure = done+c.Done, refused+c.Refused, unsure+c.Unsure
	}
	fmt.Fprintf(&b, "seed %d: %d steps, %d orders, %d events, digest %s\n", r.Seed, r.Steps, r.Orders, r.Events, r.Digest)
	fmt.Fprintf(&b, "requests: %d done, %d refused, %d unsure, of %d operations; %s of virtual time in %s\n",
		done, refused, unsure, len(r.Operations), r.Virtual.Round(time.Minute), r.Took.Round(time.Millisecond))
	fmt.Fprintf(&b, "refused: %s\n", list(r.Refusals))
	fmt.Fprintf(&b, "besides: %s\nfaults: %s\n", list(r.Work), list(r.Faults))
	fmt.Fprintf(&b, "judged: %d times on what a step touched, %d times in %d whole walks, %d acknowledged writes, %d webhooks and %d mails received\n", r.Judged.Touched, r.Judged.Whole, r.Judged.Walks, r.Judged.Told, r.Judged.Messages, r.Judged.Mails)
	fmt.Fprintf(&b, "orders: %s\nwaiting: %s\n", list(r.Statuses), list(r.Waiting))
	for _, v := range r.Violations {
		fmt.Fprintf(&b, "VIOLATION at step %d: %s: %s\n", v.Step, v.Rule, v.Detail)
	}
	return b.String()
}

// list prints counts, the largest first.
func list(counts map[string]int) string {
	names := slices.SortedFunc(maps.Keys(counts), func(a, b string) int {
		return cmp.Or(cmp.Compare(counts[b], counts[a]), cmp.Compare(a, b))
	})
	parts := make([]string, len(names))
	for i, n := range names {
		parts[i] = fmt.Sprint(counts[n], " ", n)
	}
	return cmp.Or(strings.Join(parts, ", "), "none")
}

// diskFaults adds what the disk met to the faults that struck.
func (r *Report) diskFaults(s disk.Stats) {
	for name, n := range map[string]int64{"power failure": s.Power, "disk error": s.IOErrors, "full disk": s.FullDisk} { // order-free: it fills a map
		if n > 0 {
			r.Faults[name] = int(n)
		}
	}
	r.Faults["writes lost in crashes"] = int(s.Dropped)
	r.Faults["writes torn in crashes"] = int(s.Torn)
}
