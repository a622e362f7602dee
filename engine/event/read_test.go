package event_test

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"ordo/base/id"
	"ordo/engine/auth"
	"ordo/engine/db"
	"ordo/engine/event"
)

func TestReadersSeeOnlyWhatTheirScopeAndTheirRoleAllow(t *testing.T) {
	each(t, func(f fixture) {
		f.tx(func(tx *db.Tx) error {
			event.Prepare(tx, "cmd_1", nil, nil)
			tx.Actor = auth.Actor{ID: "usr_1"}
			body := map[string]any{"status": "new", "margin": 7}
			return event.Emit(tx,
				event.Event{Type: shown, Subject: "ord_1", Sequence: 1, Body: body, Channel: "cha_1", Location: "loc_1", Customer: "cus_1"},
				event.Event{Type: happened, Subject: "ord_1", Sequence: 2, Body: body, Channel: "cha_1", Location: "loc_1", Customer: "cus_1"},
				event.Event{Type: shown, Subject: "ord_2", Sequence: 1, Body: body, Channel: "cha_2", Location: "loc_2", Customer: "cus_2"})
		})
		f.wantSealed(f.sealer("one"), 3)
		for scope, want := range map[string]struct {
			auth.Scope
			log string
		}{
			"all":          {auth.Scope{}, "ord_1 1,ord_1 2,ord_2 1"},
			"a channel":    {auth.Scope{Channels: []string{"cha_2"}}, "ord_2 1"},
			"no channel":   {auth.Scope{Channels: []string{}}, ""},
			"a location":   {auth.Scope{Locations: []string{"loc_1"}}, "ord_1 1,ord_1 2"},
			"a customer":   {auth.Scope{Customer: "cus_1"}, "ord_1 1"},
			"nobody's":     {auth.Scope{Customer: "cus_3"}, ""},
			"a stranger's": {auth.Scope{Customer: "cus_1", Channels: []string{"cha_2"}}, ""},
		} {
			a := auth.Actor{ID: "cus_1", Scope: want.Scope}
			if got := strings.Join(f.log(a), ","); got != want.log {
				f.Errorf("%s sees %q", scope, got)
			}
			var live []event.Sealed
			for _, e := range f.events(auth.Internal("test")) {
				if e, ok := event.Visible(a, e); ok {
					live = append(live, e)
				}
			}
			if stored := f.events(a); fmt.Sprint(live) != fmt.Sprint(stored) {
				f.Errorf("%s hears %v live, and reads %v", scope, live, stored)
			}
		}
		customer := auth.Actor{ID: "cus_1", Scope: auth.Scope{Customer: "cus_1"}}
		if e := f.events(customer)[0]; string(e.Body) != `{"status":"new"}` || e.Actor != "" {
			f.Errorf("a customer sees %s by %q", e.Body, e.Actor)
		}
		var of []event.Sealed
		if err := f.db.Read(f.Context(), func(tx *db.Tx) (err error) {
			tx.Actor = customer
			of, err = event.Of(tx, "ord_1", 0, 10)
			return err
		}); err != nil || len(of) != 1 || of[0].Position != 1 || of[0].Time != "2026-03-01T12:00:00.000000Z" {
			f.Errorf("the events of the order are %+v, %v", of, err)
		}
	})
}

func TestAConsumerSeesABatchAgainUntilItsCursorMoved(t *testing.T) {
	each(t, func(f fixture) {
		f.emit(1, "a", "b", "c")
		f.wantSealed(f.sealer("one"), 3)
		seen, fail := 0, true
		c := event.Consumer{Name: "c", Handle: func(_ context.Context, events []event.Sealed) error {
			seen += len(events)
			if fail {
				return errBoom
			}
			return nil
		}}
		if n, err := c.Step(f.Context(), f.db); n != 0 || err != errBoom {
			f.Errorf("told %d, %v", n, err)
		}
		fail = false
		for _, want := range []int{3, 0} {
			if n, err := c.Step(f.Context(), f.db); n != want || err != nil {
				f.Errorf("told %d, %v", n, err)
			}
		}
		if seen != 6 {
			f.Errorf("saw %d events", seen)
		}
	})
}

// Spec: 11.1.4
func TestWhatAConsumerAppliesHappensOncePerEventThoughSeveralProcessesRunIt(t *testing.T) {
	each(t, func(f fixture) {
		s := f.sealer("one")
		c := event.Consumer{Name: "count", Apply: func(tx *db.Tx, events []event.Sealed) error {
			tx.Write(`INSERT INTO counters (name, next) VALUES ('seen', $1) ON CONFLICT (name) DO UPDATE SET next = counters.next + $1`, len(events))
			return nil
		}}
		for i := range int64(10) {
			f.emit(i+1, "a", "b", "c")
			f.clock.Advance(time.Second)
			f.wantSealed(s, 3)
			var wg sync.WaitGroup
			for range 4 {
				wg.Go(func() {
					if _, err := c.Step(f.Context(), f.db); err != nil {
						f.Error(err)
					}
				})
			}
			wg.Wait()
		}
		var n int64
		if err := f.db.Read(f.Context(), func(tx *db.Tx) error {
			return tx.Load(db.One(`SELECT next FROM counters WHERE name = 'seen'`, nil, &n))
		}); err != nil || n != 30 {
			f.Errorf("counted %d, %v", n, err)
		}
	})
}

func TestWhatIsHeardLiveIsWhatIsReadFromTheLog(t *testing.T) {
	each(t, func(f fixture) {
		f.tx(func(tx *db.Tx) error {
			event.Prepare(tx, "cmd_1", nil, nil)
			tx.Actor = auth.Actor{ID: "usr_1"}
			return event.Emit(tx,
				event.Event{Type: shown, Subject: "ord_1", Sequence: 1, Body: map[string]any{"status": "new", "margin": 7}, Channel: "cha_1", Customer: "cus_1"},
				event.Event{Type: happened, Subject: "ord_1", Sequence: 2, Body: map[string]any{}, Channel: "cha_1", Customer: "cus_1"},
				event.Event{Type: shown, Subject: "ord_2", Sequence: 1, Body: map[string]any{"status": "new"}, Channel: "cha_2", Customer: "cus_2"})
		})
		f.wantSealed(f.sealer("one"), 3)
		all := f.events(auth.Internal("test"))
		for _, s := range []auth.Scope{{}, {Channels: []string{"cha_2"}}, {Customer: "cus_1"}} {
			a := auth.Actor{ID: "cus_1", Scope: s}
			var live []event.Sealed
			for _, e := range all {
				if e, ok := event.Visible(a, e); ok {
					live = append(live, e)
				}
			}
			if read := f.events(a); !reflect.DeepEqual(live, read) {
				f.Errorf("%+v hears %+v\nand reads %+v", s, live, read)
			}
		}
	})
}

func TestAConsumerWithAScopePassesWhatItMayNotSee(t *testing.T) {
	each(t, func(f fixture) {
		f.emit(1, "before")
		f.wantSealed(f.sealer("one"), 1)
		f.tx(func(tx *db.Tx) error { event.Start(tx, "narrow"); return nil })
		var seen []string
		c := event.Consumer{Name: "narrow", Reader: auth.Actor{ID: "narrow", Scope: auth.Scope{Channels: []string{"cha_1"}}}, Batch: 2, Apply: func(_ *db.Tx, events []event.Sealed) error {
			for _, e := range events {
				seen = append(seen, e.Subject)
			}
			return nil
		}}
		if n, err := c.Step(f.Context(), f.db); n != 0 || err != nil {
			f.Errorf("at the end of the log it moved by %d, %v", n, err)
		}
		f.clock.Advance(time.Second)
		f.emit(1, "a", "b", "c")
		f.wantSealed(f.sealer("one"), 3)
		for _, want := range []int{3, 0} {
			if n, err := c.Step(f.Context(), f.db); n != want || err != nil {
				f.Errorf("past what it may not see it moved by %d, %v, want %d", n, err, want)
			}
		}
		f.clock.Advance(time.Second)
		f.tx(func(tx *db.Tx) error {
			event.Prepare(tx, "cmd_1", nil, nil)
			for _, s := range []string{"d", "e", "f"} {
				if err := event.Emit(tx, event.Event{Type: happened, Subject: s, Sequence: 1, Body: struct{}{}, Channel: "cha_1"}); err != nil {
					return err
				}
			}
			return nil
		})
		f.wantSealed(f.sealer("one"), 3)
		for _, want := range []int{2, 1, 0} {
			if n, err := c.Step(f.Context(), f.db); n != want || err != nil {
				f.Errorf("moved by %d, %v, want %d", n, err, want)
			}
		}
		if slices.Sort(seen); strings.Join(seen, "") != "def" {
			f.Errorf("saw %v", seen)
		}
		f.tx(func(tx *db.Tx) error { event.Stop(tx, "narrow"); return nil })
		if n, err := c.Step(f.Context(), f.db); n == 0 || err != nil {
			f.Errorf("one without a cursor moved by %d, %v", n, err)
		}
	})
}

func TestTheEventsBetweenTwoTimesAreThoseOfTheirIDs(t *testing.T) {
	each(t, func(f fixture) {
		for i := range int64(5) {
			f.emit(i+1, "a")
			f.clock.Advance(time.Second)
		}
		f.wantSealed(f.sealer("one"), 5)
		var got []int64
		from, to := id.First("evt", start.Add(time.Second)), id.First("evt", start.Add(4*time.Second))
		if err := f.db.Read(f.Context(), func(tx *db.Tx) error {
			tx.Actor, got = auth.Internal("test"), nil
			for {
				events, err := event.Between(tx, from, to, 2)
				if err != nil || len(events) == 0 {
					return err
				}
				for _, e := range events {
					got, from = append(got, e.Sequence), e.ID
				}
			}
		}); err != nil || !slices.Equal(got, []int64{2, 3, 4}) {
			f.Errorf("got %v, %v", got, err)
		}
	})
}
