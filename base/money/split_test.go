package money_test

import (
	"math"
	"math/big"
	"slices"
	"testing"

	"ordo/base/money"

	"pgregory.net/rapid"
)

func TestSplitGivesTheRestToTheLargestRemainders(t *testing.T) {
	for _, c := range []struct {
		total   int64
		weights []int64
		want    []int64
	}{
		{100, []int64{1, 1, 1}, []int64{34, 33, 33}},
		{-100, []int64{1, 1, 1}, []int64{-34, -33, -33}},
		{100, []int64{1, 2, 3}, []int64{17, 33, 50}},
		{5, []int64{0, 0}, []int64{3, 2}},
		{5, []int64{0, 7, 0}, []int64{0, 5, 0}},
		{0, []int64{3, 4}, []int64{0, 0}},
		{7, []int64{9}, []int64{7}},
		{math.MinInt64, []int64{math.MaxInt64}, []int64{math.MinInt64}},
		{math.MaxInt64, []int64{math.MaxInt64 - 1, 1}, []int64{math.MaxInt64 - 1, 1}},
	} {
		if got := money.Split(c.total, c.weights); !slices.Equal(got, c.want) {
			t.Errorf("Split(%d, %v) = %v, want %v", c.total, c.weights, got, c.want)
		}
	}
}

func TestSplitAddsUpAndIsFairToTheUnit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		total := rapid.Int64Range(-money.MaxAmount, money.MaxAmount).Draw(t, "total")
		weights := rapid.SliceOfN(rapid.Int64Range(0, money.MaxAmount), 1, 50).Draw(t, "weights")
		parts := money.Split(total, weights)
		var sum, all int64
		for i := range parts {
			sum += parts[i]
			all += weights[i]
		}
		if sum != total {
			t.Fatalf("%v adds up to %d, not %d", parts, sum, total)
		}
		mirrored := money.Split(-total, weights)
		for i, part := range parts {
			if mirrored[i] != -part {
				t.Fatalf("part %d of %d is %d, but %d of %d", i, total, part, mirrored[i], -total)
			}
			if all > 0 && !withinOne(part, total, weights[i], all) {
				t.Fatalf("part %d is %d, too far from %d x %d / %d", i, part, total, weights[i], all)
			}
		}
	})
}

// withinOne tells whether |part - total x weight / all| < 1.
func withinOne(part, total, weight, all int64) bool {
	difference := new(big.Int).Mul(big.NewInt(part), big.NewInt(all))
	difference.Sub(difference, new(big.Int).Mul(big.NewInt(total), big.NewInt(weight)))
	return difference.CmpAbs(big.NewInt(all)) < 0
}

func TestSplitPanicsWithoutProperWeights(t *testing.T) {
	for _, weights := range [][]int64{nil, {-1}, {2, -1}, {math.MaxInt64, 1}} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("weights %v are taken", weights)
				}
			}()
			money.Split(1, weights)
		}()
	}
}
