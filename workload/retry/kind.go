package retry

import (
	"math"
	"slices"
	"time"
)

// Kind names a formula for the wait. Its values are the words that scenarios
// use; a policy with any other value never retries.
//
// In the formulas n is the number of attempts that have ended (1 after the
// first), all times are in nanoseconds, and uniform(a, b) lies in [a, b).
// The blog writes base·2^attempt and does not say where attempt starts; its
// simulator starts at 1. Here the exponent starts at 0, so that base is the first
// wait, or the upper bound of the first wait. Only decorrelated jitter differs: base
// is its lowest wait.
type Kind string

const (
	// None never retries.
	None Kind = "none"
	// Immediate retries without a wait: 0.
	Immediate Kind = "immediate"
	// Fixed waits min(cap, base).
	Fixed Kind = "fixed"
	// Linear waits min(cap, base·n).
	Linear Kind = "linear"
	// Exponential waits expo(n) = min(cap, base·factor^(n−1)).
	Exponential Kind = "exponential"
	// EqualJitter waits expo(n)/2 + uniform(0, expo(n)/2).
	EqualJitter Kind = "equal-jitter"
	// FullJitter waits uniform(0, expo(n)).
	FullJitter Kind = "full-jitter"
	// DecorrelatedJitter waits min(cap, uniform(base, 3·last)), where last is the
	// operation's previous wait, or base if there was none.
	DecorrelatedJitter Kind = "decorrelated-jitter"

	// Polynomial waits uniform(0, min(cap, base·n^factor)).
	Polynomial Kind = "polynomial"

	// Window waits uniform(0, 2·0.7·N·G) before every attempt, for N clients.
	Window Kind = "window"
	// TimeSlice waits for the client's slot of 1.5 G, while others write.
	TimeSlice Kind = "time-slice"
	// VersionPaced estimates by the counter's version how busy others keep it.
	VersionPaced Kind = "version-paced"
	// SharedWindow keeps the mean wait of all clients in the item.
	SharedWindow Kind = "shared-window"
	// Ticket is a queue in the item.
	Ticket Kind = "ticket"
)

// Kinds lists every kind, the simplest first.
func Kinds() []Kind {
	return []Kind{None, Immediate, Fixed, Linear, Exponential, EqualJitter, FullJitter, DecorrelatedJitter}
}

// Waits reports whether policies of this kind wait between attempts, and so
// need a base above 0.
func (k Kind) Waits() bool { return k.retries() && k != Immediate }

// Paces reports whether policies of this kind decide at every [Moment].
func (k Kind) Paces() bool {
	return slices.Contains([]Kind{Window, TimeSlice, VersionPaced, SharedWindow, Ticket}, k)
}

// Jitters reports whether the waits of policies of this kind are random.
func (k Kind) Jitters() bool {
	return k == EqualJitter || k == FullJitter || k == DecorrelatedJitter
}

func (k Kind) retries() bool { return k != None && slices.Contains(Kinds(), k) }

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
	return time.Duration(max(nanoseconds, 0))
}
