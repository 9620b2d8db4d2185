package counter

import (
	"errors"
	"fmt"
)

// batch is one attempt of the leader of [Combining]: the changes of several calls
// in their order, the leader's own first.
type batch struct {
	key   Key
	calls []*call // nil: nothing was taken yet
	seen  State   // the state that the changes build on
	steps []step  // one for each of calls
	// The write: the new value, the number of changes in it, and the last of them.
	value, count int64
	last         Change

	answers []answer // one for each of calls
	// left is the state that the store holds after the batch, if it is known.
	left      State
	leftKnown bool

	sent      bool // the write was sent
	reads     int
	units     Units
	estimated Units
}

// step is what the batch has come to after one of its calls: the value, and the
// number of changes so far.
type step struct {
	value, count int64
	refused      error // why the call's change was left out; nil: it was not
}

// errAbandoned is the answer to a call whose leader panicked.
var errAbandoned = errors.New("the call that carried the change ended without an answer")

// take moves all waiting calls into the batch. The queue's state is unknown until
// the batch is finished.
func (b *batch) take(q *queue) {
	b.calls, b.seen = q.waiting, q.state
	b.left, b.leftKnown = q.state, q.known
	q.waiting, q.known = nil, false
	b.value = b.seen.Value
	for _, c := range b.calls {
		c.taken = true
		value, err := c.change.result(b.key, b.value)
		if err == nil {
			b.value, b.last = value, c.change
			b.count++
		}
		b.steps = append(b.steps, step{b.value, b.count, err})
	}
}

// acknowledge answers the calls after a write that left the given state, or after a
// read that saw it if there was nothing to write. The state after each change is
// computed backwards from there.
func (b *batch) acknowledge(left State) {
	b.left, b.leftKnown = left, true
	for _, s := range b.steps {
		receipt, err := Receipt{Classification: Classification{Outcome: Applied}, Carried: true}, s.refused
		if err != nil {
			receipt, err = unsent(err)
		}
		receipt.State, receipt.StateKnown = left, true
		receipt.State.Value -= b.value - s.value
		if left.Version > 0 {
			receipt.State.Version -= b.count - s.count
		}
		b.answers = append(b.answers, answer{receipt: receipt, err: err})
	}
	b.account()
}

// share gives all calls the outcome of the one request. A change that was left out
// of the batch was not sent.
func (b *batch) share(shared Receipt, err error) {
	b.left, b.leftKnown = b.after(shared)
	for i, s := range b.steps {
		receipt := Receipt{Classification: shared.Classification, State: shared.State, StateKnown: shared.StateKnown}
		receipt.Unsent = shared.Unsent || s.refused != nil
		receipt.Carried = !receipt.Unsent
		own := err
		if i > 0 {
			own = fmt.Errorf("carried by another call: %w", err)
		}
		b.answers = append(b.answers, answer{receipt: receipt, err: own})
	}
	b.account()
}

// after returns the state that the store holds after a write that was not
// acknowledged, if it is known.
func (b *batch) after(shared Receipt) (State, bool) {
	switch {
	case shared.StateKnown:
		return shared.State, true
	case shared.Outcome == Throttled, shared.NeverSent():
		return b.seen, b.leftKnown
	}
	return State{}, false
}

// account puts the cost of the requests on the leader's receipt: it sent them.
func (b *batch) account() {
	own := &b.answers[0].receipt
	own.Carried, own.Unsent = false, !b.sent
	own.Reads, own.Units, own.EstimatedUnits = b.reads, b.units, b.estimated
}
