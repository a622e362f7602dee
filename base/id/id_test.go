package id_test

import (
	"testing"
	"time"

	"ordo/base/id"
)

func TestFirstDividesTheIdsByTheTimeTheyWereMade(t *testing.T) {
	at := time.UnixMilli(1_700_000_000_000)
	for range 100 {
		before, then := id.Random.New("evt", at.Add(-time.Millisecond)), id.Random.New("evt", at)
		if first := id.First("evt", at); first <= before || first > then {
			t.Fatalf("%s does not stand between %s and %s", first, before, then)
		}
	}
	if first := id.First("evt", time.Unix(-1, 0)); first > id.Random.New("evt", time.UnixMilli(0)) {
		t.Errorf("before 1970 it is %s", first)
	}
}
