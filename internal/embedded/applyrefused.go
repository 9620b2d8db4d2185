package embedded

import "contend/internal/embedded/throughput"

// applyRefused applies an update and answers that it was refused. If the condition is
// false, the answer is the usual refusal; if it is true, the answer is a throttle, with
// the error that every client knows in any mode of the table.
func (w *weighed) applyRefused() bool {
	switch {
	case w.isRefused():
		made, ok := w.on(w.cell.item)
		if ok {
			w.store(made)
		}
		return ok
	case w.err != nil, same(w.old, w.new):
		return false
	}
	w.store(w.new)
	w.effect, w.err = effect{}, w.table.exceeded("Write", throughput.KeyRangeThroughput)
	return true
}
