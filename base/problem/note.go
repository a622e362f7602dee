package problem

import (
	"fmt"
	"os"
	"runtime"
	"strings"
)

// notes is the file that scripts/test.sh collects the codes in that tests
// provoke, one a line; empty where nobody counts them. A code counts once the
// program, not a test, made a fault of it, and somebody looked at the problem.
var notes = os.Getenv("ORDO_TEST_PROBLEMS")

// How far a code has come in this process.
const (
	byProgram = 1 + iota
	noted
)

var progress = map[*Code]int{}

// made remembers that the program makes a fault of the code.
func (c *Code) made() {
	if mu.Lock(); progress[c] == 0 && !calledByTest() {
		progress[c] = byProgram
	}
	mu.Unlock()
}

// Told returns the name of the code, for an answer that names it without being
// refused: a warning, or a fault in a report.
func (c *Code) Told() string {
	if notes != "" {
		c.made()
		(&Problem{Faults: []Fault{{Code: c}}}).told()
	}
	return c.Name
}

// told writes the codes down that the problem tells for the first time.
func (p *Problem) told() {
	if notes == "" {
		return
	}
	mu.Lock()
	defer mu.Unlock()
	for _, f := range p.Faults {
		if progress[f.Code] == byProgram {
			progress[f.Code] = noted
			note(f.Code.Name)
		}
	}
}

// note panics if the file can't be written: a missing code would be a riddle.
func note(code string) {
	f, err := os.OpenFile(notes, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err == nil {
		_, err = fmt.Fprintln(f, code)
		f.Close()
	}
	if err != nil {
		panic("problem: " + err.Error())
	}
}

// calledByTest tells whether a test called into this package.
func calledByTest() bool {
	callers := make([]uintptr, 16)
	frames := runtime.CallersFrames(callers[:runtime.Callers(2, callers)])
	for {
		frame, more := frames.Next()
		if !strings.HasPrefix(frame.Function, "ordo/base/problem.") || !more {
			return strings.HasSuffix(frame.File, "_test.go")
		}
	}
}
