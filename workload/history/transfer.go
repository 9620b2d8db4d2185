package history

import (
	"math"

	"contend/counter"
)

// Other returns a transfer from the view of its other counter: an operation on To with the
// opposite Delta. Its attempts have no states. It returns nil for other kinds.
func (o *Op) Other() *Op {
	if o.Kind != Transfer {
		return nil
	}
	other := *o
	other.Counter, other.To, other.Delta = o.To, o.Counter, -o.Delta
	other.Attempts = make([]Attempt, len(o.Attempts))
	for i := range o.Attempts {
		a := o.Attempts[i]
		a.Before, a.After, a.Saw = State{}, State{}, State{}
		if (counter.Classification{Reason: a.Reason}).Refused() {
			a.Reason = otherRefused
		}
		other.Attempts[i] = a
	}
	return &other
}

// otherRefused is the reason of a part of a transfer whose other counter was at its floor.
const otherRefused = "the other counter refused"

// decodeTransfer reads where the amount of a transfer goes.
func (r *Reader) decodeTransfer(m *members, op *Op) {
	given := m.get("to") != nil
	op.To = int(m.natural("to", numbered(len(r.header.Counters))))
	switch {
	case op.Kind != Transfer && given:
		m.fail("to: only a transfer has a second counter")
	case op.Kind != Transfer:
	case !given:
		m.fail("to is missing")
	case op.To == op.Counter:
		m.fail("to: a transfer needs two counters, not %d twice", op.To)
	case op.Delta == 0 || op.Delta == math.MinInt64:
		m.fail("delta: a transfer cannot move %d", op.Delta)
	}
}
