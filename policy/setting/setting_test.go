package setting_test

import (
	"crypto/ed25519"
	"errors"
	"reflect"
	"testing"

	"ordo/base/problem"
	"ordo/engine/auth"
	"ordo/engine/command"
	"ordo/engine/db"
	"ordo/engine/db/dbtest"
	"ordo/engine/effect"
	"ordo/engine/event"
	"ordo/policy/setting"
)

var (
	get    = setting.Operations[0].(command.Def[setting.GetIn, *setting.Workspace])
	update = setting.Operations[1].(command.Def[setting.UpdateIn, *setting.Workspace])
	facts  = update.Example
)

func engine(d *db.DB) *command.Engine {
	return &command.Engine{DB: d, Operations: setting.Operations, Sealer: event.NewSealer(d, "test", nil), Effects: &effect.Runner{DB: d}}
}

func run(t *testing.T, d *db.DB, in setting.UpdateIn) error {
	_, err := command.Invoke(t.Context(), engine(d), update, command.Meta{Actor: auth.Internal("test")}, in)
	return err
}

func show(t *testing.T, d *db.DB) (*setting.Workspace, error) {
	answer, err := command.Invoke(t.Context(), engine(d), get, command.Meta{Actor: auth.Internal("test")}, setting.GetIn{})
	if err != nil {
		return nil, err
	}
	return answer.Value.(*setting.Workspace), nil
}

func TestOperationsAreSound(t *testing.T) {
	if err := command.Check(setting.Operations); err != nil {
		t.Fatal(err)
	}
}

func TestSettingsAreReadAsTheyWereWrittenLast(t *testing.T) {
	dbtest.Each(t, db.Options{}, func(t *testing.T, d *db.DB) {
		if _, err := show(t, d); !errors.Is(err, setting.ErrNotSetUp) {
			t.Errorf("an empty workspace answers %v", err)
		}
		if err := run(t, d, facts); err != nil {
			t.Fatal(err)
		}
		changed := facts
		changed.Currency, changed.Language = "JPY", ""
		if err := run(t, d, changed); err != nil {
			t.Fatal(err)
		}
		changed.Language = "en"
		want := &setting.Workspace{Facts: changed.Facts, Version: 2}
		if got, err := show(t, d); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("got %+v, %v; want %+v", got, err, want)
		}
	})
}

func TestAllFaultsAreToldAtOnce(t *testing.T) {
	dbtest.Each(t, db.Options{}, func(t *testing.T, d *db.DB) {
		wrong := facts
		wrong.Currency, wrong.TimeZone = "ABC", "Local"
		p := problem.As(run(t, d, wrong))
		if p == nil || len(p.Faults) != 2 || p.Faults[0].Pointer != "/currency" || p.Faults[1].Pointer != "/time_zone" {
			t.Errorf("the faults are %v", p)
		}
	})
}

func TestTheSigningKeyIsMadeOnceAndIsNoSetting(t *testing.T) {
	dbtest.Each(t, db.Options{}, func(t *testing.T, d *db.DB) {
		if err := d.Read(t.Context(), func(tx *db.Tx) error {
			print, err := setting.Fingerprint(tx)
			if print != "" {
				t.Errorf("without a key the workspace is called %q", print)
			}
			return err
		}); err != nil {
			t.Error(err)
		}
		first, err := setting.SigningKey(t.Context(), d)
		if err != nil {
			t.Fatal(err)
		}
		second, err := setting.SigningKey(t.Context(), d)
		if err != nil || !first.Equal(second) {
			t.Errorf("the second call gave another key (%v)", err)
		}
		if !ed25519.Verify(first.Public().(ed25519.PublicKey), []byte("head"), ed25519.Sign(second, []byte("head"))) {
			t.Error("the key does not sign")
		}
		if err := d.Read(t.Context(), func(tx *db.Tx) error {
			print, err := setting.Fingerprint(tx)
			if len(print) != 16 {
				t.Errorf("the workspace is called %q", print)
			}
			return err
		}); err != nil {
			t.Error(err)
		}
		if _, err := show(t, d); !errors.Is(err, setting.ErrNotSetUp) {
			t.Errorf("with a key and no settings, reading answers %v", err)
		}
	})
}
