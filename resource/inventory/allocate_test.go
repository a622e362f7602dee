package inventory_test

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"ordo/base/money"
	"ordo/resource/inventory"
)

// supply reads "place/lot rank expires available".
func supply(texts ...string) (all []inventory.Supply) {
	for _, t := range texts {
		var s inventory.Supply
		var at string
		fmt.Sscan(t, &at, &s.Rank, &s.Expires, (*int64)(&s.Available))
		s.Location, s.Lot, _ = strings.Cut(at, "/")
		all = append(all, s)
	}
	return all
}

func TestAllocationPrefersOnePlaceThenTheOrderOfPlacesThenTheLotThatExpiresFirst(t *testing.T) {
	for _, c := range []struct {
		name    string
		supply  map[string][]string
		demands []inventory.Demand
		want    string
	}{
		{"the first place that has it", map[string][]string{"v": {"b 2 0 9", "a 1 0 9"}}, []inventory.Demand{{"1", "v", 5, ""}}, "1 a 5"},
		{"one place is better than two", map[string][]string{"v": {"a 1 0 4", "b 2 0 9"}}, []inventory.Demand{{"1", "v", 5, ""}}, "1 b 5"},
		{"for all lines", map[string][]string{"v": {"a 1 0 9", "b 2 0 9"}, "w": {"b 2 0 1"}}, []inventory.Demand{{"1", "v", 5, ""}, {"2", "w", 1, ""}}, "1 b 5, 2 b 1"},
		{"lines of the same variant count together", map[string][]string{"v": {"a 1 0 9", "b 2 0 10"}}, []inventory.Demand{{"1", "v", 5, ""}, {"2", "v", 5, ""}}, "1 b 5, 2 b 5"},
		{"else by rank, over places", map[string][]string{"v": {"b 2 0 4", "a 1 0 3"}}, []inventory.Demand{{"1", "v", 5, ""}}, "1 a 3, 1 b 2"},
		{"what is missing is told", map[string][]string{"v": {"a 1 0 3"}}, []inventory.Demand{{"1", "v", 5, ""}, {"2", "v", 1, ""}, {"3", "w", 1, ""}}, "1 a 3, missing 1 2, missing 2 1, missing 3 1"},
		{"the lot that expires first", map[string][]string{"v": {"a/late 1 30 5", "a/never 1 0 5", "a/soon 1 20 5"}}, []inventory.Demand{{"1", "v", 11, ""}}, "1 a/soon 5, 1 a/late 5, 1 a/never 1"},
		{"only the lot that is asked for, before those who have a choice", map[string][]string{"v": {"a/late 1 30 5", "a/soon 1 20 5"}}, []inventory.Demand{{"1", "v", 5, ""}, {"2", "v", 4, "soon"}, {"3", "v", 2, "soon"}},
			"2 a/soon 4, 3 a/soon 1, 1 a/late 5, missing 3 1"},
		{"the place that has the lot", map[string][]string{"v": {"a/late 1 30 5", "b/soon 2 20 5", "b/late 2 30 5"}}, []inventory.Demand{{"1", "v", 5, ""}, {"2", "v", 5, "soon"}}, "2 b/soon 5, 1 b/late 5"},
		{"less than nothing is nothing", map[string][]string{"v": {"a 1 0 -3", "b 2 0 3"}}, []inventory.Demand{{"1", "v", 4, ""}}, "1 b 3, missing 1 1"},
		{"nothing for nothing", nil, nil, ""},
	} {
		supplies := inventory.Supplies{}
		for v, texts := range c.supply { // order-free: each variant stands for itself
			supplies[v] = supply(texts...)
		}
		before := fmt.Sprint(supplies)
		reservations, missing := inventory.Allocate(supplies, c.demands)
		var got []string
		for _, r := range reservations {
			got = append(got, strings.TrimSuffix(fmt.Sprintf("%s %s/%s", r.LineID, r.Location, r.Lot), "/")+fmt.Sprintf(" %d", r.Quantity))
		}
		for _, d := range c.demands {
			if q := missing[d.LineID]; q > 0 {
				got = append(got, fmt.Sprintf("missing %s %d", d.LineID, q))
			}
		}
		if text := strings.Join(got, ", "); text != c.want {
			t.Errorf("%s: got %s, want %s", c.name, text, c.want)
		}
		if after := fmt.Sprint(supplies); after != before {
			t.Errorf("%s: the supply was %s and is %s", c.name, before, after)
		}
	}
}

func TestAllocationPromisesWhatThereIsAndNoMore(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		supplies := inventory.Supplies{}
		for _, v := range []string{"v", "w"} {
			for _, at := range []string{"a/", "a/x", "a/y", "b/", "c/x"} {
				if rapid.Bool().Draw(r, "there") {
					location, lot, _ := strings.Cut(at, "/")
					supplies[v] = append(supplies[v], inventory.Supply{Place: inventory.Place{Location: location, Lot: lot}, Rank: int64(location[0]),
						Expires: rapid.Int64Range(0, 3).Draw(r, "expires"), Available: money.Quantity(rapid.Int64Range(-2, 9).Draw(r, "available"))})
				}
			}
		}
		var demands []inventory.Demand
		for i := range rapid.IntRange(0, 5).Draw(r, "demands") {
			demands = append(demands, inventory.Demand{LineID: fmt.Sprint(i), VariantID: rapid.SampledFrom([]string{"v", "w"}).Draw(r, "variant"), Quantity: money.Quantity(rapid.Int64Range(1, 9).Draw(r, "quantity"))})
		}
		reservations, missing := inventory.Allocate(supplies, demands)
		given, taken := map[string]money.Quantity{}, map[string]money.Quantity{}
		for _, x := range reservations {
			if x.Quantity <= 0 {
				r.Fatalf("a reservation of %s", x.Quantity)
			}
			given[x.LineID] += x.Quantity
			taken[x.VariantID+x.Location+"/"+x.Lot] += x.Quantity
		}
		wanted, left := map[string]money.Quantity{}, map[string]money.Quantity{}
		for _, d := range demands {
			wanted[d.VariantID] += d.Quantity
			left[d.VariantID] += missing[d.LineID]
			if given[d.LineID]+missing[d.LineID] != d.Quantity {
				r.Fatalf("line %s wants %s, gets %s and misses %s", d.LineID, d.Quantity, given[d.LineID], missing[d.LineID])
			}
		}
		for v, all := range supplies { // order-free: each variant stands for itself
			var there money.Quantity
			for _, s := range all {
				there += max(0, s.Available)
				if q := taken[v+s.Location+"/"+s.Lot]; q > max(0, s.Available) {
					r.Fatalf("%s of %s at %s", q, s.Available, s.Location)
				}
			}
			if want := max(0, wanted[v]-there); left[v] != want {
				r.Fatalf("%s misses %s, want %s", v, left[v], want)
			}
		}
	})
}
