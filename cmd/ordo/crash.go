package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"

	"ordo/bench"
)

// crashCmd is `ordo crash`.
type crashCmd struct {
	Database string `placeholder:"URL" help:"A new SQLite file (sqlite:PATH), or a PostgreSQL server (postgres://…), where a schema is made and dropped; a file for the time of the campaign if not given."`
	Kills    int    `default:"20" help:"How often."`
	Clients  int    `default:"16" placeholder:"N" help:"That write, one request after the other."`
	Seed     uint64 `default:"1" help:"Of the moments, and of what is asked for."`
	Instead  string `placeholder:"COMMAND" help:"Run this instead of killing the server, such as a restart of its database."`
	Network  bool   `help:"Cut, slow down and silence the connections to PostgreSQL instead of killing the server."`
	Disk     string `placeholder:"FOLDER" type:"existingdir" help:"Fill the small disk that this folder and the database lie on, instead of killing the server; scripts/full-disk.sh mounts one."`
	JSON     bool   `help:"Print JSON." name:"json"`
}

// Help says what the campaign does.
func (c *crashCmd) Help() string {
	return "Clients write through HTTP and keep a log of what they were told, while the server is killed at random moments. After each restart all that was acknowledged has to be there, once, and what was not answered is asked again under its key. Exits with 3 if anything was lost, doubled or wrong."
}

// Run runs the campaign.
func (c *crashCmd) Run(ctx context.Context) error {
	slog.SetDefault(slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError}))) // seeding holds the writer for long
	self, err := os.Executable()
	if err != nil {
		return err
	}
	toll, err := bench.Crash(ctx, bench.Campaign{
		Config: bench.Config{
			Open:     openForBench,
			Serve:    func(url, addr string) []string { return []string{self, "serve", "--database", url, "--addr", addr} },
			Verify:   func(url string) []string { return []string{self, "verify", "--database", url} },
			Database: c.Database, Clients: c.Clients, Stderr: os.Stderr,
		},
		Kills: c.Kills, Seed: c.Seed, Instead: c.Instead, Network: c.Network, Disk: c.Disk,
	})
	if err != nil {
		return err
	}
	if c.JSON {
		err = json.NewEncoder(os.Stdout).Encode(toll)
	} else {
		fmt.Printf("%s, seed %d: %d kills; %d writes acknowledged, %d refused, %d not answered of which %d had happened; %d orders, verified %d times, up again within %.0f ms\n%d lost, %d doubled, %d faults\n",
			toll.Database, toll.Seed, toll.Kills, toll.Acknowledged, toll.Refused, toll.Unanswered, toll.Happened, toll.Orders, toll.Verified, toll.Recovery, toll.Lost, toll.Doubled, toll.Faults)
		if c.Disk != "" {
			fmt.Printf("the disk was full: %d times told, %d reads answered meanwhile\n", toll.Full, toll.Read)
		}
	}
	if err == nil && !toll.Clean() {
		err = errFaults
	}
	return err
}
