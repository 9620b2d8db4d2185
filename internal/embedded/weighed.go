package embedded

import "contend/internal/embedded/attribute"

// weighed is a write whose effect has been computed and which has not been carried out.
// The caller holds the mutex of its cell.
type weighed struct {
	change
	cell *cell
	lag  lag
	effect
	err error // why it is refused; nil if it is not
}

// store puts an item in the place of the one that is there.
func (w *weighed) store(item attribute.Item) {
	w.exchange.changed(w.cell)
	w.cell.replace(item, w.lag)
}

// isRefused: the condition does not hold.
func (w *weighed) isRefused() bool {
	return w.err != nil && asFailure(w.err).kind == conditionFailed
}

// on returns what the write would make of an item, without checking its condition; ok is
// false if that is not possible or makes no difference.
func (w *weighed) on(old attribute.Item) (made attribute.Item, ok bool) {
	made, err := w.compute(old)
	return made, err == nil && attribute.Size(made) <= maxItemBytes && !same(made, old)
}

// holdsOn reports whether the condition holds for an item.
func (w *weighed) holdsOn(item attribute.Item) bool {
	return w.condition == nil || w.condition.Match(item)
}

func same(a, b attribute.Item) bool {
	return attribute.Equal(attribute.OfFields(a), attribute.OfFields(b))
}
