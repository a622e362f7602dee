package sim

import (
	"context"

	"ordo/base/clock"
	"ordo/engine/db"
	"ordo/engine/job"
	"ordo/resource/payment"
	"ordo/resource/payment/testgateway"
	"ordo/sim/disk"
)

// bank is the gateway: the test gateway with a ledger of its own, in another
// database that no fault strikes. On the way to it and back calls get lost.
type bank struct {
	testgateway.Gateway
	world *world
	disk  *disk.Disk
	db    *db.DB
	jobs  *job.Worker // tell outcomes

	waiting []string // keys of calls that wait for the payer
	told    []string // keys of calls that may be told again
}

func openBank(ctx context.Context, w *world) (*bank, error) {
	b := &bank{world: w, disk: disk.New()}
	var err error
	if b.db, err = db.Open(ctx, b.disk.URL("bank.db"), db.Options{Clock: w.clock, IDs: w.ids}); err != nil {
		return nil, err
	}
	b.Gateway = testgateway.Gateway{DB: b.db}
	b.jobs = &job.Worker{DB: b.db, Kinds: map[string]job.Kind{testgateway.ConfirmJob: {Do: testgateway.Confirm(b.db, b.tell)}}}
	return b, nil
}

// tell brings an outcome to the workspace.
func (b *bank) tell(ctx context.Context, key string, r payment.Result) error {
	e := b.world.house.Engine
	return payment.Callbacks(e.DB, payment.Recorder(e))(ctx, key, r)
}

// over makes a call over a line that loses some, or their answers.
func (b *bank) over(ctx context.Context, call func(context.Context, payment.Request) (payment.Result, error), r payment.Request) (payment.Result, error) {
	lossy := !b.world.options.Calm && !b.world.quiet
	if lossy && b.world.chance(15) {
		b.world.report.Faults["call lost"]++
		return payment.Result{}, payment.ErrNoAnswer
	}
	result, err := call(ctx, r)
	if result.State == payment.StateRequiresAction {
		b.waiting = append(b.waiting, r.Key)
	}
	b.told = append(b.told, r.Key)
	if lossy && err == nil && b.world.chance(15) {
		b.world.report.Faults["answer lost"]++
		return payment.Result{}, payment.ErrNoAnswer
	}
	return result, err
}

// Authorize promises money.
func (b *bank) Authorize(ctx context.Context, r payment.Request) (payment.Result, error) {
	return b.over(ctx, b.Gateway.Authorize, r)
}

// Capture takes promised money.
func (b *bank) Capture(ctx context.Context, r payment.Request) (payment.Result, error) {
	return b.over(ctx, b.Gateway.Capture, r)
}

// Void gives up promised money.
func (b *bank) Void(ctx context.Context, r payment.Request) (payment.Result, error) {
	return b.over(ctx, b.Gateway.Void, r)
}

// Refund gives money back.
func (b *bank) Refund(ctx context.Context, r payment.Request) (payment.Result, error) {
	return b.over(ctx, b.Gateway.Refund, r)
}

// Cancel gives up an authorization that waits for its payer.
func (b *bank) Cancel(ctx context.Context, r payment.Request) (payment.Result, error) {
	return b.over(ctx, b.Gateway.Cancel, r)
}

// Find tells what became of a call.
func (b *bank) Find(ctx context.Context, key string) (payment.Result, error) {
	if !b.world.options.Calm && !b.world.quiet && b.world.chance(15) {
		b.world.report.Faults["question lost"]++
		return payment.Result{}, payment.ErrNoAnswer
	}
	return b.Gateway.Find(ctx, key)
}

// callBack lets a payer act, tells an outcome late, or tells one again.
func (w *world) callBack(ctx context.Context) error {
	b := w.bank
	switch {
	case len(b.waiting) > 0 && w.chance(3):
		return w.failed(b.act(ctx, !w.chance(4)))
	case len(b.told) > 0 && w.chance(3):
		key := b.told[w.random.IntN(len(b.told))]
		result, err := b.Gateway.Find(ctx, key)
		if err == nil {
			w.report.Work["repeated callback"]++
			err = b.tell(ctx, key, result)
		}
		return w.untold(err)
	}
	return w.tried(b.jobs.Step(ctx))
}

// untold passes over outcomes that the gateway keeps to itself.
func (w *world) untold(err error) error {
	if err == payment.ErrNoAnswer || err == payment.ErrUnknownKey {
		return nil
	}
	return w.failed(err)
}

// act does what a payer has to do.
func (b *bank) act(ctx context.Context, approve bool) error {
	at := b.world.random.IntN(len(b.waiting))
	key := b.waiting[at]
	b.waiting = append(b.waiting[:at], b.waiting[at+1:]...)
	if call, err := b.Gateway.Find(ctx, key); err != nil || call.State != payment.StateRequiresAction {
		return err
	}
	return b.Gateway.Act(ctx, key, approve)
}

// carrier keeps what it said of each shipment.
type carrier struct {
	said map[string]map[string]said // by shipment and id of the event
}

type said struct {
	code string
	at   clock.Stamp
}

// say keeps what the workspace was told and has acknowledged.
func (c *carrier) say(shipment, id, code string, at clock.Stamp) {
	if c.said == nil {
		c.said = map[string]map[string]said{}
	}
	if c.said[shipment] == nil {
		c.said[shipment] = map[string]said{}
	}
	c.said[shipment][id] = said{code, at}
}
