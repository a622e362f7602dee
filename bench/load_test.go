package bench

import (
	"io"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

func TestAPercentileIsTheSmallestTimeThatSoManyDoNotExceed(t *testing.T) {
	hundred := make([]time.Duration, 100)
	for i := range hundred {
		hundred[i] = time.Duration(i + 1)
	}
	for _, c := range []struct {
		times []time.Duration
		p     int
		want  time.Duration
	}{
		{hundred, 50, 50}, {hundred, 95, 95}, {hundred, 99, 99}, {hundred, 100, 100},
		{[]time.Duration{7}, 50, 7}, {[]time.Duration{7}, 99, 7},
		{[]time.Duration{1, 2, 3}, 50, 2}, {[]time.Duration{1, 2, 3}, 99, 3},
	} {
		if got := percentile(c.times, c.p); got != c.want {
			t.Errorf("%d %% of %v: %d, want %d", c.p, c.times, got, c.want)
		}
	}
}

func TestALoopCountsWhatItsClientsSaw(t *testing.T) {
	var next atomic.Int64
	l := loop{name: "loop", clients: 4, progress: io.Discard}
	f, err := l.run(t.Context(), func(int) (step, error) {
		return func() error {
			switch n := next.Add(1); {
			case n > 100:
				return errDone
			case n%10 == 0:
				return errRefused
			case n == 55:
				return &wrongAnswer{503, "out of order"}
			}
			return nil
		}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if f.Answers != 99 || f.Refused != 10 || f.Failed != 1 || f.FirstFailure != "503 out of order" || f.Clients != 4 {
		t.Errorf("got %+v", f)
	}
}

func TestALoopWithoutARightAnswerFails(t *testing.T) {
	var next atomic.Int64
	l := loop{name: "loop", clients: 2, progress: io.Discard}
	_, err := l.run(t.Context(), func(int) (step, error) {
		return func() error {
			if next.Add(1) > 10 {
				return errDone
			}
			return &wrongAnswer{401, "who are you?"}
		}, nil
	})
	if err == nil || !strings.Contains(err.Error(), "401 who are you?") {
		t.Errorf("got %v", err)
	}
}

func TestAClientWithoutConnectionStopsAndIsReported(t *testing.T) {
	var next [2]int
	l := loop{name: "loop", clients: 2, progress: io.Discard}
	f, err := l.run(t.Context(), func(i int) (step, error) {
		return func() error {
			next[i]++
			switch {
			case i == 0:
				return io.ErrUnexpectedEOF
			case next[i] > 5:
				return errDone
			}
			return nil
		}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if next[0] != 1 || f.Answers != 5 || f.Failed != 1 || f.FirstFailure != io.ErrUnexpectedEOF.Error() {
		t.Errorf("it was asked %d times: %+v", next[0], f)
	}
}

func TestAProcessIsReadWhateverItsName(t *testing.T) {
	p := parseProcess([]byte("4711 (post gres) x) S 12 4711 4711 0 -1 4194560 100 200 0 0 150 50 30 20 20 0 1 0 500 1000 2000"))
	if p.name != "post gres) x" || p.parent != 12 || p.self != 2*time.Second || p.reaped != 500*time.Millisecond {
		t.Errorf("got %+v", p)
	}
	for _, text := range []string{"", "4711", "4711 (short) S 1 2"} {
		if p := parseProcess([]byte(text)); p != (process{}) {
			t.Errorf("%q gave %+v", text, p)
		}
	}
}

func TestAnOpenLoopCountsFromWhenARequestWasDue(t *testing.T) {
	begin := time.Now().Add(-time.Hour) // all that is due is late, so nobody waits
	l := loop{rate: 1000, warmup: time.Second, sent: &atomic.Int64{}}
	for n := range 3 {
		at, _ := l.turn(t.Context(), begin.Add(l.warmup))
		if want := begin.Add(time.Duration(n) * time.Millisecond); !at.Equal(want) {
			t.Errorf("request %d was due at %s, want %s", n, at, want)
		}
	}
	var n int
	l = loop{name: "loop", clients: 1, rate: 1e9, progress: io.Discard}
	f, err := l.run(t.Context(), func(int) (step, error) {
		return func() error {
			if n++; n > 100 {
				return errDone
			}
			return nil
		}, nil
	})
	if err != nil || f.Answers != 100 || f.Rate != 1e9 {
		t.Errorf("got %+v, %v", f, err)
	}
}
