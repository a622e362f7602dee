package bench

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"slices"
	"time"

	"ordo/engine/command"
	"ordo/engine/db"
)

// Config is what a measurement needs.
type Config struct {
	// Open opens the workspace at url in this process, without background work;
	// the returned function closes it.
	Open func(ctx context.Context, url string, o db.Options) (*command.Engine, func(), error)
	// Serve is the command line of a server on the workspace at url that listens
	// at addr, a host and a port, until it is interrupted.
	Serve func(url, addr string) []string
	// Import is the command line that imports a file into the workspace at url
	// and prints its report as JSON; rows that can't be read go to aside.
	Import func(url, file, aside string) []string
	// Traffic sets up a shop in the workspace, beside what is there, and returns
	// what its people ask for next; it may be called from several goroutines. The
	// webhooks that they add go to the URL hooks.
	Traffic func(ctx context.Context, e *command.Engine, hooks string) (next func() Ask, err error)

	// Verify is the command line that checks the workspace at url; it fails if
	// there is any fault.
	Verify func(url string) []string

	Profile  string        // name of one of Profiles
	Database string        // a new SQLite file, or a PostgreSQL server; a file for the time of the measurement if empty; some profiles take a workspace as it is
	File     string        // for the profile import: what to import
	Orders   int           // that a workspace has before it is measured; 20,000 for lists, else none, if 0
	Clients  int           // that send one request after the other; as the profile wants if 0
	Rate     float64       // requests per second that are due, of profiles with a loop that may be open; closed if 0
	Warmup   time.Duration // at the start, not counted
	Duration time.Duration // that is counted
	NoLimit  bool          // measure through HTTP only
	Lines    int           // of an order that is placed through HTTP; 3 if 0
	Webhook  bool          // let a webhook consumer hear of placed orders
	Audit    bool          // compare what clients were told with the database, order by order, and verify it
	Rise     time.Duration // of the profile peak: from a tenth of the normal load to ten times, and back
	Version  string        // of the program, for the report
	Out      string        // folder for the report

	Stdout, Stderr io.Writer // the report, the progress
}

// Profile is one kind of load.
type Profile struct {
	Name, Summary string
	clients       int
	reuses        bool                                            // takes a workspace that is there as it is
	fill          func(ctx context.Context, m *measurement) error // with what it needs; not if that is there already
	run           func(ctx context.Context, m *measurement) error
}

// Profiles are all there are.
var Profiles = []Profile{
	{"place", "orders of 3 lines, placed on account, through HTTP; then the limit", 32, false, seed, place},
	{"limit", "the same orders in process, and their bare statements", 32, false, seed, limit},
	{"checkout", "the same orders, authorized at the test gateway, through HTTP; then in process", 32, false, seed, checkout},
	{"hot", "orders of one SKU with stock for all, through HTTP", 32, false, seed, hot},
	{"flash", "10,000 buyers of one SKU with 100 units: by itself, in a bundle, on two lines, and above a limit of two for each customer", 32, false, seed, flash},
	{"list", "start, lists and pages of orders; in the workspace at --database, or in one with 20,000 orders, or --orders", 4, true, seedOrders, list},
	{"customers", "customers found among 100,000 by any part of name, company, mail address, phone number or number; in the workspace at --database that was made for this, or in a new one", 4, true, seedCustomers, findCustomers},
	{"export", "all orders as a file, once in each format; of the workspace at --database, or of one with 20,000 orders, or --orders", 1, true, seedOrders, export},
	{"bulk", "commands on 10,000 orders, or --orders, each from the request that begins it to the end of the last order", 1, false, seedBulk, bulk},
	{"jobs", "jobs that do nothing, taken and ended in process by as many hands as there are clients, from a queue of 50,000", 8, false, fillQueue, jobs},
	{"mix", "every operation of the API document, in the proportions of a working day, at a rate, beside 20,000 orders, open event streams and a webhook consumer", 32, false, seedMix, mix},
	{"peak", "orders of several lines, authorized at the test gateway, from a tenth of the normal load to ten times and back, with reads and extras beside: what is shed, and whether all that was accepted is there", 1_000, false, seed, peakDay},
	{"streams", "as many open event streams as there are clients, and the time until one event has reached all", 10_000, false, seed, streams},
	{"sessions", "as many people signed in as there are clients, each with an open event stream and doing something every 30 s: they look at the catalog (90 %), at orders (8 %) and place some; one event to all, and a restart", 10_000, false, seedOrders, sessions},
	{"import", "rows of a file, by the command line, into an empty workspace", 1, false, nil, importFile},
}

// measurement is the state of one run of a profile.
type measurement struct {
	Config
	database *database
	shop     *shop
	next     func() Ask // of the profile mix
	hook     *hook      // hears of webhooks; nil where nobody does
	result   *Result
}

// Run runs a profile, prints its figures and writes them to a file. Everything
// it made but that file and a database that was named is gone at the end, also
// if ctx ends.
func Run(ctx context.Context, c Config) (err error) {
	i := slices.IndexFunc(Profiles, func(p Profile) bool { return p.Name == c.Profile })
	if i < 0 {
		return fmt.Errorf("there is no profile %q", c.Profile)
	}
	profile := Profiles[i]
	c.Clients = cmp.Or(c.Clients, profile.clients)
	m := &measurement{Config: c}
	if profile.reuses {
		m.database, err = findDatabase(ctx, c.Database)
	}
	if err == nil && m.database == nil {
		m.database, err = newDatabase(ctx, c.Database, diskFolder())
	}
	if err != nil {
		return err
	}
	defer func() { err = cmp.Or(err, m.database.drop()) }()
	m.result = newResult(c, m.database.kind)
	if profile.fill != nil && !m.database.found {
		if err := profile.fill(ctx, m); err != nil {
			return fmt.Errorf("seeding: %w", err)
		}
		m.result.Orders = m.Orders
	}
	if err := profile.run(ctx, m); err != nil {
		return cmp.Or(ctx.Err(), err)
	}
	if err := m.readSettings(ctx); err != nil {
		return err
	}
	m.result.print(c.Stdout)
	file, err := m.result.write(c.Out)
	if err != nil {
		return err
	}
	fmt.Fprintln(c.Stdout, "\nwritten to", file)
	return nil
}

// readSettings adds the database's settings to the result.
func (m *measurement) readSettings(ctx context.Context) error {
	return m.inProcess(ctx, nil, func(e *command.Engine) (err error) {
		m.result.Settings, err = m.database.settings(ctx, e.DB)
		return err
	})
}

// seed fills the workspace with a shop.
func seed(ctx context.Context, m *measurement) error {
	m.say("seeding")
	start := time.Now()
	err := m.inProcess(ctx, nil, func(e *command.Engine) (err error) {
		if m.shop, err = openShop(ctx, e); err != nil {
			return err
		}
		m.shop.lines = cmp.Or(m.Lines, usualLines)
		if m.Orders == 0 {
			return nil
		}
		return m.placeSome(ctx, e)
	})
	if err != nil {
		return err
	}
	m.say("seeded in %.1f s", time.Since(start).Seconds())
	return m.database.analyze(ctx)
}

// inProcess opens the workspace in this process for fn.
func (m *measurement) inProcess(ctx context.Context, record db.Record, fn func(e *command.Engine) error) error {
	e, closeWorkspace, err := m.Open(ctx, m.database.url, db.Options{Record: record})
	if err != nil {
		return err
	}
	defer closeWorkspace()
	return fn(e)
}

// say tells how far the measurement is.
func (m *measurement) say(format string, args ...any) {
	fmt.Fprintf(m.Stderr, format+"\n", args...)
}

// loop returns the closed loop that the configuration asks for.
func (m *measurement) loop(name string) loop {
	return loop{name: name, clients: m.Clients, rate: m.Rate, warmup: m.Warmup, duration: m.Duration, progress: m.Stderr}
}
