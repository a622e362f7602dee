package system

import (
	"reflect"
	"testing"
)

func TestEveryFigureHasARowInTheTable(t *testing.T) {
	fields := reflect.TypeFor[Figures]()
	if fields.NumField() != len(figures) {
		t.Errorf("%d figures, %d rows", fields.NumField(), len(figures))
	}
	for i, g := range figures {
		var f Figures
		*g.of(&f) = 7
		if field := fields.Field(i); field.Tag.Get("json") != g.name || reflect.ValueOf(f).Field(i).Int() != 7 {
			t.Errorf("row %s does not stand for the field %s", g.name, field.Name)
		}
	}
}

// Spec: 15.1.2
func TestNinetyFivePercentAreReadFromTheBuckets(t *testing.T) {
	fill := func(at map[int]int64) *tally {
		c := &tally{}
		for i, n := range at { // order-free: each has its place
			c.buckets[i] = n
			c.requests += n
		}
		return c
	}
	last := len(bounds)
	for _, c := range []struct {
		tally *tally
		p95   int64
		share int64
	}{
		{fill(nil), 0, 1_000_000},
		{fill(map[int]int64{0: 100}), 4, 1_000_000},
		{fill(map[int]int64{4: 95, 5: 5}), 100, 1_000_000},
		{fill(map[int]int64{4: 90, 5: 10}), 150, 1_000_000},
		{fill(map[int]int64{8: 999, 9: 1}), 1950, 999_000},
		{fill(map[int]int64{8: 1998, 9: 3}), 1951, 998_500},
		{fill(map[int]int64{last: 1}), 10_000, 0},
	} {
		if p95, share := c.tally.p95(), int64(c.tally.share()); p95 != c.p95 || share != c.share {
			t.Errorf("%v: %d ms and %d, want %d and %d", c.tally.buckets, p95, share, c.p95, c.share)
		}
	}
}
