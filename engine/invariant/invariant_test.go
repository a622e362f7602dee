package invariant_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"ordo/engine/db"
	"ordo/engine/db/dbtest"
	"ordo/engine/invariant"
)

func TestPagesLeaveNothingOutAndSplitNoValue(t *testing.T) {
	dbtest.Each(t, db.Options{}, func(t *testing.T, d *db.DB) {
		fill(t, d)
		for _, size := range []int{1, 2, 3, 5, 21, 100} {
			var seen, findings []string
			upto := map[string]string{}
			var mu sync.Mutex
			check := invariant.Walk("events", "subject", size, func(after, last string) ([]db.Read, func(*invariant.Report)) {
				var page []string
				return []db.Read{db.All(`SELECT id FROM events WHERE subject > $1 AND subject <= $2 ORDER BY subject, sequence`, []any{after, last}, &page)}, func(r *invariant.Report) {
					mu.Lock()
					defer mu.Unlock()
					upto[after] = last
					seen = append(seen, page...)
					for _, id := range page {
						r.Fault("A1", id, "is there")
					}
				}
			}, invariant.Invariant{ID: "A1"})
			results, err := invariant.Run(t.Context(), d, []invariant.Check{check}, invariant.Options{Workers: 4})
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range results[0].Findings {
				findings = append(findings, f.Subject)
			}
			if !slices.IsSorted(findings) || len(findings) != 21 {
				t.Errorf("size %d: found %v, want them in order", size, findings)
			}
			slices.Sort(seen)
			if len(seen) != 21 || len(slices.Compact(seen)) != 21 {
				t.Errorf("size %d: saw %d rows: %v", size, len(seen), seen)
			}
			last, pages := "", 0
			for ; upto[last] > last; pages++ {
				last = upto[last]
			}
			if pages != len(upto) || last <= "zzz" {
				t.Errorf("size %d: of %d pages %d go on from one another, to %q", size, len(upto), pages, last)
			}
		}
	})
}

// fill writes seven subjects with three events each.
func fill(t *testing.T, d *db.DB) {
	t.Helper()
	err := d.Tx(t.Context(), func(tx *db.Tx) error {
		for i := range 7 {
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
}

func TestChecksOfTheSamePagesAskTheDatabaseOnce(t *testing.T) {
	var asked atomic.Int64
	const text = `SELECT id FROM events WHERE subject > $1 AND subject <= $2`
	dbtest.Each(t, db.Options{Record: func(trip []db.Recorded) {
		for _, s := range trip {
			if s.Text == text {
				asked.Add(1)
			}
		}
	}}, func(t *testing.T, d *db.DB) {
		fill(t, d)
		counts := func(id string) invariant.Check {
			return invariant.Walk("events", "subject", 100, func(after, upto string) ([]db.Read, func(*invariant.Report)) {
				var page []string
				return []db.Read{db.All(text, []any{after, upto}, &page)}, func(r *invariant.Report) {
					for _, id := range page {
						r.Fault("A1", id, "is there")
					}
				}
			}, invariant.Invariant{ID: "A1", Formula: id})
		}
		asked.Store(0)
		results, err := invariant.Run(t.Context(), d, []invariant.Check{counts("one"), counts("another")}, invariant.Options{})
		if err != nil || len(results) != 2 || results[0].Faults != 21 || results[1].Faults != 21 {
			t.Errorf("found %+v: %v", results, err)
		}
		if n := asked.Load(); n != 1 {
			t.Errorf("the database was asked %d times", n)
		}
		only := map[string][]string{"one": {"sub_2", "sub_5"}, "another": {"sub_2"}}
		results, err = invariant.Run(t.Context(), d, []invariant.Check{counts("one"), counts("another")}, invariant.Options{Keys: func(c invariant.Check) []string { return only[c.Invariants[0].Formula] }})
		if err != nil || len(results) != 2 || results[0].Faults != 6 || results[1].Faults != 3 {
			t.Errorf("of some subjects found %+v: %v", results, err)
		}
	})
}

func TestFindingsComeInTheOrderOfPages(t *testing.T) {
	dbtest.Each(t, db.Options{}, func(t *testing.T, d *db.DB) {
		fill(t, d)
		later := make(chan struct{}) // closed when the third page is judged: then the second was added
		check := invariant.Walk("events", "subject", 3, func(after, upto string) ([]db.Read, func(*invariant.Report)) {
			var page []string
			return []db.Read{db.All(`SELECT DISTINCT subject FROM events WHERE subject > $1 AND subject <= $2`, []any{after, upto}, &page)}, func(r *invariant.Report) {
				switch {
				case after == "":
					<-later
				case slices.Contains(page, "sub_2"):
					defer close(later)
				}
				for _, subject := range page {
					r.Fault("A1", subject, "is there")
				}
			}
		}, invariant.Invariant{ID: "A1"})
		results, err := invariant.Run(t.Context(), d, []invariant.Check{check}, invariant.Options{Workers: 2})
		if err != nil {
			t.Fatal(err)
		}
		var found []string
		for _, f := range results[0].Findings {
			found = append(found, f.Subject)
		}
		if len(found) != 7 || !slices.IsSorted(found) {
			t.Errorf("found %v", found)
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
	results, err := invariant.Run(t.Context(), nil, []invariant.Check{check}, invariant.Options{IDs: []string{"A1"}, Progress: func(_ invariant.Check, n int64) { told = append(told, n) }})
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
	if _, err := invariant.Run(t.Context(), nil, checks, invariant.Options{}); !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
	if results, err := invariant.Run(t.Context(), nil, checks, invariant.Options{IDs: []string{"B1"}}); err != nil || len(results) != 0 {
		t.Errorf("a check that nobody asked for ran: %v %v", results, err)
	}
}
