package rest

import (
	"context"
	"errors"
	"net/http/httptest"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"ordo/base/problem"
)

// fill takes all places for commands.
func (g *gate) fill(t *testing.T) (leave []func()) {
	t.Helper()
	for range places {
		one, err := g.enter(t.Context(), true, true)
		if err != nil {
			t.Fatal(err)
		}
		leave = append(leave, one)
	}
	return leave
}

// wait lets so many more commands wait, and returns how each came out.
func (g *gate) wait(t *testing.T, n int, extra bool) chan error {
	outcomes := make(chan error, n)
	for range n {
		go func() {
			leave, err := g.enter(t.Context(), true, extra)
			if outcomes <- err; err == nil {
				leave()
			}
		}()
	}
	synctest.Wait()
	return outcomes
}

func (g *gate) refuses(t *testing.T, writes, extra bool) bool {
	t.Helper()
	begin := time.Now()
	leave, err := g.enter(t.Context(), writes, extra)
	if err == nil {
		leave()
	} else if !errors.Is(err, ErrOverloaded) || time.Since(begin) > 0 {
		t.Errorf("told %v after %s", err, time.Since(begin))
	}
	return err != nil
}

func TestABurstWaitsItsTurnAtTheGate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newGate()
		leave := g.fill(t)
		few, many := g.wait(t, extras-1, true), g.wait(t, queue-extras, false)
		leave[0]()
		for range extras - 1 {
			if err := <-few; err != nil {
				t.Errorf("an extra was told %v", err)
			}
		}
		for range queue - extras {
			if err := <-many; err != nil {
				t.Errorf("told %v", err)
			}
		}
	})
}

// Spec: 10.3.7
func TestExtrasStepBackFirstThenCommandsThatCantBeServedInTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newGate()
		leave := g.fill(t)
		first := g.wait(t, extras, false)
		if !g.refuses(t, true, true) {
			t.Error("an extra waits where many wait")
		}
		more := g.wait(t, queue-extras, false)
		if g.refuses(t, false, true) {
			t.Error("an extra that reads is refused, and nobody was who matters more")
		}
		if !g.refuses(t, true, false) {
			t.Error("a command waits behind a full queue")
		}
		if !g.refuses(t, false, true) {
			t.Error("an extra that reads is served while commands are refused")
		}
		if g.refuses(t, false, false) {
			t.Error("a read is refused because commands are")
		}
		for _, out := range leave {
			out()
			out() // twice is once
		}
		for range extras {
			if err := <-first; err != nil {
				t.Errorf("who waited was told %v", err)
			}
		}
		for range queue - extras {
			if err := <-more; err != nil {
				t.Errorf("who waited was told %v", err)
			}
		}
		time.Sleep(strained)
		if g.refuses(t, false, true) || g.refuses(t, true, true) {
			t.Error("an extra is refused when it is over")
		}
		if g.fill(t); g.commands.places.TryAcquire(1) {
			t.Error("there are more places than there were")
		}
	})
}

func TestWhoWaitsTooLongAtTheGateIsRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newGate()
		g.fill(t)
		begin := time.Now()
		if _, err := g.enter(t.Context(), true, false); !errors.Is(err, ErrOverloaded) || time.Since(begin) != patience {
			t.Errorf("told %v after %s", err, time.Since(begin))
		}
		time.Sleep(strained / 2)
		if !g.refuses(t, false, true) {
			t.Error("an extra is served right after that")
		}
	})
}

func TestWhoStopsWaitingAtTheGateIsNotRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newGate()
		g.fill(t)
		ctx, stop := context.WithCancel(t.Context())
		outcome := make(chan error)
		go func() {
			_, err := g.enter(ctx, true, false)
			outcome <- err
		}()
		synctest.Wait()
		stop()
		if err := <-outcome; !errors.Is(err, context.Canceled) {
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
