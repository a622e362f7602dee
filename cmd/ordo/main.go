// Command ordo is the whole of Ordo: server, demo, import, verification and
// load tool in one binary. It owns flags, configuration and the wiring of the
// house; it does not own any rule of the business.
package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"strings"
	"syscall"
	_ "time/tzdata" // time zones, also where the machine has none

	"github.com/alecthomas/kong"
)

// version is set when a release is built.
var version = "dev"

// cli is the whole configuration: flags, ORDO_* variables and help.
type cli struct {
	Serve   serveCmd   `cmd:"" help:"Serve the API and the pages."`
	Demo    demoCmd    `cmd:"" help:"Serve a shop with data to try things on, in a temporary file."`
	Import  importCmd  `cmd:"" help:"Import orders, products, customers or stock from a file."`
	Verify  verifyCmd  `cmd:"" help:"Check every invariant on the data of a workspace."`
	Bench   benchCmd   `cmd:"" help:"Measure how fast this machine takes orders."`
	Crash   crashCmd   `cmd:"" help:"Kill the server under load again and again, and look for what it lost."`
	Backup  backupCmd  `cmd:"" help:"Copy a workspace into an encrypted file, check a copy, make the key."`
	Restore restoreCmd `cmd:"" help:"Make a workspace from a backup."`
	Sim     simCmd     `cmd:"" help:"Simulate a workspace with random actors and faults."`
	Key     keyCmd     `cmd:"" help:"Make, list and revoke API keys."`
	Docs    docsCmd    `cmd:"" hidden:"" help:"Write docs/generated from the tables in the code."`

	Verbose bool             `short:"v" help:"Log every request." env:"ORDO_VERBOSE"`
	Version kong.VersionFlag `help:"Print the version."`
}

// Exit codes: 0 done, 1 it failed, 2 wrong use, 3 it worked and found faults.
const (
	exitFailed = 1
	exitUsage  = 2
	exitFaults = 3
)

// errFaults says that a command did its work and found faults, which it has
// printed.
var errFaults = errors.New("faults were found")

func main() {
	var c cli
	parser, err := kong.New(&c, kong.Name("ordo"), kong.Description("Ordo takes an order from draft to doorstep and back."), kong.Vars{"version": version})
	if err != nil {
		panic(err) // a defect of the flags above
	}
	k, err := parser.Parse(os.Args[1:])
	if err != nil {
		explain(parser, err)
		os.Exit(exitUsage)
	}
	level := slog.LevelInfo
	if c.Verbose {
		level = slog.LevelDebug
	}
	slog.SetDefault(slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: level})))
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends at once
	k.BindTo(ctx, (*context.Context)(nil))
	err = k.Run()
	stop()
	switch {
	case errors.Is(err, errFaults):
		os.Exit(exitFaults)
	case err != nil:
		fmt.Fprintln(os.Stderr, "ordo:", err)
		os.Exit(exitFailed)
	}
}

// explain writes the usage of the command that was meant, then what is wrong.
func explain(parser *kong.Kong, err error) {
	if wrong, ok := errors.AsType[*kong.ParseError](err); ok {
		parser.Stdout = os.Stderr
		if err := wrong.Context.PrintUsage(true); err != nil {
			slog.Debug("no usage", "error", err)
		}
		fmt.Fprintln(os.Stderr)
	}
	fmt.Fprintln(os.Stderr, "ordo:", err)
}

// database is where a workspace lives.
type database struct {
	Database string `help:"sqlite:PATH or postgres://…" default:"sqlite:ordo.db" env:"ORDO_DATABASE"`
}

// Validate refuses addresses that are neither: they would name a file.
func (d *database) Validate() error {
	if scheme, _, ok := strings.Cut(d.Database, "://"); ok && scheme != "postgres" && scheme != "postgresql" {
		return fmt.Errorf("--database: %s:// is no database of Ordo; use sqlite:PATH or postgres://…", scheme)
	}
	return nil
}

// mustExist refuses a file that is not there: opening would make an empty one.
func (d *database) mustExist() error {
	if path, isFile := sqlitePath(d.Database); isFile {
		if _, err := os.Stat(path); err != nil {
			return fmt.Errorf("there is no database: %w; name it with --database or ORDO_DATABASE, or make it with ordo serve", err)
		}
	}
	return nil
}

// sqlitePath is the file of a database URL that names one.
func sqlitePath(url string) (path string, isFile bool) {
	if strings.HasPrefix(url, "postgres://") || strings.HasPrefix(url, "postgresql://") {
		return "", false
	}
	return strings.TrimPrefix(url, "sqlite:"), true
}
