package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"text/tabwriter"
	"time"

	"ordo/base/clock"
	"ordo/engine/auth"
	"ordo/engine/backup"
	"ordo/engine/db"
	"ordo/engine/event"
	"ordo/policy/setting"
)

// backupCmd copies workspaces.
type backupCmd struct {
	Create backupCreateCmd `cmd:"" default:"withargs" help:"Copy a workspace into an encrypted file, also while it is served."`
	Check  backupCheckCmd  `cmd:"" help:"Read a whole backup, a file or a folder, and tell what it holds."`
	Key    backupKeyCmd    `cmd:"" help:"Make the key of backups."`
}

// keyFile is where the key of backups lives.
type keyFile struct {
	KeyFile string `help:"File with the key of backups; ordo backup key makes one." env:"ORDO_BACKUP_KEY_FILE" required:"" placeholder:"FILE"`
}

// options are those of every command that reads or writes backups.
func (k keyFile) options(progress io.Writer) (o backup.Options, err error) {
	o = backup.Options{Program: version, Workspace: setting.Fingerprint, Settle: settle, Progress: showSteps(progress)}
	o.Key, err = backup.ReadKey(k.KeyFile)
	return o, err
}

type backupCreateCmd struct {
	database
	keyFile
	File string `arg:"" help:"File to write. It must not exist." type:"path"`
	JSON bool   `help:"Print JSON." name:"json"`
}

// Run copies the state that the workspace is in.
func (c *backupCreateCmd) Run(ctx context.Context) error {
	if err := c.mustExist(); err != nil {
		return err
	}
	o, err := c.options(os.Stderr)
	if err != nil {
		return err
	}
	m, err := backup.Write(ctx, c.Database, c.File, o)
	if err != nil {
		return fmt.Errorf("%s could not be backed up: %w", redacted(c.Database), err)
	}
	return printManifest(os.Stdout, m, c.JSON)
}

type backupCheckCmd struct {
	keyFile
	From string `arg:"" help:"File, or folder of ordo serve --backup." type:"existingpath"`
	JSON bool   `help:"Print JSON." name:"json"`
}

// Run reads all of a backup.
func (c *backupCheckCmd) Run(ctx context.Context) error {
	o, err := c.options(os.Stderr)
	if err != nil {
		return err
	}
	check := backup.Check
	if isFolder(c.From) {
		check = backup.CheckFolder
	}
	m, err := check(ctx, c.From, o)
	if err != nil {
		return err
	}
	return printManifest(os.Stdout, m, c.JSON)
}

type backupKeyCmd struct {
	File string `arg:"" help:"File to write the key to. It must not exist." type:"path"`
}

// Run makes a key.
func (c *backupKeyCmd) Run() error {
	if err := backup.NewKey().WriteKey(c.File); err != nil {
		return err
	}
	fmt.Printf("%s holds the key. Keep a copy of it away from the backups: without it they can't be read, and who has both can read them.\n", c.File)
	return nil
}

// restoreCmd makes workspaces from backups.
type restoreCmd struct {
	From   restoreFromCmd   `cmd:"" default:"withargs" help:"Make a workspace from a backup, in a database that does not exist yet."`
	Settle restoreSettleCmd `cmd:"" help:"After PostgreSQL's own restore, before the server starts: what may have happened since is asked for, not done again."`
}

type restoreFromCmd struct {
	database
	keyFile
	profiled
	Backup string    `arg:"" help:"File, or folder of ordo serve --backup." type:"existingpath"`
	At     time.Time `help:"Of a folder: the state at this moment, such as 2026-11-29T14:35:00Z; the last one if not given." placeholder:"TIME"`
	JSON   bool      `help:"Print JSON." name:"json"`
}

// Run restores.
func (c *restoreFromCmd) Run(ctx context.Context) error {
	end, err := c.profile()
	if err != nil {
		return err
	}
	defer end()
	o, err := c.options(os.Stderr)
	if err != nil {
		return err
	}
	m, err := c.restore(ctx, o)
	if err != nil {
		return fmt.Errorf("%s was not restored: %w", redacted(c.Database), err)
	}
	return printManifest(os.Stdout, m, c.JSON)
}

type restoreSettleCmd struct {
	database
}

// Run settles a workspace that another program has restored.
func (c *restoreSettleCmd) Run(ctx context.Context) error {
	return withWorkspace(ctx, c.database, func(h *house) error {
		if err := h.db.Tx(ctx, func(tx *db.Tx) error { return settle(ctx, tx) }); err != nil {
			return err
		}
		fmt.Println("Settled: calls without a result will be asked for, everybody signs in again, webhook endpoints wait to be resumed, and mails that were not sent are listed and not sent.")
		return nil
	})
}

func (c *restoreFromCmd) restore(ctx context.Context, o backup.Options) (*backup.Manifest, error) {
	switch {
	case isFolder(c.Backup):
		return backup.RestoreFolder(ctx, c.Backup, c.Database, c.At, o)
	case !c.At.IsZero():
		return nil, errors.New("--at is for a folder of ordo serve --backup; a file holds one state")
	}
	return backup.Restore(ctx, c.Backup, c.Database, o)
}

func isFolder(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

// settle is what a workspace needs that was restored to an older state.
func settle(_ context.Context, tx *db.Tx) error {
	tx.Actor = auth.Internal("restore")
	event.Prepare(tx, tx.ID("cmd"), nil, nil)
	for _, restored := range restorations {
		if err := restored(tx); err != nil {
			return err
		}
	}
	return nil
}

// printManifest tells what a backup holds.
func printManifest(w io.Writer, m *backup.Manifest, asJSON bool) error {
	if asJSON {
		return writeJSON(w, m)
	}
	t := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
	if m.Schema > 0 {
		fmt.Fprintf(t, "workspace\t%s\nposition of the log\t%d\nschema\t%d\n", m.Workspace, m.Position, m.Schema)
	}
	if len(m.Totals) > 0 {
		fmt.Fprintf(t, "rows\t%d\n", m.Rows())
	}
	fmt.Fprintf(t, "state of\t%s\n", m.At.Time().Format(clock.Format))
	return t.Flush()
}

// showSteps writes how far a copy is, at most once a second.
func showSteps(w io.Writer) func(backup.Progress) {
	next := clock.System.Now().Add(time.Second)
	return func(p backup.Progress) {
		now := clock.System.Now()
		if now.Before(next) {
			return
		}
		next = now.Add(time.Second)
		if p.Of > 0 {
			fmt.Fprintf(w, "%s: %d of %d %s (%d %%)\n", p.Step, p.Done, p.Of, p.Unit, p.Done*100/p.Of)
		} else {
			fmt.Fprintf(w, "%s: %d %s\n", p.Step, p.Done, p.Unit)
		}
	}
}
