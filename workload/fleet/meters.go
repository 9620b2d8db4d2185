package fleet

import (
	"contend/workload/history"
	"contend/workload/measure"
	"contend/workload/retry"
)

// meters are what one worker measures with: a recorder and a waiter of its own, and
// what the run has for all.
type meters struct {
	run      *run
	recorder measure.Recorder
	waiter   measure.Waiter // for the stall watch
}

// begin takes an operation that begins.
func (m *meters) begin(o *operation) {
	m.waiter.Waits(o.Due)
	if live := m.run.fleet.Live; live != nil {
		live.Begin(o.Worker, o.Kind, o.Invoked)
	}
}

// call takes a call that a worker has made.
func (m *meters) call(worker int, c measure.Call) {
	m.recorder.Call(c)
	if live := m.run.fleet.Live; live != nil {
		live.Call(&m.recorder, worker, &c)
	}
}

// attempt takes an attempt at the operation that has ended.
func (m *meters) attempt(o *operation, a *history.Attempt) {
	m.recorder.Attempt(o.Kind, a, &o.wire)
	if live := m.run.fleet.Live; live != nil {
		live.Attempt(&m.recorder, o.Worker, o.Kind, a)
	}
}

// operation takes an operation that has ended.
func (m *meters) operation(o *operation) {
	if o.Ending == history.Applied || o.refused() {
		m.run.stalls.HasAnswer(&m.waiter, o.Returned)
	}
	if n := len(o.Attempts); n > 0 && o.Attempts[n-1].Reason == reasonDeadline {
		m.recorder.GivesUp(retry.ReasonDeadline)
	}
	m.recorder.Operation(&o.Op, &o.wire)
	if stages := m.run.stages; stages != nil {
		stages.Operation(&o.Op)
	}
	if live := m.run.fleet.Live; live != nil {
		live.Operation(&m.recorder, &o.Op)
	}
	if m.run.history != nil {
		m.run.history.Record(&o.Op)
	}
}
