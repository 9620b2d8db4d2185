package measure

import (
	"sync/atomic"
	"time"

	"contend/counter"
	"contend/workload/history"
)

// Starved is the worker that has waited longest for a success, of those with an increment,
// decrement or transfer in progress. For is the time since it began its first such operation
// after its last success; giving up one operation and starting another does not reset it. A
// change that the design's rules refused counts as a success. For is 0 if no worker has such an
// operation in progress.
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

// Begin notes that a worker starts an operation at at, in nanoseconds since the start of the
// run.
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
