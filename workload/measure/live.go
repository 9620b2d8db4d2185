package measure

import (
	"sync/atomic"
	"time"

	"contend/counter"
	"contend/workload/history"
)

// Live shows a run in progress. All methods are safe for use by several goroutines, and workers
// update it without locks. The zero value is ready to use.
type Live struct {
	parts   atomic.Pointer[[]livePart]
	elapsed atomic.Pointer[func() time.Duration] // stored last
	// arrivals is of an open loop.
	arrivals atomic.Pointer[Arrivals]
	runs     []losingRun // of the workers, by number; set before elapsed
}

// Arrivals returns, for an open loop, how many operations have become due, how many of them
// wait for a worker, and how many were dropped. now is in nanoseconds since the start of the
// run.
type Arrivals func(now int64) (due, waiting, dropped int64)

// livePart is that of some workers, padded so that parts do not share a cache
// line.
type livePart struct {
	operations [2][kindCount][endingCount]atomic.Int64  // by phase, kind and ending
	attempts   [2][kindCount][outcomeCount]atomic.Int64 // by phase, kind and outcome
	calls      [2]liveCalls                             // by phase
	// Of the phase counted: the responses of applied operations by kind, those of all
	// others, and the times of attempts, [succeeded] and [others].
	response     [kindCount]liveTimes
	unsuccessful liveTimes
	attempt      [2]liveTimes
	warming      liveTimes // responses of applied operations in the warm-up
	_            [64]byte
}

// The lengths of arrays by [history.Kind], [history.Ending] and [counter.Outcome].
const (
	kindCount    = history.KindCount
	endingCount  = int(history.Failed) + 1
	outcomeCount = int(counter.Unknown) + 1
)

// liveTimes is a small histogram.
type liveTimes struct {
	buckets [buckets]atomic.Int64
	sum     atomic.Int64 // nanoseconds
}

func (t *liveTimes) record(d time.Duration) {
	t.buckets[bucketOf(d)].Add(1)
	t.sum.Add(int64(d))
}

// Snapshot is the approximate state of a run at one moment. Taking one is cheap.
type Snapshot struct {
	Elapsed    time.Duration // 0 before the start
	Operations int64         // ended
	Attempts   int64         // of all operations but reads
	Conflicts  int64
	// P50 and P99 are percentiles of the response latency of applied operations so far,
	// accurate to 1/16; 0 if there are none. They leave out the warm-up once an operation was
	// applied after it.
	P50, P99 time.Duration
	// Due counts the operations that have become due, Waiting those of them that wait for a
	// free worker, and Dropped those that were given up because there was none. All are 0 in a
	// closed loop.
	Due, Waiting, Dropped int64
	// All counts everything so far, and Measured everything but the warm-up.
	All, Measured LiveTally
	// Starved is the worker that has gone without success for longest.
	Starved Starved
}

// Start begins the view of a run with workers numbered from 0 to workers-1, which share a
// number of parts. elapsed returns the time since the start of the run and may be called from
// any goroutine. arrivals is nil in a closed loop.
func (l *Live) Start(elapsed func() time.Duration, parts, workers int, arrivals Arrivals) {
	all := make([]livePart, parts)
	l.runs = make([]losingRun, workers)
	l.parts.Store(&all)
	if arrivals != nil {
		l.arrivals.Store(&arrivals)
	}
	l.elapsed.Store(&elapsed)
}

// part is the one of a worker.
func (l *Live) part(worker int) *livePart {
	parts := *l.parts.Load()
	return &parts[worker%len(parts)]
}

// Attempt counts an attempt that the worker's recorder m has recorded.
func (l *Live) Attempt(m *Recorder, worker int, kind history.Kind, a *history.Attempt) {
	part := l.part(worker)
	part.attempts[m.phase()][kind][a.Outcome].Add(1)
	if kind != history.Read {
		l.runs[worker].attempts.Add(1)
	}
	if !m.counts() {
		return
	}
	group := others
	if a.Outcome == counter.Applied {
		group = succeeded
	}
	part.attempt[group].record(time.Duration(a.Returned - a.Invoked))
}

// Operation counts an ended operation that its worker's recorder m has recorded.
func (l *Live) Operation(m *Recorder, op *history.Op) {
	part := l.part(op.Worker)
	part.operations[m.phase()][op.Kind][op.Ending].Add(1)
	if op.Kind != history.Read {
		l.runs[op.Worker].ends(op)
	}
	times := &part.unsuccessful
	switch applied := op.Ending == history.Applied; {
	case applied && m.counts():
		times = &part.response[op.Kind]
	case applied:
		times = &part.warming
	case !m.counts():
		return
	}
	times.record(time.Duration(op.Returned - op.Due))
}

// Snapshot returns the state of the run now.
func (l *Live) Snapshot() Snapshot {
	elapsed, parts := l.elapsed.Load(), l.parts.Load()
	if elapsed == nil || parts == nil {
		return Snapshot{}
	}
	s := Snapshot{Elapsed: (*elapsed)()}
	var warmup, times LiveTimes
	for i := range *parts {
		part := &(*parts)[i]
		s.All.load(part, warming)
		s.Measured.load(part, counted)
		warmup.load(&part.warming)
		for kind := range part.response {
			times.load(&part.response[kind])
		}
	}
	add(&s.All, &s.Measured)
	s.Operations = s.All.EndedInAll()
	_, s.Attempts, s.Conflicts = s.All.Updates()
	if times.Count == 0 {
		times = warmup
	}
	_, s.P50, _ = times.At(50)
	_, s.P99, _ = times.At(99)
	if arrivals := l.arrivals.Load(); arrivals != nil {
		s.Due, s.Waiting, s.Dropped = (*arrivals)(int64(s.Elapsed))
	}
	s.Starved = starved(l.runs, int64(s.Elapsed))
	return s
}
