package measure

import (
	"time"

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

// After is what ended after a moment of the run at which nothing was to begin any
// more. Each worker has one such operation at most, its last. [NewAfter] makes one.
type After struct {
	end     int64 // nanoseconds since the start
	tally   LateTally
	all     int64 // operations, with those of the warm-up
	seconds map[int]SecondCounts
}

// NewAfter is of the time after a moment, counted from the start of the run.
func NewAfter(end time.Duration) *After {
	return &After{end: int64(end), seconds: map[int]SecondCounts{}}
}

// Operation enters a worker's last operation if it ended after the moment. The
// recorder is the worker's.
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

// Operations is how many operations ended after the moment, with those of the warm-up.
func (a *After) Operations() int64 { return a.all }

// Enter tells the result that its load was over at the moment.
func (a *After) Enter(r *Result) {
	r.LoadEnded, r.Late = time.Duration(a.end), a.tally
	for i, s := range a.seconds {
		r.Seconds[i].AfterLoad = s
	}
}

func secondOf(at int64) int { return int(at / int64(time.Second)) }
