package commandtest

import (
	"fmt"
	"hash/fnv"
	"os"
	"strconv"
	"testing"
)

// Whole tells whether the tests that could try very many cases have to try all
// of them: ORDO_TEST_WHOLE is set.
func Whole() bool { return os.Getenv("ORDO_TEST_WHOLE") != "" }

// Sampled tells whether a case, named by what, is tried: one in so many is,
// unless all are. ORDO_TEST_SEED, a number, chooses others.
func Sampled(one int, what ...any) bool {
	if Whole() || one <= 1 {
		return true
	}
	seed, _ := strconv.Atoi(os.Getenv("ORDO_TEST_SEED"))
	h := fnv.New64a()
	fmt.Fprintln(h, append(what, seed)...)
	return h.Sum64()%uint64(one) == 0
}

// Covered tells how much a test has tried: in its log, and in the file that
// ORDO_TEST_COVERAGE names.
func Covered(t *testing.T, format string, a ...any) {
	t.Helper()
	line := t.Name() + ": " + fmt.Sprintf(format, a...)
	t.Log(line)
	name := os.Getenv("ORDO_TEST_COVERAGE")
	if name == "" {
		return
	}
	f, err := os.OpenFile(name, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err == nil {
		_, err = fmt.Fprintln(f, line)
		f.Close()
	}
	if err != nil {
		t.Error(err)
	}
}
