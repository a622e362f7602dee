package presence_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"ordo/base/clock"
	"ordo/base/problem"
	"ordo/engine/auth"
	"ordo/engine/db"
	"ordo/engine/db/dbtest"
	"ordo/sales/order"
	"ordo/sales/order/ordertest"
	"ordo/sales/presence"
)

// house is a workspace with two processes.
type house struct {
	*ordertest.Shop
	t           *testing.T
	clock       *clock.Manual
	order       string
	here, there *presence.Board
}

func eachHouse(t *testing.T, fn func(t *testing.T, h *house)) {
	t.Helper()
	t.Parallel()
	dbtest.Each(t, db.Options{}, func(t *testing.T, d *db.DB) {
		h := &house{Shop: ordertest.Open(t, d), t: t, clock: clock.NewManual(time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC))}
		h.order = h.Do("order.place", order.PlaceIn{Agreement: h.Agreement(ordertest.Line("TEA", 1))}).ID
		h.Write(`INSERT INTO roles (id, name, permissions, discount_limit, refund_limit, created_at, version, event_sequence) VALUES ('rol_1', 'all', '["*"]', 0, 0, 0, 1, 1)`)
		for _, name := range []string{"Ada", "Ben"} {
			h.Write(`INSERT INTO users (id, email, name, role_id, active, created_at, version, event_sequence) VALUES ($1, $2, $3, 'rol_1', TRUE, 0, 1, 1)`, "usr_"+name, name+"@example.com", name)
		}
		h.here, h.there = presence.NewBoard(d, "prc_1"), presence.NewBoard(d, "prc_2")
		h.here.Clock, h.there.Clock = h.clock, h.clock
		fn(t, h)
	})
}

func staff(name string) auth.Actor {
	return auth.Actor{ID: "usr_" + name, Kind: auth.Staff, Permissions: auth.All}
}

func (h *house) join(b *presence.Board, a auth.Actor, doing string) *presence.Guest {
	h.t.Helper()
	g, err := b.Join(h.t.Context(), a, h.order, doing)
	if err != nil || g == nil {
		h.t.Fatalf("%s is not at the order: %v", a.ID, err)
	}
	return g
}

// step lets some time pass, and the boards look.
func (h *house) step(after time.Duration, boards ...*presence.Board) {
	h.t.Helper()
	h.clock.Advance(after)
	for _, b := range boards {
		if err := b.Step(h.t.Context()); err != nil {
			h.t.Fatal(err)
		}
	}
}

func (h *house) sees(g *presence.Guest, want string) {
	h.t.Helper()
	var got string
	for _, p := range g.News().People {
		got += fmt.Sprintf("%s is %s. ", p.Name, p.Doing)
	}
	if got != want {
		h.t.Errorf("it is seen that %q, want %q", got, want)
	}
}

func TestPeopleAtAnOrderSeeEachOtherAcrossProcesses(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *house) {
		ada, ben := h.join(h.here, staff("Ada"), presence.Looking), h.join(h.there, staff("Ben"), presence.Looking)
		h.step(0, h.here, h.there)
		h.sees(ada, "Ben is looking. ")
		h.sees(ben, "Ada is looking. ")
		select {
		case <-ada.Changed:
		default:
			t.Error("nothing is told of who came")
		}
		second := h.join(h.there, staff("Ben"), presence.Changing) // on another page
		h.step(0, h.here, h.there)
		h.sees(ada, "Ben is changing. ")
		h.sees(ben, "Ada is looking. ")
		h.step(0, h.here)
		<-ada.Changed
		h.step(0, h.here)
		select {
		case <-ada.Changed:
			t.Error("it is told again that nothing changed")
		default:
		}
		second.Leave()
		ben.Leave()
		h.step(0, h.here)
		h.sees(ada, "")
		ada.Leave()
		if n := h.Count(`SELECT COUNT(*) FROM presences`); n != 0 {
			t.Errorf("%d rows are left", n)
		}
	})
}

func TestWhoWasAtAProcessThatDiedIsGoneSoon(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *house) {
		ada := h.join(h.here, staff("Ada"), presence.Looking)
		h.join(h.there, staff("Ben"), presence.Looking)
		for range 5 { // both renew
			h.step(4*time.Second, h.here, h.there)
		}
		h.sees(ada, "Ben is looking. ")
		h.step(8*time.Second, h.here)
		h.sees(ada, "Ben is looking. ")
		h.step(5*time.Second, h.here)
		h.sees(ada, "")
		h.step(4*time.Second, h.here)
		if n := h.Count(`SELECT COUNT(*) FROM presences`); n != 1 {
			t.Errorf("%d rows are left", n)
		}
	})
}

func TestOnlyStaffWhoSeeTheOrderAreThere(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *house) {
		ada := h.join(h.here, staff("Ada"), presence.Looking)
		customer := auth.Actor{ID: "usr_Ben", Kind: auth.Customer, Permissions: auth.All, Scope: auth.Scope{Customer: h.Customer}}
		narrow := staff("Ben")
		narrow.Scope.Channels = []string{h.Till}
		for _, a := range []auth.Actor{customer, narrow} {
			if _, err := h.here.Join(t.Context(), a, h.order, presence.Looking); !errors.Is(err, problem.ErrNotFound) {
				t.Errorf("%+v is told %v", a.Scope, err)
			}
		}
		key := h.join(h.here, auth.Actor{ID: "key_1", Kind: auth.Key, Permissions: auth.All}, presence.Looking)
		h.step(0, h.here)
		h.sees(ada, "")
		h.sees(key, "Ada is looking. ")
	})
}
