package main

import (
	"encoding/json"
	"strings"
	"testing"

	"ordo/bench"
	"ordo/engine/db/dbtest"
)

// Spec: 15.1.4
func TestAServerThatIsKilledLosesNothingAndDoublesNothing(t *testing.T) {
	server, _, _ := strings.Cut(dbtest.Postgres(t), "&search_path")                             // the campaign makes a schema of its own
	for name, url := range map[string]string{"sqlite": "sqlite:crash.db", "postgres": server} { // order-free: each is alone
		t.Run(name, func(t *testing.T) {
			r := run(t, "crash", "--kills", "3", "--clients", "8", "--database", url, "--json")
			var toll bench.Toll
			if err := json.Unmarshal([]byte(r.stdout), &toll); err != nil || r.code != 0 {
				t.Fatalf("exit %d: %s\n%s", r.code, r.stdout, r.stderr)
			}
			if toll.Kills != 3 || toll.Acknowledged == 0 || toll.Orders == 0 || toll.Verified == 0 || !toll.Clean() {
				t.Errorf("%+v\n%s", toll, r.stderr)
			}
		})
	}
}
