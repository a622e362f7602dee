package sim

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"ordo/base/clock"
	"ordo/base/id"
	"ordo/engine/db"
	"ordo/engine/event"
	"ordo/sim/disk"
)

// world is a workspace with all who deal with it.
type world struct {
	options Options
	open    Open
	report  *Report
	step    int

	random *rand.Rand // of the queue, the actors and the faults
	ids    id.Source
	clock  *clock.Manual
	began  time.Time
	disk   *disk.Disk
	house  *House
	bank   *bank

	fault   fault
	broken  broken
	quiet   bool            // no fault strikes: the world looks at itself
	polite  bool            // nobody sends what must be refused
	touched map[string]bool // by the step
	lately  []string        // touched by the last steps

	narrowing *narrowing

	shop    shop
	actors  []*actor
	clients *clients
	known   *known
	carrier *carrier
	log     follower

	receivers *receivers
	post      *post

	generators map[string]generator
	operations map[string]operation
	free       []string       // operations that are about no resource in particular
	turns      map[string]int // of them, that each has had
}

// epoch is when the virtual time begins.
var epoch = time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)

func newWorld(o Options, open Open) *world {
	var seed [32]byte
	for i := range 8 {
		seed[i] = byte(o.Seed >> (8 * i))
	}
	stream := rand.NewChaCha8(seed)
	w := &world{
		options: o, open: open,
		report: &Report{Seed: o.Seed, Operations: map[string]*Count{}, Refusals: map[string]int{}, Work: map[string]int{}, Faults: map[string]int{}, Statuses: map[string]int{}, Waiting: map[string]int{}},
		random: rand.New(rand.NewPCG(o.Seed, 0)), clock: clock.NewManual(epoch), began: epoch,
		ids:     id.Source{Read: func(b []byte) { stream.Read(b) }}, // never fails
		disk:    disk.New(),
		touched: map[string]bool{}, narrowing: newNarrowing(),
		clients: &clients{}, turns: map[string]int{}, known: newKnown(), carrier: &carrier{},
		generators: generators(),
	}
	w.receivers, w.post = newReceivers(w), newPost(w)
	if o.hear != nil {
		w.ids.Read = counting()
	}
	return w
}

// found sets up an empty workspace.
func (w *world) found(ctx context.Context) error {
	w.quiet = true
	defer func() { w.quiet = false }()
	var err error
	if w.bank, err = openBank(ctx, w); err != nil {
		return err
	}
	if err := w.enter(ctx); err != nil {
		return err
	}
	return w.stockUp(ctx)
}

// enter opens the workspace, as a process that starts does.
func (w *world) enter(ctx context.Context) error {
	url := w.disk.URL(fmt.Sprintf("ordo.db?_pragma=wal_autocheckpoint(%d)", checkpoints[w.options.Seed%uint64(len(checkpoints))]))
	h, err := w.open(ctx, cmp.Or(w.options.url, url), db.Options{Clock: w.clock, IDs: w.ids, Fault: w.strike, Record: w.narrowing.record}, w.bank)
	if err != nil {
		return err
	}
	w.house = h
	h.Engine.Sealer.Clock, h.Keys.Clock = w.clock, w.clock
	h.Guard.Local, h.Guard.Resolver, h.Guard.Connect = true, w.receivers, w.receivers.connect
	h.Mail.Server = w.post
	h.Jobs.Kinds = w.breakable(h.Jobs.Kinds)
	h.Engine.EffectWait = time.Hour // of the machine, whose speed decides nothing
	for _, t := range event.Types() {
		h.Engine.Reactions = append(h.Engine.Reactions[:len(h.Engine.Reactions):len(h.Engine.Reactions)], event.Reaction{On: t.Name, Name: "note what a step touched", Do: w.touch})
	}
	w.operations, w.free = tableOf(h.Engine.Operations, w.generators)
	return nil
}

// checkpoints are after how many pages of its log a database copies them back,
// by seed: that of production, which short runs never reach, and others, so
// that crashes strike there as well.
var checkpoints = []int{200, 16_000, 1_000}

// touch notes a subject that is to be judged after the step.
func (w *world) touch(_ *db.Tx, e event.Event) error {
	w.touched[e.Subject] = true
	return nil
}

// end closes what is open.
func (w *world) end() {
	if w.house != nil {
		w.house.Close()
	}
	if w.bank != nil {
		w.bank.db.Close()
		w.bank.disk.Remove()
	}
	w.disk.Remove()
}

// work is a kind of step, with how often it comes.
type work struct {
	name  string
	share int
	do    func(w *world, ctx context.Context) error
}

// queue is all work there is. Each step takes one by chance.
var queue = []work{
	{"request", 800, (*world).request},
	{"request sent again", 60, (*world).resend},
	{"repeated request", 10, (*world).repeat},
	{"job", 25, (*world).work},
	{"effect", 25, func(w *world, ctx context.Context) error { return w.tried(w.house.Engine.Effects.Step(ctx)) }},
	{"sealed batch", 30, func(w *world, ctx context.Context) error { return w.counted(w.house.Engine.Sealer.Seal(ctx)) }},
	{"consumed batch", 20, func(w *world, ctx context.Context) error {
		return w.counted(w.log.consumer(w).Step(ctx, w.house.Engine.DB))
	}},
	{"webhooks", 30, (*world).tell},
	{"mail", 20, func(w *world, ctx context.Context) error { return w.tried(w.house.Mail.Step(ctx)) }},
	{"callback", 25, (*world).callBack},
	{"clock jump", 10, (*world).jump},
}

// take takes one step.
func (w *world) take(ctx context.Context) error {
	w.clock.Advance(time.Duration(1+w.random.IntN(2_000)) * time.Millisecond)
	clear(w.touched)
	clear(w.narrowing.wrote)
	w.arm()
	at := w.random.IntN(shares)
	for _, k := range queue {
		if at -= k.share; at < 0 {
			w.report.Work[k.name]++
			if err := k.do(w, ctx); err != nil {
				return err
			}
			break
		}
	}
	if w.disk.Struck() {
		if err := w.restart(ctx); err != nil {
			return err
		}
	}
	if err := w.judgeTouched(ctx); err != nil {
		return err
	}
	if w.step%wholeEvery != 0 {
		return nil
	}
	if w.options.Progress != nil {
		w.options.Progress(w.step, w.report)
	}
	return w.judgeWhole(ctx)
}

// wholeEvery is after how many steps the whole workspace is judged.
const wholeEvery = 1000

var shares = func() (sum int) {
	for _, k := range queue {
		sum += k.share
	}
	return sum
}()

// work runs some jobs, as a worker does in a row.
func (w *world) work(ctx context.Context) error {
	for range 1 + w.random.IntN(4) {
		if worked, err := w.house.Jobs.Step(ctx); err != nil || !worked {
			return w.failed(err)
		}
	}
	return nil
}

// tried passes on errors that are none of the faults: those are the worker's to
// get over.
func (w *world) tried(_ bool, err error) error { return w.failed(err) }

func (w *world) counted(_ int, err error) error { return w.failed(err) }

// failed tells an error that no fault explains, as a violation.
func (w *world) failed(err error) error {
	if err != nil && !w.excused(err) {
		w.violated("no errors", "%v", err)
	}
	return nil
}

// jump moves the clock by hours, days, or a little back.
func (w *world) jump(context.Context) error {
	switch w.random.IntN(12) {
	case 0:
		w.clock.Advance(-time.Duration(w.random.IntN(60)) * time.Second)
	case 1:
		w.clock.Advance(time.Duration(w.random.IntN(72)) * time.Hour)
	case 2:
		w.clock.Advance(w.known.patience(clock.At(w.clock.Now())).Sub(w.clock.Now()) + w.within(2))
	default:
		w.clock.Advance(time.Duration(w.random.IntN(120)) * time.Minute)
	}
	w.known.overdue(clock.At(w.clock.Now()))
	return nil
}

// restart ends the process on a disk whose power failed, and starts another.
func (w *world) restart(ctx context.Context) error {
	w.house.Close()
	w.house = nil
	w.disk.Crash(w.random.IntN)
	w.quiet = true
	defer func() { w.quiet = false }()
	w.fault = fault{}
	if err := w.enter(ctx); err != nil {
		return errors.Join(errors.New("after a crash the workspace does not open"), err)
	}
	if err := w.notice(ctx); err != nil {
		return err
	}
	if err := w.judgeTold(ctx, w.clients.fresh); err != nil {
		return err
	}
	w.clients.fresh = w.clients.fresh[:0]
	w.lately = append(w.lately, sortedKeys(w.touched)...)
	clear(w.touched)
	return w.judgeLately(ctx)
}

// chance is true once in n times.
func (w *world) chance(n int) bool { return w.random.IntN(n) == 0 }

// one returns one of some values.
func one[T any](w *world, values ...T) T { return values[w.random.IntN(len(values))] }
