// Package invarianttest owns what the tests of invariants share: errors are
// planted by plain SQL, past every guard, and have to be found by name. It does
// not own any invariant.
package invarianttest

import (
	"slices"
	"strings"
	"testing"

	"ordo/engine/db"
	"ordo/engine/invariant"
)

// Plant is an error in the data and how to mend it. Subject is what the
// finding has to name, Detail a piece of what it has to say.
type Plant struct {
	Name            string
	ID              string // of the invariant that it breaks
	SQL, Undo       []string
	Subject, Detail string
}

// Finds plants each error in turn, wants it to be found by its invariant and
// named, mends it, and wants the data to be clean before and after.
func Finds(t *testing.T, d *db.DB, checks []invariant.Check, plants []Plant) {
	t.Helper()
	Clean(t, d, checks)
	Unguarded(t, d)
	for _, p := range plants {
		run(t, d, p.SQL)
		results := Results(t, d, checks, p.ID)
		if !slices.ContainsFunc(results, func(r invariant.Result) bool { return slices.ContainsFunc(r.Findings, p.is) }) {
			t.Errorf("%s: %s does not find it at %s: %+v", p.Name, p.ID, p.Subject, results)
		}
		run(t, d, p.Undo)
	}
	Clean(t, d, checks)
}

func (p Plant) is(f invariant.Finding) bool {
	return f.Subject == p.Subject && strings.Contains(f.Detail, p.Detail)
}

// Clean wants no fault, and wants that every check has looked at something.
func Clean(t *testing.T, d *db.DB, checks []invariant.Check) {
	t.Helper()
	for _, r := range Results(t, d, checks) {
		if r.Faults != 0 {
			t.Errorf("%s of %s has %d faults: %+v", r.ID, r.Subject, r.Faults, r.Findings)
		}
		if r.Checked == 0 {
			t.Errorf("%s of %s looked at nothing", r.ID, r.Subject)
		}
	}
}

// Results runs the checks, or those that judge one of the ids.
func Results(t *testing.T, d *db.DB, checks []invariant.Check, ids ...string) []invariant.Result {
	t.Helper()
	results, err := invariant.Run(t.Context(), d, checks, invariant.Options{IDs: ids})
	if err != nil {
		t.Fatal(err)
	}
	if len(results) == 0 {
		t.Fatalf("nothing judges %q", ids)
	}
	return results
}

// Unguarded takes away what would refuse most errors: CHECKs, foreign keys and
// triggers. SQLite keeps foreign keys, unless it was opened without them.
func Unguarded(t *testing.T, d *db.DB) {
	t.Helper()
	guards := `SELECT 'DROP TRIGGER ' || name FROM sqlite_master WHERE type = 'trigger'`
	if d.Name == "postgres" {
		guards = `SELECT 'ALTER TABLE ' || CAST(conrelid AS regclass) || ' DROP CONSTRAINT ' || conname FROM pg_constraint
			WHERE contype IN ('c', 'f') AND connamespace = CAST(CAST(current_schema() AS text) AS regnamespace)
			UNION ALL SELECT 'DROP TRIGGER ' || g.tgname || ' ON ' || CAST(g.tgrelid AS regclass) FROM pg_trigger g JOIN pg_class c ON c.oid = g.tgrelid
			WHERE NOT g.tgisinternal AND c.relnamespace = CAST(CAST(current_schema() AS text) AS regnamespace) ORDER BY 1`
	} else {
		run(t, d, []string{`PRAGMA ignore_check_constraints = TRUE`}) // of the one connection that writes
	}
	var drops []string
	err := d.Read(t.Context(), func(tx *db.Tx) error {
		return tx.Load(db.All(guards, nil, &drops))
	})
	if err != nil {
		t.Fatal(err)
	}
	run(t, d, drops)
}

func run(t *testing.T, d *db.DB, texts []string) {
	t.Helper()
	err := d.Tx(t.Context(), func(tx *db.Tx) error {
		for _, text := range texts {
			tx.Write(text)
		}
		return nil
	})
	if err != nil {
		t.Fatalf("%q: %v", texts, err)
	}
}
