package statistic

import (
	"cmp"
	"slices"
)

// Adjusted are the P of several tests, each as large as it has to be if as many
// were made: of the tests whose adjusted P is at most alpha, about the part alpha
// or less finds a difference that is not there (Benjamini and Hochberg, "Controlling
// the false discovery rate", 1995). It is the smallest of P(j)·n÷j over the tests j
// that are not below it, with n tests in the order of their P, and at most 1.
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
