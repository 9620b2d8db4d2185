package retry

import (
	"math"
	"time"

	"contend/counter"
)

const (
	pacedGain   = 0.3 // of a step of the mean wait
	pacedTarget = 1.5 // attempts in a gap that the mean wait aims at
	pacedWinner = 1.5 // by how much the mean wait grows with each success
	// pacedLongest bounds the mean wait.
	pacedLongest = float64(LongestPace / 2)
)

// versionPaced decides for [VersionPaced]. w is the client's own mean wait. Before every
// attempt, wait 2u·w and read; from two reads with versions v₁, v₂, a time t apart,
//
//	ρ = (v₂−v₁)·G/t, λ = ρ/(1−ρ), ln w += 0.3·min(4, t/10G)·ln(λ/1.5)
//
// and with each success w grows by half. After an attempt without an answer it reads at
// once, as long as the counter may still remember that attempt. It needs a version that each write raises, and
// nothing else: no further attribute, no number of clients. It is for other people's
// schemas, up to about 30 clients; above 100 it is unfair, and among clients that do not
// follow it it starves.
// Source: Heusse and others: "Idle Sense", SIGCOMM 2005.
func (p Policy) versionPaced(a Attempt, m Memory, u float64) (Decision, Memory) {
	if m.seen.mean == 0 {
		m.seen.mean = gap(a)
	}
	switch {
	case a.Moment == WasRead && a.Outcome == counter.Applied:
		m.seen = m.seen.learn(a)
		return Decision{Next: Write}, m
	case a.Moment == Ended && a.Outcome == counter.Applied:
		m.seen.mean = bounded(m.seen.mean*pacedWinner, a)
		return Decision{}, m
	case a.Outcome == counter.Unknown:
		return readAfter(m.backoff(a, u)), m
	}
	return Decision{Wait: nanoseconds(2*u*m.seen.mean+m.backoff(a, u), LongestPace), Next: Read}, m
}

// learn is the memory after a read.
func (v versionMemory) learn(a Attempt) versionMemory {
	writes, t, g := float64(a.State.Version)-float64(v.version), since(a.Now, v.at), gap(a)
	if v.known && writes >= 0 && t > 0 {
		busy := clamp(writes*g/t, 0.02, 0.95)
		step := pacedGain * min(4, t/(10*g)) * math.Log(busy/(1-busy)/pacedTarget)
		v.mean *= math.Exp(step)
	}
	v.version, v.at, v.known, v.mean = a.State.Version, a.Now, true, bounded(v.mean, a)
	return v
}

// bounded is a mean wait of [VersionPaced] within its bounds.
func bounded(mean float64, a Attempt) float64 {
	return clamp(mean, gap(a)/16, max(pacedLongest, float64(time.Second)))
}
