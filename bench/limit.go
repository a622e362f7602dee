package bench

import (
	"context"
	"math/rand/v2"
	"sync/atomic"
	"time"

	"ordo/engine/command"
	"ordo/engine/db"
)

const (
	recorded = 500   // placements that are replayed again and again
	prepared = 1_000 // inputs per client, made before the clock starts
)

// limit measures the operation in process, without HTTP, and the statements it
// sends without any of its logic: the same texts and values in the same trips,
// on the same lanes, in the same groups.
func limit(ctx context.Context, m *measurement) error {
	err := m.inProcess(ctx, nil, func(e *command.Engine) error {
		if err := m.remember(ctx, e); err != nil {
			return err
		}
		_, err := m.placeInProcess(ctx, e)
		return err
	})
	if err != nil {
		return err
	}
	var all replayer
	var r recorder
	err = m.inProcess(ctx, r.record, func(e *command.Engine) (err error) {
		all.placements, err = m.record(ctx, e, &r)
		return err
	})
	if err != nil {
		return err
	}
	return m.inProcess(ctx, nil, func(e *command.Engine) error {
		f, err := m.grouped(ctx, "bare statements", e.DB, func(int) (step, error) {
			return func() error { return all.step(ctx, e.DB) }, nil
		})
		if err != nil {
			return err
		}
		m.result.add(f)
		took, err := all.apart(ctx, e.DB)
		if err != nil {
			return err
		}
		m.result.note("of the time of its statements, sent one by one: %s", took.shares())
		return nil
	})
}

// remember lets the process keep in memory what placing needs of every SKU, as
// one does that has run for a while.
func (m *measurement) remember(ctx context.Context, e *command.Engine) error {
	s := &seeder{ctx: ctx, engine: e}
	const lines = 2_000 // as many as an order may have
	for first := 0; first < variants; first += lines {
		var some []object
		for n := first; n < first+lines; n++ {
			some = append(some, object{"sku": sku(n), "quantity": 1})
		}
		s.do("order.price", object{"channel_id": m.shop.channel, "customer_id": m.shop.customers[0], "lines": some})
	}
	return s.err
}

// placeInProcess lets clients place random orders without a server.
func (m *measurement) placeInProcess(ctx context.Context, e *command.Engine) (*Figures, error) {
	f, err := m.grouped(ctx, "in process", e.DB, func(i int) (step, error) { return m.invoking(ctx, e, i) })
	m.result.add(f)
	return f, err
}

// grouped runs a loop in process and counts transactions and commits.
func (m *measurement) grouped(ctx context.Context, name string, d *db.DB, client func(i int) (step, error)) (*Figures, error) {
	l := m.loop(name)
	l.meters = append([]meter{{"process", own}}, m.database.meters(ctx)...)
	var answers atomic.Int64
	commits, transactions := d.Commits.Load(), d.Commands.Load()
	f, err := l.run(ctx, func(i int) (step, error) {
		one, err := client(i)
		return func() error { defer answers.Add(1); return one() }, err
	})
	if err != nil {
		return nil, err
	}
	commits, transactions = d.Commits.Load()-commits, d.Commands.Load()-transactions
	f.Group = float64(transactions) / float64(commits)
	f.Transactions = float64(transactions) / float64(answers.Load())
	f.Commits = float64(commits) / float64(answers.Load())
	return f, nil
}

// invoking returns a client that places random orders in process.
func (m *measurement) invoking(ctx context.Context, e *command.Engine, i int) (step, error) {
	o, err := operation(e, "order.place")
	if err != nil {
		return nil, err
	}
	random := rand.New(rand.NewPCG(2, uint64(i)))
	inputs := make([]any, prepared)
	for n := range inputs {
		if inputs[n], err = decode(o, m.shop.randomOrder(nil, random)); err != nil {
			return nil, err
		}
	}
	n := 0
	return func() error {
		n++
		_, err := o.Invoke(ctx, e, command.Meta{Actor: actor}, inputs[n%prepared])
		return err
	}, nil
}

// record places orders one after the other and keeps what each sent.
func (m *measurement) record(ctx context.Context, e *command.Engine, r *recorder) ([]*placement, error) {
	one, err := m.invoking(ctx, e, 0)
	if err != nil {
		return nil, err
	}
	if err := m.remember(ctx, e); err != nil {
		return nil, err
	}
	if err := one(); err != nil { // the first also takes a block of numbers
		return nil, err
	}
	var all []*placement
	for range recorded {
		time.Sleep(time.Millisecond) // ids tell the millisecond they were made in
		since := time.Now()
		r.take()
		if err := one(); err != nil {
			return nil, err
		}
		all = append(all, newPlacement(r.take(), since))
	}
	statements := 0
	for _, trip := range all[len(all)-1].trips {
		statements += len(trip)
	}
	m.result.note("one placement: %d statements in %d trips and a commit", statements, len(all[len(all)-1].trips))
	return all, nil
}
