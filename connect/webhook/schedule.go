package webhook

import "time"

// Schedule is the pauses between the tries of a delivery: twelve tries in a bit
// more than three days. Each pause is made longer by up to a tenth, so that what
// failed together does not come back together.
var Schedule = []time.Duration{
	5 * time.Second, time.Minute, 5 * time.Minute, 30 * time.Minute, time.Hour, 2 * time.Hour,
	4 * time.Hour, 8 * time.Hour, 12 * time.Hour, 20 * time.Hour, 25 * time.Hour,
}

const (
	// Patience is how long an endpoint may fail, without a success in between,
	// before it is paused. It is less than Schedule, so that an endpoint that takes
	// nothing is paused before any of its deliveries has used up its tries.
	Patience = 72 * time.Hour
	// Kept is how long the log keeps deliveries that ended, with their answers.
	Kept = 30 * 24 * time.Hour

	patientFailures = 10              // in a row, before an endpoint is given rests
	longestRest     = 5 * time.Minute // of an endpoint that fails again and again
	longestAsked    = time.Hour       // of one that asks for it
)

// pause is how long a delivery waits after so many failed tries; ok is false if
// there are no more. chance is a random byte.
func pause(tries int64, chance byte) (d time.Duration, ok bool) {
	if tries < 1 || tries > int64(len(Schedule)) {
		return 0, false
	}
	d = Schedule[tries-1]
	return d + d/10*time.Duration(chance)/255, true
}

// rest is how long an endpoint is left alone that failed so often in a row and
// asked, by Retry-After, to be left alone for so long.
func rest(failures int64, asked time.Duration) time.Duration {
	own := time.Duration(0)
	if over := failures - patientFailures; over >= 0 {
		own = min(time.Second<<min(over, 20), longestRest)
	}
	return max(own, min(asked, longestAsked))
}
