package fleet

import (
	"context"
	"time"

	"contend/counter"
	"contend/workload/retry"
)

// From the deadline of an operation (retry.deadline) on nothing of it starts: no
// attempt, no pause that would end later, and no write after a read that came too
// late. Reads that only prepare an attempt are cut off. A request of the attempt
// itself that was sent before is awaited like any other, because only its answer
// says what it did.

// reasonDeadline is the reason of an attempt that its deadline stopped before
// anything of it was sent but a read.
const reasonDeadline = "retry.deadline"

// misses reports whether the operation in progress would be at its deadline, or
// past it, after a pause.
func (w *worker) misses(pause time.Duration) bool {
	return w.policy.Deadline > 0 && pause >= w.untilMissed()
}

// givesUpFor is misses for a pause before an attempt; it records that the operation gives
// up because of it.
func (w *worker) givesUpFor(pause time.Duration) bool {
	if !w.misses(pause) {
		return false
	}
	w.measured.recorder.GivesUp(retry.ReasonDeadline)
	return true
}

// untilMissed is how long the operation in progress has until its deadline; 0 or
// less if that has passed.
func (w *worker) untilMissed() time.Duration {
	return w.policy.Deadline - time.Duration(w.now()-w.op.Invoked)
}

// waitInTime pauses for d and reports whether there is another attempt: the load goes
// on, and the operation's deadline is not reached, before the pause or by its end.
func (w *worker) waitInTime(d time.Duration) bool {
	return !w.givesUpFor(d) && w.wait(d) && !w.givesUpFor(0)
}

// untilDeadline is a context that ends with the operation's deadline, if it has
// one.
func (w *worker) untilDeadline(ctx context.Context) (context.Context, context.CancelFunc) {
	deadline := w.policy.Deadline
	if deadline == 0 {
		return ctx, func() {}
	}
	return w.run.clock.WithDeadline(ctx, w.op.began.Add(deadline))
}

// tooLate leaves the receipt of an attempt that the deadline stopped before its write.
func (w *worker) tooLate() error {
	c := counter.Classification{Outcome: counter.Unknown, Reason: reasonDeadline}
	w.op.receipt = counter.Receipt{Classification: c, Unsent: true}
	return context.DeadlineExceeded
}
