package scenario

import (
	"math"
	"math/rand/v2"
	"strconv"
	"time"

	"contend/workload/pace"
)

// Load says how many workers run, at which pace and for how long.
//
// In a closed loop each worker begins an operation when its last one has ended. With a
// Rate, or with stages that have rates, the loop is open: operations become due at
// times that do not depend on the workers, and a free worker begins the operation that
// has been due for longest.
//
// Duration and Operations limit the run; it ends at the first limit reached. 0 means no
// limit; at least one must be set.
type Load struct {
	// Workers is the largest number of operations in progress, at least 1. With
	// stages of workers it is their maximum.
	Workers int
	// Duration is the time after which no operation starts or, in an open loop,
	// becomes due. With stages it is the sum of their durations.
	Duration   time.Duration
	Operations int64 // how many become due, for all workers together
	// Think is a worker's pause between two operations, in a closed loop. If ThinkVaries,
	// the pauses are drawn from an exponential distribution, and Think is their mean.
	Think       time.Duration
	ThinkVaries bool
	// Warmup is the time at the beginning of the run that rates and latencies leave
	// out; it must be less than Duration, if that is set. Checks leave out nothing.
	Warmup time.Duration
	Rate   Rate // of an open loop without stages; 0 otherwise
	// Arrivals and Overload are for open loops; they are empty in a closed loop.
	Arrivals pace.Arrivals
	Overload Overload
	// Stages follow each other. Either all have workers, or all have rates.
	Stages []Stage
}

// Rate is a number of arrivals a second.
type Rate float64

// Overload says what happens to an operation that becomes due while all workers are
// busy.
type Overload string

// The values of [Overload].
const (
	OverloadQueue Overload = "queue" // the operation waits, however long
	OverloadDrop  Overload = "drop"  // the operation is dropped, and counted
)

// Stage is a part of a run.
type Stage struct {
	Duration time.Duration // above 0
	// Workers or Rate is the load at the end of the stage; the other is 0.
	Workers int
	Rate    Rate
	// Ramp makes the load change linearly through the stage, from the end of the
	// previous stage, or from 0. Without it the load jumps at the stage's beginning.
	Ramp bool
}

// DrawThink returns the next pause of a worker. It draws nothing if all are alike.
func (l *Load) DrawThink(random *rand.Rand) time.Duration {
	if !l.ThinkVaries {
		return l.Think
	}
	return time.Duration(random.ExpFloat64() * float64(l.Think))
}

// LongestThink returns a pause that few are longer than: of a thousand that vary, one.
func (l *Load) LongestThink() time.Duration {
	const rarely = 7 // e^7 is about a thousand
	if l.ThinkVaries {
		return rarely * l.Think
	}
	return l.Think
}

// Open reports whether the load is an open loop.
func (l *Load) Open() bool {
	return l.Rate > 0 || len(l.Stages) > 0 && l.Stages[0].Rate > 0
}

// level is the load at the end of the stage, in workers or in arrivals a second.
func (s Stage) level() float64 { return float64(s.Workers) + float64(s.Rate) }

// Segments returns the rates of an open loop, or the numbers of active workers of a
// closed loop with stages. It returns nil for a closed loop without stages.
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

// ExpectedArrivals is the mean number of operations that become due in an open loop, if
// nothing ends it early.
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

// WorkerSeconds is an upper bound of the workers' active time, all together, in seconds.
// The load must have a duration.
func (l *Load) WorkerSeconds() float64 {
	if l.Open() || len(l.Stages) == 0 {
		return float64(l.Workers) * l.Duration.Seconds()
	}
	var sum float64
	for _, s := range l.Segments() {
		mean := (s.From + s.To) / 2
		if s.From != s.To {
			mean++ // a fraction of a worker is a whole active one
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

func (l *Load) peakWorkers() int {
	most := 0
	for _, s := range l.Stages {
		most = max(most, s.Workers)
	}
	return most
}

// Resolve fills in the fields that follow from others: with stages the duration and,
// unless workersGiven, the number of workers; in an open loop Poisson arrivals that wait
// in a queue, if nothing else is set.
func (l *Load) Resolve(workersGiven bool) {
	if len(l.Stages) > 0 {
		l.Duration = l.stagesDuration()
		if !workersGiven && !l.Open() {
			l.Workers = l.peakWorkers()
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

// String returns the rate as scenarios write it: as 10/m if only the rate per minute is
// a whole number, otherwise as 10/s.
func (r Rate) String() string {
	plain := func(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }
	perMinute := math.Round(float64(r) * time.Minute.Seconds())
	if float64(r) != math.Trunc(float64(r)) && perMinute/time.Minute.Seconds() == float64(r) {
		return plain(perMinute) + "/m"
	}
	return plain(float64(r)) + "/s"
}
