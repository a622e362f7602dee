package main

import (
	"context"
	"crypto/ed25519"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"ordo/base/clock"
	"ordo/engine/invariant"
)

// verifyCmd checks the data of a workspace.
type verifyCmd struct {
	database
	profiled
	Only []string `help:"Check these invariants only, such as Q1,Q2." sep:"," placeholder:"ID"`
	JSON bool     `help:"Print JSON." name:"json"`
}

// Run checks, prints what it found, and fails with errFaults if that is
// anything.
func (c *verifyCmd) Run(ctx context.Context) error {
	end, err := c.profile()
	if err != nil {
		return err
	}
	defer end()
	debug.SetGCPercent(400) // pages are short-lived
	return withWorkspace(ctx, c.database, func(h *house) error {
		return h.verify(ctx, c.Only, c.JSON, os.Stdout, os.Stderr)
	})
}

// verified is what `ordo verify --json` prints.
type verified struct {
	Faults     int64              `json:"faults"`
	Invariants []invariant.Result `json:"invariants"`
}

func (h *house) verify(ctx context.Context, only []string, asJSON bool, out, progress io.Writer) error {
	checks := invariants(h.publicKey())
	for i, id := range only {
		only[i] = strings.ToUpper(strings.TrimSpace(id))
		if !slices.Contains(ids(checks), only[i]) {
			return fmt.Errorf("there is no invariant %q; there are %s", id, strings.Join(ids(checks), ", "))
		}
	}
	if err := h.seal(ctx); err != nil {
		return err
	}
	results, err := invariant.Run(ctx, h.db, checks, invariant.Options{IDs: only, Progress: tell(progress)})
	if err != nil {
		return err
	}
	v := verified{Invariants: results}
	for _, r := range results {
		v.Faults += r.Faults
	}
	if asJSON {
		e := json.NewEncoder(out)
		e.SetIndent("", "  ")
		err = e.Encode(v)
	} else {
		err = v.print(out)
	}
	if err == nil && v.Faults > 0 {
		err = errFaults
	}
	return err
}

// seal gives events their place in the log that were written while no server
// ran, such as by ordo key. One that runs does so itself.
func (h *house) seal(ctx context.Context) error {
	for {
		if n, err := h.engine.Sealer.Seal(ctx); n == 0 || err != nil {
			return err
		}
	}
}

// publicKey verifies the checkpoints of the log.
func (h *house) publicKey() ed25519.PublicKey {
	key, _ := h.sign.Public().(ed25519.PublicKey)
	return key
}

// ids are those of the invariants, sorted, each once.
func ids(checks []invariant.Check) (all []string) {
	for _, c := range checks {
		for _, i := range c.Invariants {
			all = append(all, i.ID)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// tell writes a line of progress, at most once a second.
func tell(w io.Writer) func(c invariant.Check, checked int64) {
	next := clock.System.Now().Add(time.Second)
	return func(c invariant.Check, checked int64) {
		if now := clock.System.Now(); now.After(next) {
			next = now.Add(time.Second)
			fmt.Fprintf(w, "%s: %d checked\n", c.Subject, checked)
		}
	}
}

// print writes a table of the invariants, one of what events rebuilt, then the
// findings.
func (v verified) print(w io.Writer) error {
	t := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
	fmt.Fprintln(t, "ID\tOF\tCHECKED\tFAULTS\tTIME\tFORMULA")
	for _, r := range v.Invariants {
		fmt.Fprintf(t, "%s\t%s\t%d\t%d\t%s\t%s\n", r.ID, r.Subject, r.Checked, r.Faults, r.Took.Round(time.Millisecond), r.Formula)
	}
	if err := t.Flush(); err != nil {
		return err
	}
	if err := v.printRebuilt(w); err != nil {
		return err
	}
	for _, r := range v.Invariants {
		for _, f := range r.Findings {
			fmt.Fprintf(w, "%s  %s  %s\n", r.ID, f.Subject, f.Detail)
		}
		if more := r.Faults - int64(len(r.Findings)); more > 0 {
			fmt.Fprintf(w, "%s  … and %d more\n", r.ID, more)
		}
	}
	_, err := fmt.Fprintf(w, "%d faults\n", v.Faults)
	return err
}

// printRebuilt writes a table of the tables that were rebuilt from events: two
// equal digests say that all of their rows are what the events tell.
func (v verified) printRebuilt(w io.Writer) error {
	t := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
	for _, r := range v.Invariants {
		for _, b := range r.Rebuilt {
			fmt.Fprintf(t, "%s\t%d rows\t%.16s from events\t%.16s as they are\n", b.Table, b.Rows, b.Events, b.Digest)
		}
	}
	return t.Flush()
}
