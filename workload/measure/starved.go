package measure

import (
	"sync/atomic"
	"time"

	"contend/counter"
	"contend/workload/history"
)

// Starved is the worker that has gone without success for longest, of those that have an
// increment, a decrement or a transfer in progress. For is the time since the worker began
// the first of them after its last success: one that gives up and begins anew goes on
// starving. A change that the design's rules refused counts as a success. For is 0 if no
// worker has such an operation in progress.
type Starved struct {
	Worker   int
	For      time.Duration
	Attempts int64 // that ended in that time
}

// losingRun is the time of one worker without success, padded so that no two share a cache
// line. Its worker writes it.
type losingRun struct {
	began    atomic.Int64 // in nanoseconds since the start, plus 1; 0: it has not begun
	attempts atomic.Int64
	busy     atomic.Bool // an operation is in progress
	_        [44]byte
}

// Begin notes that a worker begins an operation at a time since the start.
func (l *Live) Begin(worker int, kind history.Kind, at int64) {
	if kind == history.Read {
		return
	}
	r := &l.runs[worker]
	if r.began.Load() == 0 {
		r.began.Store(at + 1)
	}
	r.busy.Store(true)
}

// ends takes an operation that has ended.
func (r *losingRun) ends(op *history.Op) {
	r.busy.Store(false)
	if op.Ending == history.Applied || isRefused(op) {
		r.began.Store(0)
		r.attempts.Store(0)
	}
}

// isRefused reports whether the design's rules refused the change.
func isRefused(op *history.Op) bool {
	n := len(op.Attempts)
	return op.Ending == history.Failed && n > 0 && (counter.Classification{Reason: op.Attempts[n-1].Reason}).Refused()
}

// starved finds the worker at a time since the start.
func starved(runs []losingRun, now int64) (s Starved) {
	for i := range runs {
		r := &runs[i]
		began := r.began.Load()
		if began == 0 || !r.busy.Load() {
			continue
		}
		if lost := time.Duration(now - (began - 1)); lost > s.For {
			s = Starved{Worker: i, For: lost, Attempts: r.attempts.Load()}
		}
	}
	return s
}
