package measure

import (
	"sync/atomic"
	"time"

	"contend/counter"
	"contend/workload/history"
)

// Live shows a run while it goes on. Workers write to it without a lock, each to a
// part that it shares with some others; [Live.Snapshot] may be called from any
// goroutine. The zero value is ready.
type Live struct {
	parts   atomic.Pointer[[]livePart]
	elapsed atomic.Pointer[func() time.Duration] // stored last
	// waiting is of an open loop.
	waiting atomic.Pointer[Unbegun]
}

// Unbegun is how many operations are due at a time and wait for a worker, or are
// dropped. The time is in nanoseconds since the start of the run.
type Unbegun func(now int64) (waiting, dropped int64)

// livePart is that of some workers, padded so that parts do not share a cache
// line.
type livePart struct {
	operations, attempts, conflicts atomic.Int64
	response                        [buckets]atomic.Int64
	_                               [64]byte
}

// Snapshot is the state of a run at one moment, coarse but cheap.
type Snapshot struct {
	Elapsed    time.Duration // 0 before the start
	Operations int64         // ended
	Attempts   int64         // of increments and decrements
	Conflicts  int64
	// P99 is the 99th percentile of the response of operations that were
	// applied so far, within a sixteenth; 0 if there is none.
	P99 time.Duration
	// Waiting counts the operations that are due and wait for a free worker, and
	// Dropped those that found none and are never begun.
	Waiting, Dropped int64
}

// Start begins the view of a run. elapsed returns the time since it began; it may be
// called from any goroutine. waiting is nil in a closed loop.
func (l *Live) Start(elapsed func() time.Duration, parts int, waiting Unbegun) {
	all := make([]livePart, parts)
	l.parts.Store(&all)
	if waiting != nil {
		l.waiting.Store(&waiting)
	}
	l.elapsed.Store(&elapsed)
}

// part is the one of a worker.
func (l *Live) part(worker int) *livePart {
	parts := *l.parts.Load()
	return &parts[worker%len(parts)]
}

// Attempt counts an attempt of a worker. Reads are not counted.
func (l *Live) Attempt(worker int, kind history.Kind, outcome counter.Outcome) {
	if kind == history.Read {
		return
	}
	part := l.part(worker)
	part.attempts.Add(1)
	if outcome == counter.Conflict {
		part.conflicts.Add(1)
	}
}

// Operation counts an operation that has ended.
func (l *Live) Operation(op *history.Op) {
	part := l.part(op.Worker)
	part.operations.Add(1)
	if op.Ending == history.Applied {
		part.response[bucketOf(time.Duration(op.Returned-op.Due))].Add(1)
	}
}

// Snapshot sums what the workers have done so far.
func (l *Live) Snapshot() Snapshot {
	elapsed, parts := l.elapsed.Load(), l.parts.Load()
	if elapsed == nil || parts == nil {
		return Snapshot{}
	}
	s := Snapshot{Elapsed: (*elapsed)()}
	var service [buckets]int64
	var applied int64
	for i := range *parts {
		part := &(*parts)[i]
		s.Operations += part.operations.Load()
		s.Attempts += part.attempts.Load()
		s.Conflicts += part.conflicts.Load()
		for b := range service {
			n := part.response[b].Load()
			service[b] += n
			applied += n
		}
	}
	if applied > 0 {
		s.P99 = bucketEnd(percentileBucket(service[:], applied, 99))
	}
	if waiting := l.waiting.Load(); waiting != nil {
		s.Waiting, s.Dropped = (*waiting)(int64(s.Elapsed))
	}
	return s
}
