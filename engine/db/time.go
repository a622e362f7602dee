package db

import (
	"fmt"
	"time"
)

// TimeFormat is how the API writes times: RFC 3339 in UTC with microseconds.
const TimeFormat = "2006-01-02T15:04:05.000000Z"

// Time returns a column's microseconds as a time in UTC.
func Time(micros int64) time.Time { return time.UnixMicro(micros).UTC() }

// ScanTime is the place of a column of microseconds that becomes a time in UTC;
// NULL becomes the zero time.
func ScanTime(t *time.Time) any { return &timeColumn{t} }

type timeColumn struct{ to *time.Time }

// Scan implements sql.Scanner, which both drivers know.
func (c *timeColumn) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		*c.to = time.Time{}
	case int64:
		*c.to = Time(v)
	default:
		return fmt.Errorf("db: %T is no time", src)
	}
	return nil
}
