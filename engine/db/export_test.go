package db

import (
	"context"
	"slices"
	"time"

	"ordo/base/clock"
)

// SetTripLimit changes how long a server may take until restore is called.
func SetTripLimit(d time.Duration) (restore func()) {
	old := tripLimit
	tripLimit = d
	return func() { tripLimit = old }
}

// MigrateTo makes a database as a program of an earlier version had it, with
// the rows that a script writes.
func MigrateTo(ctx context.Context, url string, version int64, rows string) error {
	dialect, url := dialectOf(url)
	d := &DB{Dialect: dialect, Clock: clock.System, url: url}
	all, err := steps()
	if err != nil {
		return err
	}
	if err := d.migrate(ctx, slices.DeleteFunc(all, func(s step) bool { return s.version > version })); err != nil {
		return err
	}
	c, err := d.open(ctx, url, false)
	if err != nil {
		return err
	}
	defer c.close()
	return c.script(ctx, rows)
}
