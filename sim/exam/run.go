package exam

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"ordo/base/clock"
)

// Result is what the tests made of a bug.
type Result struct {
	By     []string      // tests that the bug names, and that have failed
	Took   time.Duration // with building
	Output string        // of the go command
}

// Caught tells whether a test has found the bug.
func (r *Result) Caught() bool { return len(r.By) > 0 }

// Run plants a bug in the module at root and runs the tests that it names, which
// have a limit of time. An error says that the bug is none: it does not apply,
// does not compile, or none of its tests is there.
func Run(ctx context.Context, root string, b *Bug, limit time.Duration) (Result, error) {
	start := clock.System.Now()
	overlay, remove, err := b.plant(root)
	if err != nil {
		return Result{}, err
	}
	defer remove()
	// By the environment, so that a program which a test builds has the bug too.
	flags := "GOFLAGS=" + os.Getenv("GOFLAGS") + " '-overlay=" + overlay + "'"
	r, err := test(ctx, root, b.Tests, []string{flags}, "-count=1", "-timeout="+limit.String(), b.Package)
	if err != nil {
		return Result{}, err
	}
	result := Result{By: r.failed, Took: clock.System.Now().Sub(start), Output: r.output.String()}
	switch {
	case r.unbuilt:
		err = fmt.Errorf("exam: with %s the program does not build:\n%s", b.Name, result.Output)
	case !r.ran:
		err = fmt.Errorf("exam: %s names no test of %s", b.Name, b.Package)
	}
	return result, err
}

// Sound runs all tests that the bugs name on the program as it is. The error
// names those that fail: they would seem to catch any bug.
func Sound(ctx context.Context, root string, bugs []Bug) error {
	var tests, packages []string
	for _, b := range bugs {
		tests = append(tests, b.Tests...)
		packages = append(packages, b.Package)
	}
	slices.Sort(packages)
	r, err := test(ctx, root, tests, nil, append([]string{"-timeout=60m"}, slices.Compact(packages)...)...)
	if err == nil && !r.passed {
		err = fmt.Errorf("exam: without any bug these fail: %s\n%s", strings.Join(r.failed, ", "), r.output.String())
	}
	return err
}

// plant writes the changed file and the overlay that tells the go command to
// read it, and returns the overlay's path.
func (b *Bug) plant(root string) (overlay string, remove func(), err error) {
	file := filepath.Join(root, filepath.FromSlash(b.File))
	source, err := os.ReadFile(file)
	if err != nil {
		return "", nil, err
	}
	changed, err := b.In(string(source))
	if err != nil {
		return "", nil, err
	}
	dir, err := os.MkdirTemp("", "ordo-exam")
	if err != nil {
		return "", nil, err
	}
	remove = func() { os.RemoveAll(dir) }
	instead := filepath.Join(dir, filepath.Base(file))
	overlay = filepath.Join(dir, "overlay.json")
	content, err := json.Marshal(map[string]any{"Replace": map[string]string{file: instead}})
	if err = errors.Join(err, os.WriteFile(instead, []byte(changed), 0o600), os.WriteFile(overlay, content, 0o600)); err != nil {
		remove()
	}
	return overlay, remove, err
}

// report is what the go command told of the tests.
type report struct {
	ran     bool     // one of the tests that were asked for
	failed  []string // of these
	passed  bool     // all packages
	unbuilt bool
	output  bytes.Buffer
}

// test runs tests by name. That some fail is no error.
func test(ctx context.Context, root string, tests, env []string, args ...string) (*report, error) {
	c := exec.CommandContext(ctx, "go", append([]string{"test", "-json", "-vet=off", "-run=^(" + strings.Join(tests, "|") + ")$"}, args...)...)
	c.Dir = root
	// What a bug brings about is no example for later and proves nothing of the program.
	c.Env = append(append(os.Environ(), "RAPID_NOFAILFILE=true", "ORDO_TEST_PROBLEMS="), env...)
	var errs bytes.Buffer
	c.Stderr = &errs
	out, err := c.Output()
	if _, failed := errors.AsType[*exec.ExitError](err); err != nil && !failed {
		return nil, err
	}
	r := &report{passed: err == nil}
	for dec := json.NewDecoder(bytes.NewReader(out)); dec.More(); {
		var l line
		if err := dec.Decode(&l); err != nil {
			return nil, fmt.Errorf("exam: reading the output of go test: %w: %s", err, errs.Bytes())
		}
		r.note(l, tests)
	}
	r.output.Write(errs.Bytes())
	return r, ctx.Err()
}

// line is a line of what go test -json prints.
type line struct{ Action, Test, Output string }

func (r *report) note(l line, tests []string) {
	r.output.WriteString(l.Output)
	if l.Action == "build-fail" {
		r.unbuilt = true
	}
	if !slices.Contains(tests, l.Test) {
		return
	}
	r.ran = true
	if l.Action == "fail" {
		r.failed = append(r.failed, l.Test)
	}
}
