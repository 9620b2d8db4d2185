package workload

import (
	"time"

	"contend/counter"
	"contend/internal/history"
)

// LateTally counts operations that began while the load was on and ended after it.
type LateTally struct {
	Applied, GaveUp, Unknown, Failed int64
	UpdatesApplied                   int64 // the increments' and decrements' part of Applied
}

// Operations is how many there are.
func (t *LateTally) Operations() int64 { return t.Applied + t.GaveUp + t.Unknown + t.Failed }

// MeasuredTime is the part of the load after the warm-up; 0 if it ended before
// that. Rates are by this time and of what [Result.InTime] counts: the end of the
// slowest request is when nothing else was asked for any more.
func (r *Result) MeasuredTime() time.Duration {
	return max(r.LoadEnded-r.Scenario.Load.Warmup, 0)
}

// InTime counts the operations of [Result.Measured] that were applied while the
// load was on, and the increments and decrements among them.
func (r *Result) InTime() (applied, updates int64) {
	t := r.Measured()
	return t.Applied - r.Late.Applied, t.UpdatesApplied - r.Late.UpdatesApplied
}

// closeWindow finds when the load was over, which is when it ended or before, and
// tells apart what ended later.
func (r *run) closeWindow(result *Result, ended time.Duration) {
	result.LoadEnded = ended
	if n := r.fleet.Scenario.Load.Operations; n > 0 && result.Tally.Due >= n {
		result.LoadEnded = min(ended, r.lastBegun())
	}
	late, seconds := r.after(result.LoadEnded)
	if started := result.Tally.Started; result.LoadEnded < ended && started < 2*late.all {
		// So few operations never were a steady load: one of each worker, say, and
		// nothing to begin any more when the first has ended. All that can be said is
		// how long all took together.
		result.LoadEnded = ended
		late, seconds = r.after(ended)
	}
	result.Late = late.LateTally
	for i, s := range seconds {
		result.Seconds[i].AfterLoad = s
	}
	result.Client = r.guard.used(result.LoadEnded < r.elapsed)
}

// lastBegun is when the last operation began, or was dropped.
func (r *run) lastBegun() time.Duration {
	var last int64
	if r.arrivals != nil {
		last = r.arrivals.due.last
	}
	for _, w := range r.workers {
		last = max(last, w.op.Invoked)
	}
	return time.Duration(last)
}

// lateOperations are what ended after a moment.
type lateOperations struct {
	LateTally       // without the warm-up
	all       int64 // with it
}

// after counts what ended after the load. Each worker has one such operation at
// most, its last: no other begins.
func (r *run) after(end time.Duration) (late lateOperations, seconds map[int]SecondCounts) {
	seconds = map[int]SecondCounts{}
	for _, w := range r.workers {
		op := &w.op
		if op.Sequence == 0 || op.Returned <= int64(end) {
			continue
		}
		late.all++
		if w.measured.counts() {
			late.count(op)
		}
		countAfter(op, int64(end), seconds)
	}
	return late, seconds
}

func (t *LateTally) count(op *history.Op) {
	switch op.Ending {
	case history.Applied:
		t.Applied++
		if op.Kind != history.Read {
			t.UpdatesApplied++
		}
	case history.GaveUp:
		t.GaveUp++
	case history.Unknown:
		t.Unknown++
	case history.Failed:
		t.Failed++
	}
}

// countAfter enters what of an operation returned after a moment into the seconds.
func countAfter(op *history.Op, end int64, seconds map[int]SecondCounts) {
	enter := func(at int64, outcome counter.Outcome, attempts, operations int64) {
		i := int(at / int64(time.Second))
		s := seconds[i]
		if s.Operations += operations; attempts > 0 {
			s.count(outcome)
		}
		seconds[i] = s
	}
	for i := range op.Attempts {
		if a := &op.Attempts[i]; a.Returned > end && op.Kind != history.Read {
			enter(a.Returned, a.Outcome, 1, 0)
		}
	}
	if op.Ending == history.Applied {
		enter(op.Returned, counter.Applied, 0, 1)
	}
}
