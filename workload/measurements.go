package workload

import (
	"runtime"
	"sync"
	"time"

	"contend/counter"
	"contend/internal/hist"
	"contend/internal/history"
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
	timings  [2]timing
	// applied is the service latency of acknowledged operations, by kind; responses
	// is their response, in an open loop only.
	applied, responses [3]hist.Histogram
	conflicts          map[string]int64
	throttles          map[string]int64
	failures           map[string]int64
	capacity           Capacity
	missingStates      int64
	outage             outage
	current            currentSecond
	wires              [2]WireTally // warming and counted
	faults             faultTallies
	open               bool // the load is an open loop
}

// maxMeasurements bounds the memory of measurements where there are many
// processors.
const maxMeasurements = 32

// recording is what all workers of a run measure.
type recording struct {
	scenario *Scenario
	shared   []*measurements // each of some of the workers
	series   series
}

// newRecording has so many measurements that two workers that run at the same time
// seldom share one.
func newRecording(s *Scenario, counters int) *recording {
	return newRecordingOf(s, counters, max(1, min(s.Load.Workers, 2*runtime.GOMAXPROCS(0), maxMeasurements)))
}

func newRecordingOf(s *Scenario, counters, shared int) *recording {
	r := &recording{scenario: s, shared: make([]*measurements, shared)}
	for i := range r.shared {
		m := new(measurements)
		m.prepare(s, counters)
		m.current.all = &r.series
		r.shared[i] = m
	}
	return r
}

// recorder is the one of a worker, numbered from 0.
func (r *recording) recorder(worker int) recorder {
	shared := r.shared[worker%len(r.shared)]
	return recorder{measurements: shared, tally: &shared.tallies[counted], warmup: int64(r.scenario.Load.Warmup)}
}

// parts is how many measurements there are.
func (r *recording) parts() int { return len(r.shared) }

// recorder is how one worker records what it measures. Only its worker uses it.
type recorder struct {
	*measurements // with other workers
	// tally is the one of tallies that the attempt in progress, or the operation
	// that ends, counts in.
	tally  *Tally
	warmup int64       // of the load, in nanoseconds
	own    WorkerTally // without LosingStreak
	streak streak
}

// timing is [Timing] without what can be computed: response, which equals service
// in a closed loop, is of an open loop only, and of acknowledged operations service
// and response are kept by kind.
type timing struct{ response, service, attempt hist.Histogram }

const (
	succeeded = 0
	others    = 1
)

// The tallies of the attempts that began before the end of the warm-up and after,
// with their requests, and with the operations that they were the last of.
const (
	warming = 0
	counted = 1
)

// prepare takes the memory that a run normally needs, so that recording does
// not allocate between two requests.
func (m *measurements) prepare(s *Scenario, counters int) {
	m.ledgers = make([]history.Ledger, counters)
	m.seconds = make([]Second, 0, int(s.Load.Duration/time.Second)+2)
	m.attempts = make([]int64, 0, 1024)
	m.conflicts, m.throttles, m.failures = map[string]int64{}, map[string]int64{}, map[string]int64{}
	for phase := range m.wires {
		m.wires[phase].Answers = map[WireAnswer]int64{}
	}
	m.timings[succeeded].attempt.Prepare()
	m.timings[others].attempt.Prepare()
	if m.open = s.Load.Open(); m.open {
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

// begin is told of an attempt that begins at that time.
func (m *recorder) begin(at int64) {
	m.tally = &m.tallies[counted]
	if at < m.warmup {
		m.tally = &m.tallies[warming]
	}
}

// phase is warming or counted, of what began last.
func (m *recorder) phase() int {
	if m.counts() {
		return counted
	}
	return warming
}

// counts reports whether what began last is part of rates and latencies.
func (m *recorder) counts() bool { return m.tally == &m.tallies[counted] }

// attempt records an attempt that has ended.
func (m *recorder) attempt(kind history.Kind, a *history.Attempt) {
	m.mu.Lock()
	defer m.mu.Unlock()
	group := others
	m.tally.Attempts++
	switch a.Outcome {
	case counter.Applied:
		group = succeeded
		m.tally.AppliedAttempts++
	case counter.Conflict:
		m.tally.Conflicts++
		m.conflicts[a.Reason]++
	case counter.Throttled:
		m.tally.Throttles++
		m.throttles[a.Reason]++
	case counter.Failed:
		m.tally.FailedAttempts++
		m.failures[a.Reason]++
	case counter.Unknown:
		m.tally.UnknownAttempts++
		m.failures[a.Reason]++
	}
	if kind != history.Read {
		m.tally.UpdateAttempts++
		m.second(a.Returned).count(a.Outcome)
	}
	if !m.counts() {
		return
	}
	m.timings[group].attempt.Record(time.Duration(a.Returned - a.Invoked))
	if a.Outcome == counter.Conflict {
		m.own.Conflicts++
	}
	if kind != history.Read {
		m.own.UpdateAttempts++
		m.streak.count(a.Outcome)
	}
}

// consume adds what the store says a request consumed.
func (m *recorder) consume(units counter.Units) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.capacity.consume(units)
}

func (c *Capacity) consume(units counter.Units) {
	if !units.Reported {
		return
	}
	c.Reported = true
	c.ReadUnits += units.Read
	c.WriteUnits += units.Write
}

// read and wrote count requests that were sent.
func (m *recorder) read(sent bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if sent {
		m.tally.Reads++
	}
}

func (m *recorder) wrote(r *counter.Receipt) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if !r.Unsent && !r.Carried {
		m.tally.Writes++
	}
	m.tally.Reads += int64(r.Reads)
	m.capacity.consume(r.Units)
	switch r.Outcome {
	case counter.Unknown:
		m.capacity.UnansweredWriteUnits += r.Unreported.Write
	default:
		m.capacity.WastedWriteUnits += r.Unreported.Write
	}
}

// sent counts what went over the wire.
func (m *recorder) sent(w *counter.Wire) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.wires[m.phase()].add(w)
}

// quota counts a call that the SDK did not repeat for want of quota.
func (m *recorder) quota(err error) {
	if err != nil && counter.QuotaRefused(err) {
		m.mu.Lock()
		defer m.mu.Unlock()
		m.wires[m.phase()].QuotaRefused++
	}
}

// doubted adds what the writes may have consumed that the SDK sent again, or
// that were delivered twice: a unit each at least.
func (m *recorder) doubted(writes int, r *counter.Receipt) {
	if writes == 0 {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.capacity.UnansweredWriteUnits += float64(writes) * max(r.Units.Write, r.Unreported.Write, 1)
}

// second is the record of the second in which the moment at lies.
func (m *measurements) second(at int64) *Second {
	index := int(at / int64(time.Second))
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

// refresh records a read that a conflict made necessary. If it did not succeed
// the next attempt reads again, so its error is only counted.
func (m *recorder) refresh(receipt counter.Receipt, err error) {
	if err != nil {
		m.mu.Lock()
		defer m.mu.Unlock()
		m.failures["refresh: "+receipt.Reason]++
	}
}

func (m *recorder) missingState(missing bool) {
	if missing {
		m.mu.Lock()
		defer m.mu.Unlock()
		m.missingStates++
	}
}

// operation records an operation that has ended. It counts where its last attempt
// does: by its begin, what takes long would be in no rate of a short run.
func (m *recorder) operation(op *history.Op) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.tally.Started++
	service := time.Duration(op.Returned - op.Invoked)
	switch op.Ending {
	case history.Applied:
		m.tally.Applied++
		m.tally.AppliedByKind[op.Kind]++
		m.current.record(op.Returned, time.Duration(op.Returned-op.Due))
		m.appliedAfter(op.Kind, len(op.Attempts))
	case history.GaveUp:
		m.tally.GaveUp++
	case history.Unknown:
		m.tally.Unknown++
	case history.Failed:
		m.tally.Failed++
		if last := &op.Attempts[len(op.Attempts)-1]; (counter.Classification{Reason: last.Reason}).Refused() {
			m.tally.Refused++
		}
	}
	m.faults.operation(op)
	m.ledgers[op.Counter].Record(op)
	if !m.counts() {
		return
	}
	ofService, ofResponse := &m.timings[others].service, &m.timings[others].response
	if op.Ending == history.Applied {
		ofService, ofResponse = &m.applied[op.Kind], &m.responses[op.Kind]
	}
	ofService.Record(service)
	if m.open {
		ofResponse.Record(time.Duration(op.Returned - op.Due))
	}
}

func (m *recorder) appliedAfter(kind history.Kind, attempts int) {
	if kind == history.Read {
		return
	}
	m.tally.UpdatesApplied++
	if !m.counts() {
		return
	}
	m.own.UpdatesApplied++
	for len(m.attempts) <= attempts {
		m.attempts = append(m.attempts, 0)
	}
	m.attempts[attempts]++
}
