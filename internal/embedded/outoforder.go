package embedded

import (
	"time"

	"contend/internal/embedded/attribute"
)

// debt is an update that was applied one time too many, and that is acknowledged to a
// later request instead of applying that one.
type debt struct {
	before, after attribute.Item // around both updates
	compute       func(attribute.Item) (attribute.Item, error)
	answered      time.Time // when the earlier request was; zero if it is not yet
}

// acknowledgeOutOfOrder applies an update twice and answers as for the second time. A
// later update is then answered as the first time, without being applied. So the answers
// are complete and do not contradict each other, except for their order.
//
// If no such update follows until the run ends, the store has counted one change too
// many. An item has at most one debt at a time.
func (w *weighed) acknowledgeOutOfOrder() bool {
	memory := w.cell.memory()
	if w.err != nil || memory.debt != nil || !w.holdsOn(w.new) {
		return false
	}
	second, ok := w.on(w.new)
	if !ok || same(w.old, w.new) {
		return false
	}
	memory.debt = &debt{before: w.old, after: second, compute: w.compute}
	w.store(w.new)
	w.store(second)
	w.exchange.debt = memory.debt
	w.old, w.new = w.new, second
	return true
}

// payDebt answers an update as if it had been the first of the two, without changing the
// item, and reports whether it did. The update must lead to the same item, and must
// surely have begun after the other one was answered.
func (w *weighed) payDebt() bool {
	memory := w.cell.memory()
	d := memory.debt
	if d == nil || w.err != nil || !d.isDue(w.exchange.arrived) || !w.holdsOn(d.before) {
		return false
	}
	first, ok := w.on(d.before)
	if !ok {
		return false
	}
	second, err := d.compute(first)
	if err != nil || !same(second, d.after) {
		return false
	}
	w.old, w.new, memory.debt = d.before, first, nil
	return true
}

func (d *debt) isDue(arrived time.Time) bool {
	return !d.answered.IsZero() && arrived.Sub(d.answered) >= settling
}
