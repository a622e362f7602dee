package command_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"ordo/base/problem"
	"ordo/engine/auth"
	"ordo/engine/command"
	"ordo/engine/command/commandtest"
	"ordo/engine/db"
	"ordo/engine/db/dbtest"
	"ordo/engine/effect"
	"ordo/engine/event"
)

var (
	errBoom = errors.New("boom")
	created = event.Declare("thing.created", 1, "A thing was made.", thing{})
	errOff  = problem.Declare("thing_off", problem.Conflict, "The thing is off.", "Switch it on.")
)

// thing is a small subject, kept in the table of settings.
type thing struct {
	ID      string           `json:"id"`
	Name    string           `json:"name"`
	Version int64            `json:"version"`
	Actions []command.Action `json:"actions"`
}

func (t *thing) SetActions(a []command.Action) { t.Actions = a }

type (
	createIn struct {
		Name  string `json:"name"`
		Price int64  `json:"price,omitempty"`
	}
	getIn struct {
		ID string `path:"id" json:"id"`
	}
	moveIn struct {
		From string `json:"from"`
		To   string `json:"to"`
	}
)

var (
	create = command.Def[createIn, *thing]{
		Name: "thing.create", Summary: "Make a thing", Method: http.MethodPost, Path: "/v1/things", Creates: true,
		Run: newThing, Result: result, Repeat: get, Example: createIn{Name: "x"},
	}
	buy = command.Def[createIn, *thing]{
		Name: "thing.buy", Summary: "Buy a thing", Method: http.MethodPost, Path: "/v1/things/buy", Creates: true,
		Run: func(tx *db.Tx, in createIn) (*thing, error) {
			t, err := newThing(tx, in)
			if err != nil {
				return nil, err
			}
			_, err = effect.Ask(tx, "pay", t.ID, in.Price)
			return t, err
		},
		Result: result, Repeat: get, Example: createIn{Name: "x"},
		Guard: func(t *thing, _ auth.Actor) error {
			if t.Name == "off" {
				return errOff.New("%s is off", t.ID)
			}
			return nil
		},
	}
	pay = command.Def[getIn, *thing]{
		Name: "thing.pay", Summary: "Record a payment", Method: http.MethodPost, Path: "/v1/things/{id}/pay",
		Run: func(tx *db.Tx, in getIn) (*thing, error) {
			effect.Done(tx, in.ID)
			var subject string
			if err := tx.Load(db.One(`SELECT subject FROM intents WHERE id = $1`, []any{in.ID}, &subject)); err != nil {
				return nil, err
			}
			t, err := get(tx, subject)
			if err != nil {
				return nil, err
			}
			t.Version++
			tx.Must(db.ErrStale, `UPDATE settings SET version = $2 WHERE name = $1`, t.ID, t.Version)
			return t, nil
		},
		Result: result, Repeat: get, Example: getIn{ID: "x"},
	}
	show = command.Def[getIn, *thing]{
		Name: "thing.get", Summary: "Show a thing", Method: http.MethodGet, Path: "/v1/things/{id}",
		Read: func(tx *db.Tx, in getIn) (*thing, error) { return get(tx, in.ID) },
	}
	move = command.Def[moveIn, string]{
		Name: "thing.move", Summary: "Move between locations", Method: http.MethodPost, Path: "/v1/moves",
		Anchors: func(in moveIn) []command.Anchor {
			return []command.Anchor{{Kind: "location", ID: in.From}, {Kind: "list", ID: "prl_1"}, {Kind: "location", ID: in.To}}
		},
		Run: func(tx *db.Tx, in moveIn) (string, error) {
			for _, id := range []string{in.From, in.To} {
				var version int64
				if err := tx.Load(db.One(`SELECT version FROM locations WHERE id = $1`, []any{id}, &version)); err != nil {
					return "", err
				}
				tx.Must(errBoom, `UPDATE locations SET version = version + 1 WHERE id = $1 AND version = $2`, id, version)
			}
			return "moved", nil
		},
		Result: func(string) (string, int64) { return "moved", 1 },
		Repeat: func(*db.Tx, string) (string, error) { return "moved", nil },
	}
	anchors = []command.AnchorKind{
		{Kind: "list", Table: "price_lists", Columns: auth.Columns{Open: true}, Problem: notFound},
		{Kind: "location", Table: "locations", Columns: auth.Columns{Location: "id", Open: true}, Problem: notFound},
	}
	clerk = auth.Actor{ID: "usr_clerk", Kind: auth.Staff, Permissions: auth.Permit("thing.*")}
)

func notFound(id string) error { return problem.ErrNotFound.New("no %s", id) }

func newThing(tx *db.Tx, in createIn) (*thing, error) {
	if in.Name == "" {
		return nil, problem.ErrRequired.At("/name", "a thing needs a name")
	}
	t := &thing{ID: tx.ID("thi"), Name: in.Name, Version: 1}
	tx.Insert("settings (name, value, version)", []any{t.ID, t.Name, t.Version})
	return t, event.Emit(tx, event.Event{Type: created, Subject: t.ID, Sequence: 1, Body: t})
}

func result(t *thing) (string, int64) { return t.ID, t.Version }

func get(tx *db.Tx, id string) (*thing, error) {
	t := &thing{ID: id}
	if err := tx.Load(db.One(`SELECT value, version FROM settings WHERE name = $1`, []any{id}, &t.Name, &t.Version)); err != nil {
		return nil, err
	}
	if t.Version == 0 {
		return nil, notFound(id)
	}
	return t, nil
}

func wire(_ *testing.T, d *db.DB) *command.Engine {
	e := &command.Engine{
		DB: d, Operations: []command.Operation{create, buy, pay, show, move}, Anchors: anchors,
		Sealer: event.NewSealer(d, "test", nil), Effects: &effect.Runner{DB: d},
	}
	e.Effects.Performers = map[string]effect.Performer{"pay": func(ctx context.Context, i effect.Intent) error {
		_, err := command.Invoke(ctx, e, pay, command.Meta{Actor: auth.Internal("gateway"), Key: i.ID}, getIn{i.ID})
		return err
	}}
	return e
}

func each(t *testing.T, o db.Options, fn func(t *testing.T, e *command.Engine)) {
	dbtest.Each(t, o, func(t *testing.T, d *db.DB) { fn(t, wire(t, d)) })
}

func invoke[In, Out any](t *testing.T, e *command.Engine, d command.Def[In, Out], key string, in In) (Out, command.Answer, error) {
	t.Helper()
	a, err := command.Invoke(t.Context(), e, d, command.Meta{Actor: clerk, Key: key}, in)
	out, _ := a.Value.(Out)
	return out, a, err
}

// Work that was begun by one may be gone on with by another.
func TestWhatWasDoneUnderTheKeyOfAWorkIsFoundWhoeverAsks(t *testing.T) {
	each(t, db.Options{}, func(t *testing.T, e *command.Engine) {
		under := func(a auth.Actor, key string) (command.Answer, error) {
			return command.Invoke(t.Context(), e, create, command.Meta{Actor: a, Account: "work_1", Key: key}, createIn{Name: "x"})
		}
		first, err := under(clerk, "1")
		if err != nil {
			t.Fatal(err)
		}
		for _, other := range []auth.Actor{{ID: "usr_other", Kind: auth.Staff, Permissions: auth.All}, {ID: "usr_clerk", Kind: auth.Staff}, {}} {
			again, err := under(other, "1")
			if err != nil || !again.Repeat || again.Result != first.Result {
				t.Errorf("as %q: %+v, %v", other.ID, again, err)
			}
		}
		wantRows(t, e, "settings", 1)
		if _, err := under(auth.Actor{ID: "usr_none", Kind: auth.Staff}, "2"); !errors.Is(err, auth.ErrPermission) {
			t.Errorf("without the permission, a new key: %v", err)
		}
		if a, err := command.Invoke(t.Context(), e, create, command.Meta{Actor: clerk, Key: "1"}, createIn{Name: "x"}); err != nil || a.Repeat {
			t.Errorf("the same key of a client: %+v, %v", a, err)
		}
		wantRows(t, e, "settings", 2)
	})
}

func TestAPanicAmongManyNamesItsOperationAndItsPlace(t *testing.T) {
	each(t, db.Options{}, func(t *testing.T, e *command.Engine) {
		burst := create
		burst.Name = "thing.burst"
		burst.Run = func(*db.Tx, createIn) (*thing, error) { panic("it burst") }
		e.Operations = append(e.Operations, burst)
		err := e.All(2, func(i int) error {
			_, err := command.Send(t.Context(), e, []string{"thing.create", "thing.burst"}[i], command.Meta{Actor: clerk}, createIn{Name: "x"})
			return err
		})
		for _, part := range []string{"thing.burst", "it burst", "command_test.go:"} {
			if err == nil || !strings.Contains(err.Error(), part) {
				t.Errorf("%q is not in %v", part, err)
			}
		}
		wantRows(t, e, "settings", 1)
	})
}

func wantRows(t *testing.T, e *command.Engine, table string, want int64) {
	t.Helper()
	if n := dbtest.Rows(t, e.DB)[table]; n != want {
		t.Errorf("%d rows in %s, want %d", n, table, want)
	}
}

// Spec: 11.2.1
func TestOneKeyHasOneEffectAndOneAnswerAmongManyTwins(t *testing.T) {
	for name, url := range map[string]func(*testing.T) string{"sqlite": dbtest.SQLite, "postgres": dbtest.Postgres} {
		t.Run(name, func(t *testing.T) {
			url := url(t)
			processes := []*command.Engine{wire(t, dbtest.Open(t, url, db.Options{})), wire(t, dbtest.Open(t, url, db.Options{}))}
			var ids sync.Map
			var firsts atomic.Int64
			var wg sync.WaitGroup
			for i := range 20 {
				wg.Go(func() {
					out, a, err := invoke(t, processes[i%2], create, "k", createIn{Name: "x"})
					if err != nil {
						t.Error(err)
						return
					}
					ids.Store(out.ID, true)
					if !a.Repeat {
						firsts.Add(1)
					}
				})
			}
			wg.Wait()
			n := 0
			ids.Range(func(any, any) bool { n++; return true })
			if n != 1 || firsts.Load() != 1 {
				t.Errorf("%d different answers, %d of them as the first", n, firsts.Load())
			}
			for _, table := range []string{"settings", "events", "commands"} {
				wantRows(t, processes[0], table, 1)
			}
		})
	}
}

func TestTwoProcessesThatRunOneKeyAtTheSameTimeHaveOneEffect(t *testing.T) {
	url := dbtest.Postgres(t)
	var both sync.WaitGroup
	both.Add(2)
	var runs atomic.Int64
	slow := create
	slow.Run = func(tx *db.Tx, in createIn) (*thing, error) {
		if err := tx.Load(db.One(`SELECT 1`, nil, new(int64))); err != nil { // the key is not there yet
			return nil, err
		}
		if runs.Add(1) <= 2 {
			both.Done()
			both.Wait()
		}
		return newThing(tx, in)
	}
	var wg sync.WaitGroup
	var repeats atomic.Int64
	for range 2 {
		e := wire(t, dbtest.Open(t, url, db.Options{}))
		wg.Go(func() {
			_, a, err := invoke(t, e, slow, "k", createIn{Name: "x"})
			if err != nil {
				t.Error(err)
			}
			if a.Repeat {
				repeats.Add(1)
			}
		})
	}
	wg.Wait()
	if repeats.Load() != 1 {
		t.Errorf("%d repeats", repeats.Load())
	}
	wantRows(t, wire(t, dbtest.Open(t, url, db.Options{})), "settings", 1)
}

func TestAKeyIsRefusedForAnotherInputOrOperationButNotForAnotherActor(t *testing.T) {
	each(t, db.Options{}, func(t *testing.T, e *command.Engine) {
		if _, _, err := invoke(t, e, create, "k", createIn{Name: "x"}); err != nil {
			t.Fatal(err)
		}
		if _, _, err := invoke(t, e, create, "k", createIn{Name: "y"}); !errors.Is(err, command.ErrKeyReused) {
			t.Errorf("another input: %v", err)
		}
		if _, _, err := invoke(t, e, buy, "k", createIn{Name: "x"}); !errors.Is(err, command.ErrKeyReused) {
			t.Errorf("another operation: %v", err)
		}
		if a, err := command.Invoke(t.Context(), e, create, command.Meta{Actor: auth.Internal("other"), Key: "k"}, createIn{Name: "y"}); err != nil || a.Repeat {
			t.Errorf("another actor: %+v, %v", a, err)
		}
		wantRows(t, e, "settings", 2)
	})
}

func TestAFingerprintHangsOnTheSecretOfTheWorkspace(t *testing.T) {
	each(t, db.Options{}, func(t *testing.T, e *command.Engine) {
		for _, c := range []struct {
			secret string
			want   error
		}{{"one", nil}, {"one", nil}, {"another", command.ErrKeyReused}} {
			e.Secret = []byte(c.secret)
			if _, _, err := invoke(t, e, create, "k", createIn{Name: "x"}); !errors.Is(err, c.want) {
				t.Errorf("the same input with the secret %q: %v", c.secret, err)
			}
		}
	})
}

func TestATwinThatRunsForTooLongIsToldToTheOther(t *testing.T) {
	each(t, db.Options{}, func(t *testing.T, e *command.Engine) {
		e.TwinWait = time.Millisecond
		started, release := make(chan bool), make(chan bool)
		slow := create
		slow.Run = func(tx *db.Tx, in createIn) (*thing, error) {
			started <- true
			<-release
			return newThing(tx, in)
		}
		var wg sync.WaitGroup
		wg.Go(func() {
			if _, _, err := invoke(t, e, slow, "k", createIn{Name: "x"}); err != nil {
				t.Error(err)
			}
		})
		<-started
		if _, _, err := invoke(t, e, slow, "k", createIn{Name: "x"}); !errors.Is(err, command.ErrKeyInFlight) {
			t.Errorf("told %v", err)
		}
		close(release)
		wg.Wait()
		if _, a, err := invoke(t, e, create, "k", createIn{Name: "x"}); err != nil || !a.Repeat {
			t.Errorf("afterwards: %+v, %v", a, err)
		}
	})
}

func TestARefusalIsNotRememberedAndNeitherIsAPanic(t *testing.T) {
	each(t, db.Options{}, func(t *testing.T, e *command.Engine) {
		commandtest.Unchanged(t, e.DB, func() {
			if _, _, err := invoke(t, e, create, "k", createIn{}); !errors.Is(err, problem.ErrRequired) {
				t.Errorf("told %v", err)
			}
			func() {
				defer func() {
					if p := recover(); !strings.HasPrefix(fmt.Sprint(p), "boom") {
						t.Errorf("panic %v", p)
					}
				}()
				bad := create
				bad.Run = func(tx *db.Tx, in createIn) (*thing, error) {
					newThing(tx, in)
					tx.Flush()
					panic(errBoom)
				}
				invoke(t, e, bad, "k", createIn{Name: "x"})
			}()
		})
		if _, a, err := invoke(t, e, create, "k", createIn{Name: "x"}); err != nil || a.Repeat {
			t.Errorf("then %+v, %v", a, err)
		}
	})
}

func TestADryRunAnswersAndLeavesNothing(t *testing.T) {
	each(t, db.Options{}, func(t *testing.T, e *command.Engine) {
		commandtest.Unchanged(t, e.DB, func() {
			a, err := command.Invoke(t.Context(), e, buy, command.Meta{Actor: clerk, Key: "k", DryRun: true}, createIn{Name: "x"})
			if out, _ := a.Value.(*thing); err != nil || out == nil || out.Name != "x" || a.Pending {
				t.Errorf("told %+v, %v", a, err)
			}
			if _, err := command.Invoke(t.Context(), e, buy, command.Meta{Actor: clerk, DryRun: true}, createIn{}); !errors.Is(err, problem.ErrRequired) {
				t.Errorf("told %v", err)
			}
			twice := create
			twice.Run = func(tx *db.Tx, in createIn) (*thing, error) {
				tx.Insert("settings (name, value, version)", []any{"same", "", 1}, []any{"same", "", 1})
				return &thing{}, nil
			}
			if _, err := command.Invoke(t.Context(), e, twice, command.Meta{Actor: clerk, DryRun: true}, createIn{}); !e.DB.IsUnique(err) {
				t.Errorf("a dry run does not see what the database refuses: %v", err)
			}
		})
		if _, a, err := invoke(t, e, buy, "k", createIn{Name: "x"}); err != nil || a.Repeat {
			t.Errorf("then %+v, %v", a, err)
		}
	})
}

func TestAMissingPermissionIsNamed(t *testing.T) {
	each(t, db.Options{}, func(t *testing.T, e *command.Engine) {
		for _, c := range []struct {
			actor auth.Actor
			want  error
			names string
		}{
			{auth.Actor{}, auth.ErrUnauthenticated, "thing.create"},
			{auth.Actor{ID: "usr_1"}, auth.ErrPermission, "thing.create"},
			{auth.Actor{ID: "usr_1", Permissions: auth.Permit("thing.get", "things.*", "order.*")}, auth.ErrPermission, "thing.create"},
			{auth.Actor{ID: "usr_1", Permissions: auth.Permit("thing.create")}, nil, ""},
			{auth.Actor{ID: "usr_1", Permissions: auth.Permit("thing.*")}, nil, ""},
			{auth.Internal("job"), nil, ""},
		} {
			_, err := command.Invoke(t.Context(), e, create, command.Meta{Actor: c.actor}, createIn{Name: "x"})
			if !errors.Is(err, c.want) || err != nil && !strings.Contains(err.Error(), c.names) {
				t.Errorf("%+v: told %v", c.actor, err)
			}
		}
		_, err := command.Invoke(t.Context(), e, show, command.Meta{Actor: auth.Actor{ID: "usr_1"}}, getIn{"x"})
		if p := problem.As(err); p == nil || p.Extra["permission"] != "thing.get" {
			t.Errorf("a read told %v", err)
		}
	})
}

func TestWithoutAKeyOneIsMadeAndToldAndABadOneIsRefused(t *testing.T) {
	each(t, db.Options{}, func(t *testing.T, e *command.Engine) {
		first, a, err := invoke(t, e, create, "", createIn{Name: "x"})
		if err != nil || a.Key == "" {
			t.Fatalf("%+v, %v", a, err)
		}
		again, b, err := invoke(t, e, create, a.Key, createIn{Name: "x"})
		if err != nil || !b.Repeat || again.ID != first.ID {
			t.Errorf("%+v, %v", b, err)
		}
		for _, key := range []string{"with space", "ünicode", "\x00", strings.Repeat("x", 256)} {
			if _, _, err := invoke(t, e, create, key, createIn{Name: "x"}); !errors.Is(err, command.ErrKeyInvalid) {
				t.Errorf("%q: told %v", key, err)
			}
		}
		wantRows(t, e, "settings", 1)
	})
}

func TestARepeatShowsTheResourceAsItIsNow(t *testing.T) {
	each(t, db.Options{}, func(t *testing.T, e *command.Engine) {
		first, _, err := invoke(t, e, create, "k", createIn{Name: "x"})
		if err != nil {
			t.Fatal(err)
		}
		if err := e.DB.Tx(t.Context(), func(tx *db.Tx) error {
			tx.Write(`UPDATE settings SET version = 7 WHERE name = $1`, first.ID)
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		if again, a, err := invoke(t, e, create, "k", createIn{Name: "x"}); err != nil || !a.Repeat || again.Version != 7 {
			t.Errorf("%+v, %v", again, err)
		}
	})
}

func TestAnEffectIsPerformedBeforeTheAnswerIfItIsQuickEnough(t *testing.T) {
	each(t, db.Options{}, func(t *testing.T, e *command.Engine) {
		out, a, err := invoke(t, e, buy, "k", createIn{Name: "x"})
		if err != nil || a.Pending || out.Version != 2 {
			t.Errorf("%+v, %+v, %v", out, a, err)
		}
	})
}

func TestAnEffectWithoutResultLeavesTheAnswerPending(t *testing.T) {
	each(t, db.Options{}, func(t *testing.T, e *command.Engine) {
		release, ended := make(chan bool), make(chan bool)
		e.Effects.Performers["pay"] = func(context.Context, effect.Intent) error { return errBoom }
		if out, a, err := invoke(t, e, buy, "failed", createIn{Name: "x"}); err != nil || !a.Pending || out.Version != 1 {
			t.Errorf("failed: %+v, %+v, %v", out, a, err)
		}
		e.Effects.Performers["pay"] = func(context.Context, effect.Intent) error { panic(errBoom) }
		if _, a, err := invoke(t, e, buy, "panicked", createIn{Name: "x"}); err != nil || !a.Pending {
			t.Errorf("panicked: %+v, %v", a, err)
		}
		e.EffectWait = time.Millisecond
		e.Effects.Performers["pay"] = func(context.Context, effect.Intent) error { defer close(ended); <-release; return nil }
		if _, a, err := invoke(t, e, buy, "slow", createIn{Name: "x"}); err != nil || !a.Pending {
			t.Errorf("slow: %+v, %v", a, err)
		}
		close(release)
		<-ended
	})
}

func TestALostCommitAnswerIsResolvedByTheKey(t *testing.T) {
	var lose atomic.Bool
	fault := func(p db.Point, _ int) error {
		if p == db.Committed && lose.Swap(false) {
			return errBoom
		}
		return nil
	}
	each(t, db.Options{Fault: fault}, func(t *testing.T, e *command.Engine) {
		lose.Store(true)
		if out, _, err := invoke(t, e, create, "k", createIn{Name: "x"}); err != nil || out.Name != "x" {
			t.Errorf("told %+v, %v", out, err)
		}
		if lose.Load() {
			t.Error("no answer was lost")
		}
		lose.Store(true)
		if out, _, err := invoke(t, e, create, "", createIn{Name: "x"}); err != nil || out.Name != "x" {
			t.Errorf("without a key: told %+v, %v", out, err)
		}
		wantRows(t, e, "settings", 2)
		wantRows(t, e, "events", 2)
	})
}

func TestCommandsHaveOneEffectWhateverFails(t *testing.T) {
	for name, def := range map[string]command.Def[createIn, *thing]{"create": create, "buy with an effect": buy} {
		t.Run(name, func(t *testing.T) {
			commandtest.FailEverywhere(t, wire, func(t *testing.T, e *command.Engine) func(string) error {
				return func(key string) error {
					_, _, err := invoke(t, e, def, key, createIn{Name: "x"})
					return err
				}
			})
		})
	}
}

func TestActionsSayWhatIsOpenOnAResourceAndWhyNot(t *testing.T) {
	each(t, db.Options{}, func(t *testing.T, e *command.Engine) {
		for name, want := range map[string]command.Action{
			"on":  {Name: "thing.buy", Allowed: true},
			"off": {Name: "thing.buy", Code: "thing_off"},
		} {
			out, _, err := invoke(t, e, create, "", createIn{Name: name})
			if err != nil {
				t.Fatal(err)
			}
			if want.Code != "" {
				want.Reason = out.ID + " is off"
			}
			if !slices.Equal(out.Actions, []command.Action{want}) {
				t.Errorf("%s: %+v", name, out.Actions)
			}
		}
		reader := auth.Actor{ID: "usr_1", Permissions: auth.Permit("thing.create")}
		a, err := command.Invoke(t.Context(), e, create, command.Meta{Actor: reader}, createIn{Name: "on"})
		if out, _ := a.Value.(*thing); err != nil || out.Actions[0].Code != "permission_missing" {
			t.Errorf("%+v, %v", a, err)
		}
	})
}

func TestForgetDropsOldKeys(t *testing.T) {
	each(t, db.Options{}, func(t *testing.T, e *command.Engine) {
		invoke(t, e, create, "k", createIn{Name: "x"})
		later := e.DB.Clock.Now().UnixMicro() + 1
		invoke(t, e, create, "l", createIn{Name: "y"})
		for _, forget := range []struct{ before, left int64 }{{0, 2}, {later, 1}, {later + 1e6, 0}} {
			if err := command.Forget(t.Context(), e.DB, forget.before); err != nil {
				t.Fatal(err)
			}
			wantRows(t, e, "commands", forget.left)
		}
	})
}
