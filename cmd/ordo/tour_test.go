package main

import (
	"context"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"
)

// binary builds the program once for all tests that start it, and returns its
// path.
func binary(t *testing.T) string {
	t.Helper()
	path, err := build()
	if err != nil {
		t.Fatal(err)
	}
	return path
}

var build = sync.OnceValues(func() (string, error) {
	built.folder, built.err = os.MkdirTemp("", "ordo-binary-")
	if built.err != nil {
		return "", built.err
	}
	path := filepath.Join(built.folder, "bin", "ordo")
	out, err := exec.Command("go", "build", "-o", path, ".").CombinedOutput()
	if err != nil {
		os.Stderr.Write(out)
	}
	return path, err
})

// built is where the binary of the tests is.
var built struct {
	folder string
	err    error
}

func TestMain(m *testing.M) {
	code := m.Run()
	if built.folder != "" {
		os.RemoveAll(built.folder)
	}
	os.Exit(code)
}

// freeAddress is one that nobody listens on.
func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "localhost:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	_, port, err := net.SplitHostPort(l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	return "localhost:" + port
}

var (
	shellBlock = regexp.MustCompile("(?s)```sh\n(.*?)```")
	promise    = regexp.MustCompile(`(?m) +# (.+)$`)
)

// tour returns the commands of the README's tour, and what their comments say
// that they print, in order.
func tour(t *testing.T) (script string, prints []string) {
	t.Helper()
	readme, err := os.ReadFile(filepath.Join(root, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, section, found := strings.Cut(string(readme), "\n## Five minutes with curl\n")
	if !found {
		t.Fatal("the README has no tour")
	}
	section, _, _ = strings.Cut(section, "\n## ")
	for _, block := range shellBlock.FindAllStringSubmatch(section, -1) {
		script += block[1]
	}
	for _, comment := range promise.FindAllStringSubmatch(script, -1) {
		prints = append(prints, strings.Split(comment[1], ", ")...)
	}
	if len(prints) < 10 {
		t.Fatalf("the tour says only that it prints %q", prints)
	}
	return script, prints
}

// typed runs lines that a reader types into a shell, in a folder, and returns
// what they print. All have to succeed.
func typed(t *testing.T, folder, script string) string {
	t.Helper()
	ctx, stop := context.WithTimeout(t.Context(), 2*time.Minute)
	defer stop()
	shell := exec.CommandContext(ctx, "bash", "-e", "-o", "pipefail")
	shell.Dir, shell.Stdin = folder, strings.NewReader(script)
	shell.WaitDelay = time.Second // for what it left in the background
	var stderr strings.Builder
	shell.Stderr = &stderr
	out, err := shell.Output()
	if err != nil {
		t.Fatalf("%v\n%s\n%s", err, out, &stderr)
	}
	return string(out)
}

func TestTheTourOfTheREADMERunsAndPrintsWhatItSays(t *testing.T) {
	script, prints := tour(t)
	folder := t.TempDir()
	replace := strings.NewReplacer("make build\n", "", "localhost:8085", freeAddress(t), "/tmp/", folder+"/", "bin/ordo", binary(t))
	out := typed(t, folder, replace.Replace(script))
	rest := out
	for _, want := range prints {
		_, after, found := strings.Cut(rest, want)
		if !found {
			t.Fatalf("%q is not printed, or not in its place, in\n%s", want, out)
		}
		rest = after
	}
	for _, event := range []string{"order.placed", "order.shipped", "order.return_changed"} {
		if !strings.Contains(out, event) {
			t.Errorf("the timeline has no %s:\n%s", event, out)
		}
	}
}
