package measure

import (
	"math"
	"time"
)

// Gaps are of the writes of designs that start from a state ([counter.Traits].NeedsState)
// which the store carried out or refused by their condition.
type Gaps struct {
	// ConditionalWrites counts these writes. Gap is the sum of their times from when the
	// store told the state to when it judged the write, each taken as the middle of its
	// request. Wins and WonGap are the part of those that were carried out.
	ConditionalWrites, Wins int64
	Gap, WonGap             time.Duration
	// GapSquares is the sum of the squares of all those times, each in whole µs. Sums of
	// integers do not depend on their order, up to 2^53.
	GapSquares float64
}

// GapSpread returns the standard deviation of the gaps, divided by their mean; 0 if fewer
// than two were measured.
func (g *Gaps) GapSpread() float64 {
	n := float64(g.ConditionalWrites)
	mean := float64(g.Gap) / float64(time.Microsecond) / max(n, 1)
	if n < 2 || mean <= 0 {
		return 0
	}
	// Rounding can leave less than 0 for gaps that are all the same.
	return math.Sqrt(max(g.GapSquares/n-mean*mean, 0)) / mean
}
