package bench

import (
	"errors"
	"io"
	"math"
	"testing"
	"time"
)

// Spec: V.3
func TestAPeakRisesFromATenthToTenTimesTheNormalLoadAndFallsAgain(t *testing.T) {
	p := peakPace(100, time.Minute, 10*time.Second)
	perSecond := make([]int, 130)
	for at, due := p.next(); due; at, due = p.next() {
		perSecond[int(at.Seconds())]++
	}
	for second, want := range map[int]float64{0: 10, 30: 505, 59: 983, 60: 1000, 69: 1000, 99: 514, 129: 18} { // order-free: each is looked at
		if got := float64(perSecond[second]); math.Abs(got-want) > 12 {
			t.Errorf("in second %d there were %.0f requests, want %.0f", second, got, want)
		}
	}
}

// Spec: 10.3.7
func TestWhatWasShedIsNeitherAnswerNorFailure(t *testing.T) {
	by := newByName(1)
	l := loop{name: "loop", clients: 1, progress: io.Discard, each: by.count}
	n := 0
	f, err := l.run(t.Context(), func(i int) (step, error) {
		return func() error {
			n++
			by.current[i] = []string{"orders", "extras"}[n%2]
			switch {
			case n > 20:
				return errDone
			case n%2 == 1:
				return errShed
			case n == 10:
				return &wrongAnswer{500, "a defect"}
			}
			return nil
		}, nil
	})
	if err != nil || f.Answers != 9 || f.Shed != 10 || f.Failed != 1 {
		t.Errorf("got %+v, %v", f, err)
	}
	if o, e := by.figures("orders", 1), by.figures("extras", 1); o.Answers != 9 || o.Shed != 0 || o.Failed != 1 || e.Answers != 0 || e.Shed != 10 {
		t.Errorf("orders %+v, extras %+v", o, e)
	}
}

func TestAnAnswerOfAPeakDayIsJudgedByWhatItSays(t *testing.T) {
	p := &rush{}
	for _, c := range []struct {
		status int
		body   string
		want   error
	}{
		{201, "{}", nil}, {202, "{}", nil}, {429, "", errShed}, {503, `{"code":"overloaded"}`, errShed},
		{409, `{"code":"stock_insufficient"}`, errRefused},
	} {
		if _, err := p.judge(c.status, []byte(c.body), nil); !errors.Is(err, c.want) {
			t.Errorf("%d %s: %v", c.status, c.body, err)
		}
	}
	for status, body := range map[int]string{500: "", 503: `{"code":"database_unavailable"}`, 409: `{"code":"key_in_flight"}`, 422: ""} { // order-free: each is judged
		if _, err := p.judge(status, []byte(body), nil); !isWrongAnswer(err) {
			t.Errorf("%d %s: %v", status, body, err)
		}
	}
}

// Spec: 13.1.2
func TestTheJournalAndTheWorkspaceAreComparedOrderByOrder(t *testing.T) {
	var j journal
	for key, answer := range map[string]string{ // order-free: each is noted
		"a": `{"id":"ord_1","number":"B-1","total":{"amount":100,"currency":"GBP"}}`,
		"b": `{"id":"ord_2","number":"B-2","total":{"amount":200,"currency":"GBP"}}`,
	} {
		if err := j.note(key, []byte(answer)); err != nil {
			t.Fatal(err)
		}
	}
	one, two := placed{"ord_1", "B-1", "100"}, placed{"ord_2", "B-2", "200"}
	for _, c := range []struct {
		there                      map[string]placed
		missing, different, untold int
	}{
		{map[string]placed{"a": one, "b": two}, 0, 0, 0},
		{map[string]placed{"a": one}, 1, 0, 0},
		{map[string]placed{"a": one, "b": {"ord_2", "B-2", "199"}}, 0, 1, 0},
		{map[string]placed{"a": one, "b": two, "c": {"ord_3", "B-3", "1"}}, 0, 0, 1},
		{map[string]placed{"b": one, "c": two}, 1, 1, 1},
	} {
		if missing, different, untold := j.compare(c.there); missing != c.missing || different != c.different || untold != c.untold {
			t.Errorf("%v: %d missing, %d different, %d untold", c.there, missing, different, untold)
		}
	}
	if err := j.note("c", []byte("sorry")); err == nil {
		t.Error("an answer that is no order was noted")
	}
}
