package location

import (
	"sync"
	"time"
)

var zones sync.Map // name -> *time.Location: loading one reads a file

// Zone returns the time zone of an IANA name, and whether there is one. The
// zone of the machine is none.
func Zone(name string) (*time.Location, bool) {
	if z, ok := zones.Load(name); ok {
		return z.(*time.Location), true
	}
	z, err := time.LoadLocation(name)
	if err != nil || name == "" || name == "Local" {
		return nil, false
	}
	zones.Store(name, z)
	return z, true
}
