package bench

import (
	"cmp"
	"context"
	"errors"
	"sync/atomic"
	"time"

	"ordo/engine/command"
)

const (
	listed = 20_000 // orders of a workspace that is made for lists, if not told
	starts = 5
	idle   = 5 * time.Second
)

// seedOrders fills the workspace with a shop and orders.
func seedOrders(ctx context.Context, m *measurement) error {
	m.Orders = cmp.Or(m.Orders, listed)
	return seed(ctx, m)
}

// placeSome places as many orders as the workspace is to have.
func (m *measurement) placeSome(ctx context.Context, e *command.Engine) error {
	var next atomic.Int64
	filling := loop{name: "orders", clients: 32, progress: m.Stderr}
	f, err := filling.run(ctx, func(i int) (step, error) {
		one, err := m.invoking(ctx, e, i)
		return func() error {
			if next.Add(1) > int64(m.Orders) {
				return errDone
			}
			return one()
		}, err
	})
	if err != nil {
		return err
	}
	if f.Failed > 0 {
		return errors.New(f.FirstFailure)
	}
	return sealAll(ctx, e)
}

// sealAll seals all events, which a server would do beside its first requests.
func sealAll(ctx context.Context, e *command.Engine) error {
	for {
		if n, err := e.Sealer.Seal(ctx); err != nil || n == 0 {
			return err
		}
	}
}

// list measures how a server starts and rests on the workspace, then each kind
// of question about its orders by itself.
func list(ctx context.Context, m *measurement) error {
	return m.reading(ctx, func(r *reader) error {
		if err := m.start(ctx); err != nil {
			return err
		}
		return m.served(ctx, func(s *server) error { return m.askEach(ctx, s, r.questions, r.key, "ord_") })
	})
}

// askEach measures each question by itself. Answers have something whose id
// begins with prefix.
func (m *measurement) askEach(ctx context.Context, s *server, questions []question, key, prefix string) error {
	for _, q := range questions {
		l := m.loop(q.name)
		l.meters = m.meters(ctx, s)
		f, err := l.run(ctx, q.asking(ctx, s.addr, key, prefix))
		if err != nil {
			return err
		}
		f.PeakMemory = readMemory(s.pid, peak)
		m.result.add(f)
	}
	return nil
}

// reading lets fn read the workspace with a key for that, which it takes away.
func (m *measurement) reading(ctx context.Context, fn func(r *reader) error) (err error) {
	var r *reader
	err = m.inProcess(ctx, nil, func(e *command.Engine) (err error) {
		if r, err = newReader(ctx, e); err == nil {
			m.result.Orders, err = countOrders(ctx, e)
		}
		return err
	})
	if err != nil {
		return err
	}
	defer func() {
		ctx := context.WithoutCancel(ctx) // also after an interruption
		err = cmp.Or(err, m.inProcess(ctx, nil, func(e *command.Engine) error { return r.leave(ctx, e) }))
	}()
	return fn(r)
}

// start measures the time from the start of a server to its first answer, and
// its memory when nobody has asked for anything else.
func (m *measurement) start(ctx context.Context) error {
	m.say("start")
	f := &Figures{Name: "start", Clients: 1}
	var times []time.Duration
	for len(times) < starts {
		err := m.served(ctx, func(s *server) error {
			times = append(times, s.took)
			f.Seconds += s.took.Seconds()
			if len(times) < starts {
				return nil
			}
			select {
			case <-time.After(idle):
			case <-ctx.Done():
			}
			f.IdleMemory, f.PeakMemory = readMemory(s.pid, resident), readMemory(s.pid, peak)
			return ctx.Err()
		})
		if err != nil {
			return err
		}
	}
	f.count(times)
	m.result.add(f)
	m.result.note("ready after %.0f ms; %d MB after %s without requests", f.P50, f.IdleMemory, idle)
	return nil
}
