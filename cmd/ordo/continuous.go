package main

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"ordo/engine/backup"
	"ordo/engine/db"
)

// continuous is the backup that a server makes while it runs.
type continuous struct {
	Backup      string        `help:"Copy every commit to a SQLite file into this folder, within a second; see ordo restore. It should be on another disk." placeholder:"DIR" env:"ORDO_BACKUP" type:"path"`
	BackupKey   string        `help:"File with the key of backups; ordo backup key makes one." env:"ORDO_BACKUP_KEY_FILE" name:"key-file" placeholder:"FILE"`
	BackupEvery time.Duration `help:"Time between copies of the whole file." env:"ORDO_BACKUP_EVERY" default:"24h"`
	BackupKeep  time.Duration `help:"For how long any state can be restored." env:"ORDO_BACKUP_KEEP" default:"72h"`
}

// shipper makes what copies the commits to a database, which is to be opened
// under the address that database then has; nil if nobody asked for it.
func (c continuous) shipper(ctx context.Context, database *string) (*backup.Shipper, error) {
	if c.Backup == "" {
		return nil, nil
	}
	followed, ok := db.Followed(*database)
	switch {
	case !ok:
		return nil, errors.New("--backup is for SQLite; PostgreSQL archives its own log, see docs/guide/backup.md")
	case c.BackupKey == "":
		return nil, errors.New("--backup needs the --key-file of the backups; ordo backup key makes one")
	case c.BackupEvery < time.Minute || c.BackupKeep < 0:
		return nil, errors.New("--backup-every is a minute or more, --backup-keep not negative")
	}
	key, err := backup.ReadKey(c.BackupKey)
	if err != nil {
		return nil, err
	}
	url := *database
	*database = followed
	s := &backup.Shipper{URL: url, Dir: c.Backup, Every: c.BackupEvery, Keep: c.BackupKeep, Options: backup.Options{Key: key, Program: version}}
	if err := s.Resume(ctx); err != nil {
		slog.Error("the continuous backup begins anew", "folder", c.Backup, "error", err)
	}
	return s, nil
}
