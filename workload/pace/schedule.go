// Package pace says when work is due: arrivals at a rate that may change with
// time. It knows no clock and never waits.
package pace

import (
	"math"
	"math/rand/v2"
	"time"
)

// Arrivals says how the times between arrivals are drawn. Any other value than
// [Poisson] means [Uniform].
type Arrivals string

const (
	// Uniform arrivals are evenly spaced at a constant rate.
	Uniform Arrivals = "uniform"
	// Poisson arrivals are independent of each other, like those of many users:
	// at a constant rate, the times between them are exponential.
	Poisson Arrivals = "poisson"
)

// Segment is a period in which a level, such as a number of arrivals a second,
// changes linearly. Neither level is negative.
type Segment struct {
	From, To float64
	Duration time.Duration
}

// Level returns the level after the given part of the segment, from 0 to Duration.
func (s Segment) Level(passed time.Duration) float64 {
	if s.Duration == 0 {
		return s.To
	}
	return s.From + (s.To-s.From)*float64(passed)/float64(s.Duration)
}

// mass is the integral of the rate: the mean number of arrivals in the segment.
func (s Segment) mass() float64 { return (s.From + s.To) / 2 * s.Duration.Seconds() }

// when returns the time in seconds at which the integral of the rate reaches mass.
func (s Segment) when(mass float64) float64 {
	if mass <= 0 {
		return 0
	}
	slope := (s.To - s.From) / s.Duration.Seconds()
	// The usual formula of the quadratic equation divides by the slope, which may
	// be 0; this one does not.
	return 2 * mass / (s.From + math.Sqrt(max(s.From*s.From+2*slope*mass, 0)))
}

// Schedule is a sequence of arrivals. With equal arguments, and the same state of
// the random generator, [NewSchedule] returns equal schedules. A Schedule is not
// safe for use by several goroutines.
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

// NewSchedule returns the schedule of segments that follow each other; their levels
// are arrivals a second. Only [Poisson] uses random, which may be nil otherwise. It
// draws one number for each arrival.
func NewSchedule(arrivals Arrivals, rates []Segment, random *rand.Rand) *Schedule {
	return &Schedule{arrivals: arrivals, segments: rates, random: random}
}

// Arrival is a moment at which work is due.
type Arrival struct {
	Due     int64 // nanoseconds since the begin of the first segment
	Segment int   // index of the segment in which it lies
}

// Next returns the next arrival; false if there is none before the end of the last
// segment. No arrival is earlier than the one before it. The first uniform arrival is
// at the begin of the first segment, so that a rate of N a second has N arrivals in
// one second.
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
