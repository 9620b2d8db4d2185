package fleet

import (
	"context"
	"time"

	"contend/counter"
)

// gate bounds how many attempts are in progress at the same time. It holds one
// element for each of them. A nil gate is always open.
//
// Without it, workers that outnumber the connections would wait inside the SDK's
// client, where each of them needs a stack of 32 KB. Workers pass in the order in
// which they came. It is for connections, so it waits in real time, and a
// simulated run, which has none, has no gate.
type gate chan struct{}

// newGate returns a gate for so many attempts, nil if all workers may be in one.
func newGate(inFlight, workers int) gate {
	if inFlight <= 0 || inFlight >= workers {
		return nil
	}
	return make(gate, inFlight)
}

// sendInTurn makes the requests of one attempt once the gate lets the worker pass.
// The wait is part of the attempt, like a wait for a connection. An operation that
// was waiting when the load ended began before that, so its attempt is still made.
func (w *worker) sendInTurn(ctx context.Context, started *int64) (written bool, err error) {
	if !w.passGate() {
		return false, w.kept(ctx)
	}
	defer w.leaveGate()
	return w.send(ctx, started)
}

// passGate waits until the worker may make requests. It returns false if requests are
// cut off before that, or if the operation in progress reaches its deadline. If it
// returns true, the worker must call leaveGate.
func (w *worker) passGate() bool {
	select {
	case w.run.gate <- struct{}{}:
		return true
	default:
	}
	if w.run.gate == nil {
		return true
	}
	return w.queueAtGate()
}

func (w *worker) queueAtGate() bool {
	var missed <-chan time.Time // never without a deadline
	if w.policy.Deadline > 0 {
		timer := time.NewTimer(w.untilMissed())
		defer timer.Stop()
		missed = timer.C
	}
	select {
	case w.run.gate <- struct{}{}:
	case <-missed:
		return false
	case <-w.cut:
		return false
	}
	if w.misses(0) || isClosed(w.cut) { // select takes any of several
		w.leaveGate()
		return false
	}
	return true
}

// leaveGate lets the next worker pass.
func (w *worker) leaveGate() {
	if w.run.gate != nil {
		<-w.run.gate
	}
}

// kept is how an attempt ended that the gate did not let pass: nothing was sent.
func (w *worker) kept(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		w.op.receipt = counter.Receipt{Classification: counter.Classify(err), Unsent: true}
		return err
	}
	return w.tooLate()
}
