// Package pace says when work is due: arrivals at a rate that may change with
// time. It knows no clock and never waits.
package pace

import (
	"math"
	"math/rand/v2"
	"time"
)

// Arrivals is how the times between arrivals are drawn.
type Arrivals string

const (
	// Uniform arrivals are as far apart as the rate says.
	Uniform Arrivals = "uniform"
	// Poisson arrivals are independent of each other, as those of many users
	// are: at a constant rate the times between them are exponential.
	Poisson Arrivals = "poisson"
)

// Segment is a time in which a level, such as a rate a second, changes linearly.
// Neither level is negative.
type Segment struct {
	From, To float64
	Duration time.Duration
}

// Level is the level when so much of the segment has passed.
func (s Segment) Level(passed time.Duration) float64 {
	if s.Duration == 0 {
		return s.To
	}
	return s.From + (s.To-s.From)*float64(passed)/float64(s.Duration)
}

// mass is the integral of the rate: how many arrivals the segment has in the
// mean.
func (s Segment) mass() float64 { return (s.From + s.To) / 2 * s.Duration.Seconds() }

// when is the time in seconds after which the integral of the rate is mass.
func (s Segment) when(mass float64) float64 {
	if mass <= 0 {
		return 0
	}
	slope := (s.To - s.From) / s.Duration.Seconds()
	// The usual formula of the quadratic equation divides by the slope, which may
	// be 0; this one does not.
	return 2 * mass / (s.From + math.Sqrt(max(s.From*s.From+2*slope*mass, 0)))
}

// Schedule is a sequence of arrivals. Equal arguments of [NewSchedule] give equal
// schedules. It is not safe for use by several goroutines.
type Schedule struct {
	arrivals Arrivals
	segments []Segment
	random   *rand.Rand
	at       int     // index of the segment in progress
	began    int64   // when it did, in nanoseconds
	before   float64 // the mass of all segments before it
	mass     float64 // of the last arrival
	count    int64   // of arrivals so far
}

// NewSchedule makes the schedule of rates a second that follow each other. random
// is used by [Poisson] only, one draw an arrival.
func NewSchedule(arrivals Arrivals, rates []Segment, random *rand.Rand) *Schedule {
	return &Schedule{arrivals: arrivals, segments: rates, random: random}
}

// Arrival is a moment at which work is due.
type Arrival struct {
	Due     int64 // nanoseconds since the begin
	Segment int   // index of the segment in which it lies
}

// Next is the next arrival; false if there is none before the end of the last
// segment. Arrivals never go back in time. Uniform arrivals begin with the first
// segment: N arrivals a second for a second are N.
func (s *Schedule) Next() (Arrival, bool) {
	switch s.arrivals {
	case Poisson:
		// A Poisson process of any rate is one of rate 1 on the axis of the mass.
		s.mass += s.random.ExpFloat64()
	default:
		s.mass = float64(s.count)
	}
	s.count++
	for ; s.at < len(s.segments); s.at++ {
		segment := s.segments[s.at]
		if mass := segment.mass(); s.mass >= s.before+mass {
			s.before += mass
			s.began += int64(segment.Duration)
			continue
		}
		passed := int64(segment.when(s.mass-s.before) * float64(time.Second))
		return Arrival{Due: s.began + min(passed, int64(segment.Duration)-1), Segment: s.at}, true
	}
	return Arrival{}, false
}
