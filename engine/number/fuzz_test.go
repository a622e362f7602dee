package number_test

import (
	"testing"
	"time"

	"ordo/base/problem"
	"ordo/engine/number"
)

func FuzzPattern(f *testing.F) {
	for _, seed := range []string{"SO-{yyyy}-{seq:6}", "{seq}", "{mm}{seq}", "{yy}{mm}-{seq:9}", "{seq}{seq:1}", "{", "{seq:0}", "a b{seq}"} {
		f.Add(seed, int64(1), int64(10))
	}
	f.Fuzz(func(t *testing.T, pattern string, a, b int64) {
		if err := number.Check(pattern, "/x"); err != nil {
			if p := problem.As(err); p == nil || p.Faults[0].Code != number.ErrPattern || p.Faults[0].Pointer != "/x" {
				t.Errorf("%q: %v", pattern, err)
			}
			return
		}
		a, b = a&(1<<40-1), b&(1<<40-1)
		at := time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC)
		first, second := number.Format(pattern, at, a), number.Format(pattern, at, b)
		if (first == second) != (a == b) || len(first) > 60 {
			t.Errorf("%q gives %s for %d and %s for %d", pattern, first, a, second, b)
		}
	})
}
