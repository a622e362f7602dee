package number_test

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"ordo/engine/db"
	"ordo/engine/db/dbtest"
	"ordo/engine/number"
)

var (
	errBoom = errors.New("boom")
	march   = time.Date(2026, 3, 31, 23, 0, 0, 0, time.UTC)
)

const pattern = "SO-{yyyy}-{seq:6}"

// next takes one number in a transaction of its own and keeps it, as an order
// does: the counter's name is unique.
func next(t *testing.T, d *db.DB, s *number.Source, pattern string, at time.Time, fail error) (n string, err error) {
	t.Helper()
	err = d.Tx(t.Context(), func(tx *db.Tx) (err error) {
		if n, err = s.Next(tx, "order", pattern, at); err != nil {
			return err
		}
		tx.Insert("settings (name, value, version)", []any{n, "", 1})
		return errors.Join(tx.Flush(), fail)
	})
	return n, err
}

func must(t *testing.T, d *db.DB, s *number.Source, pattern string, at time.Time) string {
	t.Helper()
	n, err := next(t, d, s, pattern, at, nil)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// Spec: 1.1.1
func TestManyCommandsAtOnceGetDifferentNumbersAndFewAreLost(t *testing.T) {
	dbtest.Each(t, db.Options{}, func(t *testing.T, d *db.DB) {
		sources := []*number.Source{number.NewSource(), number.NewSource()} // two processes
		var wg sync.WaitGroup
		var mu sync.Mutex
		seen := map[string]bool{}
		for i := range 200 {
			wg.Go(func() {
				n, err := next(t, d, sources[i%2], pattern, march, nil)
				if err != nil {
					t.Error(err)
				}
				mu.Lock()
				seen[n] = true
				mu.Unlock()
			})
		}
		wg.Wait()
		if len(seen) != 200 {
			t.Errorf("%d different numbers", len(seen))
		}
		if n := must(t, d, number.NewSource(), pattern, march); n > "SO-2026-002500" {
			t.Errorf("%s comes after 200", n)
		}
	})
}

func TestACommandThatIsUndoneLeavesAGapButNeverADouble(t *testing.T) {
	dbtest.Each(t, db.Options{}, func(t *testing.T, d *db.DB) {
		s := number.NewSource()
		seen := map[string]bool{}
		for i := range 300 {
			fail := errBoom
			if i%2 == 1 {
				fail = nil
			}
			n, err := next(t, d, s, pattern, march, fail)
			if !errors.Is(err, fail) {
				t.Fatalf("number %s: %v", n, err)
			}
			if fail == nil && seen[n] {
				t.Errorf("%s came twice", n)
			}
			seen[n] = seen[n] || fail == nil
		}
	})
}

func TestALostCommitAnswerGivesNoDouble(t *testing.T) {
	lose := false
	fault := func(p db.Point, _ int) error {
		if lose && p == db.Committed {
			lose = false
			return errBoom
		}
		return nil
	}
	dbtest.Each(t, db.Options{Fault: fault}, func(t *testing.T, d *db.DB) {
		s := number.NewSource()
		lose = true
		if _, err := next(t, d, s, pattern, march, nil); !errors.Is(err, db.ErrUnknown) {
			t.Fatal(err)
		}
		for range 30 {
			must(t, d, s, pattern, march)
		}
	})
}

func TestNumbersOfOneProcessRiseFromOneWithoutGaps(t *testing.T) {
	dbtest.Each(t, db.Options{}, func(t *testing.T, d *db.DB) {
		s := number.NewSource()
		for i := range 150 {
			if n, want := must(t, d, s, pattern, march), fmt.Sprintf("SO-2026-%06d", i+1); n != want {
				t.Fatalf("got %s, want %s", n, want)
			}
		}
	})
}

func TestASeriesStartsAnewWithTheYearOrMonthThatThePatternShows(t *testing.T) {
	dbtest.Each(t, db.Options{}, func(t *testing.T, d *db.DB) {
		s := number.NewSource()
		april, later := march.Add(2*time.Hour), march.AddDate(1, 0, 0)
		for _, c := range []struct {
			pattern string
			at      time.Time
			want    string
		}{
			{"SO-{yyyy}-{seq:6}", march, "SO-2026-000001"},
			{"SO-{yyyy}-{seq:6}", april, "SO-2026-000002"},
			{"SO-{yyyy}-{seq:6}", later, "SO-2027-000001"},
			{"SO-{yyyy}-{seq:6}", april, "SO-2026-000003"},
			{"M{yy}{mm}/{seq}", march, "M2603/1"},
			{"M{yy}{mm}/{seq}", april, "M2604/1"},
			{"M{yy}{mm}/{seq}", later, "M2703/1"},
			{"N{seq:3}", march, "N001"},
			{"N{seq:3}", later, "N002"},
		} {
			if n := must(t, d, s, c.pattern, c.at); n != c.want {
				t.Errorf("%s at %s gave %s, want %s", c.pattern, c.at, n, c.want)
			}
		}
	})
}

func TestAPreviewShowsWhatComesNextAndTakesNothing(t *testing.T) {
	dbtest.Each(t, db.Options{}, func(t *testing.T, d *db.DB) {
		s := number.NewSource()
		for range 25 { // over the ends of blocks
			var shown []string
			if err := d.Read(t.Context(), func(tx *db.Tx) (err error) {
				shown, err = s.Preview(tx, "order", "{seq}", march, 3)
				return err
			}); err != nil {
				t.Fatal(err)
			}
			n := must(t, d, s, "{seq}", march)
			var i int
			fmt.Sscan(n, &i)
			if want := []string{n, fmt.Sprint(i + 1), fmt.Sprint(i + 2)}; !slices.Equal(shown, want) {
				t.Fatalf("showed %v, then gave %s", shown, n)
			}
		}
	})
}

func TestAPatternThatCannotGiveUniqueNumbersIsRefused(t *testing.T) {
	for pattern, good := range map[string]bool{
		"SO-{yyyy}-{seq:6}": true, "{seq}": true, "A.b/C_d-{yy}{mm}{seq:9}": true,
		"": false, "SO": false, "{seq}{seq}": false, "{mm}-{seq}": false, "{seq:0}": false, "{seq:10}": false, "{dd}{seq}": false,
		"SO {seq}": false, "Ü{seq}": false, "{seq": false, "abcdefghijklmnopqrstu{seq}": false,
	} {
		if err := number.Check(pattern, "/pattern"); (err == nil) != good {
			t.Errorf("%q: %v", pattern, err)
		}
	}
}

func TestANumberWiderThanItsPatternIsKeptWhole(t *testing.T) {
	if n := number.Format("{seq:2}", march, 12345); n != "12345" {
		t.Error(n)
	}
}
