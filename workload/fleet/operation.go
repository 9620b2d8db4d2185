package fleet

import (
	"time"

	"contend/counter"
	"contend/workload/history"
)

// operation is the one that a worker carries out, with its attempts so far. The next
// one uses its memory again.
type operation struct {
	history.Op
	began time.Time
	token string       // "" if the design needs none
	wire  counter.Wire // of the attempt in progress, and of a look at the conflict before it
	basis basis        // of its next attempt
	// receipt is of the attempt in progress or the last one, or of a look at a conflict
	// after it.
	receipt counter.Receipt
	free    int64 // since when the worker was, before it, in an open loop
	// observedAt is when the store told the state of the last receipt, in
	// nanoseconds since the start.
	observedAt int64
}

// settle lets all tries of a write decide its outcome, of which last is the answer to
// the last one. unanswered counts the tries that last says nothing of.
func (o *operation) settle(last *counter.Receipt) (settled counter.Receipt, unanswered int) {
	settled = o.wire.Settle(*last)
	last.Unsent = settled.Unsent
	unanswered = o.wire.AmbiguousWrites(settled.Outcome)
	if settled.Outcome != last.Outcome {
		unanswered++
	}
	return settled, unanswered
}

// ending is how the operation ended for its caller. One that was given up before its
// first attempt has none.
func (o *operation) ending() history.Ending {
	if len(o.Attempts) == 0 {
		return history.GaveUp
	}
	last := o.Attempts[len(o.Attempts)-1].Outcome
	switch {
	case last == counter.Applied:
		return history.Applied
	case o.Writes().Unknown > 0:
		return history.Unknown
	case last == counter.Failed:
		return history.Failed
	}
	return history.GaveUp
}

// refused reports whether the design's rules refused the operation.
func (o *operation) refused() bool {
	if o.Ending != history.Failed {
		return false
	}
	last := &o.Attempts[len(o.Attempts)-1]
	return (counter.Classification{Reason: last.Reason}).Refused()
}
