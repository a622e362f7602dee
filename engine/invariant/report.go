package invariant

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"slices"
	"time"
)

// MaxFindings is how many findings are kept of an invariant in a check; all
// are counted.
const MaxFindings = 100

// Report collects what a check finds: on a page, or in all. It belongs to one
// goroutine at a time.
type Report struct {
	results []Result
	checked int64
	took    time.Duration
	rebuilt []digested // of a page
	tables  []digest   // in all
	tell    func()     // of what was checked; nil if it is told elsewhere
}

// digested is what a page says of a table that was rebuilt from events.
type digested struct {
	table        string
	rows         int64
	told, stored []byte
}

// digest is that of the digests of all pages.
type digest struct {
	table        string
	rows         int64
	told, stored hash.Hash
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

// Checked counts rows that were looked at.
func (r *Report) Checked(n int) {
	r.checked += int64(n)
	if r.tell != nil {
		r.tell()
	}
}

// Fault reports that the invariant does not hold at a row. What is not wanted
// is dropped.
func (r *Report) Fault(id, subject, format string, a ...any) {
	i := slices.IndexFunc(r.results, func(result Result) bool { return result.ID == id })
	if i < 0 {
		return
	}
	result := &r.results[i]
	if result.Faults++; len(result.Findings) < MaxFindings {
		result.Findings = append(result.Findings, Finding{subject, fmt.Sprintf(format, a...)})
	}
}

// Rebuilt notes the digests of the rows of a table on this page, as events tell
// them and as they are. Each page tells the same tables.
func (r *Report) Rebuilt(table string, rows int64, told, stored []byte) {
	r.rebuilt = append(r.rebuilt, digested{table, rows, told, stored})
}

// add takes in what was found on the next page.
func (r *Report) add(page *Report) {
	r.checked += page.checked
	r.took += page.took
	for i, p := range page.results {
		result := &r.results[i]
		result.Faults += p.Faults
		result.Findings = append(result.Findings, p.Findings[:min(len(p.Findings), MaxFindings-len(result.Findings))]...)
	}
	for i, p := range page.rebuilt {
		if i == len(r.tables) {
			r.tables = append(r.tables, digest{p.table, 0, sha256.New(), sha256.New()})
		}
		d := &r.tables[i]
		d.rows += p.rows
		d.told.Write(p.told)
		d.stored.Write(p.stored)
	}
}

// all are the results in the end.
func (r *Report) all() []Result {
	var rebuilt []Rebuilt
	for _, d := range r.tables {
		rebuilt = append(rebuilt, Rebuilt{d.table, d.rows, hex.EncodeToString(d.told.Sum(nil)), hex.EncodeToString(d.stored.Sum(nil))})
	}
	for i := range r.results {
		result := &r.results[i]
		result.Checked, result.Took, result.Rebuilt = r.checked, r.took, rebuilt
	}
	return r.results
}
