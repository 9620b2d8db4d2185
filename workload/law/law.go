package law

import (
	"fmt"
	"math"
)

// Prediction is what the law predicts for a load.
type Prediction struct {
	ThroughputPerS   float64 // X: applied increments per second
	WritesPerSuccess float64 // C: at least 1; throttled writes are not in it
	ConflictRate     float64 // ρ: share of the writes that are refused, in [0, 1]
	AttemptsPerGap   float64 // λ: attempts that begin in a gap, without the throttled ones
	// Limited is true if the load is more than the item can sustain: an open loop with a
	// growing backlog, or a closed loop that the limit of writes slows down. The other
	// fields then describe the item at its limit.
	Limited bool
}

// AttemptsAt returns a percentile, in [0, 100), of the attempts per increment. The result
// is at least 1: ⌈ln(1 − percentile/100) ÷ ln ρ⌉. For ρ = 0.9, 99 % of the increments take
// at most 44 attempts. For ρ = 1 it is [math.MaxInt].
func (p Prediction) AttemptsAt(percentile float64) int {
	switch {
	case p.ConflictRate <= 0 || percentile <= 0:
		return 1
	case p.ConflictRate >= 1:
		return math.MaxInt
	}
	// 0.01 and 0.1 are no exact binary fractions: a quotient of 2 may come out above it.
	const rounding = 1e-9
	return max(1, int(math.Ceil(math.Log1p(-percentile/100)/math.Log(p.ConflictRate)-rounding)))
}

// MoreThan returns the share of the increments that take more than k attempts, ρ^k.
func (p Prediction) MoreThan(k int) float64 {
	return math.Pow(p.ConflictRate, float64(max(k, 0)))
}

// Limit returns the most increments per second that one item sustains, W/(1 + W·G): gapS is
// G in seconds, and writesPerS is W, the most writes per second that the item takes. A
// writesPerS of 0 means no limit, and a gapS of 0 that writes are unconditional. Limit
// returns +Inf if both are 0.
func Limit(gapS, writesPerS float64) float64 {
	if writesPerS <= 0 {
		return 1 / gapS
	}
	return writesPerS / (1 + writesPerS*gapS)
}

// FromAttempts returns the prediction for a number of attempts per second, whatever makes
// clients begin them. gapS is G in seconds; if it is 0, every attempt succeeds.
func FromAttempts(attemptsPerS, gapS float64) Prediction {
	arrivals := attemptsPerS * gapS
	return Prediction{
		ThroughputPerS: attemptsPerS / (1 + arrivals), WritesPerSuccess: 1 + arrivals, ConflictRate: arrivals / (1 + arrivals), AttemptsPerGap: arrivals,
	}
}

// atLimit is the prediction for as many writes as the item takes.
func atLimit(gapS, writesPerS float64) Prediction {
	p := FromAttempts(writesPerS, gapS)
	p.Limited = true
	return p
}

// check returns an error that names the first number which is not in [0, ∞).
func check(numbers ...number) error {
	for _, n := range numbers {
		if !(n.value >= 0) || math.IsInf(n.value, 1) {
			return fmt.Errorf("law: %s must be at least 0 and finite, not %v", n.name, n.value)
		}
	}
	return nil
}

type number struct {
	name  string
	value float64
}
