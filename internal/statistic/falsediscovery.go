package statistic

import (
	"cmp"
	"slices"
)

// Adjusted returns the P of several tests, adjusted for their number: among the tests
// whose adjusted P is at most alpha, about a fraction alpha or less finds a difference
// that does not exist (Benjamini and Hochberg, "Controlling the false discovery rate",
// 1995). With the n tests sorted by P, the adjusted P of test i is the smallest of
// P(j)·n÷j for j ≥ i, and at most 1.
func Adjusted(ps []float64) []float64 {
	order := make([]int, len(ps))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int { return cmp.Compare(ps[i], ps[j]) })
	adjusted := make([]float64, len(ps))
	least := 1.0
	for rank := len(order); rank > 0; rank-- {
		i := order[rank-1]
		least = min(least, ps[i]*float64(len(ps))/float64(rank))
		adjusted[i] = least
	}
	return adjusted
}
