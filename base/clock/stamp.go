package clock

import (
	"encoding/json"
	"time"
)

// Stamp is a moment in microseconds since 1970 in UTC, as it is stored. Zero
// means that it has not come. In JSON it is RFC 3339 with microseconds.
type Stamp int64

// Format is how stamps are written: RFC 3339 in UTC with microseconds.
const Format = "2006-01-02T15:04:05.000000Z"

// At returns the stamp of a time.
func At(t time.Time) Stamp { return Stamp(t.UnixMicro()) }

// Time returns the moment in UTC.
func (s Stamp) Time() time.Time { return time.UnixMicro(int64(s)).UTC() }

// MarshalJSON writes the moment as a string, and zero as null.
func (s Stamp) MarshalJSON() ([]byte, error) {
	if s == 0 {
		return []byte("null"), nil
	}
	b := make([]byte, 0, len(Format)+2)
	return s.Time().AppendFormat(b, `"`+Format+`"`), nil
}

// UnmarshalJSON reads RFC 3339 in any zone, and null as zero.
func (s *Stamp) UnmarshalJSON(b []byte) error {
	var t time.Time
	if string(b) == "null" {
		*s = 0
		return nil
	}
	if err := json.Unmarshal(b, &t); err != nil {
		return err
	}
	*s = At(t)
	return nil
}
