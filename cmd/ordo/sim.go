package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"os"
	"runtime"
	"runtime/debug"
	"sync/atomic"

	"ordo/bench"
	"ordo/engine/db"
	"ordo/resource/payment"
	"ordo/sim"
)

// simCmd is `ordo sim`.
type simCmd struct {
	Seed  uint64 `help:"What the run follows from: the same seed gives the same events." default:"1"`
	Steps int    `help:"Steps of the safety mode." default:"10000"`
	Seeds int    `help:"How many seeds to run, from --seed on, as many at once as there are processors." default:"1"`
	Calm  bool   `help:"Let nothing fail."`
	Twin  string `help:"Run the script without faults on SQLite and in a new schema of this PostgreSQL server instead, and compare all answers byte by byte." placeholder:"URL"`
	Plant int    `help:"Plant so many errors in the data instead, and tell how many the invariants find." placeholder:"N"`
	JSON  bool   `help:"Print JSON, one report a line." name:"json"`
	profiled
}

// Help tells what the command does.
func (c *simCmd) Help() string {
	return `Runs the whole of Ordo over a disk in memory, with a clock that it moves, random customers, staff, carriers and a payment gateway, while statements, commits, disks and lines fail and the power goes off. After each step the invariants of what it touched are judged, and all of them now and then; then faults stop, and every order has to come to its end. A run with the same seed, steps and version repeats exactly.

Exit codes: 0 nothing was violated, 1 the simulation itself failed, 2 wrong use, 3 something was violated.`
}

// Run simulates and prints what came of it.
func (c *simCmd) Run(ctx context.Context) error {
	slog.SetDefault(slog.New(slog.DiscardHandler)) // faults are what it is about
	debug.SetGCPercent(400)                        // there is room, and much of the work is short-lived
	end, err := c.profile()
	if err != nil {
		return err
	}
	defer end()
	if c.Plant > 0 {
		return c.plant(ctx)
	}
	if c.Twin != "" {
		return c.compare(ctx)
	}
	violated := false
	err = c.seeds(ctx, func(r *sim.Report) (err error) {
		violated = violated || len(r.Violations) > 0
		if c.JSON {
			return json.NewEncoder(os.Stdout).Encode(r)
		}
		_, err = fmt.Println(r)
		return err
	})
	if err == nil && violated {
		err = errFaults
	}
	return err
}

// seeds runs the seeds, as many at once as there are processors, and hands over
// their reports in order. They share nothing.
func (c *simCmd) seeds(ctx context.Context, done func(*sim.Report) error) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	type run struct {
		report *sim.Report
		err    error
	}
	runs := make([]chan run, c.Seeds)
	for i := range runs {
		runs[i] = make(chan run, 1)
	}
	var next atomic.Int64
	for range min(runtime.GOMAXPROCS(0), c.Seeds) {
		go func() {
			for i := next.Add(1) - 1; i < int64(c.Seeds) && ctx.Err() == nil; i = next.Add(1) - 1 {
				r, err := sim.Run(ctx, simulated, sim.Options{Seed: c.Seed + uint64(i), Steps: c.Steps, Calm: c.Calm, Progress: simProgress(os.Stderr)})
				runs[i] <- run{r, err}
			}
		}()
	}
	for i := range runs {
		r := <-runs[i]
		if r.err != nil {
			return fmt.Errorf("seed %d: %w", c.Seed+uint64(i), r.err)
		}
		if err := done(r.report); err != nil {
			return err
		}
	}
	return nil
}

// compared is what a comparison of the two databases prints.
type compared struct {
	Seed       uint64          `json:"seed"`
	Steps      int             `json:"steps"`
	Answers    int             `json:"answers"` // that are equal
	Difference *sim.Difference `json:"difference,omitempty"`
}

// compare runs one script on both databases.
func (c *simCmd) compare(ctx context.Context) error {
	var drops []func() error
	defer func() {
		for _, drop := range drops {
			drop()
		}
	}()
	empty := func() (string, error) {
		url, drop, err := bench.NewSchema(ctx, c.Twin)
		if err == nil {
			drops = append(drops, drop)
		}
		return url, err
	}
	answers, d, err := sim.Twin(ctx, simulated, sim.Options{Seed: c.Seed, Steps: c.Steps, Progress: simProgress(os.Stderr)}, empty)
	if err != nil {
		return err
	}
	if c.JSON {
		err = json.NewEncoder(os.Stdout).Encode(compared{c.Seed, c.Steps, answers, d})
	} else {
		fmt.Printf("seed %d, %d steps: %d answers are equal on SQLite and PostgreSQL\n", c.Seed, c.Steps, answers)
		if d != nil {
			fmt.Printf("DIFFERENCE at request %d, %s:\nSQLite:     %s\nPostgreSQL: %s\n", d.Request, d.Operation, d.Here, d.There)
		}
	}
	if err == nil && d != nil {
		err = errFaults
	}
	return err
}

// plant plants errors and prints what was found.
func (c *simCmd) plant(ctx context.Context) error {
	p, err := sim.Plant(ctx, simulated, sim.Options{Seed: c.Seed, Steps: c.Steps, Progress: simProgress(os.Stderr)}, c.Plant)
	if err != nil {
		return err
	}
	if c.JSON {
		err = json.NewEncoder(os.Stdout).Encode(p)
	} else {
		_, err = fmt.Println(p)
	}
	if err == nil && len(p.Missed) > 0 {
		err = errFaults
	}
	return err
}

// simProgress writes a line every thousand steps.
func simProgress(w io.Writer) func(step int, r *sim.Report) {
	return func(step int, r *sim.Report) {
		fmt.Fprintf(w, "seed %d: %d steps, %d violations\n", r.Seed, step, len(r.Violations))
	}
}

// simulated is the house for a simulation.
func simulated(ctx context.Context, url string, o db.Options, gateway payment.Gateway) (*sim.House, error) {
	h, err := open(ctx, url, o)
	if err != nil {
		return nil, err
	}
	h.engine.Together = 1 // all work is taken from one queue
	h.engine.Effects.Performers = payment.Performers(payment.Recorder(h.engine), map[string]payment.Gateway{payment.Test: gateway})
	return &sim.House{Engine: h.engine, Jobs: h.jobs, Keys: h.keys, Guard: h.guard, Hooks: h.hooks, Mail: h.mail, Checks: invariants(h.publicKey()), Close: h.close}, nil
}
