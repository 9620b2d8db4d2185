package law

import "math"

// Open is a load whose increments arrive at a given rate, however fast the item serves them.
// Each is tried until it is applied.
type Open struct {
	RatePerS   float64 // a, the arrivals per second
	GapS       float64 // G in seconds; 0: writes without a condition, such as ADD
	WritesPerS float64 // W, the most writes per second that the item takes; 0: no limit
}

// Predict uses ρ = a·G. If a is at or above [Limit], it returns the prediction at the limit
// and sets Limited: no policy without a queue serves more. If writes have no limit, C and λ
// are then +Inf, and ρ is 1; a load with at most N operations in progress is better
// described by [Closed]. It returns an error if a number is negative or not finite.
func (o Open) Predict() (Prediction, error) {
	if err := check(number{"rate", o.RatePerS}, number{"gap", o.GapS}, number{"write limit", o.WritesPerS}); err != nil {
		return Prediction{}, err
	}
	most := Limit(o.GapS, o.WritesPerS)
	if o.RatePerS < most {
		served := o.RatePerS * o.GapS
		return FromAttempts(o.RatePerS/(1-served), o.GapS), nil
	}
	if o.WritesPerS > 0 {
		return atLimit(o.GapS, o.WritesPerS), nil
	}
	infinite := math.Inf(1) // nothing bounds the attempts
	return Prediction{ThroughputPerS: most, WritesPerSuccess: infinite, ConflictRate: 1, AttemptsPerGap: infinite, Limited: true}, nil
}
