package bench

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"time"

	"ordo/engine/command"
)

// journal is what clients were told of the orders that they placed.
type journal struct {
	mu   sync.Mutex
	told map[string]placed // by idempotency key
}

// placed is an order as the answer to its placing told of it, or as it is there.
type placed struct{ id, number, total string }

// note writes an answer down.
func (j *journal) note(key string, answer []byte) error {
	var o struct {
		ID, Number string
		Total      struct{ Amount json.Number }
	}
	if err := json.Unmarshal(answer, &o); err != nil {
		return fmt.Errorf("an order was answered with %.200s: %w", answer, err)
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.told == nil {
		j.told = map[string]placed{}
	}
	j.told[key] = placed{o.ID, o.Number, o.Total.Amount.String()}
	return nil
}

// compare counts the orders that are missing or different in the workspace, and
// those there that nobody was told of.
func (j *journal) compare(there map[string]placed) (missing, different, untold int) {
	for key, told := range j.told { // order-free: counts
		switch is, ok := there[key]; {
		case !ok:
			missing++
		case is != told:
			different++
		}
	}
	return missing, different, len(there) - len(j.told) + missing
}

// drain waits until all queues are empty, and notes how long that took.
func (m *measurement) drain(ctx context.Context) error {
	begin := time.Now()
	return m.inProcess(ctx, nil, func(e *command.Engine) error {
		for {
			var l ledger
			if err := l.readQueues(ctx, e); err != nil {
				return err
			}
			if l.events+l.calls+l.deliveries+l.jobs == 0 {
				break
			}
			m.say("%d events to seal, %d calls, %d deliveries and %d jobs wait", l.events, l.calls, l.deliveries, l.jobs)
			select {
			case <-time.After(500 * time.Millisecond):
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		m.result.note("all queues were empty %.1f s after the last request", time.Since(begin).Seconds())
		return nil
	})
}

// audit compares the journal with the workspace order by order, and has all
// invariants checked. The error tells that something is wrong, or could not be
// looked at.
func (m *measurement) audit(ctx context.Context, j *journal) error {
	var l ledger
	if err := m.inProcess(ctx, nil, func(e *command.Engine) error { return l.readOrders(ctx, e) }); err != nil {
		return err
	}
	clean, err := m.verify(ctx)
	if err != nil {
		return err
	}
	missing, different, untold := j.compare(l.orders)
	m.result.note("%d orders were acknowledged and %d are there: %d missing, %d different, %d that nobody was told of; %d of them wait for stock, %d are promised more than there is; ordo verify is clean: %t",
		len(j.told), len(l.orders), missing, different, untold, l.waiting, l.broken, clean)
	if missing+different > 0 || l.waiting+l.broken > 0 || !clean {
		return fmt.Errorf("what clients were told is not what is there: %s", m.result.Notes[len(m.result.Notes)-1])
	}
	return nil
}
