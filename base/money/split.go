package money

import (
	"cmp"
	"math/bits"
	"slices"
)

// Split divides total in proportion to weights. The parts add up to total, and
// each differs from its exact share by less than one: every part is rounded
// down (towards zero), and what is left goes, one each, to those with the
// largest remainder, on a tie to the lower index. Weights that are all zero
// count as equal. Split(-total) is Split(total) with the signs turned.
//
// It panics if there is no weight, one is negative, or their sum is no int64.
func Split(total int64, weights []int64) []int64 {
	weights, sum := proper(weights)
	left := magnitude(total)
	quotients := make([]uint64, len(weights))
	remainders := make([]uint64, len(weights))
	byRemainder := make([]int, len(weights))
	for i, weight := range weights {
		high, low := bits.Mul64(magnitude(total), uint64(weight))
		quotients[i], remainders[i] = bits.Div64(high, low, sum)
		byRemainder[i] = i
		left -= quotients[i]
	}
	slices.SortStableFunc(byRemainder, func(a, b int) int { return cmp.Compare(remainders[b], remainders[a]) })
	for _, i := range byRemainder[:left] {
		quotients[i]++
	}
	parts := make([]int64, len(weights))
	for i, quotient := range quotients {
		parts[i] = withSign(quotient, total < 0)
	}
	return parts
}

// proper returns the weights, all one if they are all zero, and their sum.
func proper(weights []int64) ([]int64, uint64) {
	var sum int64
	for _, weight := range weights {
		if sum += weight; weight < 0 || sum < 0 {
			panic("money: a weight is negative or the weights are too large")
		}
	}
	if len(weights) == 0 {
		panic("money: nothing to split over")
	}
	if sum == 0 {
		return slices.Repeat([]int64{1}, len(weights)), uint64(len(weights))
	}
	return weights, uint64(sum)
}
