package scenario

import (
	"fmt"
	"math"
)

const (
	minParts, maxParts = 2, 16
	// tolerance is how far the sum of shares may be from 1: thirds are written as 0.333.
	tolerance = 0.001
	// cycle is after how many members [apportioned] begins again. Shares with three
	// decimals have whole numbers of members by then.
	cycle = 1000
)

// apportioned says which part the n-th member of a group belongs to, counted from 0, if
// each part has a share of the group. Members go, one after the other, to the part that
// is furthest below its share.
func apportioned(shares []float64, n int) (part int) {
	var sum float64
	for _, share := range shares {
		sum += share
	}
	taken := make([]float64, len(shares))
	for member := range n%cycle + 1 {
		part = 0
		most := math.Inf(-1)
		for i, share := range shares {
			if lacks := share/sum*float64(member+1) - taken[i]; lacks > most+1e-9 {
				part, most = i, lacks
			}
		}
		taken[part]++
	}
	return part
}

// share is the share of a list's part.
func share(at *float64) value {
	v := decimal(func(*Scenario) *float64 { return at }, 0, 1)
	check := v.check
	v.check = func(s Scenario) string {
		if *at == 0 {
			return "must be above 0, not 0"
		}
		return check(s)
	}
	v.schema = map[string]any{"type": "number", "exclusiveMinimum": 0, "maximum": 1}
	return v
}

// checkShares says what is wrong with the shares of a list as a whole; "" if nothing is.
func checkShares(shares []float64) string {
	if len(shares) < minParts || len(shares) > maxParts {
		return fmt.Sprintf("must have %d to %d parts, not %d", minParts, maxParts, len(shares))
	}
	var sum float64
	for _, share := range shares {
		sum += share
	}
	if math.Abs(sum-1) > tolerance {
		return fmt.Sprintf("the shares must add up to 1, not %s", showDecimal(math.Round(sum*1e6)/1e6))
	}
	return ""
}
