package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"time"

	"ordo/bench"
	"ordo/engine/command"
	"ordo/engine/db"
)

// benchCmd is `ordo bench`.
type benchCmd struct {
	Run     benchRunCmd     `cmd:"" default:"withargs" help:"Measure on a new database; the default."`
	Compare benchCompareCmd `cmd:"" help:"Compare two reports; fails if the second is a fifth slower in anything."`
}

// benchRunCmd is `ordo bench PROFILE`.
type benchRunCmd struct {
	Profile    string        `arg:"" optional:"" default:"place" help:"What to measure."`
	Database   string        `placeholder:"URL" help:"A new SQLite file (sqlite:PATH), or a PostgreSQL server (postgres://…), where a schema is made and dropped; a file for the time of the measurement if not given. The profile list takes a workspace that is there as it is."`
	File       string        `default:"connect/importer/testdata/online_retail.csv.xz" type:"path" help:"For the profile import: file of the format online-retail."`
	Orders     int           `placeholder:"N" help:"That are in the workspace before; 20,000 for the profile list, else none, if not given."`
	Clients    int           `placeholder:"N" help:"That send one request after the other; 4 for the profile list, else 32, if not given."`
	Rate       float64       `placeholder:"N" help:"Requests per second that are due, whether or not earlier ones are answered; an answer is as late as it comes after its time. If not given, each client waits for its answer and goes on."`
	Duration   time.Duration `default:"10s" help:"That is counted; of the profile peak, how long the load stays at its height."`
	Lines      int           `default:"3" help:"Of an order, in the profiles place, checkout and peak."`
	Webhook    bool          `help:"In the profiles place and checkout: let a webhook consumer hear of placed orders."`
	Audit      bool          `help:"In the profiles place and checkout: compare afterwards what clients were told with the database, order by order, and verify it, as peak does always."`
	Rise       time.Duration `default:"1m" help:"Of the profile peak: from a tenth of the normal load to ten times, and back again. The normal load is --rate, or half of what a short closed loop reaches."`
	Warmup     time.Duration `default:"1s" help:"Before, not counted."`
	Limit      bool          `default:"true" negatable:"" help:"Measure also in process, and the bare statements."`
	Out        string        `default:"bench/results" type:"path" help:"Folder for the report."`
	CPUProfile string        `name:"profile" hidden:"" type:"path" placeholder:"FILE" help:"For the CPU profile of the server."`
}

// Help lists the profiles.
func (c *benchRunCmd) Help() string {
	text := "Profiles:\n"
	for _, p := range bench.Profiles {
		text += fmt.Sprintf("  %s: %s\n", p.Name, p.Summary)
	}
	return text
}

// Run measures. Ctrl-C ends it and removes what it made.
func (c *benchRunCmd) Run(ctx context.Context) error {
	slog.SetDefault(slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError}))) // seeding holds the writer for long
	self, err := os.Executable()
	if err != nil {
		return err
	}
	return bench.Run(ctx, bench.Config{
		Open:    openForBench,
		Traffic: traffic,
		Verify:  func(url string) []string { return []string{self, "verify", "--database", url} },
		Serve: func(url, addr string) []string {
			argv := []string{self, "serve", "--database", url, "--addr", addr, "--webhook-local"}
			if c.CPUProfile != "" {
				argv = append(argv, "--cpu-profile", c.CPUProfile)
			}
			return argv
		},
		Import: func(url, file, aside string) []string {
			return []string{self, "import", "--format", "online-retail", "--json", "--set-aside", aside, "--database", url, file}
		},
		Profile: c.Profile, Database: c.Database, File: c.File, Orders: c.Orders, Clients: c.Clients, Rate: c.Rate, Warmup: c.Warmup, Duration: c.Duration, NoLimit: !c.Limit,
		Lines: c.Lines, Webhook: c.Webhook, Audit: c.Audit, Rise: c.Rise,
		Version: version, Out: c.Out, Stdout: os.Stdout, Stderr: os.Stderr,
	})
}

// openForBench opens a workspace without background work.
func openForBench(ctx context.Context, url string, o db.Options) (*command.Engine, func(), error) {
	h, err := open(ctx, url, o)
	if err != nil {
		return nil, nil, err
	}
	return h.engine, h.close, nil
}

// benchCompareCmd is `ordo bench compare A B`.
type benchCompareCmd struct {
	A string `arg:"" type:"existingfile" help:"Report to start from."`
	B string `arg:"" type:"existingfile" help:"Report to compare with it."`
}

// Run prints the ratios. It fails if something is slower than before.
func (c *benchCompareCmd) Run() error { return bench.Compare(os.Stdout, c.A, c.B) }
