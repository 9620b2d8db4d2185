package fleet

import (
	"time"

	"contend/internal/clock"
)

// whenBegun is the due time of an operation of a closed loop: the time at which it
// begins.
const whenBegun = -1

// progress is how far a worker is between two operations.
type progress struct {
	phase phase
	begun int64 // operations so far
	due   int64 // of the next operation, or [whenBegun]
	// awaited: the worker was free before the next operation was due.
	awaited bool
}

// phase is what a worker did last.
type phase int

const (
	finished phase = iota // an operation, which goes on or has ended; or nothing yet
	paused                // after an operation
	arrived               // the next operation, which was awaited
	lasted                // until the end of the load, without another arrival
)

// move is what a worker does next.
type move int

const (
	ends   move = iota // there is no other operation
	rests              // for a while
	begins             // an operation
)

// next says what the worker does next, and how long it rests if it does.
func (w *worker) next() (move, clock.Rest) {
	switch w.progress.phase {
	case finished:
		return w.nextPause()
	case paused:
		return w.nextOperation()
	case arrived:
		return w.beginArrived(), clock.Rest{}
	}
	w.run.beginNoMore()
	return ends, clock.Rest{}
}

// nextPause pauses after an operation.
func (w *worker) nextPause() (move, clock.Rest) {
	if w.scenario.Load.Think > 0 {
		w.measured.waiter.Rests()
	}
	if !w.mayStart() {
		return ends, clock.Rest{}
	}
	w.progress.phase = paused
	if w.progress.begun == 0 {
		return w.nextOperation()
	}
	if pause := max(w.scenario.Load.DrawThink(w.random), w.reconnectPause()); pause > 0 {
		return rests, clock.Rest{For: pause, Or: w.ended}
	}
	return w.nextOperation()
}

// nextOperation takes the worker's next operation.
func (w *worker) nextOperation() (move, clock.Rest) {
	if !w.mayStart() {
		return ends, clock.Rest{}
	}
	if w.run.arrivals != nil {
		return w.nextArrival()
	}
	if !w.awaitTurn() {
		return ends, clock.Rest{}
	}
	if !w.run.budget.take() {
		w.run.beginNoMore()
		return ends, clock.Rest{}
	}
	w.progress.due = whenBegun
	return begins, clock.Rest{}
}

// nextArrival takes the first arrival that no other worker took.
func (w *worker) nextArrival() (move, clock.Rest) {
	if due, ok := w.dueAlready(); ok {
		w.progress.due = due
		return begins, clock.Rest{}
	}
	w.op.free = w.op.Returned // 0 before the first: all workers are free from the start
	if w.unreached > 0 {
		w.op.free = w.now()
	}
	due, ok := w.run.arrivals.take(w.op.free)
	if !ok {
		return w.lastTillTheEnd()
	}
	w.progress.due, w.progress.awaited = due, due >= w.op.free
	if wait := due - w.now(); wait > 0 {
		w.measured.waiter.Rests()
		w.progress.phase = arrived
		return rests, clock.Rest{For: time.Duration(wait), Or: w.ended}
	}
	return w.beginArrived(), clock.Rest{}
}

// beginArrived begins the operation that the worker has taken, if that is due. A process
// that stands still may notice both moments at once, and the load's end first: what a free
// worker awaited until it was due begins all the same, late. Else such a stall would be
// told as a store that could not keep up.
func (w *worker) beginArrived() move {
	if w.now() >= w.progress.due && (w.progress.awaited || w.mayStart()) {
		return begins
	}
	return ends
}

// lastTillTheEnd rests until the load ends: it lasts as long as was asked for, also if its
// end is quiet.
func (w *worker) lastTillTheEnd() (move, clock.Rest) {
	if w.run.arrivals.outOfTime() {
		w.progress.phase = lasted
		return rests, clock.Rest{For: clock.Forever, Or: w.ended}
	}
	w.run.beginNoMore()
	return ends, clock.Rest{}
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
