package statistic

import (
	"math"
	"slices"
)

// mostExact is up to which size of samples the U test is exact; the normal
// approximation is good far below.
const mostExact = 25

// exactP is the two-sided P of the Mann-Whitney U test: twice the smaller part of
// all ways to deal the measurements to two samples of these sizes that give the
// first a sum of ranks as low, or as high, as it has. Equal measurements share the
// mean of their ranks.
//
// It is written out here because the exact test of go-moremath, which benchmath
// uses, is wrong where measurements are equal: P of 0 and above 1 (version
// v0.0.0-20210112150236).
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

// doubledRanks are the ranks of a's measurements and then of b's, from 2 upwards in
// steps of 2, so that the mean rank of equal ones is whole.
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
