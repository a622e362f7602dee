package system

import (
	"cmp"
	"slices"
	"strings"
	"sync"
	"time"

	"ordo/base/money"
	"ordo/engine/db"
)

// Target is what an answer may take, and the share of answers that must not take
// longer.
const (
	Target                 = 2 * time.Second
	TargetShare money.Rate = 999_000
)

// bounds are those of the buckets that answers are counted in; what took longer
// than the last has one more.
var bounds = [...]time.Duration{
	5 * time.Millisecond, 10 * time.Millisecond, 25 * time.Millisecond, 50 * time.Millisecond, 100 * time.Millisecond, 200 * time.Millisecond,
	500 * time.Millisecond, time.Second, Target, 5 * time.Second, 10 * time.Second,
}

// inTarget is how many buckets hold answers that took no longer than they may.
var inTarget = slices.Index(bounds[:], Target) + 1

// tally counts answers to an operation.
type tally struct {
	requests, clientErrors, serverErrors int64
	took                                 int64 // microseconds of all
	buckets                              [len(bounds) + 1]int64
}

// places are those of the columns of response_times, in their order.
func (t *tally) places() []any {
	all := []any{&t.requests, &t.clientErrors, &t.serverErrors, &t.took}
	for i := range t.buckets {
		all = append(all, &t.buckets[i])
	}
	return all
}

// less returns what t counted and before did not.
func (t tally) less(before tally) tally {
	now, then := t.places(), before.places()
	for i := range now {
		*now[i].(*int64) -= *then[i].(*int64)
	}
	return t
}

func (t *tally) add(status int, took time.Duration) {
	t.requests++
	t.took += took.Microseconds()
	switch status / 100 {
	case 4:
		t.clientErrors++
	case 5:
		t.serverErrors++
	}
	i, _ := slices.BinarySearch(bounds[:], took)
	t.buckets[i]++
}

// slow is how many answers took longer than they may.
func (t *tally) slow() (n int64) {
	for _, b := range t.buckets[inTarget:] {
		n += b
	}
	return n
}

// share is that of the answers that took no longer than they may, rounded down.
func (t *tally) share() money.Rate {
	if t.requests == 0 {
		return 1_000_000
	}
	return money.Rate((t.requests - t.slow()) * 1_000_000 / t.requests)
}

// p95 is a time within which 95 % of the answers came, in milliseconds: within a
// bucket they are taken as evenly spread. What took longer than the last bound
// counts as that.
func (t *tally) p95() int64 {
	rank := float64(t.requests) * 0.95
	if t.requests == 0 {
		return 0
	}
	below := 0.0
	for i, n := range t.buckets[:len(bounds)] {
		if here := float64(n); here > 0 && below+here >= rank {
			from := time.Duration(0)
			if i > 0 {
				from = bounds[i-1]
			}
			return (from + time.Duration(float64(bounds[i]-from)*(rank-below)/here)).Milliseconds()
		}
		below += float64(n)
	}
	return bounds[len(bounds)-1].Milliseconds()
}

// Response is an answer to an operation.
type Response struct {
	Operation, RequestID string
	Status               int
	At                   time.Time // when it was given
	Took                 time.Duration
	Spent                db.Spent
}

// slowest is how many requests are kept of each operation and day.
const slowest = 10

// meter counts the answers to one operation.
type meter struct {
	mu      sync.Mutex
	all     tally // since the start
	written tally // of these
	day     time.Time
	longest []Response // of the day, longest first
	fresh   []Response // of these, not written yet
}

func (m *meter) add(r Response) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.all.add(r.Status, r.Took)
	if day := dayOf(r.At); !day.Equal(m.day) {
		m.day, m.longest = day, nil
	}
	if len(m.longest) == slowest && r.Took <= m.longest[slowest-1].Took {
		return
	}
	r.Spent.Statement = strings.Join(strings.Fields(r.Spent.Statement), " ")
	i, _ := slices.BinarySearchFunc(m.longest, r, func(a, b Response) int { return cmp.Compare(b.Took, a.Took) })
	m.longest = slices.Insert(m.longest, i, r)
	m.longest = m.longest[:min(len(m.longest), slowest)]
	m.fresh = append(m.fresh, r)
}

func dayOf(t time.Time) time.Time { return t.UTC().Truncate(24 * time.Hour) }

// news is what a meter has counted since it was written.
type news struct {
	operation string
	total     tally // since the start
	tally           // since it was written
	longest   []Response
}

func (m *meter) news(operation string) news {
	m.mu.Lock()
	defer m.mu.Unlock()
	return news{operation, m.all, m.all.less(m.written), slices.Clone(m.fresh)}
}

// wrote notes that the news are in the database.
func (m *meter) wrote(n news) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.written = n.total
	m.fresh = slices.Delete(m.fresh, 0, len(n.longest))
}
