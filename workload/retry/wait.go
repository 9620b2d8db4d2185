package retry

import (
	"math"
	"time"
)

// decorrelatedGrowth bounds the growth from one decorrelated wait to the next;
// the blog and its simulator fix it at 3.
const decorrelatedGrowth = 3

// wait is how long the policy waits after an attempt, in [0, cap].
func (p Policy) wait(attempt Attempt, u float64) time.Duration {
	n := max(attempt.Number, 1)
	switch p.Kind {
	case Fixed:
		return p.capped(float64(p.Base))
	case Linear:
		return p.capped(float64(p.Base) * float64(n))
	case Exponential:
		return p.exponential(n)
	case EqualJitter:
		half := float64(p.exponential(n)) / 2
		return p.capped(half + u*half)
	case FullJitter:
		return p.capped(u * float64(p.exponential(n)))
	case DecorrelatedJitter:
		low := float64(max(p.Base, 0))
		high := decorrelatedGrowth * max(float64(attempt.LastWait), low)
		return p.capped(low + u*(high-low))
	case Polynomial:
		return p.capped(u * float64(p.capped(float64(max(p.Base, 0))*math.Pow(float64(n), p.Factor))))
	}
	return 0
}

// exponential is expo(n). The power overflows to +Inf, which the cap bounds.
func (p Policy) exponential(n int) time.Duration {
	if p.Base <= 0 {
		return 0
	}
	return p.capped(float64(p.Base) * math.Pow(p.Factor, float64(n-1)))
}

// capped turns nanoseconds into a duration in [0, cap]. Without a cap, the longest
// duration is the limit.
func (p Policy) capped(nanoseconds float64) time.Duration {
	limit := time.Duration(math.MaxInt64)
	if p.Cap > 0 {
		limit = p.Cap
	}
	if nanoseconds >= float64(limit) {
		return limit
	}
	if !(nanoseconds > 0) { // or it is not a number
		return 0
	}
	return time.Duration(nanoseconds)
}
