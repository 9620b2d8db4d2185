package fleet

import (
	"context"
	"time"
)

// whenBegun is the due time of an operation of a closed loop: the time at which it
// begins.
const whenBegun = -1

// next waits until the worker's n-th operation, counted from 0, is to begin; false
// if there is none before the load ends.
func (w *worker) next(n int64) (due int64, ok bool) {
	if w.scenario.Load.Think > 0 {
		w.measured.waiter.Rests()
	}
	if !w.mayStart() || n > 0 && !w.wait(max(w.scenario.Load.Think, w.reconnectPause())) {
		return 0, false
	}
	if w.run.arrivals != nil {
		return w.nextArrival()
	}
	if !w.awaitTurn() {
		return 0, false
	}
	if !w.run.budget.take() {
		w.run.beginNoMore()
		return 0, false
	}
	return whenBegun, true
}

// nextArrival waits for the first arrival that no other worker took.
func (w *worker) nextArrival() (due int64, ok bool) {
	if due, ok := w.dueAlready(); ok {
		return due, true
	}
	w.op.free = w.op.Returned // 0 before the first: all workers are free from the start
	if w.unreached > 0 {
		w.op.free = w.now()
	}
	due, ok = w.run.arrivals.take(w.op.free)
	if ok {
		awaited := due >= w.op.free
		if due > w.now() {
			w.measured.waiter.Rests()
		}
		// A process that stands still may notice both moments at once, and the load's
		// end first: what a free worker awaited until it was due begins all the same,
		// late. Else such a stall would be told as a store that could not keep up.
		return due, w.wait(time.Duration(due-w.now())) || awaited && w.now() >= due
	}
	if w.run.arrivals.outOfTime() {
		_ = w.ended.Wait(context.Background()) // the load lasts as long as was asked for, also if its end is quiet
	}
	w.run.beginNoMore()
	return 0, false
}

// awaitTurn waits until the stage has this worker active.
func (w *worker) awaitTurn() bool {
	if w.run.shifts == nil {
		return true
	}
	for {
		now := w.now()
		at, ok := w.run.shifts.next(w.number, now)
		if !ok || at <= now {
			return ok
		}
		w.measured.waiter.Rests()
		if !w.wait(time.Duration(at - now)) {
			return false
		}
	}
}
