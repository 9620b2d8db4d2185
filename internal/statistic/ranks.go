package statistic

import (
	"math"
	"slices"
)

// maxExact is the largest size of samples for which the U test is exact; the normal
// approximation is good far below that.
const maxExact = 25

// exactP returns the two-sided P of the Mann-Whitney U test. Of all ways to split the
// measurements into two samples of these sizes, it counts the fraction in which the
// first sample's sum of ranks is as low, or as high, as it is, and doubles the smaller
// of the two. Equal measurements share the mean of their ranks.
//
// The exact test of go-moremath, which benchmath uses, is wrong for equal
// measurements: it returns P of 0 and above 1 (version v0.0.0-20210112150236).
func exactP(a, b []float64) float64 {
	ranks := doubledRanks(a, b)
	sum, total := 0, 0
	for i, rank := range ranks {
		total += rank
		if i < len(a) {
			sum += rank
		}
	}
	// ways[k][s] counts the ways to choose k measurements with the sum of ranks s.
	ways := make([][]float64, len(a)+1)
	for k := range ways {
		ways[k] = make([]float64, total+1)
	}
	ways[0][0] = 1
	for i, rank := range ranks {
		for k := min(i+1, len(a)); k > 0; k-- {
			for s := total; s >= rank; s-- {
				ways[k][s] += ways[k-1][s-rank]
			}
		}
	}
	var low, high, all float64
	for s, n := range ways[len(a)] {
		all += n
		if s <= sum {
			low += n
		}
		if s >= sum {
			high += n
		}
	}
	return min(2*min(low, high)/all, 1)
}

// doubledRanks returns twice the ranks of a's measurements and then of b's, so that
// the mean rank of equal measurements is a whole number.
func doubledRanks(a, b []float64) []int {
	all := slices.Concat(a, b)
	sorted := slices.Sorted(slices.Values(all))
	ranks := make([]int, len(all))
	for i, v := range all {
		first, _ := slices.BinarySearch(sorted, v)
		after, _ := slices.BinarySearch(sorted, math.Nextafter(v, math.Inf(1)))
		ranks[i] = first + after + 1
	}
	return ranks
}
