package bench

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// meter reads how much CPU time some processes have used so far.
type meter struct {
	name string
	read func() time.Duration
}

func readAll(meters []meter) []time.Duration {
	all := make([]time.Duration, len(meters))
	for i, m := range meters {
		all[i] = m.read()
	}
	return all
}

// own is the CPU time of this process.
func own() time.Duration { return readProcess(os.Getpid()).self }

// process is what the kernel says of a process: its parent, its CPU time and
// that of its children that have ended. All is zero where there is no /proc.
type process struct {
	name         string
	parent       int
	self, reaped time.Duration
}

// tick is the unit of CPU times in /proc on every Linux.
const tick = 10 * time.Millisecond

func readProcess(pid int) process {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return process{}
	}
	return parseProcess(text)
}

// parseProcess reads "pid (name) state parent …"; the name may hold anything.
func parseProcess(text []byte) (p process) {
	open, end := bytes.IndexByte(text, '('), bytes.LastIndexByte(text, ')')
	if open < 0 || end < open {
		return p
	}
	fields := strings.Fields(string(text[end+1:]))
	if len(fields) < 15 {
		return p
	}
	number := func(i int) int64 { n, _ := strconv.ParseInt(fields[i], 10, 64); return n }
	return process{
		name:   string(text[open+1 : end]),
		parent: int(number(1)),
		self:   time.Duration(number(11)+number(12)) * tick,
		reaped: time.Duration(number(13)+number(14)) * tick,
	}
}

// family is the CPU time of a process and of its children, also of those that
// have ended.
func family(pid int) time.Duration {
	parent := readProcess(pid)
	sum := parent.self + parent.reaped
	entries, _ := filepath.Glob("/proc/[0-9]*")
	for _, e := range entries {
		child, _ := strconv.Atoi(filepath.Base(e))
		if p := readProcess(child); p.parent == pid {
			sum += p.self
		}
	}
	return sum
}

// What the kernel calls the memory that a process holds.
const (
	peak     = "VmHWM" // the most so far
	resident = "VmRSS" // now
)

// readMemory is the memory of a process in megabytes.
func readMemory(pid int, kind string) int64 {
	var kilobytes int64
	fmt.Sscan(procField(fmt.Sprintf("/proc/%d/status", pid), kind), &kilobytes)
	return kilobytes / 1024
}
