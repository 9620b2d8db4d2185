package workload

import (
	"math/bits"
	"sync/atomic"
	"time"

	"contend/counter"
	"contend/internal/history"
)

// Live shows a run while it goes on. Workers write to it without a lock, each
// to its own part; [Live.Snapshot] may be called from any goroutine. The zero
// value is ready.
type Live struct {
	parts atomic.Pointer[[]livePart]
	began atomic.Pointer[time.Time]
	// arrivals are of an open loop; they are stored before began.
	arrivals atomic.Pointer[arrivals]
}

// livePart is one worker's part, padded so that workers do not share a cache
// line.
type livePart struct {
	operations, attempts, conflicts atomic.Int64
	service                         [liveBuckets]atomic.Int64
	_                               [64]byte
}

// Snapshot is the state of a run at one moment, coarse but cheap.
type Snapshot struct {
	Elapsed    time.Duration // 0 before the start
	Operations int64         // ended
	Attempts   int64         // of increments and decrements
	Conflicts  int64
	// P99 is the 99th percentile of the service time of operations that were
	// applied so far, within an eighth; 0 if there is none.
	P99 time.Duration
	// Waiting counts the operations that are due and wait for a free worker.
	Waiting int64
}

func (l *Live) start(r *run) {
	parts := make([]livePart, len(r.workers))
	l.parts.Store(&parts)
	l.arrivals.Store(r.arrivals)
	l.began.Store(&r.began)
}

func (l *Live) attempt(worker int, kind history.Kind, outcome counter.Outcome) {
	if kind == history.Read {
		return
	}
	part := &(*l.parts.Load())[worker]
	part.attempts.Add(1)
	if outcome == counter.Conflict {
		part.conflicts.Add(1)
	}
}

func (l *Live) operation(op *history.Op) {
	part := &(*l.parts.Load())[op.Worker]
	part.operations.Add(1)
	if op.Ending == history.Applied {
		part.service[liveBucket(time.Duration(op.Returned-op.Invoked))].Add(1)
	}
}

// Snapshot sums what the workers have done so far.
func (l *Live) Snapshot() Snapshot {
	began, parts := l.began.Load(), l.parts.Load()
	if began == nil || parts == nil {
		return Snapshot{}
	}
	s := Snapshot{Elapsed: time.Since(*began)}
	var service [liveBuckets]int64
	var applied int64
	for i := range *parts {
		part := &(*parts)[i]
		s.Operations += part.operations.Load()
		s.Attempts += part.attempts.Load()
		s.Conflicts += part.conflicts.Load()
		for b := range service {
			n := part.service[b].Load()
			service[b] += n
			applied += n
		}
	}
	if a := l.arrivals.Load(); a != nil {
		s.Waiting = a.waiting(int64(s.Elapsed))
	}
	s.P99 = livePercentile(&service, applied, 99)
	return s
}

// The buckets of the live histogram: eight for each power of two of
// microseconds, up to 2^32 µs, more than an hour.
const (
	liveSubBits = 3
	liveBuckets = (32 + 1) << liveSubBits
)

func liveBucket(d time.Duration) int {
	micros := uint64(max(d/time.Microsecond, 0))
	if micros < 1<<liveSubBits {
		return int(micros)
	}
	power := bits.Len64(micros) - 1 - liveSubBits
	return min((power+1)<<liveSubBits+int(micros>>power&(1<<liveSubBits-1)), liveBuckets-1)
}

// liveBound is the end of a bucket, exclusive.
func liveBound(bucket int) time.Duration {
	if bucket < 1<<liveSubBits {
		return time.Duration(bucket+1) * time.Microsecond
	}
	power := bucket>>liveSubBits - 1
	mantissa := bucket&(1<<liveSubBits-1) + 1<<liveSubBits
	return time.Duration((mantissa+1)<<power) * time.Microsecond
}

func livePercentile(buckets *[liveBuckets]int64, total int64, percentile float64) time.Duration {
	if total == 0 {
		return 0
	}
	rank := int64(float64(total)*percentile/100) + 1
	for b, n := range buckets {
		if rank -= n; rank <= 0 {
			return liveBound(b)
		}
	}
	return liveBound(liveBuckets - 1)
}
