package measure

import (
	"time"

	"contend/counter"
	"contend/workload/history"
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

// Count counts an operation by its ending.
func (t *LateTally) Count(op *history.Op) {
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

// CountAfter enters what of an operation returned after a moment into the seconds.
func CountAfter(op *history.Op, end int64, seconds map[int]SecondCounts) {
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
