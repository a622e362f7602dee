package bench

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// step sends one request and waits for its answer. Its error is one of those
// below, or ends the work of its client.
type step func() error

var (
	errRefused = errors.New("refused, as it should be")
	errDone    = errors.New("nothing left to do")
	errShed    = errors.New("not served, because too much came")
	errSilent  = errors.New("none came while it was counted")
)

// wrongAnswer is one that was not expected.
type wrongAnswer struct {
	status int
	body   string
}

func (w *wrongAnswer) Error() string { return fmt.Sprintf("%d %s", w.status, w.body) }

// loop applies load. It is closed where each client sends a request when it has
// the answer to the one before; it is open where requests have times at which
// they are to be sent, whoever is free to do so, and an answer is as late as it
// comes after that time.
type loop struct {
	name     string
	clients  int
	rate     float64       // requests per second of an open loop; 0 closes it
	pace     *pace         // instead of rate, one that changes; nil for none
	warmup   time.Duration // not counted
	duration time.Duration // until the clients are done, if 0
	meters   []meter
	progress io.Writer
	each     func(client int, took time.Duration, err error) // is told of every answer that counts, if set
	sent     *atomic.Int64                                   // requests of an open loop so far
}

// count is what one client has seen.
type count struct {
	answered int64           // read while it runs
	times    []time.Duration // of expected answers within the time that counts
	refused  int64           // of them refusals
	shed     int64           // not served, because too much came
	failed   int64           // anything else, at any time
	first    error           // of them
}

// run lets the clients work and returns the figures. The error is the first
// answer that was not expected if there was no other answer.
func (l loop) run(ctx context.Context, client func(i int) (step, error)) (*Figures, error) {
	working, stop := context.WithCancel(ctx)
	defer stop()
	l.sent = &atomic.Int64{}
	steps := make([]step, l.clients)
	for i := range steps {
		var err error
		if steps[i], err = client(i); err != nil {
			return nil, err
		}
	}
	from := time.Now().Add(l.warmup)
	counts := make([]count, l.clients)
	var clients sync.WaitGroup
	for i := range steps {
		clients.Go(func() { l.work(working, i, steps[i], &counts[i], from) })
	}
	done := make(chan struct{})
	go func() { clients.Wait(); close(done) }()

	if l.warmup > 0 {
		l.watch(ctx, counts, l.warmup, done)
	}
	begin, before := time.Now(), readAll(l.meters)
	l.watch(ctx, counts, l.duration, done)
	after, took := readAll(l.meters), time.Since(begin)
	stop()
	<-done
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return l.figures(counts, took, before, after)
}

func (l loop) work(ctx context.Context, i int, do step, c *count, from time.Time) {
	until := from.Add(l.duration)
	for ctx.Err() == nil {
		start, due := l.turn(ctx, from)
		if !due {
			return
		}
		err := do()
		end := time.Now()
		if errors.Is(err, errDone) || ctx.Err() != nil || l.duration > 0 && end.After(until) {
			return
		}
		atomic.AddInt64(&c.answered, 1)
		if l.each != nil && !end.Before(from) {
			l.each(i, end.Sub(start), err)
		}
		if errors.Is(err, errShed) {
			c.shed++
			continue
		}
		if err != nil && !errors.Is(err, errRefused) {
			if c.fail(err); !isWrongAnswer(err) {
				return
			}
			continue
		}
		if end.Before(from) {
			continue
		}
		c.times = append(c.times, end.Sub(start))
		if err != nil {
			c.refused++
		}
	}
}

// turn returns when the next request is to be sent: now, or, in an open loop,
// when its time has come, which may be over. There may be none left.
func (l loop) turn(ctx context.Context, from time.Time) (at time.Time, due bool) {
	switch begin := from.Add(-l.warmup); {
	case l.pace != nil:
		after, due := l.pace.next()
		if !due {
			return at, false
		}
		at = begin.Add(after)
	case l.rate != 0:
		at = begin.Add(time.Duration(float64(l.sent.Add(1)-1) / l.rate * float64(time.Second)))
	default:
		return time.Now(), true
	}
	select {
	case <-time.After(time.Until(at)):
	case <-ctx.Done():
	}
	return at, true
}

func (c *count) fail(err error) {
	c.failed++
	if c.first == nil {
		c.first = err
	}
}

func isWrongAnswer(err error) bool {
	_, ok := errors.AsType[*wrongAnswer](err)
	return ok
}

// watch shows progress each second, for a time, or until all are done if it is 0.
func (l loop) watch(ctx context.Context, counts []count, d time.Duration, done <-chan struct{}) {
	var end <-chan time.Time
	if d > 0 {
		timer := time.NewTimer(d)
		defer timer.Stop()
		end = timer.C
	}
	second := time.NewTicker(time.Second)
	defer second.Stop()
	last := answered(counts)
	for {
		select {
		case <-second.C:
			now := answered(counts)
			fmt.Fprintf(l.progress, "%s: %d/s\n", l.name, now-last)
			last = now
		case <-end:
			return
		case <-done:
			return
		case <-ctx.Done():
			return
		}
	}
}

func answered(counts []count) (n int64) {
	for i := range counts {
		n += atomic.LoadInt64(&counts[i].answered)
	}
	return n
}

func (l loop) figures(counts []count, took time.Duration, before, after []time.Duration) (*Figures, error) {
	f := &Figures{Name: l.name, Clients: l.clients, Rate: l.rate, Seconds: took.Seconds()}
	var times []time.Duration
	var first error
	for _, c := range counts {
		times = append(times, c.times...)
		f.Refused += c.refused
		f.Shed += c.shed
		f.Failed += c.failed
		if first == nil {
			first = c.first
		}
	}
	if len(times) == 0 {
		return nil, fmt.Errorf("%s: no answer was right: %w", l.name, cmp.Or(first, errSilent))
	}
	if first != nil {
		f.FirstFailure = first.Error()
	}
	f.count(times)
	for i, m := range l.meters {
		f.addCPU(m.name, after[i]-before[i])
	}
	return f, nil
}

// count adds the times of the answers.
func (f *Figures) count(times []time.Duration) {
	slices.Sort(times)
	f.Answers = int64(len(times))
	f.PerSecond = float64(f.Answers) / f.Seconds
	f.P50, f.P95, f.P99 = milliseconds(percentile(times, 50)), milliseconds(percentile(times, 95)), milliseconds(percentile(times, 99))
	f.Max = milliseconds(times[len(times)-1])
}

// addCPU adds what some processes used for the answers.
func (f *Figures) addCPU(of string, used time.Duration) {
	f.CPU = append(f.CPU, CPU{of, float64(used.Microseconds()) / float64(f.Answers+f.Failed)})
}

// percentile returns the smallest time that p percent of the sorted times do
// not exceed.
func percentile(sorted []time.Duration, p int) time.Duration {
	return sorted[max(0, (len(sorted)*p+99)/100-1)]
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
