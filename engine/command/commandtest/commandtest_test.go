package commandtest

import (
	"context"
	"errors"
	"strings"
	"testing"

	"ordo/engine/auth"
	"ordo/engine/command"
	"ordo/engine/db"
	"ordo/engine/db/dbtest"
	"ordo/engine/effect"
	"ordo/engine/event"
)

type in struct {
	Name string `json:"name"`
}

// write is a command that writes one row, and runs besides what a test adds.
func write(besides func(ctx context.Context, e *command.Engine) error) command.Def[in, string] {
	return command.Def[in, string]{
		Name: "thing.write", Summary: "Write", Method: "POST", Path: "/v1/things",
		Prepare: func(ctx context.Context, e *command.Engine, _ command.Meta, in in) (in, error) {
			return in, besides(ctx, e)
		},
		Run: func(tx *db.Tx, in in) (string, error) {
			id := tx.ID("thi")
			tx.Insert("settings (name, value, version)", []any{id, "", 1})
			return id, nil
		},
		Result: func(id string) (string, int64) { return id, 1 },
		Repeat: func(_ *db.Tx, id string) (string, error) { return id, nil },
	}
}

func surveyOf(t *testing.T, def command.Def[in, string]) []string {
	open := func(_ *testing.T, d *db.DB) *command.Engine {
		return &command.Engine{DB: d, Sealer: event.NewSealer(d, "test", nil), Effects: &effect.Runner{DB: d}}
	}
	return newRuns(t, dbtest.SQLite(t), open).survey(t, Case{Prepare: func(t *testing.T, e *command.Engine) func(string) error {
		return func(key string) error {
			_, err := command.Invoke(t.Context(), e, def, command.Meta{Actor: auth.Internal("test"), Key: key}, in{"x"})
			return err
		}
	}})
}

func TestASoundCommandPasses(t *testing.T) {
	if faults := surveyOf(t, write(func(context.Context, *command.Engine) error { return nil })); faults != nil {
		t.Error(faults)
	}
}

func TestACommandThatWritesOutsideOfItsTransactionIsFound(t *testing.T) {
	faults := surveyOf(t, write(func(ctx context.Context, e *command.Engine) error {
		return e.DB.Tx(ctx, func(tx *db.Tx) error {
			tx.Insert("counters (name, next)", []any{tx.ID("x"), 1})
			return nil
		})
	}))
	if len(faults) == 0 || !strings.Contains(strings.Join(faults, "\n"), "and left map[counters:1]") {
		t.Errorf("found %q", faults)
	}
}

func TestACommandThatFailsWithoutAFaultIsFound(t *testing.T) {
	faults := surveyOf(t, write(func(context.Context, *command.Engine) error { return errors.New("always") }))
	if len(faults) != 1 || !strings.Contains(faults[0], "always") {
		t.Errorf("found %q", faults)
	}
}
