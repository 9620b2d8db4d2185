package measure

import (
	"math"
	"time"
)

// Gaps measures the time between reading a state and writing it, for writes that depend on a
// state ([counter.Traits.NeedsState]) and that the store applied or refused by their condition.
type Gaps struct {
	// ConditionalWrites counts these writes, and Gap is the sum of their gaps: each from the
	// middle of the request that read the state to the middle of the write. Wins and WonGap are
	// the part of both that belongs to applied writes.
	ConditionalWrites, Wins int64
	Gap, WonGap             time.Duration
	// GapSquares is the sum of the squared gaps, in µs². Gaps are rounded to whole µs, because
	// sums of integers below 2^53 do not depend on their order.
	GapSquares float64
}

// GapSpread returns the coefficient of variation of the gaps, their standard deviation divided
// by their mean; 0 if fewer than two were measured.
func (g *Gaps) GapSpread() float64 {
	n := float64(g.ConditionalWrites)
	mean := float64(g.Gap) / float64(time.Microsecond) / max(n, 1)
	if n < 2 || mean <= 0 {
		return 0
	}
	// Rounding can leave less than 0 for gaps that are all the same.
	return math.Sqrt(max(g.GapSquares/n-mean*mean, 0)) / mean
}
