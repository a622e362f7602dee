// Package clock owns the reading of time, so that tests, the simulator and a
// workspace's test clock can move it. Nothing else calls time.Now. It does not own
// deadlines, business days or time zones.
package clock

import (
	"context"
	"sync"
	"time"
)

// Clock tells the time and waits for it.
type Clock interface {
	// Now returns the time in UTC, to the microsecond.
	Now() time.Time
	// Sleep returns after d, or earlier with the error of ctx.
	Sleep(ctx context.Context, d time.Duration) error
}

// System is the clock of the machine.
var System Clock = system{}

type system struct{}

func (system) Now() time.Time { return time.Now().UTC().Truncate(time.Microsecond) }

func (system) Sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Manual is a clock that stands still until it is moved. Its sleepers wake
// when the time they wait for is reached.
type Manual struct {
	mu    sync.Mutex
	now   time.Time
	moved chan struct{} // closed and replaced at every move
}

// NewManual returns a clock that shows at.
func NewManual(at time.Time) *Manual {
	return &Manual{now: at.UTC().Truncate(time.Microsecond), moved: make(chan struct{})}
}

// Now returns the time that was set.
func (m *Manual) Now() time.Time {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.now
}

// Advance moves the clock by d, also backwards.
func (m *Manual) Advance(d time.Duration) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.now = m.now.Add(d)
	close(m.moved)
	m.moved = make(chan struct{})
}

// Sleep returns when the clock has been moved by d or more.
func (m *Manual) Sleep(ctx context.Context, d time.Duration) error {
	until := m.Now().Add(d)
	for {
		m.mu.Lock()
		now, moved := m.now, m.moved
		m.mu.Unlock()
		if !now.Before(until) {
			return nil
		}
		select {
		case <-moved:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
