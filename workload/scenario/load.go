package scenario

import (
	"math"
	"strconv"
	"time"

	"contend/workload/pace"
)

// Load is how many workers run, at which pace and for how long.
//
// In a closed loop, without a Rate or stages with rates, each worker begins an
// operation when its last one has ended. In an open loop operations become due
// at times of their own, and a worker that is free begins the one that has been
// due for longest.
//
// The run ends with the first limit that is reached; a zero limit is none, and
// at least one is set.
type Load struct {
	// Workers is at least 1: the most operations in flight. With stages of workers
	// it is the most of them.
	Workers int
	// Duration: no new operation starts after it, or in an open loop becomes due.
	// With stages it is their sum.
	Duration   time.Duration
	Operations int64         // exactly this many become due, for all workers together
	Think      time.Duration // a worker's pause between two operations of a closed loop
	// Warmup is the beginning of the run that rates and latencies leave out; 0:
	// they leave out nothing. Checks leave out nothing. It is less than Duration,
	// if that is set.
	Warmup time.Duration
	Rate   Rate // of an open loop without stages; 0: there is none
	// Arrivals and Overload are of an open loop, and empty in a closed one.
	Arrivals pace.Arrivals
	Overload Overload
	// Stages follow each other and are of one kind: all have workers, or all have
	// rates.
	Stages []Stage
}

// Rate is a number of arrivals a second.
type Rate float64

// Overload is what becomes of an operation that is due while all workers are
// busy.
type Overload string

const (
	OverloadQueue Overload = "queue" // it waits, however long
	OverloadDrop  Overload = "drop"  // it is never begun, and counted
)

// Stage is a part of a run.
type Stage struct {
	Duration time.Duration // above 0
	// Workers are active at the end of the stage, or Rate is reached there; the
	// other is 0.
	Workers int
	Rate    Rate
	// Ramp: the load changes linearly through the stage, from what the stage before
	// ended with, or from nothing. Otherwise it jumps at the stage's beginning.
	Ramp bool
}

// Open reports whether operations are due at times of their own.
func (l *Load) Open() bool {
	return l.Rate > 0 || len(l.Stages) > 0 && l.Stages[0].Rate > 0
}

// level is what the stage leads to, in workers or a second.
func (s Stage) level() float64 { return float64(s.Workers) + float64(s.Rate) }

// Segments are the rates of an open loop, or the numbers of active workers of a
// closed one with stages; nil for a closed loop without.
func (l *Load) Segments() []pace.Segment {
	if l.Rate > 0 {
		duration := l.Duration
		if duration == 0 {
			duration = math.MaxInt64
		}
		return []pace.Segment{{From: float64(l.Rate), To: float64(l.Rate), Duration: duration}}
	}
	var segments []pace.Segment
	before := 0.0
	for _, s := range l.Stages {
		segment := pace.Segment{From: s.level(), To: s.level(), Duration: s.Duration}
		if s.Ramp {
			segment.From = before
		}
		segments = append(segments, segment)
		before = s.level()
	}
	return segments
}

// ExpectedArrivals is about how many operations become due in an open loop, if nothing ends
// it early.
func (l *Load) ExpectedArrivals() int64 {
	due := 0.0
	for _, s := range l.Segments() {
		due += (s.From + s.To) / 2 * s.Duration.Seconds()
	}
	if l.Operations > 0 {
		due = min(due, float64(l.Operations))
	}
	return int64(math.Ceil(due))
}

// WorkerSeconds is for how long workers are active at most, all together, in a
// load with a duration.
func (l *Load) WorkerSeconds() float64 {
	if l.Open() || len(l.Stages) == 0 {
		return float64(l.Workers) * l.Duration.Seconds()
	}
	var sum float64
	for _, s := range l.Segments() {
		mean := (s.From + s.To) / 2
		if s.From != s.To {
			mean++ // of a part of a worker a whole one is active
		}
		sum += mean * s.Duration.Seconds()
	}
	return sum
}

func (l *Load) stagesDuration() time.Duration {
	var sum time.Duration
	for _, s := range l.Stages {
		sum += s.Duration
	}
	return sum
}

func (l *Load) mostWorkers() int {
	most := 0
	for _, s := range l.Stages {
		most = max(most, s.Workers)
	}
	return most
}

// Resolve fills in what follows from the fields that were given: stages have a
// duration, those of workers a number of workers, and an open loop has Poisson
// arrivals that wait in a queue.
func (l *Load) Resolve(workersGiven bool) {
	if len(l.Stages) > 0 {
		l.Duration = l.stagesDuration()
		if !workersGiven && !l.Open() {
			l.Workers = l.mostWorkers()
		}
	}
	if !l.Open() {
		return
	}
	if l.Arrivals == "" {
		l.Arrivals = pace.Poisson
	}
	if l.Overload == "" {
		l.Overload = OverloadQueue
	}
}

// String is the rate as scenarios write it: a minute, if that is whole and a
// second is not.
func (r Rate) String() string {
	plain := func(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }
	perMinute := math.Round(float64(r) * time.Minute.Seconds())
	if float64(r) != math.Trunc(float64(r)) && perMinute/time.Minute.Seconds() == float64(r) {
		return plain(perMinute) + "/m"
	}
	return plain(float64(r)) + "/s"
}
