package embedded

import (
	"time"

	"contend/internal/embedded/attribute"
)

// debt is an update that was carried out for a request which had not come yet:
// it is acknowledged to a later one.
type debt struct {
	before, after attribute.Item // around both updates
	compute       func(attribute.Item) (attribute.Item, error)
	answered      time.Time // when the earlier request was; zero if it is not yet
}

// acknowledgeOutOfOrder applies an update twice and answers as for the second
// time. The first time is owed to a later update: what clients are told of the
// counter is complete and without contradiction, but for the order.
//
// If no such update follows until the run ends, the store has counted one too
// many. An item owes to one request at a time.
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

// payDebt answers an update as if it had been the first of the two, without
// changing the item, and reports whether it did. It may be any that would have
// led to the same item and that surely began after the other was answered.
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
