package commandtest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// sampled are the numbers of a thousand that are tried.
func sampled(one int) (all []int) {
	for i := range 1000 {
		if Sampled(one, "x", i) {
			all = append(all, i)
		}
	}
	return all
}

func TestASampleIsTheSameUntilTheSeedChangesAndWholeIfAskedFor(t *testing.T) {
	t.Setenv("ORDO_TEST_WHOLE", "")
	t.Setenv("ORDO_TEST_SEED", "1")
	first, again := sampled(10), sampled(10)
	if len(first) < 50 || len(first) > 200 || len(first) != len(again) || first[0] != again[0] {
		t.Errorf("%d, then %d of 1000", len(first), len(again))
	}
	if n := len(sampled(1)); n != 1000 {
		t.Errorf("one in one is %d of 1000", n)
	}
	t.Setenv("ORDO_TEST_SEED", "2")
	if other := sampled(10); other[0] == first[0] && other[1] == first[1] && other[2] == first[2] {
		t.Error("another seed chooses the same")
	}
	t.Setenv("ORDO_TEST_WHOLE", "1")
	if n := len(sampled(10)); n != 1000 {
		t.Errorf("the whole is %d of 1000", n)
	}
}

func TestWhatWasTriedIsToldToAFile(t *testing.T) {
	name := filepath.Join(t.TempDir(), "coverage")
	t.Setenv("ORDO_TEST_COVERAGE", name)
	Covered(t, "%d of %d", 1, 2)
	Covered(t, "%d of %d", 2, 2)
	text, err := os.ReadFile(name)
	if lines := strings.Split(strings.TrimSpace(string(text)), "\n"); err != nil || len(lines) != 2 || !strings.HasSuffix(lines[0], ": 1 of 2") {
		t.Errorf("%q, %v", text, err)
	}
}
