package event_test

import (
	"strings"
	"testing"

	"ordo/engine/db"
	"ordo/engine/db/dbtest"
	"ordo/engine/event"
)

func TestReactionsRunInTheOrderOfTheirTableInTheSameTransaction(t *testing.T) {
	each(t, func(f fixture) {
		var ran []string
		note := func(name string) func(*db.Tx, event.Event) error {
			return func(_ *db.Tx, e event.Event) error {
				ran = append(ran, name+" "+e.Subject)
				return nil
			}
		}
		reactions := []event.Reaction{
			{On: "thing.happened", Do: note("first")},
			{On: "thing.shown", Do: note("never")},
			{On: "thing.happened", Do: func(tx *db.Tx, e event.Event) error {
				if e.Sequence == 1 {
					return emit(tx, 2, e.Subject)
				}
				return nil
			}},
			{On: "thing.happened", Do: note("last")},
		}
		f.tx(func(tx *db.Tx) error {
			ran = nil
			event.Prepare(tx, "cmd_1", reactions, nil)
			return emit(tx, 1, "a")
		})
		if got := strings.Join(ran, ", "); got != "first a, first a, last a, last a" {
			f.Errorf("ran %s", got)
		}
		f.wantSealed(f.sealer("one"), 2)
	})
}

func TestAReactionThatFailsUndoesTheCommand(t *testing.T) {
	each(t, func(f fixture) {
		reactions := []event.Reaction{{On: "thing.happened", Do: func(*db.Tx, event.Event) error { return errBoom }}}
		if err := f.db.Tx(f.Context(), func(tx *db.Tx) error {
			event.Prepare(tx, "cmd_1", reactions, nil)
			return emit(tx, 1, "a")
		}); err != errBoom {
			f.Errorf("told %v", err)
		}
		if n := dbtest.Rows(f.T, f.db)["events"]; n != 0 {
			f.Errorf("%d events", n)
		}
	})
}

func TestReactionsThatCauseEachOtherEnd(t *testing.T) {
	each(t, func(f fixture) {
		depth := int64(0)
		limit := int64(0)
		reactions := []event.Reaction{{On: "thing.happened", Do: func(tx *db.Tx, e event.Event) error {
			if depth = e.Sequence; limit > 0 && depth > limit {
				return nil
			}
			return emit(tx, e.Sequence+1, "a")
		}}}
		run := func() error {
			return f.db.Tx(f.Context(), func(tx *db.Tx) error {
				event.Prepare(tx, "cmd_1", reactions, nil)
				return emit(tx, 1, "a")
			})
		}
		if err := run(); err == nil || depth != 5 {
			f.Errorf("told %v at depth %d", err, depth)
		}
		limit = 4
		if err := run(); err != nil {
			f.Errorf("five deep: %v", err)
		}
	})
}

func TestAnEventOutsideOfACommandIsRefused(t *testing.T) {
	each(t, func(f fixture) {
		if err := f.db.Tx(f.Context(), func(tx *db.Tx) error { return emit(tx, 1, "a") }); err == nil {
			f.Error("emitted")
		}
	})
}
