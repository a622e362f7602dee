// Package invariant owns the form of an invariant and how it is checked on the
// data of a workspace: page by page, each on a fresh snapshot, with progress
// and findings. Checks of the same rows share their pages, and what several of
// them read of a page is read once. It does not own any invariant: each subject
// declares its own beside its rules, and cmd/ordo lists them.
package invariant

import (
	"context"
	"time"

	"ordo/engine/db"
)

// Invariant is a formula that the facts of a workspace always satisfy.
type Invariant struct {
	ID      string // as in docs/generated/invariants.md, such as Q2
	Formula string // what holds, for people
}

// Check judges one invariant or more on the rows of a subject. Several checks
// may judge parts of the same invariant.
type Check struct {
	Subject    string // table whose rows it judges, such as "orders"
	Column     string // with the keys that its pages are ranges of
	Size       int    // rows of a page, about; checks with the same column and size share pages
	Invariants []Invariant
	Open       func(ctx context.Context, d *db.DB) (Look, error) // begins a walk over pages
	// Find walks by itself and reports, where rows can't be judged page by page.
	// Its error says that it could not look.
	Find func(ctx context.Context, d *db.DB, r *Report) error
}

// PageSize is the size of a page of those rows that many checks look at.
const PageSize = 500

// Look looks at the rows whose keys are above after and up to upto: it asks for
// what belongs to them, and judges once that was read. Others may have asked for
// the same before, so that answers come in any order.
type Look func(after, upto string) (reads []db.Read, judge func(r *Report))

// Walk makes a check that looks at the rows of a table page by page.
func Walk(table, column string, size int, look Look, all ...Invariant) Check {
	return Check{Subject: table, Column: column, Size: size, Invariants: all, Open: func(context.Context, *db.DB) (Look, error) { return look, nil }}
}

// SQL makes the check of an invariant that one statement can judge. The text
// selects a subject and a detail for each fault among rows whose column is
// above $1 and up to $2; size rows of the table are a page.
func SQL(i Invariant, table, column string, size int, text string) Check {
	return Walk(table, column, size, func(after, upto string) ([]db.Read, func(*Report)) {
		var faults []Finding
		read := db.Many(text, []any{after, upto}, func(scan db.Scan) error {
			var f Finding
			err := scan(&f.Subject, &f.Detail)
			faults = append(faults, f)
			return err
		})
		return []db.Read{read}, func(r *Report) {
			for _, f := range faults {
				r.Fault(i.ID, f.Subject, "%s", f.Detail)
			}
		}
	}, i)
}

// Result is what a check found of one invariant.
type Result struct {
	ID       string        `json:"id"`
	Formula  string        `json:"formula"`
	Subject  string        `json:"subject"` // what was walked over
	Checked  int64         `json:"checked"` // rows of it
	Faults   int64         `json:"faults"`
	Took     time.Duration `json:"took_ns"` // all pages of the walk, which may serve several invariants
	Findings []Finding     `json:"findings,omitempty"`
	Rebuilt  []Rebuilt     `json:"rebuilt,omitempty"` // tables that the walk rebuilt from events
}

// Finding is a fault: where a formula does not hold.
type Finding struct {
	Subject string `json:"subject"` // id of the row
	Detail  string `json:"detail"`  // a sentence with the numbers
}

// Rebuilt compares a table with what the events rebuild of it.
type Rebuilt struct {
	Table  string `json:"table"`
	Rows   int64  `json:"rows"`
	Events string `json:"events"` // digest of the rows as the events tell them
	Digest string `json:"digest"` // of the rows as they are
}
