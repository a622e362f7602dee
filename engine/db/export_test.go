package db

import "time"

// SetTripLimit changes how long a server may take until restore is called.
func SetTripLimit(d time.Duration) (restore func()) {
	old := tripLimit
	tripLimit = d
	return func() { tripLimit = old }
}
