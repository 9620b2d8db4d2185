package measure

import (
	"time"

	"contend/workload/history"
)

// LateTally counts operations that began during the load and ended after it.
type LateTally struct {
	Applied, GaveUp, Unknown, Failed int64
	UpdatesApplied                   int64 // the increments' and decrements' part of Applied
}

// Operations returns how many there are.
func (t *LateTally) Operations() int64 { return t.Applied + t.GaveUp + t.Unknown + t.Failed }

// MeasuredTime returns how long the load lasted after the warm-up; 0 if it ended before. Rates
// are [Result.InTime] divided by this time, because no new work began while the last requests
// were awaited.
func (r *Result) MeasuredTime() time.Duration {
	return max(r.LoadEnded-r.Scenario.Load.Warmup, 0)
}

// InTime returns how many operations of [Result.Measured] were applied while the load was on,
// and how many of those were increments or decrements.
func (r *Result) InTime() (applied, updates int64) {
	t := r.Measured()
	return t.Applied - r.Late.Applied, t.UpdatesApplied - r.Late.UpdatesApplied
}

// count counts an operation by its ending.
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

// After records the operations that ended after the load did. Each worker has at most one, its
// last. [NewAfter] makes an After.
type After struct {
	end     int64 // nanoseconds since the start
	tally   LateTally
	all     int64 // operations, with those of the warm-up
	seconds map[int]SecondCounts
}

// NewAfter returns an After for a load that ended at end, counted from the start of the run.
func NewAfter(end time.Duration) *After {
	return &After{end: int64(end), seconds: map[int]SecondCounts{}}
}

// Operation records the last operation of the worker whose recorder is m, if it ended after the
// load.
func (a *After) Operation(m *Recorder, op *history.Op) {
	if op.Sequence == 0 || op.Returned <= a.end {
		return
	}
	a.all++
	if m.counts() {
		a.tally.count(op)
	}
	for i := range op.Attempts {
		if try := &op.Attempts[i]; try.Returned > a.end && op.Kind != history.Read {
			second := a.seconds[secondOf(try.Returned)]
			second.count(try.Outcome)
			a.seconds[secondOf(try.Returned)] = second
		}
	}
	if op.Ending == history.Applied {
		second := a.seconds[secondOf(op.Returned)]
		second.Operations++
		a.seconds[secondOf(op.Returned)] = second
	}
}

// Operations returns how many operations ended after the load, including those of the warm-up.
func (a *After) Operations() int64 { return a.all }

// Enter adds what was recorded to the result, and sets its LoadEnded.
func (a *After) Enter(r *Result) {
	r.LoadEnded, r.Late = time.Duration(a.end), a.tally
	for i, s := range a.seconds {
		r.Seconds[i].AfterLoad = s
	}
}

func secondOf(at int64) int { return int(at / int64(time.Second)) }
