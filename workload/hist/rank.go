package hist

import (
	"fmt"
	"math/big"
	"strconv"
)

// Rank returns the rank of a percentile among count values: ⌈percentile × count ÷
// 100⌉, where the lowest value has rank 1. At least percentile percent of the values
// do not exceed the value with this rank. Rank returns 0 if count is 0, and panics
// unless percentile is in (0, 100].
//
// It computes with the decimal number that the caller wrote: 99.9 of 1000 values is
// the 999th, although the nearest float64 is above 99.9.
func Rank(percentile float64, count int64) int64 {
	if !(percentile > 0 && percentile <= 100) {
		panic(fmt.Sprintf("hist: percentile %v is not in (0, 100]", percentile))
	}
	exact, _ := new(big.Rat).SetString(strconv.FormatFloat(percentile, 'g', -1, 64))
	exact.Mul(exact, big.NewRat(count, 100))
	rank, rest := new(big.Int).QuoRem(exact.Num(), exact.Denom(), new(big.Int))
	if rest.Sign() > 0 {
		rank.Add(rank, big.NewInt(1))
	}
	return rank.Int64()
}

// Fewest returns the smallest number of values among which the percentile is not
// simply the highest value. It returns 0 for the percentile 100, which always is.
// percentile must be in (0, 100].
func Fewest(percentile float64) int64 {
	if percentile == 100 {
		return 0
	}
	fewest := int64(100 / (100 - percentile)) // rounded either way
	for fewest > 1 && Rank(percentile, fewest) < fewest {
		fewest--
	}
	for Rank(percentile, fewest) == fewest {
		fewest++
	}
	return fewest
}
