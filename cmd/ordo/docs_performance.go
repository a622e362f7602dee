package main

import (
	"cmp"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"ordo/bench"
)

// results is where reports of measurements are kept, from the root of the
// source tree.
const results = "bench/results"

// console is what web/console/figures measures in a browser.
var console = bench.Profile{Name: "console", Summary: "the console in Chromium, with the server on the same cores: from a click or a key to the frame in which what was asked for is painted"}

// performancePage shows the newest report of every profile, database, rate and
// number of orders.
func performancePage(root string) (page, error) {
	p := newPage("../performance.md", "Performance",
		"The newest reports in [bench/results](../bench/results), written by `make bench`; one of them is made by `ordo bench <profile>`, and two are compared by `ordo bench compare`. "+
			"The limit of `place` is the row of the bare statements: what the database needs for the same rows without any of our code, in the same run. "+
			"In an open loop requests are due at a rate, and an answer is as late as it comes after its time.")
	newest, err := newestResults(root)
	if err != nil {
		return p, err
	}
	for _, profile := range append(slices.Clone(bench.Profiles), console) {
		of := slices.DeleteFunc(slices.Clone(newest), func(r *bench.Result) bool { return r.Profile != profile.Name })
		if len(of) == 0 {
			continue
		}
		p.section(profile.Name)
		fmt.Fprintf(&p, "%s.\n\n", strings.ToUpper(profile.Summary[:1])+profile.Summary[1:])
		p.table("database", "figure", "clients", "answers", "refused", "answers/s", "p50 ms", "p95 ms", "p99 ms", "failed", "CPU µs per answer", "peak MB")
		for _, r := range of {
			for _, f := range r.Figures {
				p.figures(r, f)
			}
		}
		p.notes(of)
	}
	return p, nil
}

// newestResults reads the newest report of each kind.
func newestResults(root string) (newest []*bench.Result, err error) {
	files, err := filepath.Glob(filepath.Join(root, results, "*.json"))
	if err != nil {
		return nil, err
	}
	for _, file := range files {
		r, err := bench.ReadResult(file)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		newest = append(newest, r)
	}
	kind := func(a, b *bench.Result) int {
		return cmp.Or(cmp.Compare(a.Profile, b.Profile), -cmp.Compare(a.Database, b.Database), cmp.Compare(perSecond(a), perSecond(b)), cmp.Compare(a.Orders, b.Orders))
	}
	slices.SortFunc(newest, func(a, b *bench.Result) int { return cmp.Or(kind(a, b), b.At.Compare(a.At)) })
	return slices.CompactFunc(newest, func(a, b *bench.Result) bool { return kind(a, b) == 0 }), nil
}

func perSecond(r *bench.Result) float64 { return r.Figures[0].Rate }

func (p *page) figures(r *bench.Result, f *bench.Figures) {
	name, perSecond := f.Name, fmt.Sprintf("%.0f", f.PerSecond)
	if r.Orders != 0 {
		name += fmt.Sprintf(", over %d orders", r.Orders)
	}
	if f.Rate != 0 {
		name += fmt.Sprintf(", %.0f/s due", f.Rate)
	}
	times := make([]string, 3)
	for i, t := range []float64{f.P50, f.P95, f.P99} {
		times[i] = fmt.Sprintf("%.1f", t)
	}
	var used []string
	for _, c := range f.CPU {
		used = append(used, fmt.Sprintf("%s %.0f", c.Of, c.Micros))
	}
	memory := ""
	if f.PeakMemory != 0 {
		memory = fmt.Sprint(f.PeakMemory)
	}
	p.row(append(append([]string{r.Database, name, unlessZero(f.Clients), fmt.Sprint(f.Answers), fmt.Sprint(f.Refused), perSecond}, times...), fmt.Sprint(f.Failed), strings.Join(used, ", "), memory)...)
}

// notes tell what the reports remark, and where and when they were made.
func (p *page) notes(of []*bench.Result) {
	fmt.Fprintln(p)
	for _, r := range of {
		made := fmt.Sprintf("%s, %s, %s, %d cores, %d MB", r.At.Format("2006-01-02 15:04"), r.Version, r.Machine.CPU, r.Machine.Cores, r.Machine.Memory)
		fmt.Fprintf(p, "- %s: %s (%s)\n", r.Database, strings.Join(append(r.Notes, "measured for "+r.Duration), "; "), made)
	}
}

func unlessZero(n int) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprint(n)
}
