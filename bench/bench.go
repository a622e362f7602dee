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

	Profile  string        // name of one of Profiles
	Database string        // a new SQLite file, or a PostgreSQL server; a file for the time of the measurement if empty
	Clients  int           // that send one request after the other
	Warmup   time.Duration // at the start, not counted
	Duration time.Duration // that is counted
	NoLimit  bool          // measure through HTTP only
	Version  string        // of the program, for the report
	Out      string        // folder for the report

	Stdout, Stderr io.Writer // the report, the progress
}

// Profile is one kind of load.
type Profile struct {
	Name, Summary string
	run           func(ctx context.Context, m *measurement) error
}

// Profiles are all there are.
var Profiles = []Profile{
	{"place", "orders of 3 lines, placed on account, through HTTP; then the limit", place},
	{"limit", "the same orders in process, and their bare statements", limit},
	{"flash", "10,000 buyers of one SKU with 100 units", flash},
}

// measurement is the state of one run of a profile.
type measurement struct {
	Config
	database *database
	shop     *shop
	result   *Result
}

// Run runs a profile on a new database, prints its figures and writes them to
// a file. Everything it made but the file is gone at the end, also if ctx ends.
func Run(ctx context.Context, c Config) (err error) {
	i := slices.IndexFunc(Profiles, func(p Profile) bool { return p.Name == c.Profile })
	if i < 0 {
		return fmt.Errorf("there is no profile %q", c.Profile)
	}
	m := &measurement{Config: c}
	if m.database, err = newDatabase(ctx, c.Database); err != nil {
		return err
	}
	defer func() { err = cmp.Or(err, m.database.drop()) }()
	m.result = newResult(c, m.database.kind)
	if err := m.seed(ctx); err != nil {
		return fmt.Errorf("seeding: %w", err)
	}
	if err := Profiles[i].run(ctx, m); err != nil {
		return cmp.Or(ctx.Err(), err)
	}
	m.result.print(c.Stdout)
	file, err := m.result.write(c.Out)
	if err != nil {
		return err
	}
	fmt.Fprintln(c.Stdout, "\nwritten to", file)
	return nil
}

// seed fills the workspace.
func (m *measurement) seed(ctx context.Context) error {
	m.say("seeding")
	start := time.Now()
	err := m.inProcess(ctx, nil, func(e *command.Engine) (err error) {
		if m.result.Settings, err = m.database.settings(ctx, e.DB); err != nil {
			return err
		}
		m.shop, err = openShop(ctx, e)
		return err
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
	return loop{name: name, clients: m.Clients, warmup: m.Warmup, duration: m.Duration, progress: m.Stderr}
}
