package measure

import (
	"runtime"
	"sync"
	"time"

	"contend/counter"
	"contend/workload/hist"
	"contend/workload/history"
	"contend/workload/scenario"
)

// measurements is what some workers record together. Histograms and accounts of
// each worker alone would take a megabyte of memory each, and more of the cache
// than the requests do. The run merges all of them when it has ended; how many
// there are shows in no result. They are safe for use by several goroutines.
type measurements struct {
	mu       sync.Mutex       // guards what follows; never held while a worker waits
	tallies  [2]Tally         // warming and counted
	ledgers  []history.Ledger // of each counter
	seconds  []Second
	attempts []int64 // acknowledged updates by attempts
	// appliedDelta is the sum of what the acknowledged updates were to add.
	appliedDelta int64
	timings      [2]timing
	// applied is the service latency of acknowledged operations, by kind; responses
	// is their response, in an open loop only.
	applied, responses [history.KindCount]hist.Histogram
	reasons            Reasons
	capacity           Capacity
	missingStates      int64
	outage             outage
	current            currentSecond
	wires              [2]WireTally // warming and counted
	faults             faultTallies
	parts              Parts
	open               bool // the load is an open loop
}

// maxMeasurements bounds the memory of measurements where there are many
// processors.
const maxMeasurements = 32

// Recording holds what all workers of a run measure.
type Recording struct {
	scenario *scenario.Scenario
	latency  []int           // the part of the latencies that each worker has; nil: none
	shared   []*measurements // each of some of the workers
	given    int             // recorders so far
	series   series
}

// NewRecording returns a recording for a scenario with a number of counters. Workers share a
// few sets of measurements, so that two that run at once rarely use the same one. A sequential
// run, whose workers never run at once, has a single set: its results then do not depend on the
// number of processors.
func NewRecording(s *scenario.Scenario, counters int, sequential bool) *Recording {
	if sequential {
		return newRecordingOf(s, counters, 1)
	}
	r := newRecordingOf(s, counters, max(1, min(s.Load.Workers, 2*runtime.GOMAXPROCS(0), maxMeasurements)))
	for _, m := range r.shared {
		m.prepare(s)
	}
	return r
}

func newRecordingOf(s *scenario.Scenario, counters, shared int) *Recording {
	r := &Recording{scenario: s, latency: s.LatencyOf(), shared: make([]*measurements, shared)}
	for i := range r.shared {
		m := new(measurements)
		m.begin(s, counters)
		m.current.all = &r.series
		r.shared[i] = m
	}
	return r
}

// Recorder returns the recorder of a worker, numbered from 0.
func (r *Recording) Recorder(worker int) Recorder {
	shared := r.shared[r.given%len(r.shared)]
	r.given++
	return Recorder{
		measurements: shared, tally: &shared.tallies[counted], warmup: int64(r.scenario.Load.Warmup), part: r.partOf(worker),
		own: WorkerTally{Number: worker},
	}
}

// Parts returns the number of sets of measurements.
func (r *Recording) Parts() int { return len(r.shared) }

// timing is [Timing] without what can be computed: response, which equals service
// in a closed loop, is of an open loop only, and of acknowledged operations service
// and response are kept by kind.
type timing struct{ response, service, attempt hist.Histogram }

func (m *measurements) begin(s *scenario.Scenario, counters int) {
	m.ledgers = make([]history.Ledger, counters)
	m.reasons = newReasons()
	for phase := range m.wires {
		m.wires[phase].Answers = map[WireAnswer]int64{}
	}
	m.open = s.Load.Open()
	m.parts = newParts(s)
}

// prepare takes the memory that a run normally needs, so that recording does not allocate
// between two requests. In simulated time that would change nothing.
func (m *measurements) prepare(s *scenario.Scenario) {
	m.seconds = make([]Second, 0, int(s.Load.Duration/time.Second)+2)
	m.attempts = make([]int64, 0, 1024)
	m.timings[succeeded].attempt.Prepare()
	m.timings[others].attempt.Prepare()
	if m.open {
		m.timings[others].response.Prepare()
	}
	for kind := range m.applied {
		if s.Operations[kind] == 0 {
			continue
		}
		m.applied[kind].Prepare()
		if m.open {
			m.responses[kind].Prepare()
		}
	}
}

// second is the record of the second in which the moment at lies.
func (m *measurements) second(at int64) *Second {
	index := secondOf(at)
	for len(m.seconds) <= index {
		m.seconds = append(m.seconds, Second{})
	}
	return &m.seconds[index]
}

func (s *SecondCounts) count(outcome counter.Outcome) {
	s.Attempts++
	switch outcome {
	case counter.Applied:
		s.Applied++
	case counter.Conflict:
		s.Conflicts++
	case counter.Throttled:
		s.Throttles++
	}
}
