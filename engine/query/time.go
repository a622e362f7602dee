package query

import (
	"strconv"
	"time"
)

var dateWords = []string{"now", "today", "yesterday", "tomorrow"}

// interval returns the microseconds that text means, from inclusive, to
// exclusive: a day in the zone of now, or the one of an instant.
func interval(text string, now time.Time) (from, to int64, ok bool) {
	switch text {
	case "now":
		return instant(now)
	case "today":
		return day(now, 0)
	case "yesterday":
		return day(now, -1)
	case "tomorrow":
		return day(now, 1)
	}
	if at, err := time.Parse(time.RFC3339, text); err == nil {
		return instant(at)
	}
	if at, err := time.ParseInLocation(time.DateOnly, text, now.Location()); err == nil {
		return day(at, 0)
	}
	if at, ok := relative(text, now); ok {
		return instant(at)
	}
	return 0, 0, false
}

func instant(at time.Time) (from, to int64, ok bool) {
	return at.UnixMicro(), at.UnixMicro() + 1, true
}

// day returns the calendar day that lies offset days after that of at.
func day(at time.Time, offset int) (from, to int64, ok bool) {
	midnight := func(offset int) int64 {
		return time.Date(at.Year(), at.Month(), at.Day()+offset, 0, 0, 0, 0, at.Location()).UnixMicro()
	}
	return midnight(offset), midnight(offset + 1), true
}

// relative reads a signed number of at most four digits and a unit: hours,
// days or weeks. Days and weeks keep the time of day.
func relative(text string, now time.Time) (time.Time, bool) {
	if len(text) < 3 || len(text) > 6 || text[0] != '-' && text[0] != '+' {
		return now, false
	}
	last := len(text) - 1
	n, err := strconv.ParseUint(text[1:last], 10, 16)
	if err != nil {
		return now, false
	}
	signed := int(n)
	if text[0] == '-' {
		signed = -signed
	}
	switch text[last] {
	case 'h':
		return now.Add(time.Duration(signed) * time.Hour), true
	case 'd':
		return now.AddDate(0, 0, signed), true
	case 'w':
		return now.AddDate(0, 0, 7*signed), true
	}
	return now, false
}
