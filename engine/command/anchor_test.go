package command_test

import (
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"

	"ordo/base/problem"
	"ordo/engine/command"
	"ordo/engine/command/commandtest"
	"ordo/engine/db"
)

// places writes the rows that move locks.
func places(t *testing.T, d *db.DB) {
	t.Helper()
	if err := d.Tx(t.Context(), func(tx *db.Tx) error {
		tx.Insert("price_lists (id, code, name, currency, tax_inclusive, created_at, version, event_sequence)", []any{"prl_1", "p", "p", "EUR", false, 0, 1, 1})
		for _, id := range []string{"loc_1", "loc_2", "loc_3"} {
			tx.Insert("locations (id, code, name, kind, country, time_zone, active, created_at, version, event_sequence)", []any{id, id, id, "store", "GB", "UTC", true, 0, 1, 1})
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
}

func TestAnchorsAreLockedInTheOrderOfTheTableThenById(t *testing.T) {
	var mu sync.Mutex
	var locked []string
	record := func(trip []db.Recorded) {
		mu.Lock()
		defer mu.Unlock()
		for _, s := range trip {
			if strings.HasPrefix(s.Text, "SELECT 1 FROM ") {
				locked = append(locked, s.Args[0].(string))
			}
		}
	}
	each(t, db.Options{Record: record}, func(t *testing.T, e *command.Engine) {
		places(t, e.DB)
		locked = nil
		if _, _, err := invoke(t, e, move, "k", moveIn{"loc_2", "loc_1"}); err != nil {
			t.Fatal(err)
		}
		if want := []string{"prl_1", "loc_1", "loc_2"}; !slices.Equal(locked, want) {
			t.Errorf("locked %v, want %v", locked, want)
		}
	})
}

func TestCommandsWithTheSameAnchorsFollowEachOtherWithoutDeadlock(t *testing.T) {
	each(t, db.Options{}, func(t *testing.T, e *command.Engine) {
		places(t, e.DB)
		ids := []string{"loc_1", "loc_2", "loc_3"}
		var wg sync.WaitGroup
		for i := range 30 {
			wg.Go(func() {
				if _, _, err := invoke(t, e, move, "", moveIn{ids[i%3], ids[(i+1+i/3%2)%3]}); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		var n int64
		if err := e.DB.Read(t.Context(), func(tx *db.Tx) error {
			return tx.Load(db.One(`SELECT CAST(SUM(version) AS BIGINT) FROM locations`, nil, &n))
		}); err != nil || n != 3+60 {
			t.Errorf("%d changes, %v", n-3, err)
		}
	})
}

func TestAnAnchorOutOfScopeIsNotFound(t *testing.T) {
	each(t, db.Options{}, func(t *testing.T, e *command.Engine) {
		places(t, e.DB)
		narrow := clerk
		narrow.Scope.Locations = []string{"loc_1", "loc_2"}
		commandtest.Unchanged(t, e.DB, func() {
			for _, to := range []string{"loc_3", "loc_none"} {
				if _, err := command.Invoke(t.Context(), e, move, command.Meta{Actor: narrow}, moveIn{"loc_1", to}); !errors.Is(err, problem.ErrNotFound) || !strings.Contains(err.Error(), to) {
					t.Errorf("%s: told %v", to, err)
				}
			}
		})
		if _, err := command.Invoke(t.Context(), e, move, command.Meta{Actor: narrow}, moveIn{"loc_1", "loc_2"}); err != nil {
			t.Error(err)
		}
	})
}
