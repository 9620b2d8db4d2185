package retry

import (
	"math"
	"time"

	"contend/counter"
)

// LongestPace is the longest wait of the policies that pace, whatever the numbers are that
// it is computed from.
const LongestPace = 2 * time.Minute

const (
	// unknownGap stands for a gap that is not known yet.
	unknownGap = float64(10 * time.Millisecond)
	// shortestGap and longestGap bound a gap.
	shortestGap = float64(time.Microsecond)
	longestGap  = float64(30 * time.Second)
)

// pace decides for a policy that paces.
func (p Policy) pace(a Attempt, m Memory, u float64) (Decision, Memory) {
	u = fraction(u)
	if a.Moment == Begins {
		m.now, m.leaves = trouble{}, false
	}
	if a.Moment == Leaves {
		m.leaves = true
	}
	if m.leaves {
		if p.Kind != Ticket {
			return Decision{Next: Stop, Reason: ReasonLeaves}, m
		}
		return p.leave(a, m, u)
	}
	failed := a.Moment != Begins && a.Outcome != counter.Applied
	switch {
	case a.Moment == Ended && failed && a.Outcome == counter.Conflict:
		m.now = m.now.lost(a)
	case failed:
		m.now = m.now.failed(a)
	default:
		m.now.inARow = 0
	}
	var d Decision
	d, m = p.next(a, m, u)
	d.Retry = true
	if !failed {
		if a.Moment == Ended {
			return Decision{Reason: ReasonOutcome}, m
		}
		if a.Number > 0 && p.late(a, d) {
			return Decision{Reason: ReasonDeadline}, m
		}
		return d, m
	}
	decided, m := p.afterFailure(a, d, m)
	if !decided.Retry && p.Kind == SharedWindow {
		m.pace.earliest = later(a.Now, d.Wait) // the next operation must not hurry because this one gave up
	}
	return decided, m
}

// afterFailure is the decision d unless a limit is reached.
func (p Policy) afterFailure(a Attempt, d Decision, m Memory) (Decision, Memory) {
	if reason := p.pacedReason(a); reason != ReasonNone {
		return Decision{Reason: reason}, m
	}
	if a.Number > 0 {
		return p.limited(a, d, m)
	}
	return d, m
}

// pacedReason is why there is nothing further after a failure. A ticket that is refused
// for good is no reason: it goes without.
func (p Policy) pacedReason(a Attempt) Reason {
	reason := p.reason(a)
	if reason == ReasonMaxAttempts && a.Moment != Ended || reason == ReasonOutcome && a.Moment == TookTicket && a.Outcome == counter.Failed {
		return ReasonNone
	}
	return reason
}

// next is what the policy does next, limits apart. After a success it says nothing, and
// only the memory counts.
func (p Policy) next(a Attempt, m Memory, u float64) (Decision, Memory) {
	switch p.Kind {
	case Window:
		return p.window(a, m, u)
	case TimeSlice:
		return p.timeSlice(a, m, u)
	case VersionPaced:
		return p.versionPaced(a, m, u)
	case SharedWindow:
		return p.sharedWindow(a, m, u)
	default:
		return p.ticket(a, m, u)
	}
}

// clients is how many clients use the counter, at least 1.
func (p Policy) clients(a Attempt) int {
	if p.Clients > 0 {
		return p.Clients
	}
	return max(a.Workers, 1)
}

// gap is the client's gap in nanoseconds.
func gap(a Attempt) float64 {
	if a.Gap <= 0 {
		return unknownGap
	}
	return clamp(float64(a.Gap), shortestGap, longestGap)
}

// backoff is the wait before a request of the same kind is sent again, in nanoseconds,
// after so many failed in a row: about a gap, twice as much each time, up to a second. If
// it is only unknown how a request ended, the first repetition does not wait.
func (m Memory) backoff(a Attempt, u float64) float64 {
	n := m.now.inARow - 1
	if a.Outcome == counter.Unknown {
		n--
	}
	if n < 0 {
		return 0
	}
	return min((0.5+u)*gap(a)*math.Pow(2, float64(n)), float64(time.Second))
}

// since is the time between two moments in nanoseconds, at least 0.
func since(now, then time.Duration) float64 { return max(float64(now)-float64(then), 0) }

// clamp is x between two bounds, the lower one if x is not a number.
func clamp(x, low, high float64) float64 {
	if !(x >= low) {
		return low
	}
	return min(x, high)
}

// fraction is a draw in [0, 1).
func fraction(u float64) float64 { return clamp(u, 0, math.Nextafter(1, 0)) }

// nanoseconds makes a wait of a policy that paces.
func nanoseconds(x float64, most time.Duration) time.Duration {
	return time.Duration(clamp(x, 0, float64(most)))
}
