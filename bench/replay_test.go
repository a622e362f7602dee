package bench

import (
	"slices"
	"testing"
	"time"

	"ordo/base/id"
	"ordo/engine/db"
)

func TestAReplayHasIdsAndNumbersOfItsOwnAndKeepsAllElse(t *testing.T) {
	seeded := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	since := seeded.Add(time.Millisecond)
	customer := id.Random.New("cus", seeded)
	order, line := id.Random.New("ord", since), id.Random.New("oln", since.Add(time.Second))
	trips := [][]db.Recorded{
		{{Text: "read", Args: []any{customer, "SKU-00001"}, Read: true}},
		{{Text: "orders", Args: []any{order, "B-42", customer, int64(3), true, nil}}, {Text: "lines", Args: []any{line, order}}},
	}
	p := newPlacement(trips, since)
	now := since.Add(time.Hour)
	one, two := p.instance(7, now), p.instance(8, now)

	args := func(trips [][]db.Recorded, trip, statement int) []any { return trips[trip][statement].Args }
	if !slices.Equal(args(one, 0, 0), []any{customer, "SKU-00001"}) || !one[0][0].Read || one[0][0].Text != "read" {
		t.Errorf("the read became %v", one[0][0])
	}
	if got := args(one, 1, 0)[1:]; !slices.Equal(got, []any{"B-R7", customer, int64(3), true, nil}) {
		t.Errorf("the order became %v", got)
	}
	own := args(one, 1, 0)[0].(string)
	if own == order || !isNewID(own, now) || own[:4] != "ord_" {
		t.Errorf("the order's id became %s", own)
	}
	if got := args(one, 1, 1)[1]; got != own {
		t.Errorf("the line is of order %v, not %s", got, own)
	}
	if args(one, 1, 1)[0] == args(two, 1, 1)[0] || own == args(two, 1, 0)[0] || args(two, 1, 0)[1] != "B-R8" {
		t.Error("two replays share an id or a number")
	}
	if args(trips, 1, 0)[0] != order || args(trips, 1, 0)[1] != "B-42" {
		t.Error("the recording itself was changed")
	}
}

func TestOnlyIdsMadeSinceAreNew(t *testing.T) {
	since := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for text, want := range map[string]bool{
		id.Random.New("ord", since):                        true,
		id.Random.New("event", since.Add(time.Hour)):       true,
		id.Random.New("ord", since.Add(-time.Millisecond)): false,
		id.Random.New("ord", since)[1:] + "!":              false,
		"ord_01":                                           false,
		"":                                                 false,
		"the order " + id.Random.New("ord", since):         false,
	} {
		if got := isNewID(text, since); got != want {
			t.Errorf("%q: %v, want %v", text, got, want)
		}
	}
}

func TestSharesTellWhatTheStatementsOfEachTableTook(t *testing.T) {
	all := took{}
	for _, s := range []struct {
		text string
		read bool
		ms   time.Duration
	}{{"INSERT INTO orders (id) VALUES ($1)", false, 3}, {"UPDATE orders SET total = 1", false, 1}, {"SELECT a FROM orders o", true, 5}, {"SELECT 1", true, 1}} {
		all[subject(db.Recorded{Text: s.text, Read: s.read})] += s.ms * time.Millisecond
	}
	if got, want := all.shares(), "reading orders 50 %, orders 40 %, others 10 %"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
