// Package tradetest owns what the tests of the trade floor share: a workspace
// whose operations are called by name, refusals in short, events in short. It
// does not own any data.
package tradetest

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"ordo/base/problem"
	"ordo/engine/auth"
	"ordo/engine/command"
	"ordo/engine/db"
	"ordo/engine/effect"
	"ordo/engine/event"
)

// Shop is a workspace under test.
type Shop struct {
	*command.Engine
	Actor auth.Actor // who calls; may do everything unless changed

	t *testing.T
}

// Open returns a workspace with these operations.
func Open(t *testing.T, d *db.DB, operations ...[]command.Operation) *Shop {
	t.Helper()
	all := slices.Concat(operations...)
	if err := command.Check(all); err != nil {
		t.Fatal(err)
	}
	e := &command.Engine{DB: d, Operations: all, Sealer: event.NewSealer(d, "test", nil), Effects: &effect.Runner{DB: d}}
	return &Shop{Engine: e, Actor: auth.Internal("test"), t: t}
}

// Write runs a statement.
func (s *Shop) Write(text string, args ...any) {
	s.t.Helper()
	err := s.DB.Tx(s.t.Context(), func(tx *db.Tx) error { tx.Write(text, args...); return nil })
	if err != nil {
		s.t.Fatal(err)
	}
}

// Count returns what a statement counts.
func (s *Shop) Count(text string, args ...any) (n int64) {
	s.t.Helper()
	s.Read(func(tx *db.Tx) error { return tx.Load(db.One(text, args, &n)) })
	return n
}

// Read runs fn in a read as the shop's actor; it must succeed.
func (s *Shop) Read(fn func(tx *db.Tx) error) {
	s.t.Helper()
	err := s.DB.Read(s.t.Context(), func(tx *db.Tx) error { tx.Actor = s.Actor; return fn(tx) })
	if err != nil {
		s.t.Fatal(err)
	}
}

// Try calls an operation by its name.
func (s *Shop) Try(name string, in any) (any, error) {
	s.t.Helper()
	return s.TryWithKey(name, in, "")
}

// TryWithKey calls an operation by its name under an idempotency key.
func (s *Shop) TryWithKey(name string, in any, key string) (any, error) {
	s.t.Helper()
	return s.call(name, in, command.Meta{Actor: s.Actor, Key: key})
}

// TryDry calls an operation by its name, and undoes what it does.
func (s *Shop) TryDry(name string, in any) (any, error) {
	s.t.Helper()
	return s.call(name, in, command.Meta{Actor: s.Actor, DryRun: true})
}

func (s *Shop) call(name string, in any, m command.Meta) (any, error) {
	s.t.Helper()
	i := slices.IndexFunc(s.Operations, func(o command.Operation) bool { return o.Spec().Name == name })
	if i < 0 {
		s.t.Fatalf("there is no operation %s", name)
	}
	place := reflect.New(s.Operations[i].Spec().In)
	place.Elem().Set(reflect.ValueOf(in))
	a, err := s.Operations[i].Invoke(s.t.Context(), s.Engine, m, place.Interface())
	return a.Value, err
}

// Do calls an operation that must succeed.
func Do[Out any](s *Shop, name string, in any) Out {
	s.t.Helper()
	out, err := s.Try(name, in)
	if err != nil {
		s.t.Fatalf("%s: %v", name, err)
	}
	return out.(Out)
}

// Refused calls an operation that must be refused with exactly these faults,
// each "pointer code", or just the code without a pointer. Nothing may be written.
func (s *Shop) Refused(name string, in any, want ...string) {
	s.t.Helper()
	before := s.countEvents()
	_, err := s.Try(name, in)
	var got []string
	if p := problem.As(err); p != nil {
		for _, f := range p.Faults {
			got = append(got, strings.TrimSpace(f.Pointer+" "+f.Code.Name))
			if f.Detail == "" {
				s.t.Errorf("%s: %s says nothing", name, f.Code.Name)
			}
		}
		s.forbidden(name, p)
	}
	if !slices.Equal(got, want) {
		s.t.Errorf("%s: got %q (%v), want %q", name, got, err, want)
	}
	if after := s.countEvents(); after != before {
		s.t.Errorf("%s: was refused and wrote %d events", name, after-before)
	}
}

// forbidden checks that the refusal of a step tells the status, the active
// holds where the step is one of an order, and what helps.
func (s *Shop) forbidden(name string, p *problem.Problem) {
	s.t.Helper()
	first := p.Faults[0]
	if c := first.Code.Name; c != "transition_not_allowed" && c != "order_held" {
		return
	}
	status, _ := p.Extra["current_status"].(string)
	holds, _ := p.Extra["holds"].([]string)
	ofOrder := !strings.HasPrefix(name, "test_gateway.") && !strings.HasPrefix(name, "webhook.") && !strings.HasPrefix(name, "mail.")
	if status == "" || !strings.Contains(first.Detail, status) || first.Remedy == "" || ofOrder && holds == nil {
		s.t.Errorf("%s: %q with remedy %q and %v doesn't tell status, holds and what helps", name, first.Detail, first.Remedy, p.Extra)
	}
	for _, kind := range holds {
		if !strings.Contains(first.Detail, kind) {
			s.t.Errorf("%s: %q doesn't name the hold %s", name, first.Detail, kind)
		}
	}
}

// Wrote checks the events of a subject: each wanted text is "sequence type",
// followed by any number of pieces of the body.
func (s *Shop) Wrote(subject string, want ...[]string) {
	s.t.Helper()
	got := s.Events(subject)
	if len(got) != len(want) {
		s.t.Fatalf("%s has the events %q, want %d", subject, got, len(want))
	}
	for i, pieces := range want {
		if !strings.HasPrefix(got[i], pieces[0]+" ") {
			s.t.Errorf("event is %s, want %s", got[i], pieces[0])
		}
		for _, piece := range pieces[1:] {
			if !strings.Contains(got[i], piece) {
				s.t.Errorf("event %s lacks %s", got[i], piece)
			}
		}
	}
}
