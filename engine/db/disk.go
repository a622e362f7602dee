package db

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
)

// Disk is the file system that holds a database, in bytes.
type Disk struct {
	Free  int64 // for this program
	Total int64 // free and used; 0 if it can't be seen from here
}

// Used is the share of the file system that is used, in percent; 0 if it can't
// be seen.
func (k Disk) Used() int64 {
	if k.Total <= 0 {
		return 0
	}
	return 100 - k.Free*100/k.Total
}

// What is kept free, in bytes: the write-ahead log grows to 64 MB, and is then
// copied back into a file that may grow by as much. Of a small disk it is a
// twentieth.
const reserve = 128 << 20

// Full tells whether nothing is written any more.
func (k Disk) Full() bool { return k.Total > 0 && k.Free < min(reserve, k.Total/20) }

// Disk looks at the file system that holds the database. That of a PostgreSQL
// server can't be seen from here.
func (d *DB) Disk() (Disk, error) {
	if d.disk == nil {
		return Disk{}, nil
	}
	return d.disk()
}

// diskOf returns how to look at the file system of a SQLite file; nil where there is
// none, as in the simulation.
func diskOf(path string) func() (Disk, error) {
	path, options, _ := strings.Cut(path, "?")
	if strings.Contains(options, "vfs=") {
		return nil
	}
	folder := filepath.Dir(path)
	return func() (Disk, error) { return diskAt(folder) }
}

// room refuses what writes, before the disk is full: a database that fills it
// can't even tidy up. A disk that can't be looked at refuses nothing; what is
// written to it tells.
func (d *DB) room() error { return d.Room(0) }

// Room refuses what would fill the disk by so many bytes, before any of them is
// written.
func (d *DB) Room(bytes int64) error {
	k, err := d.Disk()
	if err != nil {
		return nil
	}
	if after := (Disk{k.Free - bytes, k.Total}); !after.Full() {
		return nil
	}
	return ErrFull.New("%d MB of the %d MB of its disk are free", k.Free>>20, k.Total>>20)
}

// Unexpected tells whether an error of work in the background has to be logged: not
// that the work was told to end, nor that the disk is full, which would be logged
// again and again for as long as it is.
func Unexpected(ctx context.Context, err error) bool {
	return err != nil && ctx.Err() == nil && !errors.Is(err, ErrFull)
}

// LogBytes is the size of the write-ahead log that lies beside a SQLite file; 0
// for a server, which keeps it to itself.
func (d *DB) LogBytes() int64 {
	if d.Name != sqlite.Name {
		return 0
	}
	path, _, _ := strings.Cut(d.url, "?")
	info, err := os.Stat(path + "-wal")
	if err != nil {
		return 0 // there is none
	}
	return info.Size()
}

// Bytes reads the size of the database.
func (d *DB) Bytes(into *int64) Read { return One(d.size, nil, into) }
