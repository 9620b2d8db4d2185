package law

import "math"

// Open is a load whose increments come at a rate of their own, each of which is tried until
// it is applied.
type Open struct {
	RatePerS   float64 // a
	GapS       float64 // G; 0: writes without a condition, such as ADD
	WritesPerS float64 // W, the limit of writes on the item; 0: none
}

// Predict takes ρ = a·G. From a = [Limit] on it returns the prediction at the limit, with
// Limited: no policy without a queue serves more. Without a limit of writes C and λ are
// +Inf there, and ρ is 1; clients that are at most N at a time make it [Closed]. It returns an error for a number that is negative or not finite.
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
