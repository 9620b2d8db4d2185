package fleet

import "contend/workload/history"

// upcoming is the operation after the one in progress, if it was drawn already.
type upcoming struct {
	drawn bool
	waits bool // it begins as soon as the one in progress has ended
	task
	// due is that of an arrival that was taken for it; [whenBegun] otherwise.
	due int64
}

// task is what an operation is to do.
type task struct {
	kind    history.Kind
	counter int
	to      int // of a transfer
	delta   int64
}

// draw draws the worker's n-th operation.
func (w *worker) draw(n int64) task {
	t := task{kind: w.scenario.Operations.Draw(w.random)}
	t.counter = w.picker.next(w.random, w.number, n)
	if t.kind == history.Transfer {
		t.to = w.picker.other(w.random, t.counter)
	}
	if t.kind != history.Read {
		t.delta = t.kind.Delta() * w.scenario.Amount.Draw(w.random)
	}
	return t
}

// nextWaits reports whether the worker's next operation waits already, and changes the
// counter of the one in progress.
func (w *worker) nextWaits() bool {
	u := &w.pacing.upcoming
	if !u.drawn {
		u.task = w.draw(w.op.Sequence)
		u.drawn, u.waits, u.due = true, false, whenBegun
	}
	if w.run.arrivals == nil || !u.waits {
		u.waits = w.mayStart() && w.isNextDue(u)
	}
	return u.waits && u.kind != history.Read && u.counter == w.op.Counter
}

// isNextDue reports whether nothing but the operation in progress keeps the next one from
// beginning. An arrival that is due is taken for this worker.
func (w *worker) isNextDue(u *upcoming) bool {
	if a := w.run.arrivals; a != nil {
		due, ok := a.takeDue(w.now())
		u.due = due
		return ok
	}
	if w.scenario.Load.Think > 0 || !w.run.budget.left() {
		return false
	}
	if w.run.shifts == nil {
		return true
	}
	at, ok := w.run.shifts.next(w.number, w.now())
	return ok && at <= w.now()
}

// dueAlready takes the arrival that was taken for this worker while it was busy, if there
// is one.
func (w *worker) dueAlready() (due int64, ok bool) {
	if w.pacing == nil || !w.pacing.upcoming.waits {
		return 0, false
	}
	w.op.free = w.op.Returned
	return w.pacing.upcoming.due, true
}

// takeUpcoming returns the operation that was drawn, or draws the n-th.
func (w *worker) takeUpcoming(n int64) task {
	if w.pacing == nil || !w.pacing.upcoming.drawn {
		return w.draw(n)
	}
	u := w.pacing.upcoming
	w.pacing.upcoming = upcoming{}
	return u.task
}
