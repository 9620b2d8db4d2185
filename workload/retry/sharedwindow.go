package retry

import (
	"math"
	"time"

	"contend/counter"
)

const (
	// targetLosses is how many conflicts with followers an operation should have.
	targetLosses = 1.5
	// foreignWeight is κ: how much a conflict with a foreigner counts.
	foreignWeight = 0.25
	// idleShare is the share of the time in which a store at the target is busy.
	idleShare = 0.6
	// longestMean bounds the mean wait in the item; a wait is at most twice as long.
	longestMean = float64(LongestPace / 2)
)

// sharedWindow decides for [SharedWindow]. In the item are W, the mean wait of all
// clients, and pv, the version that the last follower left. nf, nF and nt are the
// operation's conflicts with followers and with foreigners and its throttled attempts;
// v₀ and t₀ are the version and the time at the end of the client's last attempt.
//
//	seen  = (writes of others since v₀ + 1)/(0.6·(t−t₀)/G + 1) if t−t₀ > 4G and that is below ½, else 1
//	eff W = W·max(1.5, nf)/(κ·nF) if that is less than W, else W; κ = ¼
//	write:     W' = eff(W·max(½, seen)) + ½·G·x, 0 below G/4; pv' = v+1
//	           x = min(nf+nt−1.5, nf+nt−κ·nF if nF > 0), within ±4
//	           4·seen instead of max(½, seen) if seen < ⅛ and 0.6·(t−t₀)/G > 64
//	conflict:  wait 2u·max(eff(W·seen), G·(1.3^nf − 1)), read
//	applied:   wait 2u·W'·seen before the next operation
//	throttled: wait 2u·W + u·min(2 s, 25 ms·2^k), k throttles in a row; read
//	time-out:  read at once
//
// It needs the version and two attributes that only writes of the counter change. It is
// for fleets of any size, also with clients that follow no policy, and for schemas that
// allow no other write. It is not fair between near and far clients.
//
// A hostile W delays a client by [LongestPace] at most, once: if few wrote in that time,
// its next write all but clears W.
//
// Source: backoff copying of MACAW (SIGCOMM 1994), moved into the item; constants measured
// here.
func (p Policy) sharedWindow(a Attempt, m Memory, u float64) (Decision, Memory) {
	g := gap(a)
	if a.Known && a.Moment != Begins {
		m.pace.mean = shared(a.State).Pace
	}
	switch {
	case a.Moment == Begins:
		if a.Known && m.pace.done > 0 {
			return p.writePace(a, m)
		}
		m.pace.done = 0
		return readAfter(float64(m.pace.earliest) - float64(a.Now)), m
	case a.Moment != Ended && a.Outcome == counter.Applied:
		return p.writePace(a, m)
	case a.Moment != Ended:
		return readAfter(m.backoff(a, u)), m
	case a.Outcome == counter.Applied:
		return Decision{}, p.wonPace(a, m, u)
	case a.Outcome == counter.Conflict:
		mean := m.effective(m.pace.w() * m.seenOf(a, a.State.Version))
		if a.Known {
			m.pace = m.pace.ended(a, a.State.Version)
		}
		m.pace.done = 0
		growth := g * (math.Pow(1.3, float64(min(m.now.followers, 60))) - 1)
		return readAfter(2 * u * min(longestMean, max(mean, growth))), m
	case a.Outcome == counter.Unknown:
		return readAfter(m.backoff(a, u)), m
	}
	throttle := min(float64(2*time.Second), float64(25*time.Millisecond)*math.Pow(2, float64(m.now.inARow)))
	return readAfter(2*u*m.pace.w() + u*throttle), m
}

// writePace is the write that leaves a new mean wait.
func (p Policy) writePace(a Attempt, m Memory) (Decision, Memory) {
	g, numbers := gap(a), shared(a.State)
	m.pace.mean = numbers.Pace
	mean := m.pace.w()
	if m.pace.done == 0 { // later ones of a turn met nobody
		x := float64(m.now.followers+m.now.throttles) - targetLosses
		if m.now.foreigners > 0 {
			x = min(x, float64(m.now.followers+m.now.throttles)-foreignWeight*float64(m.now.foreigners))
		}
		mean = m.effective(mean*m.stale(a)) + 0.5*g*clamp(x, -4, 4)
		if mean < g/4 {
			mean = 0
		}
	}
	m.pace.mean = int64(clamp(mean, 0, longestMean))
	if numbers.Damaged {
		numbers = anew(numbers)
	}
	numbers.Pace, numbers.PaceVersion, numbers.Damaged = m.pace.mean, after(a.State.Version), false
	return Decision{Next: Write, Shared: numbers, Shares: true}, m
}

// wonPace is the memory after a success: when the next operation may begin.
func (p Policy) wonPace(a Attempt, m Memory, u float64) Memory {
	version := after(a.Seen.Version)
	if a.Known {
		version = a.State.Version
	}
	m.pace.earliest = a.Now
	m.pace.done++
	if m.pace.done >= p.Chain || !a.Waiting {
		m.pace.done = 0
		wait := nanoseconds(2*u*m.pace.w()*m.seenOf(a, before(version)), LongestPace)
		m.pace.earliest = later(a.Now, wait)
	}
	m.pace = m.pace.ended(a, version)
	return m
}

// seenOf is how busy the others were since the client's last attempt, in parts of what
// they are at the target; 1 if that is not known or more than half.
func (m Memory) seenOf(a Attempt, version int64) float64 {
	g, t := gap(a), since(a.Now, m.pace.at)
	if !m.pace.known || t <= 4*g {
		return 1
	}
	others := max(float64(version)-float64(m.pace.version), 0)
	if seen := (others + 1) / (idleShare*t/g + 1); seen < 0.5 {
		return seen
	}
	return 1
}

// stale is the part of a mean wait that a write leaves of it: half at least, unless it is
// certain that far fewer write than the mean wait is for.
func (m Memory) stale(a Attempt) float64 {
	seen := m.seenOf(a, a.State.Version)
	if expected := idleShare * since(a.Now, m.pace.at) / gap(a); seen < 0.125 && expected > 64 {
		return 4 * seen
	}
	return max(0.5, seen)
}

// effective is a mean wait with regard to foreigners: among many it does not help to wait.
func (m Memory) effective(mean float64) float64 {
	foreign, followers := foreignWeight*float64(m.now.foreigners), max(targetLosses, float64(m.now.followers))
	if foreign > followers {
		return mean * followers / foreign
	}
	return mean
}

// w is the mean wait within its bounds.
func (p paceMemory) w() float64 { return clamp(float64(p.mean), 0, longestMean) }

// ended is the memory at the end of an attempt that showed the version.
func (p paceMemory) ended(a Attempt, version int64) paceMemory {
	p.version, p.at, p.known = version, a.Now, true
	return p
}

// readAfter is a read after so many nanoseconds.
func readAfter(wait float64) Decision {
	return Decision{Wait: nanoseconds(wait, LongestPace), Next: Read}
}

// after and before are the versions next to one.
func after(version int64) int64 {
	if version == math.MaxInt64 {
		return version
	}
	return version + 1
}

func before(version int64) int64 {
	if version == math.MinInt64 {
		return version
	}
	return version - 1
}

// later is a moment after a wait, the last one that there is if it is none.
func later(now, wait time.Duration) time.Duration {
	if now > math.MaxInt64-wait {
		return math.MaxInt64
	}
	return now + wait
}
