package main

import (
	"bytes"
	"encoding/json"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"ordo/bench"
	"ordo/engine/db/dbtest"
)

// toll reads what a campaign printed and wants it to be clean.
func (r result) toll(t *testing.T, kills int) (toll bench.Toll) {
	t.Helper()
	if err := json.Unmarshal([]byte(r.stdout), &toll); err != nil || r.code != 0 {
		t.Fatalf("exit %d: %s\n%s", r.code, r.stdout, r.stderr)
	}
	if toll.Kills != kills || toll.Acknowledged == 0 || toll.Orders == 0 || toll.Verified == 0 || !toll.Clean() {
		t.Errorf("%+v\n%s", toll, r.stderr)
	}
	return toll
}

// Spec: 15.1.4
func TestAServerThatIsKilledLosesNothingAndDoublesNothing(t *testing.T) {
	t.Parallel()                                                                                // it waits for servers
	server, _, _ := strings.Cut(dbtest.Postgres(t), "&search_path")                             // the campaign makes a schema of its own
	for name, url := range map[string]string{"sqlite": "sqlite:crash.db", "postgres": server} { // order-free: each is alone
		t.Run(name, func(t *testing.T) {
			run(t, "crash", "--kills", "3", "--clients", "8", "--database", url, "--json").toll(t, 3)
		})
	}
}

// Spec: 10.3.8
func TestTheStandbyTakesOverUnderLoadAndNothingIsLostOrDoubled(t *testing.T) {
	t.Parallel() // it waits for servers
	server := openFolder(t) + "/server"
	script(t, "start", server, "durable")
	t.Cleanup(func() { script(t, "stop", server) })
	both := script(t, "standby", server)
	failOver, err := filepath.Abs("../../scripts/postgres.sh")
	if err != nil {
		t.Fatal(err)
	}
	toll := run(t, "crash", "--kills", "1", "--clients", "8", "--database", both, "--instead", failOver+" fail-over "+server, "--json").toll(t, 1)
	if toll.Recovery > 60_000 {
		t.Errorf("writes were answered again after %.0f ms", toll.Recovery)
	}
}

// Spec: 10.3.8
func TestADiskThatFillsUnderLoadRefusesWritesUntilThereIsRoom(t *testing.T) {
	t.Parallel()                                                                                          // it waits for servers
	c := exec.Command("../../scripts/full-disk.sh", "sqlite", "--kills", "1", "--clients", "4", "--json") // those of PostgreSQL are in make proof
	c.Env = append(c.Environ(), "ORDO="+binary(t))
	var stdout, stderr bytes.Buffer
	c.Stdout, c.Stderr = &stdout, &stderr
	err := c.Run()
	r := result{c.ProcessState.ExitCode(), stdout.String(), stderr.String()}
	if r.code == 4 { // the tests of bad days fill a database without a disk of its own
		r.wants(t, 4, "", "full-disk: no small disk can be mounted here")
		t.Log(r.stderr)
		return
	}
	if toll := r.toll(t, 1); toll.Full == 0 || toll.Read == 0 {
		t.Errorf("%+v, %v\n%s", toll, err, r.stderr)
	}
}
