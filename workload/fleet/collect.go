package fleet

import (
	"time"

	"contend/workload/history"
	"contend/workload/measure"
)

// result is what the workers measured. ledgers are the accounts as they were
// opened.
func (r *run) result(ledgers []history.Ledger) *measure.Result {
	var recorders []*measure.Recorder
	for _, w := range r.workers {
		recorders = append(recorders, &w.measured.recorder)
	}
	result := r.recording.Collect(recorders, ledgers, outageCap)
	result.StartedAt, result.Elapsed, result.Interrupted = r.began, r.elapsed, r.stopped
	result.EndedEarly, result.CostReached = r.endedEarly, r.costReached
	if !r.fleet.Share.Whole() {
		result.Source = r.fleet.Share
	}
	r.closeLoad(result)
	return result
}

// closeLoad enters what became due, which in a closed loop is what began, and when
// the load was over.
func (r *run) closeLoad(result *measure.Result) {
	result.Tally.Due = result.Tally.Started
	result.Warmup.Due = result.Warmup.Started // what was dropped in it counts for the whole run alone
	ended := time.Duration(r.endedAt)
	if d := r.fleet.Scenario.Load.Duration; d > 0 {
		ended = min(ended, d) // a busy machine notices the end late
	}
	var due []int64
	if r.arrivals != nil {
		result.OpenLoop, result.Tally.Due, due = r.arrivals.end(ended)
		result.Tally.Dropped = result.Tally.Due - result.Tally.Started
	}
	r.closeWindow(result, min(ended, r.elapsed))
	r.stalls.Close(result)
	if r.stages != nil {
		result.Stages = r.stages.End(result.LoadEnded, due)
	}
}

// closeWindow finds when the load was over, which is when it ended or before, and
// tells apart what ended later.
func (r *run) closeWindow(result *measure.Result, ended time.Duration) {
	over := ended
	if n := r.fleet.Share.Of(r.fleet.Scenario.Load.Operations); n > 0 && result.Tally.Due >= n {
		over = min(ended, r.lastBegun())
	}
	after := r.after(over)
	if started := result.Tally.Started; over < ended && started < 2*after.Operations() {
		// So few operations never were a steady load: one of each worker, say, and
		// nothing to begin any more when the first has ended. All that can be said is
		// how long all took together.
		after = r.after(ended)
	}
	after.Enter(result)
	if r.guard != nil {
		result.Client = r.guard.used(result.LoadEnded < r.elapsed)
	}
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

// after is what ended after the load.
func (r *run) after(end time.Duration) *measure.After {
	after := measure.NewAfter(end)
	for _, w := range r.workers {
		after.Operation(&w.measured.recorder, &w.op.Op)
	}
	return after
}
