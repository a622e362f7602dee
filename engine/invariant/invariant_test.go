package invariant_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"ordo/engine/db"
	"ordo/engine/db/dbtest"
	"ordo/engine/invariant"
)

func TestPagesLeaveNothingOutAndSplitNoValue(t *testing.T) {
	dbtest.Each(t, db.Options{}, func(t *testing.T, d *db.DB) {
		err := d.Tx(t.Context(), func(tx *db.Tx) error {
			for i := range 7 { // three rows per subject
				for n := range 3 {
					tx.Insert("events (id, subject, sequence, type, version, actor, command, at, body)",
						[]any{fmt.Sprintf("evt_%d%d", i, n), fmt.Sprintf("sub_%d", i), n + 1, "test.done", 1, "", "", 1, "{}"})
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, size := range []int{1, 2, 3, 5, 21, 100} {
			var seen []string
			last := ""
			err := invariant.Pages(t.Context(), d, "events", "subject", size, func(tx *db.Tx, after, upto string, _ int) error {
				if after != last {
					t.Errorf("size %d: the page begins after %q, the last one ended at %q", size, after, last)
				}
				last = upto
				return tx.Load(db.All(`SELECT id FROM events WHERE subject > $1 AND subject <= $2 ORDER BY subject, sequence`, []any{after, upto}, &seen))
			})
			if err != nil {
				t.Fatal(err)
			}
			if len(seen) != 21 || !slices.IsSorted(seen) || len(slices.Compact(seen)) != 21 {
				t.Errorf("size %d: saw %d rows: %v", size, len(seen), seen)
			}
			if last <= "zzz" {
				t.Errorf("size %d: values above the table's are left out after %q", size, last)
			}
		}
	})
}

func TestRunKeepsAHundredFindingsAndCountsAll(t *testing.T) {
	check := invariant.Check{
		Subject: "things", Invariants: []invariant.Invariant{{ID: "A1", Formula: "a"}, {ID: "A2", Formula: "b"}},
		Find: func(_ context.Context, _ *db.DB, r *invariant.Report) error {
			for i := range 250 {
				r.Fault("A1", fmt.Sprint(i), "%d is wrong", i)
			}
			r.Fault("A2", "x", "only when wanted")
			r.Checked(200)
			r.Checked(50)
			return nil
		},
	}
	var told []int64
	results, err := invariant.Run(t.Context(), nil, []invariant.Check{check}, []string{"A1"}, func(_ invariant.Check, n int64) { told = append(told, n) })
	if err != nil {
		t.Fatal(err)
	}
	if len(results) != 1 || results[0].ID != "A1" || results[0].Faults != 250 || len(results[0].Findings) != invariant.MaxFindings || results[0].Checked != 250 {
		t.Errorf("got %+v", results)
	}
	if !slices.Equal(told, []int64{200, 250}) {
		t.Errorf("progress was %v", told)
	}
}

func TestRunTellsWhatItCouldNotLookAt(t *testing.T) {
	broken := errors.New("no such table")
	checks := []invariant.Check{{Subject: "things", Invariants: []invariant.Invariant{{ID: "A1"}}, Find: func(context.Context, *db.DB, *invariant.Report) error { return broken }}}
	if _, err := invariant.Run(t.Context(), nil, checks, nil, nil); !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
	if results, err := invariant.Run(t.Context(), nil, checks, []string{"B1"}, nil); err != nil || len(results) != 0 {
		t.Errorf("a check that nobody asked for ran: %v %v", results, err)
	}
}
