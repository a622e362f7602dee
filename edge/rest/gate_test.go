package rest

import (
	"context"
	"errors"
	"net/http/httptest"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"ordo/base/problem"
)

// fill takes all places.
func (g *gate) fill(t *testing.T) (leave []func()) {
	t.Helper()
	for range places {
		one, err := g.enter(t.Context(), true)
		if err != nil {
			t.Fatal(err)
		}
		leave = append(leave, one)
	}
	return leave
}

func TestABurstWaitsItsTurnAtTheGate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newGate()
		leave := g.fill(t)
		var got [2]error
		var all sync.WaitGroup
		for i, extra := range []bool{false, true} {
			all.Go(func() {
				out, err := g.enter(t.Context(), extra)
				if got[i] = err; err == nil {
					out()
				}
			})
		}
		time.Sleep(patience / 2)
		leave[0]()
		all.Wait()
		if got != [2]error{} {
			t.Errorf("told %v", got)
		}
	})
}

// Spec: 10.3.7
func TestExtrasStepBackFirstThenTheOthersAfterAMoment(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newGate()
		leave := g.fill(t)
		time.Sleep(tense)
		for extra, want := range map[bool]time.Duration{true: 0, false: brief} { // order-free: each is refused
			begin := time.Now()
			if _, err := g.enter(t.Context(), extra); !errors.Is(err, ErrOverloaded) || time.Since(begin) != want {
				t.Errorf("extra %t: told %v after %s", extra, err, time.Since(begin))
			}
		}
		// A place that gets free goes to one who waits, and no extra takes it.
		var usual error
		var all sync.WaitGroup
		all.Go(func() { _, usual = g.enter(t.Context(), false) })
		time.Sleep(brief / 2)
		if _, err := g.enter(t.Context(), true); !errors.Is(err, ErrOverloaded) {
			t.Errorf("an extra was told %v", err)
		}
		leave[0]()
		if all.Wait(); usual != nil {
			t.Errorf("who waited was told %v", usual)
		}
		for _, out := range leave[1:] {
			out()
			out() // twice is once
		}
		for range places - 1 { // one is at work still
			if _, err := g.enter(t.Context(), true); err != nil {
				t.Fatalf("when it was over an extra was told %v", err)
			}
		}
		if g.places.TryAcquire(1) {
			t.Error("there are more places than there were")
		}
	})
}

func TestWhoStopsWaitingAtTheGateIsNotRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newGate()
		g.fill(t)
		ctx, stop := context.WithCancel(t.Context())
		var err error
		var all sync.WaitGroup
		all.Go(func() { _, err = g.enter(ctx, false) })
		synctest.Wait()
		stop()
		if all.Wait(); !errors.Is(err, context.Canceled) {
			t.Errorf("told %v", err)
		}
	})
}

// Spec: 10.3.7
func TestEachRefusedClientIsToldAnotherTime(t *testing.T) {
	for kind, wait := range retryAfter { // order-free: each is asked
		told := map[int]bool{}
		code := &problem.Code{Name: "c", Kind: kind}
		for range 1000 {
			w := httptest.NewRecorder()
			writeProblem(w, code.New("x"), "req")
			seconds, err := strconv.Atoi(w.Header().Get("Retry-After"))
			if err != nil || seconds < wait[0] || seconds > wait[1] {
				t.Fatalf("%s: told %v", kind, w.Header())
			}
			told[seconds] = true
		}
		if len(told) < 4 {
			t.Errorf("%s: a thousand clients were told %v", kind, told)
		}
	}
}

func TestAnExtraHasToBeAnOperation(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("it was taken")
		}
	}()
	markExtras(nil, []string{"tea.drink"})
}
