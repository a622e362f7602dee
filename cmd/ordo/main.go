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
	"syscall"
	_ "time/tzdata" // time zones, also where the machine has none

	"github.com/alecthomas/kong"
)

// version is set when a release is built.
var version = "dev"

// cli is the whole configuration: flags, ORDO_* variables and help.
type cli struct {
	Serve  serveCmd  `cmd:"" help:"Serve the API and the pages."`
	Demo   demoCmd   `cmd:"" help:"Serve a shop with data to try things on, in a temporary file."`
	Import importCmd `cmd:"" help:"Import orders, products, customers or stock from a file."`
	Verify verifyCmd `cmd:"" help:"Check every invariant on the data of a workspace."`
	Bench  benchCmd  `cmd:"" help:"Measure how fast this machine takes orders."`
	Key    keyCmd    `cmd:"" help:"Make, list and revoke API keys."`
	Docs   docsCmd   `cmd:"" hidden:"" help:"Write docs/generated from the tables in the code."`

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
	parser, err := kong.New(&c, kong.Name("ordo"), kong.Description("Ordo takes an order from quotation to doorstep and back."),
		kong.Vars{"version": version}, kong.UsageOnError())
	if err != nil {
		panic(err) // a defect of the flags above
	}
	k, err := parser.Parse(os.Args[1:])
	if err != nil {
		fmt.Fprintln(os.Stderr, "ordo:", err)
		os.Exit(exitUsage)
	}
	level := slog.LevelInfo
	if c.Verbose {
		level = slog.LevelDebug
	}
	slog.SetDefault(slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: level})))
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
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

// database is where a workspace lives.
type database struct {
	Database string `help:"sqlite:PATH or postgres://…" default:"sqlite:ordo.db" env:"ORDO_DATABASE"`
}
