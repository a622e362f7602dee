package bench

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os/exec"
	"sync"
	"syscall"
	"time"
)

// Campaign is a crash campaign: clients write through HTTP, each keeping a log
// of its own, while the server is killed at random moments. After each restart
// nothing that was acknowledged may be missing, and what was not answered is
// asked again under its key and must have one effect.
type Campaign struct {
	Config
	Kills   int    // rounds
	Seed    uint64 // of the moments and of what is asked
	Instead string // command for the shell to run instead of killing the server
	Network bool   // disturb the network to PostgreSQL instead of killing the server
	Disk    string // folder on a small disk to fill instead of killing the server
}

// Toll is what a crash campaign counted.
type Toll struct {
	Database     string  `json:"database"`
	Seed         uint64  `json:"seed"`
	Kills        int     `json:"kills"`
	Acknowledged int     `json:"acknowledged"` // writes that were answered
	Refused      int     `json:"refused"`      // writes that were refused
	Unanswered   int     `json:"unanswered"`   // writes whose answer got lost, asked again
	Happened     int     `json:"happened"`     // of those: that had happened
	Orders       int     `json:"orders"`       // that are there at the end
	Verified     int     `json:"verified"`     // runs of ordo verify
	Recovery     float64 `json:"recovery_ms"`  // the longest, from a blow, or from its end, to the first write that is answered
	Full         int     `json:"full"`         // times that a write was refused because the disk is full
	Read         int     `json:"read"`         // reads that were answered while it was
	Lost         int     `json:"lost"`         // acknowledged and not there
	Doubled      int     `json:"doubled"`      // with more than one effect
	Faults       int     `json:"faults"`       // that ordo verify or the gateway's ledger showed, answers of 500 and more that don't tell what helps and when to come again, reads that a full disk kept from being answered, and writes that happened though it refused them
}

// Clean tells whether nothing was lost, doubled or wrong.
func (t *Toll) Clean() bool { return t.Lost+t.Doubled+t.Faults == 0 }

const (
	verifyEvery = 20 // kills
	shortest    = 50 * time.Millisecond
	spread      = 500 * time.Millisecond // between the shortest time before a kill and the longest
)

// campaign is the state of one.
type campaign struct {
	Campaign
	*measurement
	random  *rand.Rand
	writers []*writer
	proxy   *proxy // nil unless the network is disturbed
	toll    *Toll
}

// Crash runs a campaign and returns its toll. The error tells that it could not
// be finished.
func Crash(ctx context.Context, config Campaign) (toll *Toll, err error) {
	m := &measurement{Config: config.Config}
	if config.Disk != "" {
		if err := checkDisk(config.Disk); err != nil {
			return nil, err
		}
	}
	if m.database, err = newDatabase(ctx, config.Database, cmp.Or(config.Disk, diskFolder())); err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, m.database.drop()) }()
	if err := seed(ctx, m); err != nil {
		return nil, fmt.Errorf("seeding: %w", err)
	}
	c := &campaign{Campaign: config, measurement: m, random: rand.New(rand.NewPCG(config.Seed, 0)), toll: &Toll{Database: m.database.kind, Seed: config.Seed}}
	if config.Network {
		var through string
		if c.proxy, through, err = newProxy(m.database.url); err != nil {
			return nil, err
		}
		defer c.proxy.close()
		m.Serve = func(_, addr string) []string { return config.Serve(through, addr) }
	}
	for i := range config.Clients {
		c.writers = append(c.writers, newWriter(m.shop, rand.New(rand.NewPCG(config.Seed, uint64(i)+1))))
	}
	return c.toll, c.run(ctx)
}

func (c *campaign) run(ctx context.Context) error {
	s, err := c.serve(ctx)
	if err != nil {
		return err
	}
	defer func() { s.stop() }()
	for c.toll.Kills < c.Kills {
		if s, err = c.round(ctx, s); err != nil {
			return err
		}
		if c.toll.Kills++; c.toll.Kills%verifyEvery == 0 || c.toll.Kills == c.Kills {
			if err := c.judge(ctx); err != nil {
				return err
			}
		}
		c.say("%d of %d kills: %d writes acknowledged, %d asked again, %d lost, %d doubled, %d faults",
			c.toll.Kills, c.Kills, c.toll.Acknowledged, c.toll.Unanswered, c.toll.Lost, c.toll.Doubled, c.toll.Faults)
	}
	return nil
}

// round lets the clients write until the blow falls, and compares their logs
// with what is there afterwards.
func (c *campaign) round(ctx context.Context, s *server) (*server, error) {
	writing, stop := context.WithCancel(ctx)
	defer stop()
	var all sync.WaitGroup
	for _, w := range c.writers {
		w.addr = s.addr
		all.Go(func() { w.write(writing) })
	}
	written := make(chan struct{})
	go func() { all.Wait(); close(written) }()
	time.Sleep(shortest + time.Duration(c.random.Int64N(int64(spread))))
	struck := time.Now()
	s, err := c.strike(ctx, s, written)
	stop()
	<-written
	if err != nil {
		return s, err
	}
	var first sync.Once
	for _, w := range c.writers {
		w.addr = s.addr
		all.Go(func() {
			if w.err = w.askAgain(ctx); w.err == nil {
				first.Do(func() { c.toll.Recovery = max(c.toll.Recovery, milliseconds(time.Since(struck))) })
				w.err = w.compare(ctx)
			}
		})
	}
	all.Wait()
	for _, w := range c.writers {
		err = errors.Join(err, w.err)
		w.report(c.toll)
	}
	return s, err
}

// strike kills the server and starts another one, or does what is asked for
// instead. The clients stop to write, all of them, at written.
func (c *campaign) strike(ctx context.Context, s *server, written <-chan struct{}) (*server, error) {
	if c.Disk != "" {
		return s, c.fillDisk(ctx, written)
	}
	if c.proxy != nil {
		c.proxy.disturb(c.random.IntN(3))
		return s, nil
	}
	if c.Instead != "" {
		out, err := exec.CommandContext(ctx, "sh", "-c", c.Instead).CombinedOutput()
		if err != nil {
			return s, fmt.Errorf("%s: %w: %s", c.Instead, err, out)
		}
		return s, nil
	}
	if err := syscall.Kill(s.pid, syscall.SIGKILL); err != nil {
		return s, err
	}
	<-s.exited
	s.stop()
	return c.serve(ctx)
}

// judge waits until no call to the gateway is open, and has the whole workspace
// checked: its invariants, the gateway's ledger, and that there are the orders
// of the logs and no others.
func (c *campaign) judge(ctx context.Context) error {
	c.toll.Verified++
	var books books
	for {
		if err := c.inProcess(ctx, nil, books.read(ctx)); err != nil {
			return err
		}
		if books.open == 0 {
			break
		}
		select {
		case <-time.After(200 * time.Millisecond):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	ids := map[string]bool{}
	for _, w := range c.writers {
		for _, r := range w.placed {
			ids[r.order] = true
		}
	}
	c.toll.Orders = int(books.orders)
	c.toll.Lost += max(0, len(ids)-c.toll.Orders)
	c.toll.Doubled += max(0, c.toll.Orders-len(ids))
	c.toll.Faults += int(books.unbalanced)
	return c.verify(ctx)
}

// verify runs ordo verify.
func (c *campaign) verify(ctx context.Context) error {
	clean, err := c.measurement.verify(ctx)
	if err == nil && !clean {
		c.toll.Faults++
	}
	return err
}

// verify runs ordo verify, says what it found, and tells whether that was nothing.
func (m *measurement) verify(ctx context.Context) (clean bool, err error) {
	argv := m.Verify(m.database.url)
	out, err := exec.CommandContext(ctx, argv[0], argv[1:]...).CombinedOutput()
	if _, exited := errors.AsType[*exec.ExitError](err); exited {
		m.say("%s", out)
		return false, nil
	}
	return err == nil, err
}

// report adds what a client saw since it last did.
func (w *writer) report(t *Toll) {
	t.Acknowledged += w.acknowledged
	t.Refused += w.refused
	t.Unanswered += w.unanswered
	t.Happened += w.happened
	t.Lost += len(w.lost)
	t.Doubled += len(w.doubled)
	t.Faults += w.crude + w.untrue + w.unread
	t.Full += w.full
	t.Read += w.read
	w.acknowledged, w.refused, w.unanswered, w.happened, w.crude = 0, 0, 0, 0, 0
	w.full, w.read, w.untrue, w.unread = 0, 0, 0, 0
	w.lost, w.doubled, w.round = nil, nil, nil
}
