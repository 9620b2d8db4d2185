package fleet

import (
	"context"

	"contend/counter"
	"contend/workload/history"
	"contend/workload/scenario"
)

// view is what a worker believes a counter holds.
type view struct {
	state counter.State
	known bool
	// observedAt is when the store told the state, in nanoseconds since the start.
	observedAt int64
}

// view is the one of the operation in progress.
func (w *worker) view() *view {
	if w.scenario.View != scenario.ViewKept {
		return &w.views[0]
	}
	return &w.views[w.op.Counter]
}

// learn updates the worker's view after an attempt that was not applied, as
// the scenario's refresh mode says, without a request. A view that is not known
// is read by the next attempt.
func (w *worker) learn(receipt *counter.Receipt) {
	if w.op.Kind == history.Read || !w.traits.NeedsState {
		return
	}
	v := w.view()
	conflict := receipt.Outcome == counter.Conflict
	switch w.scenario.Retry.Refresh {
	case scenario.RefreshAfterWait:
		v.known = false
	case scenario.RefreshAtConflict:
		if conflict {
			v.known = false
		}
	case scenario.RefreshFromConflict:
		if conflict {
			*v = view{state: receipt.State, known: receipt.StateKnown, observedAt: w.op.observedAt}
			w.measured.recorder.MissingState(!receipt.StateKnown)
		}
	}
}

// lookAtConflict reads the counter before the wait for the next attempt, if the
// scenario refreshes then.
func (w *worker) lookAtConflict(ctx context.Context, outcome counter.Outcome) {
	if w.scenario.Retry.Refresh != scenario.RefreshAtConflict || outcome != counter.Conflict || !w.traits.NeedsState {
		return
	}
	if w.passGate() {
		defer w.leaveGate()
		err := w.look(ctx)
		w.measured.recorder.Refresh(w.op.receipt.Reason, err)
	}
}
