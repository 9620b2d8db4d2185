package retry

import "slices"

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

	// Window waits uniform(0, 2·0.7·N·G) before every attempt, for N active clients and
	// the client's gap G ([Attempt.Gap]).
	Window Kind = "window"
	// TimeSlice waits before every attempt until the client's slot comes round.
	TimeSlice Kind = "time-slice"
	// VersionPaced estimates by the counter's version how busy the others keep it.
	VersionPaced Kind = "version-paced"
	// SharedWindow keeps the mean wait of all clients in the item.
	SharedWindow Kind = "shared-window"
	// Ticket is a queue in the item.
	Ticket Kind = "ticket"
)

// Kinds lists every kind, the simplest first. Nobody may change what it returns.
func Kinds() []Kind {
	return []Kind{
		None, Immediate, Fixed, Linear, Exponential, EqualJitter, FullJitter, DecorrelatedJitter, Polynomial,
		Window, TimeSlice, VersionPaced, SharedWindow, Ticket,
	}
}

// Waits reports whether policies of this kind wait between attempts.
func (k Kind) Waits() bool { return k.retries() && k != Immediate }

// UsesBase reports whether [Policy.Base] matters, and so has to be above 0.
func (k Kind) UsesBase() bool { return k == TimeSlice || k.Waits() && !k.Paces() }

// Paces reports whether policies of this kind decide at every [Moment].
func (k Kind) Paces() bool { return k.NeedsClients() || k.NeedsVersion() }

// NeedsClients reports whether policies of this kind have to know how many clients use the
// counter ([Policy.Clients], [Attempt.Workers]).
func (k Kind) NeedsClients() bool { return k == Window || k == TimeSlice }

// NeedsVersion reports whether policies of this kind need a design that keeps a version.
func (k Kind) NeedsVersion() bool { return k == VersionPaced || k.Shares() }

// Shares reports whether policies of this kind keep numbers in the counter's item, and so
// need a design with [counter.Traits.Shares].
func (k Kind) Shares() bool { return k == SharedWindow || k == Ticket }

// Queues reports whether clients with a policy of this kind take tickets, which needs a
// [counter.Queuer].
func (k Kind) Queues() bool { return k == Ticket }

// Chains reports whether [Policy.Chain] matters.
func (k Kind) Chains() bool { return k.Shares() }

// Jitters reports whether the waits of policies of this kind are random. Those of [Ticket]
// are after a refused or lost request alone.
func (k Kind) Jitters() bool {
	return slices.Contains([]Kind{EqualJitter, FullJitter, DecorrelatedJitter, Polynomial, Window, VersionPaced, SharedWindow, Ticket}, k)
}

func (k Kind) retries() bool { return k != None && slices.Contains(Kinds(), k) }
